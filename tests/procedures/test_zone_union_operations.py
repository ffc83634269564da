"""What zone_union changes and what it holds back before the congress."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.make import make_enterprises
from tests.procedures.founding import Founding, make_case, make_founding
from workflows.errors import Mistake
from workflows.procedures import zone_union
from workflows.storage.organisations import Organisation
from workflows.storage.unions import OfficeHolder


@pytest.fixture
def founding(session: Session) -> Founding:
    return make_founding(session)


def _paths(mistakes: list[Mistake]) -> list[str]:
    return [mistake.path for mistake in mistakes]


# ---- registering ----------------------------------------------------------------------------------------------------


def test_a_registered_union_stands_under_the_superior_union_and_in_the_zones_record(founding: Founding) -> None:
    union_id = zone_union.register_zone_union(
        founding.context, zone_id=founding.neighbourhood.zone.id, form="general_union"
    )
    zone, union = founding.neighbourhood.zone, founding.session.get_one(Organisation, union_id)
    assert (zone.form, zone.union_id, zone.form_case_id) == ("general_union", union.id, founding.case.id)
    assert (zone.form_since, zone.legal_route) == (date(2026, 11, 23), "registration")
    assert union.parent_id == founding.neighbourhood.superior_union.id
    assert (union.name, union.kind) == (f"{zone.name}总工会", "zone_union")
    kind, data = founding.events[0]
    assert kind == "zone_union_registered"
    assert (data["before"]["form"], data["after"]["form"]) == (None, "general_union")


def test_a_work_committee_takes_the_route_of_the_credit_code(founding: Founding) -> None:
    zone_union.register_zone_union(founding.context, zone_id=founding.neighbourhood.zone.id, form="work_committee")
    assert founding.neighbourhood.zone.legal_route == "credit_code_only"


def test_the_members_of_a_work_committee_hold_office_until_another_form_replaces_it(founding: Founding) -> None:
    members = [_member("郭涛", "director"), _member("孙磊", "vice_director"), _member("邓红梅", "member")]
    founding.did("agree_composition", "submit", {"members": members})
    zone_union.register_zone_union(founding.context, zone_id=founding.neighbourhood.zone.id, form="work_committee")
    holders = founding.session.scalars(select(OfficeHolder).order_by(OfficeHolder.id)).all()
    assert [(row.name, row.office, row.route) for row in holders] == [
        ("郭涛", "chair", "appointed"),
        ("孙磊", "vice_chair", "appointed"),
        ("邓红梅", "member", "appointed"),
    ]
    founding.case = make_case(founding.session, founding.neighbourhood, "2")
    zone_union.register_zone_union(founding.context, zone_id=founding.neighbourhood.zone.id, form="federation")
    assert all(row.until for row in holders)


def test_registering_twice_changes_nothing_the_second_time(founding: Founding) -> None:
    zone_id = founding.neighbourhood.zone.id
    first = zone_union.register_zone_union(founding.context, zone_id=zone_id, form="federation")
    organisations = founding.session.scalar(select(func.count()).select_from(Organisation))
    assert zone_union.register_zone_union(founding.context, zone_id=zone_id, form="federation") == first
    assert founding.session.scalar(select(func.count()).select_from(Organisation)) == organisations
    assert len(founding.events) == 1


def test_another_form_replaces_the_old_union_which_ended_the_day_before(founding: Founding) -> None:
    zone = founding.neighbourhood.zone
    old_id = zone_union.register_zone_union(founding.context, zone_id=zone.id, form="work_committee")
    old = founding.session.get_one(Organisation, old_id)
    old.valid_from = date(2026, 1, 5)
    founding.case = make_case(founding.session, founding.neighbourhood, "2")
    new_id = zone_union.register_zone_union(founding.context, zone_id=zone.id, form="federation")
    assert new_id != old_id
    assert (zone.form, zone.union_id) == ("federation", new_id)
    assert old.valid_to == date(2026, 11, 22)
    assert founding.session.get_one(Organisation, new_id).valid_from == date(2026, 11, 23)


def test_the_assessment_answers_the_verdict_and_records_the_whole_finding(founding: Founding) -> None:
    verdict = zone_union.assess_zone_form(founding.context, zone_id=founding.neighbourhood.zone.id)
    assert verdict == "eligible"
    kind, data = founding.events[0]
    assert kind == "zone_form_assessed"
    assert data["finding"]["numbers"]["employees"] == 6200


# ---- choosing a form ------------------------------------------------------------------------------------------------


def _choose(founding: Founding, form: str) -> list[Mistake]:
    answers = {"reason": "企业集中、职工较多，需要统一领导。"}
    return zone_union.form_is_open_to_the_zone(founding.context, outcome=form, answers=answers)


@pytest.mark.parametrize("form", ["general_union", "work_committee", "federation", "give_up"])
def test_a_zone_that_may_have_a_general_union_may_choose_any_form(founding: Founding, form: str) -> None:
    assert _choose(founding, form) == []


def test_below_5000_employees_the_general_union_is_refused_with_the_numbers(session: Session) -> None:
    founding = make_founding(session, enterprises=130, employees=4999)
    mistakes = _choose(founding, "general_union")
    assert _paths(mistakes) == ["/outcome"]
    assert "4999" in mistakes[0].message.zh
    assert _choose(founding, "work_committee") == []


def test_without_all_counts_nothing_is_chosen_and_the_refusal_says_what_is_missing(session: Session) -> None:
    founding = make_founding(session, enterprises=130, employees=6200)
    missing = make_enterprises(session, founding.neighbourhood.zone, 1, employees=None)[0]
    mistakes = _choose(founding, "general_union")
    assert missing.name in mistakes[0].message.zh
    assert missing.name in mistakes[0].message.en


def test_the_form_a_zone_has_is_not_founded_again(founding: Founding) -> None:
    founding.neighbourhood.zone.form = "work_committee"
    founding.session.flush()
    assert _paths(_choose(founding, "work_committee")) == ["/outcome"]
    assert _choose(founding, "federation") == []


@pytest.mark.parametrize(
    ("outcome", "reason", "accepted"),
    [
        ("accept", "差不多", False),
        ("good", "", False),
        ("accept", "年内12家企业投产在即。", True),
        ("reject", "", True),
    ],
)
def test_a_positive_judgement_has_its_reason_in_the_form(
    founding: Founding, outcome: str, reason: str, accepted: bool
) -> None:
    mistakes = zone_union.judgement_has_a_reason(founding.context, outcome=outcome, answers={"reason": reason})
    assert (mistakes == []) is accepted


# ---- Party work committee, seats, preparatory group ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "answers", "paths"),
    [
        ("approve", {}, ["/meeting", "/held_on"]),
        ("refuse", {"meeting": "第4次会议"}, ["/held_on"]),
        ("approve", {"meeting": "第4次会议", "held_on": "2026-11-24"}, ["/held_on"]),
        ("approve", {"meeting": "第4次会议", "held_on": "2026-11-23"}, []),
        ("return", {}, []),
    ],
)
def test_a_resolution_names_its_meeting_and_a_day_that_has_come(
    founding: Founding, outcome: str, answers: dict[str, Any], paths: list[str]
) -> None:
    found = zone_union.party_meeting_is_recorded(founding.context, outcome=outcome, answers=answers)
    assert _paths(found) == paths


def _member(name: str, post: str) -> dict[str, str]:
    return {"name": name, "current_post": "职工", "post": post}


def test_a_work_committee_has_one_director_and_nobody_twice(founding: Founding) -> None:
    members = [_member("陈立", "director"), _member("李红梅", "vice_director"), _member("王国庆", "member")]
    check = zone_union.composition_has_one_director
    assert check(founding.context, outcome="submit", answers={"members": members}) == []
    none = [_member("陈立", "member"), *members[1:]]
    assert _paths(check(founding.context, outcome="submit", answers={"members": none})) == ["/members"]
    twice = [*members, _member("王 国 庆", "member")]
    assert _paths(check(founding.context, outcome="submit", answers={"members": twice})) == ["/members/3/name"]


def test_seats_add_up_and_follow_both_principles(founding: Founding) -> None:
    joint = {"unit": "各基层工会", "principle": "joint", "seats": 60}
    others = {"unit": "一线职工", "principle": "representative", "seats": 18}
    check = zone_union.seats_follow_both_principles
    assert check(founding.context, outcome="submit", answers={"total": 78, "seats": [joint, others]}) == []
    assert _paths(check(founding.context, outcome="submit", answers={"total": 80, "seats": [joint, others]})) == [
        "/total"
    ]
    assert _paths(check(founding.context, outcome="submit", answers={"total": 120, "seats": [joint, joint]})) == [
        "/seats"
    ]


def _in_group(name: str, represents: str, duty: str = "member") -> dict[str, str]:
    return {"name": name, "current_post": "职工", "represents": represents, "duty": duty}


def test_a_preparatory_group_has_party_and_employees_and_one_head(founding: Founding) -> None:
    group = [_in_group("陈立", "party", "head"), _in_group("李红梅", "employees"), _in_group("王国庆", "superior")]
    check = zone_union.preparatory_group_is_mixed
    assert check(founding.context, outcome="submit", answers={"members": group}) == []
    for broken in (group[1:], [group[0], group[2]], [group[0], _in_group("李红梅", "employees", "head")]):
        assert check(founding.context, outcome="submit", answers={"members": broken})


# ---- the request states today's counts -----------------------------------------------------------------------------


def test_a_request_is_held_back_when_the_ledger_no_longer_allows_the_form(founding: Founding) -> None:
    founding.did("choose_form", "general_union", {"reason": "企业集中、职工较多，需要统一领导。"})
    check = zone_union.form_is_still_open_to_the_zone
    assert check(founding.context, outcome="submit", answers={}) == []
    make_enterprises(founding.session, founding.neighbourhood.zone, 1, employees=None)
    (mistake,) = check(founding.context, outcome="submit", answers={})
    assert "台账有变化" in mistake.message.zh

"""What enterprise_union enters in the ledger and the union tree, and what it holds back. F-numbers are acceptance rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.make import make_authority, make_enterprise, make_organisation
from tests.procedures.organising import ELECTED_ON, Organising, make_case, make_organising, publish
from workflows.errors import Conflict, Mistake
from workflows.ledger import enterprises
from workflows.procedures import enterprise_union, enterprise_union_checks
from workflows.procedures.enterprise_members import counted
from workflows.storage.organisations import OrganisationKind
from workflows.storage.unions import OfficeHolder

AUDITORS = [{"name": "冯伟", "post": "head"}, {"name": "刘洋", "post": "member"}, {"name": "黄磊", "post": "member"}]
WOMEN = [{"name": "吴敏", "post": "head"}, {"name": "孙丽", "post": "member"}]


@pytest.fixture
def organising(session: Session) -> Organising:
    return make_organising(session)


def _paths(mistakes: list[Mistake]) -> list[str]:
    return [mistake.path for mistake in mistakes]


def _rules(mistakes: list[Mistake]) -> str:
    return " ".join(mistake.message.zh for mistake in mistakes)


def _recruited(organising: Organising, people: int = 38, women: int = 15) -> None:
    row = {"kind": "new", "applied_on": "2026-10-08", "approved_on": "2026-10-15", "people": people, "women": women}
    organising.did("recruit_members", "submit", {"admissions": [row]})


def _file(**changes: Any) -> dict[str, Any]:
    whole = {"held_on": ELECTED_ON.isoformat(), "own_accounts": True, "full_time": False}
    return {**whole, "auditors": AUDITORS, "women": WOMEN, **changes}


def _founded(organising: Organising, form: str = "single", **changes: Any) -> None:
    """Everything up to the reply has happened."""
    organising.did("choose_form", form, {})
    _recruited(organising)
    organising.elected()
    organising.did("founding_file", "submit", _file(**changes))
    organising.replied()


# ---- F01–F08 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "employees", "form", "rule"),
    [
        (25, 60, "joint", "R-101"),
        (25, 60, "organiser", "R-101"),
        (18, 30, "organiser", "4.4"),
        (25, 60, "single", None),
        (18, 30, "single", None),
        (18, 30, "joint", None),
        (24, 24, "organiser", None),
    ],
)
def test_f01_f02_the_law_counts_members_and_the_policy_employees(
    session: Session, members: int, employees: int, form: str, rule: str | None
) -> None:
    organising = make_organising(session, employees=employees, members=members)
    found = enterprise_union_checks.form_is_open_to_the_enterprise(organising.context, outcome=form, answers={})
    assert _paths(found) == (["/outcome"] if rule else [])
    assert (rule or "") in _rules(found)


def test_f02_the_finding_says_policy_duty_and_that_members_come_first(session: Session) -> None:
    organising = make_organising(session, employees=30, members=18)
    finding = enterprise_union.enterprise_union_form(organising.context)
    assert finding.verdict == "policy_duty"
    assert (finding.numbers["legal_duty"], finding.numbers["policy_duty"]) == (False, True)
    assert "发展会员" in finding.reasons[-1].zh


def _unit(code: str, name: str, employees: int = 20, members: int = 6) -> dict[str, Any]:
    return {"credit_code": code, "name": name, "employees": employees, "members": members, "seats": 1}


def test_f04_a_joint_union_of_one_enterprise_is_refused(session: Session) -> None:
    organising = make_organising(session, employees=20, members=6)
    own = organising.enterprise
    units = [_unit(own.credit_code, own.name)]
    answers = {"signed_on": "2026-11-20", "units": units}
    found = enterprise_union_checks.joint_agreement_is_complete(organising.context, outcome="submit", answers=answers)
    assert _paths(found) == ["/units"]
    assert "R-101" in _rules(found)
    other = make_enterprise(session, organising.neighbourhood.zone, employees=15, members=5)
    other.stage = "served"
    units.append(_unit(other.credit_code, other.name))
    assert not enterprise_union_checks.joint_agreement_is_complete(
        organising.context, outcome="submit", answers=answers
    )


def test_a_partner_with_an_application_of_its_own_is_refused(session: Session) -> None:
    organising = make_organising(session, employees=20, members=6)
    zone = organising.neighbourhood.zone
    other = make_enterprise(session, zone, employees=15, members=5)
    other.stage = "served"
    group = make_organisation(session, kind=OrganisationKind.ENTERPRISE, parent=zone.office)
    case = make_case(session, "other", group, other.id, organising.neighbourhood.zone_secretary.person_id)
    case.procedure = "enterprise_union"
    session.flush()
    own = organising.enterprise
    units = [_unit(own.credit_code, own.name), _unit(other.credit_code, other.name)]
    found = enterprise_union_checks.joint_agreement_is_complete(
        organising.context, outcome="submit", answers={"signed_on": "2026-11-20", "units": units}
    )
    assert case.number in _rules(found)


@pytest.mark.parametrize(
    ("women", "body", "paths"),
    [
        (9, [{"name": "吴敏", "post": "member"}], []),
        (9, [], ["/women"]),
        (10, [{"name": "吴敏", "post": "member"}], ["/women"]),
        (10, WOMEN, []),
        (0, [], []),
    ],
)
def test_f05_the_womens_body_by_women_members(
    organising: Organising, women: int, body: list[dict[str, str]], paths: list[str]
) -> None:
    _recruited(organising, women=women)
    found = enterprise_union_checks.founding_file_has_its_bodies(
        organising.context, outcome="submit", answers=_file(women=body)
    )
    assert _paths(found) == paths


def test_f06_a_founding_file_without_audit_body_or_audit_member_is_refused(organising: Organising) -> None:
    _recruited(organising)
    check = enterprise_union_checks.founding_file_has_its_bodies
    refused = check(organising.context, outcome="submit", answers=_file(auditors=[]))
    assert _paths(refused) == ["/auditors"]
    assert "C-12" in _rules(refused)
    member = [{"name": "冯伟", "post": "member"}]
    assert _paths(check(organising.context, outcome="submit", answers=_file(auditors=member))) == ["/auditors"]
    assert check(organising.context, outcome="submit", answers=_file(auditors=member, own_accounts=False)) == []
    assert check(organising.context, outcome="submit", answers=_file()) == []


def test_f06_nor_can_the_superior_union_approve_it(organising: Organising) -> None:
    _recruited(organising)
    organising.did("founding_file", "submit", _file(women=[]))
    check = enterprise_union_checks.founding_file_is_complete
    assert _paths(check(organising.context, outcome="approve", answers={})) == ["/outcome"]
    assert check(organising.context, outcome="return", answers={}) == []


def test_bodies_the_election_filled_need_not_be_named_again(organising: Organising) -> None:
    _recruited(organising)
    organising.elected()
    for name, office in (
        ("冯伟", "audit_head"),
        ("刘洋", "audit_member"),
        ("黄磊", "audit_member"),
        ("吴敏", "women_head"),
    ):
        organising.session.add(
            OfficeHolder(organisation_id=organising.group.id, name=name, office=office, since=ELECTED_ON, details={})
        )
    organising.session.flush()
    answers = _file()
    del answers["auditors"], answers["women"]
    check = enterprise_union_checks.founding_file_has_its_bodies
    assert check(organising.context, outcome="submit", answers=answers) == []


@pytest.mark.parametrize(
    ("changes", "path", "rule"),
    [
        ({"held_on": "2026-11-13"}, "/held_on", "R-214"),
        ({"auditors": [{"name": "周 涛", "post": "head"}, *AUDITORS[1:]]}, "/auditors/0/name", "R-212"),
        ({"auditors": [{**one, "post": "member"} for one in AUDITORS]}, "/auditors", "主任须为1名"),
        ({"auditors": [*AUDITORS, AUDITORS[0]]}, "/auditors/3/name", "重复"),
    ],
)
def test_bodies_are_elected_with_the_committee_and_the_chair_does_not_audit(
    organising: Organising, changes: dict[str, Any], path: str, rule: str
) -> None:
    _recruited(organising)
    organising.elected()
    found = enterprise_union_checks.founding_file_has_its_bodies(
        organising.context, outcome="submit", answers=_file(**changes)
    )
    assert path in _paths(found)
    assert rule in _rules(found)


@pytest.mark.parametrize(("on", "overdue"), [(date(2026, 2, 2), False), (date(2026, 2, 3), True)])
def test_f07_twelve_months_open_without_a_union_is_overdue(session: Session, on: date, overdue: bool) -> None:
    organising = make_organising(session)
    organising.enterprise.opened_on = date(2025, 2, 1)
    session.flush()
    (row,) = enterprises.without_union(session, organising.neighbourhood.zone.id, on)
    assert (row.enterprise.id, row.due.due_on, row.overdue) == (organising.enterprise.id, date(2026, 2, 2), overdue)


def test_f07_the_list_leaves_out_whom_nothing_is_due_from(session: Session) -> None:
    zone = make_organising(session).neighbourhood.zone
    for changes in ({"stage": "founded"}, {"operating": False}, {"opened_on": None}, {"opened_on": date(2027, 1, 1)}):
        one = make_enterprise(session, zone)
        one.opened_on = date(2025, 2, 1)
        for name, value in changes.items():
            setattr(one, name, value)
    late, later = make_enterprise(session, zone), make_enterprise(session, zone)
    late.opened_on, later.opened_on = date(2024, 5, 6), date(2026, 5, 6)
    session.flush()
    found = enterprises.without_union(session, zone.id, date(2026, 11, 23))
    assert [(row.enterprise.id, row.overdue) for row in found] == [(late.id, True), (later.id, False)]


def test_f08_only_approved_members_count_in_the_ledger(organising: Organising) -> None:
    organising.did("choose_form", "single", {})
    approved = {"kind": "new", "applied_on": "2026-11-20", "approved_on": "2026-11-23", "people": 20, "women": 8}
    waiting = {"kind": "new", "applied_on": "2026-11-20", "people": 10, "women": 4}
    organising.did("recruit_members", "submit", {"admissions": [approved, waiting]})
    assert enterprise_union.register_members(organising.context, enterprise_id=organising.enterprise.id) == 20
    assert (organising.enterprise.members, organising.enterprise.women_members) == (20, 8)
    assert counted({"admissions": [approved]}, date(2026, 11, 22)) == {}


# ---- registering ----------------------------------------------------------------------------------------------------


def test_a_founded_union_is_the_preparatory_groups_organisation_under_the_zone(organising: Organising) -> None:
    _founded(organising, chair_phone="13800000000")
    enterprise = organising.enterprise
    union_id = enterprise_union.register_enterprise_union(
        organising.context, enterprise_id=enterprise.id, form="single"
    )
    group = organising.group
    assert union_id == group.id
    assert (group.kind, group.name) == ("enterprise_union", f"{enterprise.name}工会委员会")
    assert group.parent_id == organising.neighbourhood.zone.office_id
    assert (enterprise.stage, enterprise.union_form) == ("founded", "single")
    assert (enterprise.union_approval, enterprise.union_approved_on) == ("测工发〔2026〕1号", date(2026, 11, 20))
    assert (enterprise.chair, enterprise.chair_phone, enterprise.term_years) == ("周涛", "13800000000", 3)
    assert enterprise.term_ends_on == date(2029, 11, 11)
    assert (enterprise.audit_body, enterprise.women_body) == ("经费审查委员会", "女职工委员会")
    offices = organising.session.scalars(select(OfficeHolder.office).where(OfficeHolder.organisation_id == group.id))
    assert sorted(offices) == ["audit_head", "audit_member", "audit_member", "chair", "women_head", "women_member"]
    kind, data = organising.events[-1]
    assert kind == "enterprise_union_registered"
    assert (data["before"]["kind"], data["after"]["kind"]) == ("enterprise", "enterprise_union")


def test_registering_twice_changes_nothing_the_second_time(organising: Organising) -> None:
    _founded(organising)
    for _ in range(2):
        enterprise_union.register_enterprise_union(
            organising.context, enterprise_id=organising.enterprise.id, form="single"
        )
    assert organising.session.scalar(select(func.count()).select_from(OfficeHolder)) == 6
    assert len(organising.events) == 1


def test_a_legal_person_follows_a_union_where_that_procedure_is_published(organising: Organising) -> None:
    _founded(organising)
    publish(organising.session, "legal_person")
    enterprise_union.register_enterprise_union(
        organising.context, enterprise_id=organising.enterprise.id, form="single"
    )
    assert [(one.procedure, one.applicant_id) for one in organising.context.follow_ons] == [
        ("legal_person", organising.group.id)
    ]


def test_an_organiser_is_no_union_and_registers_nowhere(organising: Organising) -> None:
    publish(organising.session, "legal_person")
    organising.did("choose_form", "organiser", {})
    organising.did("founding_file", "submit", {"held_on": "2026-11-12", "own_accounts": False, "full_time": False})
    organising.replied()
    enterprise_union.register_enterprise_union(
        organising.context, enterprise_id=organising.enterprise.id, form="organiser"
    )
    assert (organising.enterprise.stage, organising.enterprise.union_form) == ("founded", "organiser")
    assert (organising.group.kind, organising.context.follow_ons) == ("enterprise", [])


def test_every_enterprise_of_a_joint_union_is_founded_by_it(organising: Organising) -> None:
    own, zone = organising.enterprise, organising.neighbourhood.zone
    other, stranger = make_enterprise(organising.session, zone), make_enterprise(organising.session, zone)
    other.stage = stranger.stage = "served"
    units = [_unit(own.credit_code, own.name), _unit(other.credit_code, other.name)]
    organising.did("joint_agreement", "submit", {"name": "精工联合工会委员会", "units": units})
    _founded(organising, form="joint")
    enterprise_union.register_enterprise_union(organising.context, enterprise_id=own.id, form="joint")
    assert organising.group.name == "精工联合工会委员会"
    assert [(one.stage, one.union_form) for one in (own, other, stranger)] == [
        ("founded", "joint"),
        ("founded", "joint"),
        ("served", ""),
    ]
    assert own.union_approval == other.union_approval
    assert organising.events[-1][1]["enterprises"] == [own.id, other.id]


def test_without_the_reply_nothing_is_registered(organising: Organising) -> None:
    with pytest.raises(Conflict, match="R-102"):
        enterprise_union.register_enterprise_union(
            organising.context, enterprise_id=organising.enterprise.id, form="single"
        )


def test_a_first_visit_serves_the_enterprise_once(session: Session) -> None:
    organising = make_organising(session, stage="settled")
    organising.did("first_visit", "submit", {"contact": "刘芳", "visited_on": "2026-11-20"})
    for _ in range(2):
        assert (
            enterprise_union.record_first_visit(organising.context, enterprise_id=organising.enterprise.id) == "served"
        )
    assert (organising.enterprise.contact, organising.enterprise.first_visit_on) == ("刘芳", date(2026, 11, 20))
    assert len(organising.events) == 1


def test_without_a_party_organisation_the_group_has_employees_and_the_superior(organising: Organising) -> None:
    group = [
        {"name": "罗建华", "represents": "employees", "duty": "head"},
        {"name": "韩冬梅", "represents": "employees", "duty": "member"},
        {"name": "曹永刚", "represents": "superior", "duty": "member"},
    ]
    check = enterprise_union_checks.enterprise_group_is_mixed
    assert check(organising.context, outcome="submit", answers={"members": group}) == []
    party = make_organisation(organising.session, kind=OrganisationKind.PARTY_COMMITTEE)
    make_authority(organising.session, organising.group, party)
    assert "党组织代表" in _rules(check(organising.context, outcome="submit", answers={"members": group}))


# ---- stages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "there", "allowed"),
    [
        ("settled", "served", True),
        ("served", "founded", True),
        ("founded", "standardised", True),
        ("standardised", "founded", True),
        ("settled", "founded", False),
        ("served", "standardised", False),
        ("founded", "served", False),
        ("standardised", "served", False),
        ("served", "settled", False),
    ],
)
def test_stages_follow_one_another_and_lead_back_only_from_the_standard(
    organising: Organising, here: str, there: str, allowed: bool
) -> None:
    organising.enterprise.stage = here
    if allowed:
        assert enterprises.move(organising.enterprise, there)
        assert not enterprises.move(organising.enterprise, there)
        return
    with pytest.raises(Conflict, match=r"8\.2"):
        enterprises.move(organising.enterprise, there)
    assert organising.enterprise.stage == here

"""Cases of earlier versions of zone_union: their leaders, and their first congress on the borders where the rules turn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.procedures.founding import CANDIDATES, Founding, congress, make_founding
from workflows.deadlines import add_months
from workflows.errors import Mistake
from workflows.procedures import zone_union_earlier_versions as election
from workflows.storage.unions import Consent


@pytest.fixture
def founding(session: Session) -> Founding:
    founding = make_founding(session)
    founding.did("choose_form", "general_union", {"reason": "企业集中。"})
    founding.did("propose_leaders", "submit", {"candidates": CANDIDATES})
    return founding


def _all(founding: Founding, **changes: Any) -> list[Mistake]:
    answers = congress(**changes)
    checks = (
        election.election_counts_are_valid,
        election.elected_bodies_are_complete,
        election.elected_leaders_have_consent,
    )
    return [mistake for check in checks for mistake in check(founding.context, outcome="submit", answers=answers)]


def _paths(founding: Founding, **changes: Any) -> list[str]:
    return [mistake.path for mistake in _all(founding, **changes)]


def test_a_good_election_passes(founding: Founding) -> None:
    assert _all(founding) == []


@pytest.mark.parametrize(("present", "reached"), [(124, False), (125, True)])
def test_two_thirds_of_187_are_125(founding: Founding, present: int, reached: bool) -> None:
    paths = _paths(founding, present=present, issued=present, returned=present)
    assert ("/present" not in paths) is reached


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"present": 188}, ["/present"]),
        ({"issued": 151}, ["/issued"]),
        ({"returned": 151}, ["/returned"]),
        ({"returned": 150}, []),
        ({"nominees": 7}, ["/nominees"]),
        ({"seats": 6}, ["/committee"]),
        ({"term_years": "3"}, ["/term_years"]),
        ({"held_on": "2026-11-24"}, ["/held_on"]),
    ],
)
def test_counts_are_held_against_their_rules(founding: Founding, changes: dict[str, Any], paths: list[str]) -> None:
    assert _paths(founding, **changes) == paths


def test_candidates_are_shown_for_five_full_working_days(founding: Founding) -> None:
    """Shown from Monday 2026-11-09: Tuesday to Monday are the five days, the ballot is on the 17th at the earliest."""
    assert _paths(founding, publicity_from="2026-11-09", held_on="2026-11-17") == []
    assert _paths(founding, publicity_from="2026-11-09", held_on="2026-11-16") == ["/publicity_from"]


def test_the_congress_elects_with_more_than_half_of_those_who_should_attend(founding: Founding) -> None:
    auditors = congress()["auditors"]
    assert _paths(founding, auditors=[*auditors[:2], {**auditors[2], "votes": 94}]) == []
    assert _paths(founding, auditors=[*auditors[:2], {**auditors[2], "votes": 93}]) == ["/auditors/2/votes"]


def test_the_committee_elects_its_chair_with_four_of_seven(founding: Founding) -> None:
    chair, vice = congress()["leaders"]
    assert _paths(founding, leaders=[{**chair, "votes": 4}, vice]) == []
    assert _paths(founding, leaders=[{**chair, "votes": 3}, vice]) == ["/leaders/0/votes"]
    assert _paths(founding, leaders=[{**chair, "votes": 8}, vice]) == ["/leaders/0/votes"]


def test_a_federation_may_serve_three_years(session: Session) -> None:
    founding = make_founding(session)
    founding.did("choose_form", "federation", {})
    founding.did("propose_leaders", "submit", {"candidates": CANDIDATES})
    assert _all(founding, term_years="3") == []
    assert _all(founding, term_years="5") == []


@pytest.mark.parametrize(
    ("women_members", "women", "accepted"),
    [
        (10, [{"name": "李红梅", "post": "head"}], True),
        (10, [{"name": "李红梅", "post": "sole"}], False),
        (10, [], False),
        (9, [{"name": "孙丽", "post": "sole"}], True),
        (9, [{"name": "李红梅", "post": "head"}], False),
        (9, [], False),
        (0, [], True),
        (0, [{"name": "孙丽", "post": "sole"}], False),
    ],
)
def test_ten_women_members_make_a_committee_and_fewer_one_member(
    founding: Founding, women_members: int, women: list[dict[str, str]], accepted: bool
) -> None:
    assert (_all(founding, women_members=women_members, women=women) == []) is accepted


def test_the_head_of_the_womens_committee_belongs_to_the_leadership(founding: Founding) -> None:
    assert _paths(founding, women=[{"name": "孙丽", "post": "head"}]) == ["/women/0/name"]
    others = {"name": "孙丽", "post": "leadership_member", "elected_by": "committee", "votes": 5}
    assert _all(founding, leaders=[*congress()["leaders"], others], women=[{"name": "孙丽", "post": "head"}]) == []


@pytest.mark.parametrize(("number", "accepted"), [(2, False), (3, True), (11, True), (12, False)])
def test_an_audit_committee_has_three_to_eleven_members(founding: Founding, number: int, accepted: bool) -> None:
    people = [{"name": f"委员{n}", "post": "member" if n else "head", "votes": 100} for n in range(number)]
    assert (_all(founding, auditors=people) == []) is accepted


def test_the_chair_does_not_audit(founding: Founding) -> None:
    auditors = [*congress()["auditors"][:2], {"name": "张建国", "post": "member", "votes": 120}]
    assert _paths(founding, auditors=auditors) == ["/auditors/2/name"]


def test_consent_covers_the_person_and_the_post(founding: Founding) -> None:
    chair, vice = congress()["leaders"]
    assert _all(founding, leaders=[{**chair, "name": "张 建 国"}, vice]) == []
    swapped = [{**chair, "name": "李红梅"}, {**vice, "name": "张建国"}]
    assert _paths(founding, leaders=swapped) == ["/leaders/0/name", "/leaders/1/name"]
    assert _paths(founding, leaders=[{**chair, "name": "赵强"}, vice]) == ["/leaders/0/name"]


def test_only_the_last_proposal_counts(founding: Founding) -> None:
    founding.did("propose_leaders", "submit", {"candidates": [{**CANDIDATES[0], "name": "赵强"}, CANDIDATES[1]]})
    assert _paths(founding) == ["/leaders/0/name"]


def test_the_reported_election_explains_itself_to_the_superior_union(founding: Founding) -> None:
    assert election.election_result(founding.context).verdict == "no_verdict"
    founding.did("first_congress", "submit", congress())
    finding = election.election_result(founding.context)
    assert finding.verdict == "valid"
    assert (finding.numbers["quorum"], finding.numbers["majority"]) == (125, 94)
    founding.did("first_congress", "submit", congress(returned=151))
    finding = election.election_result(founding.context)
    assert finding.verdict == "not_valid"
    assert "R-322" in finding.reasons[0].zh


def test_leaders_are_held_against_the_consents_of_the_child_case(session: Session) -> None:
    founding = make_founding(session)
    founding.did("choose_form", "general_union", {"reason": "企业集中。"})
    assert _paths(founding) == ["/leaders/0/name", "/leaders/1/name"]
    given = {"张建国": date(2026, 11, 2), "李红梅": date(2026, 5, 2)}
    for person, office in (("张建国", "chair"), ("李红梅", "vice_chair")):
        session.add(
            Consent(
                applicant_id=founding.case.applicant_id,
                person=person,
                office=office,
                action="appoint",
                kind="express",
                given_on=given[person],
                valid_until=add_months(given[person], 6),
                case_id=founding.case.id,
            )
        )
    session.flush()
    assert _paths(founding) == ["/leaders/1/name"]  # on election day, 19 November, the older consent had run out
    assert _paths(founding, held_on="2026-11-02", publicity_from="2026-10-19") == []
    assert _paths(founding, held_on="2026-11-01", publicity_from="2026-10-19") == ["/leaders/0/name"]


def test_leaders_are_one_chair_and_at_most_one_full_time_vice_chair(founding: Founding) -> None:
    check = election.leaders_fit_their_posts
    assert check(founding.context, outcome="submit", answers={"candidates": CANDIDATES}) == []
    second = {"name": "赵强", "current_post": "县总工会干部", "post": "vice_chair", "tenure": "full_time"}
    mistakes = check(founding.context, outcome="submit", answers={"candidates": [*CANDIDATES, second]})
    assert "R-423" in mistakes[0].message.zh
    part_time = {**second, "tenure": "part_time"}
    assert check(founding.context, outcome="submit", answers={"candidates": [*CANDIDATES, part_time]}) == []
    assert check(founding.context, outcome="submit", answers={"candidates": CANDIDATES[1:]})
    same_person = {**CANDIDATES[1], "post": "women_head"}
    assert check(founding.context, outcome="submit", answers={"candidates": [*CANDIDATES, same_person]}) == []

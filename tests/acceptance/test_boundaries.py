"""B01–B12: where the election rules turn."""

from __future__ import annotations

import pytest

from workflows.law.committees import seats_band
from workflows.law.elections import majority, meeting_type, quorum
from workflows.law.eligibility import Candidate, Kinship, Position, Relative, Standing, eligibility, voter
from workflows.law.rule_sets import rule_set

RULES = rule_set().parameters


@pytest.mark.parametrize(("due", "needed", "votes"), [(186, 124, 94), (187, 125, 94), (188, 126, 95)])
def test_b01_quorum_and_majority(due: int, needed: int, votes: int) -> None:
    assert (quorum(due), majority(due)) == (needed, votes)


@pytest.mark.parametrize(
    ("members", "least", "most"),
    [(24, 3, 5), (25, 3, 7), (200, 3, 7), (201, 7, 15), (1000, 7, 15), (1001, 15, 21)],
)
def test_b03_seats_by_members(members: int, least: int, most: int) -> None:
    band = seats_band(members, RULES)
    assert (band.least, band.most) == (least, most)


@pytest.mark.parametrize(("members", "verdict"), [(99, "assembly"), (100, "assembly_by_default"), (101, "either")])
def test_b06_assembly_or_congress(members: int, verdict: str) -> None:
    assert meeting_type(members, RULES).verdict == verdict


def test_b06_at_exactly_100_the_open_point_is_named() -> None:
    assert any("C-03" in flag.zh for flag in meeting_type(100, RULES).flags)


def test_b08_the_spouse_of_the_legal_representative_cannot_stand() -> None:
    spouse = Candidate("甲", relatives=(Relative(Kinship.SPOUSE, frozenset({Position.LEGAL_REPRESENTATIVE})),))
    finding = eligibility(spouse, Standing.COMMITTEE, RULES)
    assert finding.verdict == "refused"
    assert "R-338" in finding.reasons[0].zh


def test_b10_the_head_of_hr_may_sit_on_the_committee_but_not_chair_it() -> None:
    candidate = Candidate("甲", frozenset({Position.HR_HEAD}))
    assert eligibility(candidate, Standing.COMMITTEE, RULES).verdict == "warned"
    assert eligibility(candidate, Standing.CHAIR, RULES).verdict == "refused"


def test_b11_a_foreign_employee_cannot_chair() -> None:
    assert eligibility(Candidate("Ann", foreign=True), Standing.CHAIR, RULES).verdict == "refused"
    assert eligibility(Candidate("Ann", foreign=True), Standing.COMMITTEE, RULES).verdict == "allowed"


def test_b12_who_only_keeps_membership_is_no_voter() -> None:
    assert voter("甲", member=True, retained=True).verdict == "removed"
    assert voter("甲", member=True, retained=False).verdict == "listed"
    for standing in Standing:
        assert eligibility(Candidate("甲", retained=True), standing, RULES).verdict == "refused"

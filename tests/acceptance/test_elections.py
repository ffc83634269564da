"""E01–E32: an enterprise union with 187 members (61 women), 212 employees and accounts of its own."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.calendar import Calendar
from workflows.deadlines import DeadlineRule, derive
from workflows.law.changes import extraordinary_meeting, transfer
from workflows.law.committees import audit_committee, committee
from workflows.law.counts import Count, Votes, ballot
from workflows.law.elections import (
    attendance,
    delegated_vote,
    majority,
    meeting_type,
    nomination,
    quorum,
    scrutineers,
)
from workflows.law.eligibility import Candidate, Position, Standing, eligibility
from workflows.law.founding import FoundingFile, bodies_founded_together, full_time_chair, womens_body
from workflows.law.results import Verdict, decide, decide_tie
from workflows.law.rule_sets import rule_set
from workflows.law.terms import Post, vacancy
from workflows.law.timers import timer

MEMBERS, WOMEN, EMPLOYEES = 187, 61, 212
RULES = rule_set().parameters
CALENDAR = Calendar()


def count(votes: dict[str, int], *, seats: int = 7, attending: int = 150, returned: int = 150) -> Count:
    people = tuple(Votes(name, in_favour) for name, in_favour in votes.items())
    return Count(MEMBERS, attending, seats, attending, returned, people)


SEVEN = {"A": 140, "B": 130, "C": 120, "D": 110, "E": 100, "F": 99}


def test_e01_assembly_or_congress() -> None:
    assert meeting_type(MEMBERS, RULES).verdict == "either"


def test_e02_three_to_seven_seats_and_an_even_number_is_only_advised_against() -> None:
    verdicts = {seats: committee(MEMBERS, RULES, seats).verdict for seats in range(2, 9)}
    assert verdicts == {2: "outside", 3: "fits", 4: "fits", 5: "fits", 6: "fits", 7: "fits", 8: "outside"}
    assert any("单数" in flag.zh and "odd" in flag.en for flag in committee(MEMBERS, RULES, 4).flags)
    assert not any("单数" in flag.zh for flag in committee(MEMBERS, RULES, 5).flags)


def test_e03_eight_stand_for_seven_seats() -> None:
    assert nomination(7, 7, RULES).verdict == "too_few"
    assert nomination(7, 8, RULES).verdict == "enough"


def test_e04_no_ballot_with_124() -> None:
    finding = attendance(MEMBERS, 124, RULES)
    assert (finding.verdict, finding.numbers["quorum"]) == ("no_quorum", 125)
    held = count({"A": 100}, seats=1, attending=124, returned=124)
    assert decide(held, RULES).verdict is Verdict.NO_QUORUM


def test_e05_a_ballot_with_125() -> None:
    assert attendance(MEMBERS, 125, RULES).verdict == "may_vote"


def test_e06_ninety_four_votes_elect() -> None:
    assert majority(MEMBERS) == 94
    result = decide(count({"A": 94, "B": 93}, seats=2), RULES)
    assert result.elected == ("A",)


def test_e08_fewer_ballots_back_than_out_is_valid() -> None:
    assert decide(count({"A": 100}, seats=1, returned=149), RULES).verdict is Verdict.ELECTED


def test_e09_more_ballots_back_than_out_is_void_and_repeated() -> None:
    result = decide(count({"A": 100}, seats=1, returned=151), RULES)
    assert result.verdict is Verdict.VOID
    assert result.elected == ()
    assert "重新选举" in result.finding.reasons[0].zh


@pytest.mark.parametrize(("marked", "verdict"), [(8, "invalid"), (7, "valid"), (6, "valid"), (0, "abstention")])
def test_e10_a_ballot_with_more_names_than_seats_is_invalid(marked: int, verdict: str) -> None:
    assert ballot(marked, 0, 7, RULES).verdict == verdict


def test_e12_a_tie_for_the_seventh_seat_is_voted_on_again_among_the_two() -> None:
    first = decide(count({**SEVEN, "G": 94, "H": 94}), RULES, members=MEMBERS)
    assert first.verdict is Verdict.TIE
    assert (first.elected, first.tied, first.open_seats) == (tuple(SEVEN), ("G", "H"), 1)
    second = decide_tie(first, count({"G": 60, "H": 90}, seats=1), RULES)
    assert second.verdict is Verdict.ELECTED
    assert second.elected == (*SEVEN, "H")


def test_e16_nobody_votes_for_an_absent_colleague() -> None:
    assert delegated_vote(RULES).verdict == "refused"


def test_e17_a_candidate_is_no_scrutineer() -> None:
    finding = scrutineers(["X", "C"], ["A", "B", "C"], RULES)
    assert finding.verdict == "refused"
    assert "C" in finding.reasons[0].zh


def test_e20_a_committee_of_seven_needs_five_and_four_votes() -> None:
    assert (quorum(7), majority(7)) == (5, 4)
    votes = (Votes("A", 4, 1, 0), Votes("B", 1, 4, 0))
    assert decide(Count(7, 5, 1, 5, 5, votes), RULES).elected == ("A",)
    assert decide(Count(7, 5, 1, 5, 5, (Votes("A", 3, 2, 0),)), RULES).verdict is Verdict.SHORTAGE


def test_e21_three_to_eleven_auditors_without_those_who_handle_the_money() -> None:
    assert [n for n in range(14) if audit_committee(n, RULES).verdict == "complete"] == list(range(3, 12))
    for position in (Position.FINANCE_VICE_CHAIR, Position.FINANCE_STAFF):
        candidate = Candidate("甲", frozenset({position}))
        assert eligibility(candidate, Standing.AUDIT, RULES).verdict == "refused"


def test_e22_sixty_one_women_need_a_womens_committee_or_nothing_is_submitted() -> None:
    assert womens_body(WOMEN, RULES).verdict == "committee"
    without = FoundingFile(women=WOMEN, auditors=3, womens_members=0, womens_head=False)
    assert bodies_founded_together(without, RULES).verdict == "not_complete"
    assert bodies_founded_together(FoundingFile(WOMEN, 3, 5, womens_head=True), RULES).verdict == "complete"


def test_e23_a_full_time_chair_or_vice_chair_is_a_duty_that_blocks_nothing() -> None:
    finding = full_time_chair(EMPLOYEES, RULES)
    assert (finding.verdict, finding.numbers["reference_staff"]) == ("obliged", 1)
    assert any("不阻止" in flag.zh for flag in finding.flags)
    assert full_time_chair(EMPLOYEES, RULES, full_time_vice_chair=True).verdict == "fulfilled"
    assert full_time_chair(199, RULES).verdict == "optional"


def test_e24_fifteen_days_for_the_reply_and_no_approval_by_silence() -> None:
    which = timer("T-01")
    derivation = derive(date(2026, 3, 10), which.deadline_rule(RULES), CALENDAR)
    assert derivation.end == date(2026, 3, 25)
    assert not derivation.overdue(date(2026, 3, 25))
    assert derivation.overdue(date(2026, 3, 26))
    assert "不自动批准" in which.outcome.zh


@pytest.mark.parametrize("number", ["T-02", "T-03"])
def test_e27_publicity_of_five_working_days_or_of_seven_days_for_a_chair(number: str) -> None:
    derivation = derive(date(2026, 3, 2), timer(number).deadline_rule(RULES), CALENDAR)
    assert derivation.end == date(2026, 3, 9)
    assert derivation.continue_from == date(2026, 3, 10)


def test_e28_sixty_three_signatures_call_an_extraordinary_assembly() -> None:
    assert extraordinary_meeting(MEMBERS, 62, RULES).verdict == "not_called"
    assert extraordinary_meeting(MEMBERS, 63, RULES).verdict == "called"


def test_e30_a_transfer_waits_for_the_superior_union() -> None:
    finding = transfer(own_committee_agrees=True, superior_agrees=False)
    assert finding.verdict == "blocked"
    assert ["上一级" in text.zh for text in finding.missing] == [True]
    assert transfer(own_committee_agrees=True, superior_agrees=True).verdict == "allowed"


def test_e31_a_by_election_of_an_enterprise_chair_within_three_months() -> None:
    due = vacancy(Post.ENTERPRISE_CHAIR, date(2026, 3, 15), RULES, CALENDAR)
    assert due is not None
    assert due.day == date(2026, 6, 15)


@pytest.mark.parametrize("post", [Post.CHAIR, Post.VICE_CHAIR])
def test_e32_a_by_election_of_another_chair_within_six_months(post: Post) -> None:
    due = vacancy(post, date(2026, 3, 15), RULES, CALENDAR)
    assert due is not None
    assert due.day == date(2026, 9, 15)


def test_the_rule_of_a_deadline_can_be_given_as_text() -> None:
    assert timer("T-01").deadline_rule(RULES) == DeadlineRule(15, "calendar_days", "act_by", "R-331")  # type: ignore[arg-type]

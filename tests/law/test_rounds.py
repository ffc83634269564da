"""One body, ballot after ballot (R-322–R-324)."""

from __future__ import annotations

import pytest

from workflows.errors import Invalid
from workflows.law import rounds
from workflows.law.counts import Count, Votes
from workflows.law.results import Result, Verdict
from workflows.law.rule_sets import rule_set

PARAMETERS = rule_set().parameters


def _count(seats: int, votes: dict[str, int], *, attending: int = 150, returned: int = 150) -> Count:
    given = tuple(Votes(name, number) for name, number in votes.items())
    return Count(due=187, attending=attending, seats=seats, issued=attending, returned=returned, votes=given)


def _after(*counts: Count) -> Result:
    result: Result | None = None
    for count in counts:
        result = rounds.next_result(result, count, PARAMETERS, members=187)
    assert result is not None
    return result


TIE = _count(2, {"甲": 110, "乙": 94, "丙": 94})


def test_a_tie_is_voted_on_among_the_tied() -> None:
    result = _after(TIE, _count(1, {"乙": 70, "丙": 60}))
    assert (result.verdict, result.elected) == (Verdict.ELECTED, ("甲", "乙"))


def test_a_void_repeat_of_a_tie_is_again_among_the_tied() -> None:
    void = _after(TIE, _count(1, {"乙": 70, "丙": 60}, returned=151))
    assert void.verdict is Verdict.VOID
    assert set(rounds.who_stands(void, ["甲", "乙", "丙"])) == {"乙", "丙"}
    assert rounds.seats_left(void, 2) == 1
    with pytest.raises(Invalid):
        rounds.next_result(void, _count(1, {"甲": 70, "丙": 60}), PARAMETERS)


def test_a_void_first_ballot_begins_anew() -> None:
    void = _after(_count(2, {"甲": 120, "乙": 100, "丙": 10}, returned=151))
    assert rounds.who_stands(void, ["甲", "乙", "丙"]) == ("甲", "乙", "丙")
    again = rounds.next_result(void, _count(2, {"甲": 120, "乙": 100, "丙": 10}), PARAMETERS, members=187)
    assert again.elected == ("甲", "乙")


def test_a_shortage_is_met_by_a_further_election_among_the_others() -> None:
    short = _after(_count(2, {"甲": 120, "乙": 90, "丙": 80}))
    assert short.verdict is Verdict.SHORTAGE
    assert rounds.who_stands(short, ["甲", "乙", "丙"]) == ("乙", "丙")
    assert rounds.next_result(short, _count(1, {"乙": 100, "丙": 40}), PARAMETERS).elected == ("甲", "乙")


def test_fewer_seats_complete_a_body() -> None:
    votes = dict.fromkeys("甲乙丙丁戊己", 100) | {"庚": 90}
    short = _after(_count(7, votes))
    reduced, finding = rounds.with_fewer_seats(short, 94, 150, PARAMETERS)
    assert finding.verdict == "reduced"
    assert reduced is not None
    assert (reduced.verdict, reduced.open_seats, len(reduced.elected)) == (Verdict.ELECTED, 0, 6)
    assert rounds.with_fewer_seats(short, 93, 150, PARAMETERS)[0] is None

"""One body, ballot after ballot, until it is complete: which rule decides the next count (R-322–R-324)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from workflows.law.counts import Count
from workflows.law.finding import Finding
from workflows.law.results import Result, Verdict, decide, decide_further, decide_tie, reduce_seats
from workflows.law.rule_sets import Parameters

REPEATED = (Verdict.VOID, Verdict.NO_QUORUM)


def next_result(before: Result | None, count: Count, parameters: Parameters, *, members: int | None = None) -> Result:
    """The result after one more count: of the first ballot, the vote among the tied, the further election, or the
    repetition of whichever of them came to nothing.

    ``members``: members of the union, for the first ballot of its committee. Invalid as the function that decides says.
    """
    if before is None or (before.verdict in REPEATED and not before.tied and not before.elected):
        return decide(count, parameters, members=members)
    if before.tied:
        return decide_tie(before, count, parameters)
    return decide_further(before, count, parameters)


def seats_left(before: Result | None, seats: int) -> int:
    """For how many seats the next ballot is."""
    return seats if before is None else before.open_seats


def who_stands(before: Result | None, nominated: Iterable[str]) -> tuple[str, ...]:
    """Whose names are printed on the next ballot: the nominated, only the tied, or whoever is not elected yet."""
    if before is None:
        return tuple(nominated)
    if before.tied:
        return before.tied
    return tuple(name for name in nominated if name not in before.elected)


def with_fewer_seats(
    before: Result, in_favour: int, attending: int, parameters: Parameters
) -> tuple[Result | None, Finding]:
    """R-324: what stands when the meeting agrees to fewer seats; no result when it may not, or does not."""
    finding = reduce_seats(before, in_favour, attending, parameters)
    if finding.verdict != "reduced":
        return None, finding
    decided = replace(before.finding, verdict=Verdict.ELECTED.value, title=finding.title)
    return replace(before, finding=decided, open_seats=0, reducible_to=None), finding


__all__ = ["REPEATED", "next_result", "seats_left", "who_stands", "with_fewer_seats"]

"""Who is elected (D-09, R-312, R-322–R-324), ballot after ballot: the first, the vote among the tied, the further one.

Every function is total over lawful and unlawful counts; impossible ones never become a :class:`Count`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from workflows.errors import Mistake
from workflows.law.bands import Band
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.committees import seats_band
from workflows.law.counts import Count, Votes
from workflows.law.elections import ballots_count, majority, quorum
from workflows.law.finding import Finding
from workflows.law.names import same_name
from workflows.law.rule_sets import Parameters
from workflows.text import Text

RULE = "D-09, R-312, R-322, R-323"


class Verdict(StrEnum):
    """What a ballot led to."""

    ELECTED = "elected"  # every seat is filled
    TIE = "tie"  # vote again among the tied for the seats that are left
    SHORTAGE = "shortage"  # a further election, or fewer seats
    VOID = "void"  # more ballots came back than went out; repeat
    NO_QUORUM = "no_quorum"  # there should have been no ballot; a new date

    @property
    def label(self) -> Text:
        return _VERDICT[self]


_VERDICT = {
    Verdict.ELECTED: Text("全部选出", "Every seat is filled"),
    Verdict.TIE: Text("票数相同，须再次投票", "A tie: vote again among the tied"),
    Verdict.SHORTAGE: Text("未选足应选名额", "Not every seat is filled"),
    Verdict.VOID: Text("选举无效，须重新选举", "The election is void and is repeated"),
    Verdict.NO_QUORUM: Text("到会人数不足，选举不成立", "Too few attended: there is no election"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What stands after a ballot.

    ``elected``: all who are elected so far, by votes; ``tied``: between whom the next ballot is; ``open_seats``: seats
    not filled yet; ``reducible_to``: the number of seats the meeting may agree on instead of a further election (R-324),
    None when it may not.
    """

    finding: Finding
    count: Count
    elected: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    open_seats: int = 0
    reducible_to: int | None = None

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.finding.verdict)

    def to_json(self) -> dict[str, Any]:
        """The finding with the names beside it."""
        return {
            **self.finding.to_json(),
            "elected": list(self.elected),
            "tied": list(self.tied),
            "open_seats": self.open_seats,
            "reducible_to": self.reducible_to,
        }


def decide(count: Count, parameters: Parameters, *, members: int | None = None) -> Result:
    """D-09: the result of a ballot for ``count.seats`` seats.

    ``members``: members of the union, when the seats are those of its committee; only then may a shortage be met by
    fewer seats, within R-305. The order of ``count.votes`` makes no difference.
    """
    if blocked := _blocked(count, parameters):
        return blocked
    needed = majority(count.due)
    passed = _ranked(votes for votes in count.votes if votes.in_favour >= needed)
    elected, tied = _cut(passed, count.seats)
    band = None if members is None else seats_band(members, parameters)
    return _result(count, parameters, elected, tied, band=band)


def decide_tie(before: Result, count: Count, parameters: Parameters) -> Result:
    """R-323: the vote among the tied; more votes win. A tie at the cut leads to the next vote.

    Invalid when others are voted on than the tied, or for another number of seats than is left.
    """
    mistakes = []
    if {same_name(name) for name in before.tied} != {same_name(votes.name) for votes in count.votes}:
        mistakes.append(
            Mistake(
                "/votes",
                Text(
                    f"只在票数相同的{'、'.join(before.tied)}之间再次投票（R-323）。",
                    f"The vote is among the tied only: {', '.join(before.tied)} (R-323).",
                ),
            )
        )
    refuse([*mistakes, *_other_seats(before, count)])
    if blocked := _blocked(count, parameters, before):
        return blocked
    elected, tied = _cut(_ranked(count.votes), count.seats)
    return _result(count, parameters, elected, tied, before=before)


def decide_further(before: Result, count: Count, parameters: Parameters) -> Result:
    """R-324: the further election for the seats a shortage left open.

    Invalid when somebody stands who is elected already, or for another number of seats than is left.
    """
    seated = {same_name(name) for name in before.elected}
    again = [votes.name for votes in count.votes if same_name(votes.name) in seated]
    mistakes = []
    if again:
        mistakes.append(
            Mistake("/votes", Text(f"{'、'.join(again)}已经当选。", f"{', '.join(again)}: elected already."))
        )
    refuse([*mistakes, *_other_seats(before, count)])
    if blocked := _blocked(count, parameters, before):
        return blocked
    needed = majority(count.due)
    elected, tied = _cut(_ranked(votes for votes in count.votes if votes.in_favour >= needed), count.seats)
    return _result(count, parameters, elected, tied, before=before)


def reduce_seats(before: Result, in_favour: int, attending: int, parameters: Parameters) -> Finding:
    """R-324: the meeting agrees to fewer seats instead of a further election. Verdict "reduced" or "not_reduced".

    ``in_favour`` of ``attending``: the vote of the meeting. Invalid when more vote than attend.
    """
    due = before.count.due
    mistakes = negative(in_favour=in_favour, attending=attending)
    if attending > due or in_favour > attending:
        mistakes.append(Mistake("/in_favour", Text("赞成人数多于到会人数。", "More are in favour than attend.")))
    refuse(mistakes)
    seats = len(before.elected) + before.open_seats
    needed = majority(due)
    limit = parameters["election.shortage_percent"]
    basis = Basis.of(parameters["election.majority"], "R-324, R-305")
    numbers = {"seats": seats, "elected": len(before.elected), "votes": in_favour, "votes_needed": needed}
    if before.reducible_to is None:
        return basis.finding(
            "not_reduced",
            Text("不能减少名额", "The seats cannot be made fewer"),
            numbers,
            _not_close(seats, before.open_seats, parameters),
            flags=doubt(limit),
        )
    if in_favour < needed:
        return basis.finding(
            "not_reduced",
            Text("减少名额未获通过", "The meeting did not agree to fewer seats"),
            numbers,
            Text(
                f"赞成 {in_favour} 人，不足应到会人数过半数的 {needed} 人，须再行选举（R-324）。",
                f"{in_favour} agree; more than half of those who should attend is {needed}: a further election (R-324).",
            ),
            flags=doubt(limit),
        )
    return basis.finding(
        "reduced",
        Text(f"名额减为 {before.reducible_to} 名", f"{before.reducible_to} seats instead"),
        numbers,
        Text(
            f"接近应选名额且在规定人数之内，经 {in_favour} 人同意，名额由 {seats} 名减为 {before.reducible_to} 名（R-324、R-305）。",
            f"Close to the number and within the band; {in_favour} agreed: {before.reducible_to} seats instead of "
            f"{seats} (R-324, R-305).",
        ),
        flags=doubt(limit),
    )


# ---- how ---------------------------------------------------------------------------------------------------------


def _ranked(votes: Iterable[Votes]) -> list[Votes]:
    return sorted(votes, key=lambda entry: (-entry.in_favour, same_name(entry.name), entry.name))


def _cut(ranked: Sequence[Votes], seats: int) -> tuple[tuple[Votes, ...], tuple[Votes, ...]]:
    """Who is above the cut, and who shares the number of votes at it when they are too many."""
    if len(ranked) <= seats:
        return tuple(ranked), ()
    last, following = ranked[seats - 1].in_favour, ranked[seats].in_favour
    if last != following:
        return tuple(ranked[:seats]), ()
    return (
        tuple(votes for votes in ranked if votes.in_favour > last),
        tuple(votes for votes in ranked if votes.in_favour == last),
    )


def _other_seats(before: Result, count: Count) -> list[Mistake]:
    if count.seats == before.open_seats:
        return []
    return [
        Mistake(
            "/seats",
            Text(
                f"这次投票应选 {before.open_seats} 名（剩余名额），不是 {count.seats} 名。",
                f"This vote is for the {before.open_seats} seats that are left, not for {count.seats}.",
            ),
        )
    ]


def _blocked(count: Count, parameters: Parameters, before: Result | None = None) -> Result | None:
    """A ballot that decides nothing, whatever was voted; what an earlier ballot decided stands."""
    needed = quorum(count.due)
    if count.attending < needed:
        verdict = Verdict.NO_QUORUM
        reason = Text(
            f"应到会 {count.due} 人，三分之二以上为 {needed} 人，实到会 {count.attending} 人：不得选举，改期召开（R-312）。",
            f"{count.due} should attend, two thirds are {needed}, {count.attending} did: no ballot, a new date (R-312).",
        )
    elif not ballots_count(count.issued, count.returned):
        verdict = Verdict.VOID
        reason = Text(
            f"发出选票 {count.issued} 张，收回 {count.returned} 张，收回多于发出：选举无效，重新选举（R-322）。",
            f"{count.issued} ballots went out and {count.returned} came back: the election is void, repeat it (R-322).",
        )
    else:
        return None
    return Result(
        finding=_finding(verdict, count, parameters, (reason,), before.elected if before else ()),
        count=count,
        elected=before.elected if before else (),
        tied=before.tied if before else (),
        open_seats=count.seats,
    )


def _result(
    count: Count,
    parameters: Parameters,
    elected: tuple[Votes, ...],
    tied: tuple[Votes, ...],
    *,
    before: Result | None = None,
    band: Band | None = None,
) -> Result:
    again = before is not None and bool(before.tied)
    seated = (*(before.elected if before else ()), *(votes.name for votes in elected))
    left = count.seats - len(elected)
    verdict = Verdict.TIE if tied else Verdict.SHORTAGE if left else Verdict.ELECTED
    fewer = len(seated) if verdict is Verdict.SHORTAGE and _may_reduce(len(seated), left, band, parameters) else None
    reasons = [_turnout(count), *(_about(votes, count, elected, tied, again=again) for votes in _ranked(count.votes))]
    if seated:
        names_zh, names_en = "、".join(seated), ", ".join(seated)
        reasons.append(Text(f"当选 {len(seated)} 人：{names_zh}。", f"Elected, {len(seated)}: {names_en}."))
    alternatives: list[Text] = []
    if verdict is Verdict.TIE:
        names = [votes.name for votes in tied]
        reasons.append(
            Text(
                f"{'、'.join(names)}票数相同，剩余 {left} 个名额，在他们之间再次投票，得票多的当选（R-323）。",
                f"{', '.join(names)} have the same number of votes for {left} remaining seat(s): vote again among them, "
                "more votes win (R-323).",
            )
        )
    if verdict is Verdict.SHORTAGE:
        reasons.append(
            Text(
                f"缺 {left} 名，就缺额再行选举（R-324）。",
                f"{left} seat(s) short: a further election for them (R-324).",
            )
        )
        if fewer is not None:
            alternatives.append(
                Text(
                    f"接近应选名额，经会议过半数同意，可以将名额减为 {fewer} 名（R-324）。",
                    f"Close to the number: the meeting may agree by majority to {fewer} seats (R-324).",
                )
            )
    finding = _finding(verdict, count, parameters, tuple(reasons), seated)
    if fewer is not None:
        finding = replace(finding, flags=(*finding.flags, *doubt(parameters["election.shortage_percent"])))
    return Result(
        finding=replace(finding, alternatives=tuple(alternatives)),
        count=count,
        elected=seated,
        tied=tuple(votes.name for votes in tied),
        open_seats=left,
        reducible_to=fewer,
    )


def _may_reduce(elected: int, left: int, band: Band | None, parameters: Parameters) -> bool:
    if band is None or elected not in band:
        return False
    percent = Fraction(parameters.integer("election.shortage_percent"), 100)
    return left <= parameters.integer("election.shortage_seats") or left <= percent * (elected + left)


def _not_close(seats: int, left: int, parameters: Parameters) -> Text:
    percent = parameters.integer("election.shortage_percent")
    few = parameters.integer("election.shortage_seats")
    return Text(
        f"应选 {seats} 名，缺 {left} 名；缺额不超过 {few} 名或者 {percent}%，且仍在规定人数之内，才可以减少名额（R-324、R-305）。",
        f"{left} of {seats} seats are missing; fewer seats are possible only when {few} or at most {percent} % are missing "
        "and the number stays within the band (R-324, R-305).",
    )


def _turnout(count: Count) -> Text:
    return Text(
        f"应到会 {count.due} 人，实到会 {count.attending} 人，法定人数 {quorum(count.due)} 人；发出选票 {count.issued} 张，"
        f"收回 {count.returned} 张，有效 {count.valid} 张；当选须得 {majority(count.due)} 票（应到会人数的过半数，R-323）。",
        f"{count.due} should attend, {count.attending} do, {quorum(count.due)} are needed; {count.issued} ballots went out, "
        f"{count.returned} came back, {count.valid} are valid; {majority(count.due)} votes elect, more than half of those "
        "who should attend (R-323).",
    )


def _about(votes: Votes, count: Count, elected: tuple[Votes, ...], tied: tuple[Votes, ...], *, again: bool) -> Text:
    name, got, needed = votes.name, votes.in_favour, majority(count.due)
    wrote = Text("（另选）", " (written in)") if votes.written_in else Text("", "")
    if votes in elected:
        ending = Text("当选", "elected")
    elif votes in tied:
        ending = Text("票数相同", "tied")
    elif again or got >= needed:
        ending = Text("得票较少，未当选", "fewer votes, not elected")
    else:
        ending = Text(f"不足 {needed} 票，未当选", f"below {needed}, not elected")
    return Text(
        f"{name}{wrote.zh}：赞成 {got} 票，{ending.zh}。", f"{name}{wrote.en}: {got} votes in favour, {ending.en}."
    )


def _finding(
    verdict: Verdict, count: Count, parameters: Parameters, reasons: tuple[Text, ...], elected: tuple[str, ...]
) -> Finding:
    numbers = {
        "due": count.due,
        "present": count.attending,
        "quorum": quorum(count.due),
        "issued": count.issued,
        "returned": count.returned,
        "valid": count.valid,
        "invalid": count.invalid,
        "seats": count.seats,
        "votes_needed": majority(count.due),
        "elected": len(elected),
    }
    parameter = parameters["election.majority"]
    rule = f"{RULE}, R-324" if verdict is Verdict.SHORTAGE else RULE
    return Basis.of(parameter, rule).finding(verdict.value, verdict.label, numbers, *reasons, flags=doubt(parameter))

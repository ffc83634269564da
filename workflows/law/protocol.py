"""计票结果报告单: the protocol of a ballot with its arithmetic, as plain values for a paper or a page (R-322, R-325)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows.law.counts import Count, Votes
from workflows.law.elections import ballots_count, majority, quorum
from workflows.law.names import by_surname_strokes, same_name
from workflows.law.results import Result
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of arithmetic: what, how it is found, what comes out, whether it is as it must be (None: no test)."""

    what: Text
    how: str
    value: int
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One person: votes, the sum where all three kinds were counted, and what it led to."""

    number: int
    name: str
    in_favour: int
    against: int | None
    abstained: int | None
    total: int | None
    written_in: bool
    outcome: Text


@dataclass(frozen=True, slots=True)
class Protocol:
    """What the head of the scrutineers signs."""

    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    conclusion: Text
    flags: tuple[Text, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; the words in both languages."""
        return {
            "lines": [
                {"what": _pair(line.what), "how": line.how, "value": line.value, "holds": line.holds}
                for line in self.lines
            ],
            "rows": [
                {
                    "number": row.number,
                    "name": row.name,
                    "in_favour": row.in_favour,
                    "against": row.against,
                    "abstained": row.abstained,
                    "total": row.total,
                    "written_in": row.written_in,
                    "outcome": _pair(row.outcome),
                }
                for row in self.rows
            ],
            "conclusion": _pair(self.conclusion),
            "flags": [_pair(flag) for flag in self.flags],
        }


def protocol(result: Result) -> Protocol:
    """The protocol of one ballot: arithmetic, one row for each person in the order of surname strokes, conclusion."""
    count = result.count
    ordered = by_surname_strokes(votes.name for votes in count.votes)
    by_name = {same_name(votes.name): votes for votes in count.votes}
    rows = tuple(_row(number, by_name[same_name(name)], result) for number, name in enumerate(ordered.names, start=1))
    return Protocol(_lines(count), rows, _conclusion(result), (*result.finding.flags, *ordered.flags))


def _lines(count: Count) -> tuple[Line, ...]:
    due, needed = count.due, quorum(count.due)
    return (
        Line(Text("应到会人数", "Should attend"), "", due),
        Line(Text("法定人数", "Quorum"), f"⌈2×{due}÷3⌉ = ⌈{2 * due}÷3⌉", needed),
        Line(
            Text("实到会人数", "Attending"),
            _compared(count.attending, needed),
            count.attending,
            count.attending >= needed,
        ),
        Line(Text("发出选票", "Ballots issued"), "", count.issued),
        Line(
            Text("收回选票", "Ballots returned"),
            _compared(count.returned, count.issued),
            count.returned,
            ballots_count(count.issued, count.returned),
        ),
        Line(Text("无效票", "Invalid ballots"), "", count.invalid),
        Line(Text("有效票", "Valid ballots"), f"{count.returned} − {count.invalid}", count.valid),
        Line(Text("应选名额", "Seats"), "", count.seats),
        Line(Text("当选所需票数", "Votes that elect"), f"⌊{due}÷2⌋ + 1", majority(due)),
    )


def _compared(value: int, with_: int) -> str:
    sign = "<" if value < with_ else "=" if value == with_ else ">"
    return f"{value} {sign} {with_}"


def _row(number: int, votes: Votes, result: Result) -> Row:
    complete = not votes.written_in and votes.against is not None and votes.abstained is not None
    if votes.name in result.elected:
        outcome = Text("当选", "elected")
    elif votes.name in result.tied:
        outcome = Text("再次投票", "vote again")
    else:
        outcome = Text("未当选", "not elected")
    return Row(
        number=number,
        name=votes.name,
        in_favour=votes.in_favour,
        against=votes.against,
        abstained=votes.abstained,
        total=votes.counted if complete else None,
        written_in=votes.written_in,
        outcome=outcome,
    )


def _conclusion(result: Result) -> Text:
    names = by_surname_strokes(result.elected).names
    title = result.finding.title
    if not names:
        return Text(f"{title.zh}。", f"{title.en}.")
    return Text(
        f"{title.zh}。当选 {len(names)} 人（按姓氏笔画为序）：{'、'.join(names)}。",
        f"{title.en}. Elected, {len(names)}, in the order of surname strokes: {', '.join(names)}.",
    )


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}

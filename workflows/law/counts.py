"""What was counted in an election, and what cannot have been counted (R-320–R-322).

Impossible counts are refused: more attend than should, more votes than valid ballots. Unlawful ones are kept and decided by
:mod:`workflows.law.results`: more ballots back than went out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.errors import Mistake
from workflows.law.basis import negative, refuse
from workflows.law.elections import regulation
from workflows.law.finding import Finding
from workflows.law.names import same_name
from workflows.law.rule_sets import Parameters
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Votes:
    """What one person got. None: against or abstentions were not counted apart.

    ``written_in``: the person did not stand and was written in 另选他人; only the votes in favour are counted then.
    """

    name: str
    in_favour: int
    against: int | None = None
    abstained: int | None = None
    written_in: bool = False

    @property
    def counted(self) -> int:
        return self.in_favour + (self.against or 0) + (self.abstained or 0)


@dataclass(frozen=True, slots=True)
class Count:
    """One ballot as it was counted; every number in persons or in ballots.

    ``due``: those who should attend; ``attending``: those who came, the mobile ballot box included; ``seats``: to be
    filled by this ballot; ``invalid``: ballots among the returned ones that do not count. Invalid (with every mistake)
    when the numbers cannot be true together.
    """

    due: int
    attending: int
    seats: int
    issued: int
    returned: int
    votes: tuple[Votes, ...]
    invalid: int = 0

    def __post_init__(self) -> None:
        refuse(_impossible(self))

    @property
    def valid(self) -> int:
        return self.returned - self.invalid


def _impossible(count: Count) -> list[Mistake]:
    mistakes = negative(
        due=count.due,
        attending=count.attending,
        seats=count.seats,
        issued=count.issued,
        returned=count.returned,
        invalid=count.invalid,
    )
    for name, value in (("due", count.due), ("seats", count.seats)):
        if value == 0:
            mistakes.append(Mistake(f"/{name}", Text("至少为 1。", "It is at least 1.")))
    mistakes += _above("attending", count.attending, count.due, Text("应到会人数", "those who should attend"))
    mistakes += _above("issued", count.issued, count.attending, Text("实到会人数", "those who attend"))
    mistakes += _above("invalid", count.invalid, count.returned, Text("收回选票", "the ballots returned"))
    return [*mistakes, *_impossible_votes(count)]


def _above(name: str, value: int, limit: int, what: Text) -> Iterator[Mistake]:
    if value > limit:
        yield Mistake(
            f"/{name}", Text(f"{value} 多于{what.zh}（{limit}）。", f"{value} is more than {what.en} ({limit}).")
        )


def _impossible_votes(count: Count) -> Iterator[Mistake]:
    repeated = Counter(same_name(votes.name) for votes in count.votes)
    for number, votes in enumerate(count.votes):
        path = f"/votes/{number}"
        if not votes.name.strip():
            yield Mistake(f"{path}/name", Text("缺少姓名。", "The name is missing."))
        elif repeated[same_name(votes.name)] > 1:
            yield Mistake(
                f"{path}/name",
                Text(f"“{votes.name}”出现不止一次；同名的人请加以区分。", f"“{votes.name}” is there more than once."),
            )
        for kind in ("in_favour", "against", "abstained"):
            if (getattr(votes, kind) or 0) < 0:
                yield Mistake(f"{path}/{kind}", Text("数字不能小于 0。", "A count is not below 0."))
        yield from _wrong_sum(votes, count, path)
    total = sum(votes.in_favour for votes in count.votes)
    if total > count.valid * count.seats >= 0:
        most = count.valid * count.seats
        yield Mistake(
            "/votes",
            Text(
                f"赞成票合计 {total}，多于有效票 {count.valid} 张 × 应选 {count.seats} 名 = {most}；选人多于应选名额的票应计为无效票。",
                f"{total} votes in favour, more than {count.valid} valid ballots × {count.seats} seats = {most}; a ballot "
                "with too many marks counts as invalid.",
            ),
        )


def _wrong_sum(votes: Votes, count: Count, path: str) -> Iterator[Mistake]:
    if votes.counted > count.valid:
        yield Mistake(
            f"{path}/in_favour",
            Text(
                f"{votes.name}的票合计 {votes.counted}，多于有效票 {count.valid} 张。",
                f"{votes.counted} votes for {votes.name}, more than the {count.valid} valid ballots.",
            ),
        )
    elif votes.written_in or votes.against is None or votes.abstained is None:
        return
    elif votes.counted != count.valid:
        yield Mistake(
            f"{path}/abstained",
            Text(
                f"{votes.name}的赞成、反对、弃权合计 {votes.counted}，应等于有效票 {count.valid} 张。",
                f"In favour, against and abstained of {votes.name} are {votes.counted}; they add up to the "
                f"{count.valid} valid ballots.",
            ),
        )


def ballot(marked: int, written_in: int, seats: int, parameters: Parameters, *, readable: bool = True) -> Finding:
    """D-08, R-322: one ballot. Verdict "valid", "abstention" (valid, nobody chosen), "invalid" or "unclear".

    ``marked``: candidates marked in favour; ``written_in``: other people written in. Invalid for a negative number or
    for no seats.
    """
    mistakes = negative(marked=marked, written_in=written_in, seats=seats)
    if seats == 0:
        mistakes.append(Mistake("/seats", Text("至少为 1。", "It is at least 1.")))
    refuse(mistakes)
    basis = regulation("D-08, R-322", parameters)
    chosen = marked + written_in
    numbers = {"marked": marked, "written_in": written_in, "seats": seats}
    if not readable:
        return basis.finding(
            "unclear",
            Text("由监票人认定", "The scrutineers decide"),
            numbers,
            Text(
                "字迹不清的选票由监票人认定并记录。",
                "The scrutineers decide on a ballot nobody can read, and record it.",
            ),
        )
    reason = Text(
        f"选了 {chosen} 人，应选 {seats} 名；所选人数等于或者少于应选名额的有效，多于的无效（R-322）。",
        f"{chosen} chosen for {seats} seats: as many or fewer are valid, more are not (R-322).",
    )
    if chosen > seats:
        return basis.finding("invalid", Text("无效票", "An invalid ballot"), numbers, reason)
    if chosen == 0:
        blank = Text("没有选任何人，计为弃权，选票有效。", "Nobody is chosen: an abstention, and a valid ballot.")
        return basis.finding("abstention", Text("有效票（弃权）", "A valid ballot: abstention"), numbers, blank)
    return basis.finding("valid", Text("有效票", "A valid ballot"), numbers, reason)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two counts of the same ballot differ: ``path`` as in a mistake, then what each party counted."""

    path: str
    counted: int | str | None
    confirmed: int | str | None


def differences(counted: Count, confirmed: Count) -> tuple[Difference, ...]:
    """R-318: counters enter, scrutineers confirm; what must be cleared before the count stands. The order of the names
    makes no difference."""
    found = [
        Difference(f"/{name}", getattr(counted, name), getattr(confirmed, name))
        for name in ("due", "attending", "seats", "issued", "returned", "invalid")
        if getattr(counted, name) != getattr(confirmed, name)
    ]
    ours, theirs = _by_name(counted.votes), _by_name(confirmed.votes)
    for key in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None:
            found.append(Difference(f"/votes/{key}", one.name if one else None, other.name if other else None))
            continue
        found += [
            Difference(f"/votes/{one.name}/{kind}", getattr(one, kind), getattr(other, kind))
            for kind in ("in_favour", "against", "abstained")
            if getattr(one, kind) != getattr(other, kind)
        ]
    return tuple(found)


def _by_name(votes: Sequence[Votes]) -> dict[str, Votes]:
    return {same_name(entry.name): entry for entry in votes}

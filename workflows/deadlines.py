"""From an event and a rule to a date, with the whole way there.

Civil Code 201: the day of the event is not counted. 202: a period of months ends on the corresponding day, or on the
last day of the month. 203: a period whose last day is a rest day or a holiday ends on the next day that is worked, at
24:00. 1259: 以上, 以内 include the number. Applied to union procedure by analogy.

A deadline by which somebody must act (``act_by``) shifts as in 203; a minimum period (``at_least``: publicity, display,
notice) counts full days and never moves.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from workflows.calendar import Calendar
from workflows.text import Text

_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What is counted."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"

    @property
    def label(self) -> Text:
        return _UNIT[self]


_UNIT = {
    Unit.CALENDAR_DAYS: Text("日", "calendar days"),
    Unit.WORKING_DAYS: Text("个工作日", "working days"),
    Unit.MONTHS: Text("个月", "months"),
}


class Kind(StrEnum):
    """What the period is for."""

    ACT_BY = "act_by"  # somebody must act by its end
    AT_LEAST = "at_least"  # nothing may go on before its end


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """How long something may, or must, take.

    ``length`` is in ``unit``, the earlier ``target`` in ``target_unit`` (the same unless given); a target that is not
    earlier falls away. ``rule`` is the number of the rule the length comes from. Units and ``kind`` may be given as
    their text. ValueError for anything else.
    """

    length: int
    unit: Unit
    kind: Kind
    rule: str
    target: int | None = None
    target_unit: Unit | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "target_unit", Unit(self.target_unit or self.unit))
        object.__setattr__(self, "kind", Kind(self.kind))
        if self.length < 1 or (self.target is not None and self.target < 1):
            raise ValueError("a deadline and its target are at least 1 long")


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from ``start`` to ``end``, both days included.

    ``start``: the day the clock was stopped, for example by a request for correction 补正; ``end``: the day the answer
    came, which as the day of an event is not counted either (Civil Code 201).
    """

    start: date
    end: date
    reason: Text

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a pause does not end before it starts")

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Extended:
    """The end was moved by somebody's decision 延期, not by the rule."""

    before: date
    after: date
    reason: Text


@dataclass(frozen=True, slots=True)
class Derivation:
    """A date with the way it was found.

    ``start``: the day of the event; ``first_counted``: the day counting begins; ``end``: the last day of the period;
    ``continue_from``: for a minimum period, the earliest day on which things go on; ``skipped``: days passed over, each
    with its reason; ``shifted``: the end moved off a rest day or holiday; ``provisional``: it depends on a year whose
    table of holidays is not published; ``event``: what happened on ``start``.
    """

    start: date
    first_counted: date
    end: date
    target: date | None
    unit: Unit
    length: int
    kind: Kind
    rule: str
    skipped: tuple[tuple[date, Text], ...]
    shifted: bool
    provisional: bool
    pauses: tuple[Pause, ...] = ()
    event: Text | None = None
    extended: tuple[Extended, ...] = ()

    @property
    def continue_from(self) -> date | None:
        return self.end + _DAY if self.kind is Kind.AT_LEAST else None

    def overdue(self, today: date) -> bool:
        """Whether somebody should have acted before today; a minimum period is never overdue."""
        return self.kind is Kind.ACT_BY and today > self.end

    def to_json(self) -> dict[str, Any]:
        """Plain values; dates as ISO text."""
        return {
            "start": self.start.isoformat(),
            "first_counted": self.first_counted.isoformat(),
            "end": self.end.isoformat(),
            "target": self.target.isoformat() if self.target else None,
            "unit": self.unit.value,
            "length": self.length,
            "kind": self.kind.value,
            "rule": self.rule,
            "skipped": [[day.isoformat(), reason.zh, reason.en] for day, reason in self.skipped],
            "shifted": self.shifted,
            "provisional": self.provisional,
            "pauses": [[p.start.isoformat(), p.end.isoformat(), p.reason.zh, p.reason.en] for p in self.pauses],
            "event": [self.event.zh, self.event.en] if self.event else None,
            "extended": [[e.before.isoformat(), e.after.isoformat(), e.reason.zh, e.reason.en] for e in self.extended],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Derivation:
        """The derivation that :meth:`to_json` wrote."""
        day = date.fromisoformat
        return cls(
            start=day(data["start"]),
            first_counted=day(data["first_counted"]),
            end=day(data["end"]),
            target=day(data["target"]) if data["target"] else None,
            unit=Unit(data["unit"]),
            length=data["length"],
            kind=Kind(data["kind"]),
            rule=data["rule"],
            skipped=tuple((day(when), Text(zh, en)) for when, zh, en in data["skipped"]),
            shifted=data["shifted"],
            provisional=data["provisional"],
            pauses=tuple(Pause(day(start), day(end), Text(zh, en)) for start, end, zh, en in data["pauses"]),
            event=Text(*data["event"]) if data["event"] else None,
            extended=tuple(
                Extended(day(before), day(after), Text(zh, en)) for before, after, zh, en in data.get("extended", ())
            ),
        )

    def explain(self, locale: str) -> list[str]:
        """The way to the date in sentences, one per line: event, rule, days skipped and why, pauses, end, warning."""
        return [line.to(locale) for line in _lines(self)]


def extend(derivation: Derivation, after: date, reason: Text) -> Derivation:
    """The same with a later end; ValueError for an end that is not later, or for a minimum period."""
    if derivation.kind is Kind.AT_LEAST or after <= derivation.end:
        raise ValueError("only a limit to act by is extended, and only to a later day")
    return replace(derivation, end=after, extended=(*derivation.extended, Extended(derivation.end, after, reason)))


def derive(
    start: date,
    rule: DeadlineRule,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause] = (),
    event: Text | None = None,
) -> Derivation:
    """The date ``rule`` leads to from the day of an event.

    ``pauses``: when the clock stood still; days in one of them are not counted, and a deadline to act never ends within
    one. While a clock still stands, a pause up to today answers "when would it end if it went on now". ``event``: what
    happened on the day, for the explanation.
    """
    stops = tuple(sorted(pauses, key=lambda pause: (pause.start, pause.end)))
    count = _Count(start, rule, calendar, stops)
    end, skipped, shifted, provisional = count.run(rule.length)
    target = _target(rule, count, end)
    return Derivation(
        start=start,
        first_counted=start + _DAY,
        end=end,
        target=target,
        unit=rule.unit,
        length=rule.length,
        kind=rule.kind,
        rule=rule.rule,
        skipped=skipped,
        shifted=shifted,
        provisional=provisional,
        pauses=tuple(pause for pause in stops if start < pause.end and pause.start <= end),
        event=event,
    )


def _target(rule: DeadlineRule, count: _Count, end: date) -> date | None:
    """The earlier aim; in another unit than the length it counts only when it falls before the end."""
    if rule.target is None:
        return None
    if rule.target_unit is rule.unit:
        return count.run(rule.target)[0] if rule.target < rule.length else None
    aim = replace(count, rule=replace(rule, unit=rule.target_unit or rule.unit)).run(rule.target)[0]
    return aim if aim < end else None


@dataclass(frozen=True, slots=True)
class _Count:
    """Counting from one event; the same for the deadline and its target."""

    start: date
    rule: DeadlineRule
    calendar: Calendar
    pauses: tuple[Pause, ...]

    def run(self, length: int) -> tuple[date, tuple[tuple[date, Text], ...], bool, bool]:
        """Last day, days skipped with their reasons, whether it was shifted, whether it is provisional."""
        provisional = False
        skipped: list[tuple[date, Text]] = []
        remaining = (add_months(self.start, length) - self.start).days if self.rule.unit is Unit.MONTHS else length
        end = self.start
        while remaining:
            end += _DAY
            if self._paused(end):
                continue
            if self.rule.unit is Unit.WORKING_DAYS:
                day = self.calendar.day(end)
                provisional = provisional or day.provisional
                if not day.working:
                    skipped.append((end, day.reason or _REST))
                    continue
            remaining -= 1
        if self.rule.kind is Kind.AT_LEAST:
            return end, tuple(skipped), False, provisional
        last, passed, unsure = self._shift(end)
        return last, (*skipped, *passed), last != end, provisional or unsure

    def _shift(self, end: date) -> tuple[date, list[tuple[date, Text]], bool]:
        """Civil Code 203: on to the first day that is worked and on which the clock runs."""
        passed: list[tuple[date, Text]] = []
        unsure = False
        while True:
            day = self.calendar.day(end)
            unsure = unsure or day.provisional
            paused = self._paused(end)
            if day.working and not paused:
                return end, passed, unsure
            if not day.working and not paused:
                passed.append((end, day.reason or _REST))
            end += _DAY

    def _paused(self, day: date) -> bool:
        return any(pause.start <= day <= pause.end for pause in self.pauses)


_REST = Text("休息日", "day off")


def add_months(start: date, months: int) -> date:
    """Civil Code 202: the corresponding day, or the last day of a month that has none."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _lines(derivation: Derivation) -> Iterator[Text]:
    start, first = derivation.start, derivation.first_counted
    event = derivation.event or Text("起算", "start")
    yield Text(
        f"{start} {event.zh}；当日不计，自 {first} 起计算（民法典第201条）。",
        f"{start}: {event.en}; the day itself is not counted, counting begins on {first} (Civil Code 201).",
    )
    yield _rule_line(derivation)
    yield from _skipped_lines(derivation.skipped)
    for pause in derivation.pauses:
        yield Text(
            f"{pause.start} 至 {pause.end}：{pause.reason.zh}，停止计算 {pause.days} 天。",
            f"{pause.start} to {pause.end}: {pause.reason.en}; the clock stood still for {_days(pause.days)}.",
        )
    for extended in derivation.extended:
        yield Text(
            f"经批准由 {extended.before} 延至 {extended.after}：{extended.reason.zh}",
            f"Extended from {extended.before} to {extended.after}: {extended.reason.en}",
        )
    if derivation.target is not None:
        yield Text(f"目标日期 {derivation.target}。", f"Target date {derivation.target}.")
    yield _end_line(derivation)
    if derivation.provisional:
        yield Text(
            f"{derivation.end.year} 年放假安排尚未公布，日期为暂定。",
            f"The holidays of {derivation.end.year} are not published yet: the date is provisional.",
        )


def _rule_line(derivation: Derivation) -> Text:
    unit = derivation.unit.label
    if derivation.kind is Kind.AT_LEAST:
        return Text(
            f"最短期间 {derivation.length} {unit.zh}（{derivation.rule}），按整日计算，不缩短。",
            f"A minimum of {derivation.length} {unit.en} ({derivation.rule}), in full days, never shortened.",
        )
    return Text(
        f"期限 {derivation.length} {unit.zh}（{derivation.rule}）。",
        f"A limit of {derivation.length} {unit.en} ({derivation.rule}).",
    )


def _skipped_lines(skipped: tuple[tuple[date, Text], ...]) -> Iterator[Text]:
    """One line per reason, in the order of the first day, with consecutive days drawn together."""
    by_reason: dict[Text, list[date]] = {}
    for day, reason in skipped:
        by_reason.setdefault(reason, []).append(day)
    for reason, days in by_reason.items():
        zh = "、".join(_span(first, last, " 至 ") for first, last in _runs(days))
        en = ", ".join(_span(first, last, " to ") for first, last in _runs(days))
        yield Text(f"跳过 {len(days)} 天（{reason.zh}）：{zh}。", f"Skipped {_days(len(days))} ({reason.en}): {en}.")


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    for _, group in groupby(enumerate(days), key=lambda pair: pair[1].toordinal() - pair[0]):
        run = [day for _, day in group]
        yield run[0], run[-1]


def _span(first: date, last: date, joint: str) -> str:
    return str(first) if first == last else f"{first}{joint}{last}"


def _end_line(derivation: Derivation) -> Text:
    end = derivation.end
    if derivation.kind is Kind.AT_LEAST:
        following = derivation.continue_from
        return Text(
            f"期间于 {end} 24时届满，最早可于 {following} 继续办理。",
            f"The period ends on {end} at 24:00; things may go on from {following}.",
        )
    if derivation.shifted and not derivation.extended:
        return Text(
            f"最后一日是休息日或者节假日，顺延至 {end} 24时（民法典第203条）。",
            f"The last day is a rest day or holiday, so the limit is {end} at 24:00 (Civil Code 203).",
        )
    return Text(f"截止 {end} 24时。", f"The limit is {end} at 24:00.")

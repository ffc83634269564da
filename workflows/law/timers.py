"""The timers T-01 … T-38 as data, and the dates they lead to.

A timer is named by its number; where one number stands for several periods each has a ``variant``. The length of a timer
that an office may set, or that differs between rule sets, comes from a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.deadlines import DeadlineRule, Derivation, Kind, Unit, add_months, derive
from workflows.errors import NotFound
from workflows.law.basis import Basis, doubt
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.law.timer_table import TABLE, WORDS
from workflows.text import Text

_DAY = timedelta(days=1)
SOURCE = "期间计算：民法典第201–204条，比照适用"


class Sense(StrEnum):
    """What a timer says about its day."""

    ACT_BY = "act_by"  # somebody must act by it; shifts off rest days
    AT_LEAST = "at_least"  # nothing goes on before the period is over; never shifts
    BEFORE = "before"  # at the latest this long before an event; counted back, never shifts
    WINDOW = "window"  # opens this long before an event and closes with it; counted back, never shifts
    ENDS = "ends"  # something ends on the day itself; never shifts


@dataclass(frozen=True, slots=True)
class Timer:
    """One period. ``length`` is None where the texts give none; ``parameter`` names the parameter that gives it."""

    id: str
    variant: str
    event: Text
    outcome: Text
    length: int | None
    unit: Unit
    sense: Sense
    rule: str
    parameter: str = ""

    def resolved(self, parameters: Parameters) -> int | None:
        """How long it is under these parameters; None when there is no period, or a rule set has none."""
        return (parameters.integer(self.parameter) or None) if self.parameter else self.length

    def deadline_rule(self, parameters: Parameters) -> DeadlineRule:
        """The rule for :func:`workflows.deadlines.derive`; ValueError for a timer that counts back or has no length."""
        length = self.resolved(parameters)
        if length is None or self.sense not in (Sense.ACT_BY, Sense.AT_LEAST):
            raise ValueError(f"{self.id} is no period that runs from an event")
        return DeadlineRule(length, self.unit, Kind(self.sense.value), self.rule)


@dataclass(frozen=True, slots=True)
class Dated:
    """The day a timer leads to, and the way there where it runs from an event."""

    timer: Timer
    day: date
    finding: Finding
    derivation: Derivation | None = None


def _timers() -> Iterator[Timer]:
    for number, variant, length, unit, sense, rule in TABLE:
        event, outcome = WORDS[(number, variant)]
        yield Timer(
            id=number,
            variant=variant,
            event=event,
            outcome=outcome,
            length=length if isinstance(length, int) else None,
            unit=Unit(unit),
            sense=Sense(sense),
            rule=rule,
            parameter=length if isinstance(length, str) else "",
        )


TIMERS: tuple[Timer, ...] = tuple(_timers())


def find(number: str) -> tuple[Timer, ...]:
    """The timers of a number such as "T-04"; NotFound when there is none."""
    wanted = number.strip().upper()
    found = tuple(timer for timer in TIMERS if timer.id == wanted)
    if not found:
        raise NotFound(
            Text(f"没有编号为 {number} 的期限。", f"There is no timer {number}."), known=sorted({t.id for t in TIMERS})
        )
    return found


def timer(number: str, variant: str = "") -> Timer:
    """One timer; NotFound when there is none of this number and variant."""
    for candidate in find(number):
        if candidate.variant == variant:
            return candidate
    raise NotFound(Text(f"{number} 没有“{variant}”这种情形。", f"{number} has no variant “{variant}”."))


def date_of(which: Timer, start: date, parameters: Parameters, calendar: Calendar) -> Dated | None:
    """The day this timer leads to from ``start``; None when no period is laid down."""
    length = which.resolved(parameters)
    if length is None:
        return None
    if which.sense in (Sense.ACT_BY, Sense.AT_LEAST):
        derivation = derive(start, which.deadline_rule(parameters), calendar, event=which.event)
        return Dated(which, derivation.end, _finding(which, parameters, derivation), derivation)
    day = (
        _counted_back(start, length, which, calendar)
        if which.sense in (Sense.BEFORE, Sense.WINDOW)
        else _ends(start, length, which)
    )
    return Dated(which, day, _plain_finding(which, parameters, start, day, length))


def _ends(start: date, length: int, which: Timer) -> date:
    return add_months(start, length) if which.unit is Unit.MONTHS else start + length * _DAY


def _counted_back(start: date, length: int, which: Timer, calendar: Calendar) -> date:
    """The last day from which the whole period still lies before ``start``."""
    if which.unit is not Unit.WORKING_DAYS:
        return add_months(start, -length) if which.unit is Unit.MONTHS else start - length * _DAY
    day, left = start, length
    while left:
        day -= _DAY
        left -= calendar.is_working(day)
    return day


def _basis(which: Timer, parameters: Parameters) -> Basis:
    if which.parameter:
        return Basis.of(parameters[which.parameter], f"{which.id}, {which.rule}")
    return Basis(f"{which.id}, {which.rule}", SOURCE, Confidence.HIGH)


def _finding(which: Timer, parameters: Parameters, derivation: Derivation) -> Finding:
    following = derivation.continue_from
    numbers: dict[str, Scalar] = {
        "start": derivation.start.isoformat(),
        "first_counted": derivation.first_counted.isoformat(),
        "end": derivation.end.isoformat(),
        "length": derivation.length,
        "unit": derivation.unit.value,
        "shifted": derivation.shifted,
    }
    if following is not None:
        numbers["continue_from"] = following.isoformat()
        title = Text(f"最早 {following} 继续办理", f"Things may go on from {following}")
    else:
        title = Text(f"截止 {derivation.end}", f"The limit is {derivation.end}")
    if which.variant:
        title = Text(f"{which.event.zh}：{title.zh}", f"{title.en}: {which.event.en}")
    reasons = (Text(zh, en) for zh, en in zip(derivation.explain("zh"), derivation.explain("en"), strict=True))
    verdict = "continue_from" if following else "act_by"
    return _basis(which, parameters).finding(
        verdict, title, numbers, *reasons, _expiry(which), flags=_flags(which, parameters)
    )


def _plain_finding(which: Timer, parameters: Parameters, start: date, day: date, length: int) -> Finding:
    numbers: dict[str, Scalar] = {
        "start": start.isoformat(),
        "end": day.isoformat(),
        "length": length,
        "unit": which.unit.value,
    }
    unit = which.unit.label
    if which.sense is Sense.BEFORE:
        title = Text(f"最迟 {day}", f"{day} at the latest")
        reason = Text(
            f"{which.event.zh} {start}，须提前 {length} {unit.zh}，即最迟 {day}（{which.rule}）；提前的期间按整日计算，不顺延。",
            f"{which.event.en} on {start}: {length} {unit.en} before it, {day} at the latest ({which.rule}); full days, "
            "never shifted.",
        )
    elif which.sense is Sense.WINDOW:
        title = Text(f"{day} 至 {start} 办理", f"Open from {day} to {start}")
        reason = Text(
            f"{which.event.zh} {start}，届满前 {length} {unit.zh}内办理，自 {day} 起（{which.rule}）。",
            f"{which.event.en} on {start}: the window is the last {length} {unit.en} before it, from {day} ({which.rule}).",
        )
    else:
        title = Text(f"{day} 届满", f"It ends on {day}")
        reason = Text(
            f"自 {start}（{which.event.zh}）起 {length} {unit.zh}，{day} 届满（{which.rule}），不顺延。",
            f"{length} {unit.en} from {start} ({which.event.en}): it ends on {day} ({which.rule}) and does not shift.",
        )
    return _basis(which, parameters).finding(
        which.sense.value, title, numbers, reason, _expiry(which), flags=_flags(which, parameters)
    )


def _expiry(which: Timer) -> Text:
    return Text(f"逾期或者届满：{which.outcome.zh}。", f"When it runs out: {which.outcome.en}.")


def _flags(which: Timer, parameters: Parameters) -> tuple[Text, ...]:
    return doubt(parameters[which.parameter]) if which.parameter else ()

"""When something is to be said about a task, and what: before, at and after its dates. Nothing is ever decided by it.

T-37: how often is a convention of this system, which an office may set. Everything is said on a day that is worked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from workflows.calendar import Calendar
from workflows.law.rule_sets import Parameters
from workflows.law.timer_table import REMINDER_ONLY
from workflows.law.timers import TIMERS

_DAY = timedelta(days=1)


class Stage(StrEnum):
    """What there is to say, the mildest first."""

    BEFORE = "before"  # the fatal date comes near
    TARGET = "target"  # the target date is here
    FATAL = "fatal"  # the last day is here
    OVERDUE = "overdue"  # the last day has passed: said once to the holder, and to the post above
    REPEATED = "repeated"  # it still waits: said again and again, with a pause between


class Reminder(NamedTuple):
    """What is to be said, and the day on which it is."""

    day: date
    stage: Stage


@dataclass(frozen=True, slots=True)
class Plan:
    """How often is reminded: `before` and `overdue_after` count working days from the fatal date, `every` calendar days."""

    before: int = 3
    overdue_after: int = 1
    every: int = 7

    def __post_init__(self) -> None:
        if self.before < 1 or self.overdue_after < 1 or self.every < 1:
            raise ValueError("every part of a plan is at least 1")

    @classmethod
    def of(cls, parameters: Parameters) -> Plan:
        """The plan of a rule set, with what the office set."""
        names = ("reminder.before", "reminder.overdue_after", "reminder.every")
        return cls(*(parameters.integer(name) for name in names))


DEFAULT = Plan()


def next_reminder(
    target_on: date | None, fatal_on: date | None, after: date, calendar: Calendar, plan: Plan = DEFAULT
) -> Reminder | None:
    """The first thing to be said about a task later than the day `after`; None when there is nothing more.

    A task with a fatal date always has one more; a date that is a rest day is spoken of on the last working day before
    it. Where two fall on one day, the graver is said.
    """
    coming = [one for one in _once(target_on, fatal_on, calendar, plan) if one.day > after]
    if coming:
        day = min(one.day for one in coming)
        return [one for one in coming if one.day == day][-1]
    return None if fatal_on is None else _repeated(fatal_on, after, calendar, plan)


def due(
    target_on: date | None, fatal_on: date | None, since: date, today: date, calendar: Calendar, plan: Plan = DEFAULT
) -> tuple[Reminder | None, Reminder | None]:
    """What is to be said today about a task that is looked at since the day `since`, and what comes next.

    Of several things that were missed the last alone is said.
    """
    said, coming = None, next_reminder(target_on, fatal_on, since - _DAY, calendar, plan)
    while coming is not None and coming.day <= today:
        said, coming = coming, next_reminder(target_on, fatal_on, coming.day, calendar, plan)
    return said, coming


@cache
def escalates(rule: str) -> bool:
    """Whether a limit of this rule, once it has passed, is brought before the post above.

    Every one is, but those for which the table of timers provides a reminder alone: conventions (T-37) and the like.
    """
    outcomes = [timer.outcome for timer in TIMERS if rule in (timer.id, timer.rule)]
    return not outcomes or any(outcome != REMINDER_ONLY for outcome in outcomes)


def _once(target_on: date | None, fatal_on: date | None, calendar: Calendar, plan: Plan) -> list[Reminder]:
    """What is said once, the mildest first."""
    said = []
    if fatal_on is not None:
        said.append(Reminder(_counted(fatal_on, -plan.before, calendar), Stage.BEFORE))
    if target_on is not None and (fatal_on is None or target_on < fatal_on):
        said.append(Reminder(_last_worked(target_on, calendar), Stage.TARGET))
    if fatal_on is not None:
        said.append(Reminder(_last_worked(fatal_on, calendar), Stage.FATAL))
        said.append(Reminder(_counted(fatal_on, plan.overdue_after, calendar), Stage.OVERDUE))
    return said


def _repeated(fatal_on: date, after: date, calendar: Calendar, plan: Plan) -> Reminder:
    first = _counted(fatal_on, plan.overdue_after, calendar)
    times = max(
        1, (after - first).days // plan.every
    )  # the last period that began by then may still wait for a worked day
    day = calendar.next_working_day(first + times * plan.every * _DAY)
    if day <= after:
        day = calendar.next_working_day(first + (times + 1) * plan.every * _DAY)
    return Reminder(day, Stage.REPEATED)


def _counted(day: date, working_days: int, calendar: Calendar) -> date:
    """So many working days after a day, or before it when negative."""
    step, left = (_DAY if working_days > 0 else -_DAY), abs(working_days)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def _last_worked(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day -= _DAY
    return day

"""From a step's deadline rule to the dates of its task, with the way there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workflows import deadlines, reminders
from workflows.calendar import Calendar
from workflows.engine.definition import Step
from workflows.law.rule_sets import RuleSet
from workflows.text import Text

OPENED = Text("任务到达", "the task arrived")
CORRECTION = Text("等待补正", "waiting for a correction")
SUSPENDED = Text("办件中止", "the case was suspended")


def rule_of(step: Step, rules: RuleSet) -> deadlines.DeadlineRule:
    """A step's deadline with its length; one that is left to a parameter is read from the case's rule set."""
    setting = step.deadline
    length = rules.parameters.integer(setting.parameter) if setting.parameter else setting.length
    target = rules.parameters.integer(setting.target_parameter) if setting.target_parameter else setting.target
    return deadlines.DeadlineRule(length or 0, setting.unit, setting.kind, setting.rule, target, setting.target_unit)


def derive(
    step: Step,
    start: date,
    rules: RuleSet,
    calendar: Calendar,
    pauses: Iterable[deadlines.Pause] = (),
) -> deadlines.Derivation:
    """The target and fatal date of a step that opened on `start`; `pauses` are the times its clock stood still."""
    return deadlines.derive(start, rule_of(step, rules), calendar, pauses=pauses, event=OPENED)


def remind_on(
    target_on: date | None, fatal_on: date | None, on: date, rules: RuleSet, calendar: Calendar
) -> date | None:
    """The next day the sweep looks at an open task with these dates; to be set whenever they move."""
    coming = reminders.next_reminder(target_on, fatal_on, on, calendar, reminders.Plan.of(rules.parameters))
    return coming.day if coming is not None else None

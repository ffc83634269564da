"""What an office set for itself: parameters of the law that are a choice, and calendar days. Read once per change.

Every change counts up one row (`bump`); whoever needs the settings learns the count with a question it asks anyway, so
that a decision costs no extra statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, ScalarSelect, select
from sqlalchemy.orm import Session

from workflows.calendar import Calendar, DayOverride
from workflows.law.rule_sets import RuleSet, rule_set
from workflows.storage.events import Counter
from workflows.storage.organisations import CalendarDay, Parameter

COUNTER = "settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """The calendar with the office's own days, and its choices of parameters, dated."""

    version: int
    calendar: Calendar
    chosen: tuple[tuple[str, date, Any], ...]

    def rules(self, name: str, on: date) -> RuleSet:
        """The rule set of a case with the choices the office had made by that day."""
        chosen = {parameter: value for parameter, since, value in self.chosen if since <= on}
        return rule_set(name).with_overrides(chosen) if chosen else rule_set(name)


_cache: WeakKeyDictionary[Engine | Connection, Settings] = WeakKeyDictionary()


def version() -> ScalarSelect[int]:
    """A scalar subquery for the count, to be asked along with something else."""
    return select(Counter.value).where(Counter.name == COUNTER).scalar_subquery()


def load(session: Session, known: int | None = None) -> Settings:
    """The settings; `known` is the count when the caller already has it."""
    current = (known if known is not None else session.scalar(select(version()))) or 0
    database = session.get_bind()
    cached = _cache.get(database)
    if cached is None or cached.version != current:
        cached = _cache[database] = _read(session, current)
    return cached


def bump(session: Session) -> None:
    """Say that parameters or calendar days changed, in the transaction that changes them."""
    counter = session.get(Counter, COUNTER, with_for_update=True)
    if counter is None:
        session.add(Counter(name=COUNTER, value=1))
    else:
        counter.value += 1


def _read(session: Session, current: int) -> Settings:
    days = {row.day: DayOverride(working=row.working, name=row.name) for row in session.scalars(select(CalendarDay))}
    chosen = tuple(
        (row.name, row.valid_from, row.value["value"])
        for row in session.scalars(select(Parameter).order_by(Parameter.valid_from, Parameter.id))
    )
    return Settings(current, Calendar(days), chosen)

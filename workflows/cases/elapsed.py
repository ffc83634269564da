"""How long a task has been open, and how long is left, in the unit its rule counts in; quick for thousands of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from workflows.calendar import Calendar
from workflows.deadlines import Unit

_DAY = timedelta(days=1)
_MARGIN = 400  # days that are counted at once, beyond what is asked for


class Days:
    """Days between two dates: all of them, or those that are worked, from a table that is made once for a calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        # The first day, and the worked days from it up to each day, both included; replaced as one, never changed.
        self._table: tuple[date, list[int]] = (date.max, [])

    def between(self, after: date, until: date, unit: Unit) -> int:
        """Days after `after` up to `until` included, negative if `until` comes first. Months are counted in days."""
        if unit is not Unit.WORKING_DAYS:
            return (until - after).days
        first, worked = self._covering(min(after, until), max(after, until))
        return worked[(until - first).days] - worked[(after - first).days]

    def _covering(self, first: date, last: date) -> tuple[date, list[int]]:
        """A table that holds both days: the one there is, or a longer one in its place."""
        begins, worked = self._table
        if not worked:
            return self._count(first, last)
        ends = begins + (len(worked) - 1) * _DAY
        if begins <= first and last <= ends:
            return begins, worked
        return self._count(min(first, begins), max(last, ends))

    def _count(self, first: date, last: date) -> tuple[date, list[int]]:
        first, total, worked = first - _MARGIN * _DAY, 0, []
        for each in self._calendar.days(first, last + _MARGIN * _DAY):
            total += each.working
            worked.append(total)
        self._table = (first, worked)
        return first, worked


_tables: WeakKeyDictionary[Calendar, Days] = WeakKeyDictionary()


def days_of(calendar: Calendar) -> Days:
    """The table of a calendar; the same object for the same calendar."""
    found = _tables.get(calendar)
    if found is None:
        found = _tables[calendar] = Days(calendar)
    return found


def unit_of(derivation: Mapping[str, Any] | None) -> Unit:
    """The unit in which the time of a task is counted for its readers; `derivation` as a task stores it."""
    return Unit((derivation or {}).get("unit", Unit.CALENDAR_DAYS))


def days_left(calendar: Calendar, fatal_on: date | None, derivation: Mapping[str, Any] | None, on: date) -> int | None:
    """Days from `on` to the fatal date in the unit of the rule (`unit_of`), below zero when it is over; None without."""
    return days_of(calendar).between(on, fatal_on, unit_of(derivation)) if fatal_on is not None else None

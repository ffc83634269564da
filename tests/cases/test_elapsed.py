"""Days counted from a table are those of the calendar, in whatever order they are asked for."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.calendar import Calendar, DayOverride
from workflows.cases.elapsed import Days, days_of
from workflows.deadlines import Unit

CALENDAR = Calendar({date(2026, 11, 24): DayOverride(working=False, name="放假")})
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@settings(deadline=None)  # the first year that is asked for is looked up in a library
@given(st.lists(st.tuples(days, st.integers(-90, 90)), max_size=6))
def test_worked_days_are_those_of_the_calendar(pairs: list[tuple[date, int]]) -> None:
    counted = Days(CALENDAR)
    for after, length in pairs:
        until = after + timedelta(days=length)
        assert counted.between(after, until, Unit.WORKING_DAYS) == CALENDAR.working_days_between(after, until)
        assert counted.between(after, until, Unit.CALENDAR_DAYS) == counted.between(after, until, Unit.MONTHS) == length


def test_one_calendar_has_one_table() -> None:
    assert days_of(CALENDAR) is days_of(CALENDAR)
    assert days_of(CALENDAR) is not days_of(Calendar())

"""Working days: the official table of 2026, loaded tables, and years without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import PUBLISHED, Calendar, DayKind, DayOverride

# 国办发明电〔2025〕7号: first and last day of each break, and the weekend days that are worked
OFF_2026 = [
    ((1, 1), (1, 3)),
    ((2, 15), (2, 23)),
    ((4, 4), (4, 6)),
    ((5, 1), (5, 5)),
    ((6, 19), (6, 21)),
    ((9, 25), (9, 27)),
    ((10, 1), (10, 7)),
]
WORKED_2026 = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def every_day(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def test_2026_equals_the_official_table_day_by_day() -> None:
    def worked(day: date) -> bool:
        month_and_day = (day.month, day.day)
        in_a_break = any(first <= month_and_day <= last for first, last in OFF_2026)
        return month_and_day in WORKED_2026 or (not in_a_break and day.weekday() < 5)

    calendar = Calendar()
    assert [day for day in every_day(2026) if calendar.is_working(day) is not worked(day)] == []


@given(days)
def test_every_day_off_has_a_reason_in_both_languages(day: date) -> None:
    found = Calendar().day(day)
    assert found.date == day
    if not found.working or found.kind is DayKind.MAKE_UP:
        assert found.reason is not None
        assert found.reason.zh
        assert found.reason.en


def test_reasons_name_the_holiday_and_the_day_worked_instead() -> None:
    calendar = Calendar()
    new_year, in_lieu = calendar.day(date(2026, 2, 17)).reason, calendar.day(date(2026, 2, 20)).reason
    assert new_year is not None
    assert in_lieu is not None
    assert (new_year.zh, new_year.en) == ("春节", "Chinese New Year (Spring Festival)")
    assert (in_lieu.zh, in_lieu.en) == ("调休放假（2026-02-14 上班）", "day off, worked on 2026-02-14 instead")


def test_years_without_a_table_are_provisional_but_know_the_statutory_holidays() -> None:
    calendar = Calendar()
    assert max(PUBLISHED) == 2026
    assert not calendar.is_provisional(2026)
    assert calendar.is_provisional(2027)
    assert calendar.day(date(2027, 10, 1)).kind is DayKind.HOLIDAY
    assert calendar.day(date(2027, 10, 1)).provisional


def test_a_loaded_table_replaces_the_guess_for_a_year() -> None:
    loaded = {
        date(2027, 1, 1): DayOverride(working=False, name="元旦"),
        date(2027, 1, 2): DayOverride(working=True, name="元旦调休"),
        date(2027, 10, 1): DayOverride(working=False, name="国庆节"),
    }
    calendar = Calendar(loaded)
    assert not calendar.is_provisional(2027)
    assert calendar.day(date(2027, 1, 2)).kind is DayKind.MAKE_UP  # a Saturday
    assert calendar.is_working(date(2027, 10, 4))  # off by the library's guess, not in the loaded table
    assert not calendar.is_working(date(2027, 10, 3))  # a Sunday


def test_single_loaded_days_change_a_published_year_and_do_not_complete_another() -> None:
    loaded = {
        date(2026, 11, 24): DayOverride(working=False, name="临时放假"),
        date(2027, 1, 1): DayOverride(working=False, name="元旦"),
    }
    calendar = Calendar(loaded)
    day = calendar.day(date(2026, 11, 24))
    assert not day.working
    assert day.reason is not None
    assert day.reason.zh == "临时放假"
    assert calendar.is_working(date(2026, 11, 25))
    assert not calendar.is_working(date(2026, 10, 1))
    assert calendar.is_provisional(2027)


@given(days)
def test_the_next_working_day_is_worked_and_nothing_between_is(day: date) -> None:
    calendar = Calendar()
    following = calendar.next_working_day(day)
    assert following >= day
    assert calendar.is_working(following)
    assert not any(passed.working for passed in calendar.days(day, following - timedelta(days=1)))


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    calendar = Calendar()
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    whole = calendar.working_days_between(start, end)
    assert whole == calendar.working_days_between(start, middle) + calendar.working_days_between(middle, end)
    assert calendar.working_days_between(end, start) == -whole

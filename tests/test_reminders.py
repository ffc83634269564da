"""When something is said about a task: the days and stages, whatever the dates and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Calendar, DayOverride
from workflows.law.rule_sets import rule_set, rule_set_names
from workflows.reminders import Plan, Reminder, Stage, due, escalates, next_reminder

CALENDAR = Calendar()
DAY = timedelta(days=1)

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))  # published years and years that nobody loaded
plans = st.builds(Plan, st.integers(1, 20), st.integers(1, 20), st.integers(1, 90))


@st.composite
def dates(draw: st.DrawFn) -> tuple[date | None, date | None]:
    """A fatal date with or without an earlier target, or a target alone, or neither."""
    fatal = draw(st.none() | days)
    target = draw(st.none() | days)
    return (target if fatal is None or target is None or target < fatal else None), fatal


def told(target: date | None, fatal: date | None, after: date, calendar: Calendar = CALENDAR) -> list[Reminder]:
    """The first six things that are said after a day."""
    said: list[Reminder] = []
    while len(said) < 6 and (one := next_reminder(target, fatal, said[-1].day if said else after, calendar)):
        said.append(one)
    return said


def test_a_task_of_thirty_days_is_spoken_of_before_at_and_after_its_dates() -> None:
    """Tuesday 10 March to Thursday 9 April 2026; Monday 6 April is a holiday."""
    assert told(date(2026, 3, 20), date(2026, 4, 9), date(2026, 3, 10)) == [
        Reminder(date(2026, 3, 20), Stage.TARGET),
        Reminder(date(2026, 4, 3), Stage.BEFORE),
        Reminder(date(2026, 4, 9), Stage.FATAL),
        Reminder(date(2026, 4, 10), Stage.OVERDUE),
        Reminder(date(2026, 4, 17), Stage.REPEATED),
        Reminder(date(2026, 4, 24), Stage.REPEATED),
    ]


def test_a_short_limit_is_not_spoken_of_before_the_task_opened() -> None:
    assert told(None, date(2026, 3, 11), date(2026, 3, 10))[0] == Reminder(date(2026, 3, 11), Stage.FATAL)


def test_of_two_on_one_day_the_graver_is_said() -> None:
    """Friday 3 April is the target, and three working days before the limit."""
    assert next_reminder(date(2026, 4, 3), date(2026, 4, 9), date(2026, 4, 2), CALENDAR) == (
        date(2026, 4, 3),
        Stage.TARGET,
    )


def test_a_week_off_delays_what_is_repeated() -> None:
    """Overdue on 24 September 2026; 1 to 7 October are off, 8 October is worked."""
    said = told(None, date(2026, 9, 23), date(2026, 9, 23))
    assert [one.day for one in said[:4]] == [
        date(2026, 9, 24),
        date(2026, 10, 8),
        date(2026, 10, 15),
        date(2026, 10, 22),
    ]


def test_a_limit_on_a_day_off_is_spoken_of_on_the_last_working_day_before() -> None:
    """The day by which a correction is asked for may be a Sunday."""
    said = told(None, date(2026, 3, 15), date(2026, 3, 12))
    assert said[:2] == [Reminder(date(2026, 3, 13), Stage.FATAL), Reminder(date(2026, 3, 16), Stage.OVERDUE)]


def test_without_dates_nothing_is_said_and_a_target_alone_is_spoken_of_once() -> None:
    assert told(None, None, date(2026, 3, 10)) == []
    assert told(date(2026, 3, 20), None, date(2026, 3, 10)) == [Reminder(date(2026, 3, 20), Stage.TARGET)]
    assert told(date(2026, 3, 20), None, date(2026, 3, 20)) == []


def test_a_loaded_day_off_moves_what_falls_on_it() -> None:
    off = Calendar({date(2026, 4, 10): DayOverride(working=False, name="停电")})
    assert next_reminder(None, date(2026, 4, 9), date(2026, 4, 9), off) == (date(2026, 4, 13), Stage.OVERDUE)


@given(dates=dates(), after=days, plan=plans)
def test_what_comes_next_lies_ahead_on_a_working_day(
    dates: tuple[date | None, date | None], after: date, plan: Plan
) -> None:
    coming = next_reminder(*dates, after, CALENDAR, plan)
    if coming is None:
        assert dates[1] is None
        return
    assert coming.day > after
    assert CALENDAR.is_working(coming.day)


@given(dates=dates(), after=days, plan=plans)
def test_nothing_is_said_late_as_if_it_were_early(
    dates: tuple[date | None, date | None], after: date, plan: Plan
) -> None:
    target, fatal = dates
    coming = next_reminder(target, fatal, after, CALENDAR, plan)
    if coming is None:
        return
    if coming.stage is Stage.TARGET:
        assert target is not None
        assert coming.day <= target
    else:
        assert fatal is not None
        late = coming.stage in (Stage.OVERDUE, Stage.REPEATED)
        assert (coming.day > fatal) is late


@given(dates=dates(), after=days, plan=plans, later=st.integers(0, 400))
def test_asking_later_never_answers_an_earlier_day(
    dates: tuple[date | None, date | None], after: date, plan: Plan, later: int
) -> None:
    """What comes next is the first of what is ahead, so nothing between two questions is passed over."""
    first = next_reminder(*dates, after, CALENDAR, plan)
    second = next_reminder(*dates, after + later * DAY, CALENDAR, plan)
    if first is None:
        assert second is None
    elif first.day > after + later * DAY:
        assert second == first
    elif second is not None:
        assert second.day > first.day


@given(fatal=days, after=days, plan=plans)
def test_reminders_of_what_is_overdue_are_no_flood(fatal: date, after: date, plan: Plan) -> None:
    """Never more than one in each period, however many days are off; and never none for long."""
    first = next_reminder(None, fatal, max(after, fatal) + 40 * DAY, CALENDAR, plan)
    assert first is not None
    second = next_reminder(None, fatal, first.day, CALENDAR, plan)
    assert second is not None
    assert (second.day - first.day).days <= plan.every + 12
    third = next_reminder(None, fatal, second.day, CALENDAR, plan)
    assert third is not None
    assert (third.day - first.day).days >= plan.every


@given(dates=dates(), since=days, late=st.integers(0, 120), plan=plans)
def test_after_a_pause_of_the_sweep_the_last_thing_missed_is_said_and_the_next_lies_ahead(
    dates: tuple[date | None, date | None], since: date, late: int, plan: Plan
) -> None:
    today = since + late * DAY
    said, following = due(*dates, since, today, CALENDAR, plan)
    if said is not None:
        assert since <= said.day <= today
        assert next_reminder(*dates, said.day, CALENDAR, plan) == following
    assert following == next_reminder(*dates, today, CALENDAR, plan)


def test_looking_at_a_task_on_another_day_says_nothing_and_finds_the_way_back() -> None:
    said, following = due(date(2026, 3, 20), date(2026, 4, 9), date(2026, 3, 24), date(2026, 3, 24), CALENDAR)
    assert (said, following) == (None, Reminder(date(2026, 4, 3), Stage.BEFORE))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        *(("R-331", True), ("R-412", True), ("R-507", True), ("T-10", True), ("R-999", True)),
        *(("T-37", False), ("R-422", False), ("R-505", False)),
    ],
)
def test_a_convention_is_reminded_of_and_a_rule_is_escalated(rule: str, expected: bool) -> None:
    assert escalates(rule) is expected


@pytest.mark.parametrize("name", rule_set_names())
def test_the_plan_is_a_parameter_of_every_rule_set(name: str) -> None:
    assert Plan.of(rule_set(name).parameters) == Plan(3, 1, 7)
    assert Plan.of(rule_set(name).with_overrides({"reminder.before": 5}).parameters).before == 5
    with pytest.raises(ValueError, match="at least 1"):
        Plan(before=0)

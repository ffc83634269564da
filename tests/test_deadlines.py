"""From an event to a date: acceptance rows E24, E27, E31, E32, F07, A01, and what must hold for every date."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Calendar, DayOverride
from workflows.deadlines import DeadlineRule, Derivation, Kind, Pause, Unit, derive
from workflows.text import Text

CORRECTION = Text("补正", "request for correction")
calendar = Calendar()
starts = st.dates(date(2015, 1, 1), date(2030, 12, 31))
lengths = st.integers(1, 120)
units = st.sampled_from(list(Unit))
kinds = st.sampled_from(list(Kind))


def end(start: date, length: int, unit: Unit = Unit.CALENDAR_DAYS, kind: Kind = Kind.ACT_BY) -> date:
    return derive(start, DeadlineRule(length, unit, kind, "R-000"), calendar).end


def test_e24_t01_the_superior_has_fifteen_days_and_is_overdue_the_day_after() -> None:
    rule = DeadlineRule(15, Unit.CALENDAR_DAYS, Kind.ACT_BY, "R-331")
    derivation = derive(date(2026, 3, 10), rule, calendar)
    assert derivation.first_counted == date(2026, 3, 11)
    assert derivation.end == date(2026, 3, 25)
    assert not derivation.overdue(date(2026, 3, 25))
    assert derivation.overdue(date(2026, 3, 26))


def test_e27_publicity_counts_working_days_and_says_when_things_go_on() -> None:
    rule = DeadlineRule(5, Unit.WORKING_DAYS, Kind.AT_LEAST, "R-310")
    derivation = derive(date(2026, 3, 2), rule, calendar)
    assert derivation.end == date(2026, 3, 9)
    assert derivation.continue_from == date(2026, 3, 10)
    assert [day for day, _ in derivation.skipped] == [date(2026, 3, 7), date(2026, 3, 8)]
    assert not derivation.overdue(date(2030, 1, 1))
    assert end(date(2026, 3, 2), 7, kind=Kind.AT_LEAST) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("row", "start", "length", "unit", "expected"),
    [
        ("E31", date(2026, 3, 15), 3, Unit.MONTHS, date(2026, 6, 15)),
        ("E32", date(2026, 3, 15), 6, Unit.MONTHS, date(2026, 9, 15)),
        ("F07 ends on a Sunday", date(2025, 2, 1), 12, Unit.MONTHS, date(2026, 2, 2)),
        ("L02", date(2026, 3, 25), 30, Unit.CALENDAR_DAYS, date(2026, 4, 24)),
        ("M02", date(2026, 3, 10), 3, Unit.WORKING_DAYS, date(2026, 3, 13)),
        ("M03", date(2026, 3, 12), 15, Unit.CALENDAR_DAYS, date(2026, 3, 27)),
        ("W02", date(2026, 3, 11), 2, Unit.MONTHS, date(2026, 5, 11)),
        ("A01", date(2026, 3, 10), 7, Unit.CALENDAR_DAYS, date(2026, 3, 17)),
        ("202, last day of a short month", date(2025, 1, 31), 1, Unit.MONTHS, date(2025, 2, 28)),
        ("202, leap year", date(2023, 8, 31), 6, Unit.MONTHS, date(2024, 2, 29)),
        ("203, into Spring Festival", date(2026, 2, 6), 10, Unit.CALENDAR_DAYS, date(2026, 2, 24)),
        ("203, a make-up Saturday does not shift", date(2026, 2, 4), 10, Unit.CALENDAR_DAYS, date(2026, 2, 14)),
        ("working days over National Day", date(2026, 9, 30), 3, Unit.WORKING_DAYS, date(2026, 10, 10)),
    ],
)
def test_acceptance_rows_and_civil_code(row: str, start: date, length: int, unit: Unit, expected: date) -> None:
    assert end(start, length, unit) == expected, row


def test_a_minimum_period_may_end_on_a_holiday() -> None:
    rule = DeadlineRule(10, Unit.CALENDAR_DAYS, Kind.AT_LEAST, "R-622")
    derivation = derive(date(2026, 2, 6), rule, calendar)
    assert derivation.end == date(2026, 2, 16)
    assert not derivation.shifted
    assert derivation.continue_from == date(2026, 2, 17)


def test_the_clock_stands_still_while_a_correction_is_awaited() -> None:
    rule = DeadlineRule(15, Unit.CALENDAR_DAYS, Kind.ACT_BY, "R-331", target=10)
    pause = Pause(date(2026, 3, 16), date(2026, 3, 18), CORRECTION)
    derivation = derive(date(2026, 3, 10), rule, calendar, pauses=[pause])
    assert derivation.end == date(2026, 3, 30)  # 28 March, a Saturday, shifts
    assert derivation.target == date(2026, 3, 23)
    assert derivation.pauses == (pause,)
    assert derivation.shifted


def test_a_clock_stopped_on_the_last_day_leaves_that_day() -> None:
    rule = DeadlineRule(5, Unit.WORKING_DAYS, Kind.ACT_BY, "R-331")
    pause = Pause(date(2026, 3, 9), date(2026, 3, 12), CORRECTION)
    assert derive(date(2026, 3, 2), rule, calendar, pauses=[pause]).end == date(2026, 3, 13)


def test_overlapping_pauses_count_once_and_those_outside_do_not_count() -> None:
    rule = DeadlineRule(10, Unit.CALENDAR_DAYS, Kind.AT_LEAST, "R-000")
    overlapping = [
        Pause(date(2026, 3, 5), date(2026, 3, 8), CORRECTION),
        Pause(date(2026, 3, 7), date(2026, 3, 9), CORRECTION),
        Pause(date(2026, 1, 1), date(2026, 3, 2), CORRECTION),
        Pause(date(2026, 6, 1), date(2026, 6, 2), CORRECTION),
    ]
    derivation = derive(date(2026, 3, 2), rule, calendar, pauses=overlapping)
    assert derivation.end == date(2026, 3, 17)
    assert len(derivation.pauses) == 2


def test_a_target_may_be_counted_in_another_unit_than_the_limit() -> None:
    rule = DeadlineRule(1, Unit.MONTHS, Kind.ACT_BY, "R-413", target=20, target_unit=Unit.CALENDAR_DAYS)
    derivation = derive(date(2026, 3, 10), rule, calendar)
    assert (derivation.target, derivation.end) == (date(2026, 3, 30), date(2026, 4, 10))
    late = DeadlineRule(1, Unit.MONTHS, Kind.ACT_BY, "R-413", target=31, target_unit=Unit.CALENDAR_DAYS)
    assert derive(date(2026, 3, 10), late, calendar).target is None  # not earlier than the end


def test_a_target_that_an_office_overtook_falls_away() -> None:
    rule = DeadlineRule(15, Unit.CALENDAR_DAYS, Kind.ACT_BY, "R-422", target=20)
    assert derive(date(2026, 3, 10), rule, calendar).target is None


def test_a_deadline_in_a_year_without_a_table_is_provisional_only_where_the_table_matters() -> None:
    start = date(2026, 12, 20)
    by_then = derive(start, DeadlineRule(20, Unit.CALENDAR_DAYS, Kind.ACT_BY, "R-000"), calendar)
    display = derive(start, DeadlineRule(20, Unit.CALENDAR_DAYS, Kind.AT_LEAST, "R-000"), calendar)
    this_year = derive(start, DeadlineRule(3, Unit.WORKING_DAYS, Kind.ACT_BY, "R-000"), calendar)
    assert by_then.provisional
    assert "2027 年放假安排尚未公布" in by_then.explain("zh")[-1]
    assert not display.provisional
    assert not this_year.provisional
    loaded = {day: DayOverride(working=False, name="节日") for day in (date(2027, 1, 1), date(2027, 10, 1))}
    assert not derive(start, DeadlineRule(20, Unit.WORKING_DAYS, Kind.ACT_BY, "R-000"), Calendar(loaded)).provisional


def test_the_explanation_tells_the_whole_way_in_both_languages() -> None:
    rule = DeadlineRule(3, Unit.WORKING_DAYS, Kind.ACT_BY, "R-805", target=2)
    pause = Pause(date(2026, 9, 30), date(2026, 9, 30), CORRECTION)
    event = Text("收到请示", "request received")
    derivation = derive(date(2026, 9, 29), rule, calendar, pauses=[pause], event=event)
    assert derivation.explain("zh_Hans_CN") == [
        "2026-09-29 收到请示；当日不计，自 2026-09-30 起计算（民法典第201条）。",
        "期限 3 个工作日（R-805）。",
        "跳过 3 天（国庆节）：2026-10-01 至 2026-10-03。",
        "跳过 1 天（周末）：2026-10-04。",
        "跳过 1 天（国庆节（补假））：2026-10-05。",
        "跳过 1 天（调休放假（2026-09-20 上班））：2026-10-06。",
        "跳过 1 天（调休放假（2026-10-10 上班））：2026-10-07。",
        "2026-09-30 至 2026-09-30：补正，停止计算 1 天。",
        "目标日期 2026-10-09。",
        "截止 2026-10-10 24时。",
    ]
    english = derivation.explain("en")
    assert len(english) == 10
    assert english[0].startswith("2026-09-29: request received")
    assert not any("\u4e00" <= letter <= "\u9fff" for line in english for letter in line)


@pytest.mark.parametrize(
    ("length", "unit", "kind"), [(0, "months", "act_by"), (1, "weeks", "act_by"), (1, "months", "")]
)
def test_impossible_rules_are_refused(length: int, unit: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r"at least 1|not a valid"):
        DeadlineRule(length, unit, kind, "R-000")  # type: ignore[arg-type]


def test_a_pause_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Pause(date(2026, 3, 2), date(2026, 3, 1), CORRECTION)


@given(starts, lengths, units, kinds)
def test_what_holds_for_every_deadline(start: date, length: int, unit: Unit, kind: Kind) -> None:
    length = min(length, 24) if unit is Unit.MONTHS else length
    derivation = derive(start, DeadlineRule(length, unit, kind, "R-000"), calendar)
    assert derivation.end > start
    assert derivation.end >= start + timedelta(days=1)
    if kind is Kind.ACT_BY:
        assert calendar.is_working(derivation.end)
    if unit is Unit.WORKING_DAYS:
        assert calendar.working_days_between(start, derivation.end) == length
        counted = {start + timedelta(days=n) for n in range(1, (derivation.end - start).days + 1)}
        assert {day for day, _ in derivation.skipped} == {day for day in counted if not calendar.is_working(day)}
    if unit is Unit.CALENDAR_DAYS and kind is Kind.AT_LEAST:
        assert derivation.end == start + timedelta(days=length)
    assert end(start, length + 1, unit, kind) >= derivation.end


@given(starts, lengths, units, kinds, st.integers(0, 60), st.integers(0, 40))
def test_a_pause_never_brings_the_end_nearer(
    start: date, length: int, unit: Unit, kind: Kind, after: int, days: int
) -> None:
    length = min(length, 24) if unit is Unit.MONTHS else length
    rule = DeadlineRule(length, unit, kind, "R-000", target=1)
    stopped = start + timedelta(days=after)
    pause = Pause(stopped, stopped + timedelta(days=days), CORRECTION)
    without, paused = derive(start, rule, calendar), derive(start, rule, calendar, pauses=[pause])
    assert paused.end >= without.end
    assert not pause.start <= paused.end <= pause.end
    if pause.start > without.end:
        assert paused.end == without.end
    assert Derivation.from_json(json.loads(json.dumps(paused.to_json()))) == paused
    for locale in ("zh", "en"):
        assert all(paused.explain(locale))

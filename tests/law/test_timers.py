"""T-01–T-38: the table is complete, and every kind of period leads to its day."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.calendar import Calendar
from workflows.errors import NotFound
from workflows.law.finding import Finding
from workflows.law.rule_sets import rule_set, rule_set_names
from workflows.law.timers import TIMERS, Sense, date_of, find, timer

CALENDAR = Calendar()
RULES = rule_set().parameters
TUESDAY = date(2026, 3, 10)


def day_of(number: str, start: date = TUESDAY, variant: str = "") -> date:
    found = date_of(timer(number, variant), start, RULES, CALENDAR)
    assert found is not None
    return found.day


def test_every_number_from_t_01_to_t_38_is_there() -> None:
    assert {which.id for which in TIMERS} == {f"T-{number:02}" for number in range(1, 39)}
    assert len({(which.id, which.variant) for which in TIMERS}) == len(TIMERS)


@pytest.mark.parametrize("name", rule_set_names())
@pytest.mark.parametrize(
    "start", [date(1949, 10, 1), date(2024, 2, 29), TUESDAY, date(2026, 12, 31), date(2199, 12, 31)]
)
def test_every_timer_explains_itself_or_has_no_period(name: str, start: date) -> None:
    for which in TIMERS:
        found = date_of(which, start, rule_set(name).parameters, CALENDAR)
        if found is None:
            assert which.resolved(rule_set(name).parameters) is None
            continue
        assert found.finding.numbers["end"] == found.day.isoformat()
        assert all(reason.zh and reason.en for reason in found.finding.reasons)
        assert Finding.from_json(found.finding.to_json()) == found.finding


@pytest.mark.parametrize(
    ("number", "variant", "expected"),
    [
        ("T-01", "", date(2026, 3, 25)),
        ("T-08", "", date(2027, 3, 10)),
        ("T-09", "", date(2026, 5, 9)),  # a Saturday that is worked
        ("T-11", "", date(2026, 4, 9)),
        ("T-12", "", date(2026, 2, 8)),  # a window opens on a Sunday all the same
        ("T-13", "", date(2026, 4, 10)),
        ("T-14", "", date(2026, 3, 3)),
        ("T-15", "", date(2026, 2, 23)),
        ("T-20", "", date(2026, 3, 13)),  # M02
        ("T-22", "", date(2026, 3, 25)),  # M02: open from the 26th
        ("T-26", "", date(2026, 3, 3)),
        ("T-34", "decision", date(2026, 3, 17)),  # A01
        ("T-06", "five_years", date(2031, 3, 10)),
        ("T-07", "", date(2026, 9, 10)),
    ],
)
def test_days_from_a_tuesday_in_march(number: str, variant: str, expected: date) -> None:
    assert day_of(number, variant=variant) == expected


def test_the_examples_of_the_other_topics() -> None:
    assert day_of("T-21", date(2026, 3, 12)) == date(2026, 3, 27)  # M03
    assert day_of("T-27", date(2026, 3, 11)) == date(2026, 5, 11)  # W02
    assert day_of("T-28", date(2026, 5, 11)) == date(2026, 5, 26)  # W02
    assert day_of("T-34", date(2026, 3, 17), "assignment") == date(2026, 3, 20)  # A01
    assert day_of("T-14", date(2026, 4, 15)) == date(2026, 4, 8)  # D06


def test_a_number_that_is_none() -> None:
    for number in ("T-00", "T-99", "", "x"):
        with pytest.raises(NotFound):
            find(number)
    with pytest.raises(NotFound):
        timer("T-04", "caretaker")
    assert find(" t-04 ") == find("T-04")


def test_only_a_period_that_runs_from_an_event_has_a_rule() -> None:
    for which in TIMERS:
        runs = which.sense in (Sense.ACT_BY, Sense.AT_LEAST)
        if runs and which.resolved(RULES):
            assert which.deadline_rule(RULES).rule == which.rule
        else:
            with pytest.raises(ValueError, match=which.id):
                which.deadline_rule(RULES)


def test_an_office_may_set_the_length_of_a_service_time() -> None:
    chosen = rule_set().with_overrides({"sla.superior_union": 10}).parameters
    found = date_of(timer("T-37", "superior_union"), TUESDAY, chosen, CALENDAR)
    assert found is not None
    assert found.day == date(2026, 3, 20)
    assert any("10" in flag.zh for flag in found.finding.flags)

"""When a person may be told: quiet hours, days off, digests; for any wishes and at any moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Calendar
from workflows.notifications.hours import Hours, allowed_from, due_at

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()
NOON = datetime(2026, 3, 10, 12, tzinfo=BEIJING)  # a Tuesday

hour = st.integers(0, 23)
wishes = st.builds(Hours, st.booleans(), hour, hour, hour, st.booleans())
moments = st.integers(0, 4 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def local(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


@given(now=moments, hours=wishes)
def test_nobody_is_told_before_it_happened_nor_in_quiet_hours_nor_on_a_day_off(now: datetime, hours: Hours) -> None:
    for found in (allowed_from(now, hours, CALENDAR), due_at(now, hours, CALENDAR)):
        assert found >= now
        assert not hours.is_quiet(local(found).hour)
        assert not hours.working_days_only or CALENDAR.is_working(local(found).date())


@given(now=moments, hours=wishes)
def test_who_may_be_told_now_is_told_now(now: datetime, hours: Hours) -> None:
    found = allowed_from(now, hours, CALENDAR)
    assert allowed_from(found, hours, CALENDAR) == found
    if not hours.working_days_only:
        assert found - now <= timedelta(days=1)


@given(now=moments, hours=wishes)
def test_a_digest_goes_out_once_a_day(now: datetime, hours: Hours) -> None:
    """Whatever is known between two digests goes with the same one."""
    if not hours.digest:
        return
    first = due_at(now, hours, CALENDAR)
    assert due_at(first, hours, CALENDAR) == first or hours.is_quiet(hours.digest_hour)
    assert due_at(first + timedelta(seconds=1), hours, CALENDAR) > first


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOON, NOON),
        (NOON.replace(hour=19, minute=59), NOON.replace(hour=19, minute=59)),
        (NOON.replace(hour=20), NOON.replace(day=11, hour=8)),
        (NOON.replace(hour=3), NOON.replace(hour=8)),
        (datetime(2026, 3, 13, 21, tzinfo=BEIJING), datetime(2026, 3, 16, 8, tzinfo=BEIJING)),  # Friday night
        (datetime(2026, 3, 14, 12, tzinfo=BEIJING), datetime(2026, 3, 16, 8, tzinfo=BEIJING)),  # Saturday
        (datetime(2026, 2, 14, 12, tzinfo=BEIJING), datetime(2026, 2, 14, 12, tzinfo=BEIJING)),  # Saturday, worked
        (datetime(2026, 9, 30, 22, tzinfo=BEIJING), datetime(2026, 10, 8, 8, tzinfo=BEIJING)),  # a week off
    ],
)
def test_by_default_people_are_told_on_working_days_from_eight_to_eight(now: datetime, expected: datetime) -> None:
    assert due_at(now, Hours(), CALENDAR) == expected


def test_a_digest_waits_for_its_hour_of_a_working_day() -> None:
    hours = Hours(digest=True, digest_hour=9)
    assert due_at(NOON, hours, CALENDAR) == NOON.replace(day=11, hour=9)
    assert due_at(NOON.replace(hour=8), hours, CALENDAR) == NOON.replace(hour=9)
    friday = datetime(2026, 3, 13, 12, tzinfo=BEIJING)
    assert due_at(friday, hours, CALENDAR) == datetime(2026, 3, 16, 9, tzinfo=BEIJING)


def test_quiet_hours_may_lie_within_a_day_and_may_be_none() -> None:
    siesta = Hours(quiet_from=12, quiet_to=14)
    assert due_at(NOON, siesta, CALENDAR) == NOON.replace(hour=14)
    assert due_at(NOON.replace(hour=23), siesta, CALENDAR) == NOON.replace(hour=23)
    assert due_at(NOON.replace(hour=3), Hours(quiet_from=0, quiet_to=0), CALENDAR) == NOON.replace(hour=3)


def test_a_year_nobody_loaded_works() -> None:
    assert CALENDAR.is_provisional(2029)
    found = due_at(datetime(2029, 10, 1, 12, tzinfo=BEIJING), Hours(), CALENDAR)
    assert local(found).date() > date(2029, 10, 1)

"""How a log writes instants and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from workflows.engine.operations import OFFICE_ZONE


def instant(value: datetime | date) -> str:
    """An instant in UTC with milliseconds; a day is its last second in the office's zone, so that later is late."""
    if not isinstance(value, datetime):
        value = datetime.combine(value + timedelta(days=1), time.min, OFFICE_ZONE) - timedelta(seconds=1)
    return value.astimezone(UTC).isoformat(timespec="milliseconds")

"""When a person may be told: not in quiet hours, not on days off, or once a day in a digest. Hours are the office's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from workflows.calendar import Calendar
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage.notifications import NotificationSettings

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's wishes; those of somebody who never said any are the defaults. Hours are 0 to 23.

    It is quiet from the hour `quiet_from` up to `quiet_to`, over midnight when that comes first; never when they are
    the same.
    """

    digest: bool = False
    digest_hour: int = 8
    quiet_from: int = 20
    quiet_to: int = 8
    working_days_only: bool = True

    @classmethod
    def of(cls, row: NotificationSettings | None) -> Hours:
        if row is None:
            return cls()
        return cls(row.digest, row.digest_hour, row.quiet_from, row.quiet_to, row.working_days_only)

    def is_quiet(self, hour: int) -> bool:
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to


def allowed_from(now: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """The first moment from now on at which the person may be told (UTC)."""
    at = now.astimezone(OFFICE_ZONE)
    while True:
        if hours.working_days_only and not calendar.is_working(at.date()):
            at = _at(at + _DAY, 0)
        elif hours.is_quiet(at.hour):
            at = _at(at if at.hour < hours.quiet_to else at + _DAY, hours.quiet_to)
        else:
            return at.astimezone(UTC)


def due_at(now: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """When something that is known now is to be sent (UTC): as soon as it may be, or with the next digest."""
    if not hours.digest:
        return allowed_from(now, hours, calendar)
    at = now.astimezone(OFFICE_ZONE)
    digest = _at(at, hours.digest_hour)
    while digest < at or (hours.working_days_only and not calendar.is_working(digest.date())):
        digest += _DAY
    return allowed_from(digest, hours, calendar)


def _at(moment: datetime, hour: int) -> datetime:
    return datetime.combine(moment.date(), time(hour), OFFICE_ZONE)

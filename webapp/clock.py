"""What time it is for this application; the office's zone is Asia/Shanghai."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from webapp.config import Settings

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


def simulated_clock(start: datetime) -> Clock:
    """A clock that says `start` now and moves on from there."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def of(settings: Settings) -> Clock:
    """The clock of these settings: the simulated one of a demo, else the wall's."""
    return simulated_clock(settings.now) if settings.demo and settings.now is not None else wall_clock


def now() -> datetime:
    """The instant, aware, by the clock in the application's configuration (`CLOCK`)."""
    moment: datetime = current_app.config["CLOCK"]()
    return moment


def today() -> date:
    return now().astimezone(OFFICE_ZONE).date()

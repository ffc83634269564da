"""A province's work to look at: ten counties, zones, enterprises, and two years of cases through the real verbs.

Everything comes from fixed dice and the day it is made on: the same names, cases and delays every time. Some bodies are
slow, some tasks are left lying, some authorities answer on paper only; the monitor shows where and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from workflows.demo.organisations import Cast
from workflows.demo.province import deeds as _deeds  # noqa: F401 - registers how each step is done
from workflows.demo.province.play import Play
from workflows.demo.province.world import Size, build
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage.organisations import Account

CACHE_KIBIBYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Filled:
    """What was played. ``refusals``: what the verbs did not let pass, by step and reason; such tasks stay open."""

    people: int
    zones: int
    actions: int
    refusals: dict[str, int]


def fill(
    session: Session,
    cast: Cast,
    *,
    cases: int,
    now: datetime,
    since: date,
    progress: Callable[[int], None] = lambda done: None,
) -> Filled:
    """Add a province until the database holds so many cases, in the caller's transaction.

    The small demo and all shipped procedures are there already; organisations and posts are valid from ``since``.
    ``progress`` hears how many cases there are.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    account = session.scalars(select(Account).order_by(Account.id)).first()
    if account is None:
        raise LookupError("the small demo comes first")
    if session.get_bind().dialect.name == "sqlite":  # the pages of one long transaction stay at hand
        session.execute(text(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}"))
    world = build(session, cast, Size.of(cases), since=since, today=today, account=account)
    play = Play(session, world, cases, now, progress)
    play.run()
    return Filled(world.people, len(world.zones), play.actions, dict(play.refusals))

"""A province's work to look at: ten counties, zones, enterprises, and two years of cases through the real verbs.

Everything comes from fixed dice and the day it is made on: the same names, cases and delays every time. Some bodies are
slow, some tasks are left lying, some authorities answer on paper only; the monitor shows where and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.demo.organisations import Cast
from workflows.demo.province import deeds as _deeds  # noqa: F401 - registers how each step is done
from workflows.demo.province.play import Play
from workflows.demo.province.world import Size, build
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage.organisations import Account

FEWEST = 20  # cases; with fewer there is no province to speak of


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
    since_days: int = 3 * 365,
    progress: Callable[[int], None] = lambda done: None,
) -> Filled:
    """Add a province until the database holds so many cases, in the caller's transaction.

    The small demo and all shipped procedures are there already. ``progress`` hears how many cases there are.
    """
    from datetime import timedelta

    today = now.astimezone(OFFICE_ZONE).date()
    account = session.scalars(select(Account).order_by(Account.id)).first()
    if account is None:
        raise LookupError("the small demo comes first")
    since = today - timedelta(days=since_days)
    world = build(session, cast, Size.of(cases), since=since, today=today, account=account)
    play = Play(session, world, cases, now, progress)
    play.run()
    return Filled(world.people, len(world.zones), play.actions, dict(play.refusals))

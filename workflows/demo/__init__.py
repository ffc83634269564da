"""An invented office to look around in: organisations, people, enterprises, and cases made through the real verbs.

The same on every machine but for the dates, which count back from the day it is made. Everybody and everything in it
is invented; credit codes are formally right and belong to nobody.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows import events, settings
from workflows.demo import cases as small
from workflows.demo import organisations, organising, province
from workflows.demo.enterprises import Settlement, enterprises
from workflows.demo.stage import Stage
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage.cases import Case
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation, Person

SEED = 20261
SINCE = timedelta(days=3 * 365)
REPORTED = timedelta(days=12)  # the monthly report of the ledger


@dataclass(frozen=True, slots=True)
class _Organises:
    """Persons in the enterprise that is about to elect."""

    employees: int
    members: int
    women_members: int


ORGANISES = _Organises(employees=212, members=187, women_members=61)
STEPS = len(small.STORIES) + len(organising.STORIES) + 1
FEWEST_CASES = 40  # with fewer there is no province to speak of


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    zones: int
    enterprises: int
    people: int
    cases: int


def is_empty(session: Session) -> bool:
    """Whether nobody has entered an organisation yet."""
    return not session.scalar(select(func.count()).select_from(Organisation))


def load(
    session: Session,
    *,
    now: datetime,
    password_hash: str,
    cases: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Made:
    """Write the demo into an empty database in the caller's transaction. The procedures have been published before.

    `password_hash` becomes the password of every account. With `cases` a province is added that works until the
    database holds so many cases, at least `FEWEST_CASES`; `progress` then hears how many there are.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    cast = organisations.create(
        session, since=today - SINCE, password_hash=password_hash, session_key=secrets.token_urlsafe(16)
    )
    _write_enterprises(session, cast.zones, today)
    _let_one_organise(session, cast)
    progress(1)
    stage = Stage(session, cast, now, settings.load(session).calendar)
    stories = (*small.STORIES, *(organising.STORIES if organising.is_possible(session) else ()))
    for number, (reported, tell) in enumerate(stories, start=2):
        _report(session, today - timedelta(days=reported))
        tell(stage)
        progress(number)
    _report(session, today - REPORTED)
    if cases is not None:
        province.fill(session, cast, cases=cases, now=now, since=today - SINCE, progress=progress)
    zones, rows, people, begun = (
        session.scalar(select(func.count()).select_from(table)) or 0 for table in (Zone, Enterprise, Person, Case)
    )
    made = Made(zones=zones, enterprises=rows, people=people, cases=begun)
    events.record(
        session, events.ADMINISTRATION, "demo_created", {"cases": made.cases, "enterprises": made.enterprises}, now=now
    )
    return made


def _write_enterprises(session: Session, zones: dict[str, Zone], today: date) -> None:
    dice = random.Random(SEED)  # noqa: S311 - the same demo every time; nothing secret comes from it
    reported = today - REPORTED
    for code, settlement in {
        "ZZ-JS": Settlement("郑州", "410105", 126, 5386, 16, 0.34, reported),
        "ZZ-SY": Settlement("郑州", "410185", 88, 6100, 12, 0.22, reported),
        "LY-HL": Settlement("洛阳", "410381", 46, 2300, 12, 0.5, reported),
    }.items():
        session.add_all(enterprises(zones[code].id, settlement, today=today, dice=dice))
        zones[code].ledger_version = 1
    session.flush()


def _let_one_organise(session: Session, cast: organisations.Cast) -> None:
    """One enterprise of the Jinshui zone has its preparatory group and 187 members, and may hold its election.

    The zone's total of employees stays as it is: what this one has less, the largest has more.
    """
    large = session.scalars(
        select(Enterprise)
        .where(Enterprise.zone_id == cast.zones["ZZ-JS"].id, Enterprise.employees >= ORGANISES.employees)
        .order_by(Enterprise.employees, Enterprise.id)
    ).all()
    row, largest = large[0], large[-1]
    largest.employees = (largest.employees or 0) + (row.employees or 0) - ORGANISES.employees
    row.name, row.organisation_id = organisations.ENTERPRISE, cast.organisations["ZZ-JS-HD"].id
    row.employees, row.members = ORGANISES.employees, ORGANISES.members
    row.women, row.women_members = ORGANISES.women_members + 8, ORGANISES.women_members
    row.migrant_workers, row.dispatched_workers = 60, 12
    row.contact = row.contact or "韩磊"
    row.first_visit_on = row.first_visit_on or row.opened_on
    row.stage, row.union_form, row.union_approval, row.union_approved_on = "served", "", "", None
    row.chair = row.chair_phone = row.audit_body = row.women_body = ""
    row.term_years = row.term_ends_on = None
    session.flush()


def _report(session: Session, on: date) -> None:
    """The counts are true for this day: so that what was assessed in the past had data of its time."""
    session.execute(update(Enterprise).where(Enterprise.operating).values(data_on=on))

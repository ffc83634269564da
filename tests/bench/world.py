"""A database for measuring: one zone with its people and their accounts, the procedure `review`, and many open cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from workflows import accounts, catalogue, sample_world
from workflows.storage import Database, migrations
from workflows.storage.cases import Case, Task
from workflows.storage.organisations import Organisation

PROCEDURE = Path(__file__).parent.parent / "folders/review"
PASSWORD = "measured-again-and-again"
APPLICANT, SUPERIOR, PARTY = "zone_secretary", "superior_leader", "party_leader"
ANSWERS = {"reason": "建会", "persons": 3}
ZONES = 200  # the open cases are those of so many zones


@dataclass(frozen=True)
class Doing:
    """One step of the round that is measured: who does it, with which outcome and answers."""

    who: str
    step: str
    outcome: str
    answers: dict[str, Any]


ROUND = (
    Doing(APPLICANT, "file", "done", ANSWERS),
    Doing(SUPERIOR, "review", "approve", {}),
    Doing(PARTY, "opinion", "done", {}),
    Doing(SUPERIOR, "reply", "done", {}),
)


@dataclass(frozen=True)
class World:
    """A database with its people (ids by what they are) and the organisation that applies."""

    database: Database
    people: dict[str, int]
    applicant_id: int


@contextmanager
def built(url: str) -> Iterator[World]:
    """A database that has just been set up, through migrations as in an office."""
    database = Database(url)
    now = datetime.now(UTC)
    migrations.upgrade(database)
    password = accounts.hash_password(PASSWORD)
    with database.write() as session:
        ledger = {"enterprises": 3, "employees": 60, "data_on": now.date()}
        made = sample_world.build(session, ledger, now.date())
        catalogue.publish(session, None, PROCEDURE, now)
        for name in (APPLICANT, SUPERIOR, PARTY):
            account = accounts.create(
                session, None, person_id=made.people[name], username=name, password_hash=password, now=now
            )
            account.must_change = False
    yield World(database, dict(made.people), made.applicants[APPLICANT])
    database.dispose()


def add_open_cases(world: World, count: int, there: int = 0) -> None:
    """Open cases up to a count, of which so many are `there` from an earlier call.

    They wait for the superior union, and those of one zone for its Party work committee as well.
    """
    now = datetime.now(UTC)
    today = now.date()
    with world.database.write() as session:
        definition = catalogue.current(session, "review")
        county = session.get_one(Organisation, world.applicant_id).parent_id
        first_zone, first_case = 10_000, 1_000_000
        zones = [
            {"id": first_zone + n, "code": f"ZZ-{n}", "name": f"第{n}产业集聚区工会办公室", "name_en": f"Zone {n}"}
            for n in range(ZONES)
        ]
        shared = {"kind": "zone_office", "parent_id": county, "valid_from": today - timedelta(days=1000)}
        if not there:
            session.execute(insert(Organisation), [zone | shared for zone in zones])
        applicants = [world.applicant_id, *(zone["id"] for zone in zones[1:])]
        state = session.scalars(select(Case.state).limit(1)).one()
        cases, tasks = [], []
        for n in range(there, count):
            applicant = applicants[n % ZONES]
            opened = now - timedelta(minutes=n)
            cases.append(
                {
                    "id": first_case + n,
                    "number": f"测〔2026〕{n}号",
                    "procedure": "review",
                    "definition_id": definition.id,
                    "rule_set": "RS-2025",
                    "title": f"第{n % ZONES}产业集聚区：审核",
                    "subject_kind": "zone",
                    "subject_id": first_case + n,
                    "applicant_id": applicant,
                    "started_by_id": world.people[APPLICANT],
                    "started_at": opened,
                    "state": state,
                }
            )
            lanes = [("superior_union", "review")]
            if applicant == world.applicant_id:
                lanes.append(("party_committee", "opinion"))
            tasks += [
                {
                    "case_id": first_case + n,
                    "step": step,
                    "token": f"{n:032x}",
                    "relation": relation,
                    "role": "leader",
                    "applicant_id": applicant,
                    "opened_at": opened,
                    "target_on": today + timedelta(days=n % 20 - 5),
                    "fatal_on": today + timedelta(days=n % 30 - 5),
                    "derivation": {"rule": "R-422", "skipped": [["2026-11-28", "周末", "weekend"]] * 4},
                }
                for relation, step in lanes
            ]
        if cases:
            session.execute(insert(Case), cases)
            session.execute(insert(Task), tasks)


def size(database: Database) -> int:
    """Bytes of the tables and indexes that are in use."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            pages, free, each = (
                connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * each)
        vacuum = connection.execution_options(isolation_level="AUTOCOMMIT")
        vacuum.execute(text("VACUUM ANALYZE"))
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        return int(connection.execute(text(tables)).scalar_one())

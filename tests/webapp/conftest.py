"""The web application over a small world: one zone, its authorities and their people, with an account for everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.browsing import Browser
from webapp import create_app
from webapp.config import Settings
from workflows import accounts, catalogue, sample_world
from workflows.storage import Database
from workflows.storage.cases import Task, TaskStatus
from workflows.storage.organisations import Account, Organisation, Person, Post

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
PASSWORD = "correct horse battery"
_HASH = accounts.hash_password(PASSWORD)


@dataclass
class Site:
    """The application, its database, its people by what they are, and its clock."""

    app: Flask
    db: Database
    world: sample_world.World
    now: datetime = MONDAY
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, who: str | None = None) -> Browser:
        """A browser; with a name, that person's, who is signed in."""
        if who is None:
            return Browser(self.app.test_client())
        if who not in self.browsers:
            self.browsers[who] = Browser(self.app.test_client())
            assert self.browsers[who].sign_in(who, PASSWORD).location in ("/work/", "/monitor/")
        return self.browsers[who]

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def account(self, who: str) -> Account:
        with self.db.read() as session:
            return session.scalars(select(Account).where(Account.username == who)).one()

    def open_task(self, step: str, kind: str = "step") -> int:
        with self.db.read() as session:
            query = select(Task.id).where(Task.step == step, Task.status == TaskStatus.OPEN, Task.kind == kind)
            return session.scalars(query.order_by(Task.id.desc())).first() or 0

    def task(self, task_id: int) -> Task:
        with self.db.read() as session:
            return session.get_one(Task, task_id)

    def started(self, procedure: str = "zone_union", who: str = "zone_secretary") -> int:
        """A case that somebody just started; answers its first task."""
        applicant = self.world.applicants[who]
        page = self.browser(who).get(f"/start/{procedure}?applicant={applicant}").press(f"/start/{procedure}")
        assert page.location.startswith("/tasks/"), page.text
        return int(page.location.rpartition("/")[2])


@pytest.fixture
def site(db: Database, tmp_path: Path) -> Site:
    return make_site(db, tmp_path)


@pytest.fixture
def paper_site(db: Database, tmp_path: Path) -> Site:
    """The same, where the staffing authority has no accounts."""
    return make_site(db, tmp_path, staffing_has_accounts=False)


def make_site(db: Database, folder: Path, **ledger: object) -> Site:
    with db.write() as session:
        numbers = {"enterprises": 120, "employees": 6000, "data_on": date(2026, 3, 1), **ledger}
        world = sample_world.build(session, numbers, date(2026, 3, 9))
        for procedure in (ROOT / "bpmn/zone_union", ROOT / "tests/folders/review"):
            catalogue.publish(session, None, procedure, MONDAY)
        for name, person_id in world.people.items():
            _account(session, name, person_id)
        _administrator(session)
    settings = Settings(data=folder, secret_key="for tests only", lock_after=3)
    site = Site(app=Flask(__name__), db=db, world=world)
    site.app = create_app(settings, clock=lambda: site.now, store=db)
    site.app.config["TESTING"] = True
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    return site


def _account(session, username, person_id):  # type: ignore[no-untyped-def]
    session.add(
        Account(
            person_id=person_id,
            username=username,
            password_hash=_HASH,
            must_change=False,
            active=True,
            failed_count=0,
            session_key=f"key-{username}",
        )
    )


def _administrator(session):  # type: ignore[no-untyped-def]
    province = session.scalars(select(Organisation).where(Organisation.code == "U-P")).one()
    person = Person(code="ADMIN", name="林静")
    session.add(person)
    session.flush()
    session.add(
        Post(person_id=person.id, organisation_id=province.id, role="administrator", valid_from=date(2020, 1, 1))
    )
    _account(session, "admin", person.id)


__all__ = ["MONDAY", "PASSWORD", "Site", "make_site"]

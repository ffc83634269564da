"""An office in which things wait, seen by those who manage it, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import make
from tests.cases.conftest import FOLDERS, MONDAY, Office, office
from workflows import catalogue
from workflows.monitor import Scope, scope_of
from workflows.monitor.stuck import Page, Row, stuck
from workflows.monitor.summary import Tiles, tiles
from workflows.monitor.waits import Waits, waits
from workflows.monitor.wanted import Wanted
from workflows.organisations.actors import Actor, actor_of
from workflows.storage.organisations import Organisation, OrganisationKind, Role

__all__ = ["office"]


@dataclass
class Watch:
    """What somebody sees of an office in the monitor."""

    office: Office
    people: dict[str, int] = field(default_factory=dict)

    def actor(self, session: Session, who: str) -> Actor:
        person = self.people.get(who) or self.office.world.people[who]
        return actor_of(session, person, self.office.today)

    def scope(self, session: Session, who: str = "superior_manager") -> Scope:
        return scope_of(session, self.actor(session, who), self.office.now)

    def waits(self, who: str = "superior_manager") -> Waits:
        with self.office.db.read() as session:
            return waits(session, self.scope(session, who))

    def page(self, who: str = "superior_manager", page: int = 1, size: int = 50, **query: Any) -> Page:
        wanted = Wanted.of({name: str(value) for name, value in query.items()})
        with self.office.db.read() as session:
            scope = self.scope(session, who)
            return stuck(session, scope, waits(session, scope), wanted, page=page, size=size)

    def rows(self, who: str = "superior_manager", **query: Any) -> tuple[Row, ...]:
        return self.page(who, **query).rows

    def row(self, who: str = "superior_manager", **query: Any) -> Row:
        (row,) = self.rows(who, **query)
        return row

    def steps(self, who: str = "superior_manager", **query: Any) -> list[str]:
        return sorted(row.entry.step for row in self.rows(who, **query))

    def tiles(self, who: str = "superior_manager") -> Tiles:
        return tiles(self.waits(who))

    def wait(self, **time: float) -> None:
        self.office.now += timedelta(**time)


@pytest.fixture
def watch(office: Office) -> Watch:
    """The office, with another county beside it: its manager, and an administrator without a manager's post."""
    with office.db.write() as session:
        catalogue.publish(session, None, FOLDERS / "parent", MONDAY)
        province = session.query(Organisation).filter_by(kind=OrganisationKind.PROVINCIAL_UNION).one()
        other = make.make_organisation(session, "汝阳县总工会", kind=OrganisationKind.COUNTY_UNION, parent=province)
        people = {
            "other_manager": make.make_post(session, other, role=Role.MANAGER).person_id,
            "administrator": make.make_post(session, province, role=Role.ADMINISTRATOR).person_id,
            "province_manager": make.make_post(session, province, role=Role.MANAGER).person_id,
        }
    return Watch(office, people)


@pytest.fixture
def reviewing(watch: Watch) -> Watch:
    """One case that waits for a review by the superior union and, beside it, for an opinion of the Party work committee."""
    watch.office.start()
    watch.office.decide("zone_secretary", "file")
    return watch

"""A zone with its people, and the small procedure `review`, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import cases, catalogue, sample_world
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations.actors import Actor, actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, Task, TaskStatus

FOLDERS = Path(__file__).parent.parent / "folders"
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00 in Beijing


@dataclass
class Office:
    """The world of one test, with short ways to act in it, each in a transaction of its own."""

    db: Database
    world: sample_world.World
    now: datetime = MONDAY
    case_id: int = 0
    answers: dict[str, Any] = field(default_factory=lambda: {"reason": "建会", "persons": 3})

    def actor(self, session: Session, who: str) -> Actor:
        return actor_of(session, self.world.people[who], self.today)

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    def start(self, who: str = "zone_secretary", **more: Any) -> int:
        with self.db.write() as session:
            case = cases.start_case(
                session,
                self.actor(session, who),
                "review",
                applicant_id=self.world.applicants[who],
                now=self.now,
                **more,
            )
            self.case_id = self.case_id or case.id
            return case.id

    def decide(self, who: str, step: str, outcome: str = "done", **more: Any) -> cases.Decided:
        with self.db.write() as session:
            more.setdefault("answers", self.answers if step == "file" else {})
            more.setdefault("now", self.now)
            return cases.decide(session, self.actor(session, who), self.task_id(step), outcome=outcome, **more)

    def act(self, verb: str, who: str, *arguments: Any, **more: Any) -> Any:
        with self.db.write() as session:
            more.setdefault("now", self.now)
            return getattr(cases, verb)(session, self.actor(session, who), *arguments, **more)

    def task_id(self, step: str, kind: str = "step") -> int:
        """The newest task of a step."""
        with self.db.read() as session:
            ids = session.scalars(
                select(Task.id)
                .where(Task.case_id == self.case_id, Task.step == step, Task.kind == kind)
                .order_by(Task.id.desc())
            )
            return ids.first() or 0

    def task(self, step: str, kind: str = "step") -> Task:
        with self.db.read() as session:
            return session.get_one(Task, self.task_id(step, kind))

    def case(self) -> Case:
        with self.db.read() as session:
            return session.get_one(Case, self.case_id)

    def waits(self) -> list[str]:
        with self.db.read() as session:
            query = select(Task.step).where(Task.case_id == self.case_id, Task.status == TaskStatus.OPEN)
            return sorted(session.scalars(query))


@pytest.fixture
def office(db: Database) -> Office:
    with db.write() as session:
        ledger = {"enterprises": 3, "employees": 60, "data_on": date(2026, 3, 1)}
        world = sample_world.build(session, ledger, date(2026, 3, 9))
        catalogue.publish(session, None, FOLDERS / "review", MONDAY)
    return Office(db, world)

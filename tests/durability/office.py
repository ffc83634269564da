"""A zone, its people and the small procedure `review`, opened by as many processes as a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import audit, cases, catalogue, sample_world
from workflows.engine.instance import Instance
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, CaseStatus, Task, TaskStatus
from workflows.storage.events import Event
from workflows.storage.organisations import Person, Post

PROCEDURE = Path(__file__).parent.parent / "folders/review"
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 9)
ANSWERS = {"reason": "建会", "persons": 3}


@dataclass(frozen=True)
class Office:
    """A database and the ids of the people in it, by their names."""

    db: Database
    people: dict[str, int]
    applicant_id: int

    def start(self, key: str) -> int:
        with self.db.write() as session:
            actor = actor_of(session, self.people["刘芳"], TODAY)
            return cases.start_case(session, actor, "review", applicant_id=self.applicant_id, now=MONDAY, key=key).id

    def decide(self, who: str, task_id: int, outcome: str, key: str, opinion: str = "") -> cases.Decided:
        with self.db.write() as session:
            actor = actor_of(session, self.people[who], TODAY)
            return cases.decide(
                session, actor, task_id, outcome=outcome, answers=ANSWERS, opinion=opinion, now=MONDAY, key=key
            )

    def open_tasks(self) -> list[tuple[int, str]]:
        """Id and step of every open task, oldest first."""
        with self.db.read() as session:
            query = select(Task.id, Task.step).where(Task.status == TaskStatus.OPEN).order_by(Task.id)
            return [(task_id, step) for task_id, step in session.execute(query)]

    def keys(self) -> set[str]:
        """The idempotency keys of every action that left an event."""
        with self.db.read() as session:
            return set(session.scalars(select(Event.key).where(Event.key.is_not(None))))

    def assert_whole(self) -> None:
        """The record holds, and in every case the engine, the tasks and the record tell the same."""
        with self.db.read() as session:
            report = audit.verify(session)
            assert report.ok, [(b.chain, b.reason.zh) for b in report.broken]
            for case in session.scalars(select(Case)):
                _assert_agrees(session, case)


def _assert_agrees(session: Session, case: Case) -> None:
    tasks = session.scalars(select(Task).where(Task.case_id == case.id)).all()
    instance = Instance.restore(catalogue.definition_of(session, case.definition_id), case.state)
    assert {(s.token, s.step) for s in instance.open_steps()} == {
        (t.token, t.step) for t in tasks if t.status == TaskStatus.OPEN
    }
    assert instance.finished == (case.status == CaseStatus.COMPLETED)
    query = select(Event.task_id).where(Event.case_id == case.id, Event.kind == "task_completed")
    assert sorted(task_id or 0 for task_id in session.scalars(query)) == sorted(
        t.id for t in tasks if t.status == TaskStatus.DONE
    )
    actions = session.scalars(select(Event.id).where(Event.case_id == case.id, Event.key.is_not(None))).all()
    assert case.version == 1 + len(actions)


def prepare(url: str) -> None:
    """Everything an office has before its first case. Two more leaders make it five who may act on one case."""
    database = Database(url)
    with database.write() as session:
        made = sample_world.build(session, {"enterprises": 3, "employees": 60, "data_on": TODAY}, TODAY)
        catalogue.publish(session, None, PROCEDURE, MONDAY)
        leader = session.scalars(select(Post).where(Post.person_id == made.people["superior_leader"])).one()
        for number in (3, 4):
            person = Person(code=f"L-{number}", name=f"负责人{number}")
            session.add(person)
            session.flush()
            more: dict[str, Any] = {"role": leader.role, "valid_from": leader.valid_from}
            session.add(Post(person_id=person.id, organisation_id=leader.organisation_id, **more))
    database.dispose()


@contextmanager
def opened(url: str) -> Iterator[Office]:
    """The office as one process sees it."""
    database = Database(url)
    with database.read() as session:
        people = {name: person_id for name, person_id in session.execute(select(Person.name, Person.id))}  # noqa: C416
        applicant = session.scalars(select(Post.organisation_id).where(Post.person_id == people["刘芳"])).one()
    yield Office(database, people, applicant)
    database.dispose()

"""The actions as `workflows` offers them: one transaction each, with the actor looked up in it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import select

from tests.bench.world import APPLICANT, SUPERIOR, Doing, World
from workflows import cases, inbox, monitor
from workflows.engine.operations import OFFICE_ZONE
from workflows.monitor.stuck import stuck
from workflows.monitor.waits import waits
from workflows.monitor.wanted import Wanted
from workflows.organisations.actors import actor_of
from workflows.storage.cases import Case, Task, TaskStatus


def now() -> datetime:
    return datetime.now(UTC)


def start(world: World) -> int:
    """Start a case; answers its id."""
    with world.database.write() as session:
        actor = actor_of(session, world.people[APPLICANT], now().astimezone(OFFICE_ZONE).date())
        key = uuid.uuid4().hex
        return cases.start_case(session, actor, "review", applicant_id=world.applicant_id, now=now(), key=key).id


def complete(world: World, task_id: int, doing: Doing) -> None:
    with world.database.write() as session:
        cases.decide(
            session,
            actor_of(session, world.people[doing.who], now().astimezone(OFFICE_ZONE).date()),
            task_id,
            outcome=doing.outcome,
            answers=doing.answers,
            now=now(),
            key=uuid.uuid4().hex,
        )


def my_work(world: World, who: str) -> int:
    """Read the first page of somebody's list and how long the lists are; answers how many tasks there are."""
    today = now().astimezone(OFFICE_ZONE).date()
    with world.database.read() as session:
        actor = actor_of(session, world.people[who], today)
        inbox.counts(session, actor, today)
        return inbox.todo(session, actor, on=today).total


def worst(world: World) -> int:
    """Read everything that waits in the superior union's view and tell the ten worst; answers how much waits."""
    with world.database.read() as session:
        actor = actor_of(session, world.people[SUPERIOR], now().astimezone(OFFICE_ZONE).date())
        scope = monitor.scope_of(session, actor, now())
        everything = waits(session, scope)
        return stuck(session, scope, everything, Wanted(), size=10).total


def open_task(world: World, case_id: int, step: str) -> int:
    """The id of the open task of a step."""
    with world.database.read() as session:
        wanted = (Task.case_id == case_id, Task.step == step, Task.status == TaskStatus.OPEN)
        return session.scalars(select(Task.id).where(*wanted)).one()


def newest_case(world: World) -> int:
    with world.database.read() as session:
        return session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1)).one()


def state_size(world: World, case_id: int) -> int:
    """Bytes of the engine's state as it is stored."""
    with world.database.read() as session:
        return len(session.scalars(select(Case.state).where(Case.id == case_id)).one())

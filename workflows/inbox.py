"""Reads for one person: what I owe, what I did, what I asked for, what I was told.

One question each over indexed rows, whatever the number of cases; engine state is never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from workflows import catalogue, settings
from workflows.calendar import Calendar
from workflows.engine.definition import Definition
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Notice, Task, TaskStatus
from workflows.storage.organisations import Organisation

SIZE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `days_left` counts working days to the fatal date; below zero it is late."""

    task_id: int | None
    case_id: int
    case_number: str
    title: str
    procedure: str
    definition: Definition
    step_id: str
    step_title: str
    kind: str
    applicant: str
    applicant_en: str
    holder: str
    holder_en: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    target_on: date | None
    fatal_on: date | None
    days_left: int | None
    late: str  # "none", "target", "fatal"
    paused: bool
    status: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how long the list is."""

    rows: tuple[Row, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def todo(
    session: Session, actor: Actor, *, on: date, search: str = "", sort: str = "due", page: int = 1, size: int = SIZE
) -> Page:
    """待办: open tasks the actor may act on, and none that a colleague claimed. `sort`: "due" or "opened"."""
    mine = _mine(session, actor, on)
    if mine is None:
        return Page((), 0, 1, size)
    condition = and_(
        Task.status == TaskStatus.OPEN,
        mine,
        or_(Task.assignee_id.is_(None), Task.assignee_id == actor.person_id),
        *_matches(search),
    )
    order = (Task.fatal_on.is_(None), Task.fatal_on, Task.id) if sort == "due" else (Task.opened_at, Task.id)
    return _tasks(session, condition, order, on, page, size)


def done(session: Session, actor: Actor, *, on: date, search: str = "", page: int = 1, size: int = SIZE) -> Page:
    """已办: tasks the actor finished, the newest first."""
    condition = and_(Task.closed_by_id == actor.person_id, *_matches(search))
    return _tasks(session, condition, (Task.closed_at.desc(), Task.id.desc()), on, page, size)


def started(session: Session, actor: Actor, *, on: date, search: str = "", page: int = 1, size: int = SIZE) -> Page:
    """我发起: cases the actor started, with the step each waits at; the newest first."""
    condition = and_(Case.started_by_id == actor.person_id, *_matches(search))
    total = session.scalar(select(func.count()).select_from(Case).join(Case.applicant).where(condition)) or 0
    cases = session.scalars(
        select(Case)
        .join(Case.applicant)
        .options(contains_eager(Case.applicant))
        .where(condition)
        .order_by(Case.started_at.desc(), Case.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    waiting: dict[int, Task] = {}
    open_tasks = (
        select(Task)
        .options(joinedload(Task.assignee))
        .where(Task.case_id.in_([case.id for case in cases]), Task.status == TaskStatus.OPEN)
        .order_by(Task.fatal_on.desc())
    )
    for task in session.scalars(open_tasks):
        waiting[task.case_id] = task
    calendar = settings.load(session).calendar
    rows = tuple(_row(session, case, waiting.get(case.id), on, calendar) for case in cases)
    return Page(rows, total, page, size)


def counts(session: Session, actor: Actor, on: date) -> dict[str, int]:
    """How long the lists are: `todo`, `late` (past the fatal date) and unread `notices`."""
    mine = _mine(session, actor, on)
    if mine is None:
        return {"todo": 0, "late": 0, "notices": 0}
    free = or_(Task.assignee_id.is_(None), Task.assignee_id == actor.person_id)
    late = func.count().filter(Task.fatal_on < on, Task.paused_at.is_(None))
    total, overdue, unread = session.execute(
        select(
            func.count(),
            late,
            select(func.count()).select_from(Notice).where(_for(actor), Notice.read_at.is_(None)).scalar_subquery(),
        )
        .select_from(Task)
        .where(Task.status == TaskStatus.OPEN, mine, free)
    ).one()
    return {"todo": total, "late": overdue, "notices": unread}


def notices(session: Session, actor: Actor, *, page: int = 1, size: int = SIZE) -> list[tuple[Notice, Case]]:
    """通知: what the actor was told, the newest first."""
    rows = session.execute(
        select(Notice, Case)
        .join(Case, Case.id == Notice.case_id)
        .where(_for(actor))
        .order_by(Notice.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    )
    return [(notice, case) for notice, case in rows]


def read_notices(session: Session, actor: Actor, *, now: datetime) -> None:
    """Mark everything the actor was told as read. A notice to a role is read by whoever reads it first."""
    session.execute(
        update(Notice).where(_for(actor), Notice.read_at.is_(None)).values(read_at=now, read_by_id=actor.person_id)
    )


def _mine(session: Session, actor: Actor, on: date) -> ColumnElement[bool] | None:
    reach = lanes.reach(session, actor, on)
    if not reach:
        return None
    return or_(
        *(and_(Task.relation == r.relation, Task.role == r.role, Task.applicant_id.in_(r.applicant_ids)) for r in reach)
    )


def _for(actor: Actor) -> ColumnElement[bool]:
    posts = [and_(Notice.organisation_id == s.organisation_id, Notice.role == s.role) for s in actor.seats]
    return or_(Notice.person_id == actor.person_id, *posts)


def _matches(search: str) -> list[ColumnElement[bool]]:
    """Every word of the search must be in the number, the title or the applicant's name."""
    return [
        or_(
            Case.number.contains(word, autoescape=True),
            Case.title.contains(word, autoescape=True),
            Organisation.name.contains(word, autoescape=True),
        )
        for word in search.split()[:8]
    ]


def _tasks(
    session: Session,
    condition: ColumnElement[bool],
    order: tuple[Any, ...],
    on: date,
    page: int,
    size: int,
) -> Page:
    total = session.scalar(select(func.count()).select_from(Task).join(Task.case).join(Case.applicant).where(condition))
    tasks = session.scalars(
        select(Task)
        .join(Task.case)
        .join(Case.applicant)
        .where(condition)
        .options(contains_eager(Task.case).contains_eager(Case.applicant), joinedload(Task.assignee))
        .order_by(*order)
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    calendar = settings.load(session).calendar
    return Page(tuple(_row(session, task.case, task, on, calendar) for task in tasks), total or 0, page, size)


def _row(session: Session, case: Case, task: Task | None, on: date, calendar: Calendar) -> Row:
    definition = catalogue.definition_of(session, case.definition_id)
    fatal = task.fatal_on if task else None
    waiting = task is not None and task.status == TaskStatus.OPEN and task.paused_at is None
    return Row(
        task_id=task.id if task else None,
        case_id=case.id,
        case_number=case.number,
        title=case.title,
        procedure=definition.title,
        definition=definition,
        step_id=task.step if task else "",
        step_title=definition.steps[task.step].title if task else "",
        kind=task.kind if task else "",
        applicant=case.applicant.name,
        applicant_en=case.applicant.name_en or case.applicant.name,
        holder=task.assignee.name if task and task.assignee else "",
        holder_en=(task.assignee.name_en or task.assignee.name) if task and task.assignee else "",
        opened_at=task.opened_at if task else case.started_at,
        closed_at=task.closed_at if task else case.ended_at,
        outcome=(task.outcome or "") if task else (case.end or ""),
        target_on=task.target_on if task else None,
        fatal_on=fatal,
        days_left=calendar.working_days_between(on, fatal) if fatal and waiting else None,
        late=lateness(task, on) if waiting and task else "none",
        paused=bool(task and task.paused_at),
        status=case.status,
    )


def lateness(task: Task, on: date) -> str:
    """ "fatal" past the fatal date, "target" past the target date, else "none"."""
    if task.fatal_on is not None and on > task.fatal_on:
        return "fatal"
    if task.target_on is not None and on > task.target_on:
        return "target"
    return "none"

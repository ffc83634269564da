"""Reads for one person: what I owe, what I did, what I asked for, what I was told.

One question each over indexed rows, whatever the number of cases; engine state is never loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from workflows import catalogue, settings
from workflows.calendar import Calendar
from workflows.cases.elapsed import days_left, unit_of
from workflows.engine.definition import Definition
from workflows.organisations import lanes
from workflows.organisations.actors import NOT_BY_PROXY, Actor, Seat
from workflows.storage.cases import Case, Notice, Task, TaskKind, TaskStatus
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.organisations import Organisation, Person, Role
from workflows.storage.watching import Copy

SIZE = 50

_OPEN = Task.status == literal_column(f"'{TaskStatus.OPEN}'")  # written out: a parameter may miss the partial index
_LINES = (
    select(
        *(Task.id.label("task_id"), Task.step, Task.kind, Task.status.label("task_status"), Task.outcome),
        *(Task.opened_at, Task.closed_at, Task.target_on, Task.fatal_on, Task.paused_at, Task.derivation),
        *(Case.id.label("case_id"), Case.number, Case.title, Case.definition_id, Case.status, Case.end),
        *(Case.started_at, Case.ended_at),
        *(Organisation.name.label("applicant"), Organisation.name_en.label("applicant_en")),
        *(Person.name.label("holder"), Person.name_en.label("holder_en")),
    )
    .select_from(Case)
    .join(Case.applicant)
)
Line = Any  # a row of _LINES


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `days_left` counts in `unit`, that of the rule, to the fatal date; below zero it is late."""

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
    unit: str  # "calendar_days", "working_days" or "months", whose waiting is counted in calendar days
    asked: bool = False  # an opinion is what is wanted


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
    if sort == "due":
        owed = owed_by(actor, on, Task.id, Task.fatal_on)
        found = _tasks(session, owed, lambda t: (t.fatal_on.is_(None), t.fatal_on, t.id), search, on, page, size)
    else:
        owed = owed_by(actor, on, Task.id, Task.opened_at)
        found = _tasks(session, owed, lambda t: (t.opened_at, t.id), search, on, page, size)
    asked = set(session.scalars(_asked(actor)))
    if not asked:
        return found
    rows = tuple(replace(row, asked=True) if row.task_id in asked else row for row in found.rows)
    return replace(found, rows=rows)


def among_todo(session: Session, actor: Actor, task_ids: Iterable[int], *, on: date) -> tuple[int, ...]:
    """Those of the tasks that stand in the actor's list."""
    owed = owed_by(actor, on, Task.id)
    return tuple(session.scalars(select(owed.c.id).where(owed.c.id.in_(set(task_ids)))))


def done(session: Session, actor: Actor, *, on: date, search: str = "", page: int = 1, size: int = SIZE) -> Page:
    """已办: tasks the actor finished, the newest first."""
    finished = select(Task.id, Task.closed_at).where(Task.closed_by_id == actor.person_id).subquery()
    return _tasks(
        session,
        finished,
        lambda t: (t.closed_at.desc(), t.id.desc()),
        search,
        on,
        page,
        size,
        holder=Task.closed_by,
    )


def started(session: Session, actor: Actor, *, on: date, search: str = "", page: int = 1, size: int = SIZE) -> Page:
    """我发起: cases the actor started, with the step each waits at; the newest first."""
    order = (Case.started_at.desc(), Case.id.desc())
    wanted = select(Case.id).where(Case.started_by_id == actor.person_id)
    if search:
        wanted = wanted.join(Case.applicant).where(*_matches(search))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    shown = wanted.order_by(*order).offset((page - 1) * size).limit(size)
    lines = _LINES.outerjoin(Task, (Task.case_id == Case.id) & _OPEN).outerjoin(Task.assignee)
    found = session.execute(lines.where(Case.id.in_(shown)).order_by(*order, Task.fatal_on.desc()))
    soonest = {line.case_id: line for line in found}  # where branches wait side by side, the one that is due first
    return Page(_rows(session, soonest.values(), on), total, page, size)


def counts(session: Session, actor: Actor, on: date) -> dict[str, int]:
    """How long the lists are: `todo`, `late` (past the fatal date), unread `notices` and unread `copies`."""
    unread = select(func.count()).select_from(Notice).where(_for(actor), Notice.read_at.is_(None)).scalar_subquery()
    sent = Copy.person_id == actor.person_id
    copied = select(func.count()).select_from(Copy).where(sent, Copy.read_at.is_(None)).scalar_subquery()
    owed = owed_by(actor, on, Task.id, Task.fatal_on, Task.paused_at)
    late = func.count().filter(owed.c.fatal_on < on, owed.c.paused_at.is_(None))
    question = select(func.count(), late, unread, copied).select_from(owed)
    todo, overdue, notices, copies = session.execute(question).one()
    return {"todo": todo, "late": overdue, "notices": notices, "copies": copies}


def copies(session: Session, actor: Actor, *, page: int = 1, size: int = SIZE) -> list[tuple[Copy, Case]]:
    """抄送我: cases brought to the actor's notice, the unread first and then the newest."""
    rows = session.execute(
        select(Copy, Case)
        .join(Case, Case.id == Copy.case_id)
        .where(Copy.person_id == actor.person_id)
        .options(joinedload(Copy.sent_by))
        .order_by(Copy.read_at.is_not(None), Copy.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    )
    return [(copy, case) for copy, case in rows]


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


def count_notices(session: Session, actor: Actor) -> int:
    """How many notices there are for the actor, read or not."""
    return session.scalar(select(func.count()).select_from(Notice).where(_for(actor))) or 0


def read_notices(
    session: Session, actor: Actor, *, now: datetime, only: int | None = None, until: int | None = None
) -> None:
    """Mark what the actor was told as read: one notice, or all up to the newest one that was seen.

    A notice to a role is read by whoever reads it first; those of others are left alone.
    """
    seen = [_for(actor), Notice.read_at.is_(None)]
    if only is not None:
        seen.append(Notice.id == only)
    if until is not None:
        seen.append(Notice.id <= until)
    session.execute(update(Notice).where(*seen).values(read_at=now, read_by_id=actor.person_id))


def owed_by(actor: Actor, on: date, *columns: InstrumentedAttribute[Any]) -> Subquery:
    """Open tasks of the lanes the actor stands in, without those a colleague claimed; and what else is the actor's to do.

    That is: replies on paper to enter, tasks handed over, opinions asked for, and the same lanes of those the actor is a
    proxy of. One question for each lane, drawn together: each is answered by an index over open tasks.
    """
    free = or_(Task.assignee_id.is_(None), Task.assignee_id == actor.person_id)
    handed_over = and_(Task.assignee_id == actor.person_id, Task.assigned_by_id.is_not(None))
    ways = [
        *(and_(lane, free) for lane in _lanes(actor.seats, on)),
        *_to_enter(actor, on),
        handed_over,
        Task.id.in_(_asked(actor)),
        *_by_proxy(actor, on),
    ]
    return union(*(select(*columns).where(_OPEN, way) for way in ways)).subquery()


def _lanes(seats: Iterable[Seat], on: date) -> tuple[ColumnElement[bool], ...]:
    return lanes.within_reach(seats, on, relation=Task.relation, role=Task.role, applicant_id=Task.applicant_id)


def _asked(actor: Actor) -> Select[int | None]:
    """The tasks on which the actor, or somebody the actor is a proxy of, is asked for an opinion now."""
    return select(Opinion.task_id).where(is_asked(actor), Opinion.status == literal_column(f"'{OpinionStatus.OPEN}'"))


def is_asked(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Opinion` that it is the actor's, or that of somebody for whom the actor is a proxy there."""
    theirs = [
        and_(Opinion.person_id == principal_id, *_covered(Opinion.case_id, procedures))
        for principal_id, procedures in {(p.principal_id, p.procedures) for p in actor.proxied}
    ]
    return or_(Opinion.person_id == actor.person_id, *theirs)


def _by_proxy(actor: Actor, on: date) -> Iterator[ColumnElement[bool]]:
    """What those one is a proxy of owe in the procedures agreed on, with what they have claimed."""
    for proxied in actor.proxied:
        may = or_(Task.assignee_id.is_(None), Task.assignee_id.in_((actor.person_id, proxied.principal_id)))
        for lane in _lanes([proxied.seat], on):
            yield and_(lane, may, *_covered(Task.case_id, proxied.procedures))
        handed_over = and_(Task.assignee_id == proxied.principal_id, Task.assigned_by_id.is_not(None))
        yield and_(handed_over, Task.role.not_in(NOT_BY_PROXY), *_covered(Task.case_id, proxied.procedures))


def _covered(case_id: InstrumentedAttribute[int], procedures: AbstractSet[str]) -> tuple[ColumnElement[bool], ...]:
    """The condition that a proxy for these procedures covers a case; none when it covers every one."""
    return (case_id.in_(select(Case.id).where(Case.procedure.in_(sorted(procedures)))),) if procedures else ()


def _to_enter(actor: Actor, on: date) -> Iterator[ColumnElement[bool]]:
    """Steps of offices without accounts, whose replies the applicant's secretary enters, while none awaits confirmation."""
    entered = aliased(Task)
    awaits_confirmation = exists().where(
        entered.parent_id == Task.id, entered.kind == TaskKind.CONFIRMATION, entered.status == TaskStatus.OPEN
    )
    for seat in actor.seats:
        if seat.role == Role.SECRETARY:
            for relation in lanes.AUTHORITIES:
                yield and_(
                    Task.relation == relation,
                    Task.applicant_id == seat.organisation_id,
                    Task.kind == TaskKind.STEP,
                    lanes.is_on_paper(relation, seat.organisation_id, on),
                    ~awaits_confirmation,
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
    chosen: Subquery,
    order: Callable[[Any], tuple[Any, ...]],
    search: str,
    on: date,
    page: int,
    size: int,
    holder: InstrumentedAttribute[Any] = Task.assignee,
) -> Page:
    """One page. Tasks are counted, ordered and cut by what `chosen` has of them; only those shown are read whole."""
    ids = select(chosen.c.id)
    if search:
        ids = ids.join(Task, Task.id == chosen.c.id).join(Task.case).join(Case.applicant).where(*_matches(search))
    total = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    shown = ids.order_by(*order(chosen.c)).offset((page - 1) * size).limit(size)
    lines = _LINES.join(Task, Task.case_id == Case.id).outerjoin(holder)
    found = session.execute(lines.where(Task.id.in_(shown)).order_by(*order(Task)))
    return Page(_rows(session, found, on), total, page, size)


def _rows(session: Session, lines: Iterable[Line], on: date) -> tuple[Row, ...]:
    calendar = settings.load(session).calendar
    return tuple(_row(line, catalogue.definition_of(session, line.definition_id), on, calendar) for line in lines)


def _row(line: Line, definition: Definition, on: date, calendar: Calendar) -> Row:
    waiting = line.task_status == TaskStatus.OPEN and line.paused_at is None
    return Row(
        task_id=line.task_id,
        case_id=line.case_id,
        case_number=line.number,
        title=line.title,
        procedure=definition.title,
        definition=definition,
        step_id=line.step or "",
        step_title=definition.steps[line.step].title if line.step else "",
        kind=line.kind or "",
        applicant=line.applicant,
        applicant_en=line.applicant_en or line.applicant,
        holder=line.holder or "",
        holder_en=line.holder_en or line.holder or "",
        opened_at=line.opened_at or line.started_at,
        closed_at=line.closed_at if line.task_id else line.ended_at,
        outcome=(line.outcome if line.task_id else line.end) or "",
        target_on=line.target_on,
        fatal_on=line.fatal_on,
        days_left=days_left(calendar, line.fatal_on, line.derivation, on) if waiting else None,
        late=lateness(line, on) if waiting else "none",
        paused=line.paused_at is not None,
        status=line.status,
        unit=unit_of(line.derivation),
    )


def lateness(task: Task | Line, on: date) -> str:
    """ "fatal" past the fatal date, "target" past the target date, else "none"."""
    if task.fatal_on is not None and on > task.fatal_on:
        return "fatal"
    if task.target_on is not None and on > task.target_on:
        return "target"
    return "none"

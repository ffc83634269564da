"""Everything that says why cases wait, read with a bounded number of questions, whatever the number of cases.

Stored rows only; engine state is never loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, joinedload, load_only

from workflows import catalogue, settings
from workflows.cases.elapsed import Days, days_of
from workflows.engine.definition import Definition, Step
from workflows.engine.operations import OFFICE_ZONE
from workflows.engine.settings import Material
from workflows.organisations.directory import Body, Directory, directory, holders_of
from workflows.organisations.lanes import Holder
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.consulting import NAMED, Opinion, OpinionStatus
from workflows.storage.organisations import Organisation, Person
from workflows.storage.papers import Attachment, Paper
from workflows.storage.watching import Suspension

_DEEPEST = 5  # cases that wait for cases that wait for cases
_HEAVY = ("answers", "draft", "decision")
_NAMES = (Person.id, Person.name, Person.name_en)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Cases with the open cases they wait for, their tasks, and who stands where on a day."""

    on: date
    days: Days
    directory: Directory
    definitions: Mapping[int, Definition]
    cases: Mapping[int, Case]
    tasks: Mapping[int, Sequence[Task]]  # by case, oldest first
    children: Mapping[int, Sequence[Case]]  # by case: the open cases it waits for, oldest first
    holders: Mapping[tuple[int, str], tuple[Holder, ...]]  # by organisation and role
    suspensions: Mapping[int, Suspension]  # by case
    opinions: Mapping[int, Sequence[Opinion]]  # by task, in the order of asking
    uploads: Mapping[int, frozenset[str]]  # by task: keys of the materials that are there
    papers: Mapping[int, frozenset[str]]  # by case: names of the papers that were issued and are valid

    def definition(self, case: Case) -> Definition:
        return self.definitions[case.definition_id]

    def body(self, task: Task) -> Body | None:
        """The organisation behind a task's lane."""
        return self.directory.acting(task.applicant_id).get(task.relation)

    def people(self, task: Task) -> tuple[Holder, ...]:
        """Who may do a task; of several who decide together, those who are asked now."""
        body = self.body(task)
        if task.role == NAMED:
            return tuple(as_holder(o, body) for o in self.asked(task) if o.status == OpinionStatus.OPEN)
        return self.holders.get((body.id, task.role), ()) if body is not None else ()

    def hanging_on(self, task: Task, kind: TaskKind) -> Task | None:
        """The open correction or confirmation that a task waits for."""
        hanging = (t for t in self.tasks[task.case_id] if t.parent_id == task.id)
        return next((t for t in hanging if t.kind == kind and t.status == TaskStatus.OPEN), None)

    def asked(self, task: Task) -> list[Opinion]:
        """Whose opinions a task waits for."""
        return [o for o in self.opinions.get(task.id, ()) if o.status in (OpinionStatus.OPEN, OpinionStatus.WAITING)]

    def missing(self, task: Task) -> tuple[Material, ...]:
        """What the usual outcome of a task still needs: uploads of its own, and papers of others."""
        case = self.cases[task.case_id]
        uploads, papers = self.uploads.get(task.id, frozenset()), self.papers.get(case.id, frozenset())
        return tuple(
            material
            for material in needed(self.definition(case).steps[task.step])
            if (material.paper not in papers if material.source == "paper" else material.key not in uploads)
        )


def as_holder(opinion: Opinion, body: Body | None) -> Holder:
    """Somebody whose opinion is awaited, as one of those a task waits for; `body`: the organisation of the task."""
    person, spoken_for = opinion.person, opinion.organisation
    name = spoken_for.name if spoken_for is not None else (body.name if body is not None else "")
    return Holder(person.id, person.name, opinion.organisation_id or 0, name, "", person.name_en or person.name)


def needed(step: Step) -> tuple[Material, ...]:
    """The materials without which the first outcome that leads on cannot be chosen."""
    usual = next((o.key for o in step.outcomes if not o.needs_reason), "")
    return tuple(m for m in step.materials if m.required and (not m.outcomes or usual in m.outcomes))


def day_of(at: datetime) -> date:
    """The office's day of an instant."""
    return at.astimezone(OFFICE_ZONE).date()


def around(
    session: Session, cases: Sequence[Case], today: date, known_tasks: Mapping[int, Sequence[Task]] | None = None
) -> Surroundings:
    """The surroundings of cases on a day. `known_tasks`: all tasks of a case, where the caller has read them already."""
    descendants = _descendants(session, [case.id for case in cases])
    everyone = {case.id: case for case in (*cases, *descendants)}
    tasks: dict[int, Sequence[Task]] = {**dict.fromkeys(everyone, ()), **(known_tasks or {})}
    unknown = [case_id for case_id in everyone if case_id not in (known_tasks or {})]
    tasks |= _by(_tasks(session, unknown), lambda task: task.case_id)
    open_tasks = [task for found in tasks.values() for task in found if task.status == TaskStatus.OPEN]
    definitions = {c.definition_id: catalogue.definition_of(session, c.definition_id) for c in everyone.values()}
    known = directory(session, {case.applicant_id for case in everyone.values()}, today)
    posts = [
        (body.id, task.role)
        for task in open_tasks
        if (body := known.acting(task.applicant_id).get(task.relation)) is not None
    ]
    steps = [
        (task, needed(definitions[everyone[task.case_id].definition_id].steps[task.step]))
        for task in open_tasks
        if task.kind == TaskKind.STEP
    ]
    return Surroundings(
        on=today,
        days=days_of(settings.load(session).calendar),
        directory=known,
        definitions=definitions,
        cases=everyone,
        tasks=tasks,
        children=_by(descendants, lambda child: child.parent_id or 0),
        holders=holders_of(session, posts, known),
        suspensions={
            found.case_id: found
            for found in _suspensions(session, [c.id for c in everyone.values() if c.suspended_at is not None])
        },
        opinions=_by(_opinions(session, [task.id for task in open_tasks]), lambda opinion: opinion.task_id or 0),
        uploads=_uploads(session, [task.id for task, materials in steps if materials]),
        papers=_papers(session, [t.case_id for t, materials in steps if any(m.source == "paper" for m in materials)]),
    )


def _descendants(session: Session, case_ids: Collection[int]) -> Sequence[Case]:
    """The open cases that these wait for, and those that they wait for, oldest first."""
    top = select(Case.id, literal(1).label("depth")).where(
        Case.parent_id.in_(case_ids), Case.parent_token.is_not(None), Case.status == CaseStatus.OPEN
    )
    line = top.cte("line", recursive=True)
    below = Case.__table__.alias("below")
    line = line.union_all(
        select(below.c.id, line.c.depth + 1).where(
            below.c.parent_id == line.c.id,
            below.c.parent_token.is_not(None),
            below.c.status == CaseStatus.OPEN,
            line.c.depth < _DEEPEST,
        )
    )
    return session.scalars(select(Case).where(Case.id.in_(select(line.c.id))).order_by(Case.id)).all()


def _tasks(session: Session, case_ids: Collection[int]) -> Sequence[Task]:
    if not case_ids:
        return ()
    columns = [getattr(Task, name) for name in Task.__mapper__.column_attrs.keys() if name not in _HEAVY]  # noqa: SIM118
    return session.scalars(
        select(Task)
        .where(Task.case_id.in_(case_ids))
        .order_by(Task.id)
        .options(
            load_only(*columns),
            joinedload(Task.assignee).load_only(*_NAMES),
            joinedload(Task.closed_for).load_only(Organisation.name, Organisation.name_en),
        )
    ).all()


def _suspensions(session: Session, case_ids: Collection[int]) -> Iterable[Suspension]:
    if not case_ids:
        return ()
    return session.scalars(select(Suspension).where(Suspension.case_id.in_(case_ids), Suspension.ended_at.is_(None)))


def _opinions(session: Session, task_ids: Collection[int]) -> Sequence[Opinion]:
    if not task_ids:
        return ()
    return session.scalars(
        select(Opinion)
        .where(Opinion.task_id.in_(task_ids), Opinion.status.not_in([OpinionStatus.TAKEN_BACK, OpinionStatus.CLOSED]))
        .options(
            joinedload(Opinion.person).load_only(*_NAMES),
            joinedload(Opinion.organisation).load_only(Organisation.name, Organisation.name_en),
        )
        .order_by(Opinion.position, Opinion.id)
    ).all()


def _uploads(session: Session, task_ids: Collection[int]) -> dict[int, frozenset[str]]:
    if not task_ids:
        return {}
    rows = session.execute(
        select(Attachment.task_id, Attachment.material).where(
            Attachment.task_id.in_(task_ids), Attachment.removed_at.is_(None)
        )
    )
    return {key: frozenset(name for _, name in found) for key, found in _by(rows, lambda row: row[0]).items()}


def _papers(session: Session, case_ids: Collection[int]) -> dict[int, frozenset[str]]:
    if not case_ids:
        return {}
    rows = session.execute(
        select(Paper.case_id, Paper.name).where(Paper.case_id.in_(case_ids), Paper.status == "issued")
    )
    return {key: frozenset(name for _, name in found) for key, found in _by(rows, lambda row: row[0]).items()}


def _by(things: Iterable[T], key: Callable[[T], int]) -> dict[int, Sequence[T]]:
    found: dict[int, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return dict(found)

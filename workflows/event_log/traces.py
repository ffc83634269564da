"""Cases with everything that happened in them, a few at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from workflows.event_log.diagrams import Diagrams
from workflows.event_log.kinds import BESIDE_THE_DIAGRAM
from workflows.event_log.telling import TELL_OF_A_CASE, Child, Happened, LogTask, Subject, Teller
from workflows.event_log.wanted import Wanted
from workflows.storage.cases import Case, Task
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation

CASES_AT_ONCE = 50

R = TypeVar("R", bound=Row[Any])


@dataclass(frozen=True, slots=True)
class Trace:
    """One case with its tasks and events, oldest first. `parent_id` only when the parent is exported, too."""

    id: int
    number: str
    procedure: str
    procedure_title: str
    version: int
    rule_set: str
    subject_kind: str
    applicant_id: int
    applicant: str
    started_at: datetime
    status: str
    ended_at: datetime | None
    end: str  # the name of the end event reached
    parent_id: int | None
    parent_number: str
    awaited: bool  # the parent waits for it; otherwise it merely led to it
    tasks: tuple[LogTask, ...]
    events: tuple[Happened, ...]


def traces(session: Session, wanted: Wanted) -> Iterator[Trace]:
    """The wanted cases in the order in which they were begun; never more than `CASES_AT_ONCE` are in memory."""
    diagrams = Diagrams(session)
    after = 0
    while rows := session.execute(_cases(wanted, after)).all():
        yield from _told(session, wanted, diagrams, rows)
        after = rows[-1].id


def _cases(wanted: Wanted, after: int) -> Select[*tuple[Any, ...]]:
    parent = aliased(Case)
    return (
        select(
            *(Case.id, Case.number, Case.procedure, Case.definition_id, Case.rule_set, Case.subject_kind),
            *(Case.applicant_id, Case.started_at, Case.status, Case.ended_at, Case.end, Case.parent_token),
            Organisation.name.label("applicant"),
            PublishedDefinition.number.label("version"),
            parent.id.label("parent_id"),
            parent.number.label("parent_number"),
        )
        .join(Organisation, Organisation.id == Case.applicant_id)
        .join(PublishedDefinition, PublishedDefinition.id == Case.definition_id)
        .outerjoin(parent, and_(parent.id == Case.parent_id, *wanted.holds(parent)))
        .where(Case.id > after, *wanted.holds(Case))
        .order_by(Case.id)
        .limit(CASES_AT_ONCE)
    )


def _told(session: Session, wanted: Wanted, diagrams: Diagrams, rows: Sequence[Row[Any]]) -> Iterator[Trace]:
    ids = [row.id for row in rows]
    events = session.execute(_events(ids)).all()
    tasks = _by_case(session.execute(_tasks(ids)))
    people = wanted.people.labels(
        session, (each for event in events for each in (event.actor_id, event.on_behalf_of_id))
    )
    children = _children(session, wanted, events)
    events_of = _by_case(events)
    for row in rows:
        own = tuple(_task(diagrams, row.definition_id, task) for task in tasks[row.id])
        teller = Teller(Subject(row.id, row.definition_id, row.end), diagrams, people, children, own)
        yield Trace(
            id=row.id,
            number=row.number,
            procedure=row.procedure,
            procedure_title=diagrams.title(row.definition_id) or row.procedure,
            version=row.version,
            rule_set=row.rule_set,
            subject_kind=row.subject_kind,
            applicant_id=row.applicant_id,
            applicant=row.applicant,
            started_at=row.started_at,
            status=row.status,
            ended_at=row.ended_at,
            end=diagrams.name(row.definition_id, row.end) if row.end else "",
            parent_id=row.parent_id,
            parent_number=row.parent_number or "",
            awaited=row.parent_token is not None,
            tasks=own,
            events=tuple(teller.tell(events_of[row.id])),
        )


def _events(case_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Event.id, Event.case_id, Event.task_id, Event.kind, Event.at, Event.actor_id, Event.on_behalf_of_id),
            *(Event.organisation_id, Event.data, Organisation.name.label("organisation")),
        )
        .outerjoin(Organisation, Organisation.id == Event.organisation_id)
        .where(Event.case_id.in_(case_ids))
        .order_by(Event.case_id, Event.sequence)
    )


def _tasks(case_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Task.id, Task.case_id, Task.kind, Task.step, Task.relation, Task.role, Task.status, Task.opened_at),
            *(Task.closed_at, Task.target_on, Task.fatal_on, Task.derivation),
        )
        .where(Task.case_id.in_(case_ids))
        .order_by(Task.id)
    )


def _task(diagrams: Diagrams, definition_id: int, row: Row[Any]) -> LogTask:
    beside = BESIDE_THE_DIAGRAM.get(row.kind)
    return LogTask(
        id=row.id,
        kind=row.kind,
        element="" if beside else row.step,
        activity=beside or diagrams.name(definition_id, row.step),
        relation=row.relation,
        role=row.role,
        status=row.status,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        rule=str((row.derivation or {}).get("rule", "")),
        target_on=row.target_on,
        fatal_on=row.fatal_on,
    )


def _children(session: Session, wanted: Wanted, events: Iterable[Row[Any]]) -> dict[int, Child]:
    """The cases that the events of other cases name."""
    ids = {event.data["case"] for event in events if event.kind in TELL_OF_A_CASE}
    if not ids:
        return {}
    exported = set(session.scalars(select(Case.id).where(Case.id.in_(ids), *wanted.holds(Case))))
    rows = session.execute(select(Case.id, Case.definition_id, Case.parent_element).where(Case.id.in_(ids)))
    return {row.id: Child(row.id, row.definition_id, row.parent_element or "", row.id in exported) for row in rows}


def _by_case(rows: Iterable[R]) -> defaultdict[int, list[R]]:
    grouped: defaultdict[int, list[R]] = defaultdict(list)
    for row in rows:
        grouped[row.case_id].append(row)
    return grouped

"""What falls due for somebody, day by day: own tasks and opinions, what is supervised, and what the own unions owe.

A few questions over indexed rows, whatever the number of cases; engine state is never loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session

from workflows import catalogue
from workflows.cases.clock import SUSPENSION_ENDS
from workflows.inbox import is_asked, owed_by
from workflows.organisations.actors import Actor
from workflows.organisations.directory import directory
from workflows.organisations.taking_part import applicants_of
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.events import Event
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation
from workflows.storage.unions import Certificate, Term, Timer
from workflows.storage.watching import Supervision, Suspension
from workflows.text import Text
from workflows.titles import title_of
from workflows.visible import visible_cases


class DueKind(StrEnum):
    """What it is that falls due; the order is that of a day's list."""

    FATAL = "fatal"  # the last day of a task
    CORRECTION = "correction"  # the last day for the answer to a request for correction
    OPINION = "opinion"
    SUPERVISION = "supervision"
    TARGET = "target"  # the day by which a task should be done
    TERM = "term"  # the end of a term of office
    CERTIFICATE = "certificate"  # the end of a certificate
    FOLLOW_ON = "follow_on"  # a case opens by itself
    REMINDER = "reminder"
    SUSPENSION = "suspension"  # the day on which a suspended case was expected to go on


@dataclass(frozen=True, slots=True)
class Due:
    """One thing on one day. `name` is the same for good; `task_id` or `case_id` say what to open, if there is something.

    `about` is a step, a reminder's sentence or the number of a term or certificate; `changed_at` is when something last
    happened there, as far as that is known.
    """

    name: str
    on: date
    kind: DueKind
    title: Text
    number: str = ""
    about: Text = field(default=Text("", ""))
    task_id: int | None = None
    case_id: int | None = None
    paused: bool = False
    changed_at: datetime | None = None


_ORDER = {kind: place for place, kind in enumerate(DueKind)}
_HEAD = (Case.number, Case.title, Case.definition_id, Organisation.name, Organisation.name_en)


def due_between(session: Session, actor: Actor, first: date | None, last: date, *, on: date) -> tuple[Due, ...]:
    """Everything from `first` (None: from the beginning) to `last`, both included, by day and importance."""
    window = _Window(first, last)
    unions = _own_unions(actor)
    found = [
        *_tasks(session, actor, window, on),
        *_opinions(session, actor, window),
        *_supervisions(session, actor, window, on),
        *_terms(session, unions, window),
        *_certificates(session, unions, window),
        *_timers(session, actor, window, on),
        *_suspensions(session, actor, window),
    ]
    told = _with_links(session, actor, found, on)
    return tuple(sorted(told, key=lambda due: (due.on, _ORDER[due.kind], due.number, due.name)))


@dataclass(frozen=True, slots=True)
class _Window:
    first: date | None
    last: date

    def holds(self, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        until = column <= self.last
        return until if self.first is None else and_(column >= self.first, until)

    def __contains__(self, day: date | None) -> bool:
        return day is not None and day <= self.last and (self.first is None or day >= self.first)


def _tasks(session: Session, actor: Actor, window: _Window, on: date) -> Iterator[Due]:
    owed = owed_by(actor, on, Task.id, Task.target_on, Task.fatal_on)
    wanted = select(owed.c.id).where(or_(window.holds(owed.c.target_on), window.holds(owed.c.fatal_on)))
    rows = _rows(
        session,
        select(Task.id, Task.case_id, Task.step, Task.kind, Task.target_on, Task.fatal_on, Task.paused_at, *_HEAD)
        .join(Case, Case.id == Task.case_id)
        .join(Organisation, Organisation.id == Case.applicant_id)
        .where(Task.id.in_(wanted)),
    )
    for task_id, case_id, step, kind, target_on, fatal_on, paused_at, *head in rows:
        last_day = DueKind.CORRECTION if kind == TaskKind.CORRECTION else DueKind.FATAL
        for day, sort in ((target_on, DueKind.TARGET), (fatal_on, last_day)):
            if day in window and (sort is not DueKind.TARGET or day != fatal_on):
                yield Due(
                    name=f"task-{task_id}-{'target' if sort is DueKind.TARGET else 'fatal'}",
                    on=day,
                    kind=sort,
                    **_of_case(session, head),
                    about=_step(session, head[2], step),
                    task_id=task_id,
                    case_id=case_id,
                    paused=paused_at is not None,
                )


def _opinions(session: Session, actor: Actor, window: _Window) -> Iterator[Due]:
    rows = _rows(
        session,
        select(Opinion.id, Opinion.due_on, Opinion.case_id, Opinion.task_id, Task.step, *_HEAD)
        .join(Case, Case.id == Opinion.case_id)
        .join(Organisation, Organisation.id == Case.applicant_id)
        .outerjoin(Task, Task.id == Opinion.task_id)
        .where(is_asked(actor), Opinion.status == OpinionStatus.OPEN, window.holds(Opinion.due_on)),
    )
    for opinion_id, due_on, case_id, task_id, step, *head in rows:
        yield Due(
            name=f"opinion-{opinion_id}",
            on=due_on,
            kind=DueKind.OPINION,
            **_of_case(session, head),
            about=_step(session, head[2], step),
            task_id=task_id,
            case_id=case_id,
        )


def _supervisions(session: Session, actor: Actor, window: _Window, on: date) -> Iterator[Due]:
    """Those of the own organisations, and those of the cases in which the actor owes something."""
    owed = owed_by(actor, on, Task.id, Task.case_id)
    rows = _rows(
        session,
        select(Supervision.id, Supervision.due_on, Supervision.case_id, *_HEAD)
        .join(Case, Case.id == Supervision.case_id)
        .join(Organisation, Organisation.id == Case.applicant_id)
        .where(
            Supervision.closed_at.is_(None),
            window.holds(Supervision.due_on),
            or_(
                Supervision.supervisor_id == actor.person_id,
                Supervision.organisation_id.in_(actor.organisation_ids),
                Supervision.case_id.in_(select(owed.c.case_id)),
            ),
        ),
    )
    for supervision_id, due_on, case_id, *head in rows:
        name = f"supervision-{supervision_id}"
        yield Due(name, due_on, DueKind.SUPERVISION, **_of_case(session, head), case_id=case_id)


def _own_unions(actor: Actor) -> Select[int]:
    """The own organisations, and the unions that the own zone offices have founded."""
    founded = select(Zone.union_id).where(Zone.office_id.in_(actor.organisation_ids), Zone.union_id.is_not(None))
    return select(Organisation.id).where(or_(Organisation.id.in_(actor.organisation_ids), Organisation.id.in_(founded)))


def _terms(session: Session, unions: Select[int], window: _Window) -> Iterator[Due]:
    ends_on = func.coalesce(Term.extended_to, Term.ends_on)
    rows = _rows(
        session,
        select(Term, Organisation)
        .join(Organisation, Organisation.id == Term.organisation_id)
        .where(Term.organisation_id.in_(unions), Term.ended_on.is_(None), window.holds(ends_on)),
    )
    for term, union in rows:
        about = Text(f"第{term.number}届", f"term {term.number}")
        name, day = f"term-{term.id}", term.extended_to or term.ends_on
        yield Due(name, day, DueKind.TERM, _named(union), about=about, case_id=term.case_id)


def _certificates(session: Session, unions: Select[int], window: _Window) -> Iterator[Due]:
    rows = _rows(
        session,
        select(Certificate, Organisation)
        .join(Organisation, Organisation.id == Certificate.organisation_id)
        .where(
            Certificate.organisation_id.in_(unions),
            Certificate.cancelled_on.is_(None),
            window.holds(Certificate.valid_to),
        ),
    )
    for certificate, union in rows:
        yield Due(
            name=f"certificate-{certificate.id}",
            on=certificate.valid_to,
            kind=DueKind.CERTIFICATE,
            title=_named(union),
            number=certificate.number,
            case_id=certificate.case_id,
        )


def _timers(session: Session, actor: Actor, window: _Window, on: date) -> Iterator[Due]:
    """What the own organisations will be reminded of, and the cases that will open for them."""
    about = func.coalesce(Timer.organisation_id, Case.applicant_id)
    rows = _rows(
        session,
        select(Timer, Case.status, Organisation)
        .outerjoin(Case, Case.id == Timer.case_id)
        .join(Organisation, Organisation.id == about)
        .where(
            *(Timer.done_at.is_(None), Timer.kind != SUSPENSION_ENDS, window.holds(Timer.due_on)),
            about.in_(applicants_of(actor.organisation_ids, on)),
        ),
    )
    known = directory(session, {organisation.id for _timer, _status, organisation in rows}, on) if rows else None
    for timer, status, organisation in rows:
        if known is None or (timer.data.get("while_open") and status != CaseStatus.OPEN):
            continue
        told = known.acting(organisation.id).get(timer.data.get("relation", "applicant"))
        if told is None or told.id not in actor.organisation_ids:
            continue
        opens = timer.data.get("procedure")
        yield Due(
            name=f"timer-{timer.id}",
            on=timer.due_on,
            kind=DueKind.FOLLOW_ON if opens else DueKind.REMINDER,
            title=_named(organisation),
            about=_procedure(session, opens) if opens else Text(**timer.data["text"]),
            case_id=timer.case_id,
        )


def _suspensions(session: Session, actor: Actor, window: _Window) -> Iterator[Due]:
    rows = _rows(
        session,
        select(Suspension.id, Suspension.until, Suspension.case_id, *_HEAD)
        .join(Case, Case.id == Suspension.case_id)
        .join(Organisation, Organisation.id == Case.applicant_id)
        .where(
            *(Suspension.begun_by_id == actor.person_id, Suspension.ended_at.is_(None)),
            window.holds(Suspension.until),
        ),
    )
    for suspension_id, until, case_id, *head in rows:
        name = f"suspension-{suspension_id}"
        yield Due(name, until, DueKind.SUSPENSION, **_of_case(session, head), case_id=case_id)


def _with_links(session: Session, actor: Actor, found: list[Due], on: date) -> Iterable[Due]:
    """Without what the actor may not open, and with the time of the last event."""
    ids = {due.case_id for due in found if due.case_id is not None}
    if not ids:
        return found
    seen = set(session.scalars(visible_cases(actor, on).where(Case.id.in_(ids))))
    latest = select(Event.case_id, func.max(Event.at)).where(Event.case_id.in_(ids)).group_by(Event.case_id)
    changed: dict[int | None, datetime] = dict(session.execute(latest).all())
    return [
        replace(due, changed_at=changed.get(due.case_id))
        if due.case_id in seen
        else replace(due, case_id=None, task_id=None, changed_at=changed.get(due.case_id))
        for due in found
    ]


def _rows(session: Session, question: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session.execute(question).all()


def _of_case(session: Session, head: list[Any]) -> dict[str, Any]:
    number, title, definition_id, applicant, applicant_en = head
    return {"number": number, "title": title_of(session, definition_id, title, applicant_en or applicant)}


def _step(session: Session, definition_id: int, step: str | None) -> Text:
    definition = catalogue.definition_of(session, definition_id)
    if step is None or step not in definition.steps:
        return Text("", "")
    title = definition.steps[step].title
    return Text(title, definition.say(title, "en"))


def _procedure(session: Session, key: str) -> Text:
    published = next((each for each in catalogue.all_current(session) if each.key == key), None)
    if published is None:
        return Text("", "")
    definition = catalogue.definition_of(session, published.id)
    return Text(definition.title, definition.say(definition.title, "en"))


def _named(organisation: Organisation) -> Text:
    return Text(organisation.name, organisation.name_en or organisation.name)

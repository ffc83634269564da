"""What is open now in a manager's view: one entry for each thing that waits, measured, and few questions in all.

A thing that waits is an open step, or a child case that is awaited. What hangs on a step (a correction, the confirmation
of a paper reply) is no entry of its own: it says for whom the step waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, aliased

from workflows import catalogue, settings
from workflows.cases.elapsed import Days, days_of
from workflows.cases.surroundings import day_of
from workflows.deadlines import Unit
from workflows.engine.definition import Definition
from workflows.monitor.scope import Scope
from workflows.organisations.directory import Body, Directory, directory
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Zone

SOON = 3  # working days before the fatal date from which on a wait counts as soon late
BUCKETS = (7, 15, 30, 60)  # calendar days of waiting: up to each of them, and beyond the last
_OPEN = Task.status == literal_column(f"'{TaskStatus.OPEN}'")  # written out: a parameter may miss the partial index
_CASE = (Case.number, Case.title, Case.procedure, Case.definition_id, Case.applicant_id, Case.suspended_at)


class WaitKind(StrEnum):
    """What something waits for."""

    PERSON = "person"
    PAPER = "paper"  # an office without accounts
    CHILD = "child"
    CORRECTION = "correction"
    SUSPENDED = "suspended"


class Late(StrEnum):
    """How a wait stands against its limit; each wait is exactly one of these."""

    NONE = "none"
    TARGET = "target"  # past the target date
    SOON = "soon"  # the fatal date is at most `SOON` working days away
    FATAL = "fatal"  # past the fatal date


@dataclass(slots=True)
class Entry:
    """One thing that waits. `task_id`: what has to be done to go on; empty while a child case is awaited.

    `root_id`: the step of the diagram behind it. `body`: the organisation it waits for. `over`: days past the limit in
    the unit of the rule. `share`: of the limit used; empty without limit. `waited`: calendar days.
    """

    case_id: int
    number: str
    title: str
    procedure: str
    definition_id: int
    applicant_id: int
    step: str
    kind: WaitKind
    task_id: int | None
    root_id: int | None
    child_id: int | None
    role: str
    assignee_id: int | None
    body: Body | None
    zone: ZoneName | None
    since: datetime
    limit_on: date | None
    late: Late
    over: int
    share: float | None
    waited: int

    @property
    def worst_first(self) -> tuple[object, ...]:
        """Days over the limit, then the share of the limit used, then how long it has waited."""
        return (-self.over, -(self.share or 0.0), -self.waited, *self.place)

    @property
    def place(self) -> tuple[int, int]:
        """What orders waits that are otherwise equal."""
        return self.case_id, self.root_id or 0


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A zone, as far as lists need it."""

    id: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Everything that waits in a manager's view, with the names around it."""

    entries: tuple[Entry, ...]
    directory: Directory
    definitions: Mapping[int, Definition]
    zones: tuple[ZoneName, ...]


def waits(session: Session, scope: Scope) -> Waits:
    """Everything that waits in view, exactly as it is now."""
    rows = session.execute(
        select(
            *(Task.id, Task.case_id, Task.kind, Task.step, Task.parent_id, Task.relation, Task.role, Task.assignee_id),
            *(Task.opened_at, Task.target_on, Task.fatal_on, Task.paused_at, *_CASE),
        )
        .join(Case, Case.id == Task.case_id)
        .where(_OPEN, Case.status == CaseStatus.OPEN, scope.has_case())
    ).all()
    calls = _calls(session, scope)
    applicants = {row.applicant_id for row in rows} | {row.applicant_id for row in calls}
    known = directory(session, applicants, scope.on)
    by_office = _zones(session, known)
    measure = _Measure(
        scope.on, days_of(settings.load(session).calendar), known, by_office, _definitions(session, rows, calls)
    )
    hanging = {row.parent_id: row for row in rows if row.kind != TaskKind.STEP}
    entries = [measure.step(row, hanging.get(row.id)) for row in rows if row.kind == TaskKind.STEP]
    entries += [measure.call(row) for row in calls]
    zones = sorted(set(by_office.values()), key=lambda zone: zone.id)
    return Waits(tuple(entries), known, measure.definitions, tuple(zones))


def bucket(waited: int) -> int:
    """Which of the buckets so many days fall into, counted from 0."""
    return sum(waited > limit for limit in BUCKETS)


def _calls(session: Session, scope: Scope) -> list[Any]:
    """The open cases that cases in view wait for, with the case that waits."""
    child = aliased(Case)
    return list(
        session.execute(
            select(
                *(Case.id.label("case_id"), child.id.label("child_id"), child.parent_element.label("step")),
                *(child.started_at.label("opened_at"), *_CASE),
            )
            .join(child, child.parent_id == Case.id)
            .where(
                *(child.parent_token.is_not(None), child.status == CaseStatus.OPEN),
                *(Case.status == CaseStatus.OPEN, scope.has_case()),
            )
        )
    )


def _definitions(session: Session, *lists: Iterable[Any]) -> dict[int, Definition]:
    wanted = {row.definition_id for rows in lists for row in rows}
    return {definition_id: catalogue.definition_of(session, definition_id) for definition_id in sorted(wanted)}


def _zones(session: Session, known: Directory) -> dict[int, ZoneName]:
    """The zones by their union office, and by the union that was founded there."""
    found: dict[int, ZoneName] = {}
    rows = session.execute(select(Zone.id, Zone.name, Zone.name_en, Zone.office_id, Zone.union_id).order_by(Zone.id))
    for zone_id, name, name_en, *offices in rows:
        zone = ZoneName(zone_id, name, name_en)
        found |= {office: zone for office in offices if office in known.bodies}
    return found


@dataclass(frozen=True, slots=True)
class _Measure:
    """Makes entries of rows."""

    on: date
    days: Days
    known: Directory
    zones: Mapping[int, ZoneName]
    definitions: Mapping[int, Definition]
    _zone_of: dict[int, ZoneName | None] = field(default_factory=dict)

    def step(self, row: Any, hanging: Any) -> Entry:
        """An open step; `hanging`: the open correction or confirmation on it."""
        acts = hanging or row
        body = self.known.acting(row.applicant_id).get(acts.relation)
        kind = WaitKind.PERSON
        if row.suspended_at is not None:
            kind = WaitKind.SUSPENDED
        elif acts.kind == TaskKind.CORRECTION:
            kind = WaitKind.CORRECTION
        elif body is not None and not body.has_accounts:
            kind = WaitKind.PAPER
        clock, unit = row, self._unit(row)
        if acts.kind == TaskKind.CORRECTION:
            clock, unit = acts, Unit.CALENDAR_DAYS
        stands = row.suspended_at is not None or clock.paused_at is not None
        return self._entry(row, kind, acts, body, clock.opened_at, clock.target_on, clock.fatal_on, unit, stands)

    def call(self, row: Any) -> Entry:
        """A child case that is awaited. It has no limit of its own; its own waits have theirs."""
        kind = WaitKind.CHILD if row.suspended_at is None else WaitKind.SUSPENDED
        return self._entry(row, kind, None, None, row.opened_at, None, None, Unit.CALENDAR_DAYS, False)

    def _entry(
        self,
        row: Any,
        kind: WaitKind,
        acts: Any,
        body: Body | None,
        since: datetime,
        target: date | None,
        fatal: date | None,
        unit: Unit,
        stands: bool,
    ) -> Entry:
        first = day_of(since)
        over, share = 0, None
        if fatal is not None and not stands:
            length = max(1, self.days.between(first, fatal, unit))
            share = self.days.between(first, self.on, unit) / length
            over = self.days.between(fatal, self.on, unit) if self.on > fatal else 0
        return Entry(
            case_id=row.case_id,
            number=row.number,
            title=row.title,
            procedure=row.procedure,
            definition_id=row.definition_id,
            applicant_id=row.applicant_id,
            step=row.step,
            kind=kind,
            task_id=acts.id if acts is not None else None,
            root_id=row.id if acts is not None else None,
            child_id=row.child_id if acts is None else None,
            role=acts.role if acts is not None else "",
            assignee_id=acts.assignee_id if acts is not None else None,
            body=body,
            zone=self._zone(row.applicant_id),
            since=since,
            limit_on=fatal,
            late=Late.NONE if stands else self._late(target, fatal),
            over=over,
            share=share,
            waited=(self.on - first).days,
        )

    def _late(self, target: date | None, fatal: date | None) -> Late:
        if fatal is not None and self.on > fatal:
            return Late.FATAL
        if fatal is not None and self.days.between(self.on, fatal, Unit.WORKING_DAYS) <= SOON:
            return Late.SOON
        return Late.TARGET if target is not None and self.on > target else Late.NONE

    def _unit(self, row: Any) -> Unit:
        step = self.definitions[row.definition_id].steps.get(row.step)
        return step.deadline.unit if step is not None else Unit.CALENDAR_DAYS

    def _zone(self, applicant_id: int) -> ZoneName | None:
        if applicant_id not in self._zone_of:
            above = self.known.above(applicant_id)
            self._zone_of[applicant_id] = next((self.zones[each] for each in above if each in self.zones), None)
        return self._zone_of[applicant_id]

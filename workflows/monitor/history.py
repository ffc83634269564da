"""The lists behind the figures: visits of steps, and cases by the month in which they began or ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from workflows import catalogue
from workflows.engine.definition import Definition
from workflows.monitor import figures
from workflows.monitor.scope import Scope
from workflows.storage.cases import Case, CaseStatus, Task

SIZE = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Past:
    """What of the past is wanted; empty means everything that the figures count.

    `outcome`: of a visit. `began`, `ended`: a month, "2026-11". `status`: of a case.
    """

    procedure: str = ""
    step: str = ""
    outcome: str = ""
    began: str = ""
    ended: str = ""
    status: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], now: datetime) -> Past:
        """From the parameters of an address; what makes no sense there is as if it were not there."""
        months = figures.months_until(now)
        given = {each.name: query.get(each.name, "").strip()[:100] for each in fields(cls)}
        for name in ("began", "ended"):
            given[name] = given[name] if given[name] in months else ""
        given["status"] = given["status"] if given["status"] in list(CaseStatus) else ""
        return cls(**given)

    def query(self) -> dict[str, str]:
        """Back to the parameters of an address."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


@dataclass(frozen=True, slots=True)
class PastPage(Generic[T]):
    """One page of a list, and how long the list is."""

    rows: tuple[T, ...]
    total: int
    page: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a step: by whom it was ended, or that it is open. `took`: days, until now while open."""

    task: Task
    definition: Definition
    took: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A case. `took`: days from its start to its end, or until now."""

    case: Case
    definition: Definition
    took: float


def visits(session: Session, scope: Scope, wanted: Past, page: int) -> PastPage[Visit]:
    """One page of the visits, the open ones first, then the newest."""
    query = _visits(scope, wanted)
    total = session.scalar(query.with_only_columns(func.count(Task.id))) or 0
    page = min(max(page, 1), max(1, -(-total // SIZE)))
    rows = all_visits(session, scope, wanted, (page - 1) * SIZE, SIZE)
    return PastPage(tuple(rows), total, page)


def all_visits(
    session: Session, scope: Scope, wanted: Past, offset: int = 0, limit: int | None = None
) -> Iterator[Visit]:
    """The visits, the open ones first, then the newest."""
    query = _visits(scope, wanted).options(
        load_only(
            Task.id, Task.case_id, Task.step, Task.status, Task.opened_at, Task.closed_at, Task.outcome, Task.opinion
        ),
        joinedload(Task.case).joinedload(Case.applicant),
        joinedload(Task.closed_by),
        joinedload(Task.closed_for),
    )
    order = (Task.closed_at.is_not(None), Task.closed_at.desc(), Task.id.desc())
    for task in session.scalars(query.order_by(*order).offset(offset).limit(limit)):
        definition = catalogue.definition_of(session, task.case.definition_id)
        yield Visit(task, definition, _days(task.opened_at, task.closed_at or scope.now))


def cases(session: Session, scope: Scope, wanted: Past, page: int) -> PastPage[Ended]:
    """One page of the cases."""
    query = _cases(scope, wanted)
    total = session.scalar(query.with_only_columns(func.count(Case.id))) or 0
    page = min(max(page, 1), max(1, -(-total // SIZE)))
    return PastPage(tuple(all_cases(session, scope, wanted, (page - 1) * SIZE, SIZE)), total, page)


def all_cases(
    session: Session, scope: Scope, wanted: Past, offset: int = 0, limit: int | None = None
) -> Iterator[Ended]:
    """The cases, the newest first."""
    query = _cases(scope, wanted).options(joinedload(Case.applicant))
    for case in session.scalars(query.order_by(Case.started_at.desc(), Case.id.desc()).offset(offset).limit(limit)):
        definition = catalogue.definition_of(session, case.definition_id)
        yield Ended(case, definition, _days(case.started_at, case.ended_at or scope.now))


def _visits(scope: Scope, wanted: Past) -> Select[Any]:
    query = select(Task).join(Task.case).where(figures.visited(scope.now), scope.has_case())
    if wanted.procedure:
        query = query.where(Case.procedure == wanted.procedure)
    if wanted.step:
        query = query.where(Task.step == wanted.step)
    if wanted.outcome:
        query = query.where(Task.outcome == wanted.outcome)
    if wanted.ended:
        query = query.where(*_within(Task.closed_at, wanted.ended))
    return query


def _cases(scope: Scope, wanted: Past) -> Select[Any]:
    query = select(Case).where(scope.has_case())
    if wanted.procedure:
        query = query.where(Case.procedure == wanted.procedure)
    if wanted.status:
        query = query.where(Case.status == wanted.status)
    if wanted.began:
        query = query.where(*_within(Case.started_at, wanted.began))
    if wanted.ended:
        query = query.where(*_within(Case.ended_at, wanted.ended))
    return query


def _within(column: Any, month: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    first, after = figures.bounds(month)
    return column >= first, column < after


def _days(first: datetime, last: datetime) -> float:
    return (last - first).total_seconds() / 86400

"""What was: how long steps take, how many cases end each month and how fast, what is sent back and why.

Counting thousands of finished tasks takes a moment, so the figures of a scope are kept for `FRESH` and say as of when
they are. What is open now is counted by `summary`, exactly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select
from sqlalchemy.orm import Session

from workflows import catalogue
from workflows.cases.surroundings import day_of
from workflows.engine.definition import Definition
from workflows.engine.operations import OFFICE_ZONE
from workflows.monitor.scope import Scope
from workflows.storage.cases import SENT_BACK, Case, CaseStatus, Task, TaskKind, TaskStatus

FRESH = timedelta(minutes=5)
MONTHS = 12  # the current one is the last
_SCOPES = 64  # whose figures are kept at once
_DAY = 24 * 3600.0
_LED_BACK = ("return", "refuse")  # kinds of outcome
REASONS = 3  # that are shown for each


@dataclass(frozen=True, slots=True)
class Duration:
    """Of several times in days: how many, the median, and what nine of ten do not exceed."""

    count: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a procedure, or of all: `month` is "2026-11". `took`: from start to completion, of those completed."""

    month: str
    started: int
    completed: int
    withdrawn: int
    took: Duration


@dataclass(frozen=True, slots=True)
class SentBack:
    """How often a step ended with a returning or refusing outcome, of all its decisions; the newest reasons written."""

    procedure: str
    definition_id: int
    step: str
    outcome: str
    kind: str
    count: int
    decided: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a scope as of `at`. `visits`: by procedure and step, finished within the months and open ones."""

    at: datetime
    visits: Mapping[tuple[str, str], Duration]
    months: Mapping[str, tuple[Month, ...]]  # by procedure; "" for all
    sent_back: tuple[SentBack, ...]
    definitions: Mapping[int, Definition]


def figures(session: Session, scope: Scope) -> Figures:
    """The figures of a scope, at most `FRESH` old."""
    kept = _kept.setdefault(session.get_bind(), {})
    known = kept.get(scope.roots)
    if known is not None and known.at <= scope.now < known.at + FRESH and day_of(known.at) == scope.on:
        return known
    found = _count(session, scope)
    with _lock:
        while len(kept) >= _SCOPES:
            kept.pop(next(iter(kept)))
        kept[scope.roots] = found
    return found


_kept: WeakKeyDictionary[Engine | Connection, dict[frozenset[int], Figures]] = WeakKeyDictionary()
_lock = Lock()


def duration(seconds: Iterable[float]) -> Duration:
    """Of times in seconds. The 90th percentile is the smallest time that nine of ten do not exceed."""
    ordered = sorted(seconds)
    if not ordered:
        return Duration(0, None, None)
    ninth = ordered[-(-9 * len(ordered) // 10) - 1]
    return Duration(len(ordered), median(ordered) / _DAY, ninth / _DAY)


def months_until(now: datetime) -> tuple[str, ...]:
    """The months that are counted, oldest first, as "2026-11"."""
    last = day_of(now)
    counted = range(last.year * 12 + last.month - MONTHS, last.year * 12 + last.month)
    return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in counted)


def month_of(at: datetime) -> str:
    """The month of an instant in the office's zone, as "2026-11"."""
    return day_of(at).isoformat()[:7]


def bounds(month: str) -> tuple[datetime, datetime]:
    """The instants at which a month begins and ends in the office's zone."""
    year, number = int(month[:4]), int(month[5:])
    first = datetime(year, number, 1, tzinfo=OFFICE_ZONE)
    return first, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=OFFICE_ZONE)


def since(now: datetime) -> datetime:
    """The beginning of the first month that is counted."""
    return bounds(months_until(now)[0])[0]


def visited(now: datetime) -> ColumnElement[bool]:
    """The condition on `Task`, joined with `Case`, that it counts as a visit of its step."""
    finished = and_(or_(Task.status == TaskStatus.DONE, Task.outcome == SENT_BACK), Task.closed_at >= since(now))
    still_open = and_(Task.status == TaskStatus.OPEN, Case.status == CaseStatus.OPEN)
    return and_(Task.kind == TaskKind.STEP, or_(finished, still_open))


def _count(session: Session, scope: Scope) -> Figures:
    counted = session.execute(
        select(Case.procedure, Case.definition_id, Task.step, Task.opened_at, Task.closed_at, Task.outcome)
        .join(Case, Case.id == Task.case_id)
        .where(visited(scope.now), scope.has_case())
    ).all()
    definitions = {i: catalogue.definition_of(session, i) for i in {row.definition_id for row in counted}}
    return Figures(
        at=scope.now,
        visits=_visits(counted, scope.now),
        months=_months(session, scope),
        sent_back=_sent_back(session, scope, counted, definitions),
        definitions=definitions,
    )


def _visits(rows: Iterable[Any], now: datetime) -> dict[tuple[str, str], Duration]:
    times: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        until = row.closed_at or now
        times.setdefault((row.procedure, row.step), []).append((until - row.opened_at).total_seconds())
    return {key: duration(found) for key, found in times.items()}


def _sent_back(
    session: Session, scope: Scope, rows: Iterable[Any], definitions: Mapping[int, Definition]
) -> tuple[SentBack, ...]:
    """By step and outcome, the most frequent first. Several versions of a procedure are counted together."""
    decided: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, str, str], int] = {}
    newest: dict[tuple[str, str, str], tuple[int, str]] = {}
    for row in rows:
        if row.closed_at is None:
            continue
        step = (row.procedure, row.step)
        decided[step] = decided.get(step, 0) + 1
        kind = outcome_kind(definitions[row.definition_id], row.step, row.outcome)
        if kind in _LED_BACK:
            key = (*step, row.outcome)
            counts[key] = counts.get(key, 0) + 1
            newest[key] = max(newest.get(key, (0, "")), (row.definition_id, kind))
    why = _reasons(session, scope, {outcome for _, _, outcome in counts})
    found = [
        SentBack(procedure, newest[key][0], step, outcome, newest[key][1], count, decided[procedure, step], why[key])
        for key, count in counts.items()
        for procedure, step, outcome in [key]
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, each.procedure, each.step)))


def _reasons(session: Session, scope: Scope, outcomes: set[str]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The newest reasons by procedure, step and outcome."""
    found: defaultdict[tuple[str, str, str], tuple[str, ...]] = defaultdict(tuple)
    rows = session.execute(
        select(Case.procedure, Task.step, Task.outcome, Task.opinion)
        .join(Case, Case.id == Task.case_id)
        .where(Task.outcome.in_(outcomes), Task.opinion != "", visited(scope.now), scope.has_case())
        .order_by(Task.closed_at.desc(), Task.id.desc())
    )
    for procedure, step, outcome, opinion in rows:
        key = (procedure, step, str(outcome))
        if len(found[key]) < REASONS and opinion not in found[key]:
            found[key] = (*found[key], opinion)
    return found


def outcome_kind(definition: Definition, step_id: str, outcome: str | None) -> str:
    """The kind of an outcome of a step; sending back by an operation of ours is a return; else empty."""
    if outcome == SENT_BACK:
        return "return"
    step = definition.steps.get(step_id)
    return next((o.kind for o in step.outcomes if o.key == outcome), "") if step is not None else ""


def _months(session: Session, scope: Scope) -> dict[str, tuple[Month, ...]]:
    first = since(scope.now)
    rows = session.execute(
        select(Case.procedure, Case.status, Case.started_at, Case.ended_at).where(
            scope.has_case(), or_(Case.started_at >= first, Case.ended_at >= first)
        )
    ).all()
    started: Counter[tuple[str, str]] = Counter()
    withdrawn: Counter[tuple[str, str]] = Counter()
    took: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        began, ended = month_of(row.started_at), month_of(row.ended_at) if row.ended_at is not None else ""
        for procedure in ("", row.procedure):
            started[procedure, began] += 1
            if row.status == CaseStatus.WITHDRAWN:
                withdrawn[procedure, ended] += 1
            elif row.status == CaseStatus.COMPLETED:
                took.setdefault((procedure, ended), []).append((row.ended_at - row.started_at).total_seconds())
    return {
        procedure: tuple(
            Month(
                month=month,
                started=started[procedure, month],
                completed=len(took.get((procedure, month), ())),
                withdrawn=withdrawn[procedure, month],
                took=duration(took.get((procedure, month), ())),
            )
            for month in months_until(scope.now)
        )
        for procedure in ["", *sorted({row.procedure for row in rows})]
    }

"""What somebody wants exported, checked before the first byte is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from workflows import access, events
from workflows.engine.findings import suggestion
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Invalid, Mistake
from workflows.event_log.pseudonyms import People
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case
from workflows.storage.definitions import PublishedDefinition
from workflows.text import Text

NAMES_EXPORTED = "names_exported"


class Format(StrEnum):
    XES = "xes"  # IEEE 1849-2016: one trace for each case
    OCEL = "ocel"  # OCEL 2.0, JSON: events of several objects

    @property
    def media_type(self) -> str:
        return "application/xml" if self is Format.XES else "application/json"

    @property
    def extension(self) -> str:
        return "xes" if self is Format.XES else "jsonocel"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked request. `first` and `last`: the days, in the office's zone, between which the cases were begun.

    `applicants`: the organisations whose cases it may hold; None: every one.
    """

    format: Format
    procedure: str | None
    first: date | None
    last: date | None
    names: bool
    people: People
    applicants: Select[int] | None

    def holds(self, case: type[Case]) -> list[ColumnElement[bool]]:
        """The conditions under which a case, or an alias of it, belongs to the export."""
        conditions: list[ColumnElement[bool]] = []
        if self.procedure is not None:
            conditions.append(case.procedure == self.procedure)
        if self.first is not None:
            conditions.append(case.started_at >= _midnight(self.first))
        if self.last is not None:
            conditions.append(case.started_at < _midnight(self.last + timedelta(days=1)))
        if self.applicants is not None:
            conditions.append(case.applicant_id.in_(self.applicants))
        return conditions


def wanted(
    session: Session,
    actor: Actor | None,
    *,
    fmt: str,
    procedure: str | None = None,
    first: date | None = None,
    last: date | None = None,
    names: bool = False,
    secret: str,
    now: datetime,
) -> Wanted:
    """Check a request of an actor, or of whoever runs the machine (None): that one may export everything.

    `names` calls people by name: for an actor those of organisations the actor oversees, else everybody. `secret` is
    that of the installation. Raises `Invalid` with paths `/format`, `/procedure`, `/from` and `/to`, or `Forbidden`.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    if actor is not None:
        access.require(session, actor, access.Permission.EXPORT_LOG, None, today)
    mistakes = [*_format_mistakes(fmt), *_procedure_mistakes(session, procedure), *_day_mistakes(first, last)]
    if mistakes:
        raise Invalid(mistakes)
    return Wanted(
        format=Format(fmt),
        procedure=procedure or None,
        first=first,
        last=last,
        names=names,
        people=People(secret, access.nameable(actor, today) if actor is not None else None, names=names),
        applicants=access.exportable(actor, today) if actor is not None else None,
    )


def record_names(session: Session, actor: Actor | None, asked: Wanted, now: datetime) -> None:
    """Say in the record of administration that names are given out. Committed before the first name leaves."""
    data = {
        "format": asked.format.value,
        "procedure": asked.procedure or "",
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }
    events.record(session, events.ADMINISTRATION, NAMES_EXPORTED, data, now=now, actor=actor)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, OFFICE_ZONE)


def _format_mistakes(fmt: str) -> list[Mistake]:
    known = [each.value for each in Format]
    if fmt in known:
        return []
    told = suggestion(fmt, known)
    return [Mistake("/format", Text(f"没有格式“{fmt}”{told.zh}", f'There is no format "{fmt}"{told.en}'))]


def _procedure_mistakes(session: Session, procedure: str | None) -> list[Mistake]:
    if not procedure:
        return []
    known = set(session.scalars(select(PublishedDefinition.key).distinct()))
    if procedure in known:
        return []
    told = suggestion(procedure, known)
    text = Text(f"没有发布过程序“{procedure}”{told.zh}", f'No procedure "{procedure}" was published{told.en}')
    return [Mistake("/procedure", text)]


def _day_mistakes(first: date | None, last: date | None) -> list[Mistake]:
    mistakes = []
    for path, day in (("/from", first), ("/to", last)):
        if day is not None and not date(1949, 10, 1) <= day <= date(9000, 1, 1):
            mistakes.append(Mistake(path, Text(f"{day} 不是办件可能的日期。", f"No case can be of {day}.")))
    if first is not None and last is not None and first > last:
        text = Text(
            f"起始日 {first} 晚于截止日 {last}，请对调。",
            f"The first day {first} is after the last day {last}; swap them.",
        )
        mistakes.append(Mistake("/from", text))
    return mistakes

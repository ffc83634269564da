"""What of the open waits is wanted: the filter of a list, as it stands in an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.cases.surroundings import day_of
from workflows.errors import NotFound
from workflows.monitor.scope import Scope
from workflows.monitor.waits import BUCKETS, Entry, Late, WaitKind, Waits, bucket
from workflows.organisations.actors import actor_of
from workflows.storage.consulting import Opinion, OpinionStatus

WORST, LONGEST, LIMIT = "worst", "longest", "limit"
SORTS = (WORST, LONGEST, LIMIT)
STOPPED = "stopped"  # whatever the clock stands for
STANDING = (WaitKind.CORRECTION, WaitKind.SUSPENDED)
KINDS = (*(kind.value for kind in WaitKind), STOPPED)
_WORDS = 8  # of a search; more are not looked at

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty means everything. `organisation`: it or one below it is waited for. `since`: waiting since that day or before."""

    procedure: str = ""
    step: str = ""
    organisation: int | None = None
    person: int | None = None
    zone: int | None = None
    late: Late | None = None
    kind: str = ""  # a `WaitKind`, or `STOPPED`
    since: date | None = None
    age: int | None = None  # a place in `BUCKETS`, counted from 0
    text: str = ""
    sort: str = WORST

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From the parameters of an address; what makes no sense there is as if it were not there."""
        return cls(
            procedure=_short(query.get("procedure", "")),
            step=_short(query.get("step", "")),
            organisation=_number(query.get("organisation", "")),
            person=_number(query.get("person", "")),
            zone=_number(query.get("zone", "")),
            late=_member(Late, query.get("late", "")),
            kind=query["kind"] if query.get("kind") in KINDS else "",
            since=_date(query.get("since", "")),
            age=age if (age := _number(query.get("age", ""))) is not None and age <= len(BUCKETS) else None,
            text=_short(query.get("text", "")),
            sort=query["sort"] if query.get("sort") in SORTS else WORST,
        )

    def query(self) -> dict[str, str]:
        """Back to the parameters of an address, without what is empty or usual."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value) for name, value in found.items() if value not in (None, "", WORST)}

    def but(self, **changes: str) -> Wanted:
        """The same with some parameters changed."""
        return Wanted.of({**self.query(), **changes})

    @property
    def plain(self) -> Wanted:
        """The filter without its order."""
        return replace(self, sort=WORST)


def chosen(session: Session, scope: Scope, everything: Waits, wanted: Wanted) -> list[Entry]:
    """The waits that pass the filter, in the order wanted."""
    tests = list(_tests(session, scope, everything, wanted))
    return sorted((entry for entry in everything.entries if all(test(entry) for test in tests)), key=_order(wanted))


def _tests(session: Session, scope: Scope, everything: Waits, wanted: Wanted) -> Iterable[Callable[[Entry], bool]]:
    if wanted.procedure:
        yield lambda entry: entry.procedure == wanted.procedure
    if wanted.step:
        yield lambda entry: entry.step == wanted.step
    if wanted.late is not None:
        yield lambda entry: entry.late is wanted.late
    if wanted.kind:
        kinds = STANDING if wanted.kind == STOPPED else (wanted.kind,)
        yield lambda entry: entry.kind in kinds
    if wanted.zone is not None:
        yield lambda entry: entry.zone is not None and entry.zone.id == wanted.zone
    if wanted.since is not None:
        before = wanted.since
        yield lambda entry: day_of(entry.since) <= before
    if wanted.age is not None:
        yield lambda entry: bucket(entry.waited) == wanted.age
    if wanted.organisation is not None:
        at = wanted.organisation
        yield lambda entry: entry.body is not None and at in everything.directory.above(entry.body.id)
    if wanted.person is not None:
        yield _held_by(session, scope, wanted.person)
    if words := wanted.text.casefold().split()[:_WORDS]:
        yield lambda entry: all(word in _words(everything, entry) for word in words)


def _held_by(session: Session, scope: Scope, person_id: int) -> Callable[[Entry], bool]:
    """Waits for a person: assigned, or offered to a post the person holds today, or an opinion of the person is awaited."""
    try:
        person = actor_of(session, person_id, scope.on)
    except NotFound:
        return lambda entry: False
    asked = select(Opinion.task_id).where(Opinion.person_id == person_id, Opinion.status == OpinionStatus.OPEN)
    opines = set(session.scalars(asked))

    def holds(entry: Entry) -> bool:
        if entry.task_id is not None and entry.task_id in opines:
            return True
        if entry.assignee_id is not None:
            return entry.assignee_id == person_id
        return entry.body is not None and entry.body.has_accounts and person.holds(entry.body.id, entry.role)

    return holds


def _words(everything: Waits, entry: Entry) -> str:
    applicant = everything.directory.bodies.get(entry.applicant_id)
    return f"{entry.number} {entry.title} {applicant.name if applicant else ''}".casefold()


def _order(wanted: Wanted) -> Callable[[Entry], tuple[object, ...]]:
    if wanted.sort == LONGEST:
        return lambda entry: (-entry.waited, *entry.place)
    if wanted.sort == LIMIT:
        return lambda entry: (entry.limit_on is None, entry.limit_on or date.max, *entry.place)
    return lambda entry: entry.worst_first


def _short(text: str) -> str:
    return text.strip()[:100]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _member(kind: type[Member], text: str) -> Member | None:
    return next((member for member in kind if member.value == text), None)

"""The numbers of the waits as they are now. Each is the length of the list behind it: the same rows, counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.monitor.scope import Scope
from workflows.monitor.waits import BUCKETS, Entry, Late, WaitKind, Waits, bucket
from workflows.monitor.wanted import STANDING
from workflows.organisations.directory import Body, holders_of
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.organisations import Person

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tiles:
    """The numbers at the top."""

    waits: int
    cases: int
    late: int
    soon: int
    paper: int
    stopped: int


@dataclass(frozen=True, slots=True)
class Aged:
    """Waits of one organisation, step, person or zone by age: `counts` as many as `BUCKETS` and one more."""

    counts: tuple[int, ...]
    late: int
    soon: int
    longest: int

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom waits are counted for."""

    id: int
    name: str
    name_en: str
    organisations: tuple[Body, ...]


def tiles(everything: Waits) -> Tiles:
    """The numbers at the top."""
    entries = everything.entries
    return Tiles(
        waits=len(entries),
        cases=len({entry.case_id for entry in entries}),
        late=sum(entry.late is Late.FATAL for entry in entries),
        soon=sum(entry.late is Late.SOON for entry in entries),
        paper=sum(entry.kind is WaitKind.PAPER for entry in entries),
        stopped=sum(entry.kind in STANDING for entry in entries),
    )


def aged(entries: Iterable[Entry], keys: Callable[[Entry], Iterable[Key]]) -> list[tuple[Key, Aged]]:
    """Waits by age, for each key an entry has; those with most over the limit first, then the most."""
    groups: dict[Key, list[Entry]] = {}
    for entry in entries:
        for key in keys(entry):
            groups.setdefault(key, []).append(entry)
    found = [(key, _aged(group)) for key, group in groups.items()]
    return sorted(found, key=lambda pair: (-pair[1].late, -pair[1].total, -pair[1].longest))


def people(session: Session, scope: Scope, everything: Waits) -> Mapping[int | None, tuple[Named, ...]]:
    """Who holds each wait today, by the task that has to be done: as the list filters by person."""
    entries = [entry for entry in everything.entries if entry.task_id is not None]
    offered = [(e.body.id, e.role) for e in entries if e.assignee_id is None and e.body and e.body.has_accounts]
    seats = holders_of(session, offered, everything.directory)
    assigned = {entry.assignee_id for entry in entries if entry.assignee_id is not None}
    asked = (
        select(Opinion.task_id, Opinion.person_id)
        .where(Opinion.status == OpinionStatus.OPEN)
        .where(Opinion.task_id.in_([entry.task_id for entry in entries]))
    )
    opines: dict[int | None, set[int]] = {}
    for task_id, person_id in session.execute(asked):
        opines.setdefault(task_id, set()).add(person_id)
    wanted = assigned.union(*opines.values())
    names = {
        person_id: (name, name_en or name)
        for person_id, name, name_en in session.execute(
            select(Person.id, Person.name, Person.name_en).where(Person.id.in_(wanted))
        )
    }
    names |= {holder.person_id: (holder.name, holder.name_en) for found in seats.values() for holder in found}
    where: dict[int, dict[int, Body]] = {}
    held: dict[int | None, set[int]] = {}
    for entry in entries:
        ids = set(opines.get(entry.task_id, ()))
        if entry.assignee_id is not None:
            ids.add(entry.assignee_id)
        elif entry.body is not None:
            ids |= {holder.person_id for holder in seats.get((entry.body.id, entry.role), ())}
        held[entry.task_id] = ids
        for person_id in ids:
            if entry.body is not None:
                where.setdefault(person_id, {})[entry.body.id] = entry.body
    known = {i: Named(i, *names[i], tuple(where.get(i, {}).values())) for i in names}
    return {task_id: tuple(known[i] for i in sorted(ids)) for task_id, ids in held.items()}


def _aged(entries: list[Entry]) -> Aged:
    counts = [0] * (len(BUCKETS) + 1)
    for entry in entries:
        counts[bucket(entry.waited)] += 1
    return Aged(
        tuple(counts),
        sum(entry.late is Late.FATAL for entry in entries),
        sum(entry.late is Late.SOON for entry in entries),
        max(entry.waited for entry in entries),
    )

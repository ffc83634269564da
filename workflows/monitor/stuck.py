"""The stuck list: for each wait who holds it, why it waits, and the one action that helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows.cases.nudge import next_nudge
from workflows.cases.surroundings import Surroundings, around, as_holder
from workflows.cases.waiting import Wait, wait_for, wait_for_child
from workflows.engine.definition import Definition
from workflows.monitor.scope import Scope
from workflows.monitor.waits import Entry, WaitKind, Waits
from workflows.monitor.wanted import Wanted, chosen
from workflows.organisations.directory import Body
from workflows.organisations.lanes import Holder
from workflows.storage.cases import Case
from workflows.storage.consulting import OpinionStatus
from workflows.storage.organisations import Person
from workflows.storage.watching import Nudge
from workflows.text import Text

SIZE = 30
_AT_ONCE = 300  # rows that are told together; bounds the memory of an export


class Help(StrEnum):
    """The one action that helps."""

    NUDGE = "nudge"
    CALL = "call"  # ask the secretary to call an office without accounts
    REMIND = "remind"  # remind the applicant of a correction
    OWN = "own"  # the reader holds it
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One wait as the list tells it. `wait`: of the task whose clock counts. `again`: from when on the reader may nudge;
    empty: now."""

    entry: Entry
    definition: Definition
    holders: tuple[Holder, ...]
    wait: Wait | None
    sentence: Text
    parent: Case | None
    nudges: tuple[Nudge, ...]
    help: Help
    again: datetime | None

    @property
    def step_title(self) -> Text:
        return self.definition.text(self.definition.element_name(self.entry.step))

    @property
    def may_nudge(self) -> bool:
        return self.help in (Help.NUDGE, Help.CALL, Help.REMIND) and self.again is None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, and how long the list is."""

    rows: tuple[Row, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def stuck(
    session: Session, scope: Scope, everything: Waits, wanted: Wanted, *, page: int = 1, size: int = SIZE
) -> Page:
    """One page of the waits that pass the filter."""
    entries = chosen(session, scope, everything, wanted)
    page = min(max(page, 1), max(1, -(-len(entries) // size)))
    shown = entries[(page - 1) * size : page * size]
    return Page(tuple(rows(session, scope, shown)), len(entries), page, size)


def rows(session: Session, scope: Scope, entries: Sequence[Entry]) -> Iterator[Row]:
    """The rows of these entries, in their order."""
    for first in range(0, len(entries), _AT_ONCE):
        yield from _rows(session, scope, entries[first : first + _AT_ONCE])


def _rows(session: Session, scope: Scope, entries: Sequence[Entry]) -> Iterator[Row]:
    ids = {entry.case_id for entry in entries}
    cases = session.scalars(select(Case).where(Case.id.in_(ids))).all()
    known = around(session, cases, scope.on)
    parents = _parents(session, cases)
    nudges = _nudges(session, [entry.task_id for entry in entries if entry.task_id is not None])
    for entry in entries:
        case = known.cases[entry.case_id]
        sent = tuple(nudges.get(entry.task_id or 0, ()))
        acts, wait, sentence = _why(known, entry)
        holders = _holders(known, acts) if acts is not None and entry.kind is not WaitKind.PAPER else ()
        parent = parents.get(case.parent_id or 0) if case.parent_token else None
        if parent is not None:
            sentence = Text(
                f"{sentence.zh.rstrip('。')}；上级办件 {parent.number} 在等它办结。",
                f"{sentence.en.rstrip('.')}; case {parent.number} waits for it to end.",
            )
        yield Row(
            entry=entry,
            definition=known.definition(case),
            holders=holders,
            wait=wait,
            sentence=sentence,
            parent=parent,
            nudges=sent,
            help=_help(scope, entry, holders),
            again=next_nudge(sent, scope.actor.person_id, scope.now),
        )


def _why(known: Surroundings, entry: Entry) -> tuple[Wait | None, Wait | None, Text]:
    """The wait for whoever acts next, the wait whose clock counts, and the sentence, which tells both."""
    if entry.child_id is not None:
        return None, None, wait_for_child(known, known.cases[entry.child_id])
    tasks = {task.id: task for task in known.tasks[entry.case_id]}
    acts = wait_for(known, tasks[entry.task_id or 0])
    if entry.task_id == entry.root_id:
        return acts, acts, acts.sentence
    step = wait_for(known, tasks[entry.root_id or 0])
    sentence = Text(f"{acts.sentence.zh.rstrip('。')}；{step.sentence.zh}", f"{acts.sentence.en} {step.sentence.en}")
    return acts, acts if entry.kind is WaitKind.CORRECTION else step, sentence


def _holders(known: Surroundings, wait: Wait) -> tuple[Holder, ...]:
    """Those the task waits for today: whose opinion is awaited, else whose it is, else who may take it."""
    body, task = wait.organisation, wait.task
    asked = [o for o in known.asked(task) if o.status == OpinionStatus.OPEN]
    if asked:
        return tuple(as_holder(opinion, body) for opinion in asked)
    if task.assignee is not None:
        own = next((holder for holder in wait.holders if holder.person_id == task.assignee_id), None)
        return (own or _person(task.assignee, body),)
    return wait.holders


def _person(person: Person, body: Body | None) -> Holder:
    """Somebody to whom a task was handed, who holds none of the posts it was offered to."""
    where = (body.id, body.name) if body is not None else (0, "")
    return Holder(person.id, person.name, *where, "", person.name_en or person.name)


def _help(scope: Scope, entry: Entry, holders: Sequence[Holder]) -> Help:
    if entry.task_id is None or entry.kind is WaitKind.SUSPENDED:
        return Help.NONE
    if entry.kind is WaitKind.PAPER:
        return Help.CALL
    if any(holder.person_id == scope.actor.person_id for holder in holders):
        return Help.OWN
    if not holders:
        return Help.NONE
    return Help.REMIND if entry.kind is WaitKind.CORRECTION else Help.NUDGE


def _parents(session: Session, cases: Sequence[Case]) -> dict[int, Case]:
    wanted = {case.parent_id for case in cases if case.parent_token}
    if not wanted:
        return {}
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(wanted)))}


def _nudges(session: Session, task_ids: Sequence[int]) -> dict[int, list[Nudge]]:
    found: dict[int, list[Nudge]] = {}
    query = select(Nudge).where(Nudge.task_id.in_(task_ids)).options(joinedload(Nudge.sent_by)).order_by(Nudge.sent_at)
    for nudge in session.scalars(query) if task_ids else ():
        found.setdefault(nudge.task_id, []).append(nudge)
    return found

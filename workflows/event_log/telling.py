"""From the record of one case to the events of a log.

They are those of the case's chain, in its order, and between them the opening of each task, which the chain does not
tell: it stands before the first event of the task. Opinions, answers, reasons and titles of papers are left out: they
are not what a log is for, and names stand in them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row

from workflows.event_log.diagrams import Diagrams
from workflows.event_log.kinds import (
    ASKED,
    CASE_COMPLETED,
    CASE_STARTED,
    CASE_WITHDRAWN,
    CHILD_ENDED,
    CHILD_STARTED,
    FOLLOW_ON,
    TASK_CLOSED,
    TASK_OPENED,
    Kind,
    Transition,
    kind_of,
)
from workflows.storage.cases import TaskKind
from workflows.storage.consulting import OpinionKind

TELL_OF_A_CASE = frozenset({CHILD_STARTED, CHILD_ENDED, FOLLOW_ON})
TELL_OF_A_PAPER = frozenset({"paper_issued", "paper_voided"})
_NO_END = {"withdrawn": "撤销"}  # what a case reads of a child that reached no end of its diagram


@dataclass(frozen=True, slots=True)
class LogTask:
    """What a log says of a task. `element` is its id in the diagram, empty for what is beside it."""

    id: int
    kind: str
    element: str
    activity: str
    relation: str
    role: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    rule: str
    target_on: date | None
    fatal_on: date | None


class Child(NamedTuple):
    """A case that another one opened; `element` is the call in the other's diagram."""

    id: int
    definition_id: int
    element: str
    exported: bool


class Subject(NamedTuple):
    """The case whose events are told."""

    id: int
    definition_id: int
    end: str | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a log. `instance` is the same for all events of one execution of an activity."""

    id: str
    at: datetime
    kind: str
    activity: str
    transition: Transition
    adhoc: bool
    instance: str
    element: str = ""
    person_id: int | None = None
    person: str = ""
    on_behalf_of_id: int | None = None
    on_behalf_of: str = ""
    organisation_id: int | None = None
    organisation: str = ""
    outcome: str = ""
    outcome_kind: str = ""
    task: LogTask | None = None
    paper_id: int | None = None
    paper: str = ""
    child_id: int | None = None


class Teller:
    """Tells the events of one case."""

    def __init__(
        self,
        case: Subject,
        diagrams: Diagrams,
        people: Mapping[int, str],
        children: Mapping[int, Child],
        tasks: Iterable[LogTask],
    ) -> None:
        self._case = case
        self._diagrams = diagrams
        self._people = people
        self._children = children
        self._tasks = {task.id: task for task in tasks}
        self._unopened = deque(sorted(self._tasks))
        self._assigned: set[int] = set()
        self._withdrawn = False

    def tell(self, events: Iterable[Row[Any]]) -> Iterator[Happened]:
        """All events of the case, given those of its chain in their order."""
        for event in events:
            kind = kind_of(event.kind)
            task = self._tasks.get(event.data.get(kind.task) if kind.task else event.task_id)
            yield from self._opened_before(event.at, task)
            yield self._one(event, kind, task)
            self._withdrawn = self._withdrawn or event.kind == CASE_WITHDRAWN
        yield from self._opened_before(None, None)

    def _opened_before(self, at: datetime | None, named: LogTask | None) -> Iterator[Happened]:
        """The tasks that opened before an instant, and every one up to the task that is named; at the end all."""
        while self._unopened:
            task = self._tasks[self._unopened[0]]
            if at is not None and task.opened_at >= at and (named is None or task.id > named.id):
                return
            self._unopened.popleft()
            yield Happened(
                id=f"opening-{task.id}",
                at=task.opened_at,
                kind=TASK_OPENED,
                activity=task.activity,
                transition=Transition.SCHEDULE,
                adhoc=task.kind == TaskKind.CORRECTION,
                instance=_instance(task),
                element=task.element,
                task=task,
            )

    def _one(self, event: Row[Any], kind: Kind, task: LogTask | None) -> Happened:
        child = self._children.get(event.data.get("case", 0)) if event.kind in TELL_OF_A_CASE else None
        activity, element, instance = self._activity(event, kind, task, child)
        outcome, outcome_kind = self._outcome(event, kind, task, child)
        of_paper = event.kind in TELL_OF_A_PAPER
        return Happened(
            id=f"event-{event.id}",
            at=event.at,
            kind=event.kind,
            activity=activity,
            transition=self._transition(event.kind, kind, task),
            adhoc=_is_adhoc(event, kind, task),
            instance=instance,
            element=element,
            person_id=event.actor_id,
            person=self._people.get(event.actor_id, ""),
            on_behalf_of_id=event.on_behalf_of_id,
            on_behalf_of=self._people.get(event.on_behalf_of_id, ""),
            organisation_id=event.organisation_id,
            organisation=event.organisation or "",
            outcome=outcome,
            outcome_kind=outcome_kind,
            task=task,
            paper_id=event.data.get("paper") if of_paper else None,
            paper=str(event.data.get("number", "")) if of_paper else "",
            child_id=child.id if child is not None and child.exported else None,
        )

    def _activity(self, event: Row[Any], kind: Kind, task: LogTask | None, child: Child | None) -> tuple[str, str, str]:
        """What was done, at which element of the diagram, and in which execution of it."""
        if kind.of_task and task is not None:
            return task.activity, task.element, _instance(task)
        element, instance = "", f"event-{event.id}"
        if event.kind == CASE_STARTED:
            element = self._diagrams.start(self._case.definition_id)
        elif event.kind == CASE_COMPLETED:
            element = self._case.end or ""
        elif kind.lasting:
            instance = f"{kind.lasting}-{event.data.get(kind.lasting)}"
        elif child is not None and event.kind != FOLLOW_ON:
            element, instance = child.element, f"case-{child.id}"
        name = self._diagrams.name(self._case.definition_id, element)
        return (name if name != element else kind.activity) or event.kind, element, instance

    def _transition(self, name: str, kind: Kind, task: LogTask | None) -> Transition:
        """Who first has a task is assigned, the next reassigned; what a withdrawn case leaves undone is aborted."""
        if kind.transition is Transition.ASSIGN and task is not None:
            again = task.id in self._assigned
            self._assigned.add(task.id)
            return Transition.REASSIGN if again else Transition.ASSIGN
        if name == TASK_CLOSED and self._withdrawn:
            return Transition.PI_ABORT
        return kind.transition

    def _outcome(self, event: Row[Any], kind: Kind, task: LogTask | None, child: Child | None) -> tuple[str, str]:
        """The title of what was chosen, and its kind: submit, approve, refuse, return."""
        key = event.data.get("outcome")
        if kind.outcome or not isinstance(key, str):
            return kind.outcome, ""
        if child is not None:
            return _NO_END.get(key) or self._diagrams.name(child.definition_id, key), ""
        step = str(event.data.get("step") or (task.element if task is not None else ""))
        chosen = self._diagrams.outcome(self._case.definition_id, step, key)
        if chosen is None:
            return key if kind.of_task else "", ""  # what an operation calls so may be anything
        return chosen.title, chosen.kind


def _is_adhoc(event: Row[Any], kind: Kind, task: LogTask | None) -> bool:
    """Whether no diagram draws it: by its kind, but a group that decides together does what its step says."""
    if event.kind in ASKED and event.data.get("kind") == OpinionKind.JOINT:
        return False
    return kind.adhoc or (kind.of_task and task is not None and task.kind == TaskKind.CORRECTION)


def _instance(task: LogTask) -> str:
    return f"task-{task.id}"

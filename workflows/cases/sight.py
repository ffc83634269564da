"""What of a case is not for everybody's eyes yet: drafts, files of what is undecided, and what the other party entered.

Two parties that must find the same thing independently, such as those who count votes and those who supervise the
counting, may not look at each other's figures first: a step names the steps that its people do not see until it is done.
An approval there ends that and is seen at once; the reason of a return or refusal is written for the others to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflows import access, catalogue
from workflows.cases.offline_office import acts_on_paper
from workflows.engine.definition import Definition, Step
from workflows.errors import NotFound
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Attachment
from workflows.text import Text

ENTERED = ("answers", "opinion", "draft", "decision", "request")  # columns of a task that tell what somebody entered
UNDECIDED = ("draft", "decision")
_WORDS = {"opinion", "answers_sha256", "text", "verdict", "question"}  # of events, what tells it

Row = TypeVar("Row", Task, Event)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person does not see of one case: `sealed` leads from tasks to the step that must be done first, `private`
    are tasks that nobody has decided and that are not the person's to work on; `reasons` are tasks whose opinion is read
    all the same."""

    sealed: Mapping[int, Step]
    private: frozenset[int]
    reasons: frozenset[int]

    def of_tasks(self, tasks: Iterable[Task]) -> tuple[Task, ...]:
        """The tasks, without what the person must not see. What is changed are copies that no session knows."""
        return tuple(self._seen(task) for task in tasks)

    def of_attachments(self, attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
        """The uploads the person may open."""
        return tuple(each for each in attachments if not self.hides(each.task_id))

    def of_events(self, happened: Iterable[Event]) -> tuple[Event, ...]:
        """What happened, without uploads the person may not open and without the words of what is sealed."""
        return tuple(
            copy_of(event, {"data": {**event.data, **dict.fromkeys(_WORDS & event.data.keys(), "")}})
            if event.task_id in self.sealed and event.task_id not in self.reasons
            else event
            for event in happened
            if not (event.kind.startswith("attachment_") and self.hides(event.task_id))
        )

    def hides(self, task_id: int | None) -> bool:
        """Whether the files of a task are kept from the person."""
        return task_id in self.sealed or task_id in self.private

    def _seen(self, task: Task) -> Task:
        hidden = ENTERED if task.id in self.sealed else UNDECIDED if task.id in self.private else ()
        if not hidden:
            return task
        opinion = {"opinion": task.opinion if task.id in self.reasons else ""}
        return copy_of(task, dict.fromkeys(hidden) | (opinion if "opinion" in hidden else {}))


def sight_of(
    session: Session, actor: Actor, case: Case, definition: Definition, tasks: Sequence[Task], on: date
) -> Sight:
    """What the actor does not see of a case today. `tasks` are all tasks of the case, oldest first."""
    organisations = lanes.acting_organisations(session, case.applicant_id, on)
    asked = frozenset(
        session.scalars(
            select(Opinion.task_id).where(
                *(Opinion.case_id == case.id, Opinion.person_id == actor.person_id),
                Opinion.status.in_((OpinionStatus.OPEN, OpinionStatus.WAITING)),
            )
        )
    )
    own = frozenset(
        task.id
        for task in tasks
        if task.assignee_id == actor.person_id
        or task.id in asked
        or access.stands_in(actor, case, organisations.get(task.relation), task.role)
    )
    kinds = {task.id: _kind(definition, task) for task in tasks}
    sealed = _sealed(actor, case, definition, tasks, organisations, own)
    return Sight(
        {task: step for task, step in sealed.items() if kinds[task] != "approve"},
        _private(session, actor, case, tasks, organisations, own, on),
        frozenset(task for task in sealed if kinds[task] in ("return", "refuse")),
    )


def require_open_to(session: Session, actor: Actor, attachment: Attachment, on: date) -> None:
    """Raise `NotFound` unless the actor may open an upload of a case, which the caller knows to be the actor's to see."""
    case = session.get_one(Case, attachment.case_id)
    tasks = session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)).all()
    definition = catalogue.definition_of(session, case.definition_id)
    if sight_of(session, actor, case, definition, tasks, on).hides(attachment.task_id):
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))


def _sealed(
    actor: Actor,
    case: Case,
    definition: Definition,
    tasks: Sequence[Task],
    organisations: Mapping[str, Organisation],
    own: frozenset[int],
) -> dict[int, Step]:
    """What was entered in an unseen step since the step that must not see it was last done."""
    sealed: dict[int, Step] = {}
    if case.status != CaseStatus.OPEN:
        return sealed
    for step in definition.steps.values():
        if not step.unseen:
            continue
        visits = [task for task in tasks if task.step == step.id and task.kind == TaskKind.STEP]
        lane = organisations.get(visits[-1].relation if visits else step.relation)
        if access.stands_in(actor, case, lane, step.role) or any(visit.id in own for visit in visits):
            done = max((visit.id for visit in visits if visit.status == TaskStatus.DONE), default=0)
            sealed |= {
                task.id: step
                for task in tasks
                if task.step in step.unseen and task.id > done and not _entered_by(actor, task, own)
            }
    return sealed


def _kind(definition: Definition, task: Task) -> str:
    """Which kind of outcome a task of the diagram ended with; empty while it is open, and for others."""
    outcomes = definition.steps[task.step].outcomes if task.kind == TaskKind.STEP else ()
    return next((outcome.kind for outcome in outcomes if outcome.key == task.outcome), "")


def _entered_by(actor: Actor, task: Task, own: frozenset[int]) -> bool:
    return task.closed_by_id == actor.person_id or (task.status == TaskStatus.OPEN and task.id in own)


def _private(
    session: Session,
    actor: Actor,
    case: Case,
    tasks: Sequence[Task],
    organisations: Mapping[str, Organisation],
    own: frozenset[int],
    on: date,
) -> frozenset[int]:
    """Undecided tasks of others. An office without accounts has its entries made by the applicant's secretary, and
    confirmed by somebody who must see them."""
    undecided = [task for task in tasks if task.status != TaskStatus.DONE and task.id not in own]
    if not undecided:
        return frozenset()
    confirming = {task.parent_id for task in tasks if task.kind == TaskKind.CONFIRMATION and task.id in own}
    enters = access.allowed(session, actor, access.Permission.ENTER_REPLY, case, on)
    return frozenset(
        task.id
        for task in undecided
        if task.id not in confirming and not (enters and acts_on_paper(organisations.get(task.relation)))
    )


def copy_of(row: Row, changed: Mapping[str, object]) -> Row:
    """A copy of a stored row with other values in some columns. What is not loaded of it stays unloaded and empty."""
    copy = type(row)()
    for name in inspect(type(row)).attrs.keys():  # noqa: SIM118 - no mapping of Python's
        if name in row.__dict__:
            set_committed_value(copy, name, changed.get(name, row.__dict__[name]))
    return copy

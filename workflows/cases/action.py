"""The one door through which cases change: lock, look, act, record, save.

An action holds the case row locked from the first question to the commit of its transaction, so that two people who
act at once are served one after the other and the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, literal, select
from sqlalchemy.orm import Session, aliased, joinedload, undefer

from workflows import access, catalogue, events, settings
from workflows.engine.definition import Definition, Step
from workflows.engine.instance import Instance
from workflows.engine.operations import OFFICE_ZONE, Context, FollowOn
from workflows.errors import Conflict, Forbidden, NotFound
from workflows.law.rule_sets import RuleSet
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, CaseStatus, Notice, Task, TaskKind, TaskStatus
from workflows.storage.consulting import NAMED, Opinion, OpinionKind, OpinionStatus
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation
from workflows.text import Text


class Repeated(Exception):
    """A submit with this idempotency key was already acted on; `event` is what it left behind."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.key)
        self.event = event


@dataclass(slots=True)
class Action:
    """One change to one case, with everything it needs at hand. Made by `open_action`, ended by `save`."""

    session: Session
    actor: Actor
    now: datetime
    key: str | None
    case: Case
    tasks: list[Task]
    definition: Definition
    settings: settings.Settings
    _instance: Instance | None = None
    _organisations: dict[str, Organisation] | None = None
    _rule_set: RuleSet | None = None
    opened: list[Task] = field(default_factory=list)
    follow_ons: list[FollowOn] = field(default_factory=list)  # cases that operations asked for
    on_behalf_of_id: int | None = None  # 代理: whose post the actor stands in for
    asked: bool = False  # whether somebody's opinion is awaited in this case
    _opinions: list[Opinion] | None = None
    decided: Task | None = None  # the task whose decision may be taken back 撤回 until somebody acts on it
    final: bool = False  # something beside the case came of it, which a change of mind does not undo
    waiting: tuple[Case, ...] = ()  # the cases that wait for this one, the outermost first; locked with it

    @property
    def today(self) -> date:
        """The date in the office's zone."""
        return self.now.astimezone(OFFICE_ZONE).date()

    @property
    def rule_set(self) -> RuleSet:
        if self._rule_set is None:
            self._rule_set = self.settings.rules(self.case.rule_set, self.today)
        return self._rule_set

    @property
    def instance(self) -> Instance:
        if self._instance is None:
            self._instance = Instance.restore(self.definition, self.case.state)
        return self._instance

    def start(self, data: Mapping[str, Any]) -> None:
        """Begin the run of a new case."""
        self._instance = Instance.start(self.definition, dict(data))

    def restore(self, state: bytes) -> None:
        """Go on from an earlier state of the run."""
        self._instance = Instance.restore(self.definition, state)

    @property
    def organisations(self) -> dict[str, Organisation]:
        """Who stands behind each relation today."""
        if self._organisations is None:
            self._organisations = lanes.acting_organisations(self.session, self.case.applicant_id, self.today)
        return self._organisations

    def task(self, task_id: int) -> Task:
        """A task of this case."""
        return next(task for task in self.tasks if task.id == task_id)

    def step(self, task: Task) -> Step:
        return self.definition.steps[task.step]

    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.status == TaskStatus.OPEN]

    def children(self, task: Task, kind: TaskKind) -> list[Task]:
        """Corrections or confirmations that hang on a task, open or not, oldest first."""
        return [child for child in self.tasks if child.parent_id == task.id and child.kind == kind]

    @property
    def opinions(self) -> list[Opinion]:
        """What named people were asked in this case, oldest first; not asked for while no opinion is awaited."""
        if self._opinions is None:
            self._opinions = list(self.session.scalars(_OPINIONS, {"case": self.case.id})) if self.asked else []
        return self._opinions

    def forget_opinions(self) -> None:
        """Opinions were asked for: look again."""
        self.asked, self._opinions = True, None

    def context(self) -> Context:
        """What operations, facts and checks of the procedure may see and do."""
        return Context(
            session=self.session,
            case=self.case,
            applicant_id=self.case.applicant_id,
            subject_id=self.case.subject_id,
            now=self.now,
            rule_set=self.rule_set,
            actor=self.actor,
            parameters=self.rule_set.parameters,
            record_event=self.record,
            follow_ons=self.follow_ons,
            tables=self.definition.tables,
        )

    # ---- what an action may do --------------------------------------------------------------------------------------

    def require_open(self, task: Task) -> None:
        """Raise `Conflict` with who finished it and when, unless the task still waits."""
        if task.status == TaskStatus.OPEN:
            return
        raise already_done(task)

    def record(self, kind: str, data: Mapping[str, Any], task: Task | None = None) -> Event:
        """Append an event to the case's chain. The first event of an action carries its idempotency key."""
        key, self.key = self.key, None
        return events.record(
            self.session,
            "",
            kind,
            data,
            now=self.now,
            actor=self.actor,
            organisation_id=self.acting_for(task),
            on_behalf_of_id=self.on_behalf_of_id,
            case=self.case,
            task_id=task.id if task is not None else None,
            key=key,
        )

    def notify(self, kind: str, relation: str, role: str, task: Task | None = None, **data: Any) -> None:
        """Leave a notice for whoever holds the role behind a relation."""
        organisation = self.organisations.get(relation)
        if organisation is not None:
            self.session.add(
                Notice(
                    case_id=self.case.id,
                    task_id=task.id if task else None,
                    kind=kind,
                    organisation_id=organisation.id,
                    role=role,
                    data=data,
                    created_at=self.now,
                )
            )

    def notify_holder(self, kind: str, task: Task, **data: Any) -> None:
        """Leave a notice for whoever has the task now: its assignee, the people named, or the holders of its role."""
        if task.assignee_id is not None:
            self.tell(task.assignee_id, kind, task, **data)
        elif task.role == NAMED:
            for row in self.opinions:
                if row.task_id == task.id and row.status == OpinionStatus.OPEN:
                    self.tell(row.person_id, kind, task, **data)
        else:
            self.notify(kind, task.relation, task.role, task, **data)

    def tell(self, person_id: int, kind: str, task: Task | None = None, **data: Any) -> None:
        """Leave a notice for one person."""
        self.session.add(
            Notice(
                case_id=self.case.id,
                task_id=task.id if task else None,
                kind=kind,
                person_id=person_id,
                data=data,
                created_at=self.now,
            )
        )

    def overtake(self, task: Task, because: str) -> None:
        """Close an open task that nobody needs to do any more, and tell whoever held it."""
        self._close_opinions(task, because)
        task.status = TaskStatus.CLOSED
        task.closed_at = self.now
        task.closed_because = because
        for child in self.tasks:
            if child.parent_id == task.id and child.status == TaskStatus.OPEN:
                self.overtake(child, because)
        self.record("task_closed", {"step": task.step, "because": because}, task)
        if task.assigned_by_id is not None and task.assignee_id is not None:
            self.tell(task.assignee_id, because, task, step=task.step)
        elif task.role != NAMED:
            self.notify(because, task.relation, task.role, task, step=task.step)

    def finish(self, task: Task, outcome: str) -> None:
        """Mark a task as done by the actor, for the organisation it stands for today."""
        acting = self.organisations.get(task.relation)  # asked before anything changes: later it would cost an update
        task.closed_for_id = (
            self.case.applicant_id if task.relation == lanes.APPLICANT else acting.id if acting else None
        )
        task.status, task.outcome = TaskStatus.DONE, outcome
        task.closed_at, task.closed_by_id = self.now, self.actor.person_id
        task.on_behalf_of_id = self.on_behalf_of_id
        task.draft = task.decision = task.remind_on = None
        self._close_opinions(task)

    def _close_opinions(self, task: Task, because: str = "") -> None:
        """Nobody's opinion on a task is needed any more; with a reason, whoever was asked is told."""
        for row in self.opinions:
            if row.task_id == task.id and row.status in (OpinionStatus.OPEN, OpinionStatus.WAITING):
                if because and row.status == OpinionStatus.OPEN:
                    self.tell(row.person_id, because, task, step=task.step)
                row.status = OpinionStatus.CLOSED

    def add_task(self, task: Task) -> Task:
        """Put a task of ours beside the diagram's: a correction, a confirmation. It has its id afterwards."""
        self.add(task)
        self.session.flush()
        return task

    def save(self) -> None:
        """Write the state and count the action; the last thing before the transaction ends."""
        if self._instance is not None:
            before, self.case.state = self.case.state, self._instance.save()
            if self.decided is not None:
                self.case.undo_task_id = self.decided.id
                self.case.undo_state = None if self.final else before
            elif self.case.undo_task_id is not None:
                self.case.undo_task_id = self.case.undo_state = None
        self.case.version += 1
        self.session.flush()

    def acting_for(self, task: Task | None) -> int | None:
        """The organisation a task's lane points to today; None when nobody was named. Without a task the applicant."""
        if task is None or task.relation == lanes.APPLICANT:
            return self.case.applicant_id
        organisation = self.organisations.get(task.relation)
        return organisation.id if organisation else None

    def add(self, task: Task) -> Task:
        """Put a new task into the case. It has no id before the session is flushed."""
        self.session.add(task)
        self.tasks.append(task)
        self.opened.append(task)
        return task


_OPINION_AWAITED = exists().where(
    Opinion.case_id == Case.id, Opinion.status.in_((OpinionStatus.OPEN, OpinionStatus.WAITING))
)


_before = aliased(Case)


def _locked(wanted: ColumnElement[int | None]) -> Select[Case, int, bool, int]:
    """A case and every case that waits for it, the outermost first, with the count of the settings.

    One question, put together once, because every action asks it. The order is the order of locking: parent before
    child. A question that had to wait for the lock gets the case as it is now and everything else as it was when the
    question was asked; the version is asked for both ways, so that this is noticed.
    """
    version = select(_before.version).where(_before.id == Case.id).scalar_subquery()
    line = (
        select(Case.id, Case.parent_id, Case.parent_token, literal(0).label("height"))
        .where(Case.id == wanted)
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(Case.id, Case.parent_id, Case.parent_token, line.c.height + 1).where(
            Case.id == line.c.parent_id, line.c.parent_token.is_not(None)
        )
    )
    return (
        select(Case, settings.version(), _OPINION_AWAITED, version)
        .join(line, line.c.id == Case.id)
        .order_by(line.c.height.desc())
        .options(undefer(Case.state))
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )


_CASE = _locked(bindparam("id", type_=Integer))
_CASE_OF_TASK = _locked(select(Task.case_id).where(Task.id == bindparam("id", type_=Integer)).scalar_subquery())
_OPINIONS = (
    select(Opinion)
    .where(Opinion.case_id == bindparam("case"))
    .options(joinedload(Opinion.person))
    .order_by(Opinion.position, Opinion.id)
    .execution_options(populate_existing=True)
)
_TASKS = (  # what was looked at before the case was locked may be out of date
    select(Task).where(Task.case_id == bindparam("case")).order_by(Task.id).execution_options(populate_existing=True)
)


def open_action(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    key: str | None = None,
    case_id: int | None = None,
    task_id: int | None = None,
) -> Action:
    """Lock a case, named by itself or by one of its tasks, and get ready to act on it.

    Raises `NotFound` for what does not exist, and `Repeated` when `key` was acted on before.
    """
    query, wanted = (_CASE, case_id) if task_id is None else (_CASE_OF_TASK, task_id)
    rows = session.execute(query, {"id": wanted}).all()
    if not rows:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    *waiting, (case, settings_version, asked, version) = rows
    if (event := events.already(session, key)) is not None:
        raise Repeated(event)
    action = action_on(session, actor, case, now=now, key=key, settings_version=settings_version or 0)
    action.asked, action.waiting = asked or version != case.version, tuple(parent for parent, *_ in waiting)
    return action


def action_on(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    now: datetime,
    key: str | None = None,
    settings_version: int | None = None,
) -> Action:
    """An action on a case whose row the caller has locked."""
    return Action(
        session=session,
        actor=actor,
        now=now,
        key=key,
        case=case,
        tasks=list(session.scalars(_TASKS, {"case": case.id})),
        definition=catalogue.definition_of(session, case.definition_id),
        settings=settings.load(session, settings_version),
        asked=True,
    )


def require_case_open(case: Case) -> None:
    """Raise `Conflict` when the case has ended."""
    if case.status != CaseStatus.OPEN:
        raise Conflict(
            Text("这个办件已经结束，不能再办理。", "This case has ended; nothing more can be done with it."),
            status=case.status,
        )


def already_done(task: Task) -> Conflict:
    """Who finished a task and when, for the person who comes second."""
    name = task.closed_by.name if task.closed_by else ""
    at = task.closed_at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M") if task.closed_at else ""
    details = {
        "by": name,
        "at": task.closed_at.isoformat() if task.closed_at else "",
        "outcome": task.outcome or "",
        "task": task.id,
    }
    if task.closed_by is not None:
        return Conflict(Text(f"{name}已于 {at} 办理了这项任务。", f"{name} already did this task, on {at}."), **details)
    return Conflict(
        Text(
            f"这项任务已于 {at} 关闭，不再需要办理。", f"This task was closed on {at}; it no longer needs to be done."
        ),
        **details,
    )


def require_to_act(action: Action, task: Task) -> None:
    """Raise unless the actor may do this task now; `Conflict` when it is no longer open, for whoever might have done it.

    A task that named people decide together is also theirs to ask questions about, while their opinion is awaited.
    """
    if task.role == NAMED and task.status == TaskStatus.OPEN and _is_named(action, task):
        return
    try:
        action.on_behalf_of_id = access.require_to_act(
            action.session,
            action.actor,
            action.case,
            task,
            action.tasks,
            acting_for=action.acting_for(task),
            independent=is_independent(task, action.step(task)),
            on=action.today,
        )
    except Forbidden:
        action.require_open(task)
        raise
    action.require_open(task)


def _is_named(action: Action, task: Task) -> bool:
    mine = (row for row in action.opinions if row.task_id == task.id and row.person_id == action.actor.person_id)
    return any(row.kind == OpinionKind.JOINT and row.status == OpinionStatus.OPEN for row in mine)


def is_independent(task: Task, step: Step) -> bool:
    """Whether somebody who took part in the request must keep out of this task."""
    return task.kind == TaskKind.CONFIRMATION or (task.kind == TaskKind.STEP and step.independent)

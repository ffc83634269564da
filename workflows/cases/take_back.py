"""撤回: whoever did a task takes the step back, as long as nobody acted after it and nothing came of it outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from workflows import access
from workflows.cases import clock
from workflows.cases.action import Action, Repeated, action_on, open_action
from workflows.cases.advance import open_children, withdraw_child
from workflows.cases.decide import Decided, as_before
from workflows.cases.opening import open_case_of
from workflows.cases.subjects import Subject
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, DomainError
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import SENT_BACK, Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.consulting import NAMED, OpinionKind, OpinionStatus
from workflows.storage.events import Event
from workflows.storage.papers import Paper
from workflows.text import Text, written

# What others may do to a case without having acted on what was decided.
LEAVES_IT_ALONE = frozenset(
    {
        *("task_nudged", "case_copied", "case_supervised", "supervision_closed", "case_instructed", "paper_voided"),
        "task_released",  # whoever had claimed it has done nothing with it, or has left
    }
)
_DECIDED = ("task_completed", "task_sent_back")
_TAKEN_BACK = "taken_back"


def take_back(
    session: Session, actor: Actor, task_id: int, *, reason: str = "", now: datetime, key: str | None = None
) -> Decided:
    """Open a task again that the actor did, with what was entered and its own dates, as if it had not been done.

    What opened through it is closed with a notice, what it closed is open again, and child cases it opened are
    withdrawn. Raises `Conflict` with what stands in the way and what to do instead: somebody acted since (`reason`
    "acted"), a paper was issued ("paper"), something was entered beside the case ("entered"), and `Forbidden` or
    `NotFound` for others.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return as_before(session, repeated)
    task = action.task(task_id)
    children = _require_possible(action, task)
    before = {
        "open": sorted(other.step for other in action.open_tasks()),
        "outcome": task.outcome,
        "opinion": task.opinion,
        "answers": task.answers,
    }
    told = {"step": task.step, "reason": written(reason), "before": before, "cases": [c.number for c in children]}
    action.record("task_taken_back", told, task)
    action.restore(action.case.undo_state or b"")
    _reopen_case(action)
    _close_what_opened(action)
    _open_again(action, task)
    for child in children:
        withdraw_child(action, child, _TAKEN_BACK)
    action.save()
    return Decided(action.case, task, ())


def taking_back_is_refused(session: Session, actor: Actor, task_id: int, *, now: datetime) -> Text | None:
    """Why the actor cannot take a task back; None when it is possible. For reading, nothing is locked."""
    found = session.get(Task, task_id)
    if found is None:
        return Text("没有找到。", "Not found.")
    case = session.get_one(Case, found.case_id, options=[undefer(Case.state), undefer(Case.undo_state)])
    action = action_on(session, actor, case, now=now)
    try:
        _require_possible(action, action.task(task_id))
    except DomainError as refused:
        return refused.message
    return None


def _require_possible(action: Action, task: Task) -> list[Case]:
    """The open child cases that began with the decision; raises what stands in the way."""
    session, case = action.session, action.case
    access.require(session, action.actor, access.Permission.TAKE_BACK, task, action.today)
    decided = session.scalars(
        select(Event).where(Event.task_id == task.id, Event.kind.in_(_DECIDED)).order_by(Event.id.desc()).limit(1)
    ).first()
    if task.kind != TaskKind.STEP or task.status == TaskStatus.OPEN or decided is None:
        raise Conflict(Text("这项任务没有可以撤回的办理。", "Nothing was decided here that could be taken back."))
    if case.status == CaseStatus.WITHDRAWN:
        raise Conflict(Text("申请已经撤销。", "The application was withdrawn."), status=case.status)
    clock.require_not_suspended(action)
    _require_single(task)
    _require_nobody_acted(action, case, decided)
    _require_no_paper(action, task)
    if case.undo_task_id != task.id:
        raise Conflict(
            Text(
                "办件在这之后又往前走了，不能再撤回；需要改动时，请在办环节的人退回。",
                "The case has moved on since: this cannot be taken back any more. Ask whoever has it now to send it back.",
            ),
            reason="acted",
        )
    if case.undo_state is None:
        raise Conflict(
            Text(
                "这项办理已引起办件以外的登记或者其他办件（或是书面回复），不能撤回；需要改动时，请在办环节的人退回。",
                "Something was entered beside the case because of it, another case went on, or it was a paper reply: it "
                "cannot be taken back. Ask whoever has the case now to send it back.",
            ),
            reason="entered",
        )
    _require_subject_free(action)
    return _children_to_withdraw(action, decided)


def _require_single(task: Task) -> None:
    if task.role == NAMED:
        raise Conflict(
            Text(
                "几个人共同作出的决定不能由一个人撤回；需要改动时，请在办环节的人退回。",
                "What several people decided together is not taken back by one of them. Ask whoever has the case now to "
                "send it back.",
            ),
            reason="together",
        )


def _require_nobody_acted(action: Action, case: Case, decided: Event) -> None:
    """Raise with who acted on a case after the decision. The actor's own later doings do not count."""
    event = action.session.scalars(
        select(Event)
        .where(
            Event.case_id == case.id,
            Event.id > decided.id,
            Event.actor_id.is_not(None),
            Event.actor_id != action.actor.person_id,
            Event.kind.not_in(LEAVES_IT_ALONE),
        )
        .order_by(Event.id)
        .limit(1)
    ).first()
    if event is not None:
        at = event.at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
        raise Conflict(
            Text(
                f"{event.actor_name}已于 {at} 接着处理了{case.number}，不能再撤回；需要改动时，请对方退回。",
                f"{event.actor_name} went on with {case.number} on {at}: it cannot be taken back any more. "
                "Ask them to send it back.",
            ),
            reason="acted",
            by=event.actor_name,
            at=event.at.isoformat(),
            kind=event.kind,
        )


def _require_no_paper(action: Action, task: Task) -> None:
    paper = action.session.scalars(
        select(Paper).where(Paper.case_id == action.case.id, Paper.task_id == task.id).order_by(Paper.id)
    ).first()
    if paper is not None:
        raise Conflict(
            Text(
                f"这项办理已签发公文 {paper.number_text}，不能撤回；公文有误时请作废，再请在办环节的人退回。",
                f"It issued paper {paper.number_text} and cannot be taken back. Void the paper if it is wrong, and ask "
                "whoever has the case now to send it back.",
            ),
            reason="paper",
            paper=paper.number_text,
        )


def _require_subject_free(action: Action) -> None:
    """A case that ended opens again; meanwhile there must be no other about the same subject."""
    case = action.case
    if case.status == CaseStatus.OPEN:
        return
    other = open_case_of(action.session, case.procedure, Subject(case.subject_kind, case.subject_id, case.title))
    if other is not None:
        raise Conflict(
            Text(
                f"办件已经办结，并且同一事项又有了新的申请 {other.number}，不能撤回。",
                f"The case has ended and there is a new application {other.number} for the same: it cannot be taken back.",
            ),
            reason="acted",
            number=other.number,
        )


def _children_to_withdraw(action: Action, decided: Event) -> list[Case]:
    """The open child cases that only the decision opened, in which nobody acted yet."""
    if not action.definition.calls:
        return []
    started = action.session.scalars(
        select(Event).where(Event.case_id == action.case.id, Event.id > decided.id, Event.kind == "child_started")
    )
    began = {event.data["case"] for event in started}
    children = [child for child in open_children(action) if child.id in began]
    for child in children:
        _require_untouched(action, child, decided)
    return children


def _require_untouched(action: Action, child: Case, decided: Event) -> None:
    _require_nobody_acted(action, child, decided)
    for further in action.session.scalars(select(Case).where(Case.parent_id == child.id)):
        _require_untouched(action, further, decided)


def _reopen_case(action: Action) -> None:
    case = action.case
    if case.status == CaseStatus.OPEN:
        return
    case.status, case.ended_at, case.end = CaseStatus.OPEN, None, None
    action.notify("task_taken_back", lanes.APPLICANT, action.definition.settings.start.role)


def _close_what_opened(action: Action) -> None:
    """Close the tasks that opened through the decision, and open those again that it closed."""
    tokens = {each.token for each in action.instance.open_steps()}
    for task in action.open_tasks():
        if task.kind == TaskKind.STEP and task.token not in tokens:
            action.overtake(task, _TAKEN_BACK)
    for task in action.tasks:
        if task.token in tokens and task.status == TaskStatus.CLOSED and task.outcome is None:
            task.status, task.closed_at, task.closed_because = TaskStatus.OPEN, None, ""
            _ask_again(action, task)
            clock.redate(action, task)
            action.notify_holder("task_open_again", task, step=task.step)


def _ask_again(action: Action, task: Task) -> None:
    """Whoever was asked when the task closed is asked again; those who are asked in turn wait for theirs."""
    action.forget_opinions()
    ended = [row for row in action.opinions if row.task_id == task.id and row.status == OpinionStatus.CLOSED]
    first = min((row.position for row in ended if row.kind == OpinionKind.JOINT), default=0)
    for row in ended:
        waits = row.kind == OpinionKind.AFTER or (row.kind == OpinionKind.JOINT and row.position > first)
        row.status = OpinionStatus.WAITING if waits else OpinionStatus.OPEN


def _open_again(action: Action, task: Task) -> None:
    if task.outcome != SENT_BACK:
        task.draft = {"answers": task.answers or {}, "outcome": task.outcome, "opinion": task.opinion}
    task.status, task.outcome, task.opinion, task.answers = TaskStatus.OPEN, None, "", None
    task.closed_at = task.closed_by_id = task.closed_for_id = task.on_behalf_of_id = None
    task.closed_because = ""
    clock.redate(action, task)

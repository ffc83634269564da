"""补正: whoever decides asks the applicant to correct something. The clock stands until the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.cases import clock, timing
from workflows.cases.action import Action, Repeated, open_action, require_to_act
from workflows.errors import Conflict, Invalid, Mistake
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Task, TaskKind, TaskStatus
from workflows.text import Text, written


def request_correction(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    items: Sequence[Mapping[str, str]],
    reply_by: date | None,
    now: datetime,
    key: str | None = None,
) -> Task:
    """Ask the applicant to correct what `items` name (`item`, `rule`, `what`) by a day.

    Returns the task the applicant gets. The clock of the deciding task stands still from today until the answer.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Task, repeated.event.data["correction"])
    task = action.task(task_id)
    require_to_act(action, task)
    _require_sensible(action, task, items, reply_by)
    wanted = [{name: written(item.get(name, "")) for name in ("item", "rule", "what")} for item in items]
    correction = action.add_task(
        Task(
            case_id=action.case.id,
            kind=TaskKind.CORRECTION,
            step=task.step,
            parent_id=task.id,
            relation=lanes.APPLICANT,
            role=action.definition.settings.start.role,
            applicant_id=action.case.applicant_id,
            status=TaskStatus.OPEN,
            opened_at=now,
            fatal_on=reply_by,
            remind_on=timing.remind_on(None, reply_by, action.today, action.rule_set, action.settings.calendar),
            request={"items": wanted, "reply_by": reply_by.isoformat() if reply_by else None},
        )
    )
    task.paused_at, task.remind_on = now, None
    action.record("correction_requested", {**(correction.request or {}), "correction": correction.id}, task)
    action.notify("correction_requested", lanes.APPLICANT, correction.role, correction, step=task.step)
    action.save()
    return correction


def answer_correction(
    session: Session, actor: Actor, task_id: int, *, answer: str, now: datetime, key: str | None = None
) -> Task:
    """Say what was corrected; the deciding task's clock runs on and its dates move by the time it stood.

    Files were attached to the task before (`workflows.cases.papers.attach`); from now on everybody on the case sees them.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    correction = action.task(task_id)
    require_to_act(action, correction)
    _require_kind(correction)
    if not written(answer):
        raise Invalid([Mistake("/answer", Text("请写明补正了什么。", "Say what was corrected."))])
    correction.answers = {"answer": written(answer)}
    action.finish(correction, "answered")
    task = action.task(correction.parent_id or 0)
    action.record("correction_answered", {"answer": written(answer), "correction": correction.id}, task)
    clock.redate(action, task)
    action.notify_holder("correction_answered", task, step=task.step)
    action.save()
    return correction


def take_back_correction(
    session: Session, actor: Actor, task_id: int, *, now: datetime, key: str | None = None
) -> Task:
    """Give up an unanswered request for correction of the deciding task `task_id`; its clock runs on."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    require_to_act(action, task)
    awaited = awaited_corrections(action, task)
    if not awaited:
        raise Conflict(Text("没有等待答复的补正要求。", "No request for correction awaits an answer."))
    action.record("correction_taken_back", {"corrections": [c.id for c in awaited]}, task)
    for correction in awaited:
        action.overtake(correction, "correction_taken_back")
    clock.redate(action, task)
    action.save()
    return task


def awaited_corrections(action: Action, task: Task) -> list[Task]:
    """Requests for correction of a task that nobody answered yet."""
    return [c for c in action.children(task, TaskKind.CORRECTION) if c.status == TaskStatus.OPEN]


def require_none_awaited(action: Action, task: Task) -> None:
    """Raise `Conflict` while an answer is awaited whose day has not passed: who asked must hear first."""
    for correction in awaited_corrections(action, task):
        if correction.fatal_on is None or correction.fatal_on >= action.today:
            raise Conflict(
                Text(
                    "补正尚未答复：请等待答复，或先撤回补正要求。",
                    "A correction was asked for and not answered: wait for it, or take the request back first.",
                ),
                reason="correction_awaited",
                task=correction.id,
            )


def _require_sensible(action: Action, task: Task, items: Sequence[Mapping[str, str]], reply_by: date | None) -> None:
    if task.kind != TaskKind.STEP or task.relation == lanes.APPLICANT:
        raise Conflict(Text("这项任务不能要求补正。", "A correction cannot be asked for from this task."))
    if awaited_corrections(action, task):
        raise Conflict(Text("已有一项补正要求在等待答复。", "A request for correction already awaits its answer."))
    mistakes = [
        Mistake(f"/items/{n}/what", Text("请写明要补正什么。", "Say what is to be corrected."))
        for n, item in enumerate(items)
        if not written(item.get("what", ""))
    ]
    if not items:
        mistakes.append(Mistake("/items", Text("请至少列出一项。", "List at least one item.")))
    if reply_by is not None and reply_by < action.today:
        mistakes.append(Mistake("/reply_by", Text("答复期限不能早于今天。", "The day for the answer has passed.")))
    if mistakes:
        raise Invalid(mistakes)


def _require_kind(task: Task) -> None:
    if task.kind != TaskKind.CORRECTION:
        raise Conflict(Text("这不是一项补正任务。", "This is no request for correction."))

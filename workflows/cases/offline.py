"""线下单位: an authority without accounts answers on paper.

The applicant's secretary enters the reply with its number, date and scan; somebody of another organisation (by default
whoever decides for the superior union) confirms it against the scan. Until then it does not count. Who entered a reply
never confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access
from workflows.cases.action import Action, Repeated, open_action, require_to_act
from workflows.cases.decide import Decided, as_before, complete, form_mistakes, kept_answers
from workflows.cases.offline_office import SCAN, require_offline
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Invalid, Mistake
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Task, TaskKind, TaskStatus
from workflows.storage.organisations import Role
from workflows.storage.papers import Attachment
from workflows.text import Text, written


def enter_reply(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    number: str,
    dated_on: date | None,
    outcome: str,
    answers: Mapping[str, Any],
    opinion: str = "",
    now: datetime,
    key: str | None = None,
) -> Task:
    """Record the paper reply of an office without accounts; its scan was attached before under `reply_scan`.

    `answers` is what the reply says in terms of the step's form.

    Returns the task in which the entry is confirmed. The clock of the office goes on until then.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Task, repeated.event.data["confirmation"])
    task = action.task(task_id)
    access.require(session, actor, access.Permission.ENTER_REPLY, action.case, action.today)
    action.require_open(task)
    require_offline(action, task)
    if _open_confirmation(action, task) is not None:
        raise Conflict(Text("已录入的回复正在等待确认。", "A reply was entered and awaits confirmation."))
    kept = kept_answers(action, task, answers)
    _require_complete(action, task, number, dated_on, outcome, kept, opinion)
    entered = {
        "number": written(number),
        "dated_on": dated_on.isoformat() if dated_on else "",
        "outcome": outcome,
        "opinion": written(opinion),
        "answers": kept,
        "entered_by": actor.person_id,
        "entered_by_name": actor.name,
        "scans": [row.sha256 for row in _scans(session, task)],
    }
    confirmation = action.add_task(
        Task(
            case_id=action.case.id,
            kind=TaskKind.CONFIRMATION,
            step=task.step,
            parent_id=task.id,
            relation=lanes.SUPERIOR_UNION,
            role=Role.LEADER,
            applicant_id=action.case.applicant_id,
            status=TaskStatus.OPEN,
            opened_at=now,
            request=entered,
        )
    )
    action.record("reply_entered", {**entered, "confirmation": confirmation.id}, task)
    action.notify("reply_entered", confirmation.relation, confirmation.role, confirmation, step=task.step)
    action.save()
    return confirmation


def confirm_reply(session: Session, actor: Actor, task_id: int, *, now: datetime, key: str | None = None) -> Decided:
    """Confirm an entered reply against its scan: from now on it is the office's decision, and the case goes on."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return as_before(session, repeated)
    confirmation, task, entered = _entered(action, task_id)
    action.finish(confirmation, "confirmed")
    action.record("reply_confirmed", {"number": entered["number"], "confirmation": confirmation.id}, confirmation)
    task.request = entered
    complete(
        action, task, outcome=entered["outcome"], answers=entered["answers"], opinion=entered["opinion"], on_paper=True
    )
    action.save()
    return Decided(action.case, task, tuple(action.opened))


def reject_reply(
    session: Session, actor: Actor, task_id: int, *, reason: str, now: datetime, key: str | None = None
) -> Task:
    """Say why an entered reply does not agree with its scan; the secretary may enter it again."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    confirmation, task, entered = _entered(action, task_id)
    if not written(reason):
        raise Invalid([Mistake("/reason", Text("请写明不予确认的理由。", "Say why it is not confirmed."))])
    confirmation.opinion = written(reason)
    action.finish(confirmation, "rejected")
    action.record("reply_rejected", {"number": entered["number"], "reason": written(reason)}, confirmation)
    action.notify(
        "reply_rejected", lanes.APPLICANT, action.definition.settings.start.role, task, step=task.step, reason=reason
    )
    action.save()
    return confirmation


def _entered(action: Action, task_id: int) -> tuple[Task, Task, dict[str, Any]]:
    confirmation = action.task(task_id)
    require_to_act(action, confirmation)
    if confirmation.kind != TaskKind.CONFIRMATION or confirmation.request is None:
        raise Conflict(Text("这不是一项回复确认任务。", "This is no entered reply."))
    task = action.task(confirmation.parent_id or 0)
    action.require_open(task)
    return confirmation, task, confirmation.request


def _require_complete(
    action: Action,
    task: Task,
    number: str,
    dated_on: date | None,
    outcome: str,
    answers: Mapping[str, Any],
    opinion: str,
) -> None:
    mistakes = form_mistakes(action, task, answers)
    chosen = next((o for o in action.step(task).outcomes if o.key == outcome), None)
    if not written(number):
        mistakes.append(Mistake("/number", Text("请填写回复的文号。", "Give the number of the reply.")))
    if dated_on is None:
        mistakes.append(Mistake("/dated_on", Text("请填写回复的日期。", "Give the date of the reply.")))
    elif dated_on > action.today:
        mistakes.append(Mistake("/dated_on", Text("回复的日期不能晚于今天。", "The reply is dated in the future.")))
    elif dated_on < task.opened_at.astimezone(OFFICE_ZONE).date():
        earlier = Text(
            "回复的日期早于请示送达的日期，请核对。", "The reply is dated before the request arrived; check the date."
        )
        mistakes.append(Mistake("/dated_on", earlier))
    if chosen is None:
        mistakes.append(Mistake("/outcome", Text("请选择回复的结论。", "Choose what the reply decides.")))
    elif chosen.needs_reason and not written(opinion):
        mistakes.append(Mistake("/opinion", Text("请写明回复中的理由。", "Give the reason the reply states.")))
    if not _scans(action.session, task):
        mistakes.append(Mistake(f"/materials/{SCAN}", Text("请上传回复的扫描件。", "Upload a scan of the reply.")))
    if mistakes:
        raise Invalid(mistakes)


def _scans(session: Session, task: Task) -> list[Attachment]:
    return list(
        session.scalars(
            select(Attachment).where(
                Attachment.task_id == task.id, Attachment.material == SCAN, Attachment.removed_at.is_(None)
            )
        )
    )


def _open_confirmation(action: Action, task: Task) -> Task | None:
    return next((c for c in action.children(task, TaskKind.CONFIRMATION) if c.status == TaskStatus.OPEN), None)

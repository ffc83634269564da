"""Stopping and moving the clock: 中止 and its end, 延期. Nothing is approved or refused by it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access, deadlines
from workflows.access import Permission
from workflows.cases import timing
from workflows.cases.action import Action, Repeated, open_action, require_case_open
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Invalid, Mistake
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.unions import Timer
from workflows.storage.watching import Extension, Suspension
from workflows.text import Text, written

SUSPENSION_ENDS = "suspension_ends"  # a kind of timer
LONGEST_EXTENSION = 366  # days; more is a new decision of its own


def suspend(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    reason: str,
    until: date | None = None,
    now: datetime,
    key: str | None = None,
) -> Suspension:
    """中止: all clocks of a case stand and nothing is decided until somebody resumes it. Child cases run on.

    `until` is when that is expected; nothing happens by itself on that day.
    """
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Suspension, repeated.event.data["suspension"])
    access.require(session, actor, Permission.CHANGE_CLOCK, action.case, action.today)
    require_case_open(action.case)
    if action.case.suspended_at is not None:
        raise Conflict(Text("这个办件已经中止。", "This case is suspended already."))
    mistakes = []
    if not written(reason):
        mistakes.append(Mistake("/reason", Text("请写明中止的理由。", "Say why the case is suspended.")))
    if until is not None and until <= action.today:
        mistakes.append(Mistake("/until", Text("预计恢复的日期应在今天以后。", "The day must lie after today.")))
    if mistakes:
        raise Invalid(mistakes)
    suspension = Suspension(
        case_id=case_id, reason=written(reason), until=until, begun_at=now, begun_by_id=actor.person_id
    )
    session.add(suspension)
    session.flush()
    action.case.suspended_at = now
    if until is not None:
        _remind_of_its_end(action, suspension, until)
    for task in action.open_tasks():
        task.paused_at, task.remind_on = task.paused_at or now, None
    told = {"reason": suspension.reason, "until": until.isoformat() if until else None, "suspension": suspension.id}
    action.record("case_suspended", told)
    _tell_everybody(action, "case_suspended", reason=suspension.reason)
    action.save()
    return suspension


def resume(
    session: Session, actor: Actor, case_id: int, *, reason: str = "", now: datetime, key: str | None = None
) -> Case:
    """The clocks of a suspended case run on; the dates of its tasks move by the time they stood."""
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated:
        return session.get_one(Case, case_id)
    access.require(session, actor, Permission.CHANGE_CLOCK, action.case, action.today)
    require_case_open(action.case)
    standing = session.scalars(
        select(Suspension).where(Suspension.case_id == case_id, Suspension.ended_at.is_(None))
    ).one_or_none()
    if standing is None:
        raise Conflict(Text("这个办件没有中止。", "This case is not suspended."))
    standing.ended_at, standing.ended_by_id = now, actor.person_id
    action.case.suspended_at = None
    session.flush()
    for task in action.open_tasks():
        redate(action, task)
    action.record("case_resumed", {"reason": written(reason), "suspension": standing.id})
    _tell_everybody(action, "case_resumed")
    action.save()
    return action.case


def extend(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    to_on: date,
    reason: str,
    rule: str = "",
    now: datetime,
    key: str | None = None,
) -> Extension:
    """延期: give a task a later last day, with a reason. The rule's own date stays in the derivation and the record."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Extension, repeated.event.data["extension"])
    task = action.task(task_id)
    access.require(session, actor, Permission.CHANGE_CLOCK, action.case, action.today)
    action.require_open(task)
    require_not_suspended(action)
    if task.fatal_on is None or task.derivation is None or task.kind != TaskKind.STEP:
        raise Conflict(
            Text("这项任务没有可以延长的期限。", "This task has no limit that could be extended."), reason="no_limit"
        )
    mistakes = []
    if not written(reason):
        mistakes.append(Mistake("/reason", Text("请写明延期的理由。", "Say why more time is given.")))
    if to_on <= max(task.fatal_on, action.today) or (to_on - task.fatal_on).days > LONGEST_EXTENSION:
        text = Text(
            f"新的期限应晚于今天和原期限 {task.fatal_on}，且延长不超过一年。",
            f"The new day must lie after today and after {task.fatal_on}, and not more than a year later.",
        )
        mistakes.append(Mistake("/to_on", text))
    if mistakes:
        raise Invalid(mistakes)
    extension = Extension(
        case_id=action.case.id,
        task_id=task.id,
        from_on=task.fatal_on,
        to_on=to_on,
        reason=written(reason),
        rule=written(rule),
        granted_at=now,
        granted_by_id=actor.person_id,
    )
    session.add(extension)
    session.flush()
    redate(action, task)
    told = {
        "step": task.step,
        "from": extension.from_on.isoformat(),
        "to": to_on.isoformat(),
        "reason": extension.reason,
        "rule": extension.rule,
        "extension": extension.id,
    }
    action.record("task_extended", told, task)
    action.notify_holder("task_extended", task, step=task.step, to=to_on.isoformat())
    action.notify("task_extended", lanes.APPLICANT, action.definition.settings.start.role, task, step=task.step)
    action.save()
    return extension


def redate(action: Action, task: Task) -> None:
    """Find the dates of an open task again: from its rule, the times its clock stood, and the extensions given."""
    if action.case.suspended_at is not None:
        task.paused_at, task.remind_on = task.paused_at or action.now, None
        return
    if task.kind != TaskKind.STEP:
        awaited = (task.request or {}).get("reply_by")
        stood = sum(((each.end - each.start) for each in _suspensions(action, task)), timedelta())
        task.paused_at, task.fatal_on = None, date.fromisoformat(awaited) + stood if awaited else None
        _remind_again(action, task)
        return
    standing = [t for t in action.children(task, TaskKind.CORRECTION) if t.status == TaskStatus.OPEN]
    if standing:
        task.paused_at = standing[0].opened_at
        return
    derivation = timing.derive(
        action.step(task),
        _day(task.opened_at),
        action.rule_set,
        action.settings.calendar,
        [*_corrections(action, task), *_suspensions(action, task)],
    )
    for extension in _extensions(action, task):
        days = extension.to_on - extension.from_on
        derivation = deadlines.extend(derivation, derivation.end + days, Text(extension.reason, extension.reason))
    task.paused_at = None
    task.target_on, task.derivation = derivation.target, derivation.to_json()
    task.fatal_on = derivation.end if derivation.continue_from is None else None
    _remind_again(action, task)


def _remind_of_its_end(action: Action, suspension: Suspension, until: date) -> None:
    action.session.add(
        Timer(
            name=f"suspension:{suspension.id}",
            kind=SUSPENSION_ENDS,
            due_on=until,
            case_id=action.case.id,
            data={"suspension": suspension.id},
        )
    )


def _remind_again(action: Action, task: Task) -> None:
    calendar = action.settings.calendar
    task.remind_on = timing.remind_on(task.target_on, task.fatal_on, action.today, action.rule_set, calendar)


def _corrections(action: Action, task: Task) -> list[deadlines.Pause]:
    """From the day of each request for correction to the day of its answer."""
    return [
        deadlines.Pause(_day(asked.opened_at), _day(asked.closed_at), timing.CORRECTION)
        for asked in action.children(task, TaskKind.CORRECTION)
        if asked.closed_at is not None
    ]


def _suspensions(action: Action, task: Task) -> list[deadlines.Pause]:
    """The suspensions of the case that ended while the task was open."""
    opened = _day(task.opened_at)
    rows = action.session.scalars(
        select(Suspension).where(Suspension.case_id == action.case.id, Suspension.ended_at.is_not(None))
    )
    return [
        deadlines.Pause(max(opened, _day(row.begun_at)), _day(row.ended_at), timing.SUSPENDED)
        for row in rows
        if row.ended_at is not None and _day(row.ended_at) >= opened
    ]


def _extensions(action: Action, task: Task) -> list[Extension]:
    return list(action.session.scalars(select(Extension).where(Extension.task_id == task.id).order_by(Extension.id)))


def require_not_suspended(action: Action) -> None:
    """Raise `Conflict` while the case is suspended: nothing is decided then."""
    if action.case.suspended_at is not None:
        since = _day(action.case.suspended_at)
        raise Conflict(
            Text(
                f"这个办件自 {since} 起中止，恢复后才能办理。",
                f"This case has been suspended since {since}; it goes on when it is resumed.",
            ),
            reason="suspended",
        )


def _tell_everybody(action: Action, kind: str, **data: Any) -> None:
    """The applicant, and whoever has something to do."""
    action.notify(kind, lanes.APPLICANT, action.definition.settings.start.role, **data)
    for task in action.open_tasks():
        if task.relation != lanes.APPLICANT:
            action.notify_holder(kind, task, step=task.step, **data)


def _day(at: datetime | None) -> date:
    if at is None:
        raise ValueError("no time")
    return at.astimezone(OFFICE_ZONE).date()

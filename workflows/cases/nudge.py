"""催办: somebody who waits reminds whoever holds a task. Limited in rate, recorded, and it changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access
from workflows.cases.action import Action, Repeated, open_action, require_case_open
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Forbidden, Invalid, Mistake
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Task, TaskKind
from workflows.storage.consulting import OpinionStatus
from workflows.storage.organisations import Role
from workflows.storage.watching import Nudge
from workflows.text import Text, written

AGAIN_AFTER = timedelta(hours=24)  # the same person about the same task
AT_MOST_A_DAY = 3  # all people together about the same task, on one day of the office
LONGEST = 500  # characters somebody may add
_SOMEBODY = Text("有关单位", "the organisation concerned")


def nudge(
    session: Session, actor: Actor, task_id: int, *, text: str = "", now: datetime, key: str | None = None
) -> Nudge:
    """Remind the holder of an open task; of an office without accounts, the applicant's secretary, who calls there.

    Raises `Conflict` with `next_at` (ISO text) when it is too early to remind again, and when nobody could be reached;
    `Forbidden` for the holder.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Nudge, repeated.event.data["nudge"])
    task = action.task(task_id)
    access.require(session, actor, access.Permission.NUDGE, task, action.today)
    require_case_open(action.case)
    action.require_open(task)
    _require_running(action)
    said = written(text)
    if len(said) > LONGEST:
        raise Invalid([Mistake("/text", Text(f"最多写 {LONGEST} 字。", f"At most {LONGEST} characters."))])
    people, relation, role = _to_whom(action, task)
    earlier = session.scalars(select(Nudge).where(Nudge.task_id == task.id).order_by(Nudge.sent_at)).all()
    require_not_too_often(earlier, actor.person_id, now)
    sent = Nudge(case_id=action.case.id, task_id=task.id, sent_by_id=actor.person_id, text=said, sent_at=now)
    session.add(sent)
    session.flush()
    action.record("task_nudged", {"step": task.step, "nudge": sent.id, "words": said}, task)
    data = {"step": task.step, "opinion": said, "by": actor.name, "call": _to_call(action, task)}
    for person_id in people:
        action.tell(person_id, "nudged", task, **data)
    if not people:
        action.notify("nudged", relation, role, task, **data)
    action.save()
    return sent


def next_nudge(earlier: Sequence[Nudge], person_id: int, now: datetime) -> datetime | None:
    """From when on somebody may remind of a task again; None: now. `earlier`: the nudges of the task, oldest first."""
    own = [each.sent_at for each in earlier if each.sent_by_id == person_id]
    if own and now < own[-1] + AGAIN_AFTER:
        return own[-1] + AGAIN_AFTER
    today = _day(now)
    if sum(_day(each.sent_at) == today for each in earlier) >= AT_MOST_A_DAY:
        return datetime.combine(today + timedelta(days=1), time(), OFFICE_ZONE).astimezone(UTC)
    return None


def require_not_too_often(earlier: Sequence[Nudge], person_id: int, now: datetime) -> None:
    """Raise `Conflict` with `next_at` while it is too early to remind of a task again."""
    again = next_nudge(earlier, person_id, now)
    if again is None:
        return
    at = again.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
    own = any(each.sent_by_id == person_id and now < each.sent_at + AGAIN_AFTER for each in earlier)
    if own:
        why = Text(f"您已催办过，{at} 之后可以再催。", f"You have reminded them already; again after {at}.")
    else:
        why = Text(
            f"这项任务今天已被催办 {AT_MOST_A_DAY} 次，{at} 之后可以再催。",
            f"They have been reminded of this task {AT_MOST_A_DAY} times today; again after {at}.",
        )
    raise Conflict(why, reason="too_often", next_at=again.isoformat())


def _require_running(action: Action) -> None:
    if action.case.suspended_at is not None:
        raise Conflict(
            Text("办件已中止、停止计时，恢复后再催办。", "The case is suspended; remind them when it goes on."),
            reason="suspended",
        )


def _to_whom(action: Action, task: Task) -> tuple[list[int], str, str]:
    """The people the task waits for, or else a relation and role; raises when that is the actor, or nobody."""
    asked = [o.person_id for o in action.opinions if o.task_id == task.id and o.status == OpinionStatus.OPEN]
    people = asked or ([task.assignee_id] if task.assignee_id is not None else [])
    relation, role = task.relation, task.role
    if _to_call(action, task):
        people, relation, role = [], lanes.APPLICANT, Role.SECRETARY
    organisation = action.organisations.get(relation)
    me = action.actor
    if me.person_id in people or (not people and organisation is not None and me.holds(organisation.id, role)):
        raise Forbidden(Text("这项任务正等您办理，不必催办。", "This task waits for you yourself."), reason="own_task")
    if not people and (organisation is None or not lanes.people_in(action.session, organisation, role, action.today)):
        name = Text(organisation.name, organisation.name_en or organisation.name) if organisation else _SOMEBODY
        raise Conflict(
            Text(
                f"{name.zh}暂无人在岗，无人可催；请先补任或指定办理人。",
                f"Nobody holds this post at {name.en}; fill the post or hand the task over first.",
            ),
            reason="nobody",
        )
    return people, relation, role


def _to_call(action: Action, task: Task) -> list[str]:
    """The office without accounts that is to be called, in both languages; empty for everybody else."""
    organisation = action.organisations.get(task.relation)
    if organisation is None or organisation.has_accounts or task.kind != TaskKind.STEP:
        return []
    return [organisation.name, organisation.name_en or organisation.name]


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()

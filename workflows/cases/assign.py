"""Taking a task that is offered to a role: 领取, 释放."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.cases.action import Repeated, open_action, require_to_act
from workflows.cases.asked import require_single
from workflows.errors import Forbidden
from workflows.organisations.actors import Actor
from workflows.storage.cases import Task
from workflows.text import Text


def claim(session: Session, actor: Actor, task_id: int, *, now: datetime, key: str | None = None) -> Task:
    """Take the task for oneself; colleagues see who has it. Claiming one's own task again changes nothing."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    require_to_act(action, task)
    require_single(task)
    if task.assignee_id != actor.person_id:
        task.assignee_id, task.claimed_at = actor.person_id, now
        action.record("task_claimed", {"step": task.step}, task)
        action.save()
    return task


def release(session: Session, actor: Actor, task_id: int, *, now: datetime, key: str | None = None) -> Task:
    """Give a claimed task back to everybody with the same role."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    require_to_act(action, task)
    if task.assignee_id != actor.person_id:
        raise Forbidden(Text("这项任务没有由您领取。", "You have not claimed this task."), reason="not_claimed")
    task.assignee_id = task.claimed_at = None
    action.record("task_released", {"step": task.step}, task)
    action.save()
    return task

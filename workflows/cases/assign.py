"""Whose hands a task is in: 领取, 释放, 转办."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access
from workflows.cases.action import Action, Repeated, action_on, is_independent, open_action, require_to_act
from workflows.cases.asked import cancel_decision, require_single
from workflows.errors import Forbidden, Invalid, Mistake, NotFound
from workflows.organisations.actors import NOT_BY_PROXY, Actor
from workflows.organisations.lanes import Holder, people_in
from workflows.storage.cases import Task
from workflows.storage.organisations import Account, Organisation, Person, Role
from workflows.text import Text, written


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
    """Give a task one has claimed, or was handed, back to everybody with its role."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    require_to_act(action, task)
    if task.assignee_id not in (actor.person_id, action.on_behalf_of_id) or task.assignee_id is None:
        raise Forbidden(Text("这项任务没有由您领取。", "You have not claimed this task."), reason="not_claimed")
    task.assignee_id = task.assigned_by_id = task.claimed_at = None
    action.record("task_released", {"step": task.step}, task)
    action.save()
    return task


def hand_over(
    session: Session, actor: Actor, task_id: int, *, to: int, reason: str, now: datetime, key: str | None = None
) -> Task:
    """转办: the task is another person's of the same organisation from now on, with the draft and the dates it has.

    By whoever has it, or by a leader of its organisation, who may also take it from whoever claimed it. A decision that
    waits for opinions is a draft again. Raises `Invalid` at `/to` and `/reason`. Separation of duties goes with the task.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    if not access.allowed(session, actor, access.Permission.REASSIGN, task, action.today):
        require_to_act(action, task)
    action.require_open(task)
    require_single(task)
    mistakes = _unsuitable(action, task, to)
    if not written(reason):
        mistakes.append(Mistake("/reason", Text("请写明转办的理由。", "Say why the task is handed over.")))
    if mistakes:
        raise Invalid(mistakes)
    before, task.assignee_id, task.assigned_by_id = task.assignee_id, to, actor.person_id
    task.claimed_at = now
    names = [session.get_one(Person, to).name]
    told = {"step": task.step, "from": before, "to": to, "names": names, "reason": written(reason)}
    action.record("task_handed_over", told, task)
    if task.decision is not None:
        cancel_decision(action, task, written(reason))
    action.tell(to, "task_handed_over", task, step=task.step, by=actor.name, reason=written(reason))
    if before is not None and before != actor.person_id:
        action.tell(before, "task_taken_over", task, step=task.step, by=actor.name)
    action.save()
    return task


def receivers(session: Session, actor: Actor, task_id: int, *, now: datetime) -> tuple[Holder, ...]:
    """The colleagues a task could be handed to, by name; only for whoever may hand it over. Nothing is locked."""
    found = session.get(Task, task_id)
    if found is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    action = action_on(session, actor, found.case, now=now)
    task = action.task(task_id)
    if not access.allowed(session, actor, access.Permission.REASSIGN, task, action.today):
        require_to_act(action, task)
    action.require_open(task)
    return tuple(each for each in _colleagues(action, task) if each.person_id != actor.person_id)


def _colleagues(action: Action, task: Task) -> list[Holder]:
    """Who sits in the task's organisation with an account and may take the task: counters count, scrutineers check."""
    organisation_id = action.acting_for(task)
    if organisation_id is None:
        return []
    organisation = action.session.get_one(Organisation, organisation_id)
    roles = (task.role,) if task.role in NOT_BY_PROXY else tuple(role for role in Role if role not in NOT_BY_PROXY)
    found: dict[int, Holder] = {}
    for role in roles:
        for holder in people_in(action.session, organisation, role, action.today):
            found.setdefault(holder.person_id, holder)
    independent = is_independent(task, action.step(task))
    with_account = set(
        action.session.scalars(select(Account.person_id).where(Account.person_id.in_(found), Account.active))
    )
    return [
        holder
        for holder in found.values()
        if holder.person_id in with_account
        and not (independent and access.own_request({holder.person_id}, action.case, action.tasks))
    ]


def _unsuitable(action: Action, task: Task, to: int) -> list[Mistake]:
    if to == task.assignee_id:
        return [Mistake("/to", Text("任务已经在这个人手里。", "This person has the task already."))]
    if to in {holder.person_id for holder in _colleagues(action, task)}:
        return []
    text = Text(
        "只能转给本单位有账号、没有参与提出申请的同事（计票、监票任务只能转给同岗位的人）。",
        "Choose a colleague of the same organisation with an account who took no part in the request "
        "(counting and scrutiny stay with their posts).",
    )
    return [Mistake("/to", text)]

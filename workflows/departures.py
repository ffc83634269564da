"""Somebody leaves: what they had in hand goes back to whoever else holds its posts, and nobody waits for their word.

A post or an account ends on a day, or a proxy 代理 does. What the person may still do in another post stays with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflows import events
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations import lanes
from workflows.organisations.actors import Actor, actor_of, valid
from workflows.storage.cases import Case, CaseStatus, Notice, Task, TaskStatus
from workflows.storage.consulting import NAMED, Opinion, OpinionKind, OpinionStatus
from workflows.storage.organisations import Account, Organisation, Post, Proxy, Role
from workflows.storage.unions import Timer

DEPARTURE = "departure"  # a kind of timer; `data`: person
_LEFT = "已离岗"  # the reason in the record
_UNANSWERED = (OpinionStatus.OPEN, OpinionStatus.WAITING)


def leave(session: Session, actor: Actor | None, person_id: int, *, now: datetime) -> None:
    """A post or the account of a person has ended: end what hangs on it, in the caller's transaction.

    Claims and tasks handed over that the person may no longer do are free again, with an event `task_released` in the
    case; questions are taken back, or whoever asked is told; proxies end with the last post, and those in which the
    person stood in for a colleague with the last post there.
    """
    today = _day(now)
    ended = [proxy for proxy in _proxies(session, person_id, today) if _is_over(session, proxy, person_id, today)]
    for proxy in ended:
        proxy.ended_at, proxy.ended_by_id = now, actor.person_id if actor is not None else None
    session.flush()
    for each in sorted({person_id, *(proxy.proxy_id for proxy in ended)}):
        let_go(session, actor, each, now=now)
    for proxy in ended:  # the chain of administration is locked after the cases, as everywhere
        events.record(session, events.ADMINISTRATION, "proxy_ended", {"proxy": proxy.id}, now=now, actor=actor)


def let_go(session: Session, actor: Actor | None, person_id: int, *, now: datetime) -> int:
    """Free what a person has in hand and may no longer do; answers how many tasks and questions that were."""
    today = _day(now)
    leaving = _Leaving(
        session, actor, person_id, now, actor_of(session, person_id, today), _reached(session, person_id)
    )
    held = select(Task.case_id).where(Task.assignee_id == person_id, Task.status == TaskStatus.OPEN)
    asked = select(Opinion.case_id).where(Opinion.person_id == person_id, Opinion.status.in_(_UNANSWERED))
    return sum(leaving.let_go_in(case_id) for case_id in sorted(set(session.scalars(held.union(asked)))))


def look_again(session: Session, person_id: int, on: date) -> None:
    """A post or a proxy of the person ends with a day to come: on the day `on`, look what is to be let go."""
    name = f"{DEPARTURE}:{person_id}:{on.isoformat()}"
    if session.scalar(select(Timer.id).where(Timer.name == name)) is None:
        session.add(Timer(name=name, kind=DEPARTURE, due_on=on, data={"person": person_id}))
        session.flush()


def day_after(last: date) -> date:
    """The first day on which what ends with `last` counts no more."""
    return last + timedelta(days=1)


class _Leaving:
    """One person and what is let go of theirs, case by case; each case is locked first."""

    def __init__(
        self, session: Session, actor: Actor | None, person_id: int, now: datetime, left: Actor, reached: bool
    ) -> None:
        self.session, self.actor, self.person_id, self.now = session, actor, person_id, now
        self.left = left  # with the posts that remain
        self.reached = reached

    def let_go_in(self, case_id: int) -> int:
        case = self.session.get(Case, case_id, with_for_update=True, populate_existing=True)
        if case is None or case.status != CaseStatus.OPEN:
            return 0
        tasks = {task.id: task for task in self._tasks(case)}
        released = [task for task in tasks.values() if task.assignee_id == self.person_id and not self._may(case, task)]
        asked = [row for row in self._opinions(case) if not self._speaks_for(row.organisation_id)]
        for task in released:
            self._release(case, task)
        for row in asked:
            self._end(case, tasks[row.task_id or 0], row)
        if released or asked:
            case.version += 1
            self.session.flush()
        return len(released) + len(asked)

    def _tasks(self, case: Case) -> Iterator[Task]:
        rows = select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN).order_by(Task.id)
        yield from self.session.scalars(rows, execution_options={"populate_existing": True})

    def _opinions(self, case: Case) -> list[Opinion]:
        """What the person is asked on open tasks."""
        rows = (
            select(Opinion)
            .join(Task, Task.id == Opinion.task_id)
            .where(
                *(Opinion.case_id == case.id, Opinion.person_id == self.person_id, Opinion.status.in_(_UNANSWERED)),
                Task.status == TaskStatus.OPEN,
            )
            .order_by(Opinion.id)
        )
        return list(self.session.scalars(rows, execution_options={"populate_existing": True}))

    def _may(self, case: Case, task: Task) -> bool:
        """Whether the person may still do a task: in the lane, by proxy there, or handed it by a colleague."""
        organisation = self._acting(task)
        if organisation is None or not self.reached:
            return self.reached
        roles = () if task.assigned_by_id is not None else (task.role,)
        by_proxy = self.left.principal(organisation.id, task.role, case.procedure) is not None
        return self.left.holds(organisation.id, *roles) or by_proxy

    def _speaks_for(self, organisation_id: int | None) -> bool:
        return self.reached and (organisation_id is None or self.left.holds(organisation_id))

    def _acting(self, task: Task) -> Organisation | None:
        return lanes.acting_organisation(self.session, task.relation, task.applicant_id, _day(self.now))

    def _release(self, case: Case, task: Task) -> None:
        task.assignee_id = task.assigned_by_id = task.claimed_at = None
        self._record(case, task, "task_released", reason=_LEFT, person=self.person_id, names=[self.left.name])
        self._tell_role(case, task, "task_released", task.role)

    def _end(self, case: Case, task: Task, row: Opinion) -> None:
        """Take a question back, unless somebody's decision hangs on it: then whoever can do something about it is told."""
        decides = row.kind == OpinionKind.JOINT
        if not decides and task.decision is None:
            row.status = OpinionStatus.TAKEN_BACK
            taken = {"opinion": row.id, "kind": row.kind, "person": row.person_id, "names": [self.left.name]}
            self._record(case, task, "opinion_taken_back", reason=_LEFT, **taken)
        for person_id in {row.asked_by_id, task.assignee_id} - {None, self.person_id}:
            self._notice(case, task, "opinion_not_coming", person_id=person_id)
        if decides:
            self._tell_role(case, task, "opinion_not_coming", Role.LEADER)

    def _tell_role(self, case: Case, task: Task, kind: str, role: str) -> None:
        organisation = self._acting(task)
        if organisation is not None and role != NAMED:
            self._notice(case, task, kind, organisation_id=organisation.id, role=role)

    def _notice(self, case: Case, task: Task, kind: str, **to: Any) -> None:
        told = {"step": task.step}
        self.session.add(Notice(case_id=case.id, task_id=task.id, kind=kind, data=told, created_at=self.now, **to))

    def _record(self, case: Case, task: Task, kind: str, /, **data: Any) -> None:
        told = {"step": task.step, **data}
        events.record(self.session, "", kind, told, now=self.now, actor=self.actor, case=case, task_id=task.id)


def _proxies(session: Session, person_id: int, today: date) -> list[Proxy]:
    """Those of the person that have not ended, locked."""
    of_theirs = or_(Proxy.principal_id == person_id, Proxy.proxy_id == person_id)
    standing = select(Proxy).where(of_theirs, Proxy.ended_at.is_(None), Proxy.valid_to >= today)
    return list(session.scalars(standing.order_by(Proxy.id).with_for_update()))


def _is_over(session: Session, proxy: Proxy, leaving: int, today: date) -> bool:
    """Whether a proxy ends with the person: no account or post is left, or none beside whom they stood in for."""
    mine = set(_organisations(session, leaving, today))
    if not mine or not _reached(session, leaving):
        return True
    if proxy.principal_id == leaving:
        return False
    return _sat_beside(session, leaving, proxy.principal_id, today) and not mine & set(
        _organisations(session, proxy.principal_id, today)
    )


def _sat_beside(session: Session, person_id: int, other_id: int, today: date) -> bool:
    """Whether the person once held a post in an organisation where the other holds one: they were colleagues."""
    there = select(Post.organisation_id).where(Post.person_id == other_id, valid(Post, today))
    once = select(Post.id).where(Post.person_id == person_id, Post.organisation_id.in_(there)).limit(1)
    return session.scalar(once) is not None


def _organisations(session: Session, person_id: int, today: date) -> list[int]:
    return list(session.scalars(select(Post.organisation_id).where(Post.person_id == person_id, valid(Post, today))))


def _reached(session: Session, person_id: int) -> bool:
    """Whether the person can sign in, as far as accounts say; where there is none, posts alone count."""
    active = session.scalar(select(Account.active).where(Account.person_id == person_id))
    return active is None or active


def _day(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()

"""Which operations a page may offer to whom. The verbs ask again; this only keeps pages from promising too much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access
from workflows.access import Permission
from workflows.cases.asked import HEARD_FIRST, UNANSWERED
from workflows.cases.take_back import taking_back_is_refused
from workflows.cases.views import TaskView
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, CaseStatus, TaskKind, TaskStatus
from workflows.storage.consulting import NAMED, Opinion, OpinionKind, OpinionStatus
from workflows.storage.organisations import Role
from workflows.storage.watching import Supervision


@dataclass(frozen=True, slots=True)
class TaskOffers:
    """What the reader may do with a task besides deciding it.

    `operations`: of "ask", "delegate", "hand-over", "extend", "send-back", "take-back", "renew-group",
    "cancel-decision"; `mine`: the opinions the reader may answer now; `recallable`: those the reader may take back.
    """

    operations: frozenset[str]
    mine: tuple[Opinion, ...]
    recallable: frozenset[int]


def task_offers(
    session: Session, actor: Actor, view: TaskView, opinions: tuple[Opinion, ...], *, now: datetime
) -> TaskOffers:
    """`opinions` are those of the case (workflows.cases.consult.opinions_of)."""
    task, case, today = view.task, view.case, now.astimezone(OFFICE_ZONE).date()
    running = case.status == CaseStatus.OPEN and case.suspended_at is None
    of_task = [row for row in opinions if row.task_id == task.id]
    principals = {p.principal_id for p in actor.proxied if p.covers(case.procedure)}
    mine = tuple(
        row
        for row in of_task
        if row.status == OpinionStatus.OPEN and row.person_id in {actor.person_id, *principals} and running
    )
    found: set[str] = set()
    reassigns = access.allowed(session, actor, Permission.REASSIGN, task, today)
    if task.status == TaskStatus.OPEN and running and task.kind == TaskKind.STEP:
        holds = bool(view.may & {"decide", "claim", "release"})
        if task.role == NAMED:
            if reassigns or any(row.person_id == actor.person_id for row in of_task):
                found.add("renew-group")
        elif task.decision is not None:
            if task.decision["by"] == actor.person_id:
                found.add("cancel-decision")
        else:
            if holds and not any(row.kind in HEARD_FIRST and row.status in UNANSWERED for row in of_task):
                found |= {"ask", "delegate"} | (set() if _awaited(view, today) else {"send-back"})
            if holds or reassigns:
                found.add("hand-over")
        if task.fatal_on is not None and access.allowed(session, actor, Permission.CHANGE_CLOCK, case, today):
            found.add("extend")
    mine_last = task.status == TaskStatus.DONE and case.undo_task_id == task.id and task.closed_by_id == actor.person_id
    if mine_last and taking_back_is_refused(session, actor, task.id, now=now) is None:
        found.add("take-back")
    recallable = {
        row.id
        for row in of_task
        if row.status in UNANSWERED
        and running
        and (row.asked_by_id == actor.person_id or (row.kind == OpinionKind.JOINT and reassigns))
    }
    return TaskOffers(frozenset(found), mine, frozenset(recallable))


def case_offers(session: Session, actor: Actor, case: Case, *, now: datetime) -> frozenset[str]:
    """Of "copy", "supervise", "close-supervision", "instruct", "suspend", "resume"."""
    today = now.astimezone(OFFICE_ZONE).date()

    def may(permission: Permission) -> bool:
        return access.allowed(session, actor, permission, case, today)

    found: set[str] = set()
    if may(Permission.COPY_CASE):
        found.add("copy")
    if may(Permission.INSTRUCT):
        found.add("instruct")
    if may(Permission.SUPERVISE_CASE):
        if _supervised(session, actor, case):
            found.add("close-supervision")
        elif case.status == CaseStatus.OPEN:
            found.add("supervise")
    if case.status == CaseStatus.OPEN and may(Permission.CHANGE_CLOCK):
        found.add("resume" if case.suspended_at is not None else "suspend")
    return frozenset(found)


def _awaited(view: TaskView, today: date) -> bool:
    """Whether the applicant's answer to a correction is awaited and its day has not passed."""
    return any(
        row.status == TaskStatus.OPEN and (row.fatal_on is None or row.fatal_on >= today) for row in view.corrections
    )


def _supervised(session: Session, actor: Actor, case: Case) -> bool:
    own = {seat.organisation_id for seat in actor.seats if seat.role in (Role.LEADER, Role.MANAGER)}
    standing = select(Supervision.id).where(
        Supervision.case_id == case.id, Supervision.closed_at.is_(None), Supervision.organisation_id.in_(own)
    )
    return session.scalar(standing.limit(1)) is not None

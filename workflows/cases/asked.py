"""The people asked about a task: who is named, who has not answered, and what that holds up."""

from __future__ import annotations

from sqlalchemy import insert

from workflows import access
from workflows.cases.action import Action
from workflows.engine.definition import Step
from workflows.engine.settings import Together
from workflows.errors import Conflict
from workflows.organisations import lanes
from workflows.storage.cases import Task
from workflows.storage.consulting import NAMED, Opinion, OpinionKind, OpinionStatus
from workflows.text import Text

HEARD_FIRST = (OpinionKind.BEFORE, OpinionKind.DELEGATED)
_TOGETHER = (OpinionKind.ALONGSIDE, OpinionKind.AFTER)
UNANSWERED = (OpinionStatus.OPEN, OpinionStatus.WAITING)


def name_group(action: Action, task: Task, step: Step) -> None:
    """Name everybody who decides a step together, as procedure.toml says: one insert, however many they are.

    They are the holders of the roles in the step's organisation today; whoever took part in the request is left out.
    """
    if step.together is None:
        return
    task.role = NAMED
    action.session.flush()  # gives the task its id
    people = entitled(action, task.relation, step, step.together)
    rows = [
        {
            "case_id": action.case.id,
            "task_id": task.id,
            "kind": OpinionKind.JOINT,
            "position": place if step.together.way == "in_order" else 0,
            "person_id": holder.person_id,
            "organisation_id": holder.organisation_id,
            "asked_at": action.now,
            "question": "",
            "due_on": task.fatal_on,
            "status": OpinionStatus.WAITING if step.together.way == "in_order" and place > 1 else OpinionStatus.OPEN,
            "verdict": "",
            "text": "",
        }
        for place, holder in enumerate(people, start=1)
    ]
    if rows:
        action.session.execute(insert(Opinion), rows)
    action.forget_opinions()


def entitled(action: Action, relation: str, step: Step, together: Together) -> list[lanes.Holder]:
    """Who decides a step of this relation together today, in the order of the roles and then of the names."""
    found: dict[int, lanes.Holder] = {}
    for entry in together.roles:
        elsewhere, _dot, role = entry.rpartition(".")
        organisation = action.organisations.get(elsewhere or relation)
        if organisation is not None:
            for holder in lanes.people_in(action.session, organisation, role, action.today):
                found.setdefault(holder.person_id, holder)
    return [
        holder
        for holder in found.values()
        if not (step.independent and access.own_request({holder.person_id}, action.case, action.tasks))
    ]


def unanswered(action: Action, task: Task, *kinds: OpinionKind) -> list[Opinion]:
    """Rows of a task that still wait for an answer, oldest first; without kinds, of every kind."""
    return [
        row
        for row in action.opinions
        if row.task_id == task.id and row.status in UNANSWERED and (not kinds or row.kind in kinds)
    ]


def require_single(task: Task) -> None:
    """Raise `Conflict` for a task that several people decide by their opinions."""
    if task.role == NAMED:
        raise Conflict(
            Text(
                "这项任务由几个人共同决定，请在“意见”中表态。",
                "Several people decide this together: give your opinion instead.",
            ),
            reason="together",
        )


def require_heard(action: Action, task: Task) -> None:
    """Raise `Conflict` while the task is decided by named people, is decided already, or somebody is to be heard first."""
    require_single(task)
    if task.decision is not None:
        raise Conflict(
            Text(
                "决定已经作出，正在等待加签人的意见；需要改变时请先收回决定。",
                "This is decided and waits for the opinions asked for; take the decision back first to change it.",
            ),
            reason="decided",
        )
    if first := unanswered(action, task, *HEARD_FIRST):
        names = "、".join(row.person.name for row in first)
        names_en = ", ".join(row.person.name_en or row.person.name for row in first)
        raise Conflict(
            Text(
                f"{names}的意见还没有回来：请等待，或先减签。",
                f"The opinion of {names_en} is awaited: wait for it, or take the question back first.",
            ),
            reason="opinion_awaited",
        )


def cancel_decision(action: Action, task: Task, because: str = "") -> None:
    """A decision that waits for opinions becomes the draft again; those asked after it wait until there is another."""
    decision = task.decision or {}
    task.draft = {name: decision[name] for name in ("answers", "outcome", "opinion")}
    task.decision = None
    for row in unanswered(action, task, OpinionKind.AFTER):
        row.status, row.asked_at = OpinionStatus.WAITING, None
    action.record("decision_cancelled", {"step": task.step, "reason": because}, task)


def outstanding(action: Action, task: Task) -> list[Opinion]:
    """Opinions that must be in before a decision on the task takes effect."""
    return unanswered(action, task, *_TOGETHER)

"""Beginning and ending a case: 发起, 撤销."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows import access, catalogue, events
from workflows.cases.action import Repeated, open_action, require_case_open
from workflows.cases.advance import advance, open_children, tell_parent, withdraw_child, withdraw_now
from workflows.cases.opening import new_case
from workflows.cases.subjects import subject_of
from workflows.engine.definition import Definition
from workflows.errors import Forbidden, Invalid, Mistake, NotFound
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case
from workflows.storage.organisations import Organisation
from workflows.text import Text, written


def start_case(
    session: Session,
    actor: Actor,
    procedure: str,
    *,
    applicant_id: int,
    now: datetime,
    key: str | None = None,
) -> Case:
    """Begin a case of the current version of a procedure for an organisation the actor may apply for.

    The case keeps this version and today's rule set for good. Raises `NotFound`, `Forbidden`, or `Conflict` with
    `case_id` and `number` of the case that is already open for the same subject.
    """
    if (event := events.already(session, key)) is not None:
        return session.get_one(Case, event.case_id)
    published = catalogue.current(session, procedure)
    definition = catalogue.definition_of(session, published.id)
    applicant = session.get(Organisation, applicant_id)
    if applicant is None:
        raise NotFound(Text("没有这个单位。", "There is no such organisation."))
    require_may_start(session, actor, definition, applicant, now)
    subject = subject_of(session, definition.settings.subject, applicant_id)
    action = new_case(session, actor, published, applicant_id=applicant_id, subject=subject, now=now, key=key)
    advance(action)
    for task in action.opened:
        if task.relation == lanes.APPLICANT and actor.holds(applicant_id, task.role):
            task.assignee_id, task.claimed_at = actor.person_id, now  # whoever starts goes on
    action.save()
    return action.case


def withdraw(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    reason: str,
    children: str = "",
    now: datetime,
    key: str | None = None,
) -> Case:
    """End a case at the applicant's wish 撤销, at any step. Issued papers stay; open tasks are closed with a notice.

    `children` says what becomes of open child cases: "withdraw" ends them too, "keep" lets them go on for themselves;
    with open children one of the two must be chosen. A parent that waits for this case goes on with "withdrawn".
    """
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Case, repeated.event.case_id)
    access.require(session, actor, access.Permission.WITHDRAW_CASE, action.case, action.today)
    require_case_open(action.case)
    mistakes = []
    if not written(reason):
        mistakes.append(Mistake("/reason", Text("请写明撤销的理由。", "Say why the case is withdrawn.")))
    open_now = open_children(action)
    if open_now and children not in ("withdraw", "keep"):
        numbers = "、".join(child.number for child in open_now)
        question = Text(
            f"子办件 {numbers} 还在办理，请选择一并撤销或者继续办理。",
            f"Child case {numbers} is still open: choose whether it is withdrawn too or goes on.",
        )
        mistakes.append(Mistake("/children", question))
    if mistakes:
        raise Invalid(mistakes)
    withdraw_now(action, written(reason), "case_withdrawn")
    if children == "withdraw":
        for child in open_now:
            withdraw_child(action, child, "case_withdrawn")
    tell_parent(action)
    action.save()
    return action.case


def require_may_start(
    session: Session, actor: Actor, definition: Definition, applicant: Organisation, now: datetime
) -> None:
    """Raise `Forbidden` unless the actor may start this procedure for the applicant."""
    start = definition.settings.start
    if applicant.kind not in start.kinds:
        raise Forbidden(
            Text("这个单位不能发起这项程序。", "This organisation cannot start this procedure."), reason="kind"
        )
    if not actor.holds(applicant.id, start.role):
        raise Forbidden(
            Text(
                "您在这个单位的岗位不能发起这项程序。", "Your post in this organisation may not start this procedure."
            ),
            reason="role",
        )

"""Who may do what, on one screen: a permission is a list of alternatives, each a small predicate.

Nothing outside this module compares roles. A thing the actor may not see at all is answered as if it did not exist
(`NotFound`); a thing the actor sees but may not touch is `Forbidden`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workflows.errors import Forbidden, NotFound
from workflows.organisations import lanes, tree
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Task, TaskKind
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation, Role
from workflows.storage.papers import Paper
from workflows.text import Text


class Permission(StrEnum):
    VIEW_CASE = "view_case"
    START_CASE = "start_case"
    WITHDRAW_CASE = "withdraw_case"
    ACT_ON_TASK = "act_on_task"
    ENTER_REPLY = "enter_reply"
    VIEW_LEDGER = "view_ledger"
    IMPORT_LEDGER = "import_ledger"
    VIEW_REGISTER = "view_register"
    VOID_PAPER = "void_paper"
    ADMINISTER = "administer"


Predicate = Callable[[Session, Actor, Any, date], bool]


# ---- predicates: (session, actor, thing, on) ------------------------------------------------------------------------


def applies_for_it(session: Session, actor: Actor, thing: Case | Task | Zone | Organisation, on: date) -> bool:
    """A seat in the organisation that applies."""
    return actor.holds(_applicant_id(thing))


def is_its_secretary(session: Session, actor: Actor, thing: Case | Task | Zone | Organisation, on: date) -> bool:
    """The secretary of the organisation that applies."""
    return actor.holds(_applicant_id(thing), Role.SECRETARY)


def takes_part(session: Session, actor: Actor, thing: Case | Zone, on: date) -> bool:
    """A seat in an organisation that stands in some relation to the applicant: superior union or authority."""
    organisations = lanes.acting_organisations(session, _applicant_id(thing), on)
    return any(organisation.id in actor.organisation_ids for organisation in organisations.values())


def oversees(session: Session, actor: Actor, thing: Case | Zone | Organisation, on: date) -> bool:
    """A manager of an organisation above the applicant in the union tree, however far."""
    own = {seat.organisation_id for seat in actor.seats if seat.role in (Role.MANAGER, Role.LEADER)}
    return bool(own) and _applicant_id(thing) in tree.below(session, own, on)


def has_acted(session: Session, actor: Actor, thing: Case | Zone, on: date) -> bool:
    """Whoever acted on a case may go on looking at it."""
    return isinstance(thing, Case) and bool(
        session.scalar(select(exists().where(Task.case_id == thing.id, Task.closed_by_id == actor.person_id)))
    )


def stands_in_its_lane(session: Session, actor: Actor, thing: Task, on: date) -> bool:
    """The task's role, in the organisation its relation points to today."""
    return lanes.stands_in(session, actor, thing.relation, (thing.role,), thing.applicant_id, on) is not None


def belongs_to_it(session: Session, actor: Actor, thing: Organisation, on: date) -> bool:
    return actor.holds(thing.id)


def leads_the_issuer(session: Session, actor: Actor, thing: Paper, on: date) -> bool:
    """Whoever leads the organisation that issued a paper."""
    return actor.holds(thing.organisation_id, Role.LEADER, Role.SECRETARY)


def administers(session: Session, actor: Actor, thing: object, on: date) -> bool:
    return actor.is_administrator


ALTERNATIVES: dict[Permission, tuple[Predicate, ...]] = {
    Permission.VIEW_CASE: (applies_for_it, takes_part, oversees, has_acted),
    Permission.START_CASE: (is_its_secretary,),
    Permission.WITHDRAW_CASE: (is_its_secretary,),
    Permission.ACT_ON_TASK: (stands_in_its_lane,),
    Permission.ENTER_REPLY: (is_its_secretary,),
    Permission.VIEW_LEDGER: (applies_for_it, takes_part, oversees),
    Permission.IMPORT_LEDGER: (is_its_secretary,),
    Permission.VIEW_REGISTER: (belongs_to_it, oversees),
    Permission.VOID_PAPER: (leads_the_issuer,),
    Permission.ADMINISTER: (administers,),
}

# What somebody must be able to see for a refusal to say more than "there is no such thing".
SEEN_THROUGH: dict[Permission, Permission] = {
    Permission.WITHDRAW_CASE: Permission.VIEW_CASE,
    Permission.ACT_ON_TASK: Permission.VIEW_CASE,
    Permission.ENTER_REPLY: Permission.VIEW_CASE,
    Permission.IMPORT_LEDGER: Permission.VIEW_LEDGER,
}


def allowed(session: Session, actor: Actor, permission: Permission, thing: Any, on: date) -> bool:
    """Whether one of the permission's alternatives holds."""
    return any(predicate(session, actor, thing, on) for predicate in ALTERNATIVES[permission])


def require(session: Session, actor: Actor, permission: Permission, thing: Any, on: date) -> None:
    """Raise unless the actor may: `NotFound` for what the actor may not know of, else `Forbidden`."""
    if not allowed(session, actor, permission, thing, on):
        _refuse(session, actor, permission, thing, on)


def _refuse(session: Session, actor: Actor, permission: Permission, thing: Any, on: date) -> NoReturn:
    sight = SEEN_THROUGH.get(permission)
    if sight is not None and allowed(session, actor, sight, thing.case if isinstance(thing, Task) else thing, on):
        raise Forbidden(Text("您的岗位不能办理这件事。", "Your post may not do this."), permission=permission.value)
    if permission is Permission.ADMINISTER:
        raise Forbidden(Text("只有管理员可以进入。", "Only administrators may enter."), permission=permission.value)
    raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))


def require_to_act(
    session: Session,
    actor: Actor,
    case: Case,
    task: Task,
    tasks: Sequence[Task],
    *,
    acting_for: int | None,
    independent: bool,
    on: date,
) -> None:
    """Raise unless the actor may do this task now: its lane, separation of duties, a colleague's claim.

    `tasks` are all tasks of the case; `acting_for` is the organisation the task's lane points to today; `independent`
    says that whoever took part in the request keeps out.
    """
    if acting_for is None or not actor.holds(acting_for, task.role):
        _refuse(session, actor, Permission.ACT_ON_TASK, task, on)
    if independent and own_request(actor, case, tasks):
        raise Forbidden(
            Text(
                "您参与提出了这个申请，不能由您本人审批（回避）。请由本单位其他负责人办理。",
                "You took part in making this request and may not decide on it. Ask a colleague with the same post.",
            ),
            reason="own_request",
        )
    if task.kind == TaskKind.CONFIRMATION and (task.request or {}).get("entered_by") == actor.person_id:
        raise Forbidden(
            Text("录入回复的人不能自己确认。", "Whoever entered a reply does not confirm it."), reason="own_entry"
        )
    if task.assignee_id not in (None, actor.person_id):
        name = task.assignee.name if task.assignee else ""
        raise Forbidden(
            Text(
                f"{name}已领取这项任务；请对方办理或释放。",
                f"{name} has claimed this task; ask them to do or release it.",
            ),
            reason="claimed",
        )


def own_request(actor: Actor, case: Case, tasks: Sequence[Task]) -> bool:
    """Separation of duties: the actor started this case, or submitted something for its applicant.

    A child case has the requester of the case that waits for it. A follow-on case was opened by a fact, whoever's
    decision that was.
    """
    requested = case.parent_id is None or case.parent_token is not None
    return (requested and actor.person_id == case.started_by_id) or any(
        task.closed_by_id == actor.person_id and task.relation == lanes.APPLICANT for task in tasks
    )


def _applicant_id(thing: Case | Task | Zone | Organisation) -> int:
    if isinstance(thing, Zone):
        return thing.office_id
    return thing.id if isinstance(thing, Organisation) else thing.applicant_id

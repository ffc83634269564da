"""Who may do what, on one screen: a permission is a list of alternatives, each a small predicate.

Nothing outside this module compares roles. A thing the actor may not see at all is answered as if it did not exist
(`NotFound`); a thing the actor sees but may not touch is `Forbidden`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from workflows.errors import Forbidden, NotFound
from workflows.organisations import lanes, tree
from workflows.organisations.actors import NOT_BY_PROXY, Actor
from workflows.storage.cases import Case, Task, TaskKind
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation, Post, Role
from workflows.storage.papers import Paper
from workflows.storage.watching import Copy
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
    TAKE_BACK = "take_back"
    NUDGE = "nudge"
    COPY_CASE = "copy_case"
    SUPERVISE_CASE = "supervise_case"
    INSTRUCT = "instruct"
    REASSIGN = "reassign"
    CHANGE_CLOCK = "change_clock"
    VIEW_MONITOR = "view_monitor"
    EXPORT_LOG = "export_log"


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
    own = overseen_from(actor)
    return bool(own) and _applicant_id(thing) in tree.below(session, own, on)


def is_superior(session: Session, actor: Actor, thing: Case | Task, on: date) -> bool:
    """A manager or leader of an organisation strictly above the applicant."""
    above = overseen_from(actor) - {thing.applicant_id}
    return bool(above) and thing.applicant_id in tree.below(session, above, on)


def leads_a_part(session: Session, actor: Actor, thing: Case, on: date) -> bool:
    """A leader of the applicant or of an organisation that takes part."""
    organisations = lanes.acting_organisations(session, _applicant_id(thing), on)
    return any(actor.holds(organisation.id, Role.LEADER) for organisation in organisations.values())


def leads_its_lane(session: Session, actor: Actor, thing: Task, on: date) -> bool:
    """A leader or manager of the organisation whose task it is."""
    return (
        lanes.stands_in(session, actor, thing.relation, (Role.LEADER, Role.MANAGER), thing.applicant_id, on) is not None
    )


def stands_in_by_proxy(session: Session, actor: Actor, thing: Case | Zone, on: date) -> bool:
    """A post of somebody else, held by proxy, in an organisation that applies or takes part."""
    if not actor.proxied or not isinstance(thing, Case):
        return False
    organisations = {each.id for each in lanes.acting_organisations(session, thing.applicant_id, on).values()}
    return any(p.seat.organisation_id in organisations and p.covers(thing.procedure) for p in actor.proxied)


def was_asked(session: Session, actor: Actor, thing: Case | Zone, on: date) -> bool:
    """Somebody who was asked for an opinion, a task was handed to, or a copy was sent to."""
    if not isinstance(thing, Case):
        return False
    asked = exists().where(
        Opinion.case_id == thing.id, Opinion.person_id == actor.person_id, Opinion.status != OpinionStatus.WAITING
    )
    copied = exists().where(Copy.case_id == thing.id, Copy.person_id == actor.person_id)
    assigned = exists().where(Task.case_id == thing.id, Task.assignee_id == actor.person_id)
    return bool(session.scalar(select(or_(asked, copied, assigned))))


def waits_for_it(session: Session, actor: Actor, thing: Task, on: date) -> bool:
    """Somebody whose own case waits for this one: a seat of the applicant of the case that opened it."""
    parent = session.get(Case, thing.case.parent_id) if thing.case.parent_id else None
    return parent is not None and actor.holds(parent.applicant_id)


def decided_it(session: Session, actor: Actor, thing: Task, on: date) -> bool:
    """Whoever did the task, and still stands in its lane."""
    return thing.closed_by_id == actor.person_id and (
        stands_in_its_lane(session, actor, thing, on) or thing.on_behalf_of_id is not None
    )


def has_acted(session: Session, actor: Actor, thing: Case | Zone, on: date) -> bool:
    """Whoever acted on a case may go on looking at it."""
    return isinstance(thing, Case) and bool(
        session.scalar(select(exists().where(Task.case_id == thing.id, Task.closed_by_id == actor.person_id)))
    )


def stands_in_its_lane(session: Session, actor: Actor, thing: Task, on: date) -> bool:
    """The task's role, in the organisation its relation points to today."""
    return lanes.stands_in(session, actor, thing.relation, (thing.role,), thing.applicant_id, on) is not None


def oversees_something(session: Session, actor: Actor, thing: object, on: date) -> bool:
    """A manager or leader of any organisation; what is shown is cut to what lies under it."""
    return bool(overseen_from(actor))


def belongs_to_it(session: Session, actor: Actor, thing: Organisation, on: date) -> bool:
    return actor.holds(thing.id)


def leads_the_issuer(session: Session, actor: Actor, thing: Paper, on: date) -> bool:
    """Whoever leads the organisation that issued a paper."""
    return actor.holds(thing.organisation_id, Role.LEADER, Role.SECRETARY)


def administers(session: Session, actor: Actor, thing: object, on: date) -> bool:
    return actor.is_administrator


ALTERNATIVES: dict[Permission, tuple[Predicate, ...]] = {
    Permission.VIEW_CASE: (applies_for_it, takes_part, oversees, stands_in_by_proxy, has_acted, was_asked),
    Permission.START_CASE: (is_its_secretary,),
    Permission.WITHDRAW_CASE: (is_its_secretary,),
    Permission.ACT_ON_TASK: (stands_in_its_lane,),
    Permission.ENTER_REPLY: (is_its_secretary,),
    Permission.VIEW_LEDGER: (applies_for_it, takes_part, oversees),
    Permission.IMPORT_LEDGER: (is_its_secretary,),
    Permission.VIEW_REGISTER: (belongs_to_it, oversees),
    Permission.VOID_PAPER: (leads_the_issuer,),
    Permission.ADMINISTER: (administers,),
    Permission.TAKE_BACK: (decided_it,),
    Permission.NUDGE: (applies_for_it, oversees, waits_for_it),
    Permission.COPY_CASE: (applies_for_it, takes_part, oversees),
    Permission.SUPERVISE_CASE: (oversees,),
    Permission.INSTRUCT: (oversees, leads_a_part),
    Permission.REASSIGN: (leads_its_lane,),
    Permission.CHANGE_CLOCK: (is_superior,),
    Permission.VIEW_MONITOR: (oversees_something,),
    Permission.EXPORT_LOG: (oversees_something, administers),
}

# What somebody must be able to see for a refusal to say more than "there is no such thing".
SEEN_THROUGH: dict[Permission, Permission] = {
    Permission.WITHDRAW_CASE: Permission.VIEW_CASE,
    Permission.ACT_ON_TASK: Permission.VIEW_CASE,
    Permission.ENTER_REPLY: Permission.VIEW_CASE,
    Permission.IMPORT_LEDGER: Permission.VIEW_LEDGER,
    Permission.TAKE_BACK: Permission.VIEW_CASE,
    Permission.NUDGE: Permission.VIEW_CASE,
    Permission.COPY_CASE: Permission.VIEW_CASE,
    Permission.SUPERVISE_CASE: Permission.VIEW_CASE,
    Permission.INSTRUCT: Permission.VIEW_CASE,
    Permission.REASSIGN: Permission.VIEW_CASE,
    Permission.CHANGE_CLOCK: Permission.VIEW_CASE,
}


def overseen_from(actor: Actor) -> frozenset[int]:
    """The organisations whose part of the union tree the actor oversees, as their manager or leader."""
    return frozenset(seat.organisation_id for seat in actor.seats if seat.role in (Role.MANAGER, Role.LEADER))


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
    if permission is Permission.EXPORT_LOG:
        text = Text(
            "只有分管领导、负责人和管理员可以导出日志。", "Only managers, leaders and administrators export logs."
        )
        raise Forbidden(text, permission=permission.value)
    if permission is Permission.ADMINISTER:
        raise Forbidden(Text("只有管理员可以进入。", "Only administrators may enter."), permission=permission.value)
    raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))


def exportable(actor: Actor, on: date) -> Select[int] | None:
    """The organisations whose cases the actor may export as a log: all under those overseen; None: every one."""
    if actor.is_administrator:
        return None
    return tree.under(overseen_from(actor), on)


def nameable(actor: Actor, on: date) -> Select[int] | None:
    """The people whom an exported log may call by name to the actor: who holds or held a post in these organisations."""
    organisations = exportable(actor, on)
    return None if organisations is None else select(Post.person_id).where(Post.organisation_id.in_(organisations))


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
) -> int | None:
    """Whose post the actor stands in for when doing this task now: None in an own post, else the principal's id 代理.

    Raises unless the actor may do it: its lane, a proxy in that lane, or handed over within the organisation; separation
    of duties, which also looks at whom a proxy stands in for; a colleague's claim. `tasks` are all tasks of the case;
    `acting_for` is the organisation the task's lane points to today; `independent` says that whoever took part in the
    request keeps out.
    """
    if acting_for is None:
        _refuse(session, actor, Permission.ACT_ON_TASK, task, on)
    handed_over = task.assigned_by_id is not None and task.assignee_id == actor.person_id
    in_own_post = actor.holds(acting_for, task.role) or (handed_over and actor.holds(acting_for))
    principals = _principals(actor, case, task, acting_for)
    if task.assignee_id in principals:
        principal = task.assignee_id
    elif in_own_post:
        principal = None
    elif principals:
        free = [each for each in principals if not (independent and own_request({each}, case, tasks))]
        principal = (free or principals)[0]
    else:
        _refuse(session, actor, Permission.ACT_ON_TASK, task, on)
    people = {actor.person_id} if principal is None else {actor.person_id, principal}
    if independent and own_request(people, case, tasks):
        raise Forbidden(
            Text(
                "您参与提出了这个申请，不能由您本人审批（回避），也不能代理审批。请由本单位其他负责人办理。",
                "You, or the person you stand in for, took part in making this request and may not decide on it. "
                "Ask a colleague with the same post.",
            ),
            reason="own_request",
        )
    if task.kind == TaskKind.CONFIRMATION and (task.request or {}).get("entered_by") in people:
        raise Forbidden(
            Text("录入回复的人不能自己确认。", "Whoever entered a reply does not confirm it."), reason="own_entry"
        )
    if task.assignee_id is not None and task.assignee_id not in people:
        name = task.assignee.name if task.assignee else ""
        raise Forbidden(
            Text(
                f"{name}已领取这项任务；请对方办理或释放。",
                f"{name} has claimed this task; ask them to do or release it.",
            ),
            reason="claimed",
        )
    return principal


def _principals(actor: Actor, case: Case, task: Task, acting_for: int) -> list[int]:
    """Whom the actor may stand in for in a task: those with its role there, and whoever it was handed over to."""
    handed_to = task.assignee_id if task.assigned_by_id is not None and task.role not in NOT_BY_PROXY else None
    return [
        proxied.principal_id
        for proxied in actor.proxied
        if proxied.seat.organisation_id == acting_for
        and proxied.covers(case.procedure)
        and (proxied.seat.role == task.role or proxied.principal_id == handed_to)
    ]


def stands_in(actor: Actor, case: Case, organisation: Organisation | None, role: str) -> bool:
    """Whether the actor holds a role in an organisation or is a proxy there, whatever stands in the way of acting now."""
    return organisation is not None and (
        actor.holds(organisation.id, role) or actor.principal(organisation.id, role, case.procedure) is not None
    )


def own_request(people: AbstractSet[int], case: Case, tasks: Sequence[Task]) -> bool:
    """Separation of duties: one of the people started this case, or submitted something for its applicant.

    A child case has the requester of the case that waits for it. A follow-on case was opened by a fact, whoever's
    decision that was.
    """
    requested = case.parent_id is None or case.parent_token is not None
    return (requested and case.started_by_id in people) or any(
        task.relation == lanes.APPLICANT and not people.isdisjoint({task.closed_by_id, task.on_behalf_of_id} - {None})
        for task in tasks
    )


def _applicant_id(thing: Case | Task | Zone | Organisation) -> int:
    if isinstance(thing, Zone):
        return thing.office_id
    return thing.id if isinstance(thing, Organisation) else thing.applicant_id

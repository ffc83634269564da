"""Keeping an eye on a case: 抄送 and reading it, 督办 until closed, 批示."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows import access
from workflows.access import Permission
from workflows.cases.action import Action, Repeated, open_action, require_case_open
from workflows.cases.decide import unprintable_text
from workflows.errors import Conflict, Forbidden, Invalid, Mistake, NotFound
from workflows.organisations import tree
from workflows.organisations.actors import Actor, valid
from workflows.storage.cases import Case
from workflows.storage.consulting import Opinion, OpinionKind, OpinionStatus, Verdict
from workflows.storage.organisations import Account, Person, Post, Role
from workflows.storage.watching import Copy, Supervision, Suspension
from workflows.text import Text, written

MOST_COPIES = 100


def copy_case(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    people: Sequence[int],
    note: str = "",
    now: datetime,
    key: str | None = None,
) -> tuple[Copy, ...]:
    """抄送: bring a case to people's notice. They may look at it from then on; whoever has an unread copy gets no second.

    Raises `Invalid` at `/people`.
    """
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated as repeated:
        return tuple(session.scalars(select(Copy).where(Copy.id.in_(repeated.event.data["copies"])).order_by(Copy.id)))
    access.require(session, actor, Permission.COPY_CASE, action.case, action.today)
    wanted = list(dict.fromkeys(people))
    reachable = set(
        session.scalars(
            select(Account.person_id)
            .join(Post, Post.person_id == Account.person_id)
            .where(Account.person_id.in_(wanted), Account.active, valid(Post, action.today))
        )
    )
    mistakes = unprintable_text(written(note), "/note")
    if not wanted:
        mistakes.append(Mistake("/people", Text("请至少选择一人。", "Choose at least one person.")))
    if len(wanted) > MOST_COPIES:
        mistakes.append(
            Mistake("/people", Text(f"一次最多抄送 {MOST_COPIES} 人。", f"At most {MOST_COPIES} people at once."))
        )
    if unknown := [person for person in wanted if person not in reachable]:
        names = "、".join(session.scalars(select(Person.name).where(Person.id.in_(unknown)))) or "？"
        mistakes.append(
            Mistake("/people", Text(f"{names}没有可用的账号。", f"{names} cannot be reached: there is no account."))
        )
    if mistakes:
        raise Invalid(mistakes)
    unread = set(
        session.scalars(
            select(Copy.person_id).where(Copy.case_id == case_id, Copy.person_id.in_(wanted), Copy.read_at.is_(None))
        )
    )
    copies = [
        Copy(case_id=case_id, person_id=person, sent_by_id=actor.person_id, note=written(note), sent_at=now)
        for person in wanted
        if person not in unread
    ]
    session.add_all(copies)
    session.flush()
    for copy in copies:
        action.tell(copy.person_id, "case_copied", by=actor.name, note=copy.note)
    to_whom = [session.get_one(Person, person).name for person in wanted]
    told = {"people": wanted, "names": to_whom, "note": written(note), "copies": [copy.id for copy in copies]}
    action.record("case_copied", told)
    action.save()
    return tuple(copies)


def read_copy(session: Session, actor: Actor, copy_id: int, *, now: datetime) -> Copy:
    """Say that one has read a copy sent to oneself. Looking at the case alone says nothing."""
    copy = session.get(Copy, copy_id, with_for_update=True)
    if copy is None or copy.person_id != actor.person_id:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    copy.read_at = copy.read_at or now
    session.flush()
    return copy


def supervise(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    demand: str,
    due_on: date | None = None,
    now: datetime,
    key: str | None = None,
) -> Supervision:
    """督办: the case is supervised until the supervisor closes it. Raises `Invalid` at `/demand`, `/due_on`."""
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Supervision, repeated.event.data["supervision"])
    access.require(session, actor, Permission.SUPERVISE_CASE, action.case, action.today)
    require_case_open(action.case)
    organisation_id = _supervising_organisation(session, actor, action.case, action.today)
    mistakes = unprintable_text(written(demand), "/demand")
    if not written(demand):
        mistakes.append(Mistake("/demand", Text("请写明督办要求。", "Say what is to be done.")))
    if due_on is not None and due_on < action.today:
        mistakes.append(Mistake("/due_on", Text("督办期限不能早于今天。", "The day has passed.")))
    if mistakes:
        raise Invalid(mistakes)
    standing = session.scalars(
        select(Supervision).where(
            Supervision.case_id == case_id,
            Supervision.organisation_id == organisation_id,
            Supervision.closed_at.is_(None),
        )
    ).one_or_none()
    if standing is not None:
        raise Conflict(
            Text("本单位已在督办这个办件。", "Your organisation supervises this case already."), supervision=standing.id
        )
    supervision = Supervision(
        case_id=case_id,
        organisation_id=organisation_id,
        supervisor_id=actor.person_id,
        demand=written(demand),
        due_on=due_on,
        begun_at=now,
    )
    session.add(supervision)
    session.flush()
    told = {
        "demand": supervision.demand,
        "due_on": due_on.isoformat() if due_on else None,
        "supervision": supervision.id,
    }
    action.record("case_supervised", told)
    for task in action.open_tasks():
        action.notify_holder("case_supervised", task, step=task.step, by=actor.name, demand=supervision.demand)
    action.save()
    return supervision


def close_supervision(
    session: Session,
    actor: Actor,
    supervision_id: int,
    *,
    conclusion: str,
    now: datetime,
    key: str | None = None,
) -> Supervision:
    """办结督办: by the organisation that supervises, with what came of it. The case may be open or ended."""
    supervision = session.get(Supervision, supervision_id)
    if supervision is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    try:
        action = open_action(session, actor, case_id=supervision.case_id, now=now, key=key)
    except Repeated:
        return supervision
    access.require(session, actor, Permission.SUPERVISE_CASE, action.case, action.today)
    session.refresh(supervision)
    if not actor.holds(supervision.organisation_id, Role.LEADER, Role.MANAGER):
        raise Forbidden(Text("由督办单位办结。", "The organisation that supervises closes it."))
    if supervision.closed_at is not None:
        raise Conflict(Text("督办已经办结。", "This supervision is closed already."))
    if not written(conclusion):
        raise Invalid([Mistake("/conclusion", Text("请写明督办结果。", "Say what came of it."))])
    supervision.closed_at, supervision.closed_by_id = now, actor.person_id
    supervision.conclusion = written(conclusion)
    told = {"supervision": supervision.id, "conclusion": supervision.conclusion}
    action.record("supervision_closed", told)
    action.save()
    return supervision


def instruct(
    session: Session, actor: Actor, case_id: int, *, text: str, now: datetime, key: str | None = None
) -> Opinion:
    """批示: a leader's written word on a case. It decides nothing; whoever has something to do is told, and the clerks."""
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Opinion, repeated.event.data["opinion"])
    access.require(session, actor, Permission.INSTRUCT, action.case, action.today)
    mistakes = unprintable_text(written(text), "/text")
    if not written(text):
        mistakes.append(Mistake("/text", Text("请写明批示。", "Write the instruction.")))
    if mistakes:
        raise Invalid(mistakes)
    leading = _leading(action)
    row = Opinion(
        case_id=case_id,
        kind=OpinionKind.INSTRUCTION,
        person_id=actor.person_id,
        organisation_id=leading,
        status=OpinionStatus.ANSWERED,
        verdict=Verdict.NOTED,
        text=written(text),
        answered_at=now,
        answered_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    action.record("case_instructed", {"text": row.text, "opinion": row.id})
    _tell_clerks(action, leading, row.text)
    for task in action.open_tasks():
        action.notify_holder("case_instructed", task, step=task.step, by=actor.name, text=row.text)
    action.save()
    return row


@dataclass(frozen=True, slots=True)
class Around:
    """Who keeps an eye on a case, for its page: copies and supervisions, oldest first; a suspension that stands."""

    copies: tuple[Copy, ...]
    supervisions: tuple[Supervision, ...]
    suspension: Suspension | None


def around(session: Session, case_id: int) -> Around:
    """Read only; who may look at the case may look at this."""
    copies = session.scalars(
        select(Copy)
        .where(Copy.case_id == case_id)
        .options(joinedload(Copy.person), joinedload(Copy.sent_by))
        .order_by(Copy.id)
    )
    supervisions = session.scalars(
        select(Supervision)
        .where(Supervision.case_id == case_id)
        .options(joinedload(Supervision.organisation), joinedload(Supervision.supervisor))
        .order_by(Supervision.id)
    )
    standing = session.scalars(
        select(Suspension)
        .where(Suspension.case_id == case_id, Suspension.ended_at.is_(None))
        .options(joinedload(Suspension.begun_by))
    )
    return Around(tuple(copies), tuple(supervisions), standing.one_or_none())


def _leading(action: Action) -> int:
    """The organisation a leader speaks for: one that takes part in the case, else one above the applicant."""
    leading = [seat.organisation_id for seat in action.actor.seats if seat.role in (Role.LEADER, Role.MANAGER)]
    part = {organisation.id for organisation in action.organisations.values()}
    if speaking := [each for each in leading if each in part]:
        return speaking[0]
    return _supervising_organisation(action.session, action.actor, action.case, action.today)


def _tell_clerks(action: Action, organisation_id: int, text: str) -> None:
    """The clerks of the leader's own organisation carry an instruction on."""
    clerks = select(Post.person_id).where(
        Post.organisation_id == organisation_id, Post.role == Role.CLERK, valid(Post, action.today)
    )
    for person_id in action.session.scalars(clerks.distinct()):
        action.tell(person_id, "case_instructed", by=action.actor.name, text=text)


def _supervising_organisation(session: Session, actor: Actor, case: Case, on: date) -> int:
    """The actor's organisation that lies above the applicant: the nearest one a leader or manager sits in."""
    for seat in actor.seats:
        leads = seat.role in (Role.LEADER, Role.MANAGER)
        if leads and case.applicant_id in tree.below(session, [seat.organisation_id], on):
            return seat.organisation_id
    raise Forbidden(Text("您的岗位不能办理这件事。", "Your post may not do this."))

"""Asking others and answering them: 加签 before, alongside and after, 委派, 减签; and speaking in a group that decides."""

from __future__ import annotations

from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session, joinedload

from workflows import access
from workflows.cases import asked, together
from workflows.cases.action import Action, Repeated, is_independent, open_action, require_to_act
from workflows.cases.decide import complete, take_effect, unprintable_text
from workflows.engine.operations import OFFICE_ZONE
from workflows.engine.settings import Together
from workflows.errors import Conflict, Forbidden, Invalid, Mistake, NotFound
from workflows.organisations.actors import Actor, valid
from workflows.storage.cases import Task, TaskKind
from workflows.storage.consulting import NAMED, Opinion, OpinionKind, OpinionStatus, Verdict
from workflows.storage.organisations import Account, Organisation, Person, Post
from workflows.text import Text, written

ASKED_FOR = (OpinionKind.BEFORE, OpinionKind.ALONGSIDE, OpinionKind.AFTER, OpinionKind.DELEGATED)
MOST = 200  # people asked about one task


def ask(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    kind: str,
    people: Sequence[tuple[int, int]],
    question: str,
    due_on: date | None = None,
    now: datetime,
    key: str | None = None,
) -> tuple[Opinion, ...]:
    """Ask others about one's task 加签, or let one colleague prepare it 委派.

    `kind`: "before", "alongside", "after" or "delegated"; `people`: (person, organisation) pairs, because the same person
    may sit in two and two people may have one name. Raises `Invalid` at `/kind`, `/people`, `/question`, `/due_on`.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        made = repeated.event.data["opinions"]
        return tuple(session.scalars(select(Opinion).where(Opinion.id.in_(made)).order_by(Opinion.id)))
    task = action.task(task_id)
    require_to_act(action, task)
    if task.kind != TaskKind.STEP:
        raise Conflict(Text("这项任务不能加签或委派。", "Nobody can be asked about this task."))
    asked.require_heard(action, task)
    _require_sensible(action, task, kind, people, question, due_on)
    waiting = kind == OpinionKind.AFTER
    rows = [
        Opinion(
            case_id=action.case.id,
            task_id=task.id,
            kind=kind,
            person_id=person_id,
            organisation_id=organisation_id,
            asked_by_id=actor.person_id,
            asked_at=None if waiting else now,
            question=written(question),
            due_on=due_on,
            status=OpinionStatus.WAITING if waiting else OpinionStatus.OPEN,
        )
        for person_id, organisation_id in people
    ]
    session.add_all(rows)
    session.flush()
    action.forget_opinions()
    named = [{"person": person_id, "organisation": organisation_id} for person_id, organisation_id in people]
    names = [session.get_one(Person, person_id).name for person_id, _organisation in people]
    action.record(
        "opinion_asked",
        {
            "step": task.step,
            "kind": kind,
            "people": named,
            "names": names,
            "question": written(question),
            "opinions": [r.id for r in rows],
        },
        task,
    )
    if not waiting:
        for row in rows:
            action.tell(row.person_id, "opinion_asked", task, step=task.step, question=row.question)
    action.save()
    return tuple(rows)


def give_opinion(
    session: Session,
    actor: Actor,
    opinion_id: int,
    *,
    verdict: str,
    text: str,
    now: datetime,
    key: str | None = None,
) -> Opinion:
    """Answer for oneself, or for somebody one is a proxy of.

    In a group that decides together `verdict` is "agree", "refuse" or, in a vote, "abstain", and refusing needs a reason;
    the task is done as soon as the result is certain. Somebody asked in addition writes a text; a verdict is optional.
    """
    action, row, task = _opened(session, actor, opinion_id, now, key)
    if action is None:
        return row
    behalf = _require_asked(action, row, task)
    _require_awaited(row)
    step = action.step(task)
    _require_sayable(row, step.together, verdict, text)
    row.status, row.verdict, row.text = OpinionStatus.ANSWERED, verdict or Verdict.NOTED, written(text)
    row.answered_at, row.answered_by_id = now, actor.person_id
    action.on_behalf_of_id = behalf
    said = {"step": task.step, "opinion": row.id, "kind": row.kind, "verdict": row.verdict, "text": row.text}
    action.record("opinion_given", said, task)
    if row.kind == OpinionKind.JOINT and step.together is not None:
        _settle(action, task, step.together)
    else:
        for person_id in {row.asked_by_id, task.assignee_id}:
            if person_id is not None and person_id != actor.person_id:
                action.tell(person_id, "opinion_given", task, step=task.step, by=actor.name)
        _proceed(action, task)
    action.save()
    return row


def take_back_question(
    session: Session, actor: Actor, opinion_id: int, *, reason: str = "", now: datetime, key: str | None = None
) -> Opinion:
    """减签: somebody who has not answered need not any more. By whoever asked, or does the task.

    In a group that decides together, the leaders of its organisation may, with a reason: the group is smaller then.
    """
    action, row, task = _opened(session, actor, opinion_id, now, key)
    if action is None:
        return row
    if row.kind == OpinionKind.JOINT:
        access.require(session, actor, access.Permission.REASSIGN, task, action.today)
        if not written(reason):
            raise Invalid([Mistake("/reason", Text("请写明减签的理由。", "Say why this person need not decide."))])
    elif row.asked_by_id != actor.person_id:
        require_to_act(action, task)
    _require_awaited(row, waiting_too=True)
    row.status = OpinionStatus.TAKEN_BACK
    taken = {
        "step": task.step,
        "opinion": row.id,
        "kind": row.kind,
        "person": row.person_id,
        "names": [row.person.name],
        "reason": written(reason),
    }
    action.record("opinion_taken_back", taken, task)
    action.tell(row.person_id, "opinion_taken_back", task, step=task.step)
    together_now = action.step(task).together
    if row.kind == OpinionKind.JOINT and together_now is not None:
        _settle(action, task, together_now)
    else:
        _proceed(action, task)
    action.save()
    return row


def renew_group(session: Session, actor: Actor, task_id: int, *, now: datetime, key: str | None = None) -> Task:
    """Bring a deciding group in line with who holds its posts today; what was said stays. By whoever is in the lane.

    Somebody who left and has not spoken is taken off; somebody new is named. Nobody's vote is changed.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    access.require(session, actor, access.Permission.VIEW_CASE, action.case, action.today)
    step = action.step(task)
    action.require_open(task)
    if task.role != NAMED or step.together is None:
        raise Conflict(Text("这项任务不是共同决定的。", "This task is not decided together."))
    action.forget_opinions()
    today = asked.entitled(action, task.relation, step, step.together)
    if actor.person_id not in {holder.person_id for holder in today}:
        access.require(session, actor, access.Permission.REASSIGN, task, action.today)
    group = [row for row in action.opinions if row.task_id == task.id and row.kind == OpinionKind.JOINT]
    waiting = asked.unanswered(action, task, OpinionKind.JOINT)
    left = [row for row in waiting if row.person_id not in {h.person_id for h in today}]
    for row in left:
        row.status = OpinionStatus.TAKEN_BACK
    named = {row.person_id for row in group if row.status != OpinionStatus.TAKEN_BACK}
    last = max((row.position for row in group), default=0)
    new = [holder for holder in today if holder.person_id not in named]
    in_order = step.together.way == "in_order"
    for place, holder in enumerate(new, start=last + 1):
        session.add(
            Opinion(
                case_id=action.case.id,
                task_id=task.id,
                kind=OpinionKind.JOINT,
                position=place if in_order else 0,
                person_id=holder.person_id,
                organisation_id=holder.organisation_id,
                asked_at=now,
                due_on=task.fatal_on,
                status=OpinionStatus.WAITING if in_order else OpinionStatus.OPEN,
            )
        )
        if not in_order:
            action.tell(holder.person_id, "opinion_asked", task, step=task.step)
    for row in left:
        action.tell(row.person_id, "opinion_taken_back", task, step=task.step)
    changed = {"step": task.step, "left": [row.person_id for row in left], "joined": [h.person_id for h in new]}
    action.record("group_renewed", changed, task)
    session.flush()
    action.forget_opinions()
    _settle(action, task, step.together)
    action.save()
    return task


def cancel_decision(session: Session, actor: Actor, task_id: int, *, now: datetime, key: str | None = None) -> Task:
    """Take back one's decision while it waits for opinions; it becomes the draft again, and what was said stays."""
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated:
        return session.get_one(Task, task_id)
    task = action.task(task_id)
    require_to_act(action, task)
    if task.decision is None:
        raise Conflict(Text("没有等待生效的决定。", "No decision waits to take effect."))
    if task.decision["by"] not in (actor.person_id, action.on_behalf_of_id):
        raise Forbidden(Text("只有作出决定的人可以收回。", "Only whoever made the decision takes it back."))
    asked.cancel_decision(action, task)
    action.save()
    return task


# ---- what follows an answer -----------------------------------------------------------------------------------------


def _settle(action: Action, task: Task, deciding: Together) -> None:
    """Do the task as soon as the group's result is certain; else ask the next in order."""
    group = [r for r in action.opinions if r.task_id == task.id and r.kind == OpinionKind.JOINT]
    counted = together.tally([row.verdict for row in group if row.status != OpinionStatus.TAKEN_BACK])
    passed = together.result(deciding, counted)
    if passed is None:
        following = [row for row in group if row.status in (OpinionStatus.OPEN, OpinionStatus.WAITING)]
        if following and not any(row.status == OpinionStatus.OPEN for row in following):
            following[0].status, following[0].asked_at = OpinionStatus.OPEN, action.now
            action.tell(following[0].person_id, "opinion_asked", task, step=task.step)
        return
    words = "；".join(f"{row.person.name}：{row.text}" for row in group if row.text)
    opinion = together.protocol(deciding, counted).zh + words
    complete(action, task, outcome=deciding.agree if passed else deciding.refuse, answers={}, opinion=opinion)


def _proceed(action: Action, task: Task) -> None:
    """A decision that waited for nothing but this takes effect."""
    if task.decision is not None and not asked.outstanding(action, task):
        take_effect(action, task)


def _opened(
    session: Session, actor: Actor, opinion_id: int, now: datetime, key: str | None
) -> tuple[Action | None, Opinion, Task]:
    """The locked case of an opinion with the row and its task; no action when `key` was acted on before."""
    known = session.execute(select(Opinion.case_id, Opinion.task_id).where(Opinion.id == opinion_id)).one_or_none()
    if known is None or known.task_id is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    try:
        action = open_action(session, actor, case_id=known.case_id, now=now, key=key)
    except Repeated:
        return None, session.get_one(Opinion, opinion_id), session.get_one(Task, known.task_id)
    action.forget_opinions()
    row = next(row for row in action.opinions if row.id == opinion_id)
    return action, row, action.task(known.task_id)


# ---- who may, and what is sensible ----------------------------------------------------------------------------------


def _require_asked(action: Action, row: Opinion, task: Task) -> int | None:
    """For whom the actor answers: None for oneself, else the person the actor is a proxy of. Raises otherwise."""
    actor, behalf = action.actor, None
    if row.person_id != actor.person_id:
        standing = [p for p in actor.proxied if p.principal_id == row.person_id and p.covers(action.case.procedure)]
        if not standing:
            access.require(action.session, actor, access.Permission.VIEW_CASE, action.case, action.today)
            raise Forbidden(
                Text("这条意见不是问您的。", "This opinion was asked of somebody else."), reason="not_asked"
            )
        behalf = row.person_id
    if row.organisation_id is not None and row.kind == OpinionKind.JOINT:
        there = (p.seat.organisation_id for p in actor.proxied if p.principal_id == behalf)
        if not (actor.holds(row.organisation_id) if behalf is None else row.organisation_id in there):
            raise Forbidden(Text("您已不在这个岗位。", "You no longer hold this post."), reason="left")
    people = {actor.person_id, row.person_id}
    if is_independent(task, action.step(task)) and access.own_request(people, action.case, action.tasks):
        raise Forbidden(
            Text("您参与提出了这个申请，应当回避。", "You took part in making this request and must keep out."),
            reason="own_request",
        )
    return behalf


def _require_awaited(row: Opinion, *, waiting_too: bool = False) -> None:
    if row.status == OpinionStatus.OPEN or (waiting_too and row.status == OpinionStatus.WAITING):
        return
    at = row.answered_at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M") if row.answered_at else ""
    if row.status == OpinionStatus.ANSWERED:
        raise Conflict(Text(f"已于 {at} 发表意见。", f"This was answered on {at}."), status=row.status)
    if row.status == OpinionStatus.WAITING:
        raise Conflict(Text("还没有轮到。", "It is not their turn yet."), status=row.status)
    raise Conflict(Text("这条意见已不再需要。", "This opinion is no longer needed."), status=row.status)


def _require_sayable(row: Opinion, deciding: Together | None, verdict: str, text: str) -> None:
    mistakes = unprintable_text(written(text), "/text")
    if row.kind == OpinionKind.JOINT and deciding is not None:
        if verdict not in together.verdicts_of(deciding):
            mistakes.append(Mistake("/verdict", Text("请选择同意或不同意。", "Choose whether you agree.")))
        if verdict == Verdict.REFUSE and not written(text):
            mistakes.append(Mistake("/text", Text("不同意时请写明理由。", "Give the reason for refusing.")))
    else:
        if verdict not in ("", *Verdict):
            mistakes.append(Mistake("/verdict", Text("请选择列出的一项。", "Choose one of those listed.")))
        if not written(text):
            mistakes.append(Mistake("/text", Text("请写明意见。", "Write your opinion.")))
    if mistakes:
        raise Invalid(mistakes)


def _require_sensible(
    action: Action, task: Task, kind: str, people: Sequence[tuple[int, int]], question: str, due_on: date | None
) -> None:
    mistakes = unprintable_text(written(question), "/question")
    if kind not in ASKED_FOR:
        mistakes.append(Mistake("/kind", Text("请选择加签的方式。", "Choose how they are asked.")))
    if due_on is not None and due_on < action.today:
        mistakes.append(Mistake("/due_on", Text("答复期限不能早于今天。", "The day for the answer has passed.")))
    if not people:
        mistakes.append(Mistake("/people", Text("请至少选择一人。", "Choose at least one person.")))
    elif len(people) > MOST:
        mistakes.append(Mistake("/people", Text(f"一次最多 {MOST} 人。", f"At most {MOST} people at once.")))
    elif kind == OpinionKind.DELEGATED and len(people) > 1:
        mistakes.append(Mistake("/people", Text("委派只能给一个人。", "A task is delegated to one person.")))
    else:
        mistakes += _unsuitable(action, task, kind, people)
    if mistakes:
        raise Invalid(mistakes)


def _unsuitable(action: Action, task: Task, kind: str, people: Sequence[tuple[int, int]]) -> list[Mistake]:
    """Each person that cannot be asked, with the reason."""
    reachable = set(
        action.session.execute(
            select(Post.person_id, Post.organisation_id)
            .join(Account, Account.person_id == Post.person_id)
            .where(Post.person_id.in_([p for p, _ in people]), valid(Post, action.today), Account.active)
        )
    )
    names = {
        person.id: person
        for person in action.session.scalars(select(Person).where(Person.id.in_([p for p, _ in people])))
    }
    already = {row.person_id for row in asked.unanswered(action, task)}
    acting_for, independent = action.acting_for(task), is_independent(task, action.step(task))
    mistakes = []
    for pair in people:
        person_id, organisation_id = pair
        name = names[person_id].name if person_id in names else str(person_id)
        why = None
        if pair not in reachable:
            why = Text(f"{name}在该单位没有可用的账号。", f"{name} has no account in that organisation.")
        elif person_id == action.actor.person_id:
            why = Text("不用问自己。", "There is no need to ask yourself.")
        elif person_id in already or people.count(pair) > 1:
            why = Text(f"{name}已在被征求意见。", f"{name} has been asked already.")
        elif kind == OpinionKind.DELEGATED and organisation_id != acting_for:
            why = Text(
                f"只能委派给本单位的人，{name}不是。", f"Delegate within your organisation; {name} is not of it."
            )
        elif independent and access.own_request({person_id}, action.case, action.tasks):
            why = Text(f"{name}参与提出了这个申请，应当回避。", f"{name} took part in making this request.")
        if why is not None:
            mistakes.append(Mistake("/people", why))
    return mistakes


def opinions_of(session: Session, actor: Actor, case_id: int, sealed: Container[int]) -> tuple[Opinion, ...]:
    """What was asked and said in a case, for its pages: in the order of asking.

    Without what others said on `sealed` tasks (workflows.cases.views), of which the actor must not know yet.
    """
    return tuple(
        row
        for row in session.scalars(
            select(Opinion)
            .where(Opinion.case_id == case_id)
            .options(joinedload(Opinion.person), joinedload(Opinion.organisation), joinedload(Opinion.asked_by))
            .options(joinedload(Opinion.answered_by), joinedload(Opinion.task))
            .order_by(Opinion.task_id, Opinion.position, Opinion.id)
        )
        if row.task_id not in sealed or row.person_id == actor.person_id
    )


def askable(
    session: Session,
    query: str,
    on: date,
    *,
    people: AbstractSet[tuple[int, int]] | None = None,
    limit: int = 20,
) -> tuple[tuple[Person, Organisation, Post], ...]:
    """People with an account whose name, or organisation, holds every word of the query; each with organisation and post.

    With `people`, only these (person, organisation) pairs.
    """
    rows = (
        select(Person, Organisation, Post)
        .join(Post, Post.person_id == Person.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .join(Account, Account.person_id == Person.id)
        .where(valid(Post, on), valid(Organisation, on), Account.active)
    )
    if people is not None:
        rows = rows.where(
            or_(false(), *(and_(Post.person_id == one, Post.organisation_id == there) for one, there in people))
        )
    for word in query.split()[:4]:
        rows = rows.where(
            Person.name.contains(word, autoescape=True)
            | Person.name_en.icontains(word, autoescape=True)
            | Organisation.name.contains(word, autoescape=True)
        )
    found = session.execute(rows.order_by(Person.name, Organisation.id, Post.id).limit(max(limit, len(people or ()))))
    return tuple(tuple(row) for row in found)  # type: ignore[misc]


__all__ = [
    "ask",
    "askable",
    "cancel_decision",
    "give_opinion",
    "opinions_of",
    "renew_group",
    "take_back_question",
]

"""退回: sending a task back to a step that was done on the way to it, for rework, whatever the diagram draws.

Either everything after that step runs again, or it comes straight back to the returner when the step has been done as
before (workflows.engine.instance). Before anybody presses the button, a preview says what is closed, what is done again
and what stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from workflows.cases import clock, routing, timing
from workflows.cases.action import Action, Repeated, action_on, open_action, require_to_act
from workflows.cases.advance import advance
from workflows.cases.asked import entitled, require_heard
from workflows.cases.correct import require_none_awaited
from workflows.cases.decide import Decided, as_before, unprintable_text
from workflows.deadlines import Derivation
from workflows.engine.definition import Step
from workflows.engine.instance import CannotReturn, Return
from workflows.engine.operations import reads_only, registry
from workflows.errors import Conflict, Invalid, Mistake, NotFound
from workflows.organisations.actors import Actor
from workflows.organisations.lanes import people_in
from workflows.storage.cases import SENT_BACK, SENT_BACK_STRAIGHT, Case, Task, TaskKind, TaskStatus
from workflows.storage.papers import Paper
from workflows.text import Text, written


@dataclass(frozen=True, slots=True)
class SendBackChoice:
    """A step a task may be sent back to, and who did it last. `straight`: whether it may come straight back."""

    step: str
    title: Text
    done_by: Text
    done_at: datetime | None
    straight: bool


@dataclass(frozen=True, slots=True)
class StepHeld:
    """A step and who has it: its organisation, and the people there, or the one who claimed it."""

    step: str
    title: Text
    organisation: Text
    people: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class CaseCancelled:
    """An open child case that ends because nobody waits for it any more."""

    case_id: int
    number: str
    title: Text


@dataclass(frozen=True, slots=True)
class PaperKept:
    """A paper that was issued in what is done again. It stays in force unless its issuer voids it."""

    paper_id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class SendBackPreview:
    """What sending back would do today.

    `opens` is the step that opens with the new dates `target_on` and `fatal_on` (None: no such date), found as
    `derivation` says. `closed` are the branches that close beside the returner's own task. `again` are the titles of
    the steps that were done and will be done again, with `opens`, in the order of the diagram, then those of child
    cases. `kept_changes` are the titles of what was entered beside the case and is not undone.
    """

    opens: StepHeld
    straight: bool
    target_on: date | None
    fatal_on: date | None
    derivation: Derivation
    closed: tuple[StepHeld, ...]
    cases: tuple[CaseCancelled, ...]
    again: tuple[Text, ...]
    papers: tuple[PaperKept, ...]
    kept_changes: tuple[Text, ...]


def send_back_choices(session: Session, actor: Actor, task_id: int, *, now: datetime) -> tuple[SendBackChoice, ...]:
    """The steps a task may be sent back to, in the order of the diagram. Raises what `send_back` would for the task."""
    action, task = _looking(session, actor, task_id, now)
    open_now = {other.step for other in action.open_tasks() if other.kind == TaskKind.STEP}
    return tuple(
        SendBackChoice(
            step=step_id,
            title=action.definition.text(action.definition.steps[step_id].title),
            done_by=_name(visit) if visit is not None else Text("", ""),
            done_at=visit.closed_at if visit is not None else None,
            straight=step_id not in open_now,
        )
        for step_id in action.instance.passed_from(task.token or "")
        for visit in [_last_done(action, step_id)]
    )


def preview_send_back(
    session: Session, actor: Actor, task_id: int, *, to_step: str, straight: bool, now: datetime
) -> SendBackPreview:
    """What `send_back` would do, for reading; raises the same, but asks for no reason."""
    action, task = _looking(session, actor, task_id, now)
    what = _previewed(action, task, to_step, straight, [])
    step = action.definition.steps[to_step]
    derivation = timing.derive(step, action.today, action.rule_set, action.settings.calendar)
    tokens = {each.token for each in what.steps}
    return SendBackPreview(
        opens=_held(action, step),
        straight=straight,
        target_on=derivation.target,
        fatal_on=derivation.end if derivation.continue_from is None else None,
        derivation=derivation,
        closed=tuple(
            _held(action, action.step(other), other) for other in action.open_tasks() if other.token in tokens
        ),
        cases=_cancelled(action, what),
        again=_again(action, what),
        papers=tuple(PaperKept(paper.id, paper.number_text, paper.title) for paper in _papers(action, what)),
        kept_changes=tuple(
            action.definition.text(action.definition.element_name(each))
            for each in what.others
            if _enters(action, each)
        ),
    )


def send_back(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    to_step: str,
    straight: bool,
    reason: str,
    now: datetime,
    key: str | None = None,
) -> Decided:
    """Close a task undecided and open a step again that was done on the way to it.

    Whoever may decide the task may send it back, under the same conditions. The step opens with what was entered there
    the last time and with new dates; its holder is told. Sent back `straight`, the task comes back to the returner.
    Issued papers stay. Raises `Invalid` (paths `/reason` and `/to_step`), `Conflict`, `Forbidden` or `NotFound`.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return as_before(session, repeated)
    task = action.task(task_id)
    _require_may(action, task)
    what = _previewed(action, task, to_step, straight, _mistakes_of(reason))
    told = {
        "step": task.step,
        "to": to_step,
        "straight": straight,
        "reason": written(reason),
        "before": {"open": sorted(other.step for other in action.open_tasks())},
        "again": list(what.again),
        "cancelled": [each.step for each in what.steps],
        "cases": [each.number for each in _cancelled(action, what)],
        "papers": [paper.number_text for paper in _papers(action, what)],
    }
    _close(action, task, straight, written(reason))
    action.record("task_sent_back", told, task)
    action.instance.send_back(task.token or "", to_step, straight)
    action.decided = task
    advance(action)
    session.flush()  # gives the opened task its id
    for opened in action.opened:
        if opened.step == to_step:
            action.notify_holder("task_returned", opened, step=task.step, opinion=task.opinion)
    action.save()
    return Decided(action.case, task, tuple(action.opened))


def _looking(session: Session, actor: Actor, task_id: int, now: datetime) -> tuple[Action, Task]:
    """An action that only looks: nothing is locked."""
    found = session.get(Task, task_id)
    if found is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    case = session.get_one(Case, found.case_id, options=[undefer(Case.state)])
    action = action_on(session, actor, case, now=now)
    task = action.task(task_id)
    _require_may(action, task)
    return action, task


def _require_may(action: Action, task: Task) -> None:
    require_to_act(action, task)
    if task.kind != TaskKind.STEP:
        raise Conflict(
            Text("补正和确认任务不能退回。", "A correction or confirmation cannot be sent back."), kind=task.kind
        )
    require_none_awaited(action, task)
    require_heard(action, task)
    clock.require_not_suspended(action)


def _mistakes_of(reason: str) -> list[Mistake]:
    if not written(reason):
        return [Mistake("/reason", Text("请写明退回的理由。", "Say why it is sent back."))]
    return unprintable_text(written(reason), "/reason")


def _previewed(action: Action, task: Task, to_step: str, straight: bool, mistakes: list[Mistake]) -> Return:
    try:
        what = action.instance.preview_return(task.token or "", to_step, straight)
    except CannotReturn as refused:
        raise Invalid([*mistakes, Mistake("/to_step", refused.reason)]) from refused
    if mistakes:
        raise Invalid(mistakes)
    return what


def _close(action: Action, task: Task, straight: bool, reason: str) -> None:
    """The task is no longer anybody's, and was not decided. What was typed is kept for when it comes back."""
    typed = task.draft
    action.finish(task, SENT_BACK)
    task.status, task.closed_because = TaskStatus.CLOSED, SENT_BACK_STRAIGHT if straight else SENT_BACK
    task.opinion, task.draft = reason, typed
    for child in action.open_tasks():
        if child.parent_id == task.id:  # a correction whose day has passed
            action.overtake(child, "decided")


def _last_done(action: Action, step_id: str) -> Task | None:
    visits = [t for t in action.tasks if t.step == step_id and t.kind == TaskKind.STEP and t.status == TaskStatus.DONE]
    return visits[-1] if visits else None


def _held(action: Action, step: Step, task: Task | None = None) -> StepHeld:
    relation = routing.relation_of(action, step) if task is None else task.relation
    organisation = action.organisations.get(relation)
    if task is not None and task.assignee is not None:
        people: tuple[Text, ...] = (Text(task.assignee.name, task.assignee.name_en or task.assignee.name),)
    elif organisation is not None:
        if step.together is not None:
            held = entitled(action, relation, step, step.together)
        else:
            held = list(people_in(action.session, organisation, step.role, action.today))
        people = tuple(dict.fromkeys(Text(each.name, each.name_en) for each in held))
    else:
        people = ()
    name = Text(organisation.name, organisation.name_en or organisation.name) if organisation else Text("", "")
    return StepHeld(step.id, action.definition.text(step.title), name, people)


def _again(action: Action, what: Return) -> tuple[Text, ...]:
    calls = (each for each in what.others if each in action.definition.calls)
    return tuple(action.definition.text(action.definition.element_name(each)) for each in (*what.again, *calls))


def _cancelled(action: Action, what: Return) -> tuple[CaseCancelled, ...]:
    calls = {call.token: call.element for call in what.calls}
    if not calls:
        return ()
    rows = action.session.scalars(
        select(Case).where(Case.parent_id == action.case.id, Case.parent_token.in_(calls)).order_by(Case.id)
    )
    say, name_of = action.definition.text, action.definition.element_name
    return tuple(CaseCancelled(row.id, row.number, say(name_of(calls[row.parent_token or ""]))) for row in rows)


def _papers(action: Action, what: Return) -> list[Paper]:
    """The papers in force that the decisions issued which are given up."""
    visits = [visit.id for step in what.again if (visit := _last_done(action, step)) is not None]
    return list(
        action.session.scalars(
            select(Paper)
            .where(Paper.case_id == action.case.id, Paper.task_id.in_(visits), Paper.status == "issued")
            .order_by(Paper.id)
        )
    )


def _enters(action: Action, element_id: str) -> bool:
    """Whether a service task changes something beside the case."""
    name = action.definition.operation_of(element_id)
    return name is not None and not reads_only(registry().operations[name])


def _name(task: Task) -> Text:
    if task.closed_by is None:
        return Text("", "")
    return Text(task.closed_by.name, task.closed_by.name_en or task.closed_by.name)

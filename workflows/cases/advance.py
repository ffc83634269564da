"""What follows when somebody has acted: the engine runs on, tasks open and close, child cases begin, parents go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflows import catalogue, forms
from workflows.cases import asked, routing, timing
from workflows.cases.action import Action, action_on
from workflows.cases.opening import new_case, open_case_of
from workflows.cases.subjects import subject_of
from workflows.engine.definition import Step
from workflows.engine.instance import OpenCall
from workflows.engine.operations import FollowOn, reads_only, registry
from workflows.organisations import lanes
from workflows.organisations.actors import actor_of
from workflows.storage.cases import SENT_BACK, SENT_BACK_STRAIGHT, Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.consulting import NAMED
from workflows.storage.papers import Attachment

WITHDRAWN = "withdrawn"  # what a parent reads of a child that the applicant withdrew


def advance(action: Action) -> None:
    """Let the engine run until people or child cases are needed, then bring tasks, children and parents in line."""
    action.instance.advance(lambda name, parameters: _operate(action, name, parameters))
    tokens = {step.token: step.step for step in action.instance.open_steps()}
    known = {task.token for task in action.tasks if task.token}
    for task in action.open_tasks():
        if task.kind == TaskKind.STEP and task.token not in tokens:
            action.overtake(task, "branch_closed")
    for token, step_id in tokens.items():
        if token not in known:
            _open_task(action, token, action.definition.steps[step_id])
    if action.definition.calls:
        _begin_children(action)
    while action.follow_ons:
        _follow_on(action, action.follow_ons.pop(0))
    if action.instance.finished:
        action.case.status = CaseStatus.COMPLETED
        action.case.ended_at = action.now
        action.case.end = action.instance.end
        action.record("case_completed", {"end": action.case.end})
        action.notify("case_completed", lanes.APPLICANT, action.definition.settings.start.role, end=action.case.end)
        tell_parent(action)


def tell_parent(action: Action) -> None:
    """A case has ended: the case that waits for it goes on with its outcome. Its row is locked already."""
    case = action.case
    if not case.parent_token or not action.waiting:
        return
    *further, parent = action.waiting
    outcome = case.end or WITHDRAWN
    going_on = action_on(action.session, action.actor, parent, now=action.now)
    going_on.waiting = tuple(further)
    if not going_on.instance.is_open(case.parent_token):
        return  # the parent was withdrawn, or went another way, and the child was kept
    action.final = True
    going_on.record("child_ended", {"case": case.id, "number": case.number, "outcome": outcome})
    going_on.instance.complete_call(case.parent_token, outcome)
    advance(going_on)
    going_on.save()


def open_children(action: Action) -> list[Case]:
    """The open cases this one waits for, oldest first."""
    if not action.definition.calls:
        return []
    return list(
        action.session.scalars(
            select(Case)
            .where(Case.parent_id == action.case.id, Case.parent_token.is_not(None), Case.status == CaseStatus.OPEN)
            .order_by(Case.id)
        )
    )


def withdraw_now(action: Action, reason: str, because: str) -> None:
    """End a case where it is: its tasks are closed with a notice, issued papers stay. Children are not touched."""
    action.record(
        "case_withdrawn",
        {"reason": reason, "because": because, "before": {"open": sorted(t.step for t in action.open_tasks())}},
    )
    for task in action.open_tasks():
        if task.status == TaskStatus.OPEN:  # closing one closes what hangs on it
            action.overtake(task, because)
    action.instance.cancel()
    action.case.status = CaseStatus.WITHDRAWN
    action.case.ended_at = action.now


def withdraw_child(action: Action, child: Case, because: str) -> None:
    """End a child case, and its children, because its parent no longer needs it."""
    locked = action.session.get_one(Case, child.id, with_for_update=True, populate_existing=True)
    ending = action_on(action.session, action.actor, locked, now=action.now)
    for grandchild in open_children(ending):
        withdraw_child(ending, grandchild, because)
    withdraw_now(ending, action.case.number, because)
    ending.save()


def _operate(action: Action, name: str, parameters: Mapping[str, Any]) -> Any:
    action.session.flush()  # an operation finds in the database what the action did so far
    operation = registry().operations[name]
    action.final = action.final or not reads_only(operation)
    return operation.call(action.context(), **parameters)


def _open_task(action: Action, token: str, step: Step) -> None:
    earlier = [task for task in action.tasks if task.step == step.id and task.kind == TaskKind.STEP]
    rules, calendar = action.rule_set, action.settings.calendar
    derivation = timing.derive(step, action.today, rules, calendar)
    fatal_on = derivation.end if derivation.continue_from is None else None  # a minimum period is never late
    task = action.add(
        Task(
            case_id=action.case.id,
            kind=TaskKind.STEP,
            step=step.id,
            token=token,
            relation=routing.relation_of(action, step),
            role=step.role,
            applicant_id=action.case.applicant_id,
            status=TaskStatus.OPEN,
            opened_at=action.now,
            target_on=derivation.target,
            fatal_on=fatal_on,
            remind_on=timing.remind_on(derivation.target, fatal_on, action.today, rules, calendar),
            derivation=derivation.to_json(),
        )
    )
    before = _last_entered(earlier)
    if (begins_with := _begins_with(action, step, before)) or before:
        task.draft = {"answers": begins_with, "outcome": "", "opinion": ""}
    if earlier:
        _carry_over(action, earlier[-1], task)
        _give_to_returner(action, earlier[-1], task)
    if action.case.suspended_at is not None:  # a child case ended meanwhile
        task.paused_at, task.remind_on = action.now, None
    asked.name_group(action, task, step)


def _last_entered(earlier: list[Task]) -> dict[str, Any]:
    """The answers of the last visit that has any; what its holder had typed when it was sent back."""
    for task in reversed(earlier):
        if task.answers is not None:
            return task.answers
        if task.outcome == SENT_BACK and task.draft:
            return dict(task.draft.get("answers") or {})
    return {}


def _give_to_returner(action: Action, earlier: Task, task: Task) -> None:
    """What was sent back straight comes back to whoever sent it back, or was stood in for then, when still in post."""
    person_id, organisation_id = earlier.on_behalf_of_id or earlier.closed_by_id, action.acting_for(task)
    if earlier.closed_because != SENT_BACK_STRAIGHT or person_id is None or task.role == NAMED:
        return
    returner = actor_of(action.session, person_id, action.today)
    handed_over_by = earlier.assigned_by_id if earlier.assignee_id == person_id else None
    roles = (task.role,) if handed_over_by is None else ()  # a colleague who was handed it needs no such post
    if organisation_id is not None and returner.holds(organisation_id, *roles):
        task.assignee_id, task.assigned_by_id, task.claimed_at = person_id, handed_over_by, action.now


def _begins_with(action: Action, step: Step, before: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows when its step opens: what was entered in the last round, unless the procedure says otherwise."""
    if not step.draft or step.form is None:
        return dict(before)
    action.session.flush()
    drafted = registry().drafts[step.draft].call(action.context(), earlier=before)
    return forms.known_fields(step.form.schema, drafted)


def _carry_over(action: Action, earlier: Task, task: Task) -> None:
    """What was uploaded in the last round is still there in the new one."""
    action.session.flush()  # gives the new task its id
    rows = action.session.scalars(
        select(Attachment).where(Attachment.task_id == earlier.id, Attachment.removed_at.is_(None))
    )
    action.session.add_all(
        Attachment(
            case_id=row.case_id,
            task_id=task.id,
            material=row.material,
            filename=row.filename,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            uploaded_at=row.uploaded_at,
            uploaded_by_id=row.uploaded_by_id,
        )
        for row in rows
    )


def _begin_children(action: Action) -> None:
    """Open a case for each call that has none yet, and let go of children whose call is no longer open."""
    calls = {call.token: call for call in action.instance.open_calls()}
    children = {
        child.parent_token: child
        for child in action.session.scalars(
            select(Case).where(Case.parent_id == action.case.id, Case.parent_token.is_not(None))
        )
    }
    for token, child in children.items():
        if token not in calls and child.status == CaseStatus.OPEN:
            withdraw_child(action, child, "branch_closed")
            action.final = True
    for token, call in calls.items():
        if token not in children:
            _begin_child(action, call)


def _begin_child(action: Action, call: OpenCall) -> None:
    """The child applies for the same organisation, or for the one an operation answered as `<call>_applicant`."""
    published = catalogue.current(action.session, call.procedure)
    definition = catalogue.definition_of(action.session, published.id)
    applicant_id = action.instance.data().get(f"{call.element}_applicant") or action.case.applicant_id
    child = new_case(
        action.session,
        action.actor,
        published,
        applicant_id=applicant_id,
        subject=subject_of(action.session, definition.settings.subject, applicant_id),
        now=action.now,
        parent=action.case,
        parent_token=call.token,
        parent_element=call.element,
    )
    child.waiting = (*action.waiting, action.case)
    action.record("child_started", {"case": child.case.id, "number": child.case.number, "element": call.element})
    advance(child)
    child.save()
    action.final = action.final or child.final


def _follow_on(action: Action, wanted: FollowOn) -> None:
    """Open a case that nobody waits for; its record and its parent's name each other."""
    published = catalogue.current(action.session, wanted.procedure)
    definition = catalogue.definition_of(action.session, published.id)
    subject = subject_of(action.session, definition.settings.subject, wanted.applicant_id)
    if open_case_of(action.session, definition.key, subject) is not None:
        return
    action.final = True
    following = new_case(
        action.session,
        action.actor,
        published,
        applicant_id=wanted.applicant_id,
        subject=subject,
        now=action.now,
        parent=action.case,
    )
    action.record("follow_on_started", {"case": following.case.id, "number": following.case.number})
    advance(following)
    following.save()

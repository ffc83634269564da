"""Reads of cases for pages and the API: everything one page shows, in one place. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows import access, catalogue, events, forms, settings
from workflows.cases import checklist
from workflows.cases.action import is_independent
from workflows.cases.checklist import MaterialState
from workflows.cases.forecast import ChainStep, Way, ways_of
from workflows.cases.offline_office import SCAN, acts_on_paper
from workflows.cases.opening import open_case_of
from workflows.cases.sight import sight_of
from workflows.cases.subjects import Subject, subject_of
from workflows.cases.waiting import Wait, child_waits, children_of, sentence_of, waits_of
from workflows.deadlines import Derivation
from workflows.engine.definition import Definition, Step
from workflows.engine.operations import OFFICE_ZONE, Context, registry
from workflows.errors import Forbidden, NotFound
from workflows.law import rule_sets
from workflows.law.finding import Finding
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import SENT_BACK, Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Startable:
    """A procedure the actor may start, and for whom."""

    definition: Definition
    applicant: Organisation


@dataclass(frozen=True, slots=True)
class StartView:
    """What somebody sees before starting a case."""

    definition: Definition
    applicant: Organisation
    subject: Subject
    findings: tuple[Finding, ...]
    open_case: Case | None
    ways: tuple[Way, ...]
    may_start: bool
    why_not: Text | None

    @property
    def subject_name(self) -> str:
        return self.subject.name

    @property
    def chain(self) -> tuple[ChainStep, ...]:
        """The chain of the first way."""
        return self.ways[0].chain if self.ways else ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its page shows it."""

    case: Case
    definition: Definition
    sentence: Text
    waits: tuple[Wait, ...]
    tasks: tuple[Task, ...]
    events: tuple[Event, ...]
    papers: tuple[Paper, ...]
    attachments: tuple[Attachment, ...]
    marks: Mapping[str, str]
    children: tuple[Case, ...]
    parent: Case | None
    may_withdraw: bool
    sealed: Mapping[int, Step]  # tasks whose answers the actor must not see, and the step that must be done first


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as its page shows it; `may` holds the verbs the actor may use now."""

    task: Task
    case: Case
    definition: Definition
    step: Step
    organisation: Organisation | None
    holders: tuple[lanes.Holder, ...]
    findings: tuple[Finding, ...]
    values: Mapping[str, Any]
    outcome: str
    opinion: str
    materials: tuple[MaterialState, ...]
    closed: Mapping[str, tuple[Text, ...]]  # outcomes that cannot be chosen as things stand, each with its reasons
    cannot_start: Text | None
    may: frozenset[str]
    derivation: Derivation | None
    wait: Wait | None
    corrections: tuple[Task, ...]
    confirmation: Task | None
    parent: Task | None
    reply_scans: tuple[Attachment, ...]
    offline: bool
    earlier: tuple[Task, ...]  # what was done before, oldest first
    led_back: Task | None  # the task whose return or refusal opened this one
    papers: tuple[Paper, ...]
    attachments: tuple[Attachment, ...]  # of what was done before
    enclosed: tuple[Attachment, ...]  # with the answer to a request for correction
    sealed: Mapping[int, Step]  # as of a case

    @property
    def request(self) -> Mapping[str, Any]:
        """What a correction asks for, or what an entered reply says."""
        return self.task.request or {}


def startable(session: Session, actor: Actor, on: date) -> tuple[Startable, ...]:
    """Every procedure the actor may start, with the organisation it would be for."""
    found = []
    for published in catalogue.all_current(session):
        definition = catalogue.definition_of(session, published.id)
        start = definition.settings.start
        found += [
            Startable(definition, session.get_one(Organisation, seat.organisation_id))
            for seat in actor.seats
            if seat.role == start.role and seat.kind in start.kinds
        ]
    return tuple(found)


def start_view(session: Session, actor: Actor, procedure: str, *, applicant_id: int, now: datetime) -> StartView:
    """Eligibility with its reasons and the whole chain with the people who will decide, before anything is typed."""
    today = now.astimezone(OFFICE_ZONE).date()
    published = catalogue.current(session, procedure)
    definition = catalogue.definition_of(session, published.id)
    choice = next((s for s in startable(session, actor, today) if s.applicant.id == applicant_id), None)
    applicant = session.get(Organisation, applicant_id)
    if applicant is None or (choice is None and not actor.holds(applicant_id)):
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    subject = subject_of(session, definition.settings.subject, applicant_id)
    office = settings.load(session)
    rules = office.rules(rule_sets.CURRENT, today)
    context = Context(
        session=session,
        case=None,
        applicant_id=applicant_id,
        subject_id=subject.id,
        now=now,
        rule_set=rules,
        actor=actor,
        parameters=rules.parameters,
        tables=definition.tables,
    )
    open_case = open_case_of(session, definition.key, subject)
    why_not = None
    if choice is None:
        why_not = Text(
            "您在这个单位的岗位不能发起这项程序。", "Your post in this organisation may not start this procedure."
        )
    elif open_case is not None:
        why_not = Text(
            f"已有办理中的申请（{open_case.number}），请先办完或撤销。",
            f"There is already an open application ({open_case.number}); finish or withdraw it first.",
        )
    return StartView(
        definition=definition,
        applicant=applicant,
        subject=subject,
        findings=tuple(registry().facts[name].call(context) for name in definition.settings.facts),
        open_case=open_case,
        ways=ways_of(context, definition, rules),
        may_start=why_not is None,
        why_not=why_not,
    )


def case_view(session: Session, actor: Actor, case_id: int, *, now: datetime) -> CaseView:
    """Everything on the page of a case. Raises `NotFound` for a case the actor may not see."""
    today = now.astimezone(OFFICE_ZONE).date()
    case = _case(session, actor, case_id, today)
    definition = catalogue.definition_of(session, case.definition_id)
    tasks = _tasks(session, case)
    waits = waits_of(session, case, definition, tasks, today)
    children = children_of(session, case)
    sight = sight_of(session, actor, case, definition, tasks, today)
    return CaseView(
        case=case,
        definition=definition,
        sentence=sentence_of(case, definition, waits, child_waits(session, case, definition, today)),
        waits=waits,
        tasks=sight.of_tasks(tasks),
        events=sight.of_events(events.of_case(session, case.id)),
        papers=_papers(session, case),
        attachments=sight.of_attachments(_attachments(session, case)),
        marks=_marks(definition, case, tasks, children),
        children=children,
        parent=session.get(Case, case.parent_id) if case.parent_id else None,
        may_withdraw=case.status == CaseStatus.OPEN
        and access.allowed(session, actor, access.Permission.WITHDRAW_CASE, case, today),
        sealed=sight.sealed,
    )


def task_view(session: Session, actor: Actor, task_id: int, *, now: datetime) -> TaskView:
    """Everything on the page of a task. Raises `NotFound` for a task of a case the actor may not see."""
    today = now.astimezone(OFFICE_ZONE).date()
    found = session.get(Task, task_id)
    if found is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    case = _case(session, actor, found.case_id, today)
    definition = catalogue.definition_of(session, case.definition_id)
    stored = _tasks(session, case)
    sight = sight_of(session, actor, case, definition, stored, today)
    tasks = sight.of_tasks(stored)
    task = next(t for t in tasks if t.id == task_id)
    step = definition.steps[task.step]
    organisation = lanes.acting_organisation(session, task.relation, task.applicant_id, today)
    attachments, papers = sight.of_attachments(_attachments(session, case)), _papers(session, case)
    own = [a for a in attachments if a.task_id == (task.parent_id or task.id)]
    materials = checklist.states(definition, step, own, papers) if task.kind == TaskKind.STEP else ()
    earlier = tuple(t for t in tasks if t.status == TaskStatus.DONE and t.id != task.id)
    done_ids = {t.id for t in earlier}
    corrections = tuple(t for t in tasks if t.parent_id == task.id and t.kind == TaskKind.CORRECTION)
    confirmations = [t for t in tasks if t.parent_id == task.id and t.kind == TaskKind.CONFIRMATION]
    kept = _kept(task)
    context = _context(session, actor, case, definition, now)
    return TaskView(
        task=task,
        case=case,
        definition=definition,
        step=step,
        organisation=organisation,
        holders=lanes.people_in(session, organisation, task.role, today) if organisation else (),
        findings=tuple(registry().facts[name].call(context) for name in step.facts)
        if task.kind == TaskKind.STEP and task.id not in sight.sealed
        else (),
        values=kept["answers"],
        outcome=kept["outcome"],
        opinion=kept["opinion"],
        materials=materials,
        closed=_closed(context, step, kept["answers"]) if task.status == TaskStatus.OPEN else {},
        cannot_start=_cannot_start(materials),
        may=_may(session, actor, case, found, stored, step, organisation, today),
        derivation=Derivation.from_json(task.derivation) if task.derivation else None,
        wait=next((w for w in waits_of(session, case, definition, stored, today) if w.task.id == task.id), None),
        corrections=corrections,
        confirmation=confirmations[-1] if confirmations else None,
        parent=next((t for t in tasks if t.id == task.parent_id), None),
        reply_scans=tuple(a for a in own if a.material == SCAN),
        offline=acts_on_paper(organisation),
        earlier=earlier,
        led_back=_led_back(definition, task, tasks),
        papers=papers,
        attachments=tuple(a for a in attachments if a.task_id in done_ids),
        enclosed=tuple(a for a in attachments if a.task_id == task.id and task.kind == TaskKind.CORRECTION),
        sealed=sight.sealed,
    )


def _case(session: Session, actor: Actor, case_id: int, today: date) -> Case:
    case = session.get(Case, case_id, options=[joinedload(Case.applicant), joinedload(Case.started_by)])
    if case is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    access.require(session, actor, access.Permission.VIEW_CASE, case, today)
    return case


def _tasks(session: Session, case: Case) -> tuple[Task, ...]:
    return tuple(
        session.scalars(
            select(Task)
            .where(Task.case_id == case.id)
            .options(joinedload(Task.assignee), joinedload(Task.closed_by), joinedload(Task.closed_for))
            .order_by(Task.id)
        )
    )


def _papers(session: Session, case: Case) -> tuple[Paper, ...]:
    return tuple(
        session.scalars(
            select(Paper).where(Paper.case_id == case.id).options(joinedload(Paper.organisation)).order_by(Paper.id)
        )
    )


def _attachments(session: Session, case: Case) -> tuple[Attachment, ...]:
    return tuple(
        session.scalars(
            select(Attachment)
            .where(Attachment.case_id == case.id, Attachment.removed_at.is_(None))
            .order_by(Attachment.id)
        )
    )


def _marks(definition: Definition, case: Case, tasks: tuple[Task, ...], children: tuple[Case, ...]) -> dict[str, str]:
    """How each step stands in the diagram: "current", "done", "closed" (overtaken), or "ahead"."""
    marks = dict.fromkeys([*definition.steps, *definition.calls], "ahead")
    for task in tasks:
        if task.kind == TaskKind.STEP:
            marks[task.step] = {"open": "current", "done": "done"}.get(task.status, "closed")
    for child in children:
        if child.parent_element:
            marks[child.parent_element] = {"open": "current", "completed": "done"}.get(child.status, "closed")
    if case.end:
        marks[case.end] = "done"
    return marks


def _led_back(definition: Definition, task: Task, tasks: tuple[Task, ...]) -> Task | None:
    """The task that was returned, refused or sent back in the very action that opened this one."""

    def leads_back(other: Task) -> bool:
        outcome = other.outcome or ""
        return outcome == SENT_BACK or definition.steps[other.step].outcome(outcome).needs_reason

    at_once = (t for t in tasks if t.kind == TaskKind.STEP and t.outcome and t.closed_at == task.opened_at)
    return next(filter(leads_back, at_once), None)


def _kept(task: Task) -> dict[str, Any]:
    if task.status == TaskStatus.OPEN and task.draft:
        return {"answers": {}, "outcome": "", "opinion": "", **task.draft}
    return {"answers": task.answers or {}, "outcome": task.outcome or "", "opinion": task.opinion}


def _context(session: Session, actor: Actor, case: Case, definition: Definition, now: datetime) -> Context:
    rules = settings.load(session).rules(case.rule_set, now.astimezone(OFFICE_ZONE).date())
    return Context(
        session=session,
        case=case,
        applicant_id=case.applicant_id,
        subject_id=case.subject_id,
        now=now,
        rule_set=rules,
        actor=actor,
        parameters=rules.parameters,
        tables=definition.tables,
    )


def _closed(context: Context, step: Step, typed: Mapping[str, Any]) -> dict[str, tuple[Text, ...]]:
    """Each outcome that its checks close for what is typed so far, leaving out fields that are not filled in rightly."""
    if step.form is None or not any(outcome.closed_by for outcome in step.outcomes):
        return {}
    wrong = {mistake.path.split("/")[1] for mistake in forms.mistakes(step.form.schema, typed) if mistake.path}
    answers = {name: value for name, value in forms.known_fields(step.form.schema, typed).items() if name not in wrong}
    checks = registry().checks
    closed = {
        outcome.key: tuple(
            mistake.message
            for name in outcome.closed_by
            for mistake in checks[name].call(context, outcome=outcome.key, answers=answers)
        )
        for outcome in step.outcomes
    }
    return {key: reasons for key, reasons in closed.items() if reasons}


def _cannot_start(materials: tuple[MaterialState, ...]) -> Text | None:
    """Why the task as a whole cannot be completed yet: papers of others that are not there."""
    return next(
        (m.because for m in materials if m.state == checklist.CANNOT_START and m.material.source == "paper"), None
    )


def _may(
    session: Session,
    actor: Actor,
    case: Case,
    task: Task,
    tasks: tuple[Task, ...],
    step: Step,
    organisation: Organisation | None,
    today: date,
) -> frozenset[str]:
    if task.status != TaskStatus.OPEN or case.status != CaseStatus.OPEN:
        return frozenset()
    may = set()
    try:
        access.require_to_act(
            session,
            actor,
            case,
            task,
            tasks,
            acting_for=organisation.id if organisation else None,
            independent=is_independent(task, step),
            on=today,
        )
    except (Forbidden, NotFound):
        pass
    else:
        may.add("release" if task.assignee_id == actor.person_id else "claim")
        awaited = [
            t for t in tasks if t.parent_id == task.id and t.kind == TaskKind.CORRECTION and t.status == TaskStatus.OPEN
        ]
        may.add({"correction": "answer_correction", "confirmation": "confirm_reply"}.get(task.kind, "decide"))
        if task.kind == TaskKind.STEP and task.relation != lanes.APPLICANT:
            may.add("take_back_correction" if awaited else "request_correction")
        if any(t.fatal_on is None or t.fatal_on >= today for t in awaited):
            may.discard("decide")
    entered = any(
        t.parent_id == task.id and t.kind == TaskKind.CONFIRMATION and t.status == TaskStatus.OPEN for t in tasks
    )
    replies = task.kind == TaskKind.STEP and acts_on_paper(organisation) and not entered
    if replies and access.allowed(session, actor, access.Permission.ENTER_REPLY, case, today):
        may.add("enter_reply")
    return frozenset(may)


__all__ = [
    "CaseView",
    "ChainStep",
    "StartView",
    "Startable",
    "TaskView",
    "Wait",
    "Way",
    "case_view",
    "start_view",
    "startable",
    "task_view",
]

"""Papers and uploads of a case: what an outcome issues, what people attach, what is voided 作废."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access
from workflows.cases import routing
from workflows.cases.action import Action, Repeated, open_action, require_to_act
from workflows.cases.offline_office import SCAN, acts_on_paper, require_offline
from workflows.documents import attachments, papers, template
from workflows.engine.operations import Context, registry
from workflows.engine.settings import Outcome
from workflows.errors import Conflict, Invalid, Mistake, NotFound
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Task, TaskKind, TaskStatus
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text

ENCLOSURE = "correction"  # the item under which an answer to a request for correction has its files


def issue_for(action: Action, task: Task, chosen: Outcome) -> list[Paper]:
    """Issue the papers an outcome brings, in their order, each in the name of the organisation its template says.

    An office without accounts issues its own papers; its reply is in the record with number and scan.
    """
    return [
        papers.issue(
            action.session,
            case=action.case,
            task=task,
            template=paper_template,
            context=context_of(action, paper_template, action.context()),
            issuer=issuer,
            signer=signer_of(action, issuer, paper_template),
            now=action.now,
            actor=action.actor,
        )
        for paper_template, issuer in to_issue(action, task, chosen)
    ]


def to_issue(action: Action, task: Task, chosen: Outcome) -> Iterator[tuple[template.Template, Organisation]]:
    """The templates of the papers an outcome brings, each with who issues it. `Conflict` when nobody is registered."""
    parties = routing.parties(action)
    for name in chosen.issues:
        paper_template = template.load(action.definition.files, name)
        issuer = parties.get(paper_template.sender)
        if issuer is None:
            raise Conflict(
                Text(
                    f"公文“{name}”的发文单位尚未登记，请联系管理员。",
                    f"The organisation that issues “{name}” is not registered; ask an administrator.",
                )
            )
        if not (acts_on_paper(issuer) and issuer.id == action.acting_for(task)):
            yield paper_template, issuer


def context_of(action: Action, paper_template: template.Template, facts: Context) -> dict[str, Any]:
    """What a paper's template may name: the parties, the answers so far, earlier papers, and the facts it reads."""
    done = [task for task in action.tasks if task.status == TaskStatus.DONE and task.outcome is not None]
    steps = {task.step: task for task in done if task.token}
    parties = routing.parties(action)
    context: dict[str, Any] = {relation: _named(parties.get(relation)) for relation in lanes.RELATIONS}
    context[action.case.subject_kind] = {"name": action.case.title.split("：")[0]}
    context |= {
        "case": {"number": action.case.number, "title": action.case.title},
        "answers": {step: task.answers or {} for step, task in steps.items()},
        "outcome": {step: task.outcome for step, task in steps.items()},
        "opinion": {step: task.opinion for step, task in steps.items()},
        "facts": {name: registry().facts[name].call(facts).to_json() for name in _facts(paper_template)},
        "papers": _numbers(action, steps),
        "today": action.today,
    }
    return context


def attach(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    material: str,
    filename: str,
    content: bytes,
    now: datetime,
    key: str | None = None,
) -> Attachment:
    """Upload a file for an item of a task's checklist. Raises `Invalid` when it is not what it says it is.

    For an office without accounts the applicant's secretary attaches the scan of its reply (`reply_scan`), and whoever
    answers a request for correction encloses what was corrected (`correction`).
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Attachment, repeated.event.data["attachment"])
    task = action.task(task_id)
    if material == SCAN:
        access.require(session, actor, access.Permission.ENTER_REPLY, action.case, action.today)
        action.require_open(task)
        require_offline(action, task)
    else:
        require_to_act(action, task)
        if material not in _asked_for(action, task):
            raise Invalid(
                [Mistake(f"/materials/{material}", Text("清单中没有这一项。", "The checklist has no such item."))]
            )
    attachment = attachments.store(
        session,
        case_id=action.case.id,
        task_id=task.id,
        material=material,
        filename=filename,
        content=content,
        actor=actor,
        now=now,
    )
    session.flush()
    action.record(
        "attachment_added",
        {
            "attachment": attachment.id,
            "material": material,
            "filename": attachment.filename,
            "sha256": attachment.sha256,
        },
        task,
    )
    action.save()
    return attachment


def _asked_for(action: Action, task: Task) -> set[str]:
    """The items under which files may be attached to a task."""
    if task.kind == TaskKind.CORRECTION:
        return {ENCLOSURE}
    return {item.key for item in action.step(task).materials if item.source == "upload"}


def detach(session: Session, actor: Actor, attachment_id: int, *, now: datetime, key: str | None = None) -> Attachment:
    """Take an upload off the checklist of a task that is still open; the file and the record stay."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    try:
        action = open_action(session, actor, task_id=attachment.task_id, now=now, key=key)
    except Repeated:
        return attachment
    task = action.task(attachment.task_id)
    if attachment.material == SCAN:
        access.require(session, actor, access.Permission.ENTER_REPLY, action.case, action.today)
        action.require_open(task)
    else:
        require_to_act(action, task)
    if attachment.removed_at is None:
        attachments.remove(session, attachment.id, actor=actor, now=now)
        action.record("attachment_removed", {"attachment": attachment.id, "sha256": attachment.sha256}, task)
        action.save()
    return attachment


def void_paper(
    session: Session, actor: Actor, paper_id: int, *, reason: str, now: datetime, key: str | None = None
) -> Paper:
    """Declare an issued paper void 作废. It stays readable, keeps its number, and no longer counts for a checklist."""
    paper = session.get(Paper, paper_id)
    if paper is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    try:
        action = open_action(session, actor, case_id=paper.case_id, now=now, key=key)
    except Repeated:
        return paper
    access.require(session, actor, access.Permission.VOID_PAPER, paper, action.today)
    papers.void(session, paper, reason, actor, now, key=action.key)
    action.notify("paper_voided", lanes.APPLICANT, action.definition.settings.start.role, paper=paper.number_text)
    action.save()
    return paper


def _facts(paper_template: template.Template) -> list[str]:
    """The facts a template reads by name: any that is registered, as its checks say."""
    return sorted({path[1] for path in paper_template.references() if path[0] == "facts" and len(path) > 1})


def _named(organisation: Organisation | None) -> dict[str, str]:
    return {"name": organisation.name if organisation else ""}


def signer_of(action: Action, issuer: Organisation, paper_template: template.Template) -> str:
    """Who signs: the actor when the paper leaves the actor's own organisation as its leader, else its leader."""
    if not paper_template.signer:
        return ""
    leaders = lanes.people_in(action.session, issuer, "leader", action.today)
    if any(leader.person_id == action.actor.person_id for leader in leaders):
        return action.actor.name
    return leaders[0].name if leaders else action.actor.name


def _numbers(action: Action, steps: dict[str, Task]) -> dict[str, dict[str, str]]:
    numbers = {
        paper.name: {"number": paper.number_text, "title": paper.title, "dated_on": paper.dated_on.isoformat()}
        for paper in action.session.scalars(
            select(Paper).where(Paper.case_id == action.case.id, Paper.status == "issued").order_by(Paper.id)
        )
    }
    for step, task in steps.items():
        if task.request and "number" in task.request:  # replied on paper
            outcome = next(o for o in action.definition.steps[step].outcomes if o.key == task.outcome)
            reply = {"number": task.request["number"], "title": "", "dated_on": task.request["dated_on"]}
            numbers |= dict.fromkeys(outcome.issues, reply)
    return numbers

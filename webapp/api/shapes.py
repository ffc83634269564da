"""From what the workflows answer to what the API gives."""

from __future__ import annotations

from flask import url_for

from webapp.api import models
from webapp.languages import language
from workflows import inbox
from workflows.cases.checklist import MaterialState
from workflows.cases.decide import Decided
from workflows.cases.views import CaseView, TaskView
from workflows.engine.definition import Definition, Step
from workflows.law.finding import Finding
from workflows.storage.cases import Task
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text


def page(found: inbox.Page) -> models.TaskPage:
    items = [models.TaskRow.model_validate(row) for row in found.rows]
    return models.TaskPage(items=items, total=found.total, page=found.page, pages=found.pages)


def task(view: TaskView) -> models.TaskOut:
    row, definition, step = view.task, view.definition, view.step
    return models.TaskOut(
        id=row.id,
        case_id=view.case.id,
        case_number=view.case.number,
        title=view.case.title,
        procedure=_said(definition, definition.title),
        step_id=step.id,
        step_title=_said(definition, step.title),
        kind=row.kind,
        status=row.status,
        organisation=view.organisation.name if view.organisation else "",
        holders=[holder.name for holder in view.holders],
        claimed_by=row.assignee.name if row.assignee else "",
        opened_at=row.opened_at,
        target_on=row.target_on,
        fatal_on=row.fatal_on,
        deadline=view.derivation.explain(language()) if view.derivation else [],
        paused=row.paused_at is not None,
        may=sorted(view.may),
        cannot_start=_text(view.cannot_start),
        outcomes=_outcomes(definition, step),
        form=dict(step.form.schema) if step.form and row.kind == "step" else None,
        answers=dict(view.values),
        outcome=view.outcome,
        opinion=view.opinion,
        materials=[_material(definition, state) for state in view.materials],
        findings=[_finding(finding) for finding in view.findings],
        request=dict(view.request),
    )


def case(view: CaseView) -> models.CaseOut:
    row, definition = view.case, view.definition
    return models.CaseOut(
        id=row.id,
        number=row.number,
        title=row.title,
        procedure=_said(definition, definition.title),
        applicant=row.applicant.name,
        status=row.status,
        end=row.end or "",
        started_at=row.started_at,
        ended_at=row.ended_at,
        sentence=_text(view.sentence),
        waits=[
            models.WaitOut(
                task_id=wait.task.id,
                step_id=wait.task.step,
                step_title=_said(definition, definition.steps[wait.task.step].title),
                organisation=wait.organisation.name if wait.organisation else "",
                sentence=_text(wait.sentence),
            )
            for wait in view.waits
        ],
        marks=dict(view.marks),
        tasks=[_case_task(definition, one) for one in view.tasks],
        papers=[_paper(one) for one in view.papers],
        attachments=[_attachment(one) for one in view.attachments],
        may_withdraw=view.may_withdraw,
    )


def decided(result: Decided, definition: Definition) -> models.DecisionOut:
    return models.DecisionOut(
        case_id=result.case.id,
        case_status=result.case.status,
        task_id=result.task.id,
        outcome=result.task.outcome or "",
        opened=[
            models.OpenedTask(
                id=one.id, step_id=one.step, step_title=_said(definition, definition.steps[one.step].title)
            )
            for one in result.opened
        ],
    )


def claim(row: Task) -> models.ClaimOut:
    return models.ClaimOut(task_id=row.id, claimed_by=row.assignee.name if row.assignee else "")


def _outcomes(definition: Definition, step: Step) -> list[models.OutcomeOut]:
    return [
        models.OutcomeOut(key=o.key, title=_said(definition, o.title), kind=o.kind, issues=list(o.issues))
        for o in step.outcomes
    ]


def _material(definition: Definition, state: MaterialState) -> models.MaterialOut:
    material = state.material
    return models.MaterialOut(
        key=material.key,
        title=_said(definition, material.title),
        source=material.source,
        required=material.required,
        outcomes=list(material.outcomes),
        state=state.state,
        because=_text(state.because),
        attachments=[_attachment(one) for one in state.attachments],
    )


def _finding(finding: Finding) -> models.FindingOut:
    return models.FindingOut(
        verdict=finding.verdict,
        rule=finding.rule,
        numbers=dict(finding.numbers),
        reasons=[_text(reason) for reason in finding.reasons],
        source=finding.source,
        confidence=finding.confidence,
        flags=[_text(flag) for flag in finding.flags],
    )


def _case_task(definition: Definition, row: Task) -> models.CaseTask:
    return models.CaseTask(
        id=row.id,
        step_id=row.step,
        step_title=_said(definition, definition.steps[row.step].title),
        kind=row.kind,
        status=row.status,
        outcome=row.outcome or "",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by.name if row.closed_by else "",
    )


def _attachment(row: Attachment) -> models.AttachmentOut:
    return models.AttachmentOut(
        id=row.id,
        material=row.material,
        filename=row.filename,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        address=url_for("documents.attachment", attachment_id=row.id),
    )


def _paper(row: Paper) -> models.PaperOut:
    return models.PaperOut(
        id=row.id,
        number=row.number_text,
        title=row.title,
        dated_on=row.dated_on,
        status=row.status,
        address=url_for("documents.paper", paper_id=row.id),
    )


def _said(definition: Definition, title: str) -> str:
    return definition.say(title, language())


def _text(value: Text | None) -> str:
    return value.to(language()) if value is not None else ""

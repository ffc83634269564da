"""The blueprint of cases, and what its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from webapp.cases import formdata, words
from webapp.languages import CHINESE, language
from workflows.cases.forecast import ChainStep
from workflows.engine.definition import Definition, Step
from workflows.engine.forms import Form
from workflows.storage.cases import Case

blueprint = Blueprint("cases", __name__, template_folder="templates")


@blueprint.app_template_filter()
def case_title(case: Case, definition: Definition) -> str:
    """A case's title; in English made of the applicant's and the procedure's English names."""
    if language() == CHINESE:
        return case.title
    return f"{case.applicant.name_en or case.applicant.name}: {definition.say(definition.title, language())}"


@blueprint.app_template_filter()
def row_title(row: Any) -> str:
    """The title of a line in a list of cases (workflows.inbox.Row)."""
    if language() == CHINESE:
        return str(row.title)
    return f"{row.applicant_en}: {row.definition.say(row.procedure, language())}"


@blueprint.app_template_global()
def said(definition: Definition, text: str) -> str:
    """A text of a procedure folder in the reader's language."""
    return definition.say(text, language())


@blueprint.app_template_global()
def shown_answers(definition: Definition, form: Form | None, answers: dict[str, Any] | None) -> tuple[Any, ...]:
    """The answers to a form with their titles, for reading."""
    if form is None or not answers:
        return ()
    return formdata.shown(form.schema, form.ui, answers, lambda text: said(definition, text), (_("是"), _("否")))


@blueprint.app_template_global()
def outcome_title(definition: Definition, step_id: str, key: str | None) -> str:
    """What was decided, in words."""
    step = definition.steps.get(step_id)
    chosen = next((o for o in step.outcomes if o.key == key), None) if step else None
    return said(definition, chosen.title) if chosen else words.own_outcome(key or "")


@blueprint.app_template_global()
def outcome_titles(definition: Definition, step: Step, keys: tuple[str, ...]) -> str:
    """Several outcomes in words."""
    return _("、").join(outcome_title(definition, step.id, key) for key in keys)


@blueprint.app_template_filter()
def organisation_name(link: ChainStep) -> str:
    """Who acts in a step of a chain."""
    return link.organisation if language() == CHINESE else link.organisation_en


@blueprint.app_template_filter()
def holder_names(link: ChainStep) -> str:
    """The people who act in a step of a chain."""
    return _("、").join(link.holders if language() == CHINESE else link.holders_en)


for function in (words.tone, words.figures, words.task_kind, words.case_status, words.file_size):
    blueprint.add_app_template_global(function)

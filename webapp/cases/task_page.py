"""The page of a task, whatever led to it: a first look, a mistake, or somebody who was faster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import make_response, render_template
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases import formdata
from webapp.cases.typed import Typed
from webapp.clock import now, today
from webapp.database import session
from webapp.languages import language
from workflows import inbox, settings
from workflows.cases import views
from workflows.cases.consult import opinions_of
from workflows.cases.elapsed import days_left, unit_of
from workflows.cases.offers import task_offers
from workflows.cases.phrases import phrases_of
from workflows.engine.definition import Definition, Step
from workflows.errors import Conflict, Mistake


def task_page(
    task_id: int,
    *,
    typed: Typed | None = None,
    mistakes: Iterable[Mistake] = (),
    reply: Mapping[str, str] | None = None,
    opining: Mapping[str, Any] | None = None,
) -> str:
    """The page; `typed` is shown instead of what is stored, `reply` are the fields of a paper reply, `opining` those of
    an opinion (`id`, `verdict`, `text`)."""
    view = views.task_view(session(), actor(), task_id, now=now())
    if typed is not None:
        view = replace(view, values=typed.answers, outcome=typed.outcome, opinion=typed.opinion)
    acts = bool(view.may & {"decide", "enter_reply"})
    opinions = opinions_of(session(), actor(), view.case.id, view.sealed)
    offers = task_offers(session(), actor(), view, opinions, now=now())
    return render_template(
        f"cases/task_{view.task.kind}.html",
        view=view,
        fields=fields_of(view.definition, view.step, view.values) if acts else (),
        mistakes=tuple(mistakes),
        reply=reply or {},
        offers=offers,
        opinions=tuple(row for row in opinions if row.task_id == task_id),
        opening=opining,
        phrases=phrases_of(session(), actor()) if acts or offers.mine else (),
        days_left=days_left(settings.load(session()).calendar, view.task.fatal_on, view.task.derivation, today()),
        unit=unit_of(view.task.derivation),
        late=inbox.lateness(view.task, today()),
    )


def fields_of(definition: Definition, step: Step, values: Mapping[str, Any]) -> tuple[formdata.Field, ...]:
    """The fields of a step's form, filled, in the reader's language."""
    if step.form is None:
        return ()
    return formdata.fields(step.form.schema, step.form.ui, values, lambda text: definition.say(text, language()))


def too_late(definition: Definition, step: Step, typed: Typed, error: Conflict, task_id: int) -> Response:
    """Somebody was faster: who and when, and everything that was typed, to be read and copied."""
    page = render_template(
        "cases/too_late.html", definition=definition, step=step, typed=typed, error=error, task_id=task_id
    )
    return make_response(page, 409)

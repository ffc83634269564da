"""办件: one case with everything about it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from webapp.auth.gate import actor
from webapp.cases import diagram as drawing
from webapp.cases.blueprint import blueprint
from webapp.cases.sentences import event_sentence, people_named
from webapp.clock import now, today
from webapp.database import abandon, session
from webapp.languages import language, named
from workflows import catalogue, inbox, settings
from workflows.cases import views, watch, withdraw
from workflows.cases.consult import opinions_of
from workflows.cases.elapsed import days_left, unit_of
from workflows.cases.offers import case_offers
from workflows.cases.waiting import Wait
from workflows.errors import Invalid, Mistake
from workflows.storage.organisations import Person


@blueprint.get("/cases/<int:case_id>")
def case(case_id: int) -> str:
    return _case_page(case_id)


@blueprint.get("/cases/<int:case_id>/diagram")
def diagram(case_id: int) -> Response:
    """The BPMN file of the case's version, with names in the reader's language."""
    definition = views.case_view(session(), actor(), case_id, now=now()).definition
    xml = drawing.in_language(definition.diagram(), lambda text: definition.say(text, language()))
    return Response(xml, mimetype="application/xml")


@blueprint.post("/cases/<int:case_id>/withdraw")
def withdraw_case(case_id: int) -> BaseResponse | tuple[str, int]:
    reason = request.form.get("reason", "")
    try:
        withdrawn = withdraw(session(), actor(), case_id, reason=reason, now=now(), key=request.form.get("key"))
    except Invalid as error:
        abandon()
        return _case_page(case_id, mistakes=error.mistakes, reason=reason), 422
    flash(_("%(number)s 已撤销。", number=withdrawn.number), "success")
    return redirect(url_for("cases.case", case_id=case_id))


def _case_page(case_id: int, *, mistakes: tuple[Mistake, ...] = (), reason: str = "") -> str:
    view = views.case_view(session(), actor(), case_id, now=now())
    definition = view.definition
    steps = {task.id: task.step for task in view.tasks}
    people = _people(
        who for event in view.events for who in (event.actor_id, event.on_behalf_of_id, *people_named(event))
    )
    names = {person.id: named(person) for person in people.values()}
    told = [(event, event_sentence(event, definition, steps, names)) for event in reversed(view.events)]
    label = _("流程图：已办、当前和后续环节")
    around = watch.around(session(), case_id)
    picture = drawing.svg(definition.diagram(), view.marks, lambda text: definition.say(text, language()), label)
    return render_template(
        "cases/case.html",
        view=view,
        told=told,
        related=[(_("上级办件"), parent) for parent in (view.parent,) if parent is not None]
        + [(_("子办件"), child) for child in view.children],
        definition_of=lambda other: catalogue.definition_of(session(), other.definition_id),
        people=people,
        picture=picture,
        marks=json.dumps(dict(view.marks)),
        mine={wait.task.id for wait in view.waits if _holds(wait)},
        due={wait.task.id: _due(wait) for wait in view.waits},
        operations=case_offers(session(), actor(), view.case, now=now()),
        opinions=opinions_of(session(), actor(), case_id, view.sealed),
        copies=around.copies,
        my_copies=[c for c in around.copies if c.person_id == actor().person_id and c.read_at is None],
        supervisions=around.supervisions,
        suspension=around.suspension,
        mistakes=mistakes,
        reason=reason,
    )


def _people(ids: Iterable[int | None]) -> dict[int, Person]:
    """Who is named in a history, by id."""
    wanted = {i for i in ids if i is not None}
    return {person.id: person for person in session().scalars(select(Person).where(Person.id.in_(wanted)))}


def _holds(wait: Wait) -> bool:
    """Whether the reader is one of those the task waits for."""
    me = actor().person_id
    return any(holder.person_id == me for holder in wait.holders) and wait.task.assignee_id in (None, me)


def _due(wait: Wait) -> dict[str, object]:
    task = wait.task
    return {
        "days_left": days_left(settings.load(session()).calendar, task.fatal_on, task.derivation, today()),
        "unit": unit_of(task.derivation),
        "late": inbox.lateness(task, today()),
    }

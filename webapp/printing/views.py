"""打印: the whole case as a page to print and as a PDF, with the parts the reader chose last."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request
from sqlalchemy import select

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import session
from webapp.documents.download import attachment
from webapp.languages import CHINESE, language
from webapp.printing.case_sheet import PARTS, Printed, part_title, sheet_of
from workflows.cases import views
from workflows.cases.consult import opinions_of
from workflows.documents import layout_sheet
from workflows.documents.sheet import Sheet
from workflows.storage.organisations import Person

COOKIE_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("printing", __name__, template_folder="templates", url_prefix="/cases")


@blueprint.get("/<int:case_id>/print")
def case(case_id: int) -> Response:
    parts = _chosen()
    page = render_template(
        "printing/case.html",
        case_id=case_id,
        sheet=_sheet(case_id, parts),
        choices=[(key, part_title(key), key in parts) for key in PARTS],
    )
    return _remembered(make_response(page), parts)


@blueprint.get("/<int:case_id>/print.pdf")
def pdf(case_id: int) -> Response:
    parts = _chosen()
    sheet = _sheet(case_id, parts)
    name = f"{sheet.number} {sheet.kind}.pdf".replace("/", "-")
    return _remembered(attachment(layout_sheet.render(sheet, today()), name, "application/pdf"), parts)


def _sheet(case_id: int, parts: tuple[str, ...]) -> Sheet:
    view = views.case_view(session(), actor(), case_id, now=now())
    me = actor()
    opinions = opinions_of(session(), me, case_id, view.sealed)
    ids = {i for event in view.events for i in (event.actor_id, event.on_behalf_of_id) if i is not None}
    people = {person.id: person for person in session().scalars(select(Person).where(Person.id.in_(ids)))}
    name = me.name if language() == CHINESE else me.name_en
    return sheet_of(Printed(view, opinions, people, name, now()), parts)


def _chosen() -> tuple[str, ...]:
    """The parts that were ticked; without a choice, those of the last time, or all."""
    ticked, last_time = request.args.getlist("part"), request.cookies.get(_cookie(), "").split(".")
    wanted = ticked if "chosen" in request.args else last_time
    return tuple(key for key in PARTS if key in wanted) or tuple(PARTS)


def _remembered(response: Response, parts: tuple[str, ...]) -> Response:
    if "chosen" in request.args:
        response.set_cookie(
            _cookie(),
            ".".join(parts),
            max_age=COOKIE_SECONDS,
            path="/cases",
            samesite="Lax",
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def _cookie() -> str:
    """One for each person, also where several share a browser."""
    return f"print_parts_{actor().person_id}"

"""The lists of one person."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases.sentences import notice_sentence
from webapp.clock import now, today
from webapp.database import session
from webapp.languages import CHINESE, language
from workflows import catalogue, inbox
from workflows.engine.definition import Definition, Step
from workflows.organisations.lanes import Holder

blueprint = Blueprint("inbox", __name__, template_folder="templates", url_prefix="/work")

TABS = ("todo", "done", "started", "copies", "notices")
NOTICES_SHOWN = 100


@blueprint.get("/")
def index() -> str:
    tab = request.args.get("tab", "todo")
    if tab == "notices":
        return _notices()
    if tab == "copies":
        return _copies()
    tab = tab if tab in TABS else "todo"
    search, sort = request.args.get("search", "").strip(), request.args.get("sort", "due")
    number = max(1, request.args.get("page", 1, type=int))
    if tab == "todo":
        page = inbox.todo(session(), actor(), on=today(), search=search, sort=sort, page=number)
    else:
        read = inbox.done if tab == "done" else inbox.started
        page = read(session(), actor(), on=today(), search=search, page=number)
    return render_template("inbox/index.html", tab=tab, list_page=page, search=search, sort=sort, **_around())


@blueprint.post("/notices/read")
def read_notices() -> Response:
    """One notice, or all that were on the page and before it: none that came meanwhile is read unseen."""
    only, until = request.form.get("notice", type=int), request.form.get("until", type=int)
    inbox.read_notices(session(), actor(), now=now(), only=only, until=until)
    flash(_("通知已标为已读。") if only is not None else _("通知已全部标为已读。"), "success")
    return redirect(url_for("inbox.index", tab="notices", page=request.form.get("page", type=int)))


def _notices() -> str:
    number, total = max(1, request.args.get("page", 1, type=int)), inbox.count_notices(session(), actor())
    lines = []
    for notice, case in inbox.notices(session(), actor(), page=number):
        definition = catalogue.definition_of(session(), case.definition_id)
        lines.append((notice, case, definition, notice_sentence(notice, definition)))
    pages = max(1, -(-total // inbox.SIZE))
    return render_template(
        "inbox/notices.html", tab="notices", lines=lines, number=number, pages=pages, total=total, **_around()
    )


def _copies() -> str:
    lines = [
        (copy, case, catalogue.definition_of(session(), case.definition_id))
        for copy, case in inbox.copies(session(), actor(), size=NOTICES_SHOWN)
    ]
    return render_template("inbox/copies.html", tab="copies", lines=lines, **_around())


@blueprint.app_template_global()
def bulk_outcomes(shared: tuple[Definition, Step]) -> list[tuple[str, str, str]]:
    """The outcomes of a step, for choosing one for many rows."""
    definition, step = shared
    needs = _("须写明理由")
    return [(o.key, definition.say(o.title, language()), needs if o.needs_reason else "") for o in step.outcomes]


@blueprint.app_template_global()
def bulk_colleagues(colleagues: Sequence[Holder]) -> list[tuple[str, str, str]]:
    """Colleagues, for choosing one."""
    chinese = language() == CHINESE
    return [(str(c.person_id), c.name if chinese else c.name_en, c.title if chinese else "") for c in colleagues]


def _around() -> dict[str, object]:
    return {"counts": inbox.counts(session(), actor(), today())}

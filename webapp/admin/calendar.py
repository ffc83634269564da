"""The years of the working-day calendar."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.admin import reads
from webapp.admin.blueprint import blueprint
from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from workflows import administration, settings
from workflows.errors import Invalid, Mistake, NotFound
from workflows.text import Text

FIRST_YEAR = 2015
YEARS_AHEAD = 3


@blueprint.get("/calendar")
def calendar() -> Response:
    return redirect(url_for("admin.year", number=today().year))


@blueprint.get("/calendar/<int:number>")
def year(number: int) -> str:
    return _page(number, {}, ())


@blueprint.post("/calendar/<int:number>")
def load_year(number: int) -> Response | tuple[str, int]:
    _require_sensible(number)
    form = request.form
    try:
        days = administration.read_notice(form.get("days", ""), number)
        count = administration.load_year(session(), actor(), number, days, source=form.get("source", ""), now=now())
    except Invalid as error:
        abandon()
        return _page(number, form, error.mistakes), 422
    flash(_("已载入 %(year)s 年的 %(count)s 天。", year=number, count=count), "success")
    return redirect(url_for("admin.year", number=number))


def _page(number: int, values: object, mistakes: tuple[Mistake, ...]) -> str:
    _require_sensible(number)
    loaded = settings.load(session())
    view = reads.year(session(), loaded.calendar, number)
    years = [(y, loaded.calendar.is_provisional(y)) for y in range(today().year - 2, today().year + YEARS_AHEAD)]
    return render_template("admin/calendar.html", view=view, years=years, values=values, mistakes=mistakes)


def _require_sensible(number: int) -> None:
    if not FIRST_YEAR <= number <= today().year + YEARS_AHEAD:
        raise NotFound(Text("没有这一年的日历。", "There is no calendar of this year."))

"""Filters kept under a name, alone or shared with the own organisation."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from webapp.languages import text
from webapp.monitor.blueprint import address_of, blueprint, scope
from webapp.monitor.choices import PAGE
from workflows.errors import Invalid, NotFound
from workflows.monitor import saved
from workflows.monitor.wanted import Wanted
from workflows.text import Text


@blueprint.post("/filters")
def save_filter() -> Response:
    """Keep the filter of the list, as far as it makes sense."""
    scope()
    wanted = Wanted.of(request.form)
    share = request.form.get("share", type=int)
    try:
        kept = saved.keep(
            session(),
            actor(),
            page=PAGE,
            name=request.form.get("name", ""),
            query=urlencode(wanted.query()),
            share_with=share,
            now=now(),
        )
    except Invalid as error:
        abandon()
        flash(" ".join(text(mistake.message) for mistake in error.mistakes), "danger")
    else:
        flash(_("已保存“%(name)s”。", name=kept.name), "success")
    return redirect(address_of(wanted))


@blueprint.get("/filters/<int:filter_id>")
def open_filter(filter_id: int) -> Response:
    """The list behind a saved filter, as far as its reader may see it."""
    own = saved.filters(session(), scope().actor, PAGE, today())
    found = next((kept for kept in own if kept.filter.id == filter_id), None)
    if found is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    return redirect(address_of(Wanted.of(dict(parse_qsl(found.filter.query)))))


@blueprint.post("/filters/<int:filter_id>/delete")
def delete_filter(filter_id: int) -> Response:
    scope()
    gone = saved.forget(session(), actor(), filter_id, PAGE, today())
    flash(_("已删除“%(name)s”。", name=gone.name), "success")
    return redirect(url_for("monitor.waiting"))

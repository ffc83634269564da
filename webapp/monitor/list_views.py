"""Where it is stuck: the ten worst, and the whole list with its filters."""

from __future__ import annotations

from flask import Response, render_template, request

from webapp.database import session
from webapp.documents.download import attachment
from webapp.ledger.zones import XLSX
from webapp.monitor import choices, export
from webapp.monitor.blueprint import around, blueprint, everything, scope
from workflows.errors import NotFound
from workflows.monitor import saved
from workflows.monitor.stuck import stuck
from workflows.monitor.summary import tiles
from workflows.monitor.wanted import SORTS, Wanted
from workflows.text import Text

WORST_SHOWN = 10


@blueprint.get("/")
def index() -> str:
    page = stuck(session(), scope(), everything(), Wanted(), size=WORST_SHOWN)
    return render_template(
        "monitor/index.html",
        tab="monitor.index",
        tiles=tiles(everything()),
        found=page,
        wanted=Wanted(),
        saved=saved.filters(session(), scope().actor, choices.PAGE, scope().on),
        all_selected=request.args.get("select") == "all",
        **around(),
    )


@blueprint.get("/waits")
def waiting() -> str:
    wanted = Wanted.of(request.args)
    page = stuck(session(), scope(), everything(), wanted, page=request.args.get("page", 1, type=int))
    return render_template(
        "monitor/waits.html",
        tab="monitor.waiting",
        found=page,
        wanted=wanted,
        options=choices.options(session(), everything(), wanted),
        sorts=SORTS,
        shares=choices.shares(scope()),
        saved=saved.filters(session(), scope().actor, choices.PAGE, scope().on),
        all_selected=request.args.get("select") == "all",
        **around(),
    )


@blueprint.get("/waits.<form>")
def export_waits(form: str) -> Response:
    """The whole list with these filters, all its pages: `csv` (UTF-8) or `xlsx`."""
    if form not in ("csv", "xlsx"):
        raise NotFound(Text("没有这种格式。", "There is no such format."))
    content = export.waits(session(), scope(), everything(), Wanted.of(request.args), form)
    return attachment(content, export.filename(form, scope().on), XLSX if form == "xlsx" else export.CSV)

"""The page that asks what to export, the file, and the question before names are given out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, database, session
from webapp.documents.download import attachment
from webapp.event_log.choices import formats, procedures
from workflows import access, event_log
from workflows.errors import Invalid, Mistake
from workflows.event_log import Wanted
from workflows.text import Text

blueprint = Blueprint("event_log", __name__, url_prefix="/monitor/event-log", template_folder="templates")


@blueprint.before_request
def require_export() -> None:
    """Everything under this address is for those who oversee something, and for administrators."""
    access.require(session(), actor(), access.Permission.EXPORT_LOG, None, today())


@blueprint.context_processor
def way_here() -> dict[str, object]:
    """The way to these pages: an administrator who oversees nothing has no monitor, and who is signed out sees no way."""
    seen = current_user.is_authenticated and access.allowed(
        session(), actor(), access.Permission.VIEW_MONITOR, None, today()
    )
    return {"trail": [(_("监控"), url_for("monitor.index"))] if seen else []}


@blueprint.get("/")
def index() -> str:
    return _page(request.args)


@blueprint.get("/export")
def export() -> BaseResponse | str | tuple[str, int]:
    """The file, with pseudonyms. With `names` first the question whether to put that on the record."""
    try:
        asked = _wanted(request.args)
    except Invalid as error:
        return _page(request.args, error.mistakes), 422
    if asked.names:
        return render_template("event_log/names.html", asked=asked, typed=request.args)
    return _file(asked)


@blueprint.post("/export")
def export_names() -> BaseResponse | tuple[str, int]:
    """The file with the names the actor may see; that they were given out is on record before they are."""
    try:
        asked = _wanted({**request.form.to_dict(), "names": "true"})
    except Invalid as error:
        abandon()
        return _page(request.form, error.mistakes), 422
    event_log.record_names(session(), actor(), asked, now())
    return _file(asked)


def _wanted(typed: Mapping[str, str]) -> Wanted:
    """What was typed, checked; every mistake at once."""
    first, mistakes = _day(typed, "from")
    last, further = _day(typed, "to")
    mistakes += further
    try:
        asked = event_log.wanted(
            session(),
            actor(),
            fmt=typed.get("format", ""),
            procedure=typed.get("procedure") or None,
            first=first,
            last=last,
            names=typed.get("names") == "true",
            secret=current_app.config["SETTINGS"].signing_key,
            now=now(),
        )
    except Invalid as error:
        mistakes += error.mistakes
    if mistakes:
        raise Invalid(mistakes)
    return asked


def _day(typed: Mapping[str, str], name: str) -> tuple[date | None, list[Mistake]]:
    value = typed.get(name, "").strip()
    if not value:
        return None, []
    try:
        return date.fromisoformat(value), []
    except ValueError:
        text = Text("请写成 2026-03-10 这样的日期。", "Write a date such as 2026-03-10.")
        return None, [Mistake(f"/{name}", text)]


def _file(asked: Wanted) -> Response:
    """The log as it is read, in a session of its own: the request's ends before the first piece is taken."""
    store = database()

    def pieces() -> Iterator[bytes]:
        with event_log.snapshot(store) as reading:
            yield from event_log.write(reading, asked)

    name = f"建会事件日志 {today().isoformat()}.{asked.format.extension}"
    return attachment(pieces(), name, asked.format.media_type)


def _page(typed: Mapping[str, str], mistakes: tuple[Mistake, ...] = ()) -> str:
    return render_template(
        "event_log/index.html", typed=typed, mistakes=mistakes, formats=formats(), procedures=procedures(session())
    )

"""The private address: made, shown once, ended; and what it answers to another calendar."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.auth.gate import actor, public
from webapp.calendar.blueprint import blueprint, due_address, due_kind
from webapp.clock import now, today
from webapp.database import session
from workflows import calendar_feed, due, icalendar
from workflows.due import Due
from workflows.organisations.actors import actor_of

DAYS_BACK, DAYS_AHEAD = 31, 400
CACHED_SECONDS = 900


@blueprint.post("/feed")
def open_feed() -> Response:
    """The only time the address is seen: never stored by the browser, never behind an address that can be reopened."""
    token = calendar_feed.open_feed(session(), actor(), now=now())
    page = make_response(render_template("calendar/address.html", address=_outside(url_for(".feed", token=token))))
    page.headers["Cache-Control"] = "no-store"
    return page


@blueprint.post("/feed/end")
def end_feed() -> BaseResponse:
    calendar_feed.end_feed(session(), actor(), now=now())
    flash(_("日历订阅已停止，原来的地址不能再用。"), "success")
    return redirect(url_for("calendar.index"))


@blueprint.get(f"/<string(length={calendar_feed.TOKEN_LENGTH}):token>.ics")
@public
def feed(token: str) -> Response:
    """What falls due for whoever the address belongs to; it needs no sign-in and ends with the account."""
    reader = calendar_feed.reader_of(session(), token)
    whose = actor_of(session(), reader.person_id, today())
    first, last = today() - timedelta(days=DAYS_BACK), today() + timedelta(days=DAYS_AHEAD)
    found = due.due_between(session(), whose, first, last, on=today())
    with force_locale("zh_Hans_CN" if reader.locale == "zh" else reader.locale):
        content = icalendar.calendar(_("建会：我的期限"), [_entry(each, reader.locale) for each in found], now=now())
    answer = make_response(content)
    answer.headers["Content-Type"] = icalendar.MEDIA_TYPE
    answer.headers["Cache-Control"] = f"private, max-age={CACHED_SECONDS}"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _entry(each: Due, locale: str) -> icalendar.Entry:
    """Title and number, and no more: the address may be known to others."""
    kind, path = due_kind(each.kind), due_address(each)
    return icalendar.Entry(
        uid=f"{each.name}@{request.host.partition(':')[0]}",
        on=each.on,
        summary=f"{kind} · {each.title.to(locale)}",
        description=each.number,
        category=kind,
        url=_outside(path) if path else "",
        changed_at=each.changed_at,
    )


def _outside(path: str) -> str:
    """An address of ours as others write it."""
    base = current_app.config["SETTINGS"].base_url or request.host_url.rstrip("/")
    return f"{base}{path}"

"""The own channels and hours."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.config import Settings
from webapp.database import abandon, session
from webapp.languages import language, text
from webapp.outside import site
from workflows.errors import Conflict, Invalid, Mistake
from workflows.notifications import channels
from workflows.notifications.addresses import TITLES, ChannelKind
from workflows.notifications.hours import Hours
from workflows.notifications.reasons import explained
from workflows.storage.organisations import Person

blueprint = Blueprint("notifications", __name__, template_folder="templates", url_prefix="/account/notifications")


@blueprint.app_template_filter()
def channel_title(kind: str) -> str:
    return text(TITLES[ChannelKind(kind)])


@blueprint.app_template_filter()
def why_undelivered(kept: str) -> str:
    return text(explained(kept))


@blueprint.get("/")
def index() -> str:
    return _page()


@blueprint.post("/channels")
def add_channel() -> Response | tuple[str, int]:
    form = request.form
    try:
        channels.add_channel(
            session(),
            actor(),
            kind=_offered(form.get("kind", "")),
            address=form.get("address", ""),
            secret=form.get("secret", ""),
            now=now(),
        )
    except (Invalid, Conflict) as error:
        return _again(error, {"kind": form.get("kind", ""), "address": form.get("address", "")})
    flash(_("渠道已添加。请发送一条测试消息，确认能收到。"), "success")
    return redirect(url_for("notifications.index"))


@blueprint.post("/channels/<int:channel_id>/try")
def try_channel(channel_id: int) -> Response | tuple[str, int]:
    try:
        channels.try_channel(session(), actor(), channel_id, locale=language(), site=site(_settings()), now=now())
    except Conflict as error:
        return _again(error, {})
    flash(_("测试消息一分钟内发出。刷新本页可以看到结果。"), "success")
    return redirect(url_for("notifications.index"))


@blueprint.post("/channels/<int:channel_id>/deactivate")
def deactivate_channel(channel_id: int) -> Response:
    channels.deactivate_channel(session(), actor(), channel_id, now=now())
    flash(_("渠道已停用，地址已删除。"), "success")
    return redirect(url_for("notifications.index"))


@blueprint.post("/hours")
def set_hours() -> Response | tuple[str, int]:
    form = request.form
    hours = Hours(
        digest=form.get("digest") == "true",
        digest_hour=form.get("digest_hour", -1, type=int),
        quiet_from=form.get("quiet_from", -1, type=int),
        quiet_to=form.get("quiet_to", -1, type=int),
        working_days_only=form.get("working_days_only") == "true",
    )
    try:
        channels.set_hours(session(), actor(), hours)
    except Invalid as error:
        return _again(error, {}, hours)
    flash(_("通知时间已保存。"), "success")
    return redirect(url_for("notifications.index"))


def _again(error: Invalid | Conflict, values: Mapping[str, str], hours: Hours | None = None) -> tuple[str, int]:
    abandon()
    mistakes = error.mistakes if isinstance(error, Invalid) else (Mistake("", error.message),)
    return _page(values, mistakes, hours), 422 if isinstance(error, Invalid) else 409


def _page(
    values: Mapping[str, str] | None = None, mistakes: tuple[Mistake, ...] = (), hours: Hours | None = None
) -> str:
    person = session().get_one(Person, actor().person_id)
    return render_template(
        "notifications/index.html",
        channels=channels.channels_of(session(), person.id),
        hours=hours or channels.hours_of(session(), person.id),
        kinds=[(kind.value, text(TITLES[kind])) for kind in ChannelKind if _is_offered(kind)],
        values=values or {"kind": "", "address": ""},
        mistakes=mistakes,
        mail=_is_offered(ChannelKind.MAIL),
    )


def _offered(kind: str) -> str:
    """The kind that was chosen, if this server can use it."""
    return kind if kind in tuple(ChannelKind) and _is_offered(ChannelKind(kind)) else ""


def _is_offered(kind: ChannelKind) -> bool:
    return kind is not ChannelKind.MAIL or bool(_settings().smtp_url)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings

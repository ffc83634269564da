"""The entries of the main menu for the person who is signed in."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from webapp.auth.gate import actor
from webapp.clock import today
from webapp.database import session
from workflows.access import Permission, allowed


class Entry(NamedTuple):
    title: str
    address: str
    icon: str
    current: bool


def init_app(app: Flask) -> None:
    app.jinja_env.globals["navigation"] = navigation


def navigation() -> list[Entry]:
    if not current_user.is_authenticated or current_user.must_change:
        return []
    wanted = [(_("我的工作"), "inbox.index", "inbox")]
    if allowed(session(), actor(), Permission.VIEW_MONITOR, None, today()):
        wanted.append((_("监控"), "monitor.index", "activity"))
    wanted += [
        (_("办事大厅"), "cases.procedures", "building-community"),
        (_("台账"), "ledger.index", "table"),
        (_("公文"), "documents.index", "file-certificate"),
        (_("规则计算"), "calculator.index", "scale"),
    ]
    if allowed(session(), actor(), Permission.ADMINISTER, None, today()):
        wanted.append((_("管理"), "admin.index", "settings"))
    part = request.blueprint
    return [
        Entry(title, url_for(endpoint), icon, endpoint.partition(".")[0] == _menu_part(part))
        for title, endpoint, icon in wanted
        if endpoint in current_app.view_functions
    ]


def _menu_part(part: str | None) -> str | None:
    """Cases, tasks and the calendar belong to one's work; what leads to a new case to Start; logs to the monitor."""
    if part == "event_log":
        return "monitor"
    starts = request.endpoint in ("cases.procedures", "cases.start", "cases.begin")
    return "inbox" if part in ("cases", "calendar", "printing") and not starts else part

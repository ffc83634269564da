"""Which language a reader gets, and how names and moments are written in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, request, session
from flask_babel import Babel, get_locale

from webapp.clock import OFFICE_ZONE
from workflows.text import Text

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
_BABEL_NAMES = {CHINESE: "zh_Hans_CN", ENGLISH: "en"}
COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    Babel(app, default_locale=_BABEL_NAMES[CHINESE], default_timezone=str(OFFICE_ZONE), locale_selector=_selected)
    for written in (text, named, day, moment, clock_time):
        app.template_filter(written.__name__)(written)
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["html_language"] = lambda: "zh-CN" if language() == CHINESE else "en"


def language() -> str:
    """`zh` or `en`: what was chosen in this session or browser, else what the browser asks for, else Chinese."""
    chosen = session.get(COOKIE) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh")[:2]


def _selected() -> str:
    return _BABEL_NAMES[language()]


def text(value: Text | str | None) -> str:
    """A bilingual sentence in the reader's language."""
    if value is None:
        return ""
    return value.to(language()) if isinstance(value, Text) else str(value)


def named(thing: Any) -> str:
    """The name of an organisation, person or zone: its English name where there is one and English is read."""
    if thing is None:
        return ""
    english = getattr(thing, "name_en", "") if language() == ENGLISH else ""
    return str(english or thing.name)


def day(value: date | datetime | None) -> str:
    """A day in the office's zone, as 2026-11-23."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(OFFICE_ZONE).date()
    return value.isoformat()


def moment(value: datetime | None) -> str:
    """A minute in the office's zone, as 2026-11-23 14:05."""
    return "" if value is None else value.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")


def clock_time(value: datetime | None) -> str:
    """The time of the day in the office's zone, as 14:05."""
    return "" if value is None else value.astimezone(OFFICE_ZONE).strftime("%H:%M")


__all__ = ["LANGUAGES", "day", "get_locale", "init_app", "language", "moment", "named", "text"]

"""Every address needs a signed-in person with a password of their own, unless its view says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.auth import kept
from webapp.clock import today
from webapp.database import SAFE_METHODS, session
from workflows.errors import Forbidden
from workflows.organisations.actors import Actor, actor_of
from workflows.text import Text

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """The view answers people who are not signed in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def before_password_change(view: View) -> View:
    """The view answers people who still have to change their first password."""
    view.before_password_change = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    app.before_request(_require_sign_in)


def actor() -> Actor:
    """The person who asks, with the posts held today. Only for views that are not public."""
    if "actor" not in g:
        if not current_user.is_authenticated:
            raise Forbidden(Text("请先登录。", "Please sign in."))
        g.actor = actor_of(session(), current_user.person_id, today())
    found: Actor = g.actor
    return found


def _require_sign_in() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or getattr(view, "is_public", False):
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if current_user.must_change and not getattr(view, "before_password_change", False):
        return redirect(url_for("auth.password"))
    return None


def _ask_to_sign_in() -> Response:
    from webapp.errors import answer, wants_json

    if wants_json():
        return answer(401, _("请先登录"), _("登录已失效，请重新登录。"), code="signed_out")
    if request.method in SAFE_METHODS:
        wanted = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
        return redirect(url_for("auth.sign_in", next=wanted))
    return kept.sign_in_or_confirm()


__all__ = ["actor", "before_password_change", "init_app", "public"]

"""What somebody typed survives a lost session: it travels through the sign-in page and waits for a second press.

A form carries a ticket, signed by us, that says to whom and for which address we gave it. Without a ticket nothing is
kept, so another site cannot plant its words into somebody's sign-in. Nothing is sent a second time without a press,
and files cannot be kept: the page says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

TICKET, KEPT, KEY = "ticket", "kept", "key"
_DAYS = 7
_OURS = frozenset({"csrf_token", TICKET, KEPT, KEY, "do", "seen"})

Restorer = Callable[..., str | None]
F = TypeVar("F", bound=Restorer)
_RESTORERS: dict[str, Restorer] = {}


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that could not be handled: where it was going, who got it from us, what was typed, whether files fell off."""

    path: str
    person_id: int
    fields: tuple[tuple[str, str], ...]
    had_files: bool

    @property
    def shown(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.fields if name not in _OURS and value.strip()]


def init_app(app: Flask) -> None:
    app.jinja_env.globals["form_ticket"] = ticket


def restorer(endpoint: str) -> Callable[[F], F]:
    """Register how forms of an endpoint come back after signing in: the function takes the fields and the arguments of
    the address and answers where to go, or None when it cannot."""

    def register(function: F) -> F:
        _RESTORERS[endpoint] = function
        return function

    return register


def ticket(path: str) -> str:
    """Proves later that we gave the form for this address to the person who is signed in now."""
    if not current_user.is_authenticated:
        return ""
    return str(_signer("ticket").dumps([current_user.person_id, path]))


def from_request() -> KeptForm | None:
    """The form of this request, when its ticket is good."""
    try:
        person_id, path = _signer("ticket").loads(request.form.get(TICKET, ""), max_age=_DAYS * 86400)
    except (BadData, ValueError):
        return None
    if path != request.path:
        return None
    fields = tuple((n, v) for n, v in request.form.items(multi=True) if n not in ("csrf_token", TICKET))
    return KeptForm(path, person_id, fields, any(file.filename for file in request.files.values()))


def typed() -> list[tuple[str, str]]:
    """What was typed into the form of this request, to be shown beside an error."""
    if request.method != "POST":
        return []
    try:
        form = from_request()
    except HTTPException:  # a body that cannot be read
        return []
    return form.shown if form else []


def packed(form: KeptForm) -> str:
    return str(_signer("kept").dumps([form.path, form.person_id, form.fields, form.had_files]))


def unpacked(value: str) -> KeptForm | None:
    try:
        path, person_id, fields, had_files = _signer("kept").loads(value, max_age=_DAYS * 86400)
    except (BadData, ValueError):
        return None
    return KeptForm(path, person_id, tuple((n, v) for n, v in fields), had_files)


def sign_in_or_confirm() -> Response:
    """Answer a form whose session or proof is gone: sign in first, or look at it and press again."""
    form = from_request()
    if current_user.is_authenticated:
        mine = form if form and form.person_id == current_user.person_id else None
        return make_response(render_template("auth/confirm.html", form=mine), 400)
    from webapp.auth.views import sign_in_page

    return make_response(sign_in_page(kept=packed(form) if form else "", interrupted=True), 401)


def restore(form: KeptForm) -> str | None:
    """Bring a kept form back its own way; the address to go to, or None when it must be confirmed by hand."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        endpoint, arguments = adapter.match(form.path, method="POST")
    except HTTPException:
        return None
    function = _RESTORERS.get(endpoint)
    return function(MultiDict(form.fields), **arguments) if function else None


def _signer(salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"form-{salt}")

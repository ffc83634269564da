"""What every template may use beside its own values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from webapp.languages import text
from workflows.errors import Mistake
from workflows.storage.organisations import Role


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=asset,
        icon_address=icon_address,
        new_key=new_key,
        field_id=field_id,
        mistakes_at=mistakes_at,
        with_query=with_query,
        role_name=role_name,
    )


def asset(path: str) -> str:
    return url_for("static", filename=path)


def icon_address(name: str) -> str:
    if "icons" not in g:  # a page shows many icons, and all of them lie in one file
        g.icons = url_for("static", filename="vendor/icons/sprite.svg")
    return f"{g.icons}#{name}"


def role_name(role: str) -> str:
    """What somebody does in an organisation, in the reader's language."""
    return {
        Role.SECRETARY: _("干事"),
        Role.CLERK: _("经办人"),
        Role.LEADER: _("负责人"),
        Role.COUNTER: _("计票人"),
        Role.SCRUTINEER: _("监票人"),
        Role.MANAGER: _("分管领导"),
        Role.ADMINISTRATOR: _("管理员"),
    }.get(Role(role), role)


def new_key() -> str:
    """An idempotency key: a form sent twice acts once."""
    return str(uuid.uuid4())


def field_id(path: str) -> str:
    """The id of the field a mistake points to: `/members/0/name` and `members/0/name` give `f-members-0-name`."""
    return "f-" + path.strip("/").replace("/", "-") if path.strip("/") else "main"


def mistakes_at(mistakes: Iterable[Mistake], path: str) -> list[str]:
    """The sentences about one field, in the reader's language."""
    wanted = path.strip("/")
    return [text(mistake.message) for mistake in mistakes if mistake.path.strip("/") == wanted]


def with_query(**changes: Any) -> str:
    """The address of this page with some parameters changed; None removes one."""
    query: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return url_for(str(request.endpoint), **(request.view_args or {}), **kept)

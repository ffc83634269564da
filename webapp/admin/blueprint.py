"""The blueprint and its one gate."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import today
from webapp.database import session
from workflows import access
from workflows.storage.organisations import Role

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")


@blueprint.before_request
def require_administrator() -> None:
    """Everything under this address is for administrators; the sign-in gate has already been passed."""
    if current_user.is_authenticated:
        access.require(session(), actor(), access.Permission.ADMINISTER, None, today())


@blueprint.context_processor
def known() -> dict[str, object]:
    return {"current_year": today().year, "roles": [role.value for role in Role]}


@blueprint.get("/")
def index() -> Response:
    return redirect(url_for("admin.organisations"))

"""What waits to be sent outside, what fails, and trying again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from webapp.admin.blueprint import blueprint
from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import session
from workflows.notifications import outbox


@blueprint.get("/messages")
def messages() -> str:
    return render_template("admin/messages.html", outbox=outbox.overview(session(), now()))


@blueprint.post("/messages/retry")
def retry_messages() -> Response:
    """One channel's messages, or with no channel named everybody's."""
    count = outbox.retry(session(), actor(), now=now(), channel_id=request.form.get("channel", type=int))
    if count:
        flash(ngettext("%(num)s 条消息将在一分钟内重发。", "%(num)s 条消息将在一分钟内重发。", count), "success")
    else:
        flash(_("没有需要重发的消息。"), "info")
    return redirect(url_for("admin.messages"))

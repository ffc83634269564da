"""Is the record still what was recorded?"""

from __future__ import annotations

from flask import current_app, render_template, request

from webapp.admin import reads
from webapp.admin.blueprint import blueprint
from webapp.database import session
from workflows import anchor
from workflows.audit import verify


@blueprint.get("/audit")
def audit() -> str:
    """The newest events; with `?verify=1` all chains are walked, which takes a while in a big office."""
    address = current_app.config["SETTINGS"].anchor_address
    heads = anchor.heads_at(address)
    report = verify(session(), heads) if request.args.get("verify") else None
    return render_template(
        "admin/audit.html", report=report, anchored=len(heads), anchor=address, events=reads.recent_events(session())
    )

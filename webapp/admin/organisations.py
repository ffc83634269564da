"""The tree of organisations."""

from __future__ import annotations

from flask import render_template

from webapp.admin import reads
from webapp.admin.blueprint import blueprint
from webapp.clock import today
from webapp.database import session
from workflows.ledger import zones


@blueprint.get("/organisations")
def organisations() -> str:
    unions, authorities = reads.tree(session(), today())
    alerts = {
        branch.organisation.id: zones.independence_finding(branch.zone)
        for branch in (*unions, *authorities)
        if branch.zone is not None
    }
    return render_template("admin/organisations.html", unions=unions, authorities=authorities, alerts=alerts)

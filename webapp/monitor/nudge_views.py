"""催办 from a list: one row or many, each with a result of its own."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import abandon, session
from webapp.languages import text
from webapp.monitor.blueprint import address_of, around, blueprint, everything, scope
from workflows.cases.bulk import nudge_many, why
from workflows.errors import Invalid
from workflows.monitor.stuck import rows
from workflows.monitor.wanted import Wanted


@blueprint.post("/nudge")
def nudge() -> str | Response:
    """Nudge the chosen rows, or the one whose button was pressed, and say of each what came of it."""
    scope()  # whoever may not see the monitor finds nothing here
    wanted = Wanted.of(request.form)
    chosen = request.form.getlist("only", type=int) or request.form.getlist("task", type=int)
    try:
        results = nudge_many(
            session(),
            actor(),
            chosen,
            text=request.form.get("text", ""),
            now=now(),
            key=request.form.get("key") or None,
        )
    except Invalid as error:
        abandon()
        flash(text(why(error)), "warning")
        return redirect(address_of(wanted))
    waiting = {entry.task_id: entry for entry in everything().entries}
    shown = [waiting[each] for each in chosen if each in waiting]
    return render_template(
        "monitor/nudged.html",
        tab="monitor.waiting",
        results=results,
        found={row.entry.task_id: row for row in rows(session(), scope(), shown)},
        sent=sum(result.done for result in results),
        back=address_of(wanted) if wanted.query() else url_for("monitor.index"),
        **around(),
    )


@blueprint.get("/nudge")
def nudged() -> Response:
    """A reload of the results leads back to the list."""
    scope()
    return redirect(url_for("monitor.index"))

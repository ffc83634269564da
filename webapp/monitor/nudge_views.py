"""催办 from a list: one row or many, each with a result of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import abandon, database, session
from webapp.monitor.blueprint import address_of, around, blueprint, everything, scope
from workflows import cases
from workflows.errors import DomainError, Invalid
from workflows.monitor.stuck import Row, rows
from workflows.monitor.wanted import Wanted
from workflows.organisations.actors import Actor
from workflows.text import Text

AT_MOST = 200  # rows at once


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one row: no mistake means that the nudge is on its way."""

    task_id: int
    row: Row | None
    mistake: Text | None


@blueprint.post("/nudge")
def nudge() -> str | Response:
    """Nudge the chosen rows, or the one whose button was pressed. Each is a transaction of its own."""
    wanted = Wanted.of(request.form)
    chosen = request.form.getlist("only") or request.form.getlist("task")
    ids = list(dict.fromkeys(int(each) for each in chosen if each.isdecimal() and len(each) < 10))[:AT_MOST]
    if not ids:
        return redirect(address_of(wanted))
    scope()  # whoever may not see the monitor finds nothing here
    who = actor()
    abandon()
    told = dict(_each(who, ids))
    waiting = {entry.task_id: entry for entry in everything().entries}
    shown = [waiting[each] for each in ids if each in waiting]
    found = {row.entry.task_id: row for row in rows(session(), scope(), shown)}
    results = [Result(each, found.get(each), told[each]) for each in ids]
    return render_template(
        "monitor/nudged.html",
        tab="monitor.waiting",
        results=results,
        sent=sum(result.mistake is None for result in results),
        back=address_of(wanted) if wanted.query() else url_for("monitor.index"),
        **around(),
    )


def _each(who: Actor, ids: list[int]) -> Iterator[tuple[int, Text | None]]:
    key, text = request.form.get("key", ""), request.form.get("text", "")
    for task_id in ids:
        try:
            with database().write() as own:
                cases.nudge(own, who, task_id, text=text, now=now(), key=f"{key}:{task_id}" if key else None)
        except Invalid as error:
            yield task_id, error.mistakes[0].message
        except DomainError as error:
            yield task_id, error.message
        else:
            yield task_id, None


@blueprint.get("/nudge")
def nudged() -> Response:
    """A reload of the results leads back to the list."""
    return redirect(url_for("monitor.index"))

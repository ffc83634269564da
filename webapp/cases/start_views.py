"""办事大厅: what can be started, and everything to know before starting it."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases.blueprint import blueprint
from webapp.clock import now, today
from webapp.database import session
from workflows import catalogue
from workflows.cases import start_case, views
from workflows.errors import NotFound
from workflows.storage.cases import Case, Task, TaskStatus
from workflows.text import Text


@blueprint.get("/start")
def procedures() -> str:
    definitions = [catalogue.definition_of(session(), row.id) for row in catalogue.all_current(session())]
    ordered = sorted(definitions, key=lambda d: (d.settings.chapter, d.settings.article))
    chapters = [(chapter, list(group)) for chapter, group in groupby(ordered, key=lambda d: d.settings.chapter)]
    mine = views.startable(session(), actor(), today())
    return render_template("cases/procedures.html", chapters=chapters, mine=mine)


@blueprint.get("/start/<procedure>")
def start(procedure: str) -> str:
    choices = [s for s in views.startable(session(), actor(), today()) if s.definition.key == procedure]
    applicant_id = request.args.get("applicant", type=int) or (choices[0].applicant.id if choices else None)
    if applicant_id is None:
        raise NotFound(Text("您的岗位不能发起这项程序。", "Your post may not start this procedure."))
    view = views.start_view(session(), actor(), procedure, applicant_id=applicant_id, now=now())
    return render_template("cases/start.html", view=view, choices=choices)


@blueprint.post("/start/<procedure>")
def begin(procedure: str) -> Response:
    case = start_case(
        session(),
        actor(),
        procedure,
        applicant_id=request.form.get("applicant", 0, type=int),
        now=now(),
        key=request.form.get("key"),
    )
    flash(_("已发起 %(number)s，请继续办理第一步。", number=case.number), "success")
    return redirect(_first_task(case))


def _first_task(case: Case) -> str:
    mine = (Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.assignee_id == actor().person_id)
    task = session().scalar(select(Task).where(*mine))
    return url_for("cases.task", task_id=task.id) if task else url_for("cases.case", case_id=case.id)

"""Giving an opinion that was asked for, and one's own saved phrases 常用意见."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases.task_page import task_page
from webapp.clock import now
from webapp.database import abandon, session
from webapp.operations.blueprint import Answer, blueprint, typed
from workflows.cases import give_opinion
from workflows.cases.phrases import phrases_of, save_phrases
from workflows.errors import Invalid
from workflows.storage.consulting import Opinion


@blueprint.post("/opinions/<int:opinion_id>")
def give(opinion_id: int) -> Answer:
    try:
        row = give_opinion(
            session(),
            actor(),
            opinion_id,
            verdict=typed("verdict"),
            text=typed("text"),
            now=now(),
            key=request.form.get("key"),
        )
    except Invalid as error:
        abandon()
        task_id = session().get_one(Opinion, opinion_id).task_id or 0
        said = {"id": opinion_id, "verdict": typed("verdict"), "text": typed("text")}
        return task_page(task_id, mistakes=error.mistakes, opining=said), 422
    flash(_("您的意见已记录。"), "success")
    return redirect(url_for("cases.case", case_id=row.case_id))


@blueprint.get("/phrases")
def phrases() -> str:
    return render_template("operations/phrases.html", phrases=phrases_of(session(), actor()), mistakes=())


@blueprint.post("/phrases")
def keep_phrases() -> Response | tuple[str, int]:
    lines = [line for line in typed("phrases").splitlines() if line.strip()]
    try:
        save_phrases(session(), actor(), lines)
    except Invalid as error:
        abandon()
        return render_template("operations/phrases.html", phrases=lines, mistakes=error.mistakes), 422
    flash(_("常用意见已保存。"), "success")
    return redirect(url_for("operations.phrases"))

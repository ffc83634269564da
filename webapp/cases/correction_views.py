"""补正: asking the applicant to correct something, answering, taking the request back."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases import formdata
from webapp.cases.blueprint import blueprint
from webapp.cases.task_page import task_page
from webapp.cases.typed import attach_files
from webapp.clock import now
from webapp.database import abandon, begin_again, keep_changes, session
from workflows.cases import answer_correction, detach, request_correction, take_back_correction, views
from workflows.errors import Forbidden, Invalid, Mistake
from workflows.storage.cases import Task
from workflows.text import Text

_ITEMS = {
    "properties": {
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": 30,
            "items": {"properties": {name: {"type": "string"} for name in ("item", "rule", "what")}},
        }
    }
}


@blueprint.get("/tasks/<int:task_id>/correction")
def correction(task_id: int) -> str:
    return _page(task_id, [{}], "")


@blueprint.post("/tasks/<int:task_id>/correction")
def ask_correction(task_id: int) -> Response | str | tuple[str, int]:
    answers, reply_by = formdata.parse(_ITEMS, request.form), request.form.get("reply_by", "")
    verb, _colon, argument = request.form.get("do", "").partition(":")
    if verb in ("add", "remove"):
        changed = (
            formdata.add_row(_ITEMS, answers, argument) if verb == "add" else formdata.remove_row(answers, argument)
        )
        abandon()
        return _page(task_id, changed.get("items", [{}]), reply_by)
    items = formdata.without_empty_rows(answers).get("items", [])
    try:
        request_correction(
            session(), actor(), task_id, items=items, reply_by=_day(reply_by), now=now(), key=request.form.get("key")
        )
    except Invalid as error:
        abandon()
        return _page(task_id, items or [{}], reply_by, error.mistakes), 422
    flash(_("补正要求已发给申请单位，期限从今天起暂停计算。"), "success")
    return redirect(url_for("cases.task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/correction/take-back")
def take_back(task_id: int) -> Response:
    take_back_correction(session(), actor(), task_id, now=now(), key=request.form.get("key"))
    flash(_("补正要求已撤回，期限继续计算。"), "success")
    return redirect(url_for("cases.task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/answer")
def answer(task_id: int) -> Response | tuple[str, int]:
    """`do` names the button: send, keep (the files chosen), detach:7; each keeps what was typed."""
    verb, _colon, argument = request.form.get("do", "send").partition(":")
    text, key = formdata.clean(request.form.get("answer", "")), request.form.get("key", "")
    try:
        wrong = attach_files(task_id, key)
        if verb == "detach":
            detach(session(), actor(), int(argument) if argument.isdecimal() else 0, now=now())
        if wrong:
            raise Invalid(wrong)
        if verb in ("keep", "detach"):
            keep_changes()
            return task_page(task_id, reply={"answer": text}), 200
        answer_correction(session(), actor(), task_id, answer=text, now=now(), key=key or None)
    except Invalid as error:
        begin_again()
        attach_files(task_id, key)
        keep_changes()
        return task_page(task_id, mistakes=error.mistakes, reply={"answer": text}), 422
    flash(_("补正答复已送出，办理期限继续计算。"), "success")
    return redirect(url_for("cases.case", case_id=session().get_one(Task, task_id).case_id))


def _page(task_id: int, items: list[dict[str, str]], reply_by: str, mistakes: tuple[Mistake, ...] = ()) -> str:
    view = views.task_view(session(), actor(), task_id, now=now())
    if "request_correction" not in view.may:
        raise Forbidden(Text("现在不能对这项任务要求补正。", "A correction cannot be asked for from this task now."))
    return render_template("cases/correction.html", view=view, items=items, reply_by=reply_by, mistakes=mistakes)


def _day(typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid(
            [Mistake("/reply_by", Text("日期写法不对，请写成 2026-03-05。", "Write the date like 2026-03-05."))]
        ) from None

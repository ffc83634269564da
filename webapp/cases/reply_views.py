"""线下单位: entering the paper reply of an office without accounts, and confirming the entry."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases import formdata
from webapp.cases.blueprint import blueprint
from webapp.cases.task_page import task_page, too_late
from webapp.cases.typed import Typed, attach_files, step_of, typed
from webapp.clock import now
from webapp.database import abandon, begin_again, keep_changes, session
from workflows.cases import confirm_reply, detach, enter_reply, reject_reply
from workflows.errors import Conflict, DomainError, Invalid, Mistake
from workflows.storage.cases import Task
from workflows.text import Text

Answer = Response | str | tuple[str, int]


@blueprint.post("/tasks/<int:task_id>/reply")
def reply(task_id: int) -> Answer:
    """`do` names the button: enter, add:/rows, remove:/rows/2, upload, detach:7."""
    task, definition, step = step_of(task_id)
    given = typed(step)
    verb, _colon, argument = request.form.get("do", "enter").partition(":")
    if verb == "add" and step.form:
        return _again(task_id, given.with_answers(formdata.add_row(step.form.schema, given.answers, argument)))
    if verb == "remove":
        return _again(task_id, given.with_answers(formdata.remove_row(given.answers, argument)))
    if verb == "detach":
        detach(session(), actor(), int(argument) if argument.isdecimal() else 0, now=now())
    if verb in ("upload", "detach"):
        return _again(task_id, given)
    try:
        return _enter(task, given)
    except Conflict as error:
        abandon()
        return too_late(definition, step, given, error, task_id)


@blueprint.post("/tasks/<int:task_id>/confirm")
def confirm(task_id: int) -> Response:
    decided = confirm_reply(session(), actor(), task_id, now=now(), key=request.form.get("key"))
    flash(_("书面回复已确认，办件继续。"), "success")
    return redirect(url_for("cases.case", case_id=decided.case.id))


@blueprint.post("/tasks/<int:task_id>/reject")
def reject(task_id: int) -> Answer:
    reason = formdata.clean(request.form.get("reason", ""))
    try:
        task = reject_reply(session(), actor(), task_id, reason=reason, now=now(), key=request.form.get("key"))
    except Invalid as error:
        abandon()
        return task_page(task_id, mistakes=error.mistakes, reply={"reason": reason}), 422
    flash(_("已退回申请单位核对后重新录入。"), "success")
    return redirect(url_for("cases.case", case_id=task.case_id))


def _enter(task: Task, given: Typed) -> Answer:
    mistakes = attach_files(task.id, given.key)
    dated_on, wrong = _day(request.form.get("dated_on", ""))
    try:
        enter_reply(
            session(),
            actor(),
            task.id,
            number=formdata.clean(request.form.get("number", "")),
            dated_on=dated_on,
            outcome=given.outcome,
            answers=formdata.without_empty_rows(given.answers),
            opinion=given.opinion,
            now=now(),
            key=given.key,
        )
        if mistakes:
            raise Invalid([])
    except Invalid as error:
        found = [*mistakes, *wrong]
        places = {mistake.path for mistake in found}
        begin_again()
        return _again(task.id, given, [*found, *(m for m in error.mistakes if m.path not in places)])
    flash(_("书面回复已录入，等待上级工会确认后生效。"), "success")
    return redirect(url_for("cases.case", case_id=task.case_id))


def _again(task_id: int, given: Typed, mistakes: list[Mistake] | None = None) -> Answer:
    """The page with everything typed; files that were chosen stay attached."""
    found = mistakes or []
    try:
        refused = attach_files(task_id, given.key)
        keep_changes()
    except DomainError:
        abandon()
        refused = []
    found += [mistake for mistake in refused if mistake not in found]
    entered = {name: request.form.get(name, "") for name in ("number", "dated_on")}
    page = task_page(task_id, typed=given, mistakes=found, reply=entered)
    return (page, 422) if found else page


def _day(value: str) -> tuple[date | None, list[Mistake]]:
    try:
        return (date.fromisoformat(value.strip()) if value.strip() else None), []
    except ValueError:
        return None, [
            Mistake("/dated_on", Text("日期写法不对，请写成 2026-03-05。", "Write the date like 2026-03-05."))
        ]

"""任务: doing a step of the diagram. One form, several buttons; each button keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp import errors
from webapp.auth import kept
from webapp.auth.gate import actor
from webapp.cases import formdata
from webapp.cases.blueprint import blueprint, outcome_title, said
from webapp.cases.task_page import task_page, too_late
from webapp.cases.typed import Typed, attach_files, step_of, typed
from webapp.clock import now
from webapp.database import abandon, begin_again, keep_changes, session
from webapp.languages import clock_time
from webapp.page_parts import field_id
from workflows.cases import Decided, claim, decide, detach, release, save_draft
from workflows.errors import Conflict, DomainError, Invalid, Mistake
from workflows.storage.cases import Task
from workflows.text import Text

Answer = Response | tuple[str, int]


@blueprint.get("/tasks/<int:task_id>")
def task(task_id: int) -> str:
    return task_page(task_id)


@blueprint.post("/tasks/<int:task_id>")
def act(task_id: int) -> Answer:
    """`do` names the button: decide, draft, add:/rows, remove:/rows/2, upload, detach:7, claim, release, correct,
    preview."""
    verb, _colon, argument = request.form.get("do", "draft").partition(":")
    return _BUTTONS.get(verb, _draft)(task_id, argument)


@kept.restorer("cases.act")
def restore(form: MultiDict[str, str], task_id: int) -> str | None:
    """A form that outlived its session comes back as the task's draft; nothing is decided."""
    _task, _definition, step = step_of(task_id)
    try:
        with session().begin_nested():
            _save(task_id, typed(step, form))
    except DomainError:
        return None
    flash(_("您填写的内容已恢复为草稿，尚未提交。已选择的文件需要重新选择。"), "warning")
    return url_for("cases.task", task_id=task_id)


def _decide(task_id: int, _argument: str) -> Answer:
    _task, definition, step = step_of(task_id)
    given = typed(step)
    try:
        mistakes = attach_files(task_id, given.key)
        decided = _decided(task_id, given)
        if mistakes:
            raise Invalid([])
    except Invalid as error:
        places = {mistake.path for mistake in mistakes}
        return _refused(task_id, given, [*mistakes, *(m for m in error.mistakes if m.path not in places)])
    except Conflict as error:
        abandon()
        if errors.wants_json():
            raise
        return too_late(definition, step, given, error, task_id)
    done = outcome_title(definition, step.id, given.outcome)
    if decided.task.decision is not None:
        flash(_("“%(step)s”的决定已记录，意见到齐后生效。", step=said(definition, step.title)), "success")
    else:
        flash(_("已办理“%(step)s”：%(outcome)s。", step=said(definition, step.title), outcome=done), "success")
    return redirect(url_for("cases.case", case_id=decided.case.id))


def _decided(task_id: int, given: Typed) -> Decided:
    return decide(
        session(),
        actor(),
        task_id,
        outcome=given.outcome,
        answers=formdata.without_empty_rows(given.answers),
        opinion=given.opinion,
        now=now(),
        key=given.key,
    )


def _refused(task_id: int, given: Typed, mistakes: list[Mistake]) -> tuple[str, int]:
    """Nothing of the decision remains, but what was typed and uploaded does."""
    begin_again()
    try:
        attach_files(task_id, given.key)
        _save(task_id, given)
        keep_changes()
    except DomainError:
        abandon()
    return task_page(task_id, typed=given, mistakes=mistakes), 422


def _draft(task_id: int, _argument: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    return _keep(task_id, typed(step))


def _add(task_id: int, path: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    given = typed(step)
    answers = formdata.add_row(step.form.schema, given.answers, path) if step.form else {}
    last = len(answers.get(path.strip("/"), ())) - 1
    return _keep(task_id, given.with_answers(answers), anchor=f"{field_id(path)}-{last}", quiet=True)


def _remove(task_id: int, path: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    given = typed(step)
    anchor = field_id(path.rpartition("/")[0])
    return _keep(task_id, given.with_answers(formdata.remove_row(given.answers, path)), anchor=anchor, quiet=True)


def _upload(task_id: int, material: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    chosen = any(file.filename for file in request.files.values())
    told = _("文件已上传。") if chosen else _("请先选择文件，再按上传。")
    return _keep(task_id, typed(step), anchor=field_id(f"materials/{material}"), said_so=told)


def _detach(task_id: int, attachment_id: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    detach(session(), actor(), int(attachment_id) if attachment_id.isdecimal() else 0, now=now())
    return _keep(task_id, typed(step), anchor="materials")


def _claim(task_id: int, _argument: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    claim(session(), actor(), task_id, now=now())
    return _keep(task_id, typed(step), said_so=_("已领取，同岗位的人会看到由您办理。"))


def _release(task_id: int, _argument: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    release(session(), actor(), task_id, now=now())
    return _keep(task_id, typed(step), said_so=_("已释放，同岗位的人都可以办理。"))


def _correct(task_id: int, _argument: str) -> Answer:
    _task, _definition, step = step_of(task_id)
    _save(task_id, typed(step))
    return redirect(url_for("cases.correction", task_id=task_id))


def _preview(task_id: int, _argument: str) -> Answer:
    """What is shown is the draft, so what was typed is kept first."""
    _task, _definition, step = step_of(task_id)
    given = typed(step)
    mistakes = attach_files(task_id, given.key)
    _save(task_id, given)
    if mistakes:
        keep_changes()
        return task_page(task_id, typed=given, mistakes=mistakes), 422
    return redirect(url_for("cases.preview", task_id=task_id))


def _keep(task_id: int, given: Typed, *, anchor: str = "main", quiet: bool = False, said_so: str = "") -> Answer:
    """Keep draft and files, then show the page again."""
    mistakes = attach_files(task_id, given.key)
    kept_task = _save(task_id, given)
    if errors.wants_json():
        at = clock_time(kept_task.draft_at)
        return jsonify({"message": _("草稿已保存 %(time)s", time=at), "seen": _stamp(kept_task)})
    if mistakes:
        keep_changes()
        return task_page(task_id, typed=given, mistakes=mistakes), 422
    if said_so or not quiet:
        flash(said_so or _("草稿已保存。"), "success")
    return redirect(url_for("cases.task", task_id=task_id, _anchor=anchor))


def _save(task_id: int, given: Typed) -> Task:
    """Save the draft, unless another window or a colleague saved a newer one since this page was made."""
    current = session().get_one(Task, task_id)
    if given.seen and given.seen != _stamp(current):
        raise Conflict(
            Text(
                "这项任务的草稿已在另一个窗口或由同事更新，本次没有覆盖它。请复制需要的内容，再重新打开任务。",
                "A newer draft of this task was saved in another window or by a colleague and was not overwritten. "
                "Copy what you need, then open the task again.",
            ),
            task=task_id,
        )
    return save_draft(
        session(), actor(), task_id, answers=given.answers, outcome=given.outcome, opinion=given.opinion, now=now()
    )


@blueprint.app_template_global("draft_stamp")
def _stamp(row: Task) -> str:
    """Which draft a page was made from."""
    return row.draft_at.isoformat() if row.draft_at else "none"


_BUTTONS: dict[str, Callable[[int, str], Answer]] = {
    "decide": _decide,
    "draft": _draft,
    "add": _add,
    "remove": _remove,
    "upload": _upload,
    "detach": _detach,
    "claim": _claim,
    "release": _release,
    "correct": _correct,
    "preview": _preview,
}

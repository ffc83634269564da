"""退回: choosing the step, seeing what it does, and doing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import abandon, session
from webapp.operations.blueprint import Answer, blueprint, typed
from workflows.cases import preview_send_back, send_back, send_back_choices, views
from workflows.errors import Invalid, Mistake


@blueprint.get("/tasks/<int:task_id>/send-back")
def send_back_page(task_id: int) -> Answer:
    return _page(task_id, request.args.get("to", ""), request.args.get("way", "rerun"))


@blueprint.post("/tasks/<int:task_id>/send-back")
def send_back_task(task_id: int) -> Answer:
    to, way = typed("to_step"), typed("way")
    try:
        sent = send_back(
            session(),
            actor(),
            task_id,
            to_step=to,
            straight=way == "straight",
            reason=typed("reason"),
            now=now(),
            key=request.form.get("key"),
        )
    except Invalid as error:
        abandon()
        return _page(task_id, to, way, error.mistakes, typed("reason")), 422
    flash(_("已退回，对方会收到通知。"), "success")
    return redirect(url_for("cases.case", case_id=sent.case.id))


def _page(task_id: int, to: str, way: str, mistakes: tuple[Mistake, ...] = (), reason: str = "") -> str:
    view = views.task_view(session(), actor(), task_id, now=now())
    choices = send_back_choices(session(), actor(), task_id, now=now())
    chosen = next((choice for choice in choices if choice.step == to), choices[-1] if choices else None)
    straight = way == "straight" and chosen is not None and chosen.straight
    preview = None
    if chosen is not None:
        preview = preview_send_back(session(), actor(), task_id, to_step=chosen.step, straight=straight, now=now())
    return render_template(
        "operations/send_back.html",
        view=view,
        choices=choices,
        chosen=chosen,
        straight=straight,
        preview=preview,
        mistakes=mistakes,
        reason=reason,
    )

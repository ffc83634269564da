"""The same answer for many rows of one's list: decided, or handed over, each row with its own result."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.auth.gate import actor
from webapp.cases import formdata
from webapp.clock import now, today
from webapp.database import abandon, session
from webapp.inbox.views import blueprint
from workflows import catalogue, inbox
from workflows.cases import bulk, receivers
from workflows.engine.definition import Definition, Step
from workflows.errors import DomainError, Invalid, Mistake
from workflows.organisations.lanes import Holder
from workflows.storage.cases import Case, Task, TaskKind
from workflows.text import Text


@blueprint.get("/bulk")
def choose() -> str:
    """What to do with the rows `task` of the address."""
    return _page(request.args.getlist("task", type=int), request.args.get("do", "decide"))


@blueprint.post("/bulk")
def apply() -> str | tuple[str, int]:
    ids, way = request.form.getlist("task", type=int), request.form.get("way", "decide")
    words = formdata.clean(request.form.get("words", "")).strip()
    try:
        results = _apply(ids, way, words)
    except Invalid as error:
        abandon()
        return _page(ids, way, error.mistakes, words), 422
    return render_template("inbox/bulk_done.html", results=results, way=way)


def _apply(ids: Sequence[int], way: str, words: str) -> Sequence[bulk.RowResult]:
    key = request.form.get("key")
    if way == "hand-over":
        to = request.form.get("to", type=int)
        mistakes = []
        if to is None:
            mistakes.append(Mistake("/to", Text("请选择一位同事。", "Choose a colleague.")))
        if not words:
            mistakes.append(Mistake("/words", Text("请写明转办的理由。", "Say why they are handed over.")))
        if mistakes:
            raise Invalid(mistakes)
        return bulk.hand_over_many(session(), actor(), ids, to=to or 0, reason=words, now=now(), key=key)
    outcome = request.form.get("outcome", "")
    if not outcome:
        raise Invalid([Mistake("/outcome", Text("请选择办理结果。", "Choose an outcome."))])
    return bulk.decide_many(session(), actor(), ids, outcome=outcome, opinion=words, now=now(), key=key)


def _page(ids: Sequence[int], way: str, mistakes: Sequence[Mistake] = (), words: str = "") -> str:
    mine = inbox.among_todo(session(), actor(), ids, on=today())
    tasks = session().scalars(select(Task).where(Task.id.in_(mine)).options(joinedload(Task.case)).order_by(Task.id))
    rows = [(task, task.case, catalogue.definition_of(session(), task.case.definition_id)) for task in tasks]
    return render_template(
        "inbox/bulk.html",
        rows=rows,
        way=way if way in ("decide", "hand-over") else "decide",
        shared=_shared(rows),
        colleagues=_colleagues(rows) if way == "hand-over" else (),
        mistakes=tuple(mistakes),
        words=words,
        most=bulk.MOST,
    )


def _shared(rows: Sequence[tuple[Task, Case, Definition]]) -> tuple[Definition, Step] | None:
    """The step all rows wait at; None when they are of several, and no one answer fits."""
    steps = {(case.procedure, task.step, task.kind) for task, case, _definition in rows}
    if len(steps) != 1:
        return None
    task, _case, definition = rows[-1]
    if task.kind != TaskKind.STEP or definition.steps[task.step].together is not None:
        return None
    return definition, definition.steps[task.step]


def _colleagues(rows: Sequence[tuple[Task, Case, Definition]]) -> list[Holder]:
    """Who could take one of the rows; whoever may not take another is told so by that row."""
    found: dict[int, Holder] = {}
    for task, _case, _definition in rows[:20]:
        try:
            for each in receivers(session(), actor(), task.id, now=now()):
                found.setdefault(each.person_id, each)
        except DomainError:
            continue
    return sorted(found.values(), key=lambda each: each.name)

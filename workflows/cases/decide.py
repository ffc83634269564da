"""Doing a task: keep a draft, decide 办理."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows import forms
from workflows.cases import asked, checklist, clock, papers
from workflows.cases.action import Action, Repeated, open_action, require_to_act
from workflows.cases.advance import advance
from workflows.cases.correct import require_none_awaited
from workflows.deadlines import Derivation
from workflows.documents import layout_pdf
from workflows.engine.operations import registry
from workflows.engine.settings import Outcome
from workflows.errors import Conflict, Invalid, Mistake
from workflows.events import digest
from workflows.organisations import lanes
from workflows.organisations.actors import Actor, actor_of
from workflows.storage.cases import Case, Task, TaskKind
from workflows.storage.consulting import OpinionStatus
from workflows.text import Text, readable, written


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to."""

    case: Case
    task: Task
    opened: tuple[Task, ...]


def decide(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    outcome: str,
    answers: Mapping[str, Any],
    opinion: str = "",
    now: datetime,
    key: str | None = None,
) -> Decided:
    """Complete a task of the diagram with an outcome, the answers of its form and an opinion.

    In one transaction: the answers, the papers the outcome issues, what the engine does next, the tasks that open and
    close, and the events. Raises `Invalid` with every mistake at once (paths: `/<field>`, `/outcome`, `/opinion`,
    `/materials/<key>`), `Conflict` when somebody else was faster, `Forbidden` or `NotFound`.
    """
    try:
        action = open_action(session, actor, task_id=task_id, now=now, key=key)
    except Repeated as repeated:
        return as_before(session, repeated)
    task = action.task(task_id)
    require_to_act(action, task)
    if task.kind != TaskKind.STEP:
        raise Conflict(
            Text("这项任务要用答复或确认来办理。", "This task is done by answering or confirming."), kind=task.kind
        )
    require_none_awaited(action, task)
    asked.require_heard(action, task)
    if asked.outstanding(action, task):
        _decide_for_later(action, task, outcome=outcome, answers=answers, opinion=opinion)
    else:
        complete(action, task, outcome=outcome, answers=answers, opinion=opinion)
    action.save()
    return Decided(action.case, task, tuple(action.opened))


def save_draft(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    answers: Mapping[str, Any],
    outcome: str,
    opinion: str,
    now: datetime,
) -> Task:
    """Keep what was typed so far; it may be incomplete or wrong. A draft is no fact, so no event tells of it."""
    action = open_action(session, actor, task_id=task_id, now=now)
    task = action.task(task_id)
    require_to_act(action, task)
    task.draft = readable({"answers": dict(answers), "outcome": outcome, "opinion": opinion})
    task.draft_by_id, task.draft_at = actor.person_id, now
    session.flush()
    return task


def _decide_for_later(action: Action, task: Task, *, outcome: str, answers: Mapping[str, Any], opinion: str) -> None:
    """Keep a decision until everybody asked along with it or after it has opined; those asked after it are asked now."""
    kept = kept_answers(action, task, answers)
    chosen = _require_valid(action, task, outcome, kept, opinion, on_paper=False)
    task.decision = {
        "outcome": chosen.key,
        "answers": kept,
        "opinion": written(opinion),
        "by": action.actor.person_id,
        "on_behalf_of": action.on_behalf_of_id,
        "at": action.now.isoformat(),
    }
    task.draft = None
    for row in asked.outstanding(action, task):
        if row.status == OpinionStatus.WAITING:
            row.status, row.asked_at = OpinionStatus.OPEN, action.now
            action.tell(row.person_id, "opinion_asked", task, step=task.step, question=row.question)
    action.record(
        "decision_made", {"step": task.step, "outcome": chosen.key, "opinion": task.decision["opinion"]}, task
    )


def take_effect(action: Action, task: Task) -> None:
    """A decision that waited for opinions takes effect, as its maker's: by whoever opined last.

    One that cannot any more, because something else changed meanwhile, is its maker's draft again.
    """
    decision = task.decision or {}
    opining, behalf = action.actor, action.on_behalf_of_id
    action.actor = actor_of(action.session, decision["by"], action.today)
    action.on_behalf_of_id = decision.get("on_behalf_of")
    outcome, answers, opinion = (decision[name] for name in ("outcome", "answers", "opinion"))
    try:
        _require_valid(action, task, outcome, answers, opinion, on_paper=False)
    except Invalid as refused:
        asked.cancel_decision(action, task, "；".join(mistake.message.zh for mistake in refused.mistakes))
        action.tell(decision["by"], "decision_void", task, step=task.step)
    else:
        complete(action, task, outcome=outcome, answers=answers, opinion=opinion)
    action.actor, action.on_behalf_of_id = opining, behalf


def complete(
    action: Action,
    task: Task,
    *,
    outcome: str,
    answers: Mapping[str, Any],
    opinion: str,
    on_paper: bool = False,
) -> None:
    """Check everything, then let the case go on. The caller has seen to it that the actor may.

    `on_paper`: an office without accounts decided; its own papers and checklist are not ours to make.
    """
    clock.require_not_suspended(action)
    step = action.step(task)
    kept = kept_answers(action, task, answers)
    chosen = _require_valid(action, task, outcome, kept, opinion, on_paper=on_paper)
    before = sorted(other.step for other in action.open_tasks())
    action.finish(task, chosen.key)
    task.answers, task.opinion = kept, written(opinion)
    event = {
        "step": step.id,
        "outcome": chosen.key,
        "kind": chosen.kind,
        "opinion": task.opinion,
        "answers_sha256": digest([task.outcome, task.opinion, task.answers]),
        "on_paper": (task.request or {}).get("number", "") if on_paper else "",
        "before": {"open": before},
    }
    action.record("task_completed", event, task)
    for child in action.open_tasks():
        if child.parent_id == task.id:  # a correction whose day has passed
            action.overtake(child, "decided")
    papers.issue_for(action, task, chosen)
    action.instance.complete(task.token or "", chosen.key)
    action.decided = task
    action.final = on_paper
    advance(action)
    _tell(action, task, chosen)


def kept_answers(action: Action, task: Task, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to what the step's form asks for, and nothing else."""
    form = action.step(task).form
    return forms.known_fields(form.schema, readable(dict(answers))) if form else {}


def form_mistakes(action: Action, task: Task, answers: Mapping[str, Any]) -> list[Mistake]:
    """What is wrong with the answers to the step's form."""
    form = action.step(task).form
    if form is None:
        return []
    return forms.mistakes(form.schema, answers, action.definition.text) + unprintable_text(answers)


def unprintable_text(value: Any, path: str = "") -> list[Mistake]:
    """Text that no paper can print, refused where it is written rather than when somebody else issues the paper."""
    if isinstance(value, Mapping):
        return [m for name, item in value.items() for m in unprintable_text(item, f"{path}/{name}")]
    if isinstance(value, list):
        return [m for number, item in enumerate(value) for m in unprintable_text(item, f"{path}/{number}")]
    if not isinstance(value, str) or not (characters := layout_pdf.unprintable(value)):
        return []
    named = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in characters)
    in_english = ", ".join(f"“{c}” (U+{ord(c):04X})" for c in characters)
    text = Text(
        f"公文无法印出{named}，请改用通用字。", f"Papers cannot print {in_english}; use another character instead."
    )
    return [Mistake(path, text)]


def as_before(session: Session, repeated: Repeated) -> Decided:
    """What the first submit with the same key led to."""
    event = repeated.event
    return Decided(session.get_one(Case, event.case_id), session.get_one(Task, event.task_id), ())


def _tell(action: Action, task: Task, chosen: Outcome) -> None:
    role = action.definition.settings.start.role
    if chosen.needs_reason and task.relation != lanes.APPLICANT:
        kind = "task_returned" if chosen.kind == "return" else "task_refused"
        action.notify(kind, lanes.APPLICANT, role, task, step=task.step, opinion=task.opinion)


def _require_valid(
    action: Action, task: Task, outcome: str, answers: dict[str, Any], opinion: str, *, on_paper: bool
) -> Outcome:
    step, say = action.step(task), action.definition.text
    mistakes = form_mistakes(action, task, answers)
    chosen = next((o for o in step.outcomes if o.key == outcome), None)
    if chosen is None:
        raise Invalid([*mistakes, Mistake("/outcome", Text("请选择办理结果。", "Choose an outcome."))])
    if chosen.needs_reason and not written(opinion):
        title = say(chosen.title)
        text = Text(f"选择“{title.zh}”时，请写明理由。", f"Give the reason for “{title.en}”.")
        mistakes.append(Mistake("/opinion", text))
    mistakes += unprintable_text(written(opinion), "/opinion")
    if not on_paper:
        mistakes += checklist.missing(action, task, chosen)
    mistakes += _too_early(action, task)
    if not mistakes:
        context = action.context()
        for name in step.checks:
            mistakes += registry().checks[name].call(context, outcome=outcome, answers=answers)
    if mistakes:
        raise Invalid(mistakes)
    return chosen


def _too_early(action: Action, task: Task) -> list[Mistake]:
    """A minimum period (publicity, display, notice) is never shortened."""
    if not task.derivation:
        return []
    earliest = Derivation.from_json(task.derivation).continue_from
    if earliest is None or action.today >= earliest:
        return []
    text = Text(
        f"法定最短期间未满，最早可于 {earliest} 办理。",
        f"The minimum period has not ended; this can be done from {earliest}.",
    )
    return [Mistake("", text)]

"""The papers a decision would issue, before anybody decides: written from the draft, without numbers, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.cases import papers
from workflows.cases.action import Action, action_on, require_to_act
from workflows.cases.decide import form_mistakes, kept_answers
from workflows.cases.sight import copy_of, sight_of
from workflows.documents import template
from workflows.documents.paper_text import PaperText
from workflows.engine.definition import Step
from workflows.engine.operations import Context
from workflows.engine.settings import Outcome
from workflows.errors import Conflict, Invalid, NotFound
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.organisations import Organisation
from workflows.text import Text, written


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A paper that an outcome would issue as things stand.

    `name` is that of its template; `words` are None when it cannot be written yet; `lacks` says what is still missing.
    """

    name: str
    outcome: Outcome
    issuer: Organisation
    words: PaperText | None
    lacks: Text | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The papers of every outcome of a task, those of the outcome that the draft chose first."""

    task: Task
    case: Case
    step: Step
    papers: tuple[Foreseen, ...]


def preview_papers(session: Session, actor: Actor, task_id: int, *, now: datetime) -> Preview:
    """What the outcomes of a task would issue, from its stored draft. Only reads.

    For whoever may decide the task now: `Forbidden` or `NotFound` for others, `Conflict` when it is no longer open, and
    as long as something that another party entered is kept from the actor: a paper would tell it.
    """
    found = session.get(Task, task_id)
    if found is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    action = action_on(session, actor, session.get_one(Case, found.case_id), now=now)
    task = action.task(task_id)
    require_to_act(action, task)
    if task.kind != TaskKind.STEP:
        raise Conflict(Text("这项任务不签发公文。", "This task issues no papers."), kind=task.kind)
    if sight_of(session, actor, action.case, action.definition, action.tasks, action.today).sealed:
        raise Conflict(
            Text(
                "另一方填写的内容要等您办理后才公开，公文中会写到它，因此现在不能预览。",
                "What the other party entered is kept from you until you have decided, and the papers would tell it; "
                "they cannot be previewed yet.",
            )
        )
    step, chosen = action.step(task), (task.draft or {}).get("outcome", "")
    outcomes = sorted(step.outcomes, key=lambda outcome: outcome.key != chosen)
    foreseen = tuple(paper for outcome in outcomes for paper in _foreseen(action, task, outcome))
    return Preview(task, action.case, step, foreseen)


def _foreseen(action: Action, task: Task, outcome: Outcome) -> Iterator[Foreseen]:
    if not outcome.issues:
        return
    draft = task.draft or {"answers": task.answers}
    done = copy_of(
        task,
        {
            "status": TaskStatus.DONE,
            "outcome": outcome.key,
            "answers": _full_rows(kept_answers(action, task, draft.get("answers") or {})),
            "opinion": draft.get("opinion") or "",
            "closed_at": action.now,
            "closed_by_id": action.actor.person_id,
        },
    )
    then = replace(action, tasks=[done if each is task else each for each in action.tasks])
    facts = replace(action.context(), drafted=done)
    for paper_template, issuer in papers.to_issue(then, done, outcome):
        words, lacks = _written(then, paper_template, issuer, facts)
        yield Foreseen(paper_template.name, outcome, issuer, words, lacks)


def _full_rows(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without table rows in which nothing was typed, as they are decided."""
    return {
        name: [row for row in value if row] if isinstance(value, list) else value for name, value in answers.items()
    }


def _written(
    then: Action, paper_template: template.Template, issuer: Organisation, facts: Context
) -> tuple[PaperText | None, Text | None]:
    """The words of a paper, and what is still missing; no words when it cannot be written at all."""
    try:
        words = template.render(
            paper_template,
            papers.context_of(then, paper_template, facts),
            issuer=issuer.name,
            signer=papers.signer_of(then, issuer, paper_template),
            dated_on=then.today,
        )
    except Invalid as error:
        return None, _incomplete(then, facts) or error.message
    return words, _incomplete(then, facts)


def _incomplete(then: Action, facts: Context) -> Text | None:
    if not form_mistakes(then, facts.drafted, facts.drafted.answers):
        outcome = then.step(facts.drafted).outcome(facts.drafted.outcome)
        if not outcome.needs_reason or written(facts.drafted.opinion):
            return None
        return Text("办理意见还没有写明理由。", "The opinion does not give the reason yet.")
    return Text(
        "表单还没有填完，或者有错；公文中用到它的地方可能还缺内容。",
        "The form is not complete or has mistakes; the paper may lack what it takes from it.",
    )

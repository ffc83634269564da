"""The checklist of a task: which materials are there, which are missing, and what cannot start yet because of what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import load_only

from workflows.cases.action import Action
from workflows.engine.definition import Definition, Step
from workflows.engine.settings import Material, Outcome
from workflows.errors import Mistake
from workflows.storage.cases import Task
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text

NOT_STARTED, DONE, CANNOT_START = "not_started", "done", "cannot_start"


@dataclass(frozen=True, slots=True)
class MaterialState:
    """One line of the checklist as it stands."""

    material: Material
    state: str
    because: Text | None
    attachments: tuple[Attachment, ...]
    paper: Paper | None


_UPLOADED = select(Attachment).where(Attachment.task_id == bindparam("task"), Attachment.removed_at.is_(None))
_ISSUED = (
    select(Paper)
    .options(load_only(Paper.name, Paper.status))
    .where(Paper.case_id == bindparam("case"))
    .order_by(Paper.id)
)


def states(
    definition: Definition, step: Step, attachments: Iterable[Attachment], papers: Iterable[Paper]
) -> tuple[MaterialState, ...]:
    """The checklist of a step, in its order. `papers` are those of the case, oldest first; the newest valid one counts."""
    uploaded: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        uploaded.setdefault(attachment.material, []).append(attachment)
    issued = {paper.name: paper for paper in papers if paper.status == "issued"}
    there = {m.key for m in step.materials if _is_there(m, uploaded, issued)}
    titles = {m.key: definition.text(m.title) for m in step.materials}
    return tuple(
        _state(material, there, titles, tuple(uploaded.get(material.key, ())), issued.get(material.paper or ""))
        for material in step.materials
    )


def missing(action: Action, task: Task, chosen: Outcome) -> list[Mistake]:
    """What the chosen outcome still needs. The database is asked only when it needs something."""
    step = action.step(task)
    if not any(is_required(material, chosen.key) for material in step.materials):
        return []
    lines = states(
        action.definition,
        step,
        action.session.scalars(_UPLOADED, {"task": task.id}),
        action.session.scalars(_ISSUED, {"case": action.case.id}),
    )
    return [
        Mistake(f"/materials/{line.material.key}", line.because or _wanted(action.definition, line.material))
        for line in lines
        if line.state != DONE and is_required(line.material, chosen.key)
    ]


def is_required(material: Material, outcome: str) -> bool:
    """Whether an outcome needs this material; a material that names no outcomes is needed for each."""
    return material.required and (not material.outcomes or outcome in material.outcomes)


def _is_there(material: Material, uploaded: dict[str, list[Attachment]], issued: dict[str, Paper]) -> bool:
    return material.paper in issued if material.source == "paper" else material.key in uploaded


def _state(
    material: Material,
    there: set[str],
    titles: dict[str, Text],
    attachments: tuple[Attachment, ...],
    paper: Paper | None,
) -> MaterialState:
    lacking = [titles[key] for key in material.needs if key not in there]
    if material.key in there:
        state, because = DONE, None
    elif lacking:
        state = CANNOT_START
        because = Text(
            f"“{titles[material.key].zh}”尚不能开始，因为缺少" + "、".join(f"“{t.zh}”" for t in lacking) + "。",
            f"“{titles[material.key].en}” cannot start yet because "
            + ", ".join(f"“{t.en}”" for t in lacking)
            + " is missing.",
        )
    elif material.source == "paper":
        state = CANNOT_START
        because = Text(
            f"“{titles[material.key].zh}”尚不能开始，因为该公文还没有签发。",
            f"“{titles[material.key].en}” cannot start yet because that paper has not been issued.",
        )
    else:
        state, because = NOT_STARTED, None
    return MaterialState(material, state, because, attachments, paper)


def _wanted(definition: Definition, material: Material) -> Text:
    title = definition.text(material.title)
    rule = f"（{material.rule}）" if material.rule else ""
    rule_en = f" ({material.rule})" if material.rule else ""
    return Text(f"请上传“{title.zh}”{rule}。", f"Upload “{title.en}”{rule_en}.")

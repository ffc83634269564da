"""What was answered at an earlier step of the same case, for checks that hold a later step against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import Context
from workflows.storage.cases import Task, TaskKind, TaskStatus


def latest_answers(context: Context, step: str) -> dict[str, Any]:
    """The answers of the last time the step was done in this case; empty when it never was."""
    if context.case is None:
        return {}
    if context.drafted is not None and context.drafted.step == step:
        return context.drafted.answers or {}
    answers = context.session.scalar(
        select(Task.answers)
        .where(
            Task.case_id == context.case.id,
            Task.step == step,
            Task.kind == TaskKind.STEP,
            Task.status == TaskStatus.DONE,
        )
        .order_by(Task.id.desc())
        .limit(1)
    )
    return answers or {}


def latest_outcome(context: Context, step: str) -> str | None:
    """The outcome of the last time the step was done in this case; None when it never was."""
    if context.case is None:
        return None
    if context.drafted is not None and context.drafted.step == step:
        return str(context.drafted.outcome)
    return context.session.scalar(
        select(Task.outcome)
        .where(
            Task.case_id == context.case.id,
            Task.step == step,
            Task.kind == TaskKind.STEP,
            Task.status == TaskStatus.DONE,
        )
        .order_by(Task.id.desc())
        .limit(1)
    )


def rows(answers: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of a table field; none when it was left empty."""
    return answers.get(name) or []


def same_name(value: object) -> str:
    """A person's name without the spaces that people put between its characters."""
    return "".join(str(value or "").split())


__all__ = ["latest_answers", "latest_outcome", "rows", "same_name"]

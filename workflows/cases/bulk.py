"""The same thing for many tasks: each row succeeds or is refused by itself, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.cases.assign import hand_over
from workflows.cases.decide import decide
from workflows.cases.nudge import nudge
from workflows.errors import DomainError, Invalid, Mistake
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Task
from workflows.text import Text

MOST = 200  # rows at once
_NO_ID = 2**31  # what no column holds


@dataclass(frozen=True, slots=True)
class RowResult:
    """What came of one row; `message` says why it was refused."""

    task_id: int
    case_id: int | None
    case_number: str
    done: bool
    message: Text


def decide_many(
    session: Session,
    actor: Actor,
    task_ids: Iterable[int],
    *,
    outcome: str,
    opinion: str = "",
    now: datetime,
    key: str | None = None,
) -> tuple[RowResult, ...]:
    """Decide many tasks with one outcome and one opinion. Each keeps the answers of its own draft."""

    def one(task_id: int, row_key: str | None) -> None:
        task = session.get(Task, task_id)
        answers = (task.draft or {}).get("answers", {}) if task is not None else {}
        decide(session, actor, task_id, outcome=outcome, answers=answers, opinion=opinion, now=now, key=row_key)

    return _each(session, task_ids, one, Text("已办理。", "Done."), key)


def hand_over_many(
    session: Session,
    actor: Actor,
    task_ids: Iterable[int],
    *,
    to: int,
    reason: str,
    now: datetime,
    key: str | None = None,
) -> tuple[RowResult, ...]:
    """Hand many tasks over to one colleague."""

    def one(task_id: int, row_key: str | None) -> None:
        hand_over(session, actor, task_id, to=to, reason=reason, now=now, key=row_key)

    return _each(session, task_ids, one, Text("已转办。", "Handed over."), key)


def nudge_many(
    session: Session,
    actor: Actor,
    task_ids: Iterable[int],
    *,
    text: str = "",
    now: datetime,
    key: str | None = None,
) -> tuple[RowResult, ...]:
    """Remind the holders of many tasks."""

    def one(task_id: int, row_key: str | None) -> None:
        nudge(session, actor, task_id, text=text, now=now, key=row_key)

    return _each(session, task_ids, one, Text("已催办。", "Reminded."), key)


def _each(
    session: Session,
    task_ids: Iterable[int],
    act: Callable[[int, str | None], None],
    done: Text,
    key: str | None,
) -> tuple[RowResult, ...]:
    """Act on each row in a savepoint of its own. Rows are taken in the order in which cases are locked everywhere."""
    wanted = [task_id for task_id in dict.fromkeys(task_ids) if 0 < task_id < _NO_ID]
    if not wanted:
        raise Invalid([Mistake("/rows", Text("请先选择要办理的行。", "Choose the rows first."))])
    if len(wanted) > MOST:
        raise Invalid([Mistake("/rows", Text(f"一次最多 {MOST} 行。", f"At most {MOST} rows at once."))])
    known = {
        task_id: (case_id, number)
        for task_id, case_id, number in session.execute(
            select(Task.id, Case.id, Case.number).join(Case, Case.id == Task.case_id).where(Task.id.in_(wanted))
        )
    }
    results: dict[int, RowResult] = {}
    for task_id in sorted(wanted, key=lambda each: (known.get(each, (0, ""))[0], each)):
        case_id, number = known.get(task_id, (None, ""))
        row_key = f"{key}:{task_id}" if key else None
        try:
            with session.begin_nested():
                act(task_id, row_key)
            results[task_id] = RowResult(task_id, case_id, number, True, done)
        except DomainError as refused:
            results[task_id] = RowResult(task_id, case_id, number, False, why(refused))
    return tuple(results[task_id] for task_id in wanted)


def why(refused: DomainError) -> Text:
    """A refusal in one line: with every mistake where there are some."""
    mistakes = refused.mistakes if isinstance(refused, Invalid) else ()
    if not mistakes:
        return refused.message
    return Text("；".join(m.message.zh.rstrip("。") for m in mistakes) + "。", " ".join(m.message.en for m in mistakes))

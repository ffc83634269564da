"""Why does a case wait? One sentence per open task, from stored rows alone; for one case or for a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.cases import wait_sentences
from workflows.cases.elapsed import unit_of
from workflows.cases.surroundings import Surroundings, around, day_of
from workflows.deadlines import Kind, Unit
from workflows.engine.definition import Definition
from workflows.organisations.directory import Body
from workflows.organisations.lanes import Holder
from workflows.storage.cases import Case, CaseStatus, Task, TaskStatus
from workflows.text import Text

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """An open task as somebody who waits for it sees it: `day` of `days`, both in `unit`, by which rule.

    While the clock stands, `day` stays what it was. `over`: how far past the fatal date, in the same unit; 0 also when
    only days off lie between. `at_least`: the days are a minimum that must pass, and nobody is late.
    """

    task: Task
    step: str
    organisation: Body | None
    holders: tuple[Holder, ...]
    day: int
    days: int | None
    rule: str
    sentence: Text
    unit: Unit = Unit.CALENDAR_DAYS
    over: int = 0
    late: bool = False
    at_least: bool = False


def waits_of(
    session: Session, case: Case, definition: Definition, tasks: Sequence[Task], today: date
) -> tuple[Wait, ...]:
    """Every open task of a case with who holds it and how long it has waited."""
    return waits_in(around(session, [case], today, {case.id: tasks}), case)


def waits_in(known: Surroundings, case: Case) -> tuple[Wait, ...]:
    """The same, of one of the cases whose surroundings are known."""
    open_tasks = (task for task in known.tasks[case.id] if task.status == TaskStatus.OPEN)
    return tuple(wait_for(known, task, alone=False) for task in open_tasks)


def wait_for(known: Surroundings, task: Task, *, alone: bool = True) -> Wait:
    """The wait for one open task. `alone`: its sentence also says which other branches are missing."""
    wait = _measured(known, task)
    return replace(wait, sentence=wait_sentences.of_task(known, wait, alone=alone))


def children_of(session: Session, case: Case) -> tuple[Case, ...]:
    """The cases this one opened, those it waits for and those nobody waits for, oldest first."""
    return tuple(session.scalars(select(Case).where(Case.parent_id == case.id).order_by(Case.id)))


def child_waits(session: Session, case: Case, definition: Definition, today: date) -> tuple[Text, ...]:
    """For each child case this one waits for: which, and why that one waits."""
    return child_waits_in(around(session, [case], today), case) if definition.calls else ()


def child_waits_in(known: Surroundings, case: Case) -> tuple[Text, ...]:
    """The same, of one of the cases whose surroundings are known."""
    return tuple(wait_for_child(known, child) for child in known.children.get(case.id, ()))


def wait_for_child(known: Surroundings, child: Case) -> Text:
    """Which child case its parent waits for, and why that one waits."""
    inner = sentence_of(child, known.definition(child), waits_in(known, child), child_waits_in(known, child))
    return wait_sentences.of_child(known, child, inner)


def sentence_of(case: Case, definition: Definition, waits: Sequence[Wait], children: Sequence[Text] = ()) -> Text:
    """The state of a case in one sentence."""
    if case.status == CaseStatus.OPEN:
        parts = [*(wait.sentence for wait in waits), *children]
        return Text("；".join(p.zh.rstrip("。") for p in parts) + "。", " ".join(p.en for p in parts))
    day = day_of(case.ended_at).isoformat() if case.ended_at else ""
    if case.status == CaseStatus.WITHDRAWN:
        return Text(f"已于 {day} 由申请单位撤销。", f"Withdrawn by the applicant on {day}.")
    end = definition.text(definition.element_name(case.end or ""))
    return Text(f"已于 {day} 办结：{end.zh}。", f"Completed on {day}: {end.en}.")


def _measured(known: Surroundings, task: Task) -> Wait:
    """A wait without its sentence."""
    case, derived = known.cases[task.case_id], task.derivation or {}
    unit = unit_of(derived)
    at_least = derived.get("kind") == Kind.AT_LEAST
    end = date.fromisoformat(derived["end"]) if at_least else task.fatal_on
    stands = stands_since(case, task)
    opened, until = day_of(task.opened_at), stands or known.on
    stops = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, *_ in derived.get("pauses", ())]

    def counted(last: date) -> int:
        stood = sum(known.days.between(max(a - _DAY, opened), min(b, last), unit) for a, b in stops if a <= last)
        return known.days.between(opened, last, unit) - stood

    late = stands is None and task.fatal_on is not None and known.on > task.fatal_on
    return Wait(
        task=task,
        step=task.step,
        organisation=known.body(task),
        holders=known.people(task),
        day=counted(until),
        days=counted(end) if end is not None else None,
        rule=str(derived.get("rule", "")),
        sentence=Text("", ""),
        unit=unit,
        over=known.days.between(task.fatal_on, known.on, unit) if late and task.fatal_on else 0,
        late=late,
        at_least=at_least,
    )


def stands_since(case: Case, task: Task) -> date | None:
    """The day since which the task's clock stands: a correction is awaited, or the case is suspended 中止."""
    since = [at for at in (task.paused_at, case.suspended_at) if at is not None]
    return day_of(min(since)) if since else None

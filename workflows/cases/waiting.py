"""Why does a case wait? One sentence per open task, from stored rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import catalogue
from workflows.engine.definition import Definition
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations import lanes
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.organisations import Organisation
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Wait:
    """An open task as somebody who waits for it sees it: `day` of `days` calendar days, by which rule."""

    task: Task
    step: str
    organisation: Organisation | None
    holders: tuple[lanes.Holder, ...]
    day: int
    days: int | None
    rule: str
    sentence: Text


def waits_of(
    session: Session, case: Case, definition: Definition, tasks: Sequence[Task], today: date
) -> tuple[Wait, ...]:
    """Every open task of a case with who holds it and how long it has waited."""
    open_tasks = [task for task in tasks if task.status == TaskStatus.OPEN]
    if not open_tasks:
        return ()
    organisations = lanes.acting_organisations(session, case.applicant_id, today)
    return tuple(
        _wait(session, definition, task, organisations.get(task.relation), tasks, today) for task in open_tasks
    )


def children_of(session: Session, case: Case) -> tuple[Case, ...]:
    """The cases this one opened, those it waits for and those nobody waits for, oldest first."""
    return tuple(session.scalars(select(Case).where(Case.parent_id == case.id).order_by(Case.id)))


def child_waits(session: Session, case: Case, definition: Definition, today: date) -> tuple[Text, ...]:
    """For each child case this one waits for: which, and why that one waits."""
    if not definition.calls:
        return ()
    sentences = []
    for child in children_of(session, case):
        if child.parent_token and child.status == CaseStatus.OPEN:
            called = catalogue.definition_of(session, child.definition_id)
            tasks = session.scalars(select(Task).where(Task.case_id == child.id).order_by(Task.id)).all()
            inner = sentence_of(
                child,
                called,
                waits_of(session, child, called, tasks, today),
                child_waits(session, child, called, today),
            )
            title = definition.text(definition.element_name(child.parent_element or ""))
            sentences.append(
                Text(
                    f"等待子办件 {child.number}（{title.zh}）：{inner.zh}",
                    f"Waiting for child case {child.number} ({title.en}): {inner.en}",
                )
            )
    return tuple(sentences)


def sentence_of(case: Case, definition: Definition, waits: Sequence[Wait], children: Sequence[Text] = ()) -> Text:
    """The state of a case in one sentence."""
    if case.status == CaseStatus.OPEN:
        parts = [*(wait.sentence for wait in waits), *children]
        return Text("；".join(p.zh.rstrip("。") for p in parts) + "。", " ".join(p.en for p in parts))
    day = case.ended_at.astimezone(OFFICE_ZONE).date().isoformat() if case.ended_at else ""
    if case.status == CaseStatus.WITHDRAWN:
        return Text(f"已于 {day} 由申请单位撤销。", f"Withdrawn by the applicant on {day}.")
    end = definition.text(definition.element_name(case.end or ""))
    return Text(f"已于 {day} 办结：{end.zh}。", f"Completed on {day}: {end.en}.")


def _wait(
    session: Session,
    definition: Definition,
    task: Task,
    organisation: Organisation | None,
    tasks: Sequence[Task],
    today: date,
) -> Wait:
    holders = lanes.people_in(session, organisation, task.role, today) if organisation else ()
    opened = task.opened_at.astimezone(OFFICE_ZONE).date()
    day = (today - opened).days
    days = (task.fatal_on - opened).days if task.fatal_on else None
    rule = str((task.derivation or {}).get("rule", ""))
    wait = Wait(task, task.step, organisation, holders, day, days, rule, Text("", ""))
    sentence = _sentence(definition, wait, tasks, today)
    return Wait(task, task.step, organisation, holders, day, days, rule, sentence)


def _sentence(definition: Definition, wait: Wait, tasks: Sequence[Task], today: date) -> Text:
    task = wait.task
    title = definition.text(definition.steps[task.step].title)
    who, who_en = _who(wait)
    zh, en = f"等待{who}{_doing(task, title).zh}", f"Waiting for {who_en} to {_doing(task, title).en}"
    if wait.days is not None:
        zh += f"，第 {wait.day}/{wait.days} 天"
        en += f", day {wait.day} of {wait.days}"
    if wait.rule:
        zh, en = zh + f"（{wait.rule}）", en + f" ({wait.rule})"
    if task.paused_at is not None:
        since = task.paused_at.astimezone(OFFICE_ZONE).date().isoformat()
        zh, en = zh + f"，因等待补正自 {since} 起停止计时", en + f", the clock stands since {since} for a correction"
    elif task.fatal_on is not None and today > task.fatal_on:
        late = (today - task.fatal_on).days
        zh, en = zh + f"，已超期 {late} 天", en + f", {late} days late"
    if any(t.parent_id == task.id and t.kind == TaskKind.CONFIRMATION and t.status == TaskStatus.OPEN for t in tasks):
        zh, en = zh + "，其书面回复已录入、待确认", en + ", whose paper reply is entered and awaits confirmation"
    return Text(zh + "。", en + ".")


def _doing(task: Task, title: Text) -> Text:
    if task.kind == TaskKind.CORRECTION:
        return Text(f"补正“{title.zh}”所需材料", f"correct what “{title.en}” needs")
    if task.kind == TaskKind.CONFIRMATION:
        return Text(f"确认“{title.zh}”的书面回复", f"confirm the paper reply on “{title.en}”")
    return Text(f"办理“{title.zh}”", f"do “{title.en}”")


def _who(wait: Wait) -> tuple[str, str]:
    if wait.task.assignee is not None:
        people, people_en = wait.task.assignee.name, wait.task.assignee.name_en or wait.task.assignee.name
    else:
        people = "、".join(holder.name for holder in wait.holders)
        people_en = ", ".join(holder.name_en for holder in wait.holders)
    if wait.organisation is None:
        return "尚未登记的单位", "an organisation that is not registered"
    name, name_en = wait.organisation.name, wait.organisation.name_en or wait.organisation.name
    if not wait.organisation.has_accounts:
        return f"{name}（线下单位）", f"{name_en} (answers on paper)"
    return (
        (f"{name}{people}", f"{people_en} of {name_en}")
        if people
        else (f"{name}（暂无人在岗）", f"{name_en} (post vacant)")
    )

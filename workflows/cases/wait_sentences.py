"""The words for why something waits: who, for what, day n of m by which rule, and what else holds it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workflows.cases.branches import beside
from workflows.cases.surroundings import Surroundings, day_of
from workflows.deadlines import Unit
from workflows.engine.definition import Definition
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.consulting import Opinion, OpinionKind, OpinionStatus
from workflows.text import Text

if TYPE_CHECKING:
    from workflows.cases.waiting import Wait

_UNITS = {
    Unit.WORKING_DAYS: Text("个工作日", "working days"),
    Unit.CALENDAR_DAYS: Text("天", "days"),
    Unit.MONTHS: Text("天", "days"),
}
_NAMED = 6  # people or materials that are named; of the others only how many


def of_task(known: Surroundings, wait: Wait, *, alone: bool) -> Text:
    """The sentence for one open task. `alone`: it also says what else is open beside it."""
    parts = list(_parts(known, wait, alone))
    return Text("".join(part.zh for part in parts) + "。", "".join(part.en for part in parts) + ".")


def of_child(known: Surroundings, child: Case, inner: Text) -> Text:
    """The sentence for a child case that is awaited; `inner` says why it waits itself."""
    parent = known.cases.get(child.parent_id or 0)
    definition = known.definition(parent) if parent is not None else known.definition(child)
    title = definition.text(definition.element_name(child.parent_element or ""))
    return Text(
        f"等待子办件 {child.number}（{title.zh}）：{inner.zh}",
        f"Waiting for child case {child.number} ({title.en}): {inner.en}",
    )


def _parts(known: Surroundings, wait: Wait, alone: bool) -> Iterator[Text]:
    task, case = wait.task, known.cases[wait.task.case_id]
    definition = known.definition(case)
    who, doing = _who(wait), _doing(task, definition.text(definition.steps[task.step].title))
    yield Text(f"等待{who.zh}{doing.zh}", f"Waiting for {who.en} to {doing.en}")
    yield from _clock(wait)
    yield from _standing(known, wait, case)
    if known.hanging_on(task, TaskKind.CONFIRMATION):
        yield Text("，其书面回复已录入、待确认", ", whose paper reply is entered and awaits confirmation")
    yield from _asked(known.opinions.get(task.id, ()))
    if task.kind == TaskKind.CORRECTION:
        yield from _wanted(task)
    if task.kind == TaskKind.STEP:
        yield from _missing(known, wait, definition)
        yield from _branches(known, task, definition, alone)


def _who(wait: Wait) -> Text:
    body = wait.organisation
    if wait.task.assignee is not None:
        people, people_en = wait.task.assignee.name, wait.task.assignee.name_en or wait.task.assignee.name
    else:
        people = "、".join(holder.name for holder in wait.holders)
        people_en = ", ".join(holder.name_en for holder in wait.holders)
    if body is None:
        return Text("尚未登记的单位", "an organisation that is not registered")
    name, name_en = body.name, body.name_en or body.name
    if not body.has_accounts:
        return Text(f"{name}（线下单位）", f"{name_en} (answers on paper)")
    if not people:
        return Text(f"{name}（暂无人在岗）", f"{name_en} (post vacant)")
    return Text(f"{name}{people}", f"{people_en} of {name_en}")


def _doing(task: Task, title: Text) -> Text:
    if task.kind == TaskKind.CORRECTION:
        return Text(f"补正“{title.zh}”所需材料", f"correct what “{title.en}” needs")
    if task.kind == TaskKind.CONFIRMATION:
        return Text(f"确认“{title.zh}”的书面回复", f"confirm the paper reply on “{title.en}”")
    return Text(f"办理“{title.zh}”", f"do “{title.en}”")


def _clock(wait: Wait) -> Iterator[Text]:
    unit = _UNITS[wait.unit]
    if wait.days is not None and wait.unit is Unit.WORKING_DAYS:
        yield Text(f"，第 {wait.day}/{wait.days} {unit.zh}", f", day {wait.day} of {wait.days} ({unit.en})")
    elif wait.days is not None:
        yield Text(f"，第 {wait.day}/{wait.days} 天", f", day {wait.day} of {wait.days}")
    if wait.rule:
        yield Text(f"（{wait.rule}）", f" ({wait.rule})")
    if wait.at_least and wait.task.derivation:
        end = wait.task.derivation["end"]
        yield Text(f"，最短期间到 {end} 24时届满", f"; the minimum period ends on {end} at 24:00")


def _standing(known: Surroundings, wait: Wait, case: Case) -> Iterator[Text]:
    """Whether the clock stands and why, else how late it is."""
    suspension = known.suspensions.get(case.id)
    if case.suspended_at is not None:
        since = day_of(case.suspended_at).isoformat()
        reason = suspension.reason.rstrip("。.") if suspension else ""
        until = suspension.until.isoformat() if suspension and suspension.until else ""
        zh = f"，办件自 {since} 起中止、停止计时" + (f"（{reason}）" if reason else "")
        en = f", the case is suspended and the clock stands since {since}" + (f" ({reason})" if reason else "")
        yield Text(zh + (f"，预计到 {until}" if until else ""), en + (f", expected until {until}" if until else ""))
    elif wait.task.paused_at is not None:
        since = day_of(wait.task.paused_at).isoformat()
        yield Text(f"，因等待补正自 {since} 起停止计时", f", the clock stands since {since} for a correction")
        awaited = known.hanging_on(wait.task, TaskKind.CORRECTION)
        if awaited is not None and awaited.fatal_on is not None:
            yield Text(f"（须于 {awaited.fatal_on} 前答复）", f" (to be answered by {awaited.fatal_on})")
    elif wait.late:
        unit = _UNITS[wait.unit]
        yield (
            Text(f"，已超期 {wait.over} {unit.zh}", f", {wait.over} {unit.en} late")
            if wait.over
            else Text("，已超期", ", late")
        )


def _asked(asked: Sequence[Opinion]) -> Iterator[Text]:
    """Whose opinions are in, and whose are missing."""
    missing = [opinion for opinion in asked if opinion.status != OpinionStatus.ANSWERED]
    if not missing:
        return
    joint = any(opinion.kind == OpinionKind.JOINT for opinion in missing)
    word = Text("共同决定", "joint decision") if joint else Text("征求意见", "opinions asked for")
    names, given = _listed([_person(opinion) for opinion in missing]), len(asked) - len(missing)
    yield Text(
        f"；{word.zh}已有 {given} 人表态，还缺 {names.zh}", f"; {word.en}: {given} given, still missing: {names.en}"
    )


def _person(opinion: Opinion) -> Text:
    person, body = opinion.person, opinion.organisation
    if body is None:
        return Text(person.name, person.name_en or person.name)
    return Text(
        f"{person.name}（{body.name}）", f"{person.name_en or person.name} ({body.name_en or body.name})"
    )  # two people may have the same name


def _wanted(task: Task) -> Iterator[Text]:
    items = [str(item.get("item") or item.get("what") or "") for item in (task.request or {}).get("items", ())]
    named = [Text(f"“{item}”", f"“{item}”") for item in items if item]
    if named:
        yield Text(f"：{_listed(named).zh}", f": {_listed(named).en}")


def _missing(known: Surroundings, wait: Wait, definition: Definition) -> Iterator[Text]:
    """Materials without which the task cannot be done; of an office without accounts, its paper reply."""
    if wait.organisation is not None and not wait.organisation.has_accounts:
        if known.hanging_on(wait.task, TaskKind.CONFIRMATION) is None:
            yield Text("；其书面回复尚未录入", "; its paper reply has not been entered")
        return
    titles = [definition.text(material.title) for material in known.missing(wait.task)]
    if titles:
        named = _listed([Text(f"“{t.zh}”", f"“{t.en}”") for t in titles])
        yield Text(f"；尚缺材料{named.zh}", f"; missing: {named.en}")


def _branches(known: Surroundings, task: Task, definition: Definition, alone: bool) -> Iterator[Text]:
    """What runs side by side with a step: which branches are in, and which are missing."""
    through, missing = [], []
    tasks = [t for t in known.tasks[task.case_id] if t.kind == TaskKind.STEP]
    for branch in beside(definition, task.step):
        there = [t for t in tasks if t.step in branch]
        waiting = next((t for t in there if t.status == TaskStatus.OPEN), None)
        child = next((c for c in known.children.get(task.case_id, ()) if c.parent_element in branch), None)
        if waiting is not None or child is not None:
            element = waiting.step if waiting is not None else str(child.parent_element if child else "")
            missing.append(_element(definition, element))
        elif there and there[-1].status == TaskStatus.DONE:
            through.append(_done(definition, there[-1]))
    if through:
        yield Text(f"；并行的{_listed(through).zh}已办完", f"; beside it {_listed(through).en} is in")
    if missing and alone:
        yield Text(f"；并行的{_listed(missing).zh}也未办完", f"; beside it {_listed(missing).en} is missing, too")


def _element(definition: Definition, element: str) -> Text:
    title = definition.text(definition.element_name(element))
    return Text(f"“{title.zh}”", f"“{title.en}”")


def _done(definition: Definition, task: Task) -> Text:
    title = _element(definition, task.step)
    day = day_of(task.closed_at).isoformat() if task.closed_at else ""
    body = task.closed_for
    if body is None:
        return Text(f"{title.zh}（{day}）", f"{title.en} ({day})")
    return Text(f"{title.zh}（{body.name}，{day}）", f"{title.en} ({body.name_en or body.name}, {day})")


def _listed(names: list[Text]) -> Text:
    shown, more = names[:_NAMED], len(names) - _NAMED
    zh, en = "、".join(n.zh for n in shown), ", ".join(n.en for n in shown)
    return Text(f"{zh} 等 {len(names)} 项", f"{en} and {more} more") if more > 0 else Text(zh, en)

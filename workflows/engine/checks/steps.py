"""Checks of procedure.toml against the diagram, the forms and the papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.engine import diagram as diagrams
from workflows.engine import expressions
from workflows.engine import settings as settings_file
from workflows.engine.checks.drawing import WAITS, all_expressions
from workflows.engine.diagram import Diagram, Node
from workflows.engine.findings import CheckFinding, suggestion
from workflows.engine.folder import Folder
from workflows.engine.settings import Settings
from workflows.text import Text


def check(folder: Folder, settings: Settings, diagram: Diagram) -> Iterator[CheckFinding]:
    """Every finding."""
    tasks = [node for node in diagram.nodes.values() if node.kind == "userTask"]
    for node in tasks:
        yield from _lane(node, settings, diagram)
        yield from _form(node, folder)
        yield from _settings(node, settings)
        yield from _together(node, settings, folder)
        yield from _unseen(node, settings, tasks)
    yield from _unused(settings, diagram, {node.id for node in tasks})
    yield from _papers(folder, settings)
    yield from _operators(diagram)
    yield from _names(settings, diagram)


def _drawn(element: str, zh: str, en: str) -> CheckFinding:
    return CheckFinding(diagrams.FILE, element, Text(zh, en))


def _set(place: str, zh: str, en: str) -> CheckFinding:
    return CheckFinding(settings_file.FILE, place, Text(zh, en))


def _lane(node: Node, settings: Settings, diagram: Diagram) -> Iterator[CheckFinding]:
    lane = diagram.lanes.get(node.id)
    if not lane:
        yield _drawn(node.id, "用户任务不在任何泳道里。", "The user task lies in no lane.")
    elif lane not in settings.lanes:
        told = suggestion(lane, settings.lanes)
        yield _set(
            f"lanes.{lane}",
            f"图中的泳道“{lane}”没有设置由谁办理{told.zh}",
            f'Nothing says who acts in the lane "{lane}" of the diagram{told.en}',
        )


def _form(node: Node, folder: Folder) -> Iterator[CheckFinding]:
    if node.form is None:
        yield _drawn(
            node.id,
            "用户任务没有表单（属性 formJsonSchemaFilename）。",
            "The user task has no form (property formJsonSchemaFilename).",
        )
    elif node.form not in folder.forms:
        told = suggestion(node.form, folder.forms)
        yield _drawn(node.id, f"表单 forms/{node.form} 不存在{told.zh}", f"forms/{node.form} does not exist{told.en}")
    if node.form_ui is not None and node.form is not None and node.form_ui != _ui_name(node.form):
        yield _drawn(
            node.id,
            f"formUiSchemaFilename 应为 {_ui_name(node.form)}。",
            f"formUiSchemaFilename must be {_ui_name(node.form)}.",
        )


def _ui_name(form: str) -> str:
    return form.removesuffix(".json") + ".ui.json"


def _settings(node: Node, settings: Settings) -> Iterator[CheckFinding]:
    step = settings.steps.get(node.id)
    if step is None:
        told = suggestion(node.id, settings.steps)
        yield _set(
            f"steps.{node.id}",
            f"没有用户任务“{node.name}”的设置和期限{told.zh}",
            f'There are no settings and no deadline for the user task "{node.id}"{told.en}',
        )
    elif step.deadline is None:
        yield _set(f"steps.{node.id}.deadline", "这一环节没有期限。", "The step has no deadline.")


def _together(node: Node, settings: Settings, folder: Folder) -> Iterator[CheckFinding]:
    """Who decides together says yes or no, and nobody of them fills in a form or brings a file."""
    step = settings.steps.get(node.id)
    if step is None or step.together is None:
        return
    form = folder.forms.get(node.form or "")
    if form is not None and form.schema.get("required"):
        yield _drawn(
            node.id,
            "共同决定的环节不能有必填字段，请放到前一环节填写。",
            "A step that several decide together cannot have required fields; let the step before ask for them.",
        )
    if any(material.required and material.source == "upload" for material in step.materials):
        yield _set(
            f"steps.{node.id}.materials",
            "共同决定的环节不能要求上传材料，请放到前一环节。",
            "A step that several decide together cannot ask for uploads; let the step before ask for them.",
        )


def _unseen(node: Node, settings: Settings, tasks: list[Node]) -> Iterator[CheckFinding]:
    step = settings.steps.get(node.id)
    others = {task.id for task in tasks} - {node.id}
    for name in step.unseen if step else ():
        if name == node.id:
            yield _set(f"steps.{node.id}.unseen", "不能对自己保密。", "A step cannot be kept from those who do it.")
        elif name not in others:
            told = suggestion(name, others)
            yield _set(
                f"steps.{node.id}.unseen",
                f"图中没有用户任务“{name}”{told.zh}",
                f'The diagram has no user task "{name}"{told.en}',
            )


def _unused(settings: Settings, diagram: Diagram, tasks: set[str]) -> Iterator[CheckFinding]:
    for step in settings.steps:
        if step not in tasks:
            told = suggestion(step, tasks)
            yield _set(f"steps.{step}", f"图中没有这个用户任务{told.zh}", f"The diagram has no such user task{told.en}")
    lanes = set(diagram.lanes.values())
    for lane in settings.lanes:
        if lane not in lanes:
            told = suggestion(lane, lanes)
            yield _set(f"lanes.{lane}", f"图中没有这条泳道{told.zh}", f"The diagram has no such lane{told.en}")


def _papers(folder: Folder, settings: Settings) -> Iterator[CheckFinding]:
    known = folder.documents
    for name, step in settings.steps.items():
        wanted = {f"steps.{name}.outcomes": [paper for outcome in step.outcomes for paper in outcome.issues]}
        wanted[f"steps.{name}.materials"] = [material.paper for material in step.materials if material.paper]
        for place, papers in wanted.items():
            for paper in papers:
                if paper not in known:
                    told = suggestion(paper, known)
                    file = f"documents/{paper}.txt"
                    yield _set(place, f"{file} 不存在{told.zh}", f"{file} does not exist{told.en}")


def _operators(diagram: Diagram) -> Iterator[CheckFinding]:
    for node in diagram.nodes.values():
        if node.kind == "serviceTask" and (node.operator is None or not node.operator.name):
            yield _drawn(
                node.id,
                "服务任务没有写明调用的操作（spiffworkflow:serviceTaskOperator）。",
                "The service task names no operation (spiffworkflow:serviceTaskOperator).",
            )


def known_values(settings: Settings, diagram: Diagram) -> Mapping[str, frozenset[str] | None]:
    """Every name an expression may read, with the outcomes it can have where it is a step, else None."""
    known: dict[str, frozenset[str] | None] = {"case_id": None, f"{settings.subject}_id": None}
    for node in diagram.nodes.values():
        if node.operator is not None and node.operator.result:
            known[node.operator.result] = None
        if node.kind == "userTask" and node.id in settings.steps:
            known[node.id] = frozenset(outcome.key for outcome in settings.steps[node.id].outcomes)
        if node.kind == "callActivity":
            known[node.id] = None  # the end its child case reached, which the other procedure names
    return known


def _names(settings: Settings, diagram: Diagram) -> Iterator[CheckFinding]:
    known = known_values(settings, diagram)
    taken = {"case_id", f"{settings.subject}_id"} | {n.id for n in diagram.nodes.values() if n.kind in WAITS}
    for node in diagram.nodes.values():
        if node.operator is not None and node.operator.result in taken:
            yield _drawn(
                node.id,
                f"resultVariable“{node.operator.result}”已是别的名称，请改名。",
                f'The resultVariable "{node.operator.result}" is the name of something else.',
            )
    for place, expression in all_expressions(diagram):
        if expressions.refuse(expression) is not None:
            continue
        for name in sorted(expressions.names(expression) - known.keys()):
            told = suggestion(name, known)
            yield _drawn(place, f"没有环节或结果叫“{name}”{told.zh}", f'No step or result is "{name}"{told.en}')
        for name, literal in expressions.expected_values(expression):
            outcomes = known.get(name)
            if outcomes is not None and literal is not None and literal not in outcomes:
                told = suggestion(str(literal), outcomes)
                yield _drawn(
                    place,
                    f"环节“{name}”没有结果“{literal}”{told.zh}",
                    f'The step "{name}" has no outcome "{literal}"{told.en}',
                )

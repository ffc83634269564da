"""Checks of the diagram alone: what is drawn, how it hangs together, and the expressions in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from workflows.engine import expressions
from workflows.engine.bpmn_file import BPMN, SPIFF, local_name
from workflows.engine.diagram import FILE, Diagram, Flow, Node, reach
from workflows.engine.findings import CheckFinding, suggestion
from workflows.text import Text

ELEMENTS = frozenset(
    {
        *("definitions", "process", "collaboration", "participant", "laneSet", "lane", "flowNodeRef"),
        *("startEvent", "endEvent", "boundaryEvent", "userTask", "serviceTask", "callActivity", "subProcess"),
        *("exclusiveGateway", "parallelGateway", "sequenceFlow", "incoming", "outgoing", "conditionExpression"),
        *("error", "errorEventDefinition", "terminateEventDefinition"),
        *("documentation", "extensionElements", "textAnnotation", "text", "association"),
        *("group", "category", "categoryValue"),
    }
)
EXTENSIONS = frozenset({"properties", "property", "serviceTaskOperator", "parameters", "parameter"})
EVENTS = {
    "startEvent": frozenset({None}),
    "endEvent": frozenset({None, "error", "terminate"}),
    "boundaryEvent": frozenset({"error"}),
}
WAITS = ("userTask", "callActivity")  # what a case can wait at
MOST_NODES = 250
# The engine makes elements of these names by itself.
_TAKEN = frozenset({"Start", "End", "Root"})
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_STEP_ID = re.compile(r"[a-z][a-z0-9_]*\Z")


def check(diagram: Diagram) -> Iterator[CheckFinding]:
    """Every finding, in the order in which an author would mend them."""
    if len(diagram.nodes) > MOST_NODES:
        yield _found(
            "",
            f"图中有 {len(diagram.nodes)} 个元素，超过 {MOST_NODES} 个，请拆成几个程序。",
            f"The diagram has {len(diagram.nodes)} elements, more than {MOST_NODES}; split the procedure.",
        )
        return
    yield from _processes(diagram)
    yield from _elements(diagram)
    yield from _ids(diagram)
    yield from _drawn(diagram)
    yield from _events(diagram)
    yield from _flows(diagram)
    yield from _gateways(diagram)
    yield from _expressions(diagram)
    if sum(executable for _, executable in diagram.processes) == 1:
        yield from _ways(diagram)


def _found(element: str, zh: str, en: str) -> CheckFinding:
    return CheckFinding(FILE, element, Text(zh, en))


def _processes(diagram: Diagram) -> Iterator[CheckFinding]:
    executable = [identifier for identifier, runs in diagram.processes if runs]
    if len(executable) != 1:
        yield _found(
            ", ".join(executable),
            f'必须恰有一个 isExecutable="true" 的 process，现有 {len(executable)} 个。',
            f'Exactly one process must have isExecutable="true"; there are {len(executable)}.',
        )
    for identifier, runs in diagram.processes:
        if not runs:
            yield _found(identifier, "不执行的 process 请删去。", "Remove the process that is not executable.")


def _elements(diagram: Diagram) -> Iterator[CheckFinding]:
    for element in diagram.xml.iter("{*}*"):
        name, identifier = local_name(element), element.get("id", "")
        if element.tag.startswith(f"{{{BPMN}}}") and name not in ELEMENTS:
            told = suggestion(name, ELEMENTS)
            place = identifier or element.getparent().get("id", "")
            yield _found(place, f"不支持元素“{name}”{told.zh}", f'The element "{name}" is not supported{told.en}')
        elif element.tag.startswith(f"{{{SPIFF}}}") and name not in EXTENSIONS:
            yield _found(
                next((around.get("id") for around in element.iterancestors() if around.get("id")), ""),
                f"不支持扩展“{name}”：程序中不能有脚本。",
                f'The extension "{name}" is not supported: a procedure contains no scripts.',
            )
        elif name == "subProcess" and element.get("triggeredByEvent") == "true":
            yield _found(identifier, "不支持事件子流程。", "Event subprocesses are not supported.")


def _ids(diagram: Diagram) -> Iterator[CheckFinding]:
    ids = Counter(element.get("id") for element in diagram.xml.iter(f"{{{BPMN}}}*") if element.get("id") is not None)
    for identifier, count in ids.items():
        if count > 1:
            yield _found(identifier, f"id 出现了 {count} 次，须唯一。", f"The id is used {count} times, not once.")
    for node in diagram.nodes.values():
        if not _ID.match(node.id) or node.id in _TAKEN:
            yield _found(
                node.id or f"{node.kind}:{node.line}",
                "元素缺少可用的 id（字母开头，且不是 Start、End、Root）。",
                "The element needs an id that begins with a letter and is not Start, End or Root.",
            )
        elif node.kind in WAITS and not _STEP_ID.match(node.id):
            yield _found(
                node.id,
                "用户任务和调用活动的 id 用小写字母、数字和下划线，因为条件里要写它。",
                "The id of a user task or call activity has lower-case letters, digits and underscores, for conditions name it.",
            )
        if node.kind in WAITS and not node.name:
            yield _found(node.id, "用户任务或调用活动没有名称。", "The user task or call activity has no name.")
        if node.kind == "callActivity" and not node.called:
            yield _found(
                node.id,
                "调用活动没有写明程序（calledElement）。",
                "The call activity names no procedure (calledElement).",
            )
    for flow in diagram.flows:
        if not flow.id:
            yield _found(f"{flow.source}→{flow.target}", "连线没有 id。", "The sequence flow has no id.")


def _drawn(diagram: Diagram) -> Iterator[CheckFinding]:
    if not diagram.shapes:
        yield _found(
            "",
            "文件没有图形信息（BPMNDiagram），无法显示。请在建模工具中打开、排好版后保存。",
            "The file has no diagram interchange (BPMNDiagram). Open it in a modeller, lay it out and save it.",
        )
        return
    for node in diagram.nodes.values():
        if node.id and node.id not in diagram.shapes:
            yield _found(node.id, "图中没有画出这个元素（BPMNShape）。", "The element is not drawn (BPMNShape).")
    for flow in diagram.flows:
        if flow.id and flow.id not in diagram.edges:
            yield _found(
                flow.id, "图中没有画出这条连线（BPMNEdge）。", "The flow is not drawn (BPMNEdge with two points)."
            )


def _events(diagram: Diagram) -> Iterator[CheckFinding]:
    for container in diagram.process_ids | {n.id for n in diagram.nodes.values() if n.kind == "subProcess"}:
        inside = list(diagram.inside(container))
        starts = [node.id for node in inside if node.kind == "startEvent"]
        if len(starts) != 1:
            yield _found(
                container,
                f"须恰有一个开始事件，现有 {len(starts)} 个。",
                f"It has {len(starts)} start events, not one.",
            )
        if not any(node.kind == "endEvent" for node in inside):
            yield _found(container, "没有结束事件。", "There is no end event.")
    for node in diagram.nodes.values():
        if node.event not in EVENTS.get(node.kind, {None}):
            yield _found(
                node.id,
                f"这里不支持 {node.event} 事件。期限写在 procedure.toml 里。",
                f"The event {node.event} is not supported here. Deadlines are set in procedure.toml.",
            )
        if node.kind == "boundaryEvent":
            yield from _boundary(diagram, node)
        if node.kind == "endEvent" and node.event == "error":
            yield from _error_end(diagram, node)


def _boundary(diagram: Diagram, event: Node) -> Iterator[CheckFinding]:
    owner = diagram.nodes.get(event.attached_to or "")
    if owner is None or owner.kind != "subProcess":
        yield _found(event.id, "边界事件只能附在子流程上。", "A boundary event can only be attached to a subprocess.")
    if not event.interrupting:
        yield _found(event.id, '边界事件须中断子流程（cancelActivity="true"）。', "The boundary event must interrupt.")
    if event.error is None:
        yield _found(event.id, "边界事件要指明 errorRef 和它的 errorCode。", "It must name an error with an errorCode.")


def _error_end(diagram: Diagram, end: Node) -> Iterator[CheckFinding]:
    if end.error is None:
        yield _found(
            end.id, "错误结束事件要指明 errorRef 和它的 errorCode。", "It must name an error with an errorCode."
        )
    elif diagram.catcher(end) is None:
        yield _found(
            end.id,
            f"没有边界事件接住错误“{end.error}”，请在外层子流程上加一个。",
            f'No boundary event on a subprocess around it catches the error "{end.error}".',
        )


def _flows(diagram: Diagram) -> Iterator[CheckFinding]:
    for flow in diagram.flows:
        for end in (flow.source, flow.target):
            node = diagram.nodes.get(end)
            if node is None:
                yield _found(flow.id, f"连线的一端“{end}”不存在。", f'"{end}", one end of the flow, does not exist.')
            elif node.container != flow.container:
                yield _found(flow.id, "连线不能穿过子流程的边界。", "A flow cannot cross the border of a subprocess.")
        target = diagram.nodes.get(flow.target)
        if target is not None and target.kind in ("startEvent", "boundaryEvent"):
            yield _found(flow.id, "连线不能指向开始事件或边界事件。", "No flow leads to a start or boundary event.")
    for node in diagram.nodes.values():
        count = len(diagram.outgoing(node.id))
        if node.kind == "endEvent":
            if count:
                yield _found(node.id, "结束事件之后不能有连线。", "No flow can leave an end event.")
        elif count == 0:
            yield _found(node.id, "走到这里就断了：没有出去的连线。", "A dead end: no flow leaves this element.")
        elif count > 1 and "Gateway" not in node.kind:
            yield _found(
                node.id, "有几条出去的连线，请用网关分开。", "Several flows leave it; split them with a gateway."
            )


def _gateways(diagram: Diagram) -> Iterator[CheckFinding]:
    for node in diagram.nodes.values():
        flows = diagram.outgoing(node.id)
        choosing = node.kind == "exclusiveGateway" and len(flows) > 1
        if choosing and node.default not in {flow.id for flow in flows}:
            yield _found(
                node.id,
                "排他网关没有默认连线：没有条件成立时不知往哪走。",
                "The exclusive gateway has no default flow: nothing says where to go when no condition holds.",
            )
        for flow in flows:
            yield from _condition(node, flow, choosing)


def _condition(node: Node, flow: Flow, choosing: bool) -> Iterator[CheckFinding]:
    if choosing and flow.id != node.default:
        if not flow.condition:
            yield _found(
                flow.id, "排他网关的非默认连线要写条件。", "A flow from an exclusive gateway needs a condition."
            )
    elif flow.condition is not None:
        yield _found(
            flow.id,
            "这条连线上的条件不起作用：条件只写在排他网关的非默认连线上。",
            "This condition has no effect: only the flows of an exclusive gateway that are not its default have one.",
        )


def _expressions(diagram: Diagram) -> Iterator[CheckFinding]:
    for place, expression in all_expressions(diagram):
        reason = expressions.refuse(expression)
        if reason is not None:
            yield CheckFinding(FILE, place, reason)


def all_expressions(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Every expression with the id of the element it stands in."""
    for flow in diagram.flows:
        if flow.condition:
            yield flow.id, flow.condition
    for node in diagram.nodes.values():
        if node.operator is not None:
            for _, value in node.operator.parameters:
                yield node.id, value


def _ways(diagram: Diagram) -> Iterator[CheckFinding]:
    reached = set(diagram.from_start())
    for node in diagram.nodes.values():
        if node.id not in reached:
            yield _found(node.id, "从开始走不到这里。", "Nothing leads here from the start.")
    ends = {node.id for node in diagram.inside(diagram.process_id) if node.kind == "endEvent"}
    for node in diagram.nodes.values():
        goes_on = node.id in reached and node.id not in ends and diagram.outgoing(node.id)
        if goes_on and not diagram.after(node.id) & ends:
            yield _found(node.id, "从这里走不到任何结束事件。", "No way leads from here to an end event.")
        if node.kind not in WAITS and node.id in reach(_unattended(diagram, node.id), partial(_unattended, diagram)):
            yield _found(
                node.id,
                "从这里绕回来，中间没有用户任务，会一直转下去。",
                "A way leads from here back to here without a user task, and could be gone round without end.",
            )


def _unattended(diagram: Diagram, place: str) -> list[str]:
    """Where a token goes on from here without anybody doing anything."""
    nodes = diagram.nodes
    return [p for p in diagram.steps_ahead(place) if p not in nodes or nodes[p].kind not in WAITS]

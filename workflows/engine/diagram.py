"""process.bpmn as a graph of our own: read once, safely, and asked by the checks and by the definition.

Reading refuses document types, entities and anything from outside the file. It knows no process engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from lxml import etree

from workflows.errors import BadFile
from workflows.text import Text

FILE = "process.bpmn"
MAX_BYTES = 1_000_000

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

FLOW_NODES = frozenset(
    {
        *("startEvent", "endEvent", "boundaryEvent", "userTask", "serviceTask", "subProcess"),
        *("exclusiveGateway", "parallelGateway"),
    }
)

Element = Any  # lxml has no types

_EXTENSION = f"{{{BPMN}}}extensionElements/"


class NotADiagram(BadFile):
    """The file cannot be read as BPMN at all."""

    code = "not_a_diagram"


@dataclass(frozen=True, slots=True)
class Operator:
    """The operation a service task calls: parameters as (name, expression)."""

    name: str
    result: str | None
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. ``container`` is the id of the process or subprocess it lies in; ``event`` says what an event is."""

    id: str
    kind: str
    name: str
    container: str
    line: int
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event: str | None = None
    error: str | None = None
    form: str | None = None
    form_ui: str | None = None
    operator: Operator | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    container: str
    condition: str | None


@dataclass(frozen=True)
class Diagram:
    """The whole file. Nodes and flows are in the order of the file.

    ``lanes``: node id → name of its lane. ``shapes`` and ``edges``: ids of what is drawn, with bounds or waypoints.
    """

    xml: Element
    processes: tuple[tuple[str, bool], ...]
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    lanes: Mapping[str, str]
    shapes: frozenset[str]
    edges: frozenset[str]

    @property
    def process_id(self) -> str:
        """The id of the executable process."""
        return next(identifier for identifier, executable in self.processes if executable)

    @property
    def process_ids(self) -> set[str]:
        """The ids of all processes."""
        return {identifier for identifier, _ in self.processes}

    def outgoing(self, node_id: str) -> tuple[Flow, ...]:
        """The flows that leave a node."""
        return self._outgoing.get(node_id, ())

    def incoming(self, node_id: str) -> tuple[Flow, ...]:
        """The flows that enter a node."""
        return self._incoming.get(node_id, ())

    def flow(self, flow_id: str) -> Flow:
        """The flow with this id."""
        return self._flows[flow_id]

    def lies_in(self, element_id: str, container: str) -> bool:
        """Whether a node or flow lies in a process or subprocess, at whatever depth."""
        element = self.nodes.get(element_id) or self._flows[element_id]
        while element.container != container:
            around = self.nodes.get(element.container)
            if around is None:
                return False
            element = around
        return True

    def inside(self, container: str) -> Iterator[Node]:
        """The nodes that lie directly in a process or subprocess."""
        return (node for node in self.nodes.values() if node.container == container)

    def boundary_events(self, node_id: str) -> Iterator[Node]:
        """The events attached to a node."""
        return (node for node in self.nodes.values() if node.attached_to == node_id)

    def after(self, node_id: str) -> frozenset[str]:
        """The ids of every node that can come after a node, itself included when a way leads back to it."""
        return frozenset(place for place in reach(self.steps_ahead(node_id), self.steps_ahead) if place in self.nodes)

    def from_start(self) -> tuple[str, ...]:
        """The ids of the nodes that can be reached, nearest to the start first, then in the order of the file."""
        starts = [node.id for node in self.inside(self.process_id) if node.kind == "startEvent"]
        return tuple(place for place in reach(starts, self.steps_ahead) if place in self.nodes)

    def steps_ahead(self, place: str) -> tuple[str, ...]:
        """Where a token can go next. A place is the id of a node, or the way out of a subprocess."""
        node = self.nodes.get(place)
        if node is None:
            return tuple(flow.target for flow in self.outgoing(place.removesuffix(_WAY_OUT)))
        match node.kind:
            case "subProcess":
                starts = [inner.id for inner in self.inside(node.id) if inner.kind == "startEvent"]
                return tuple(starts)
            case "endEvent":
                return self._after_end(node)
        return tuple(flow.target for flow in self.outgoing(node.id))

    def catcher(self, end: Node) -> Node | None:
        """The boundary event that catches the error an end event throws: on the nearest subprocess around it."""
        around = self.nodes.get(end.container)
        while around is not None:
            for event in self.boundary_events(around.id):
                if event.event == "error" and event.error in (None, end.error):
                    return event
            around = self.nodes.get(around.container)
        return None

    def _after_end(self, end: Node) -> tuple[str, ...]:
        if end.event == "error":
            catcher = self.catcher(end)
            return (catcher.id,) if catcher else ()
        return (_way_out(end.container),) if end.container in self.nodes else ()

    @cached_property
    def _flows(self) -> Mapping[str, Flow]:
        return {flow.id: flow for flow in self.flows}

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped((flow.source, flow) for flow in self.flows)

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped((flow.target, flow) for flow in self.flows)


_WAY_OUT = "\x00out"


def _way_out(subprocess: str) -> str:
    return subprocess + _WAY_OUT


def reach(starts: Iterable[str], ahead: Callable[[str], Iterable[str]]) -> dict[str, None]:
    """Every place that can be reached, the nearest first."""
    seen = dict.fromkeys(starts)
    queue = list(seen)
    for place in queue:
        for following in ahead(place):
            if following not in seen:
                seen[following] = None
                queue.append(following)
    return seen


def _grouped(pairs: Iterable[tuple[str, Flow]]) -> dict[str, tuple[Flow, ...]]:
    groups: dict[str, tuple[Flow, ...]] = {}
    for key, flow in pairs:
        groups[key] = (*groups.get(key, ()), flow)
    return groups


def parse_xml(content: bytes) -> Element:
    """The root element; raises NotADiagram for anything but one self-contained, modest XML document."""
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1000
        raise NotADiagram(
            Text(f"文件超过 {limit} kB，请拆成几个程序。", f"The file is larger than {limit} kB; split the procedure.")
        )
    try:
        defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    except DefusedXmlException as error:
        raise NotADiagram(
            Text(
                "文件含有文档类型声明（DOCTYPE）或实体，可能带入外部内容，不予读取。请删去这部分后重新导出。",
                "The file declares a document type or entities, which could pull in other content, and is not read. "
                "Remove them and export the diagram again.",
            )
        ) from error
    except (SyntaxError, ValueError, LookupError) as error:
        raise NotADiagram(
            Text(f"不是格式正确的 UTF-8 XML：{error}", f"This is no well-formed XML in UTF-8: {error}")
        ) from error
    if root.tag != _bpmn("definitions"):
        raise NotADiagram(
            Text(
                "根元素不是 BPMN 2.0 的 definitions，请用 BPMN 建模工具导出。",
                "The root is not the definitions element of BPMN 2.0; export the file from a BPMN modeller.",
            )
        )
    return root


def read(content: bytes) -> Diagram:
    """The graph of the file, however faulty it is; raises NotADiagram when there is none to be read."""
    root = parse_xml(content)
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    for element in root.iter(_bpmn("*")):
        kind = local_name(element)
        if kind in FLOW_NODES:
            nodes.setdefault(element.get("id", ""), _node(element, kind, element.getparent().get("id", "")))
        elif kind == "sequenceFlow":
            flows.append(_flow(element, element.getparent().get("id", "")))
    return Diagram(
        xml=root,
        processes=tuple((p.get("id", ""), p.get("isExecutable") == "true") for p in root.iter(_bpmn("process"))),
        nodes=nodes,
        flows=tuple(flows),
        lanes={
            (reference.text or "").strip(): lane.get("name", "")
            for lane in root.iter(_bpmn("lane"))
            for reference in lane.iterchildren(_bpmn("flowNodeRef"))
        },
        shapes=frozenset(
            shape.get("bpmnElement", "")
            for shape in root.iter(f"{{{BPMNDI}}}BPMNShape")
            if shape.find(f"{{{DC}}}Bounds") is not None
        ),
        edges=frozenset(
            edge.get("bpmnElement", "")
            for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge")
            if len(edge.findall(f"{{{DI}}}waypoint")) > 1
        ),
    )


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def _bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _node(element: Element, kind: str, container: str) -> Node:
    event = next((child for child in element if local_name(child).endswith("EventDefinition")), None)
    properties = {p.get("name"): p.get("value") for p in element.iterfind(_EXTENSION + f"{{{SPIFF}}}properties/*")}
    return Node(
        id=element.get("id", ""),
        kind=kind,
        name=element.get("name", ""),
        container=container,
        line=element.sourceline,
        default=element.get("default"),
        attached_to=element.get("attachedToRef"),
        interrupting=element.get("cancelActivity", "true") == "true",
        event=local_name(event).removesuffix("EventDefinition") if event is not None else None,
        error=_error_code(event),
        form=properties.get("formJsonSchemaFilename"),
        form_ui=properties.get("formUiSchemaFilename"),
        operator=_operator(element.find(_EXTENSION + f"{{{SPIFF}}}serviceTaskOperator")),
    )


def _error_code(event: Element) -> str | None:
    reference = event.get("errorRef") if event is not None else None
    if reference is None:
        return None
    for error in event.getroottree().getroot().iterchildren(_bpmn("error")):
        if error.get("id") == reference:
            return str(error.get("errorCode", "")) or None
    return None


def _operator(element: Element) -> Operator | None:
    if element is None:
        return None
    return Operator(
        name=element.get("id", ""),
        result=element.get("resultVariable") or None,
        parameters=tuple((p.get("id", ""), p.get("value", "")) for p in element.iter(f"{{{SPIFF}}}parameter")),
    )


def _flow(element: Element, container: str) -> Flow:
    condition = next(element.iter(_bpmn("conditionExpression")), None)
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        container=container,
        condition=(condition.text or "").strip() if condition is not None else None,
    )

"""Reading process.bpmn safely: no document types, no entities, nothing from outside the file."""

from __future__ import annotations

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from lxml import etree

from workflows.engine.diagram import Diagram, Element, Flow, Node, Operator
from workflows.errors import BadFile
from workflows.text import Text

MAX_BYTES = 1_000_000

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

FLOW_NODES = frozenset(
    {
        *("startEvent", "endEvent", "boundaryEvent", "userTask", "serviceTask", "callActivity", "subProcess"),
        *("exclusiveGateway", "parallelGateway"),
    }
)

_EXTENSION = f"{{{BPMN}}}extensionElements/"


class NotADiagram(BadFile):
    """The file cannot be read as BPMN at all."""

    code = "not_a_diagram"


def parse_xml(content: bytes) -> Element:
    """The root element of a BPMN file; raises NotADiagram for anything else."""
    root = self_contained(content)
    if root.tag != _bpmn("definitions"):
        raise NotADiagram(
            Text(
                "根元素不是 BPMN 2.0 的 definitions，请用 BPMN 建模工具导出。",
                "The root is not the definitions element of BPMN 2.0; export the file from a BPMN modeller.",
            )
        )
    return root


def self_contained(content: bytes) -> Element:
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
        called=element.get("calledElement"),
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

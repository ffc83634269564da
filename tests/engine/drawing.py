"""Draws procedure folders for tests: a few words in, a complete folder with diagram interchange out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import quoteattr

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:test"'
)
LANE = "申请方"


@dataclass
class Drawing:
    """Elements and flows in the order of the calls; ``within`` names the subprocess they lie in."""

    key: str = "trial"
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    nodes: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)

    def add(self, tag: str, identifier: str, within: str = "", inner: str = "", **attributes: str) -> Drawing:
        shown = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        self.parts.append((within, identifier, f'<bpmn:{tag} id="{identifier}"{shown}>{inner}%s</bpmn:{tag}>'))
        self.nodes.append(identifier)
        return self

    def start(self, identifier: str = "start", within: str = "") -> Drawing:
        return self.add("startEvent", identifier, within)

    def end(self, identifier: str = "end", within: str = "", error: str = "", terminate: bool = False) -> Drawing:
        inner = "<bpmn:terminateEventDefinition/>" if terminate else self._error(error)
        return self.add("endEvent", identifier, within, inner)

    def step(self, identifier: str, *outcomes: str, within: str = "") -> Drawing:
        self.steps[identifier] = outcomes
        properties = (
            "<bpmn:extensionElements><spiffworkflow:properties>"
            '<spiffworkflow:property name="formJsonSchemaFilename" value="form.json"/>'
            "</spiffworkflow:properties></bpmn:extensionElements>"
        )
        return self.add("userTask", identifier, within, properties, name=f"环节 {identifier}")

    def operation(self, identifier: str, name: str, result: str = "", within: str = "", **parameters: str) -> Drawing:
        given = "".join(
            f'<spiffworkflow:parameter id="{key}" type="any" value={quoteattr(value)}/>'
            for key, value in parameters.items()
        )
        operator = (
            f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{name}" resultVariable="{result}">'
            f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters>"
            "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
        )
        return self.add("serviceTask", identifier, within, operator)

    def call(self, identifier: str, procedure: str, within: str = "") -> Drawing:
        return self.add("callActivity", identifier, within, name=f"环节 {identifier}", calledElement=procedure)

    def gate(self, identifier: str, default: str = "", within: str = "") -> Drawing:
        return self.add("exclusiveGateway", identifier, within, **({"default": default} if default else {}))

    def parallel(self, identifier: str, within: str = "") -> Drawing:
        return self.add("parallelGateway", identifier, within)

    def subprocess(self, identifier: str, within: str = "") -> Drawing:
        return self.add("subProcess", identifier, within)

    def boundary(self, identifier: str, attached_to: str, error: str, within: str = "") -> Drawing:
        return self.add("boundaryEvent", identifier, within, self._error(error), attachedToRef=attached_to)

    def flow(self, source: str, target: str, condition: str = "", within: str = "") -> Drawing:
        identifier = f"{source}_to_{target}"
        inner = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
        self.parts.append(
            (
                within,
                identifier,
                f'<bpmn:sequenceFlow id="{identifier}" sourceRef="{source}" targetRef="{target}">{inner}'
                "</bpmn:sequenceFlow>",
            )
        )
        self.edges.append(identifier)
        return self

    def line(self, *elements: str, within: str = "") -> Drawing:
        """Flows from each element to the next."""
        for source, target in pairwise(elements):
            self.flow(source, target, within=within)
        return self

    def without(self, *identifiers: str) -> Drawing:
        """Take elements and flows off the drawing again."""
        self.parts = [part for part in self.parts if part[1] not in identifiers]
        self.nodes = [node for node in self.nodes if node not in identifiers]
        self.edges = [edge for edge in self.edges if edge not in identifiers]
        return self

    def xml(self) -> str:
        lanes = "".join(f"<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef>" for step in self.steps)
        errors = "".join(
            f'<bpmn:error id="{identifier}" name="{code}" errorCode="{code}"/>'
            for identifier, code in self.errors.items()
        )
        shapes = "".join(
            f'<bpmndi:BPMNShape id="{node}_di" bpmnElement="{node}">'
            f'<dc:Bounds x="{100 * number}" y="{20 * number}" width="80" height="40"/></bpmndi:BPMNShape>'
            for number, node in enumerate(self.nodes)
        )
        edges = "".join(
            f'<bpmndi:BPMNEdge id="{edge}_di" bpmnElement="{edge}"><di:waypoint x="1" y="1"/><di:waypoint x="2" y="2"/>'
            "</bpmndi:BPMNEdge>"
            for edge in self.edges
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions id="definitions" {NAMESPACES}>\n'
            f'<bpmn:process id="{self.key}" name="试验" isExecutable="true">\n'
            f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="{LANE}">{lanes}</bpmn:lane></bpmn:laneSet>\n'
            f"{self._inside('')}\n</bpmn:process>\n{errors}\n"
            f'<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{self.key}">{shapes}{edges}'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n</bpmn:definitions>\n"
        )

    def toml(self) -> str:
        steps = "\n".join(
            f'[steps.{step}.deadline]\ndays = 5\nunit = "working_days"\nrule = "R-1"\n'
            + "".join(
                f'[[steps.{step}.outcomes]]\nkey = "{outcome}"\ntitle = "结果 {outcome}"\nkind = "{kind_of(outcome)}"\n'
                for outcome in outcomes
            )
            for step, outcomes in self.steps.items()
        )
        return (
            f'key = "{self.key}"\ntitle = "试验程序"\nsummary = "只为试验"\nchapter = "试验"\nsubject = "zone"\n'
            f'[start]\nkinds = ["zone_office"]\n[lanes."{LANE}"]\nrelation = "applicant"\nrole = "secretary"\n{steps}'
        )

    def files(self, **more: bytes | None) -> dict[str, bytes]:
        """The folder; ``more`` replaces, adds or, with None, removes files (``__`` in a name stands for ``/``)."""
        files: dict[str, bytes | None] = {
            "process.bpmn": self.xml().encode(),
            "procedure.toml": self.toml().encode(),
            "forms/form.json": FORM,
            "en.toml": "".join(f'"{text}" = "English"\n' for text in self.texts()).encode(),
        }
        files.update({name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()})
        return {name: content for name, content in files.items() if content is not None}

    def texts(self) -> Iterable[str]:
        """Every Chinese text of the folder."""
        outcomes = {f"结果 {outcome}": None for outcomes in self.steps.values() for outcome in outcomes}
        steps = [f"环节 {step}" for step in self.steps]
        return ["试验程序", "只为试验", "试验", LANE, "备注", *steps, *outcomes]

    def _error(self, code: str) -> str:
        if not code:
            return ""
        self.errors[f"error_{code}"] = code
        return f'<bpmn:errorEventDefinition errorRef="error_{code}"/>'

    def _inside(self, container: str) -> str:
        return "\n".join(
            part.replace("%s", self._inside(identifier))
            for within, identifier, part in self.parts
            if within == container
        )


FORM = ('{"type": "object", "properties": {"note": {"type": "string", "title": "备注", "maxLength": 200}}}').encode()


def kind_of(outcome: str) -> str:
    """The kind that goes with an outcome's key."""
    return outcome if outcome in ("approve", "refuse", "return") else "submit"


def simple_loop() -> Drawing:
    """fill_in → review, which returns to fill_in or approves."""
    drawing = Drawing().start().step("fill_in").step("review", "approve", "return").gate("decided", "decided_to_end")
    return (
        drawing.end()
        .line("start", "fill_in", "review", "decided", "end")
        .flow("decided", "fill_in", 'review == "return"')
    )


def joint_decision() -> Drawing:
    """choose → a subprocess with two deciding in parallel; the first to refuse or return leads back to choose."""
    d = Drawing().start().step("choose").subprocess("joint").end("founded").line("start", "choose", "joint", "founded")
    d.start("joint_start", "joint").parallel("split", "joint").parallel("join", "joint").end("both", "joint")
    d.line("joint_start", "split", within="joint").line("join", "both", within="joint")
    for who in ("superior", "staffing"):
        d.step(who, "approve", "refuse", "return", within="joint").gate(f"{who}_gate", f"{who}_gate_to_join", "joint")
        d.line("split", who, f"{who}_gate", "join", within="joint")
        for what in ("refuse", "return"):
            d.end(f"{who}_{what}", "joint", error=what)
            d.flow(f"{who}_gate", f"{who}_{what}", f'{who} == "{what}"', "joint")
    for what in ("refuse", "return"):
        d.boundary(f"caught_{what}", "joint", what).flow(f"caught_{what}", "choose")
    return d


def answers(given: Mapping[str, object] | None = None) -> tuple[list[tuple[str, dict[str, object]]], object]:
    """A list of the calls made, and a callable for ``advance`` that answers with what is given for an operation."""
    calls: list[tuple[str, dict[str, object]]] = []

    def call(name: str, parameters: dict[str, object]) -> object:
        calls.append((name, parameters))
        return (given or {}).get(name)

    return calls, call

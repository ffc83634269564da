"""process.bpmn as a graph of our own, asked by the checks and by the definition. It knows no process engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

FILE = "process.bpmn"

Element = Any  # lxml has no types


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
    called: str | None = None  # the key of the procedure a call activity runs as a child case


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

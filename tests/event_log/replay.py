"""Token replay of a trace on the diagram of its version, as a process miner does it.

User tasks and call activities are seen in a log, everything else is silent. A gateway may take any of its ways, so the
replay keeps every marking that is possible; a trace fits when one is left after each of its activities and, if the case
was completed, one of them has come to the end the log names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from tests.event_log.logs import LoggedTrace, read_xes
from workflows import catalogue, event_log
from workflows.engine.diagram import Diagram, Node
from workflows.storage import Database
from workflows.storage.cases import Case

SEEN = ("userTask", "callActivity")
MOST_MARKINGS = 20_000

# Operations that no diagram draws and that move no token of it.
HARMLESS = {
    *("case_withdrawn", "paper_voided", "case_suspended", "case_resumed", "case_supervised", "supervision_closed"),
    *("case_copied", "case_instructed", "task_handed_over", "task_nudged", "task_extended"),
    *("correction_requested", "correction_answered", "correction_taken_back"),
    *("opinion_asked", "opinion_given", "opinion_taken_back", "group_renewed", "decision_made", "decision_cancelled"),
    *("task_opened", "task_claimed", "task_released", "task_closed"),  # of corrections
}

Marking = tuple[str, ...]  # ids of flows with a token, sorted; "<id>!" where a subprocess runs or an end was reached


@dataclass(frozen=True)
class Misfit:
    """Where a trace leaves its diagram: the activity that could not happen, or the end that was not reached."""

    number: str
    activity: str
    position: int


def misfits(db: Database) -> list[Misfit]:
    """The log of everything in a database, replayed; traces in which people moved tokens by hand are left out."""
    with event_log.snapshot(db) as session:
        pieces = event_log.export(session, None, fmt="xes", secret="for tests", now=datetime.now(UTC))
        traces = read_xes(b"".join(pieces)).traces
        found = []
        for trace in traces:
            if any(event.adhoc and event.kind not in HARMLESS for event in trace.events):
                continue
            case = session.scalars(select(Case).where(Case.number == trace.number)).one()
            misfit = replay(catalogue.definition_of(session, case.definition_id).drawing, trace)
            if misfit is not None:
                found.append(misfit)
        return found


def replay(diagram: Diagram, trace: LoggedTrace) -> Misfit | None:
    """The first place where the trace leaves the diagram; None when it fits."""
    net = Net(diagram)
    activities = [name for name in trace.completed if name in net.names]
    markings = net.settled([net.initial])
    for position, name in enumerate(activities, 1):
        markings = net.settled(after for marking in markings for after in net.done(marking, name))
        if not markings:
            return Misfit(trace.number, name, position)
    if trace.status == "completed" and not any(net.has_ended(marking, trace.end) for marking in markings):
        return Misfit(trace.number, trace.end, len(activities) + 1)
    return None


class Net:
    """A diagram with its tokens."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.names = {node.name for node in diagram.nodes.values() if node.kind in SEEN}
        starts = [node for node in diagram.inside(diagram.process_id) if node.kind == "startEvent"]
        self.initial = self._put((), starts[0])

    def settled(self, markings: Iterable[Marking]) -> set[Marking]:
        """Every marking that can be reached in silence."""
        known = set(markings)
        queue = list(known)
        for marking in queue:
            for after in self._silent(marking):
                if after not in known:
                    known.add(after)
                    queue.append(after)
            assert len(known) < MOST_MARKINGS, "the diagram multiplies tokens in silence"
        return known

    def done(self, marking: Marking, name: str) -> Iterator[Marking]:
        """The markings after a seen activity of this name."""
        for flow in set(marking) & self.diagram_flows:
            node = self.diagram.nodes[self.diagram.flow(flow).target]
            if node.kind in SEEN and node.name == name:
                yield self._put(_without(marking, [flow]), node)

    def has_ended(self, marking: Marking, end: str) -> bool:
        """Whether no token is left but those that reached ends of the process, the named one among them."""
        ended = [place.removesuffix("!") for place in marking if place.endswith("!")]
        return len(ended) == len(marking) and end in {self.diagram.nodes[node].name for node in ended}

    @property
    def diagram_flows(self) -> set[str]:
        return {flow.id for flow in self.diagram.flows}

    def _silent(self, marking: Marking) -> Iterator[Marking]:
        for flow in set(marking) & self.diagram_flows:
            node = self.diagram.nodes[self.diagram.flow(flow).target]
            rest = _without(marking, [flow])
            match node.kind:
                case "exclusiveGateway":
                    for way in self.diagram.outgoing(node.id):
                        yield _with(rest, [way.id])
                case "parallelGateway":
                    incoming = [each.id for each in self.diagram.incoming(node.id)]
                    if all(each in marking for each in incoming):
                        yield self._put(_without(marking, incoming), node)
                case "serviceTask":
                    yield self._put(rest, node)
                case "subProcess":
                    start = next(each for each in self.diagram.inside(node.id) if each.kind == "startEvent")
                    yield self._put(_with(rest, [f"{node.id}!"]), start)
                case "endEvent":
                    yield self._end(rest, node)

    def _end(self, rest: Marking, end: Node) -> Marking:
        """A token reached an end: of the process, of a subprocess, or it throws an error that something around catches.

        One that terminates takes the other tokens around it along.
        """
        if end.event == "terminate":
            rest = tuple(place for place in rest if not self._lies_in(place, end.container))
        if end.container not in self.diagram.nodes:
            return _with(rest, [f"{end.id}!"])
        if end.event == "error":
            catcher = self.diagram.catcher(end)
            assert catcher is not None
            assert catcher.attached_to is not None
            return self._put(self._emptied(rest, catcher.attached_to), catcher)
        if any(self._lies_in(place, end.container) for place in rest):
            return rest
        return self._put(_without(rest, [f"{end.container}!"]), self.diagram.nodes[end.container])

    def _emptied(self, marking: Marking, subprocess: str) -> Marking:
        kept = (place for place in marking if place != f"{subprocess}!" and not self._lies_in(place, subprocess))
        return tuple(kept)

    def _lies_in(self, place: str, subprocess: str) -> bool:
        return self.diagram.lies_in(place.removesuffix("!"), subprocess)

    def _put(self, marking: Marking, node: Node) -> Marking:
        return _with(marking, [flow.id for flow in self.diagram.outgoing(node.id)])


def _with(marking: Sequence[str], places: Iterable[str]) -> Marking:
    return tuple(sorted([*marking, *places]))


def _without(marking: Sequence[str], places: Iterable[str]) -> Marking:
    left = list(marking)
    for place in places:
        left.remove(place)
    return tuple(left)

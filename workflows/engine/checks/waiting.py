"""Does the procedure always get on, with one thing at a time? Plays the diagram through with every choice.

Two faults are looked for. A case is stuck when tokens are left but wait at parallel gateways for others that can no
longer come, such as when a way that was not taken leads there. And an element runs into itself when it can be reached
again while it still waits from before, such as when one of two parallel branches leads back to before they part.
Conditions are not looked at: every flow of an exclusive gateway may be taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.engine.diagram import FILE, Diagram, Node
from workflows.engine.findings import CheckFinding
from workflows.text import Text

MOST_MARKINGS = 20_000

Marking = frozenset[str]  # ids of flows with a token on them, and of subprocesses that run
Move = tuple[Marking, Marking]  # what stays, what is added

_STUCK = Text(
    "办件可能永远停在这个并行网关：有的来路走不到这里。请用排他网关合并，或改画分支。",
    "A case can wait here for ever: not every way into this parallel gateway is always taken. "
    "Merge with an exclusive gateway or redraw the branches.",
)
_TWICE = Text(
    "上一次还没办完，可能又走到这里。并行的分支要先汇合；要从分支退回，请放进子流程，用错误事件退出。",
    "This can be reached again while it still goes on from before. Let parallel branches join first; to lead back out of "
    "one of them, put them into a subprocess and leave it by an error event.",
)


def check(diagram: Diagram) -> Iterator[CheckFinding]:
    """One finding for each element with a fault. Expects a diagram without other findings.

    A diagram with too many parallel ways to play through is not judged.
    """
    stuck: dict[str, None] = {}
    twice: dict[str, None] = {}
    start = next(node for node in diagram.inside(diagram.process_id) if node.kind == "startEvent")
    first = _leaving(diagram, start)
    seen, waiting = {first}, [first]
    while waiting and len(seen) < MOST_MARKINGS:
        marking = waiting.pop()
        moves = list(_moves(diagram, marking))
        if not moves:
            stuck |= dict.fromkeys(_targets(diagram, marking))
        for stays, added in moves:
            twice |= dict.fromkeys(_targets(diagram, stays & added))
            if stays | added not in seen:
                seen.add(stays | added)
                waiting.append(stays | added)
    for element in twice or stuck:  # what runs into itself may then be stuck, too
        yield CheckFinding(FILE, element, _TWICE if twice else _STUCK)


def _moves(diagram: Diagram, marking: Marking) -> Iterator[Move]:
    """Every move that can be made."""
    for place in marking:
        node = diagram.nodes.get(place)
        if node is not None:  # a subprocess that runs ends when nothing is left inside
            if not any(diagram.lies_in(other, place) for other in marking if other != place):
                yield marking - {place}, _leaving(diagram, node)
            continue
        node = diagram.nodes[diagram.flow(place).target]
        if node.kind == "parallelGateway":
            needed = frozenset(flow.id for flow in diagram.incoming(node.id))
            if needed <= marking:
                yield marking - needed, _leaving(diagram, node)
        else:
            yield from _arrive(diagram, marking - {place}, node)


def _arrive(diagram: Diagram, rest: Marking, node: Node) -> Iterator[Move]:
    if node.kind == "exclusiveGateway":
        yield from ((rest, frozenset({flow.id})) for flow in diagram.outgoing(node.id))
    elif node.kind == "subProcess":
        start = next(inner for inner in diagram.inside(node.id) if inner.kind == "startEvent")
        yield rest, _leaving(diagram, start) | {node.id}
    elif node.kind == "endEvent":
        yield _end(diagram, rest, node)
    else:
        yield rest, _leaving(diagram, node)


def _end(diagram: Diagram, rest: Marking, end: Node) -> Move:
    if end.event == "terminate":
        return frozenset(place for place in rest if not diagram.lies_in(place, end.container)), frozenset()
    caught = diagram.catcher(end) if end.event == "error" else None
    if caught is None or caught.attached_to is None:
        return rest, frozenset()
    left = caught.attached_to
    outside = frozenset(place for place in rest if place != left and not diagram.lies_in(place, left))
    return outside, _leaving(diagram, caught)


def _leaving(diagram: Diagram, node: Node) -> Marking:
    return frozenset(flow.id for flow in diagram.outgoing(node.id))


def _targets(diagram: Diagram, marking: Marking) -> list[str]:
    """The elements that the tokens of a marking wait at."""
    return sorted(diagram.flow(place).target for place in marking if place not in diagram.nodes)

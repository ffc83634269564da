"""Which steps of a diagram run side by side: asked when a case waits for one branch and another is in."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from workflows.engine.definition import Definition
from workflows.engine.diagram import Diagram, reach

Branch = frozenset[str]  # ids of the nodes that lie in it


def beside(definition: Definition, element: str) -> tuple[Branch, ...]:
    """The other branches of the innermost parallel section an element lies in, in the order of the file."""
    known = _known.get(definition)
    if known is None:
        known = _known[definition] = _sections(definition.drawing)
    return known.get(element, ())


_known: WeakKeyDictionary[Definition, Mapping[str, tuple[Branch, ...]]] = WeakKeyDictionary()


def _sections(drawing: Diagram) -> dict[str, tuple[Branch, ...]]:
    """For each node in a parallel section the other branches; of sections in each other the innermost counts."""
    innermost: dict[str, tuple[int, tuple[Branch, ...]]] = {}
    for split in drawing.nodes.values():
        if split.kind == "parallelGateway" and len(drawing.outgoing(split.id)) > 1:
            branches = _branches(drawing, split.id)
            for number, branch in enumerate(branches):
                others = tuple(other for n, other in enumerate(branches) if n != number)
                for node in branch:
                    if node not in innermost or len(branch) < innermost[node][0]:
                        innermost[node] = (len(branch), others)
    return {node: others for node, (_, others) in innermost.items()}


def _branches(drawing: Diagram, split: str) -> list[Branch]:
    """What lies on one way out of a split alone, and cannot be come to but through the split."""
    without = set(reach(_starts(drawing), lambda place: () if place == split else drawing.steps_ahead(place)))
    ways = [
        {place for place in reach([flow.target], lambda p: _on(drawing, p, split)) if place in drawing.nodes} - without
        for flow in drawing.outgoing(split)
    ]
    if not any(_joins(drawing, place) for place in set.intersection(*ways)):
        return []  # whichever is done first ends the others: nobody waits for two
    return [
        frozenset(way).difference(*(other for n, other in enumerate(ways) if n != number))
        for number, way in enumerate(ways)
    ]


def _starts(drawing: Diagram) -> list[str]:
    return [node.id for node in drawing.inside(drawing.process_id) if node.kind == "startEvent"]


def _on(drawing: Diagram, place: str, split: str) -> tuple[str, ...]:
    """Onward, but not beyond the split itself or the gateway where branches join."""
    return () if place == split or _joins(drawing, place) else drawing.steps_ahead(place)


def _joins(drawing: Diagram, place: str) -> bool:
    node = drawing.nodes.get(place)
    return node is not None and node.kind == "parallelGateway" and len(drawing.incoming(place)) > 1

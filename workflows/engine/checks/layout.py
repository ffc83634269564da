"""Is the drawing easy to read? Lines that cross, words that lie on something, ways that run backwards, names left out.

None of it keeps a procedure from running, so it is advice to the author and no reason to refuse the folder.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from workflows.engine.bpmn_file import BPMNDI, DC, DI
from workflows.engine.diagram import FILE, Diagram, Element, Node
from workflows.engine.findings import CheckFinding
from workflows.text import Text

LETTER = 11.0  # how wide a Chinese character of a label is drawn, and how high any line of it
ROW = 13.0
TOUCH = 2.0  # what overlaps by less than this only touches
LABELLED = ("exclusiveGateway", "startEvent", "endEvent")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Whether both cover some of the same ground; touching is not overlapping."""
        return (
            min(self.x + self.width, other.x + other.width) - max(self.x, other.x) > TOUCH
            and min(self.y + self.height, other.y + other.height) - max(self.y, other.y) > TOUCH
        )

    def is_crossed(self, start: Point, end: Point) -> bool:
        """Whether a straight line passes through, and does not only touch the border."""
        low, high = 0.0, 1.0
        for begin, stop, first, length in (
            (start[0], end[0], self.x, self.width),
            (start[1], end[1], self.y, self.height),
        ):
            near, far = first + TOUCH / 2, first + length - TOUCH / 2
            if begin == stop:
                if not near < begin < far:
                    return False
                continue
            one, other = sorted(((near - begin) / (stop - begin), (far - begin) / (stop - begin)))
            low, high = max(low, one), min(high, other)
        return low < high


@dataclass(frozen=True)
class Drawing:
    """What is drawn where: nodes, lines and the words of a label (element id → ground the words really cover)."""

    nodes: Mapping[str, Box]
    lines: Mapping[str, tuple[Point, ...]]
    words: Mapping[str, Box]


def check(diagram: Diagram) -> tuple[CheckFinding, ...]:
    """Every piece of advice. Expects a diagram in which everything is drawn."""
    drawing = _read(diagram)
    return tuple(
        CheckFinding(FILE, element, reason)
        for found in (_names(diagram), _lines(diagram, drawing), _words(diagram, drawing), _order(diagram, drawing))
        for element, reason in found
    )


def _read(diagram: Diagram) -> Drawing:
    named = {e.get("id"): e.get("name", "") for e in diagram.xml.iter("{*}*") if e.get("id")}
    nodes, lines, words = {}, {}, {}
    for shape in diagram.xml.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
        element = shape.get("bpmnElement", "")
        bounds = shape.find(f"{{{DC}}}Bounds")
        if element in diagram.nodes and bounds is not None:
            nodes[element] = _box(bounds)
        points = tuple((float(p.get("x")), float(p.get("y"))) for p in shape.findall(f"{{{DI}}}waypoint"))
        if points:
            lines[element] = points
        label = shape.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
        if label is not None and named.get(element):
            words[element] = _words_in(_box(label), named[element])
    return Drawing(nodes, lines, words)


def _box(bounds: Element) -> Box:
    return Box(*(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))


def _words_in(place: Box, text: str) -> Box:
    """Where the words stand that a viewer centres in the place of a label, from its top."""
    length = sum(LETTER if ord(letter) > 0x2E80 else LETTER / 2 for letter in text)
    rows = max(1, math.ceil(length / max(place.width, LETTER)))
    width = length if rows == 1 else place.width
    return Box(place.x + (place.width - width) / 2, place.y, width, rows * ROW)


def _names(diagram: Diagram) -> Iterator[tuple[str, Text]]:
    for node in diagram.nodes.values():
        choosing = node.kind == "exclusiveGateway" and len(diagram.outgoing(node.id)) > 1
        outermost = node.container == diagram.process_id
        if not node.name and (choosing or (outermost and node.kind in LABELLED[1:])):
            yield (
                node.id,
                Text("没有名称，看图的人不知道这里问什么。", "It has no name to tell a reader what it asks or means."),
            )
        for flow in diagram.outgoing(node.id) if choosing else ():
            if not diagram.xml.xpath("string(//*[@id=$id]/@name)", id=flow.id):
                yield flow.id, Text("这条路没有写明是哪种情形。", "The way does not say which case it stands for.")
    for lane in diagram.xml.iter("{*}lane"):
        if not lane.get("name"):
            yield lane.get("id", ""), Text("泳道没有名称。", "The lane has no name.")


def _lines(diagram: Diagram, drawing: Drawing) -> Iterator[tuple[str, Text]]:
    flows = [flow for flow in diagram.flows if flow.id in drawing.lines]
    for one, other in combinations(flows, 2):
        parts_or_joins = one.source == other.source or one.target == other.target
        crossed = _cross if parts_or_joins else _cross_or_cover
        if any(crossed(a, b) for a in pairwise(drawing.lines[one.id]) for b in pairwise(drawing.lines[other.id])):
            yield one.id, Text(f"与连线“{other.id}”交叉或者重叠。", f'It crosses or covers the flow "{other.id}".')
    for flow in flows:
        for identifier, box in drawing.nodes.items():
            if identifier in (flow.source, flow.target) or _around(diagram, identifier, flow.container):
                continue
            if any(box.is_crossed(*piece) for piece in pairwise(drawing.lines[flow.id])):
                yield flow.id, Text(f"穿过元素“{identifier}”。", f'It runs through the element "{identifier}".')
    for (one_id, one_box), (other_id, other_box) in combinations(drawing.nodes.items(), 2):
        if one_box.overlaps(other_box) and not _belong(diagram.nodes[one_id], diagram.nodes[other_id], diagram):
            yield one_id, Text(f"与元素“{other_id}”重叠。", f'It overlaps the element "{other_id}".')


def _words(diagram: Diagram, drawing: Drawing) -> Iterator[tuple[str, Text]]:
    for identifier, words in drawing.words.items():
        for other, box in drawing.nodes.items():
            container = diagram.nodes[other].kind == "subProcess" and diagram.lies_in(identifier, other)
            if words.overlaps(box) and not container:
                yield identifier, Text(f"文字压在元素“{other}”上。", f'The words lie on the element "{other}".')
        for other, points in drawing.lines.items():
            if any(words.is_crossed(*piece) for piece in pairwise(points)):
                yield identifier, Text(f"文字压在连线“{other}”上。", f'The words lie on the flow "{other}".')
    for (one, one_box), (other, other_box) in combinations(drawing.words.items(), 2):
        if one_box.overlaps(other_box):
            yield one, Text(f"文字与“{other}”的文字重叠。", f'The words cover those of "{other}".')


def _order(diagram: Diagram, drawing: Drawing) -> Iterator[tuple[str, Text]]:
    """What comes later lies further to the right, or below; only a way back or to a common end leads to the left."""
    for flow in diagram.flows:
        source, target = drawing.nodes.get(flow.source), drawing.nodes.get(flow.target)
        if source is None or target is None or flow.source in diagram.after(flow.target):
            continue
        if diagram.nodes[flow.target].kind == "endEvent" and len(diagram.incoming(flow.target)) > 1:
            continue
        if target.x + target.width < source.x:
            yield flow.id, Text("向前的路画成了从右向左。", "A way forward is drawn from right to left.")


def _around(diagram: Diagram, node: str, container: str) -> bool:
    """Whether a node is a subprocess around what lies in a container."""
    while container in diagram.nodes:
        if container == node:
            return True
        container = diagram.nodes[container].container
    return False


def _belong(one: Node, other: Node, diagram: Diagram) -> bool:
    """Whether one lies in the other or is attached to it."""
    return (
        one.attached_to == other.id
        or other.attached_to == one.id
        or _around(diagram, one.id, other.container)
        or _around(diagram, other.id, one.container)
    )


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two straight pieces cross, both in their middle: one that only joins the other does not."""
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _cross_or_cover(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """The same, or they run on top of each other."""
    (a, b), (c, d) = one, other
    if _side(a, b, c) == 0 == _side(a, b, d):
        axis = 0 if a[0] != b[0] else 1
        low, high = sorted((a[axis], b[axis]))
        other_low, other_high = sorted((c[axis], d[axis]))
        return min(high, other_high) - max(low, other_low) > TOUCH
    return _cross(one, other)


def _side(a: Point, b: Point, c: Point) -> float:
    """On which side of the line from a to b a point lies; 0 on it."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

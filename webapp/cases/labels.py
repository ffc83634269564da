"""Room for the words of a diagram in another language: longer than those the places of its labels were measured for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, Final

from workflows.engine.checks.layout import LETTER as WIDE
from workflows.engine.checks.layout import ROW, Box

BPMNDI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
DI: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
LETTER: Final = 6.4  # how wide a Latin letter is drawn at the most, on average
WIDTHS: Final = (90.0, 120.0, 64.0, 160.0, 280.0)  # of a label, the usual one first
NEAR: Final = 220.0  # what is further away than this is not looked at
_FIRST_ROW: Final = 14.0

Wrap = Callable[[str, float], list[str]]
Line = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place for words: what they cover, and the bounds in which a viewer centres them."""

    covered: Box
    bounds: Box


def make_room(root: Any, translated: dict[str, tuple[str, str]], wrap: Wrap) -> None:
    """Move and widen the labels of `translated` (element id → words before and after) to where they lie on nothing.

    Where that is not possible they stay as near as they can to where they were, on as little as they can.
    """
    shapes = [s for s in root.iter(f"{BPMNDI}BPMNShape") if s.find(f"{DC}Bounds") is not None]
    grounds = {"participant", "lane", "subProcess"}
    kinds = {e.get("id"): str(e.tag).rpartition("}")[2] for e in root.iter() if e.get("id")}
    nodes = [(s, kinds.get(s.get("bpmnElement"), "")) for s in shapes]
    boxes = [ink for s, kind in nodes if kind not in grounds for ink in _ink(_box(s.find(f"{DC}Bounds")), kind)]
    lines = [line for edge in root.iter(f"{BPMNDI}BPMNEdge") for line in pairwise(_points(edge))]
    lines += [line for s in shapes if kinds.get(s.get("bpmnElement")) in grounds for line in _border(s)]
    taken: list[Box] = []
    for drawn in root.iter():
        bounds = drawn.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
        words = translated.get(drawn.get("bpmnElement", ""))
        if bounds is None or words is None:
            continue
        best = min(_places(_box(bounds), *words, wrap), key=lambda place: _cost(place.covered, boxes, lines, taken))
        for name in ("x", "y", "width", "height"):
            bounds.set(name, f"{getattr(best.bounds, name):g}")
        taken.append(best.covered)


def _places(place: Box, before: str, after: str, wrap: Wrap) -> Iterator[_Place]:
    """Where the words could stand: around the middle of the old ones, or flush with their left or right, up or down."""
    middle, half = place.x + place.width / 2, min(place.width, len(before) * WIDE) / 2
    for width, (side, lift) in product(WIDTHS, product((0, 1, -1), (0.0, 1.0))):
        rows = wrap(after, width)
        length = max(len(row) for row in rows) * LETTER
        height = len(rows) * ROW
        x = {0: middle - length / 2, 1: middle - half, -1: middle + half - length}[side]
        y = place.y - lift * max(0.0, height - _FIRST_ROW)
        yield _Place(Box(x, y, length, height), Box(x - 3, y, length + 6, max(place.height, height)))


def _cost(words: Box, boxes: list[tuple[Box, int]], lines: list[Line], taken: list[Box]) -> int:
    near = Box(words.x - NEAR, words.y - NEAR, words.width + 2 * NEAR, words.height + 2 * NEAR)
    on_boxes = sum(bad for box, bad in boxes if near.overlaps(box) and words.overlaps(box))
    return on_boxes + 3 * sum(map(words.overlaps, taken)) + 2 * sum(words.is_crossed(*line) for line in lines)


def _ink(box: Box, kind: str) -> Iterator[tuple[Box, int]]:
    """What is drawn of a shape, and how bad it is to write on it: the corners around a gateway are empty."""
    if not kind.endswith("Gateway"):
        yield box, 3
        return
    for wide, high in ((0.5, 0.5), (0.2, 1.0), (1.0, 0.2)):
        width, height = box.width * wide, box.height * high
        yield Box(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height), 1


def _border(shape: Any) -> list[Line]:
    box = _box(shape.find(f"{DC}Bounds"))
    right, bottom = box.x + box.width, box.y + box.height
    corners = [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom), (box.x, box.y)]
    return list(pairwise(corners))


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))


def _points(edge: Any) -> list[tuple[float, float]]:
    return [(float(point.get("x")), float(point.get("y"))) for point in edge.findall(f"{DI}waypoint")]

"""A procedure's diagram without JavaScript: an SVG drawn from the diagram interchange of the file itself.

Pure functions over the BPMN XML. The picture shows lanes, steps, gateways, events and flows; `marks` (element id →
done, current, closed, ahead) become classes, coloured by the style sheet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import defusedxml.ElementTree as ET  # noqa: N817 - the usual name
from markupsafe import Markup

from webapp.cases import labels as places

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
DI: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
MARGIN: Final = 12.0
TEXT_SIZE: Final = 12.0
LINE: Final = 15.0

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is drawn."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def in_language(xml: str, say: Say) -> str:
    """The BPMN file with every name in the reader's language, and with room for it, for a viewer in the browser."""
    names = {element.get("name") for element in _read(xml).iter() if element.get("name")}
    return _translated(xml, tuple(sorted((name, words) for name in names if (words := say(name)) != name)))


@lru_cache(maxsize=64)  # placing the words anew takes a while
def _translated(xml: str, words: tuple[tuple[str, str], ...]) -> str:
    root, told = ET.fromstring(xml), dict(words)
    translated: dict[str, tuple[str, str]] = {}
    for element in root.iter():
        name = element.get("name")
        if name in told:
            element.set("name", told[name])
            translated[element.get("id", "")] = (name, told[name])
    places.make_room(root, translated, wrapped)
    return str(ET.tostring(root, encoding="unicode"))


@lru_cache(maxsize=64)
def _read(xml: str) -> Any:
    """The file as a tree that nobody changes."""
    return ET.fromstring(xml)


class Badge(NamedTuple):
    """Figures at an element: in a pill on its lower edge, and a line below it; either may be empty."""

    pill: str
    note: str


def svg(
    xml: str, marks: Mapping[str, str], say: Say, label: str, badges: Mapping[str, Badge] = MappingProxyType({})
) -> Markup:
    """The picture; `label` is what a screen reader hears."""
    root = _read(in_language(xml, say))
    elements = {element.get("id"): element for element in root.iter() if element.get("id")}
    shapes = [(shape.get("bpmnElement"), _box(shape.find(f"{DC}Bounds"))) for shape in root.iter(f"{BPMNDI}BPMNShape")]
    edges = [(edge.get("bpmnElement"), _points(edge)) for edge in root.iter(f"{BPMNDI}BPMNEdge")]
    labels = {
        e.get("bpmnElement"): _box(b) for e in root.iter() if (b := e.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")) is not None
    }
    parts = [part for identifier, box in shapes for part in _ground(elements.get(identifier), box, say)]
    parts += [
        part
        for identifier, points in edges
        for part in _flow(elements.get(identifier), points, labels.get(identifier), say)
    ]
    parts += [
        part
        for identifier, box in shapes
        for part in _node(elements.get(identifier), box, labels.get(identifier), marks.get(str(identifier), ""), say)
    ]
    parts += [part for identifier, box in shapes if identifier in badges for part in _badge(badges[identifier], box)]
    return Markup(_open([box for _, box in shapes], label) + "".join(parts) + "</svg>")  # noqa: S704 - all text is escaped


def _open(boxes: list[Box], label: str) -> str:
    left = min((b.x for b in boxes), default=0) - MARGIN
    top = min((b.y for b in boxes), default=0) - MARGIN
    width = max((b.x + b.width for b in boxes), default=0) - left + MARGIN
    height = max((b.y + b.height for b in boxes), default=0) - top + MARGIN
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
        ' orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" class="d-arrow"/></marker></defs>'
    )
    return (
        f'<svg class="diagram-static" role="img" aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}">{arrow}'
    )


def _ground(element: Any, box: Box, say: Say) -> Iterator[str]:
    kind = _kind(element)
    if kind == "subProcess":  # under the flows that lie in it
        yield _rectangle(box, "d-node d-quiet", radius=8)
        yield from _label(_name(element, say), box.middle[0], box.y + LINE, box.width, "d-text")
    if kind not in ("participant", "lane"):
        return
    yield _rectangle(box, f"d-{kind}")
    x, y = box.x + 15, box.y + box.height / 2
    yield f'<text class="d-text d-{kind}-name" transform="translate({x:g} {y:g}) rotate(-90)">{_text(element, say)}</text>'


def _flow(element: Any, points: list[tuple[float, float]], label: Box | None, say: Say) -> Iterator[str]:
    if not points:
        return
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    yield f'<polyline class="d-flow" points="{path}" marker-end="url(#arrow)"/>'
    name = element.get("name") if element is not None else None
    if name:
        box = label or Box(*_near(points), 0, 0)
        yield from _label(say(name), box.middle[0], box.y + (11 if label else 0), _room(label), "d-text d-note")


def _node(element: Any, box: Box, label: Box | None, mark: str, say: Say) -> Iterator[str]:
    kind = _kind(element)
    classes = f"d-node d-{mark}" if mark else "d-node"
    middle = box.middle
    if kind.endswith("Task") or kind in ("task", "callActivity"):
        style = " d-quiet" if kind == "serviceTask" else ""
        yield _rectangle(box, classes + style, radius=8)
        yield from _label(_name(element, say), *middle, box.width - 10, "d-text", centred=True)
    elif kind.endswith("Gateway"):
        yield _diamond(box, classes)
        sign = "M-7 0H7M0 -7V7" if kind == "parallelGateway" else "M-5 -5L5 5M5 -5L-5 5"
        yield f'<path class="d-sign" transform="translate({middle[0]:g} {middle[1]:g})" d="{sign}"/>'
    elif kind.endswith("Event"):
        weight = " d-end" if kind == "endEvent" else ""
        yield f'<circle class="{classes}{weight}" cx="{middle[0]:g}" cy="{middle[1]:g}" r="{box.width / 2:g}"/>'
    else:
        return
    if kind.endswith(("Gateway", "Event")) and element.get("name"):
        under = label or Box(box.x - 40, box.y + box.height + 4, box.width + 80, LINE)
        yield from _label(_name(element, say), under.middle[0], under.y + 11, _room(label), "d-text d-note")


def _badge(badge: Badge, box: Box) -> Iterator[str]:
    x, y = box.middle[0], box.y + box.height
    if badge.pill:
        width = sum(_width(c) for c in badge.pill) + 14
        yield _rectangle(Box(x - width / 2, y - 10, width, 20), "d-badge", radius=10)
        yield from _label(badge.pill, x, y + 4, width, "d-text d-badge-text")
    if badge.note:
        yield from _label(badge.note, x, y + (25 if badge.pill else 14), 4 * box.width, "d-text d-note")


def _room(label: Box | None) -> float:
    """How wide the words of a label may be; a place that is measured for a little smaller letters has some to spare."""
    return label.width + TEXT_SIZE if label else 90.0


def _kind(element: Any) -> str:
    return "" if element is None else str(element.tag).removeprefix(BPMN)


def _name(element: Any, say: Say) -> str:
    return say(element.get("name") or "")


def _text(element: Any, say: Say) -> str:
    return escape(_name(element, say))


def _rectangle(box: Box, classes: str, radius: int = 0) -> str:
    return f'<rect class="{classes}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius}"/>'


def _diamond(box: Box, classes: str) -> str:
    x, y = box.middle
    return f'<path class="{classes}" d="M{x:g} {box.y:g}L{box.x + box.width:g} {y:g}L{x:g} {box.y + box.height:g}L{box.x:g} {y:g}z"/>'


def _label(text: str, x: float, y: float, width: float, classes: str, *, centred: bool = False) -> Iterator[str]:
    lines = wrapped(text, width)
    top = y - (len(lines) - 1) * LINE / 2 + TEXT_SIZE * 0.35 if centred else y
    spans = "".join(f'<tspan x="{x:g}" y="{top + i * LINE:g}">{escape(line)}</tspan>' for i, line in enumerate(lines))
    yield f'<text class="{classes}">{spans}</text>'


def wrapped(text: str, width: float) -> list[str]:
    """Lines that fit: Chinese may break after any character, other words stay whole."""
    lines, line, used = [], "", 0.0
    for word in _words(text):
        size = sum(_width(c) for c in word)
        if line and used + size > width:
            lines.append(line.rstrip())
            line, used, word = "", 0.0, word.lstrip()
            size = sum(_width(c) for c in word)
        line, used = line + word, used + size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if _width(character) > TEXT_SIZE * 0.9:
            if word:
                yield word
            yield character
            word = ""
        elif character == " ":
            if word:
                yield word
            word = " "
        else:
            word += character
    if word:
        yield word


def _width(character: str) -> float:
    return TEXT_SIZE if unicodedata.east_asian_width(character) in "WF" else TEXT_SIZE * 0.56


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _points(edge: Any) -> list[tuple[float, float]]:
    return [(float(point.get("x")), float(point.get("y"))) for point in edge.findall(f"{DI}waypoint")]


def _near(points: list[tuple[float, float]]) -> tuple[float, float]:
    (x1, y1), (x2, y2) = points[0], points[1] if len(points) > 1 else points[0]
    return (x1 + x2) / 2, (y1 + y2) / 2 - 5

"""The diagram without JavaScript."""

from __future__ import annotations

import tomllib
from pathlib import Path

import lxml.etree
import pytest
from defusedxml.common import DefusedXmlException

from webapp.cases import diagram
from workflows.engine import bpmn_file
from workflows.engine.checks import layout

ROOT = Path(__file__).parents[2]
XML = (ROOT / "bpmn/zone_union/process.bpmn").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(marks: dict[str, str] | None = None, xml: str = XML) -> lxml.etree._Element:
    return lxml.etree.fromstring(str(diagram.svg(xml, marks or {}, lambda text: text, "流程图")))


def test_every_shape_and_flow_of_the_file_is_drawn() -> None:
    source = lxml.etree.fromstring(XML.encode())
    di = "{http://www.omg.org/spec/BPMN/20100524/DI}"
    picture = drawn()
    assert len(picture.findall(f"{SVG}polyline")) == len(list(source.iter(f"{di}BPMNEdge")))
    diamonds = picture.xpath("//*[contains(@class,'d-node') and local-name()='path']")
    shapes = picture.findall(f"{SVG}rect") + picture.findall(f"{SVG}circle") + diamonds
    assert len(shapes) == len(list(source.iter(f"{di}BPMNShape")))


def test_marks_become_classes() -> None:
    picture = drawn({"choose_form": "done", "party_resolution": "current"})
    assert len(picture.xpath("//*[contains(@class, 'd-done')]")) == 1
    assert len(picture.xpath("//*[contains(@class, 'd-current')]")) == 1


def test_everything_lies_inside_the_picture() -> None:
    picture = drawn()
    left, top, width, height = (float(n) for n in picture.get("viewBox").split())
    for shape in picture.findall(f"{SVG}rect"):
        x, y = float(shape.get("x")), float(shape.get("y"))
        assert left <= x
        assert x + float(shape.get("width")) <= left + width
        assert top <= y
        assert y + float(shape.get("height")) <= top + height


def test_names_are_data_and_never_markup() -> None:
    hostile = XML.replace('name="选择组建形式"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
    picture = drawn(xml=hostile)
    assert not picture.xpath("//*[local-name()='script']")
    assert "alert(1)" in "".join(picture.itertext())


def test_names_are_in_the_language_of_the_reader() -> None:
    xml = diagram.in_language(XML, lambda text: f"EN {text}" if text else "")
    assert 'name="EN 选择组建形式"' in xml


def test_a_file_with_entities_is_not_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(DefusedXmlException):
        diagram.svg(bomb, {}, lambda text: text, "")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("选择组建形式", 200, ["选择组建形式"]),
        ("选择组建形式", 40, ["选择组", "建形式"]),
        ("Choose the form", 60, ["Choose", "the form"]),
        ("", 50, [""]),
    ],
)
def test_labels_break_between_characters_or_words(text: str, width: float, lines: list[str]) -> None:
    assert diagram.wrapped(text, width) == lines


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in (ROOT / "bpmn").glob("*/process.bpmn")))
def test_words_in_english_lie_on_hardly_anything(folder: str) -> None:
    """English is longer than the Chinese the places of the labels were measured for; room is made for it."""
    source = ROOT / "bpmn" / folder
    english = tomllib.loads((source / "en.toml").read_text(encoding="utf-8"))
    xml = (source / "process.bpmn").read_text(encoding="utf-8")
    found = layout.check(bpmn_file.read(diagram.in_language(xml, lambda text: english.get(text, text)).encode()))
    covered = {finding.element for finding in found if "words" in finding.reason.en}
    assert len(covered) <= 0.12 * xml.count("BPMNLabel>") / 2


def test_flows_inside_a_subprocess_are_drawn_over_it() -> None:
    picture = [element for element in drawn() if element.get("class")]
    ground = next(n for n, element in enumerate(picture) if "d-quiet" in element.get("class"))
    flows = [n for n, element in enumerate(picture) if element.get("class") == "d-flow"]
    assert ground < min(flows)

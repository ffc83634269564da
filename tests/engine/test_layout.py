"""Advice on a drawing: what makes it hard to read is found, and the shipped diagrams give no reason for any."""

from __future__ import annotations

from pathlib import Path

import pytest

import bpmn
from workflows.engine import bpmn_file
from workflows.engine.checks import layout

PLACE = Path(next(iter(bpmn.__path__)))
FOLDERS = sorted(path.parent.name for path in PLACE.glob("*/process.bpmn"))
README = (PLACE / "README.md").read_text(encoding="utf-8")
LOAN = README.split("```xml\n")[1].split("```")[0]  # the small procedure every author begins with


def advice(xml: str) -> dict[str, str]:
    return {found.element: found.reason.en for found in layout.check(bpmn_file.read(xml.encode()))}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_shipped_diagrams_are_easy_to_read(folder: str) -> None:
    assert advice((PLACE / folder / "process.bpmn").read_text(encoding="utf-8")) == {}


def test_the_example_is_easy_to_read() -> None:
    assert advice(LOAN) == {}


@pytest.mark.parametrize(
    ("before", "after", "element", "said"),
    [
        ('name="是否同意？" default', "default", "decided", "no name"),
        ('id="agreed" name="同意"', 'id="agreed"', "agreed", "which case"),
        ('id="lane_superior" name="上级工会"', 'id="lane_superior"', "lane_superior", "no name"),
        # the way back runs through the step
        ('<di:waypoint x="480" y="170"/>', '<di:waypoint x="300" y="350"/>', "returned", "runs through"),
        # the question lies on the step beside it
        ('<dc:Bounds x="408" y="374" width="60"', '<dc:Bounds x="340" y="374" width="60"', "decided", "the element"),
        # the word lies on its own line
        ('<dc:Bounds x="540" y="330" width="28"', '<dc:Bounds x="540" y="343" width="28"', "agreed", "on the flow"),
        # two words at one place
        ('<dc:Bounds x="530" y="430" width="42"', '<dc:Bounds x="540" y="332" width="28"', "agreed", "cover"),
        # an end in the middle of a step
        ('<dc:Bounds x="622" y="432" width="36"', '<dc:Bounds x="300" y="330" width="36"', "decide", "overlaps"),
        # the way forward leads to the left
        ('<dc:Bounds x="622" y="332" width="36"', '<dc:Bounds x="150" y="332" width="36"', "agreed", "right to left"),
        # one line crosses another
        (
            '<di:waypoint x="305" y="210"/><di:waypoint x="305" y="310"/>',
            '<di:waypoint x="305" y="210"/><di:waypoint x="700" y="250"/><di:waypoint x="305" y="300"/>',
            "to_decide",
            "crosses",
        ),
    ],
)
def test_what_is_hard_to_read_is_found(before: str, after: str, element: str, said: str) -> None:
    assert before in LOAN
    assert said in advice(LOAN.replace(before, after, 1))[element]


def test_a_way_that_joins_another_to_the_same_end_crosses_nothing() -> None:
    joined = LOAN.replace('targetRef="refused"', 'targetRef="lent"').replace(
        '<di:waypoint x="480" y="450"/><di:waypoint x="622" y="450"/>',
        '<di:waypoint x="480" y="400"/><di:waypoint x="640" y="400"/><di:waypoint x="640" y="368"/>',
    )
    found = advice(joined)
    assert not any("crosses" in reason for reason in found.values())

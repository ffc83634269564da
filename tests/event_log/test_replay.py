"""Traces replay on the diagrams they ran through; a trace that did not happen does not.

That those of all shipped scenarios do is part of the test that plays them (tests/procedures/test_scenarios.py).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cases.conftest import Office
from tests.event_log.logs import LoggedEvent, LoggedTrace, xes
from tests.event_log.replay import SEEN, Misfit, misfits, replay
from tests.procedures.test_scenarios import FOLDERS
from workflows import catalogue
from workflows.engine import bpmn_file
from workflows.engine.diagram import Diagram
from workflows.event_log.kinds import BESIDE_THE_DIAGRAM, KINDS

REVIEW = ("填写申请", "审核", "提出意见", "答复")


def trace(*names: str, status: str = "completed", end: str = "办结") -> LoggedTrace:
    """A trace in which these activities were completed."""
    events = [LoggedEvent({"concept:name": name, "lifecycle:transition": "complete"}) for name in names]
    values = {"concept:name": "建会〔2026〕1号", "jianhui:status": status, "jianhui:end": end}
    return LoggedTrace(values, tuple(events))


@pytest.fixture
def review(office: Office) -> Diagram:
    with office.db.read() as session:
        published = catalogue.current(session, "review")
        return catalogue.definition_of(session, published.id).drawing


@pytest.mark.parametrize(
    "names",
    [
        REVIEW,
        ("填写申请", "提出意见", "审核", "答复"),  # side by side, in either order
        ("填写申请", "提出意见", "审核", *REVIEW),  # returned, and everything done again
    ],
)
def test_what_the_diagram_allows_fits(review: Diagram, names: tuple[str, ...]) -> None:
    assert replay(review, trace(*names)) is None


@pytest.mark.parametrize(
    ("names", "activity", "position"),
    [
        (("审核", "提出意见", "答复"), "审核", 1),  # not filed
        (("填写申请", "审核", "答复"), "答复", 3),  # one party was not heard
        (("填写申请", "审核", "审核", "提出意见", "答复"), "审核", 3),
        (("填写申请", "审核", *REVIEW), "填写申请", 3),  # returned before the other party was heard
        (("填写申请", "审核", "提出意见", "提出意见", "答复"), "提出意见", 4),
        (REVIEW[::-1], "答复", 1),
        (REVIEW[:-1], "办结", 4),  # completed without the reply
        ((*REVIEW, "答复"), "答复", 5),
    ],
)
def test_what_the_diagram_does_not_allow_is_told(
    review: Diagram, names: tuple[str, ...], activity: str, position: int
) -> None:
    assert replay(review, trace(*names)) == Misfit("建会〔2026〕1号", activity, position)


def test_a_case_that_goes_on_need_not_have_ended(review: Diagram) -> None:
    assert replay(review, trace("填写申请", status="open", end="")) is None
    assert replay(review, trace("填写申请", end="别的结局")) is not None


def test_the_log_of_a_case_with_corrections_claims_and_a_return_fits(reviewed: Office) -> None:
    assert misfits(reviewed.db) == []
    (logged,) = xes(reviewed.db).traces
    with reviewed.db.read() as session:
        drawing = catalogue.definition_of(session, reviewed.case().definition_id).drawing
    without_filing = [event for event in logged.events if event.name != "填写申请"]
    assert replay(drawing, replace(logged, events=tuple(without_filing))) == Misfit(logged.number, "审核", 1)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_other_event_is_called_like_a_step_of_a_diagram(folder) -> None:  # type: ignore[no-untyped-def]
    drawing = bpmn_file.read((folder / "process.bpmn").read_bytes())
    steps = {node.name for node in drawing.nodes.values() if node.kind in SEEN}
    others = {kind.activity for kind in KINDS.values()} | set(BESIDE_THE_DIAGRAM.values())
    assert steps & others == set()

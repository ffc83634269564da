"""The small procedure in bpmn/README.md is complete: written out as the page says, it passes the checks and its scenario."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workflows import catalogue, scenarios

README = Path(__file__).resolve().parents[2] / "bpmn" / "README.md"
_FILE = re.compile(r"^\*\*`([^`]+)`\*\*[^\n]*\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder a reader of the page would have made."""
    made = tmp_path / "venue_loan"
    for path, content in _FILE.findall(README.read_text(encoding="utf-8")):
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_text(content, encoding="utf-8")
    return made


def test_the_example_has_nothing_to_object(folder: Path) -> None:
    assert catalogue.check_folder(folder) == ()


def test_the_scenario_of_the_example_goes_as_written(folder: Path) -> None:
    (result,) = scenarios.run_all([folder])
    assert result.ok, result.failure

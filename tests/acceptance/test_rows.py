"""Every row of the topics E, B, F, Z and L is a test named by its number, and those about a case are scenarios, too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.procedures.played import BPMN, proven

ROWS = {
    f"{letter}{number:02}"
    for letter, numbers in {
        "E": (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 16, 17, 20, 21, 22, 23, 24, 27, 28, 30, 31, 32),
        "B": (1, 3, 6, 8, 10, 11, 12),
        "F": (1, 2, 4, 5, 6, 7, 8),
        "Z": (1, 3, 4, 5, 6, 7, 10, 12, 13),
        "L": (2, 5, 6, 7),
    }.items()
    for number in numbers
}
ONLY_LAW = {"B01", "B03", "B11", "E10", "L05", "L06"}  # borders, and dues, which have no procedure
ON_A_PAGE = {"F07", "Z12"}  # lists and alerts of the ledger


def _named() -> set[str]:
    """The rows that tests here are named by: test_z01_z03_z04_… names three."""
    tests = [
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    return {row.upper() for name in tests for row in re.findall(r"(?<=_)[a-z]\d\d(?=_)", name)}


def test_every_row_is_a_test_named_by_its_number() -> None:
    assert ROWS - _named() == set()


def test_every_row_about_a_case_is_a_scenario_that_names_it() -> None:
    scenarios = proven(*(path.name for path in BPMN.iterdir() if (path / "scenarios").is_dir()))
    assert ROWS - ONLY_LAW - ON_A_PAGE - set(scenarios) == set()

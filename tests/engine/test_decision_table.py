"""Decision tables: what is read and decided, what is refused with file, element and reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import bpmn
from workflows import catalogue
from workflows.engine import decision_table, unary_tests
from workflows.engine.checks import examine
from workflows.engine.decision_table import DecisionTable
from workflows.engine.findings import CheckFinding
from workflows.engine.folder import read as read_folder
from workflows.engine.unary_tests import TestRefused

FOLDER = Path(next(iter(bpmn.__path__))) / "cadre_staffing"
FILE = "routing.dmn"
SHIPPED = (FOLDER / FILE).read_text(encoding="utf-8")


def table_of(text: str) -> DecisionTable:
    table, findings = decision_table.read(FILE, text.encode())
    assert table is not None, findings
    return table


def found(text: str) -> list[CheckFinding]:
    """What the checks of the whole folder say of a changed table, but the missing English of new texts."""
    files = {**catalogue.read_folder(FOLDER), FILE: text.encode()}
    return [finding for finding in examine(read_folder(files), catalogue.known_names()) if finding.file != "en.toml"]


@pytest.mark.parametrize(
    ("rank", "authority"),
    [
        ("section", "staffing_authority"),
        ("section_deputy", "staffing_authority"),
        (None, "staffing_authority"),
        ("division_deputy", "city_staffing_authority"),
        ("division", "provincial_staffing_authority"),
    ],
)
def test_the_shipped_table_sends_each_rank_to_its_authority(rank: str | None, authority: str) -> None:
    answers = {"draft_request": {} if rank is None else {"body_rank": rank}}
    rule = table_of(SHIPPED).decide(answers)
    assert rule is not None
    assert rule.answer == authority


def test_an_office_tunes_a_row_and_the_table_decides_otherwise() -> None:
    tuned = SHIPPED.replace('<text>"division_deputy"</text>', '<text>"division_deputy","section"</text>')
    assert found(tuned) == []
    rule = table_of(tuned).decide({"draft_request": {"body_rank": "section"}})
    assert rule is not None
    assert rule.answer == "city_staffing_authority"


def test_without_a_row_that_holds_there_is_no_answer() -> None:
    without = SHIPPED.replace("<text>-</text>", '<text>"section"</text>')
    assert table_of(without).decide({"draft_request": {"body_rank": "section_deputy"}}) is None
    assert table_of(without).decide({}) is None


@pytest.mark.parametrize(
    ("cell", "hits", "misses"),
    [
        ("-", ["a", 1, None], []),
        ('"a","b"', ["a", "b"], ["c", None, 1]),
        ('not("a")', ["b", 1], ["a", None]),
        (">= 5", [5, 6], [4, True, "5", None]),
        ("< 5", [4, -1], [5]),
        ("[1..3]", [1, 3], [0, 4]),
        ("]1..3[", [2], [1, 3]),
        ("(1..3]", [2, 3], [1]),
        ("[1..3],9", [2, 9], [4]),
        ("true", [True], [False, 1]),
        ("1", [1], [True, "1"]),
        ('"a, b"', ["a, b"], ["a"]),
    ],
)
def test_what_a_cell_asks(cell: str, hits: list[unary_tests.Value], misses: list[unary_tests.Value]) -> None:
    test = unary_tests.read(cell)
    assert [value for value in hits if not test.hits(value)] == []
    assert [value for value in misses if test.hits(value)] == []


@pytest.mark.parametrize(
    "cell",
    [
        "rank",
        "a.b",
        '__import__("os")',
        '"a" + "b"',
        "'a'",
        '"a"; 1',
        '"a',
        "[5..1]",
        "1..3",
        "1.5",
        "date(2026)",
        '"a",',
        "not()",
        "not(not(1))",
        "?>5",
        "9" * 400,
    ],
)
def test_nothing_else_may_stand_in_a_cell(cell: str) -> None:
    with pytest.raises(TestRefused):
        unary_tests.read(cell)


@pytest.mark.parametrize(
    ("old", "new", "element", "told"),
    [
        ("draft_request.body_rank", "draft_request.rang", "body_rank", "没有“rang”"),
        ("draft_request.body_rank", "draft.body_rank", "body_rank", "没有环节“draft”"),
        ("draft_request.body_rank", "body_rank", "body_rank", "环节.字段"),
        ("draft_request.body_rank", "__import__('os').system", "body_rank", "环节.字段"),
        (
            '"division_deputy"</text></inputEntry>',
            '"county"</text></inputEntry>',
            "division_deputy",
            "没有选项“county”",
        ),
        ('"city_staffing_authority"', '"city"', "division_deputy", "不是机关关系"),
        ('"city_staffing_authority"', "city_staffing_authority", "division_deputy_authority", "看不懂"),
        ('hitPolicy="FIRST"', 'hitPolicy="COLLECT"', "by_rank", "UNIQUE 或者 FIRST"),
        ('hitPolicy="FIRST"', 'hitPolicy="UNIQUE"', "section", "重叠"),
        ('<text>"division"</text>', "<text>-</text>", "division_deputy", "永远用不到"),
        ('<inputEntry id="any_rank">', '<inputEntry id="any_rank" expressionLanguage="js">', "any_rank", "表达式语言"),
        (
            '<outputEntry id="section_authority"><text>"staffing_authority"</text></outputEntry>',
            "",
            "section",
            "1 个结果",
        ),
        ("</decisionTable>", "</decisionTable><literalExpression id='run'/>", "run", "不接受 literalExpression"),
        ("</decision>", "</decision><import id='more'/>", "more", "不接受 import"),
        ("definitions", "tables", "", "根元素不是 DMN"),
        ("spec/DMN/", "spec/BPMN/", "", "根元素不是 DMN"),
        ('<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE x [<!ENTITY a "b">]>', "", "DOCTYPE"),
        ("</definitions>", "", "", "格式正确"),
    ],
)
def test_a_table_that_is_not_fit_is_refused_with_file_element_and_reason(
    old: str, new: str, element: str, told: str
) -> None:
    assert old in SHIPPED
    started = time.perf_counter()
    findings = [finding for finding in found(SHIPPED.replace(old, new)) if finding.file == FILE]
    assert time.perf_counter() - started < 2
    assert (findings[0].file, findings[0].element) == (FILE, element)
    assert told in findings[0].reason.zh
    assert findings[0].reason.en


def test_a_lane_names_a_table_that_exists_and_a_table_has_its_lane() -> None:
    files = catalogue.read_folder(FOLDER)
    settings = files["procedure.toml"].decode()
    gone = {**files, "procedure.toml": settings.replace('"routing.dmn"', '"ruting.dmn"').encode()}
    findings = [
        str(finding)
        for finding in examine(read_folder(gone), catalogue.known_names())
        if finding.file in ("procedure.toml", FILE)
    ]
    assert any("没有决策表“ruting.dmn”" in text and "routing.dmn" in text for text in findings)
    assert any("没有泳道使用这张决策表" in text for text in findings)

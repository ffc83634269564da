"""The template is what the import reads, and says what every column means."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from workflows.errors import BadFile
from workflows.ledger.columns import COLUMNS
from workflows.ledger.template import template
from workflows.storage.ledger import Enterprise
from workflows.workbooks.columns import locate, only_table, plain
from workflows.workbooks.opening import open_workbook


def test_the_template_has_every_column_and_an_explanation_of_each() -> None:
    book = load_workbook(io.BytesIO(template()))
    assert book.sheetnames == ["台账", "填写说明"]
    headings = [cell.value for cell in book["台账"][1]]
    assert [heading.rstrip("*") for heading in headings] == [column.title.zh for column in COLUMNS]
    assert [heading for heading in headings if heading.endswith("*")] == ["统一社会信用代码*", "企业名称*"]
    explained = {row[1].value: row for row in book["填写说明"].iter_rows()}
    for column in COLUMNS:
        assert explained[column.title.zh][2].value == column.title.en


def test_choices_are_offered_as_lists_and_codes_are_text() -> None:
    sheet = load_workbook(io.BytesIO(template()))["台账"]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"在营,不在营"' in offered.values()
    assert '"进驻,服务,建会,规范"' in offered.values()
    assert all(place.endswith("20001") for place in offered)
    assert sheet.column_dimensions["A"].number_format == "@"


def test_the_template_is_read_as_an_empty_table() -> None:
    table = only_table(open_workbook(template(), "模板.xlsx"), COLUMNS)
    assert table.lines == ()
    assert set(table.positions) == {column.field for column in COLUMNS}
    assert table.ignored == ()


def test_the_columns_are_those_of_the_table_and_no_heading_means_two_things() -> None:
    stored = set(Enterprise.__table__.columns.keys()) - {"id", "zone_id", "organisation_id"}
    assert {column.field for column in COLUMNS} == stored
    names = [plain(name) for c in COLUMNS for name in {plain(n) for n in (c.title.zh, c.title.en, *c.also)}]
    assert len(names) == len(set(names))
    for column in COLUMNS:
        answers = [plain(str(name)) for choice in column.choices for name in {choice.label.zh, *choice.also}]
        assert len(answers) == len(set(answers))


def test_the_page_of_explanations_is_not_taken_for_a_table() -> None:
    _, explanations = open_workbook(template(), "模板.xlsx")
    assert locate(explanations, COLUMNS) is None
    with pytest.raises(BadFile):
        only_table([explanations], COLUMNS)

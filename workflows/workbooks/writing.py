"""Workbooks and CSV that hold text as text: nothing that was typed into a cell ever becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.text import Text
from workflows.workbooks.columns import CellKind, Column, Value
from workflows.workbooks.opening import ErrorValue

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTH = {CellKind.TEXT: 18, CellKind.CREDIT_CODE: 24, CellKind.DATE: 13, CellKind.MONEY: 14}
_FORMAT = {
    CellKind.CREDIT_CODE: "@",
    CellKind.KEY: "@",
    CellKind.TEXT: "@",
    CellKind.DATE: "yyyy-mm-dd",
    CellKind.COUNT: "0",
    CellKind.MONEY: "0.00",
}
EXPLANATIONS = Text("填写说明", "How to fill in")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to write: its columns, and the values of its rows in the order of the columns."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value | ErrorValue]] = ()


def to_xlsx(pages: Sequence[Page], *, general: Sequence[Text] = (), prepared_rows: int = 0) -> bytes:
    """A workbook with these sheets and, if ``general`` is given, a sheet that explains every column in both languages.

    ``general``: sentences above the explanations. ``prepared_rows``: so many rows get the formats and lists of answers
    that help to fill them in.
    """
    from openpyxl import Workbook  # here, because few requests write a workbook

    book = Workbook(write_only=True)
    for page in pages:
        _write_page(book, page, prepared_rows)
    if general:
        _write_explanations(book, pages, general)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]], encoding: str = "utf-8-sig") -> bytes:
    """CSV with headings. What an office program would take for a formula gets an apostrophe in front."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title.zh for column in columns])
    for row in rows:
        labels = (column.label(value).zh for column, value in zip(columns, row, strict=True))
        writer.writerow([f"'{label}" if label.startswith(_FORMULA_START) else label for label in labels])
    return out.getvalue().encode(encoding)


def _write_page(book: Any, page: Page, prepared_rows: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(page.title)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(page.columns, start=1):
        letter = get_column_letter(index)
        dimension = sheet.column_dimensions[letter]
        dimension.width = max(_WIDTH.get(column.kind, 10), 2 * len(column.title.zh) + 3)
        dimension.number_format = _FORMAT.get(column.kind, "General")
        if column.choices and prepared_rows:
            answers = ",".join(choice.label.zh for choice in column.choices)
            rule = DataValidation(type="list", formula1=f'"{answers}"', allow_blank=True, showErrorMessage=True)
            rule.error = f"可选：{answers}"
            rule.add(f"{letter}2:{letter}{prepared_rows + 1}")
            sheet.data_validations.append(rule)
    headings = []
    for column in page.columns:
        cell = _cell(sheet, column.title.zh + ("*" if column.filled else ""))
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DCE6F1")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        headings.append(cell)
    sheet.append(headings)
    for row in page.rows:
        sheet.append([_value_cell(sheet, c, value) for c, value in zip(page.columns, row, strict=True)])


def _write_explanations(book: Any, pages: Sequence[Page], general: Sequence[Text]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(EXPLANATIONS.zh)
    for letter, width in zip("ABCDEFG", (14, 22, 28, 10, 46, 60, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for text in general:
        sheet.append([_cell(sheet, text.zh)])
        sheet.append([_cell(sheet, text.en)])
    sheet.append([])
    titles = ("工作表 Sheet", "列 Column", "English", "必填 Required", "说明", "Explanation", "可选值 Answers")
    headings = [_cell(sheet, title) for title in titles]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for page in pages:
        for column in page.columns:
            answers = "；".join(f"{choice.label.zh} {choice.label.en}" for choice in column.choices)
            required = "是 yes" if column.filled else ""
            line = (page.title, column.title.zh, column.title.en, required, column.note.zh, column.note.en, answers)
            cells = [_cell(sheet, text) for text in line]
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append(cells)


def _value_cell(sheet: Any, column: Column, value: Value | ErrorValue) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, ErrorValue):
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, value=value.text)
        cell.data_type = "e"
        return cell
    if not column.choices and isinstance(value, int | date | Decimal):
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = _FORMAT.get(column.kind, "General")
        return cell
    return _cell(sheet, column.label(value).zh)


def _cell(sheet: Any, text: str) -> Any:
    """A cell that is text whatever it says."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=_ILLEGAL.sub("", text))
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(_FORMULA_START):
        cell.quotePrefix = True
    return cell

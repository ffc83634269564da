"""What a column of an office's table means, and finding the columns in a sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workflows.errors import BadFile
from workflows.text import Text
from workflows.workbooks.opening import Cell, Line, Sheet

Value = str | int | bool | date | Decimal | None

_HEADINGS_WITHIN = 15  # lines from the top in which the headings are looked for
_LONGEST_HEADING = 60
_DECORATION = str.maketrans("", "", "*＊ \t\r\n　\xa0\u200b\ufeff")


class CellKind(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    KEY = "key"  # a short code an office gives: letters, digits, - and _
    CREDIT_CODE = "credit_code"
    COUNT = "count"  # whole number, not negative
    MONEY = "money"  # yuan, at most two decimals, not negative
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers a column allows: what is stored, what is shown, and what else people write."""

    value: str | int | bool
    label: Text
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``present``: the sheet must have it. ``filled``: its cells must not be empty. ``keeps``: an empty cell leaves what is
    stored, instead of emptying it. ``past``: a date that cannot lie in the future. ``longest``: characters.
    """

    field: str
    title: Text
    kind: CellKind
    note: Text
    also: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    present: bool = False
    filled: bool = False
    keeps: bool = False
    past: bool = False
    longest: int = 200

    def label(self, value: Value) -> Text:
        """A value as it is shown and exported."""
        for choice in self.choices:
            if choice.value == value:
                return choice.label
        shown = "" if value is None else str(value)
        return Text(shown, shown)

    @property
    def empty(self) -> Value:
        """What an empty cell means."""
        return "" if self.kind in (CellKind.TEXT, CellKind.KEY) or _is_text_choice(self.choices) else None


def _is_text_choice(choices: Sequence[Choice]) -> bool:
    return bool(choices) and isinstance(choices[0].value, str)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns were found. ``positions``: field -> index of the cell in a line; ``ignored``: other headings."""

    sheet: str
    heading_line: int
    positions: Mapping[str, int]
    ignored: tuple[str, ...]
    lines: tuple[Line, ...]
    width: int
    separated: bool = False


@dataclass(slots=True)
class _Headings:
    line: int = 0
    at: int = -1
    found: dict[str, list[int]] = field(default_factory=dict)


def plain(text: str) -> str:
    """A heading or choice reduced to what counts: half-width, lower case, without blanks and stars."""
    return unicodedata.normalize("NFKC", text).translate(_DECORATION).lower()


def locate(sheet: Sheet, columns: Sequence[Column]) -> Table | None:
    """The table in a sheet, or None if its first lines hold no headings at all.

    Raises `BadFile` naming columns that are missing or there twice.
    """
    headings = _headings(sheet, columns)
    if len(headings.found) < 2:
        return None
    _refuse_missing(sheet, columns, headings)
    titles = {column.field: column.title for column in columns}
    for name, indices in headings.found.items():
        if len(indices) > 1:
            title = titles[name]
            raise BadFile(
                Text(
                    f"工作表“{sheet.name}”有两列“{title.zh}”，请删去一列。",
                    f"Sheet “{sheet.name}” has two columns “{title.en}” ({title.zh}): remove one.",
                )
            )
    heading_cells = sheet.lines[headings.at].cells
    known = {indices[0] for indices in headings.found.values()}
    return Table(
        sheet=sheet.name,
        heading_line=headings.line,
        positions={name: indices[0] for name, indices in headings.found.items()},
        ignored=tuple(
            cell.strip()
            for index, cell in enumerate(heading_cells)
            if isinstance(cell, str) and cell.strip() and index not in known
        ),
        lines=sheet.lines[headings.at + 1 :],
        width=max((i for i, cell in enumerate(heading_cells) if cell not in (None, "")), default=-1) + 1,
        separated=sheet.separated,
    )


def only_table(sheets: Iterable[Sheet], columns: Sequence[Column]) -> Table:
    """The one table of a workbook. Raises `BadFile` if there is none, or more than one."""
    tables = [table for sheet in sheets if (table := locate(sheet, columns))]
    if len(tables) > 1:
        names = "、".join(f"“{table.sheet}”" for table in tables)
        raise BadFile(
            Text(
                f"有几张工作表都像台账：{names}；请只保留一张。",
                f"Several sheets look like the table: {names}. Keep one of them.",
            )
        )
    if tables:
        return tables[0]
    needed = [column.title for column in columns if column.present]
    raise BadFile(
        Text(
            f"前 {_HEADINGS_WITHIN} 行里找不到表头；需要的列有：{'、'.join(title.zh for title in needed)}。可以从模板开始。",
            f"No headings in the first {_HEADINGS_WITHIN} lines; the columns needed are: "
            + ", ".join(f"{title.zh} ({title.en})" for title in needed)
            + ". You can start from the template.",
        )
    )


def _headings(sheet: Sheet, columns: Sequence[Column]) -> _Headings:
    """The line among the first ones that holds most headings."""
    names = {plain(name): c.field for c in columns for name in (c.title.zh, c.title.en, *c.also)}
    best = _Headings()
    for at, line in enumerate(sheet.lines[:_HEADINGS_WITHIN]):
        found: dict[str, list[int]] = {}
        for index, cell in enumerate(line.cells):
            if _may_be_heading(cell) and (name := names.get(plain(str(cell)))):
                found.setdefault(name, []).append(index)
        if len(found) > len(best.found):
            best = _Headings(line.number, at, found)
    return best


def _may_be_heading(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST_HEADING


def _refuse_missing(sheet: Sheet, columns: Sequence[Column], headings: _Headings) -> None:
    missing = [column for column in columns if column.present and column.field not in headings.found]
    if not missing:
        return
    zh = "、".join(f"“{column.title.zh}”" for column in missing)
    en = ", ".join(f"“{column.title.en}” ({column.title.zh})" for column in missing)
    elsewhere = _elsewhere(sheet, missing, headings.at)
    hint = Text("", "")
    if elsewhere is not None:
        hint = Text(
            f"第 {elsewhere} 行有这样的标题：表头只能占一行，请取消合并单元格，把标题都放在第 {headings.line} 行。",
            f" Line {elsewhere} holds such a heading: headings take one line only; undo merged cells and put all of them "
            f"in line {headings.line}.",
        )
    raise BadFile(
        Text(
            f"工作表“{sheet.name}”第 {headings.line} 行的表头缺少列：{zh}。{hint.zh}",
            f"Sheet “{sheet.name}”: the headings in line {headings.line} lack the column {en}.{hint.en}",
        ),
        columns=[column.title.zh for column in missing],
    )


def _elsewhere(sheet: Sheet, missing: Sequence[Column], heading_at: int) -> int | None:
    names = {plain(name) for column in missing for name in (column.title.zh, column.title.en, *column.also)}
    for at, line in enumerate(sheet.lines[:_HEADINGS_WITHIN]):
        if at != heading_at and any(_may_be_heading(cell) and plain(str(cell)) in names for cell in line.cells):
            return line.number
    return None


def cell_at(line: Line, table: Table, name: str) -> Cell:
    """The cell of a line in the column of a field; None where the line is too short."""
    index = table.positions[name]
    return line.cells[index] if index < len(line.cells) else None

"""What becomes of a line of a workbook, and why a cell is refused: the words every import shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.text import Text
from workflows.workbooks.cells import CellRefused, value_of
from workflows.workbooks.columns import Column, Table, Value, cell_at
from workflows.workbooks.opening import Line


class Status(StrEnum):
    """What a line would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a cell is refused. ``place`` as the office program names the cell, such as N12; ``column`` its heading."""

    place: str
    column: Text
    what: Text
    remedy: Text

    @property
    def sentence(self) -> Text:
        return Text(
            f"{self.place} {self.column.zh}：{self.what.zh}。{self.remedy.zh}",
            f"{self.place} {self.column.en}: {self.what.en}. {self.remedy.en}",
        )


def read_line(
    line: Line, table: Table, columns: Iterable[Column], today: date
) -> tuple[dict[str, Value], list[Reason]]:
    """The values of a line by field, and a reason for each cell that has none.

    An empty cell of a column that keeps what is stored gives no value.
    """
    values: dict[str, Value] = {}
    reasons: list[Reason] = []
    for column in columns:
        try:
            value = value_of(column, cell_at(line, table, column.field), today)
        except CellRefused as refused:
            reasons.append(reason_at(line, table, column, refused.what, refused.remedy))
            continue
        if column.keeps and (value is None or value == ""):
            continue
        values[column.field] = value
    return values, reasons


def repeated(line: Line, table: Table, column: Column, lines: Iterable[int]) -> list[Reason]:
    """A reason if what identifies the line stands in other ``lines`` of the table, too."""
    others = [number for number in lines if number != line.number]
    if not others:
        return []
    listed = "、".join(map(str, others[:5])) + ("…" if len(others) > 5 else "")
    what = Text(f"与第 {listed} 行重复", f"the same as in line {listed.replace('、', ', ')}")
    return [reason_at(line, table, column, what, Text("只保留一行。", "Keep one line."))]


def reason_at(line: Line, table: Table, column: Column, what: Text, remedy: Text) -> Reason:
    """A reason placed at the cell of a column."""
    return Reason(place(table.positions[column.field], line.number), column.title, what, remedy)


def place(index: int, line: int) -> str:
    """The name of a cell in an office program: index 0 in line 2 is A2."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"


def changes(values: Mapping[str, Value], known: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
    """What differs from what is known, and what is known of the same fields."""
    changed = {name: value for name, value in values.items() if value != known[name]}
    return changed, {name: known[name] for name in changed}

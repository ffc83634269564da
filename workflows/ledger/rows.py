"""What the lines of a workbook would do to a zone's ledger: new, changed, unchanged or refused, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.errors import BadFile
from workflows.ledger.columns import BY_FIELD, COLUMNS
from workflows.text import Text
from workflows.workbooks.cells import CellRefused, original, shown, value_of
from workflows.workbooks.columns import Column, Table, Value, cell_at
from workflows.workbooks.judging import Reason, Status, changes, place, read_line, reason_at, repeated
from workflows.workbooks.opening import ErrorValue, Line

__all__ = ["AT_MOST", "DEFAULTS", "Known", "Progress", "Reason", "Row", "Status", "judge"]

Progress = Callable[[int, int], None]

AT_MOST = (  # the first count is never more than the second
    ("women", "employees"),
    ("members", "employees"),
    ("migrant_workers", "employees"),
    ("women_members", "members"),
    ("women_members", "women"),
)
DEFAULTS: Mapping[str, Value] = {column.field: column.empty for column in COLUMNS} | {
    "operating": True,
    "stage": "settled",
}
MOST_REASONS = 60_000  # more than that is a wrong file, not a list of mistakes
_PROGRESS_EVERY = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One line judged.

    ``values``: what would be stored, for a changed row only what differs; ``before``: the same fields as they are;
    ``written``: the whole cells as they stand in the file (a formula as an error), kept for refused rows so that they can be handed back.
    """

    line: int
    status: Status
    credit_code: str
    name: str
    enterprise_id: int | None
    values: Mapping[str, Value]
    before: Mapping[str, Value]
    reasons: tuple[Reason, ...] = ()
    written: Mapping[str, str | ErrorValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise the ledger already has."""

    id: int
    values: Mapping[str, Value]


def judge(table: Table, known: Mapping[str, Known], today: date, progress: Progress | None = None) -> list[Row]:
    """Every line of a table against the enterprises known by credit code, in the order of the file.

    Raises `BadFile` when next to nothing fits, as when columns are shifted.
    """
    columns = [BY_FIELD[name] for name in table.positions]
    lines_of = _lines_of_codes(table, today)
    rows: list[Row] = []
    reasons = 0
    for number, line in enumerate(table.lines, start=1):
        rows.append(_judge_line(line, table, columns, known, lines_of, today))
        reasons += len(rows[-1].reasons)
        if reasons > MOST_REASONS:
            raise _hardly_anything_fits(rows)
        if progress is not None and (number % _PROGRESS_EVERY == 0 or number == len(table.lines)):
            progress(number, len(table.lines))
    return rows


def _hardly_anything_fits(rows: list[Row]) -> BadFile:
    first = next(reason for row in rows for reason in row.reasons).sentence
    return BadFile(
        Text(
            f"前 {len(rows)} 行已有 {MOST_REASONS} 处以上错误，多半是列错位或者选错了文件；第一处：{first.zh}",
            f"More than {MOST_REASONS:,} mistakes in the first {len(rows):,} rows: probably the columns are shifted or "
            f"it is the wrong file. The first one: {first.en}",
        )
    )


def _judge_line(
    line: Line,
    table: Table,
    columns: list[Column],
    known: Mapping[str, Known],
    lines_of: Mapping[str, list[int]],
    today: date,
) -> Row:
    values, reasons = read_line(line, table, columns, today)
    code = str(values.get("credit_code", ""))
    enterprise = known.get(code)
    reasons += repeated(line, table, BY_FIELD["credit_code"], lines_of.get(code, []))
    reasons += _too_many(line, table, {**(enterprise.values if enterprise else {}), **values})
    reasons += _shifted(line, table)
    name = str(values.get("name") or shown(cell_at(line, table, "name")))
    if reasons:
        code = code or shown(cell_at(line, table, "credit_code"))
        written = {column.field: original(cell_at(line, table, column.field)) for column in columns}
        return Row(line.number, Status.REFUSED, code, name, None, {}, {}, tuple(reasons), written)
    if enterprise is None:
        return Row(line.number, Status.NEW, code, name, None, {**DEFAULTS, **values}, {})
    changed, before = changes(values, enterprise.values)
    status = Status.CHANGED if changed else Status.UNCHANGED
    return Row(line.number, status, code, name, enterprise.id, changed, before)


def _lines_of_codes(table: Table, today: date) -> Mapping[str, list[int]]:
    column = BY_FIELD["credit_code"]
    lines: dict[str, list[int]] = defaultdict(list)
    for line in table.lines:
        try:
            lines[str(value_of(column, cell_at(line, table, column.field), today))].append(line.number)
        except CellRefused:
            continue
    return lines


def _too_many(line: Line, table: Table, values: Mapping[str, Value]) -> list[Reason]:
    reasons = []
    for smaller, larger in AT_MOST:
        few, many = values.get(smaller), values.get(larger)
        if not isinstance(few, int) or not isinstance(many, int) or few <= many:
            continue
        at = smaller if smaller in table.positions else larger
        if at not in table.positions:
            continue  # neither is in the file, so the file did not say it
        one, other = BY_FIELD[smaller].title, BY_FIELD[larger].title
        what = Text(f"{one.zh} {few} 多于{other.zh} {many}", f"{few} {one.en} are more than {many} {other.en}")
        reasons.append(reason_at(line, table, BY_FIELD[at], what, Text("请核对这两个数。", "Check both numbers.")))
    return reasons


def _shifted(line: Line, table: Table) -> list[Reason]:
    extra = [cell for cell in line.cells[table.width :] if cell not in (None, "")]
    if not table.separated or not extra:
        return []
    return [
        Reason(
            place=place(table.width, line.number),
            column=Text("整行", "whole line"),
            what=Text(f"比表头多出 {len(extra)} 格", f"{len(extra)} cells more than headings"),
            remedy=Text("内容中有逗号的要加英文引号，或改用 .xlsx。", "Quote cells that hold a comma, or use .xlsx."),
        )
    ]

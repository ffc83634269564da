"""The ledger back to a workbook that can be imported again, and the refused rows of an import with their reasons."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.ledger.columns import COLUMNS, SHEET
from workflows.ledger.importing import Preview
from workflows.ledger.rows import Status
from workflows.storage.ledger import Enterprise
from workflows.text import Text
from workflows.workbooks.columns import CellKind, Column, Value
from workflows.workbooks.opening import ErrorValue
from workflows.workbooks.writing import Page, to_csv, to_xlsx

_LINE = Column("line", Text("原行号", "line"), CellKind.COUNT, Text("", ""))
_REASONS = Column("reasons", Text("不能导入的原因", "why it was refused"), CellKind.TEXT, Text("", ""))


def ledger_xlsx(session: Session, zone_id: int) -> bytes:
    """A zone's enterprises in the columns of the template."""
    return to_xlsx([Page(SHEET, COLUMNS, _rows(session, zone_id))])


def ledger_csv(session: Session, zone_id: int, encoding: str = "utf-8-sig") -> bytes:
    """The same as CSV; ``encoding`` "utf-8-sig" or "gb18030"."""
    return to_csv(COLUMNS, _rows(session, zone_id), encoding)


def refused_xlsx(preview: Preview, locale: str = "zh") -> bytes:
    """The refused rows as they were written, each with its reasons: to correct and import again.

    Long text comes back whole. A cell that held a formula or an error shows an error, so that it is refused until
    somebody types its value; the formula itself stands in the reasons.
    """
    columns = [Column(c.field, c.title, CellKind.TEXT, c.note, filled=c.filled) for c in COLUMNS]
    rows: list[list[Value | ErrorValue]] = [
        [
            row.line,
            "\n".join(r.sentence.to(locale) for r in row.reasons),
            *(row.written.get(c.field, "") for c in columns),
        ]
        for row in preview.of(Status.REFUSED)
    ]
    return to_xlsx([Page(SHEET, [_LINE, _REASONS, *columns], rows)])


def _rows(session: Session, zone_id: int) -> Iterator[list[Value]]:
    fields = [getattr(Enterprise, column.field) for column in COLUMNS]
    query = select(*fields).where(Enterprise.zone_id == zone_id).order_by(Enterprise.id)
    for row in session.execute(query):
        yield list(row)

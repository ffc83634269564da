"""A zone's workbook into its ledger: first a preview that is kept, then exactly that preview, in one transaction."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from workflows import access, events
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import BadFile, Conflict, NotFound
from workflows.ledger import zones
from workflows.ledger.columns import BY_FIELD, COLUMNS
from workflows.ledger.rows import Known, Progress, Reason, Row, Status, judge
from workflows.organisations.actors import Actor
from workflows.storage.ledger import Enterprise, LedgerImport, Zone
from workflows.storage.organisations import Person
from workflows.text import Text
from workflows.workbooks.columns import CellKind, Value, only_table
from workflows.workbooks.opening import ErrorValue, Limits, Sheet, open_workbook

IMPORTED = "ledger_imported"  # kind of the event


class Scope(StrEnum):
    """What the officer chose to take over."""

    ALL = "all"  # only if no row is refused
    ACCEPTED = "accepted"  # the accepted rows; the refused ones are listed for download


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``untouched``: enterprises of the ledger that the file does not name; they stay."""

    import_id: int
    zone_id: int
    filename: str
    sha256: str
    counts: Mapping[str, int]  # status -> rows
    rows: tuple[Row, ...]
    ignored: tuple[str, ...]  # headings no column is known for
    untouched: int
    applied_at: datetime | None = None

    def of(self, status: Status) -> tuple[Row, ...]:
        """The rows of one status, in the order of the file."""
        return tuple(row for row in self.rows if row.status is status)


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did. ``counts`` are those of the preview; refused rows were not taken over."""

    import_id: int
    scope: Scope
    counts: Mapping[str, int]


def preview(
    session: Session,
    actor: Actor | None,
    zone_id: int,
    content: bytes,
    filename: str,
    *,
    now: datetime,
    limits: Limits | None = None,
    sheets: Sequence[Sheet] | None = None,
    progress: Progress | None = None,
) -> Preview:
    """Read a workbook and say row by row what it would do; nothing of the ledger changes.

    ``sheets``: the content as `open_workbook` gives it, for a caller who opened it before the transaction: opening takes
    most of the time, and a transaction that writes keeps others waiting.

    The preview is kept until it is applied or the same person uploads another file for the zone. ``actor`` is None on the
    command line, where whoever may run it is trusted. Raises `BadFile` (with the remedy), `NotFound`, `Forbidden`.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    zone = _zone(session, actor, zone_id, today)
    version = zone.ledger_version  # read before the rows, so that a change in between is noticed when applying
    table = only_table(sheets if sheets is not None else open_workbook(content, filename, limits), COLUMNS)
    if not table.lines:
        raise BadFile(Text("表头下面没有数据。", "There is nothing below the headings."))
    known = _known(session, zone_id)
    rows = judge(table, known, today, progress)
    counts = {status.value: sum(row.status is status for row in rows) for status in Status}
    named = {row.enterprise_id for row in rows if row.enterprise_id is not None}
    named |= {known[row.credit_code].id for row in rows if row.status is Status.REFUSED and row.credit_code in known}
    document = {
        "rows": [_row_to_json(row) for row in rows],
        "ignored": list(table.ignored),
        "untouched": len(known) - len(named),
    }
    kept = LedgerImport(
        zone_id=zone_id,
        filename=filename[:255],
        sha256=hashlib.sha256(content).hexdigest(),
        ledger_version=version,
        preview=zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()),
        counts=counts,
        uploaded_by_id=actor.person_id if actor else None,
        uploaded_at=now,
    )
    session.add(kept)
    session.flush()
    session.execute(  # after the insert: SQLite gives the number of a deleted last row to the next one
        delete(LedgerImport).where(
            LedgerImport.zone_id == zone_id,
            LedgerImport.id != kept.id,
            LedgerImport.applied_at.is_(None),
            LedgerImport.uploaded_by_id.is_not_distinct_from(kept.uploaded_by_id),
        )
    )
    return Preview(
        import_id=kept.id,
        zone_id=zone_id,
        filename=kept.filename,
        sha256=kept.sha256,
        counts=counts,
        rows=tuple(rows),
        ignored=table.ignored,
        untouched=len(known) - len(named),
    )


def read_preview(session: Session, actor: Actor | None, import_id: int, *, now: datetime) -> Preview:
    """A kept preview again, before or after it was applied. Raises `NotFound`, `Forbidden`."""
    kept = _kept(session, import_id)
    _zone(session, actor, kept.zone_id, now.astimezone(OFFICE_ZONE).date())
    return _preview_of(kept)


def apply(
    session: Session,
    actor: Actor | None,
    import_id: int,
    *,
    scope: Scope,
    now: datetime,
    key: str | None = None,
) -> Applied:
    """Carry out exactly what a preview showed, in the caller's transaction, with one event on the ledger's chain.

    Nothing is taken over and `Conflict` is raised if the ledger changed since the preview, if the import was applied
    before (says by whom and when), or if rows are refused under ``Scope.ALL``. The same ``key`` twice acts once.
    """
    kept = _kept(session, import_id, lock=True)
    zone = _zone(session, actor, kept.zone_id, now.astimezone(OFFICE_ZONE).date(), lock=True)
    if kept.outcome is not None and events.already(session, key) is not None:
        return Applied(kept.id, Scope(kept.outcome["scope"]), dict(kept.counts))
    _refuse_stale(session, kept, zone, scope)
    before = zones.counts(session, zone.id)
    shown = _preview_of(kept)
    _store(session, zone.id, shown)
    zone.ledger_version += 1
    kept.applied_at = now
    kept.applied_by_id = actor.person_id if actor else None
    kept.outcome = {"scope": scope.value, **kept.counts}
    session.flush()
    events.record(
        session,
        events.LEDGER,
        IMPORTED,
        {
            "import_id": kept.id,
            "zone_id": zone.id,
            "zone": zone.name,
            "filename": kept.filename,
            "sha256": kept.sha256,
            "preview_sha256": hashlib.sha256(kept.preview).hexdigest(),  # every value before and after stands there
            "scope": scope.value,
            "counts": dict(kept.counts),
            "before": before.to_json(),
            "after": zones.counts(session, zone.id).to_json(),
        },
        now=now,
        actor=actor,
        organisation_id=zone.office_id,
        key=key,
    )
    return Applied(kept.id, scope, dict(kept.counts))


def _refuse_stale(session: Session, kept: LedgerImport, zone: Zone, scope: Scope) -> None:
    if kept.applied_at is not None:
        person = session.get(Person, kept.applied_by_id) if kept.applied_by_id else None
        name = Text(person.name, person.name_en or person.name) if person else Text("命令行", "the command line")
        at = kept.applied_at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
        raise Conflict(
            Text(f"这次导入已由{name.zh}于 {at} 确认。", f"This import was confirmed by {name.en} on {at}."),
            by=name.zh,
            at=at,
        )
    if kept.ledger_version != zone.ledger_version:
        raise Conflict(
            Text(
                "预览之后台账又有变化，没有导入任何内容；请重新上传，按新的预览确认。",
                "The ledger changed after the preview, so nothing was imported: upload the file again and confirm the new preview.",
            )
        )
    refused = int(kept.counts[Status.REFUSED])
    if scope is Scope.ALL and refused:
        raise Conflict(
            Text(
                f"有 {refused} 行不能导入，没有导入任何内容；请改正后重新上传，或者选择只导入可以接受的行。",
                f"{refused} rows are refused, so nothing was imported: correct and upload again, or choose the accepted rows only.",
            ),
            refused=refused,
        )


def _store(session: Session, zone_id: int, shown: Preview) -> None:
    new = [{"zone_id": zone_id, **row.values} for row in shown.of(Status.NEW)]
    changed = [{"id": row.enterprise_id, **row.values} for row in shown.of(Status.CHANGED)]
    if new:
        session.execute(insert(Enterprise), new)
    if changed:
        session.execute(update(Enterprise), changed)


def _zone(session: Session, actor: Actor | None, zone_id: int, today: date, *, lock: bool = False) -> Zone:
    zone = session.get(Zone, zone_id, with_for_update=True if lock else None, populate_existing=lock)
    if zone is None:
        raise NotFound(Text("没有这个产业集聚区。", "There is no such zone."))
    if actor is not None:
        access.require(session, actor, access.Permission.IMPORT_LEDGER, zone, today)
    return zone


def _kept(session: Session, import_id: int, *, lock: bool = False) -> LedgerImport:
    kept = session.get(LedgerImport, import_id, with_for_update=True if lock else None, populate_existing=lock)
    if kept is None:
        raise NotFound(
            Text(
                "这次预览已不存在，可能已被新的上传取代；请重新上传。",
                "This preview is gone, perhaps replaced by a newer upload: upload the file again.",
            )
        )
    return kept


def _known(session: Session, zone_id: int) -> dict[str, Known]:
    fields = [column.field for column in COLUMNS]
    query = select(Enterprise.id, *(getattr(Enterprise, name) for name in fields)).where(Enterprise.zone_id == zone_id)
    known = {}
    for enterprise_id, *values in session.execute(query):
        by_field = dict(zip(fields, values, strict=True))
        known[by_field["credit_code"]] = Known(enterprise_id, by_field)
    return known


def _preview_of(kept: LedgerImport) -> Preview:
    document = json.loads(zlib.decompress(kept.preview))
    return Preview(
        import_id=kept.id,
        zone_id=kept.zone_id,
        filename=kept.filename,
        sha256=kept.sha256,
        counts=dict(kept.counts),
        rows=tuple(_row_from_json(row) for row in document["rows"]),
        ignored=tuple(document["ignored"]),
        untouched=document["untouched"],
        applied_at=kept.applied_at,
    )


def _row_to_json(row: Row) -> list[Any]:
    reasons = [[r.place, r.column.zh, r.column.en, r.what.zh, r.what.en, r.remedy.zh, r.remedy.en] for r in row.reasons]
    return [
        row.line,
        row.status.value,
        row.credit_code,
        row.name,
        row.enterprise_id,
        {name: _plain(value) for name, value in row.values.items()},
        {name: _plain(value) for name, value in row.before.items()},
        reasons,
        {name: [cell.text] if isinstance(cell, ErrorValue) else cell for name, cell in row.written.items()},
    ]


def _row_from_json(data: list[Any]) -> Row:
    line, status, code, name, enterprise_id, values, before, reasons, written = data
    return Row(
        line=line,
        status=Status(status),
        credit_code=code,
        name=name,
        enterprise_id=enterprise_id,
        values={field: _typed(field, value) for field, value in values.items()},
        before={field: _typed(field, value) for field, value in before.items()},
        reasons=tuple(Reason(r[0], Text(r[1], r[2]), Text(r[3], r[4]), Text(r[5], r[6])) for r in reasons),
        written={name: ErrorValue(cell[0]) if isinstance(cell, list) else cell for name, cell in written.items()},
    )


def _plain(value: Value) -> str | int | bool | None:
    return str(value) if isinstance(value, date | Decimal) else value


def _typed(field: str, value: str | int | bool | None) -> Value:
    kind = BY_FIELD[field].kind
    if isinstance(value, str) and kind is CellKind.DATE:
        return date.fromisoformat(value)
    if isinstance(value, str) and kind is CellKind.MONEY:
        return Decimal(value)
    return value

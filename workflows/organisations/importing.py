"""Organisations, people, posts and zones from one workbook: a preview with reasons per cell, then all of it or nothing.

Nothing is deleted. Posts and authorities are dated and only ended; what an organisation, person or zone was called before
stands in the event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflows import access, accounts, departures, events
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import BadFile, Conflict
from workflows.organisations.actors import Actor, valid
from workflows.organisations.judging import Entry, Known, judge
from workflows.organisations.lanes import AUTHORITIES
from workflows.organisations.workbook import COLUMNS, SheetName
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Account, Authority, Organisation, Person, Post
from workflows.text import Text
from workflows.workbooks.columns import Table, Value, locate, plain
from workflows.workbooks.judging import Status
from workflows.workbooks.opening import Limits, Sheet, open_workbook
from workflows.workbooks.writing import EXPLANATIONS

IMPORTED = "organisations_imported"  # kind of the event


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``fingerprint`` stands for exactly this; `apply` can be held to it."""

    filename: str
    sha256: str
    entries: tuple[Entry, ...]
    ignored: tuple[str, ...]  # sheets and headings that are not known
    fingerprint: str

    def of(self, status: Status) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.status is status)

    def counts(self, sheet: SheetName | None = None) -> dict[str, int]:
        """Status -> lines, of one sheet or of all."""
        entries = [entry for entry in self.entries if sheet is None or entry.sheet is sheet]
        return {status.value: sum(entry.status is status for entry in entries) for status in Status}


def preview(
    session: Session,
    actor: Actor | None,
    content: bytes,
    filename: str,
    *,
    now: datetime,
    limits: Limits | None = None,
) -> Preview:
    """Read the workbook and say line by line what it would do; changes nothing.

    ``actor`` is None on the command line, where whoever may run it is trusted; otherwise an administrator. Raises
    `BadFile` (with the remedy) and `Forbidden`.
    """
    today = _allowed_on(session, actor, now)
    tables, ignored = _tables(open_workbook(content, filename, limits))
    entries = judge(Known.load(session, today), tables, today)
    return Preview(
        filename=filename,
        sha256=hashlib.sha256(content).hexdigest(),
        entries=entries,
        ignored=ignored,
        fingerprint=events.digest([[*map(str, (e.sheet, e.line)), e.to_json()] for e in entries]),
    )


def apply(
    session: Session,
    actor: Actor | None,
    content: bytes,
    filename: str,
    *,
    now: datetime,
    fingerprint: str | None = None,
    key: str | None = None,
) -> Preview:
    """Take over the whole workbook in the caller's transaction, with one event; answers what was done.

    `Conflict`, and nothing is taken over, if a line is refused or if the preview is no longer the one ``fingerprint``
    stands for. The same ``key`` twice acts once.
    """
    shown_now = preview(session, actor, content, filename, now=now)
    if events.already(session, key) is not None:
        return shown_now
    if fingerprint is not None and fingerprint != shown_now.fingerprint:
        raise Conflict(
            Text(
                "预览之后组织或者人员又有变化，没有导入任何内容；请重新预览。",
                "Organisations or people changed after the preview, so nothing was imported: preview again.",
            )
        )
    refused = shown_now.of(Status.REFUSED)
    if refused:
        raise Conflict(
            Text(
                f"有 {len(refused)} 行不能导入，没有导入任何内容；请改正后重新导入。",
                f"{len(refused)} lines are refused, so nothing was imported: correct them and import again.",
            ),
            refused=len(refused),
        )
    today = now.astimezone(OFFICE_ZONE).date()
    done = [entry for entry in shown_now.entries if entry.status is not Status.UNCHANGED]
    try:
        _store(session, done, today)
    except IntegrityError as error:
        raise Conflict(
            Text(
                "同时有人登记了相同的编码，没有导入任何内容；请重新预览。",
                "Somebody entered the same code at the same time, so nothing was imported: preview again.",
            )
        ) from error
    _let_go(session, actor, done, now)
    events.record(
        session,
        events.ADMINISTRATION,
        IMPORTED,
        {"filename": filename, "sha256": shown_now.sha256, "changes": [entry.to_json() for entry in done]},
        now=now,
        actor=actor,
        key=key,
    )
    _sign_out_who_left(session, actor, done, now)
    return shown_now


# ---- reading --------------------------------------------------------------------------------------------------------


def _tables(sheets: Sequence[Sheet]) -> tuple[dict[SheetName, Table], tuple[str, ...]]:
    names = {plain(text): name for name in SheetName for text in (name.label.zh, name.label.en)}
    explanations = {plain(EXPLANATIONS.zh), plain(EXPLANATIONS.en)}
    tables: dict[SheetName, Table] = {}
    ignored: list[str] = []
    for sheet in sheets:
        name = names.get(plain(sheet.name))
        if plain(sheet.name) in explanations:
            continue
        if name is None:
            ignored.append(sheet.name)
        elif table := locate(sheet, COLUMNS[name]):
            tables[name] = table
            ignored += [f"{sheet.name}：{heading}" for heading in table.ignored]
        elif sheet.lines:
            raise BadFile(
                Text(
                    f"工作表“{sheet.name}”没有表头；请从模板开始。",
                    f"Sheet “{sheet.name}” has no headings: start from the template.",
                )
            )
    if not any(table.lines for table in tables.values()):
        wanted = "、".join(name.label.zh for name in SheetName)
        raise BadFile(
            Text(
                f"文件里没有可以导入的内容；需要 .xlsx 工作簿，工作表名为：{wanted}。",
                f"Nothing to import: the file must be an .xlsx workbook with the sheets {wanted}.",
            )
        )
    return tables, tuple(ignored)


# ---- storing --------------------------------------------------------------------------------------------------------


def _store(session: Session, entries: Sequence[Entry], today: date) -> None:
    by_sheet = {name: [entry for entry in entries if entry.sheet is name] for name in SheetName}
    organisations = {row.code: row for row in session.scalars(select(Organisation))}
    for entry in by_sheet[SheetName.ORGANISATIONS]:
        if entry.status is Status.NEW:
            row = Organisation(code=entry.key[0], kind=str(entry.values["kind"]), valid_from=today)
            _set(row, entry.values, "name", "name_en", "paper_prefix", "has_accounts")
            organisations[row.code] = row
            session.add(row)
    session.flush()  # all organisations have numbers before one refers to another
    for entry in by_sheet[SheetName.ORGANISATIONS]:
        row = organisations[entry.key[0]]
        _set(row, entry.values, "name", "name_en", "paper_prefix", "has_accounts")
        if parent := entry.values.get("parent"):
            row.parent_id = organisations[str(parent)].id
        for kind in AUTHORITIES:
            if authority := entry.values.get(kind):
                _name_authority(session, row.id, kind, organisations[str(authority)].id, today)
    people = _store_people(session, by_sheet[SheetName.PEOPLE])
    _store_posts(session, by_sheet[SheetName.POSTS], people, organisations)
    _store_zones(session, by_sheet[SheetName.ZONES], organisations)
    session.flush()


def _name_authority(session: Session, organisation_id: int, kind: str, authority_id: int, today: date) -> None:
    current = select(Authority).where(
        Authority.organisation_id == organisation_id, Authority.kind == kind, valid(Authority, today)
    )
    for row in session.scalars(current):
        row.valid_to = today - timedelta(days=1)
    session.add(
        Authority(
            organisation_id=organisation_id, kind=kind, authority_id=authority_id, valid_from=today, valid_to=None
        )
    )


def _store_people(session: Session, entries: Sequence[Entry]) -> dict[str, Person]:
    people = {row.code: row for row in session.scalars(select(Person))}
    for entry in entries:
        row = people.get(entry.key[0])
        if row is None:
            row = people[entry.key[0]] = Person(code=entry.key[0])
            session.add(row)
        _set(row, entry.values, "name", "name_en", "phone", "email")
    session.flush()
    return people


def _store_posts(
    session: Session,
    entries: Sequence[Entry],
    people: Mapping[str, Person],
    organisations: Mapping[str, Organisation],
) -> None:
    for entry in entries:
        person, organisation, role = entry.key
        ids = {"person_id": people[person].id, "organisation_id": organisations[organisation].id, "role": role}
        if entry.status is Status.NEW:
            post = Post(**ids)
            _set(post, entry.values, "title", "valid_from", "valid_to")
            session.add(post)
            continue
        _set(session.get_one(Post, entry.row_id), entry.values, "title", "valid_to")


def _store_zones(session: Session, entries: Sequence[Entry], organisations: Mapping[str, Organisation]) -> None:
    zones = {row.code: row for row in session.scalars(select(Zone))}
    for entry in entries:
        row = zones.get(entry.key[0])
        if row is None:
            row = Zone(code=entry.key[0], office_id=organisations[str(entry.values["office"])].id)
            session.add(row)
        _set(row, entry.values, "name", "name_en")


def _set(row: object, values: Mapping[str, Value], *names: str) -> None:
    for name in names:
        if name in values:
            setattr(row, name, values[name])


def _let_go(session: Session, actor: Actor | None, entries: Sequence[Entry], now: datetime) -> None:
    """Whoever left a post lets go of what was in hand there: at once, or on the day after its last one."""
    today = now.astimezone(OFFICE_ZONE).date()
    posts = [entry for entry in entries if entry.sheet is SheetName.POSTS]
    last = {entry.key[0]: day for entry in posts if isinstance(day := entry.values.get("valid_to"), date)}
    ids = {code: person_id for code, person_id in session.execute(select(Person.code, Person.id))}  # noqa: C416
    for code, day in sorted(last.items()):
        if day < today:
            departures.leave(session, actor, ids[code], now=now)
        else:
            departures.look_again(session, ids[code], departures.day_after(day))


def _sign_out_who_left(session: Session, actor: Actor | None, entries: Sequence[Entry], now: datetime) -> None:
    """Whoever has no post left that counts today or later cannot sign in any more."""
    today = now.astimezone(OFFICE_ZONE).date()
    ended = {entry.key[0] for entry in entries if entry.sheet is SheetName.POSTS and entry.values.get("valid_to")}
    if not ended:
        return
    holds = select(Post.person_id).where((Post.valid_to.is_(None)) | (Post.valid_to >= today))
    left = select(Account.id).join(Person).where(Person.code.in_(ended), Account.active, Person.id.not_in(holds))
    for account_id in session.scalars(left).all():
        accounts.deactivate(session, actor, account_id, now=now)


def _allowed_on(session: Session, actor: Actor | None, now: datetime) -> date:
    today = now.astimezone(OFFICE_ZONE).date()
    if actor is not None:
        access.require(session, actor, access.Permission.ADMINISTER, None, today)
    return today

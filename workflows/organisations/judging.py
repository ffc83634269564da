"""The lines of an organisations workbook against each other and against what is stored: what each would do, or why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.organisations.actors import valid
from workflows.organisations.lanes import AUTHORITIES
from workflows.organisations.workbook import COLUMNS, SheetName
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Person, Post
from workflows.text import Text
from workflows.workbooks.cells import shown
from workflows.workbooks.columns import Column, Table, Value, cell_at
from workflows.workbooks.judging import Reason, Status, changes, read_line, reason_at, repeated
from workflows.workbooks.opening import Line

_KEYS: Mapping[SheetName, tuple[str, ...]] = {
    SheetName.ORGANISATIONS: ("code",),
    SheetName.PEOPLE: ("code",),
    SheetName.POSTS: ("person", "organisation", "role"),
    SheetName.ZONES: ("code",),
}
_MUST_BE: Mapping[str, OrganisationKind] = {
    "party_committee": OrganisationKind.PARTY_COMMITTEE,
    "staffing_authority": OrganisationKind.STAFFING_AUTHORITY,
    "city_staffing_authority": OrganisationKind.STAFFING_AUTHORITY,
    "provincial_staffing_authority": OrganisationKind.STAFFING_AUTHORITY,
    "office": OrganisationKind.ZONE_OFFICE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line judged. ``values``: what would be stored, of a changed line only what differs; ``before``: what is stored."""

    sheet: SheetName
    line: int
    status: Status
    key: tuple[str, ...]
    name: str
    values: Mapping[str, Value]
    before: Mapping[str, Value]
    reasons: tuple[Reason, ...] = ()
    row_id: int | None = None  # of the stored post a line is about

    def to_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet.value,
            "key": list(self.key),
            "status": self.status.value,
            "values": _plain(self.values),
            "before": _plain(self.before),
        }


@dataclass(slots=True)
class Known:
    """What is stored, by code."""

    organisations: dict[str, Organisation]
    people: dict[str, Person]
    posts: dict[tuple[str, ...], list[Post]]
    authorities: dict[tuple[int, str], Organisation]
    zones: dict[str, Zone]

    @classmethod
    def load(cls, session: Session, today: date) -> Known:
        organisations = {row.code: row for row in session.scalars(select(Organisation))}
        people = {row.code: row for row in session.scalars(select(Person))}
        code_of = {row.id: row.code for row in organisations.values()}
        code_of_person = {row.id: row.code for row in people.values()}
        posts: dict[tuple[str, ...], list[Post]] = defaultdict(list)
        for post in session.scalars(select(Post).order_by(Post.valid_from, Post.id)):
            posts[(code_of_person[post.person_id], code_of[post.organisation_id], post.role)].append(post)
        by_id = {row.id: row for row in organisations.values()}
        authorities = {
            (row.organisation_id, row.kind): by_id[row.authority_id]
            for row in session.scalars(select(Authority).where(valid(Authority, today)).order_by(Authority.valid_from))
        }
        zones = {row.code: row for row in session.scalars(select(Zone))}
        return cls(organisations, people, posts, authorities, zones)


def judge(known: Known, tables: Mapping[SheetName, Table], today: date) -> tuple[Entry, ...]:
    """Every line of the tables, sheet by sheet in the order of the file."""
    return tuple(_Judge(known, tables, today).entries())


@dataclass(frozen=True, slots=True)
class _Draft:
    sheet: SheetName
    line: Line
    table: Table
    values: dict[str, Value]
    reasons: list[Reason]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(str(self.values.get(name, "")) for name in _KEYS[self.sheet])

    def refuse(self, name: str, what: Text, remedy: Text) -> None:
        column = next(c for c in COLUMNS[self.sheet] if c.field == name)
        self.reasons.append(reason_at(self.line, self.table, column, what, remedy))


@dataclass(slots=True)
class _Judge:
    """The lines of all sheets against each other and against what is stored."""

    known: Known
    tables: Mapping[SheetName, Table]
    today: date
    drafts: list[_Draft] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)  # organisation code -> kind, stored or in the file

    def entries(self) -> list[Entry]:
        for name in SheetName:
            if table := self.tables.get(name):
                self.drafts += [self._read(name, line, table) for line in table.lines]
        self._refuse_repeated()
        self.kinds = {code: row.kind for code, row in self.known.organisations.items()}
        for draft in self._of(SheetName.ORGANISATIONS):
            self.kinds.setdefault(draft.key[0], str(draft.values.get("kind", "")))
        self._refuse_circles()
        judged = {
            SheetName.ORGANISATIONS: self._organisation,
            SheetName.PEOPLE: self._person,
            SheetName.POSTS: self._post,
            SheetName.ZONES: self._zone,
        }
        return [judged[draft.sheet](draft) for draft in self.drafts]

    def _of(self, sheet: SheetName) -> list[_Draft]:
        return [draft for draft in self.drafts if draft.sheet is sheet]

    def _read(self, sheet: SheetName, line: Line, table: Table) -> _Draft:
        columns: list[Column] = [column for column in COLUMNS[sheet] if column.field in table.positions]
        values, reasons = read_line(line, table, columns, self.today)
        return _Draft(sheet, line, table, values, reasons)

    def _refuse_repeated(self) -> None:
        lines: dict[tuple[SheetName, tuple[str, ...]], list[int]] = defaultdict(list)
        for draft in self.drafts:
            if all(draft.key):
                lines[(draft.sheet, draft.key)].append(draft.line.number)
        for draft in self.drafts:
            column = next(c for c in COLUMNS[draft.sheet] if c.field == _KEYS[draft.sheet][0])
            draft.reasons.extend(repeated(draft.line, draft.table, column, lines.get((draft.sheet, draft.key), [])))

    def _refuse_circles(self) -> None:
        code_of = {row.id: row.code for row in self.known.organisations.values()}
        parents = {c: code_of.get(row.parent_id or 0, "") for c, row in self.known.organisations.items()}
        drafts = self._of(SheetName.ORGANISATIONS)
        parents.update({d.key[0]: str(d.values["parent"]) for d in drafts if d.values.get("parent")})
        for draft in drafts:
            passed, code = set(), draft.key[0]
            while code and code not in passed:
                passed.add(code)
                code = parents.get(code, "")
            if code == draft.key[0] and draft.values.get("parent"):
                draft.refuse(
                    "parent",
                    Text("上下级关系成了圈", "the organisations stand above each other in a circle"),
                    Text("请改正上级编码。", "Correct the code of the superior."),
                )

    def _refer(self, draft: _Draft, *names: str) -> None:
        """Refuse codes of organisations that do not exist or are of another kind than needed."""
        for name in names:
            code = draft.values.get(name)
            if not isinstance(code, str) or not code:
                continue
            needed = _MUST_BE.get(name)
            if code not in self.kinds:
                draft.refuse(
                    name,
                    Text(f"没有编码为“{code}”的组织", f"there is no organisation with the code “{code}”"),
                    Text("请核对，或在“组织”中添加。", "Check it, or add it to “organisations”."),
                )
            elif needed is not None and self.kinds[code] != needed:
                label = next(c.label for c in _column("kind").choices if c.value == needed.value)
                draft.refuse(
                    name,
                    Text(f"“{code}”不是{label.zh}", f"“{code}” is no {label.en}"),
                    Text("请填正确的编码。", "Write the right code."),
                )

    def _organisation(self, draft: _Draft) -> Entry:
        self._refer(draft, "parent", *AUTHORITIES)
        row = self.known.organisations.get(draft.key[0])
        if row is None:
            return _entry(draft, None, {"has_accounts": True})
        parents = {other.id: code for code, other in self.known.organisations.items()}
        stored: dict[str, Value] = {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "kind": row.kind,
            "parent": parents.get(row.parent_id or 0),
            "paper_prefix": row.paper_prefix,
            "has_accounts": row.has_accounts,
        }
        for kind in AUTHORITIES:
            authority = self.known.authorities.get((row.id, kind))
            stored[kind] = authority.code if authority else None
        if draft.values.get("kind", row.kind) != row.kind:
            draft.refuse(
                "kind",
                Text("与已登记的类型不同", "differs from the kind on record"),
                Text(
                    "类型不能通过导入改变；新的组织用新的编码。", "A kind cannot be changed by import: use a new code."
                ),
            )
        return _entry(draft, stored)

    def _person(self, draft: _Draft) -> Entry:
        row = self.known.people.get(draft.key[0])
        if row is None:
            return _entry(draft, None)
        return _entry(draft, {name: getattr(row, name) for name in ("code", "name", "name_en", "phone", "email")})

    def _post(self, draft: _Draft) -> Entry:
        self._refer(draft, "organisation")
        person = str(draft.values.get("person", ""))
        if (
            person
            and person not in self.known.people
            and not any(d.key == (person,) for d in self._of(SheetName.PEOPLE))
        ):
            draft.refuse(
                "person",
                Text(f"没有编码为“{person}”的人员", f"there is nobody with the code “{person}”"),
                Text("请核对，或在“人员”中添加。", "Check it, or add it to “people”."),
            )
        start, end = draft.values.get("valid_from"), draft.values.get("valid_to")
        row = self._held(draft.key, start, end)
        first = start or (row.valid_from if row else self.today)
        if isinstance(end, date) and isinstance(first, date) and end < first:
            draft.refuse(
                "valid_to",
                Text(f"{end} 在开始日期 {first} 之前", f"{end} is before the first day {first}"),
                Text("请核对日期。", "Check the dates."),
            )
        if row is None:
            return _entry(draft, None, {"valid_from": self.today, "valid_to": None})
        if isinstance(start, date) and start != row.valid_from:
            draft.refuse(
                "valid_from",
                Text(f"已登记自 {row.valid_from} 任职", f"the post is on record since {row.valid_from}"),
                Text(
                    "不改写历史；请填登记的日期，或空着。",
                    "History is not rewritten: write that date or leave it empty.",
                ),
            )
        stored: dict[str, Value] = dict(zip(_KEYS[SheetName.POSTS], draft.key, strict=True))
        stored |= {"title": row.title, "valid_from": row.valid_from, "valid_to": row.valid_to}
        return _entry(draft, stored, row_id=row.id)

    def _held(self, key: tuple[str, ...], start: Value, end: Value) -> Post | None:
        """The stored post a line means: the first that shares a day with the line's period, from today if it has no start."""
        first = start if isinstance(start, date) else self.today
        last = end if isinstance(end, date) and end >= first else date.max
        for post in self.known.posts.get(key, []):
            if post.valid_from <= last and (post.valid_to is None or post.valid_to >= first):
                return post
        return None

    def _zone(self, draft: _Draft) -> Entry:
        self._refer(draft, "office")
        code_of = {row.id: row.code for row in self.known.organisations.values()}
        zone_of = {code_of[zone.office_id]: code for code, zone in self.known.zones.items()}
        office = draft.values.get("office")
        others = [other for other in self._of(SheetName.ZONES) if other is not draft]
        taken = zone_of.get(str(office), draft.key[0]) != draft.key[0]
        if office and (taken or any(other.values.get("office") == office for other in others)):
            draft.refuse(
                "office",
                Text("这个办公室已负责另一个集聚区", "this office answers for another zone already"),
                Text("一个办公室只对应一个集聚区。", "One office answers for one zone."),
            )
        row = self.known.zones.get(draft.key[0])
        if row is None:
            return _entry(draft, None)
        if office and office != code_of[row.office_id]:
            draft.refuse(
                "office",
                Text("与已登记的工会办公室不同", "differs from the union office on record"),
                Text("工会办公室不能通过导入更换。", "The union office cannot be changed by import."),
            )
        stored: dict[str, Value] = {"code": row.code, "name": row.name, "name_en": row.name_en}
        return _entry(draft, {**stored, "office": code_of[row.office_id]})


def _entry(
    draft: _Draft,
    stored: Mapping[str, Value] | None,
    defaults: Mapping[str, Value] | None = None,
    row_id: int | None = None,
) -> Entry:
    """The line as new (``stored`` is None) or compared with what is stored; refused if there is a reason."""
    first_cell = cell_at(draft.line, draft.table, _KEYS[draft.sheet][0])
    name = str(draft.values.get("name") or draft.values.get("title") or shown(first_cell))
    values: Mapping[str, Value] = {}
    before: Mapping[str, Value] = {}
    if draft.reasons:
        status = Status.REFUSED
    elif stored is None:
        status, values = Status.NEW, {**(defaults or {}), **draft.values}
    else:
        values, before = changes(draft.values, stored)
        status = Status.CHANGED if values else Status.UNCHANGED
    return Entry(draft.sheet, draft.line.number, status, draft.key, name, values, before, tuple(draft.reasons), row_id)


def _column(name: str) -> Column:
    return next(c for c in COLUMNS[SheetName.ORGANISATIONS] if c.field == name)


def _plain(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

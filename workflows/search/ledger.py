"""台账: zones and their enterprises, by name, code, and who is named there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from workflows.organisations.actors import Actor
from workflows.search.hits import Hit, Looked, found_in, page_of
from workflows.search.words import every_word, stands_in
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation
from workflows.text import Text
from workflows.visible import visible_zones

_Union = aliased(Organisation)


def look(session: Session, actor: Actor, words: tuple[str, ...], on: date, page: int, size: int) -> Looked:
    """The zones and then the enterprises in which every word is found, by name."""
    seen = visible_zones(actor, on)
    zones = (
        select(literal("zone").label("kind"), Zone.id, cast(null(), Integer).label("within"), Zone.name)
        .join(Organisation, Organisation.id == Zone.office_id)
        .outerjoin(_Union, _Union.id == Zone.union_id)
        .where(Zone.id.in_(seen), every_word(words, _ways_to_a_zone))
    )
    enterprises = (
        select(literal("enterprise"), Enterprise.id, Enterprise.zone_id, Enterprise.name)
        .join(Zone, Zone.id == Enterprise.zone_id)
        .where(Enterprise.zone_id.in_(seen), every_word(words, _ways_to_an_enterprise))
    )
    both = union_all(zones, enterprises).subquery()
    chosen = select(both).order_by(both.c.kind.desc(), both.c.name, both.c.id)
    return page_of(session, chosen, page, size, lambda rows: _hits(session, words, rows))


def _ways_to_a_zone(word: str) -> list[ColumnElement[bool]]:
    return stands_in(word, Zone.name, Zone.name_en, Zone.code, Organisation.name, _Union.name)


def _ways_to_an_enterprise(word: str) -> list[ColumnElement[bool]]:
    return [
        *stands_in(word, Enterprise.name, Enterprise.credit_code, Enterprise.industry, Enterprise.union_approval),
        *stands_in(word, Enterprise.legal_representative, Enterprise.contact, Enterprise.chair, Zone.name),
    ]


def _hits(session: Session, words: tuple[str, ...], rows: Sequence[Any]) -> Iterable[Hit]:
    zones = _zones(session, {row.within or row.id for row in rows})
    ids = [row.id for row in rows if row.kind == "enterprise"]
    enterprises = {each.id: each for each in session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)))}
    for row in rows:
        yield (
            _zone(words, *zones[row.id])
            if row.kind == "zone"
            else _enterprise(words, enterprises[row.id], zones[row.within][0])
        )


def _zones(session: Session, ids: set[int]) -> dict[int, tuple[Zone, Organisation, Organisation | None]]:
    rows = session.execute(
        select(Zone, Organisation, _Union)
        .join(Organisation, Organisation.id == Zone.office_id)
        .outerjoin(_Union, _Union.id == Zone.union_id)
        .where(Zone.id.in_(ids))
    )
    return {zone.id: (zone, office, union) for zone, office, union in rows}


def _zone(words: tuple[str, ...], zone: Zone, office: Organisation, union: Organisation | None) -> Hit:
    named = union or office
    fields = [
        *(("name", zone.name), ("name", zone.name_en), ("code", zone.code)),
        *(("office", office.name), ("union", union.name if union else "")),
    ]
    return Hit(
        kind="zone",
        id=zone.id,
        within=None,
        title=Text(zone.name, zone.name_en or zone.name),
        number=zone.code,
        note=Text(named.name, named.name_en or named.name),
        at=None,
        state="",
        found=found_in(words, fields),
    )


def _enterprise(words: tuple[str, ...], enterprise: Enterprise, zone: Zone) -> Hit:
    fields = [
        *(("name", enterprise.name), ("credit_code", enterprise.credit_code), ("industry", enterprise.industry)),
        *(("union_approval", enterprise.union_approval), ("legal_representative", enterprise.legal_representative)),
        *(("contact", enterprise.contact), ("chair", enterprise.chair), ("zone", zone.name)),
    ]
    return Hit(
        kind="enterprise",
        id=enterprise.id,
        within=zone.id,
        title=Text(enterprise.name, enterprise.name),
        number=enterprise.credit_code,
        note=Text(zone.name, zone.name_en or zone.name),
        at=None,
        state=enterprise.stage,
        found=found_in(words, fields),
    )

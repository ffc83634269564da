"""办件: by number, what they are about, who applies, and who had to do with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from workflows.organisations.actors import Actor
from workflows.search.hits import Hit, Looked, found_in, page_of
from workflows.search.words import every_word, stands_in
from workflows.storage.cases import Case, Task
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation, Person
from workflows.storage.unions import OfficeHolder
from workflows.text import Text
from workflows.titles import title_of
from workflows.visible import visible_cases

_Subject, _Actor = aliased(Organisation), aliased(Person)
_ACTED = select(Task.case_id).join(_Actor, _Actor.id == Task.closed_by_id)
_COLUMNS = (
    *(Case.id, Case.number, Case.title, Case.definition_id, Case.status, Case.started_at),
    *(Organisation.name.label("applicant"), Organisation.name_en.label("applicant_en")),
    *(Person.name.label("starter"), Person.name_en.label("starter_en")),
    *(Zone.name.label("zone"), Zone.name_en.label("zone_en"), Enterprise.name.label("enterprise")),
    *(_Subject.name.label("subject"), _Subject.name_en.label("subject_en")),
)
_CASES = (
    select(*_COLUMNS)
    .join(Organisation, Organisation.id == Case.applicant_id)
    .join(Person, Person.id == Case.started_by_id)
    .outerjoin(Zone, and_(Case.subject_kind == "zone", Zone.id == Case.subject_id))
    .outerjoin(Enterprise, and_(Case.subject_kind == "enterprise", Enterprise.id == Case.subject_id))
    .outerjoin(_Subject, and_(Case.subject_kind == "organisation", _Subject.id == Case.subject_id))
)


def look(session: Session, actor: Actor, words: tuple[str, ...], on: date, page: int, size: int) -> Looked:
    """The cases in which every word is found, the newest first."""
    chosen = _CASES.where(Case.id.in_(visible_cases(actor, on)), every_word(words, _ways)).order_by(
        Case.started_at.desc(), Case.id.desc()
    )
    return page_of(session, chosen, page, size, lambda rows: _hits(session, words, rows))


def _ways(word: str) -> list[ColumnElement[bool]]:
    holds = select(OfficeHolder.case_id).where(OfficeHolder.case_id.is_not(None), *stands_in(word, OfficeHolder.name))
    return [
        *stands_in(word, Case.number, Case.title, Organisation.name, Organisation.name_en),
        *stands_in(word, Person.name, Person.name_en, Zone.name, Zone.name_en, Enterprise.name),
        *stands_in(word, _Subject.name, _Subject.name_en),
        *(Case.id.in_(_ACTED.where(way)) for way in stands_in(word, _Actor.name, _Actor.name_en)),
        Case.id.in_(holds),
    ]


def _hits(session: Session, words: tuple[str, ...], rows: Sequence[Any]) -> Iterable[Hit]:
    ids = [row.id for row in rows]
    acted = select(Task.case_id, Person.name, Person.name_en).join(Person, Person.id == Task.closed_by_id)
    actors = _by_case(session.execute(acted.where(Task.case_id.in_(ids)).distinct()))
    named = select(OfficeHolder.case_id, OfficeHolder.name, OfficeHolder.name)
    holders = _by_case(session.execute(named.where(OfficeHolder.case_id.in_(ids)).distinct()))
    for row in rows:
        fields = [
            *(("number", row.number), ("title", row.title), ("applicant", row.applicant)),
            *(("applicant", row.applicant_en), ("subject", row.zone), ("subject", row.zone_en)),
            *(("subject", row.enterprise), ("subject", row.subject), ("subject", row.subject_en)),
            *(("starter", row.starter), ("starter", row.starter_en)),
            *(("actor", name) for name in actors[row.id]),
            *(("holder", name) for name in holders[row.id]),
        ]
        yield Hit(
            kind="case",
            id=row.id,
            within=None,
            title=title_of(session, row.definition_id, row.title, row.applicant_en or row.applicant),
            number=row.number,
            note=Text(row.applicant, row.applicant_en or row.applicant),
            at=row.started_at,
            state=row.status,
            found=found_in(words, fields),
        )


def _by_case(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for case_id, name, name_en in rows:
        found[case_id] += [name, name_en]
    return found

"""公文: by number, title, issuer and recipient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflows.organisations.actors import Actor
from workflows.search.hits import Hit, Looked, found_in, page_of
from workflows.search.words import bracketed, every_word, stands_in
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Paper
from workflows.text import Text
from workflows.visible import visible_papers

_PAPERS = select(
    *(Paper.id, Paper.number_text, Paper.title, Paper.recipient, Paper.dated_on, Paper.status),
    *(Organisation.name.label("issuer"), Organisation.name_en.label("issuer_en")),
).join(Organisation, Organisation.id == Paper.organisation_id)


def look(session: Session, actor: Actor, words: tuple[str, ...], on: date, page: int, size: int) -> Looked:
    """The papers in which every word is found, the newest first."""
    chosen = _PAPERS.where(Paper.id.in_(visible_papers(actor, on)), every_word(words, _ways)).order_by(
        Paper.dated_on.desc(), Paper.id.desc()
    )
    return page_of(session, chosen, page, size, lambda rows: _hits(words, rows))


def _ways(word: str) -> list[ColumnElement[bool]]:
    return [
        *stands_in(bracketed(word), Paper.number_text),
        *stands_in(word, Paper.title, Paper.recipient, Organisation.name, Organisation.name_en),
    ]


def _hits(words: tuple[str, ...], rows: Sequence[Any]) -> Iterable[Hit]:
    written = (*words, *map(bracketed, words))
    for row in rows:
        fields = [
            *(("paper_number", row.number_text), ("paper_title", row.title), ("recipient", row.recipient)),
            *(("issuer", row.issuer), ("issuer", row.issuer_en)),
        ]
        yield Hit(
            kind="paper",
            id=row.id,
            within=None,
            title=Text(row.title, row.title),
            number=row.number_text,
            note=Text(row.issuer, row.issuer_en or row.issuer),
            at=row.dated_on,
            state=row.status,
            found=found_in(written, fields),
        )

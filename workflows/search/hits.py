"""What a search answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflows.search.words import Piece, holds, pieces
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Found:
    """Where a word was found: the name of a field, and what stands there."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    `kind` and `id` say what to open: "case", "paper", "zone", or "enterprise" with the zone as `within`.
    """

    kind: str
    id: int
    within: int | None
    title: Text
    number: str
    note: Text
    at: date | datetime | None
    state: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """One page of what was found of one kind, and how much there is."""

    hits: tuple[Hit, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size)) if self.size else 1


def page_of(
    session: Session,
    chosen: Select[*tuple[Any, ...]],
    page: int,
    size: int,
    read: Callable[[Sequence[Any]], Iterable[Hit]],
) -> Looked:
    """A page of an ordered question; `read` makes hits of its rows. With a `size` of 0 only the number is found.

    The number comes with the rows, so that a page is one walk over what may be seen; only a page too far needs more.
    """
    if not size:
        return Looked((), _count(session, chosen), 1, size)
    page = max(page, 1)
    counted = chosen.add_columns(func.count().over().label("all_found"))
    rows = session.execute(counted.offset((page - 1) * size).limit(size)).all()
    if rows:
        return Looked(tuple(read(rows)), rows[0].all_found, page, size)
    last = -(-_count(session, chosen) // size) if page > 1 else 0
    return page_of(session, chosen, last, size, read) if last else Looked((), 0, 1, size)


def _count(session: Session, chosen: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0


def found_in(words: tuple[str, ...], fields: Iterable[tuple[str, str | None]]) -> tuple[Found, ...]:
    """The fields in which a word stands, each with an excerpt. The same text is told once."""
    told: dict[str, Found] = {}
    for name, text in fields:
        if text and text not in told and holds(text, words):
            told[text] = Found(name, pieces(text, words, cut=True))
    return tuple(told.values())

"""Search over everything somebody may see: cases, papers, opinions and the ledger; nothing else is ever looked at.

Every word must be found, each anywhere in one thing. The number of statements does not depend on the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from workflows.organisations.actors import Actor
from workflows.search import cases, ledger, opinions, papers
from workflows.search.hits import Found, Hit, Looked
from workflows.search.words import Piece, pieces, words_of
from workflows.text import Text

SIZE = 20
FIRST = 5  # of each kind, where all kinds are shown


class Kind(StrEnum):
    """What can be found."""

    CASES = "cases"
    PAPERS = "papers"
    OPINIONS = "opinions"
    LEDGER = "ledger"


TITLES: Mapping[Kind, Text] = {
    Kind.CASES: Text("办件", "Cases"),
    Kind.PAPERS: Text("公文", "Papers"),
    Kind.OPINIONS: Text("意见", "Opinions"),
    Kind.LEDGER: Text("台账", "Ledger"),
}
_LOOK = {Kind.CASES: cases.look, Kind.PAPERS: papers.look, Kind.OPINIONS: opinions.look, Kind.LEDGER: ledger.look}


def search(
    session: Session,
    actor: Actor,
    words: tuple[str, ...],
    *,
    on: date,
    kind: Kind | None = None,
    page: int = 1,
) -> Mapping[Kind, Looked]:
    """What is found of each kind, the newest first: how many, and the first few of each; with a `kind`, a page of it.

    `words` are those of `words_of`. A page beyond the last is the last.
    """
    return {each: _look(session, actor, words, on, each, kind, page) for each in Kind}


def _look(
    session: Session, actor: Actor, words: tuple[str, ...], on: date, each: Kind, wanted: Kind | None, page: int
) -> Looked:
    if wanted is None:
        return _LOOK[each](session, actor, words, on, 1, FIRST)
    return _LOOK[each](session, actor, words, on, page, SIZE if each is wanted else 0)


def total(found: Iterable[Looked]) -> int:
    """How many things of all kinds."""
    return sum(each.total for each in found)


__all__ = [
    "FIRST",
    "SIZE",
    "TITLES",
    "Found",
    "Hit",
    "Kind",
    "Looked",
    "Piece",
    "pieces",
    "search",
    "total",
    "words_of",
]

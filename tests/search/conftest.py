"""The office of the cases' tests, with ways to look for something in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.cases.conftest import Office, office
from workflows import search
from workflows.search import Kind, Looked

__all__ = ["office"]


@dataclass
class Desk:
    """Somebody's search."""

    office: Office

    def look(self, who: str, query: str, kind: Kind | None = None, page: int = 1) -> dict[Kind, Looked]:
        with self.office.db.read() as session:
            actor, words = self.office.actor(session, who), search.words_of(query)
            found = search.search(session, actor, words, on=self.office.today, kind=kind, page=page)
            return dict(found)

    def totals(self, who: str, query: str) -> dict[str, int]:
        return {kind.value: looked.total for kind, looked in self.look(who, query).items() if looked.total}


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)

"""One session per request: reading never writes, one place commits, an error leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from tests.webapp.conftest import Site, make_site
from webapp import database
from webapp.auth.gate import public
from webapp.security import csrf
from workflows.errors import Conflict
from workflows.storage import Database
from workflows.storage.organisations import Person
from workflows.text import Text


@pytest.fixture
def odd_site(db: Database, tmp_path: Path) -> Site:
    """A site with a few views that do what they should not."""
    site = make_site(db, tmp_path)
    _add_views(site.app)
    return site


def _add_views(app: Flask) -> None:
    @public
    def writes_while_reading() -> str:
        database.session().add(Person(code="X", name="不该有"))
        return "fine"

    @public
    def flushes_while_reading() -> str:
        database.session().add(Person(code="X", name="不该有"))
        database.session().flush()
        return "fine"

    @public
    def updates_while_reading() -> str:
        database.session().execute(update(Person).values(name="不该有"))
        return "fine"

    @csrf.exempt
    @public
    def writes(status: int) -> Response:
        database.session().add(Person(code="X", name="新人"))
        return Response("done", status)

    @csrf.exempt
    @public
    def raises() -> str:
        database.session().add(Person(code="X", name="新人"))
        database.session().flush()
        raise Conflict(Text("不行", "no"))

    @csrf.exempt
    @public
    def keeps() -> tuple[str, int]:
        database.session().add(Person(code="X", name="新人"))
        database.keep_changes()
        return "refused", 422

    for view in (writes_while_reading, flushes_while_reading, updates_while_reading):
        app.add_url_rule(f"/odd/{view.__name__}", view.__name__, view)
    app.add_url_rule("/odd/writes/<int:status>", "writes", writes, methods=["POST"])
    app.add_url_rule("/odd/raises", "raises", raises, methods=["POST"])
    app.add_url_rule("/odd/keeps", "keeps", keeps, methods=["POST"])


def _people(site: Site) -> int:
    with site.db.read() as session:
        return session.scalar(select(func.count()).select_from(Person).where(Person.code == "X")) or 0


@pytest.mark.parametrize("view", ["writes_while_reading", "flushes_while_reading", "updates_while_reading"])
def test_a_get_that_writes_fails_and_leaves_nothing(odd_site: Site, view: str) -> None:
    assert odd_site.browser().client.get(f"/odd/{view}").status_code == 500
    assert _people(odd_site) == 0


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (302, 1), (400, 0), (409, 0), (500, 0)])
def test_what_a_view_wrote_is_committed_only_when_it_answered_well(odd_site: Site, status: int, kept: int) -> None:
    odd_site.browser().client.post(f"/odd/writes/{status}")
    assert _people(odd_site) == kept


def test_an_error_rolls_back_even_what_was_flushed(odd_site: Site) -> None:
    assert odd_site.browser().client.post("/odd/raises").status_code == 409
    assert _people(odd_site) == 0


def test_a_view_may_keep_what_must_be_remembered_of_a_failure(odd_site: Site) -> None:
    assert odd_site.browser().client.post("/odd/keeps").status_code == 422
    assert _people(odd_site) == 1

"""A database that could lose acknowledged work is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, func, make_url, select

from tests.make import make_person
from workflows.storage import Database, NotDurable
from workflows.storage.organisations import Person


@contextmanager
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    try:
        yield found
    finally:
        found.dispose()


def test_what_we_open_is_durable(db: Database) -> None:
    db.assert_durable()


@pytest.mark.parametrize("setting", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE"])
def test_sqlite_that_may_forget_is_refused(tmp_path: Path, setting: str) -> None:
    with database(f"sqlite:///{tmp_path}/office.db") as db:

        @event.listens_for(db.engine, "connect")
        def weaken(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA {setting}")

        with pytest.raises(NotDurable):
            db.assert_durable()


def test_sqlite_in_memory_is_refused() -> None:
    with database("sqlite:///:memory:") as db, pytest.raises(NotDurable):
        db.assert_durable()


def test_every_connection_to_sqlite_is_durable_not_only_the_first(tmp_path: Path) -> None:
    with database(f"sqlite:///{tmp_path}/office.db") as db, db.engine.connect() as one, db.engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_postgresql_that_may_forget_is_refused(new_postgresql: Callable[..., str], postgresql_server: str) -> None:
    url = new_postgresql(empty=True)
    with psycopg.connect(f"{postgresql_server} dbname=postgres", autocommit=True) as server:
        server.execute(f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = off")
    with database(url) as db, pytest.raises(NotDurable, match="synchronous_commit=off"):
        db.assert_durable()


def test_a_write_that_fails_at_its_end_leaves_nothing(db: Database) -> None:
    def fail_at_the_end() -> None:
        with db.write() as session:
            make_person(session, "无名")
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        fail_at_the_end()
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0

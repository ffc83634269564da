"""Fixtures of every test: a database of its own, on SQLite and on PostgreSQL.

A test that asks for `db`, `session` or `database_url` runs twice. The tables are made once for each process of the
test run; every test gets a copy of that empty database.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session

from tests.postgres import running_server
from workflows.storage import Database

_numbers = itertools.count(1)


def _make_tables(url: str) -> None:
    database = Database(url)
    database.create_all()
    database.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server for this process of the test run: the start of a libpq address."""
    with running_server() as address:
        yield address


@pytest.fixture(scope="session")
def new_postgresql(postgresql_server: str) -> Iterator[Callable[..., str]]:
    """Makes a database and answers its address: with all tables, or with `empty=True` without any."""
    host = postgresql_server.split()[0].removeprefix("host=")

    def url(name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={host}"

    with psycopg.connect(f"{postgresql_server} dbname=postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE tables_only")
        _make_tables(url("tables_only"))

        def new(*, empty: bool = False) -> str:
            name = f"test_{next(_numbers)}"
            server.execute(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else 'tables_only'}")
            return url(name)

        yield new


@pytest.fixture(scope="session")
def new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Makes a database file and answers its address: with all tables, or with `empty=True` without any."""
    folder = tmp_path_factory.mktemp("sqlite")
    _make_tables(f"sqlite:///{folder}/tables_only.db")

    def new(*, empty: bool = False) -> str:
        path = folder / f"test_{next(_numbers)}.db"
        if not empty:
            shutil.copyfile(folder / "tables_only.db", path)
        return f"sqlite:///{path}"

    return new


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """`new_sqlite`, then `new_postgresql`; what they made is removed after the test."""
    new: Callable[..., str] = request.getfixturevalue(f"new_{request.param}")
    made: list[str] = []

    def remember(*, empty: bool = False) -> str:
        made.append(new(empty=empty))
        return made[-1]

    yield remember
    for url in made:
        if url.startswith("sqlite"):
            for path in Path(url.removeprefix("sqlite:///")).parent.glob(f"{Path(url).name}*"):
                path.unlink(missing_ok=True)
        else:
            address = request.getfixturevalue("postgresql_server")
            with psycopg.connect(f"{address} dbname=postgres", autocommit=True) as server:
                server.execute(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")


@pytest.fixture
def database_url(new_database: Callable[..., str]) -> str:
    """The address of a database with all tables and no row."""
    return new_database()


@pytest.fixture
def empty_database_url(new_database: Callable[..., str]) -> str:
    """The address of a database without any table: for migrations."""
    return new_database(empty=True)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """A session that may write; what the test did not commit itself is rolled back."""
    with db.write() as session:
        yield session
        session.rollback()

"""One database, two ways in: `read()` never writes, `write()` is one transaction, durable when it returns.

SQLite: WAL with `synchronous=FULL`; a write takes the lock at once (`BEGIN IMMEDIATE`), because pysqlite's own
transactions lose updates under several processes. PostgreSQL: `synchronous_commit=on`, row locks by the callers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from workflows.storage.base import Base

SQLITE_BUSY_MILLISECONDS = 20_000


class NotDurable(RuntimeError):
    """The database would acknowledge work that a power cut could take back."""


class Database:
    """Engine and sessions for one address.

    `url`: "sqlite:///path/to/file.db" or "postgresql+psycopg://user@host/name".
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._writing = self.engine.execution_options(jianhui_write=True)
        self.session_class: type[Session] = type("DatabaseSession", (Session,), {})  # its own, to hang listeners on

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose work is thrown away: for questions."""
        with self.session_class(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session  # closing rolls back, and what was read stays readable

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits once when the block ends, and rolls back when anything is raised."""
        with self.session_class(self._writing, expire_on_commit=False) as session:
            yield session
            session.commit()

    def create_all(self) -> None:
        """Create every table at once: for tests; an office upgrades with migrations."""
        from workflows.storage import tables  # noqa: F401 - registers the mapped classes

        Base.metadata.create_all(self.engine)

    def assert_durable(self) -> None:
        """Raise `NotDurable` unless an acknowledged commit survives a power cut."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
                level = int(connection.execute(text("PRAGMA synchronous")).scalar_one())
                if str(mode).lower() != "wal" or level < 2:
                    raise NotDurable(
                        f"SQLite runs with journal_mode={mode}, synchronous={level}; needs wal and 2 (FULL)"
                    )
            else:
                for name in ("synchronous_commit", "fsync"):
                    value = connection.execute(text(f"SHOW {name}")).scalar_one()
                    allowed = {"on", "remote_write", "remote_apply"} if name == "synchronous_commit" else {"on"}
                    if value not in allowed:
                        raise NotDurable(f"PostgreSQL runs with {name}={value}; set {name}=on")

    def dispose(self) -> None:
        self.engine.dispose()


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # for its owner's eyes only, from the first moment
    engine = create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("jianhui_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True)

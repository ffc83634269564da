"""How Alembic reaches the database: always through `Database`, so that it gets the same settings as everything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text

from workflows.storage import (
    Base,
    tables,  # noqa: F401 - registers the mapped classes
)
from workflows.storage.base import UTCDateTime

LOCK = 20150413  # one upgrade at a time on PostgreSQL


JSON_COLUMN = "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A migration is frozen, so it names the database's type and not a class of ours that may change."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return JSON_COLUMN if kind == "type" and isinstance(item, JSON) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which its foreign keys would refuse; they are checked afterwards."""
    if connection.dialect.name != "sqlite":
        yield
        return
    plain: Any = connection.connection.driver_connection  # not yet in a transaction, where the switch has no effect
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            raise RuntimeError(f"rows point to what is not there: {broken[:5]}")
        connection.commit()
    finally:
        connection.rollback()
        plain.execute("PRAGMA foreign_keys=ON")


database = context.config.attributes["database"]
with database.engine.connect().execution_options(jianhui_write=True) as connection, tables_may_be_rebuilt(connection):
    run(connection)
    if connection.dialect.name != "sqlite":
        connection.commit()

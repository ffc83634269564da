"""How Alembic reaches the database: always through `Database`, so that it gets the same settings as everything else."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text

from workflows.storage import Base
from workflows.storage import tables  # noqa: F401 - registers the mapped classes
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


database = context.config.attributes["database"]
with database.engine.connect().execution_options(jianhui_write=True) as connection:
    run(connection)
    connection.commit()

"""Versions of the schema. `upgrade` brings any older database to this one; nothing is ever downgraded."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from workflows.storage.database import Database

HERE = Path(__file__).parent


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema up to date; returns the revision before and after. All or nothing."""
    with database.engine.connect() as connection:
        before = revision(connection)
    command.upgrade(_config(database), "head")
    return before, newest()


def is_current(database: Database) -> bool:
    """Whether the schema is the one this version works with."""
    with database.engine.connect() as connection:
        return revision(connection) == newest()


def newest() -> str:
    """The revision this version works with."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


def revision(connection: Connection) -> str | None:
    """The revision of a database; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _config(database: Database | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database"] = database
    return config

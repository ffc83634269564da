"""What one action sends to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from workflows.storage import Database

_WRITTEN = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)")


@dataclass
class Sent:
    """Statements (savepoints included, BEGIN and COMMIT not), commits, and the tables that were written."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    @property
    def tables(self) -> set[str]:
        return {found[1] for statement in self.statements if (found := _WRITTEN.match(statement))}


@contextmanager
def counted(database: Database) -> Iterator[Sent]:
    """Everything sent through `database` inside the block."""
    sent = Sent()

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.startswith("BEGIN"):
            sent.statements.append(text)

    def commit(_connection: Any) -> None:
        sent.commits += 1

    listeners = (("before_cursor_execute", statement), ("commit", commit))
    for name, listener in listeners:
        event.listen(database.engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners:
            event.remove(database.engine, name, listener)

"""The record of cases as a log for process mining: XES (IEEE 1849-2016) and OCEL 2.0.

Everything in the chains of the cases is told, with the opening of each task; what people wrote is not. Activities bear
the names of the diagram of the version a case runs under.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.event_log import ocel, xes
from workflows.event_log.traces import traces
from workflows.event_log.wanted import NAMES_EXPORTED, Format, Wanted, record_names, wanted
from workflows.organisations.actors import Actor
from workflows.storage import Database

__all__ = ["NAMES_EXPORTED", "Format", "Wanted", "export", "record_names", "snapshot", "wanted", "write"]


def export(
    session: Session,
    actor: Actor | None,
    *,
    fmt: str,
    procedure: str | None = None,
    first: date | None = None,
    last: date | None = None,
    names: bool = False,
    secret: str,
    now: datetime,
) -> Iterator[bytes]:
    """Check a request as `wanted` does, at once, and answer the pieces of the log, which are read as they are taken."""
    asked = wanted(
        session, actor, fmt=fmt, procedure=procedure, first=first, last=last, names=names, secret=secret, now=now
    )
    return write(session, asked)


def write(session: Session, asked: Wanted) -> Iterator[bytes]:
    """The pieces of the log of a checked request, in UTF-8. However many cases there are, few are in memory."""
    if asked.format is Format.XES:
        return xes.write(traces(session, asked))
    return ocel.write(session, asked)


@contextmanager
def snapshot(database: Database) -> Iterator[Session]:
    """A session for questions that sees one state of the database from beginning to end, whatever others write."""
    with database.read() as session:
        if not database.is_sqlite:  # SQLite's own transactions are of this kind
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session

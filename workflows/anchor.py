"""The anchor: heads of the event chains kept outside the database, so that a cut-off tail is found.

One line a head: `<time> <chain> <sequence> <hash>`. An address that begins with http:// or https:// gets the same line
as the body of a POST; anything else is a file that is appended to. A head covers everything before it, so a line that
could not be delivered costs nothing once a later one arrives.
"""

from __future__ import annotations

import os
import threading
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from workflows.storage.database import Database
from workflows.storage.events import Event

TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a chain when the line was written."""

    chain: str
    sequence: int
    hash: str

    def line(self, at: datetime) -> str:
        return f"{at.astimezone(UTC).isoformat(timespec='seconds')} {self.chain} {self.sequence} {self.hash}\n"


def follow(database: Database, address: str) -> None:
    """From now on every commit through `database` that appended events leaves their heads at `address`."""

    @event.listens_for(database.session_class, "after_flush")
    def remember(session: Session, _context: object) -> None:
        heads: dict[str, Head] = session.info.setdefault("heads", {})
        for row in session.new:
            if isinstance(row, Event) and row.sequence > getattr(heads.get(row.chain), "sequence", 0):
                heads[row.chain] = Head(row.chain, row.sequence, row.hash)

    @event.listens_for(database.session_class, "after_commit")
    def leave(session: Session) -> None:
        if session.in_nested_transaction():
            return  # a part of the transaction; the whole may still be undone
        heads = session.info.pop("heads", {})
        if heads:
            deliver(address, heads.values())

    @event.listens_for(database.session_class, "after_rollback")
    def forget(session: Session) -> None:
        if not session.in_nested_transaction():
            session.info.pop("heads", None)
            session.info.pop("doubtful", None)

    @event.listens_for(database.session_class, "after_soft_rollback")
    def doubt(session: Session, undone: SessionTransaction) -> None:
        if undone.nested:
            session.info["doubtful"] = True  # some of the heads may have been undone; nothing can be asked just now

    @event.listens_for(database.session_class, "before_commit")
    def ask_again(session: Session) -> None:
        if not session.in_nested_transaction() and session.info.pop("doubtful", False):
            session.flush()
            session.info["heads"] = {head.chain: head for head in _still_there(session, session.info.get("heads", {}))}


def _still_there(session: Session, heads: Mapping[str, Head]) -> Iterator[Head]:
    """The newest events of these chains after a part of the transaction was undone."""
    for chain in heads:
        query = select(Event.sequence, Event.hash).where(Event.chain == chain).order_by(Event.sequence.desc()).limit(1)
        row = session.execute(query).first()
        if row is not None:
            yield Head(chain, *row)


def deliver(address: str, heads: Iterable[Head]) -> None:
    """Append the heads at a file, or send them to a web address without making the caller wait."""
    text = "".join(head.line(datetime.now(UTC)) for head in heads)
    if is_web(address):
        threading.Thread(target=_post, args=(address, text), daemon=True).start()
        return
    path = Path(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode())  # one write, so that lines of several processes never mix
    finally:
        os.close(descriptor)


def read(path: Path) -> Iterator[Head]:
    """The heads in an anchor file, oldest first. A line that is no head is passed over: the file may be cut short."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            parts = line.split()
            if len(parts) == 4 and parts[2].isdigit():
                yield Head(parts[1], int(parts[2]), parts[3])


def heads_at(address: str) -> list[Head]:
    """The heads kept at an address; none for a web address, whose keeper is asked for a file, and for a missing file."""
    path = Path(address)
    if is_web(address) or not path.is_file():
        return []
    return list(read(path))


def is_web(address: str) -> bool:
    """Whether heads are sent to this address rather than appended to a file."""
    return address.startswith(("http://", "https://"))


def _post(address: str, text: str) -> None:
    request = urllib.request.Request(address, data=text.encode(), headers={"Content-Type": "text/plain"})  # noqa: S310
    try:
        urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS).close()  # noqa: S310 - the scheme was checked above
    except OSError:
        return  # the next head covers this one

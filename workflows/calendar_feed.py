"""The private address of a person's calendar 日历订阅: who has it reads on what day something falls due, and nothing else.

The address holds a random token of 256 bits; only its SHA-256 is kept, so that nobody can read addresses from a copy of
the database, and a look-up by digest tells a guesser nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows.errors import NotFound
from workflows.organisations.actors import Actor
from workflows.storage.notifications import CalendarFeed
from workflows.storage.organisations import Account
from workflows.text import Text

TOKEN_LENGTH = 43  # characters, of 32 random bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar an address shows, and in which language ("zh" where the account chose none)."""

    person_id: int
    locale: str


def open_feed(session: Session, actor: Actor, *, now: datetime) -> str:
    """A new address for the actor, ending any other; answers its token, which is never known again."""
    end_feed(session, actor, now=now)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(person_id=actor.person_id, token_sha256=_digest(token), created_at=now))
    session.flush()
    return token


def end_feed(session: Session, actor: Actor, *, now: datetime) -> None:
    """The actor's address leads nowhere from now on."""
    own = (CalendarFeed.person_id == actor.person_id, CalendarFeed.ended_at.is_(None))
    session.execute(update(CalendarFeed).where(*own).values(ended_at=now))


def feed_of(session: Session, person_id: int) -> CalendarFeed | None:
    """The address a person has now."""
    return session.scalars(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
    ).first()


def reader_of(session: Session, token: str) -> Reader:
    """Whose calendar a token shows. Raises `NotFound` for one that was ended or never was, and with the account's end."""
    row = session.execute(
        select(CalendarFeed.person_id, Account.locale)
        .join(Account, Account.person_id == CalendarFeed.person_id)
        .where(CalendarFeed.token_sha256 == _digest(token), CalendarFeed.ended_at.is_(None), Account.active.is_(True))
    ).first()
    if row is None:
        raise NotFound(Text("没有这个日历，或订阅已经停止。", "There is no such calendar, or its address was ended."))
    return Reader(row.person_id, row.locale or "zh")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()

"""The outbox as an administrator sees it: what waits, what fails, and trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, selectinload

from workflows import events
from workflows.notifications.addresses import masked
from workflows.organisations.actors import Actor
from workflows.storage.notifications import Channel, Message
from workflows.storage.organisations import Person


@dataclass(frozen=True, slots=True)
class Failing:
    """A channel that does not take what is sent, with the messages that wait for it or were given up."""

    channel_id: int
    person: Person
    kind: str
    address: str
    since: datetime | None
    last_error: str
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """`held` wait for their hour; `late` are due, or are tried again after a failure, and `oldest` of them dates from then."""

    held: int
    late: int
    oldest: datetime | None
    given_up: int
    sent: int
    failing: tuple[Failing, ...]


_WAITS = (Message.sent_at.is_(None), Message.failed_at.is_(None))


def overview(session: Session, now: datetime) -> Outbox:
    """Counts over the whole outbox and the channels that fail, the longest failing first."""
    waits, held = (*_WAITS, Channel.active.is_(True)), and_(Message.due_at > now, Message.attempts == 0)
    kept, due, oldest, given_up, sent = session.execute(
        select(
            func.count().filter(*waits, held),
            func.count().filter(*waits, ~held),
            func.min(Message.created_at).filter(*waits, ~held),
            func.count().filter(Message.failed_at.is_not(None), Channel.active.is_(True)),
            func.count().filter(Message.sent_at.is_not(None)),
        )
        .select_from(Message)
        .join(Message.channel)
    ).one()
    return Outbox(kept, due, oldest, given_up, sent, _failing(session))


def retry(session: Session, actor: Actor, *, now: datetime, channel_id: int | None = None) -> int:
    """Send at once what was given up or waits after a failure, of one channel or of all; answers how many."""
    wanted = select(Channel.id).where(Channel.active.is_(True))
    if channel_id is not None:
        wanted = wanted.where(Channel.id == channel_id)
    tried = update(Message).where(
        Message.channel_id.in_(wanted),
        Message.sent_at.is_(None),
        (Message.failed_at.is_not(None)) | (Message.attempts > 0),
    )
    changed = session.execute(tried.values(failed_at=None, attempts=0, due_at=now).returning(Message.id))
    count = len(changed.all())
    session.execute(update(Channel).where(Channel.id.in_(wanted)).values(failing_since=None))
    if count:
        data = {"messages": count, "channel": channel_id}
        events.record(session, events.ADMINISTRATION, "messages_retried", data, now=now, actor=actor)
    return count


def _failing(session: Session) -> tuple[Failing, ...]:
    waiting, given_up = func.count().filter(*_WAITS, Message.id.is_not(None)), func.count(Message.failed_at)
    rows = session.execute(
        select(Channel, waiting, given_up)
        .outerjoin(Message, Message.channel_id == Channel.id)
        .where(Channel.active.is_(True))
        .group_by(Channel.id)
        .having(Channel.failing_since.is_not(None) | (given_up > 0))
        .order_by(Channel.failing_since, Channel.id)
        .options(selectinload(Channel.person))
    )
    return tuple(
        Failing(
            channel_id=channel.id,
            person=channel.person,
            kind=channel.kind,
            address=masked(channel.kind, channel.address),
            since=channel.failing_since,
            last_error=channel.last_error,
            waiting=count,
            given_up=lost,
        )
        for channel, count, lost in rows
    )

"""Sends what is due in the outbox: at least once, with the same message id, and at most one repeat for each crash.

An attempt is written down before it is made: the message is taken under a row lock and falls due again later, then
the network is talked to while no lock is held, then it is marked as sent. So two workers never send the same message,
a crash in between costs one repeat, and an outside service that hangs keeps nobody waiting in the office (SQLite has
one lock for all who write).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from workflows import settings
from workflows.notifications.addresses import ChannelKind
from workflows.notifications.carriers import Carriers, Letter, Undelivered
from workflows.notifications.given_up import give_up
from workflows.notifications.hours import Hours, allowed_from
from workflows.notifications.reasons import Reason
from workflows.storage import Database
from workflows.storage.notifications import Channel, Message, NotificationSettings
from workflows.storage.organisations import Account

LIMIT = 200  # messages of one run; the rest waits for the next
TAKEN_FOR = timedelta(minutes=5)  # longer than any carrier takes; then a message whose sender died is sent again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
PATIENCE = timedelta(days=3)
ATTEMPTS_AT_MOST = 20  # with the pauses between them, three days

_log = logging.getLogger(__name__)


class Delivered(NamedTuple):
    """What came of a run: messages sent, messages that were not taken and are tried again, messages given up."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0


class _Came(Enum):
    SENT = auto()
    POSTPONED = auto()
    GIVEN_UP = auto()
    NOT_TRIED = auto()


def deliver(database: Database, now: datetime, carriers: Carriers, limit: int = LIMIT) -> Delivered:
    """Send what is due, the longest waiting first; when nothing is due, one question is asked.

    Channels that work go first, then messages that were tried the least. After a failure the rest of the same channel,
    or of the mail server, waits for the next run: what is down costs one attempt, and one bad message holds up nothing.
    """
    counted = dict.fromkeys(_Came, 0)
    down: set[object] = set()
    for message_id, channel_id, kind in _due(database, now, limit):
        behind = kind if kind == ChannelKind.MAIL else channel_id
        if behind in down:
            continue
        came = _send(database, message_id, kind, carriers, now)
        counted[came] += 1
        if came in (_Came.POSTPONED, _Came.GIVEN_UP):
            down.add(behind)
    return Delivered(counted[_Came.SENT], counted[_Came.POSTPONED], counted[_Came.GIVEN_UP])


def pause_after(attempts: int) -> timedelta:
    """How long a message waits after so many attempts."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


def _due(database: Database, now: datetime, limit: int) -> list[Row[int, int, str]]:
    with database.read() as session:
        return list(
            session.execute(
                select(Message.id, Channel.id, Channel.kind)
                .join(Message.channel)
                .where(Message.sent_at.is_(None), Message.failed_at.is_(None), Message.due_at <= now)
                .order_by(Channel.failing_since.is_not(None), Message.attempts, Message.due_at, Message.id)
                .limit(limit)
            ).all()
        )


def _send(database: Database, message_id: int, kind: str, carriers: Carriers, now: datetime) -> _Came:
    with database.write() as session:
        letter = _take(session, message_id, now)
    if letter is None:
        return _Came.NOT_TRIED
    reason = _carried(carriers, kind, letter)
    with database.write() as session:
        return _mark(session, message_id, reason, now)


def _take(session: Session, message_id: int, now: datetime) -> Letter | None:
    """Take a message that is still due: from now on it falls due again unless it is marked as sent."""
    message = session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.sent_at.is_(None), Message.failed_at.is_(None), Message.due_at <= now)
        .with_for_update(skip_locked=True)
    ).first()
    if message is None:
        return None  # another worker has it in hand, or was faster
    channel = session.get_one(Channel, message.channel_id)
    account = session.scalar(select(Account).where(Account.person_id == message.person_id))
    if not channel.active or (account is not None and not account.active):
        message.failed_at, message.last_error = now, Reason.ENDED
        return None
    allowed = _allowed_from(session, message, now)
    if message.notices and allowed > now:  # the sweep came late, into the night
        message.due_at = allowed
        return None
    message.attempts += 1
    message.due_at = now + TAKEN_FOR
    return Letter(message.message_id, channel.address, message.subject, message.body)


def _carried(carriers: Carriers, kind: str, letter: Letter) -> str:
    """Empty when the message was taken, else why it was not; no failure of a carrier leaves here."""
    try:
        if kind not in carriers:
            raise Undelivered(Reason.NOT_SET_UP)
        carriers[kind](letter)
    except Undelivered as refused:
        return str(refused)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _log.exception("a carrier of %s failed", kind)
        return f"{Reason.FAILED} {type(error).__name__}"
    return ""


def _mark(session: Session, message_id: int, reason: str, now: datetime) -> _Came:
    message = session.get_one(Message, message_id)
    channel = session.get_one(Channel, message.channel_id, with_for_update=True, populate_existing=True)
    session.refresh(message, with_for_update=True)
    if not reason:
        message.sent_at, message.last_error = now, ""
        channel.failing_since, channel.last_error = None, ""
        return _Came.SENT
    message.last_error = channel.last_error = reason
    channel.failing_since = channel.failing_since or now
    if message.attempts >= ATTEMPTS_AT_MOST or _too_long(channel, message, now):
        give_up(session, channel, message, now)
        return _Came.GIVEN_UP
    message.due_at = _allowed_from(session, message, now + pause_after(message.attempts))
    return _Came.POSTPONED


def _too_long(channel: Channel, message: Message, now: datetime) -> bool:
    since = max(channel.failing_since or now, message.created_at)
    return now - since >= PATIENCE


def _allowed_from(session: Session, message: Message, moment: datetime) -> datetime:
    if not message.notices:
        return moment  # somebody tries out a channel and waits for it
    hours = Hours.of(session.get(NotificationSettings, message.person_id))
    return allowed_from(moment, hours, settings.load(session).calendar)

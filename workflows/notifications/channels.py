"""What a person sets: the channels and the hours. Everybody sets their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows.errors import Conflict, Invalid, Mistake, NotFound
from workflows.notifications.addresses import checked, masked
from workflows.notifications.hours import Hours
from workflows.notifications.letters import Site, trial
from workflows.notifications.reasons import Reason
from workflows.organisations.actors import Actor
from workflows.storage.notifications import Channel, Message, NotificationSettings
from workflows.text import Text

CHANNELS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as its owner sees it: its address is masked. `waiting` counts messages that are not sent yet."""

    id: int
    kind: str
    address: str
    created_at: datetime
    failing_since: datetime | None
    last_error: str
    waiting: int
    last_sent_at: datetime | None


def channels_of(session: Session, person_id: int) -> tuple[ChannelState, ...]:
    """The channels a person uses, oldest first."""
    waiting = func.count().filter(Message.sent_at.is_(None), Message.failed_at.is_(None), Message.id.is_not(None))
    rows = session.execute(
        select(Channel, waiting, func.max(Message.sent_at))
        .outerjoin(Message, Message.channel_id == Channel.id)
        .where(Channel.person_id == person_id, Channel.active.is_(True))
        .group_by(Channel.id)
        .order_by(Channel.id)
    )
    return tuple(
        ChannelState(
            id=channel.id,
            kind=channel.kind,
            address=masked(channel.kind, channel.address),
            created_at=channel.created_at,
            failing_since=channel.failing_since,
            last_error=channel.last_error,
            waiting=count,
            last_sent_at=last,
        )
        for channel, count, last in rows
    )


def add_channel(session: Session, actor: Actor, *, kind: str, address: str, secret: str = "", now: datetime) -> Channel:
    """Use a channel from now on. Raises `Invalid` for what is no address of its kind, `Conflict` for one too many."""
    kept = checked(kind, address, secret)
    own = session.scalars(select(Channel).where(Channel.person_id == actor.person_id, Channel.active.is_(True))).all()
    if any(channel.kind == kind and channel.address == kept for channel in own):
        raise Conflict(Text("您已经添加了这个渠道。", "You have added this channel already."))
    if len(own) >= CHANNELS_AT_MOST:
        raise Conflict(
            Text(
                f"最多 {CHANNELS_AT_MOST} 个渠道；请先停用一个。",
                f"At most {CHANNELS_AT_MOST} channels: deactivate one first.",
            )
        )
    channel = Channel(person_id=actor.person_id, kind=kind, address=kept, active=True, created_at=now)
    session.add(channel)
    session.flush()
    return channel


def deactivate_channel(session: Session, actor: Actor, channel_id: int, *, now: datetime) -> Channel:
    """Use a channel no longer: what waits for it is not sent, and its address is forgotten."""
    channel = _own(session, actor, channel_id)
    channel.active, channel.address, channel.failing_since, channel.last_error = False, "", None, ""
    session.execute(
        update(Message)
        .where(Message.channel_id == channel.id, Message.sent_at.is_(None), Message.failed_at.is_(None))
        .values(failed_at=now, last_error=Reason.ENDED)
    )
    return channel


def try_channel(session: Session, actor: Actor, channel_id: int, *, locale: str, site: Site, now: datetime) -> Message:
    """Put a trial message into the outbox, due at once. `Conflict` while an earlier one still waits."""
    channel = _own(session, actor, channel_id)
    unsent = (Message.channel_id == channel.id, Message.sent_at.is_(None), Message.failed_at.is_(None))
    if any(not message.notices for message in session.scalars(select(Message).where(*unsent))):
        raise Conflict(
            Text("上一条测试消息还没有送出，请稍候。", "The last test message has not been sent yet: please wait.")
        )
    count = session.scalar(select(func.count()).select_from(Message).where(Message.channel_id == channel.id))
    subject, body = trial(locale, site)
    message = Message(
        message_id=f"<trial-{count}.channel-{channel.id}@{site.host}>",
        person_id=actor.person_id,
        channel_id=channel.id,
        notices=[],
        subject=subject,
        body=body,
        created_at=now,
        due_at=now,
    )
    session.add(message)
    session.flush()
    return message


def hours_of(session: Session, person_id: int) -> Hours:
    """When a person wants to be told."""
    return Hours.of(session.get(NotificationSettings, person_id))


def set_hours(session: Session, actor: Actor, hours: Hours) -> None:
    """Be told at other times from now on. Raises `Invalid` for what is no hour, and for a digest in quiet hours."""
    asked: Mapping[str, int] = {
        "digest_hour": hours.digest_hour,
        "quiet_from": hours.quiet_from,
        "quiet_to": hours.quiet_to,
    }
    no_hour = Text("请选择 0 到 23 之间的整点。", "Choose an hour from 0 to 23.")
    mistakes = [Mistake(f"/{name}", no_hour) for name, hour in asked.items() if not 0 <= hour <= 23]
    if not mistakes and hours.digest and hours.is_quiet(hours.digest_hour):
        quiet = Text("汇总的时间在免打扰时段之内。", "The digest would fall into the quiet hours.")
        mistakes.append(Mistake("/digest_hour", quiet))
    if mistakes:
        raise Invalid(mistakes)
    row = session.get(NotificationSettings, actor.person_id)
    if row is None:
        session.add(NotificationSettings(person_id=actor.person_id, **asdict(hours)))
        return
    for name, value in asdict(hours).items():
        setattr(row, name, value)


def _own(session: Session, actor: Actor, channel_id: int) -> Channel:
    channel = session.scalars(
        select(Channel)
        .where(Channel.id == channel_id, Channel.person_id == actor.person_id, Channel.active.is_(True))
        .with_for_update()
    ).first()
    if channel is None:
        raise NotFound(Text("没有这个渠道。", "There is no such channel."))
    return channel

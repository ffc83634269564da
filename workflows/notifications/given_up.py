"""A message that could not be delivered for three days: it is given up, and its person and the administrators are told.

They are told in the application alone; nothing that was said is lost there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine.operations import OFFICE_ZONE
from workflows.notifications.addresses import TITLES, ChannelKind, masked
from workflows.organisations.actors import valid
from workflows.storage.cases import Notice
from workflows.storage.notifications import Channel, Message
from workflows.storage.organisations import Post, Role
from workflows.text import Text

KIND = "channel_failed"


def give_up(session: Session, channel: Channel, message: Message, now: datetime) -> None:
    """Mark a message as given up. Its person and the administrators are told once while a channel keeps failing."""
    message.failed_at = now
    first = session.get(Notice, message.notices[0]) if message.notices else None
    if first is None or _told_already(session, channel):
        return
    for person_id, organisation_id, text in _told(session, channel, now.astimezone(OFFICE_ZONE).date()):
        session.add(
            Notice(
                case_id=first.case_id,
                kind=KIND,
                person_id=person_id,
                organisation_id=organisation_id,
                role=Role.ADMINISTRATOR if organisation_id is not None else None,
                data={"text": {"zh": text.zh, "en": text.en}, "channel": channel.id},
                created_at=now,
                dispatched_at=now,  # a notice about a channel that fails is not sent by it
            )
        )


def _told_already(session: Session, channel: Channel) -> bool:
    query = select(Notice).where(Notice.person_id == channel.person_id, Notice.kind == KIND)
    since = channel.failing_since
    return any(n.data.get("channel") == channel.id and since and n.created_at >= since for n in session.scalars(query))


def _told(session: Session, channel: Channel, on: date) -> Iterator[tuple[int | None, int | None, Text]]:
    """Person, or organisation whose administrators are told, with the sentence."""
    kind = TITLES[ChannelKind(channel.kind)]
    address, name = masked(channel.kind, channel.address), channel.person
    yield (
        channel.person_id,
        None,
        Text(
            f"{kind.zh}（{address}）连续三天未能送达，不再重试。通知都在这里；请在“通知设置”中检查这个渠道。",
            f"{kind.en} ({address}) could not be reached for three days; it is not tried again. Everything is here; check "
            "the channel in your notification settings.",
        ),
    )
    query = select(Post.organisation_id).where(Post.role == Role.ADMINISTRATOR, valid(Post, on)).distinct()
    for organisation_id in session.scalars(query.order_by(Post.organisation_id)):
        yield (
            None,
            organisation_id,
            Text(
                f"{name.name}的{kind.zh}渠道连续三天未能送达，不再重试；请在“管理 → 消息”中查看。",
                f"{kind.en} of {name.name_en or name.name} could not be reached for three days; see Administration → "
                "Messages.",
            ),
        )

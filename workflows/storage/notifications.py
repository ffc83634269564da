"""What is to be sent to whom, by which channel; and the private addresses of calendar feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.organisations import Person


class Channel(Base):
    """A way to reach a person outside the application. `address` may hold a secret; it is never shown again."""

    __tablename__ = "channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(reference("people.id"), index=True)
    kind: Mapped[str]  # mail, wecom 企业微信, dingtalk 钉钉, feishu 飞书
    address: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()


class NotificationSettings(Base):
    """How a person wants to be told. Hours are those of the office's zone, 0 to 23."""

    __tablename__ = "notification_settings"

    person_id: Mapped[int] = mapped_column(reference("people.id"), primary_key=True)
    digest: Mapped[bool] = mapped_column(default=False)  # one message a day instead of one for each thing
    digest_hour: Mapped[int] = mapped_column(default=8)
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_to: Mapped[int] = mapped_column(default=8)
    working_days_only: Mapped[bool] = mapped_column(default=True)


class Message(Base):
    """A row of the outbox: one message by one channel. `message_id` stays the same when it is sent again."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(reference("people.id"), index=True)
    channel_id: Mapped[int] = mapped_column(reference("channels.id"))
    notices: Mapped[list[Any]]  # ids of the notices it tells of
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]  # given up
    last_error: Mapped[str] = mapped_column(default="")

    channel: Mapped[Channel] = relationship()


class CalendarFeed(Base):
    """The private address of a person's calendar; only a digest of it is kept."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(reference("people.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

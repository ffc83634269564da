"""The record: appended facts in hash chains, and the counters that hand out numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflows.storage.base import Base, reference


class Event(Base):
    """Something that happened. Never changed, never deleted; `hash` covers every field but `id` and the previous hash.

    `chain` is "case:<id>", "administration" or "ledger". `key` is the idempotency key of the submit that caused it.
    """

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("chain", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str]
    sequence: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(reference("cases.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(reference("tasks.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(reference("people.id"))
    actor_name: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int | None] = mapped_column(reference("organisations.id"))  # the organisation acted for
    on_behalf_of_id: Mapped[int | None] = mapped_column(reference("people.id"))
    data: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class Chain(Base):
    """The head of a chain that has no case row to keep it."""

    __tablename__ = "chains"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_sequence: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(default="")


class Counter(Base):
    """A number that only grows: case numbers, paper numbers per organisation, prefix and year."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]

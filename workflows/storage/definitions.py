"""Published versions of procedures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.storage.base import Base, reference


class PublishedDefinition(Base):
    """One immutable version of a procedure folder; `files` is the archive of everything but its scenarios."""

    __tablename__ = "definitions"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        UniqueConstraint("key", "content_hash"),
        Index(
            "uq_definitions_current",
            "key",
            unique=True,
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    number: Mapped[int]
    content_hash: Mapped[str]
    files: Mapped[bytes]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    is_current: Mapped[bool]

"""Official papers, what was uploaded, and the bytes of both."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.organisations import Organisation


class Blob(Base):
    """Bytes, known by their SHA-256. In the database so that a paper and its decision are one transaction."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str]
    content: Mapped[bytes]


class Paper(Base):
    """An issued official paper 公文. Frozen; a wrong one is voided 作废 and keeps its number."""

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number_prefix", "number_year", "number"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    task_id: Mapped[int | None] = mapped_column(reference("tasks.id"))
    name: Mapped[str]  # of the template in the procedure folder
    code: Mapped[str]  # DOC-01
    form: Mapped[str]  # 请示, 批复, 通知, 函, 报告, 意见
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    number_prefix: Mapped[str]
    number_year: Mapped[int]
    number: Mapped[int]
    number_text: Mapped[str]
    title: Mapped[str]
    recipient: Mapped[str]
    signer: Mapped[str] = mapped_column(default="")
    dated_on: Mapped[date]
    body: Mapped[str]
    facts: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default="issued")  # issued, voided
    pdf_sha256: Mapped[str] = mapped_column(reference("blobs.sha256"))
    docx_sha256: Mapped[str] = mapped_column(reference("blobs.sha256"))
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    void_reason: Mapped[str] = mapped_column(default="")

    organisation: Mapped[Organisation] = relationship()


class Attachment(Base):
    """A file somebody uploaded for an item of a task's checklist, or with an entered reply."""

    __tablename__ = "attachments"
    __table_args__ = (Index(None, "case_id"), Index(None, "task_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    task_id: Mapped[int] = mapped_column(reference("tasks.id"))
    material: Mapped[str]  # key of the checklist item
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(reference("blobs.sha256"))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(reference("people.id"))

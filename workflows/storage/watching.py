"""Who keeps an eye on a case, and what stops or lengthens its clock."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.cases import Case, Task
from workflows.storage.organisations import Organisation, Person


class Copy(Base):
    """抄送, 传阅: a case was brought to somebody's notice. Read only by saying so."""

    __tablename__ = "copies"
    __table_args__ = (Index(None, "person_id", "read_at"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    person_id: Mapped[int] = mapped_column(reference("people.id"))
    sent_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    note: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    sent_by: Mapped[Person | None] = relationship(foreign_keys=[sent_by_id])


class Supervision(Base):
    """督办: a case is supervised until it is closed. One open row for each case and supervising organisation."""

    __tablename__ = "supervisions"
    __table_args__ = (
        Index(
            "uq_supervisions_open",
            "case_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))  # the organisation that supervises
    supervisor_id: Mapped[int] = mapped_column(reference("people.id"))
    demand: Mapped[str]  # what is to be done
    due_on: Mapped[date | None]
    begun_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    conclusion: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    organisation: Mapped[Organisation] = relationship()
    supervisor: Mapped[Person] = relationship(foreign_keys=[supervisor_id])


class Nudge(Base):
    """催办: somebody reminded the holder of a task. Limited in rate."""

    __tablename__ = "nudges"
    __table_args__ = (Index(None, "task_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    task_id: Mapped[int] = mapped_column(reference("tasks.id"))
    sent_by_id: Mapped[int] = mapped_column(reference("people.id"))
    text: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]

    task: Mapped[Task] = relationship()
    sent_by: Mapped[Person] = relationship()


class Suspension(Base):
    """中止: the clocks of all tasks of a case stand, for a reason, until it is resumed."""

    __tablename__ = "suspensions"
    __table_args__ = (
        Index(
            "uq_suspensions_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    reason: Mapped[str]
    until: Mapped[date | None]  # when it is expected to end; a reminder, never an automatic end
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int] = mapped_column(reference("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(reference("people.id"))

    begun_by: Mapped[Person] = relationship(foreign_keys=[begun_by_id])


class Extension(Base):
    """延期: the fatal date of one task was moved, for a reason. The date of the rule stays in the record."""

    __tablename__ = "extensions"
    __table_args__ = (Index(None, "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    task_id: Mapped[int] = mapped_column(reference("tasks.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")  # what allows it
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int] = mapped_column(reference("people.id"))

    granted_by: Mapped[Person] = relationship()


class SavedFilter(Base):
    """The address of a list somebody wants to see again; shared with the owner's organisation when it names one."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("owner_id", "page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(reference("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(reference("organisations.id"), index=True)
    page: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]

    owner: Mapped[Person] = relationship()

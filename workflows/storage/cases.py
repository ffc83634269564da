"""Cases, their tasks and everything that hangs on a task.

`relation` + `applicant_id` + `role` say who may act, and are resolved when somebody asks: the relation is looked up in
the union tree and the authorities of the applicant on that day (workflows.organisations.lanes).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.organisations import Organisation, Person


class CaseStatus(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"  # overtaken: another branch refused, or the case was withdrawn


class TaskKind(StrEnum):
    STEP = "step"  # an element of the diagram
    CORRECTION = "correction"  # 补正: the applicant answers a request for correction of another task
    CONFIRMATION = "confirmation"  # 线下单位: somebody confirms a reply that was entered for an office without accounts


SENT_BACK = "sent_back"  # 退回: the outcome of a task of any procedure that was closed undecided by whoever had it
SENT_BACK_STRAIGHT = "sent_back_straight"  # why such a task was closed, when it comes straight back to the returner


class Case(Base):
    """One run of a procedure."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_open_subject",
            "procedure",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "applicant_id", "status"),
        Index(None, "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    procedure: Mapped[str]
    definition_id: Mapped[int] = mapped_column(reference("definitions.id"))
    rule_set: Mapped[str]
    title: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    applicant_id: Mapped[int] = mapped_column(reference("organisations.id"))
    started_by_id: Mapped[int] = mapped_column(reference("people.id"))
    started_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=CaseStatus.OPEN)
    ended_at: Mapped[datetime | None]
    end: Mapped[str | None]  # id of the end event reached
    state: Mapped[bytes] = mapped_column(deferred=True)  # engine state without the definition, compressed
    version: Mapped[int] = mapped_column(default=1)  # counts actions
    last_sequence: Mapped[int] = mapped_column(default=0)  # head of the case's event chain
    last_hash: Mapped[str] = mapped_column(default="")

    parent_id: Mapped[int | None] = mapped_column(
        reference("cases.id")
    )  # the case that waits for this one, or led to it
    parent_token: Mapped[str | None]  # the engine's name of the call that waits; empty: nobody waits
    parent_element: Mapped[str | None]  # id of the call activity in the parent's diagram

    suspended_at: Mapped[datetime | None]  # 中止: every clock of the case stands since then
    undo_state: Mapped[bytes | None] = mapped_column(
        deferred=True
    )  # the state before the last decision, while 撤回 may be
    undo_task_id: Mapped[int | None]  # the task of that decision

    applicant: Mapped[Organisation] = relationship()
    started_by: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Task(Base):
    """Something somebody must do: open, done, or overtaken."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "case_id", "status"),
        Index(  # holds everything that counting and ordering somebody's tasks asks for, so that no row is looked at
            "ix_tasks_inbox",
            "relation",
            "role",
            "applicant_id",
            "fatal_on",
            "assignee_id",
            "paused_at",
            "status",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "closed_by_id", "closed_at"),
        Index(
            "ix_tasks_assigned",
            "assignee_id",
            sqlite_where=text("status = 'open' AND assigned_by_id IS NOT NULL"),
            postgresql_where=text("status = 'open' AND assigned_by_id IS NOT NULL"),
        ),
        Index(
            "ix_tasks_remind",
            "remind_on",
            sqlite_where=text("status = 'open' AND remind_on IS NOT NULL"),
            postgresql_where=text("status = 'open' AND remind_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    kind: Mapped[str] = mapped_column(default=TaskKind.STEP)
    step: Mapped[str]  # id of the user task in the diagram
    token: Mapped[str | None]  # the engine's name of this visit; empty for what is no element of the diagram
    parent_id: Mapped[int | None] = mapped_column(
        reference("tasks.id")
    )  # the task a correction or confirmation is about
    relation: Mapped[str]
    role: Mapped[str]
    applicant_id: Mapped[int] = mapped_column(reference("organisations.id"))
    status: Mapped[str] = mapped_column(default=TaskStatus.OPEN)
    opened_at: Mapped[datetime]
    target_on: Mapped[date | None]
    fatal_on: Mapped[date | None]
    derivation: Mapped[dict[str, Any] | None]  # how the dates were found (workflows.deadlines.Derivation)
    paused_at: Mapped[datetime | None]  # the clock stands since then, because a correction is awaited
    assignee_id: Mapped[int | None] = mapped_column(reference("people.id"))
    assigned_by_id: Mapped[int | None] = mapped_column(
        reference("people.id")
    )  # 转办: who handed it over; empty: claimed
    claimed_at: Mapped[datetime | None]
    remind_on: Mapped[date | None]  # the next day on which the sweep looks at it
    decision: Mapped[dict[str, Any] | None]  # decided, but taking effect only when everybody asked has opined
    draft: Mapped[dict[str, Any] | None]
    draft_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    draft_at: Mapped[datetime | None]
    request: Mapped[dict[str, Any] | None]  # what a correction asks for; what an entered reply says
    answers: Mapped[dict[str, Any] | None]
    outcome: Mapped[str | None]
    opinion: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    closed_for_id: Mapped[int | None] = mapped_column(reference("organisations.id"))  # the organisation acted for
    on_behalf_of_id: Mapped[int | None] = mapped_column(
        reference("people.id")
    )  # 代理: whose post the actor stood in for
    closed_because: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    assigned_by: Mapped[Person | None] = relationship(foreign_keys=[assigned_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    closed_for: Mapped[Organisation | None] = relationship(foreign_keys=[closed_for_id])
    on_behalf_of: Mapped[Person | None] = relationship(foreign_keys=[on_behalf_of_id])


class Notice(Base):
    """A line for somebody's attention: to a person, or to whoever holds a role in an organisation."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(None, "organisation_id", "role"),
        Index(None, "person_id"),
        Index(
            "ix_notices_undispatched",
            "id",
            sqlite_where=text("dispatched_at IS NULL"),
            postgresql_where=text("dispatched_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(reference("tasks.id"))
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(reference("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(reference("organisations.id"))
    role: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    dispatched_at: Mapped[datetime | None]  # the outbox has taken it up

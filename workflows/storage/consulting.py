"""What named persons say on a task: deciding together, asked in addition, delegated to; and instructions on a case.

One row for one person, whatever the size of the group. The engine knows nothing of them: to it a task is one task.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.cases import Case, Task
from workflows.storage.organisations import Organisation, Person

NAMED = "named"  # the role of a task whose people are named one by one in opinions: nobody's post has it


class OpinionKind(StrEnum):
    JOINT = "joint"  # deciding together, as procedure.toml declares: 会签, 或签, 依次, 票签
    BEFORE = "before"  # 前加签: they opine, then the holder decides
    ALONGSIDE = "alongside"  # 并加签: both at once; the decision takes effect when all have opined
    AFTER = "after"  # 后加签: the holder decides, then they opine, then the decision takes effect
    DELEGATED = "delegated"  # 委派: it comes back to the holder with an opinion
    INSTRUCTION = "instruction"  # 批示: a leader's written word on a case; nobody was asked


class OpinionStatus(StrEnum):
    WAITING = "waiting"  # not asked yet: it is somebody else's turn
    OPEN = "open"  # asked, not answered
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"  # 减签
    CLOSED = "closed"  # no longer needed: the result was certain, or the task ended


class Verdict(StrEnum):
    AGREE = "agree"
    REFUSE = "refuse"
    ABSTAIN = "abstain"  # counts as not in favour
    NOTED = "noted"  # an opinion without a vote


class Opinion(Base):
    """What one named person was asked, and said. Rows are ended, never overwritten or deleted."""

    __tablename__ = "opinions"
    __table_args__ = (
        Index(
            "ix_opinions_open",
            "person_id",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "task_id"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(reference("cases.id"))
    task_id: Mapped[int | None] = mapped_column(reference("tasks.id"))  # empty: on the case as a whole
    kind: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)  # the order in which they are asked; 0: at once
    person_id: Mapped[int] = mapped_column(reference("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(reference("organisations.id"))  # the organisation spoken for
    asked_by_id: Mapped[int | None] = mapped_column(reference("people.id"))  # empty: the procedure asks
    asked_at: Mapped[datetime | None]
    question: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(default=OpinionStatus.OPEN)
    verdict: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(reference("people.id"))  # the person, or a proxy

    case: Mapped[Case] = relationship()
    task: Mapped[Task | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship()
    asked_by: Mapped[Person | None] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class Phrase(Base):
    """A saved phrase 常用意见 of one person."""

    __tablename__ = "phrases"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(reference("people.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]

"""What a union is once it is founded: its terms, who holds office, its certificates; and what falls due later.

Rows are ended, never overwritten. Each names the case that made it, so that a question leads back to the decision.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.organisations import Organisation


class Term(Base):
    """A term of office 届 of a union's committee: counted from the election day (R-331)."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    number: Mapped[int]
    began_on: Mapped[date]
    years: Mapped[int]  # 3 or 5
    ends_on: Mapped[date]
    extended_to: Mapped[date | None]
    ended_on: Mapped[date | None]
    case_id: Mapped[int | None] = mapped_column(reference("cases.id"))

    organisation: Mapped[Organisation] = relationship()


class OfficeHolder(Base):
    """A person in an office of a union, by name: most of them have no account here.

    `office`: chair, vice_chair, member, audit_head, audit_member, women_head, women_member, cadre.
    """

    __tablename__ = "office_holders"
    __table_args__ = (Index(None, "organisation_id", "office"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    name: Mapped[str]
    office: Mapped[str]
    full_time: Mapped[bool] = mapped_column(default=False)
    rank: Mapped[str] = mapped_column(default="")
    route: Mapped[str] = mapped_column(default="")  # elected, appointed, staffing, dispatch
    since: Mapped[date]
    until: Mapped[date | None]
    term_id: Mapped[int | None] = mapped_column(reference("terms.id"))
    case_id: Mapped[int | None] = mapped_column(reference("cases.id"))
    details: Mapped[dict[str, Any]]

    organisation: Mapped[Organisation] = relationship()


class Consent(Base):
    """The superior union's consent to one person in one post (R-414); it ends by parameter or when it is used."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "applicant_id", "person", "office"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(reference("organisations.id"))
    person: Mapped[str]
    office: Mapped[str]
    action: Mapped[str]  # appoint, remove, move
    kind: Mapped[str]  # express, or deemed 视为同意 with its legal basis
    given_on: Mapped[date]
    valid_until: Mapped[date]
    legal_basis: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int] = mapped_column(reference("cases.id"))


class Certificate(Base):
    """A certificate of a union: legal person (R-509), or credit code alone for a dispatched body (R-510)."""

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "organisation_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    kind: Mapped[str]  # legal_person, credit_code
    number: Mapped[str]
    credit_code: Mapped[str]
    legal_representative: Mapped[str] = mapped_column(default="")
    domicile: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    account: Mapped[dict[str, Any] | None]  # bank, kind, number
    case_id: Mapped[int | None] = mapped_column(reference("cases.id"))

    organisation: Mapped[Organisation] = relationship()


class FederationMember(Base):
    """The union of an enterprise as a member of an industry federation 行业性工会联合会: second coverage, no founding (4.8)."""

    __tablename__ = "federation_members"
    __table_args__ = (Index(None, "federation_id"), Index(None, "enterprise_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    federation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    enterprise_id: Mapped[int] = mapped_column(reference("enterprises.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    case_id: Mapped[int] = mapped_column(reference("cases.id"))


class Timer(Base):
    """Something that falls due: a reminder, or a fact that opens a follow-on case. Taken by the sweep when due."""

    __tablename__ = "timers"
    __table_args__ = (
        Index(
            "ix_timers_due", "due_on", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
        ),
        UniqueConstraint("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]  # says what it is about once and for all, so that setting it twice sets it once
    kind: Mapped[str]
    due_on: Mapped[date]
    organisation_id: Mapped[int | None] = mapped_column(reference("organisations.id"))
    case_id: Mapped[int | None] = mapped_column(reference("cases.id"))
    rule: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")

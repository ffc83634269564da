"""The ledger 台账: zones and their enterprises, and the imports that changed them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference
from workflows.storage.organisations import Organisation


class Zone(Base):
    """A 产业集聚区. `form` is the one active form of its union ("general_union", "work_committee", "federation")."""

    __tablename__ = "zones"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    office_id: Mapped[int] = mapped_column(reference("organisations.id"), unique=True)
    union_id: Mapped[int | None] = mapped_column(reference("organisations.id"))
    form: Mapped[str | None]
    form_since: Mapped[date | None]
    form_case_id: Mapped[int | None]
    legal_route: Mapped[str | None]  # "registration" or "credit_code_only"
    ledger_version: Mapped[int] = mapped_column(default=0)  # counts changes, so that a preview knows it is stale

    office: Mapped[Organisation] = relationship(foreign_keys=[office_id])
    union: Mapped[Organisation | None] = relationship(foreign_keys=[union_id])


class Enterprise(Base):
    """One enterprise of a zone. Counts are persons; empty means not reported, which is different from zero."""

    __tablename__ = "enterprises"
    __table_args__ = (
        UniqueConstraint("zone_id", "credit_code"),
        Index(None, "zone_id", "operating"),
        CheckConstraint("employees IS NULL OR employees >= 0", name="employees_not_negative"),
        CheckConstraint("members IS NULL OR members >= 0", name="members_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    zone_id: Mapped[int] = mapped_column(reference("zones.id"))
    organisation_id: Mapped[int | None] = mapped_column(
        reference("organisations.id"), index=True
    )  # its union or preparatory group
    credit_code: Mapped[str]
    name: Mapped[str]
    industry: Mapped[str] = mapped_column(default="")
    ownership: Mapped[str] = mapped_column(default="")  # 企业性质
    legal_representative: Mapped[str] = mapped_column(default="")
    hr_head: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    settled_on: Mapped[date | None]  # 进驻日期
    opened_on: Mapped[date | None]  # 开业日期
    operating: Mapped[bool] = mapped_column(default=True)  # 在营
    contact: Mapped[str] = mapped_column(default="")  # 联系人（工会）
    first_visit_on: Mapped[date | None]
    stage: Mapped[str] = mapped_column(default="settled")  # settled, served, founded, standardised
    employees: Mapped[int | None]
    women: Mapped[int | None]
    migrant_workers: Mapped[int | None]
    dispatched_workers: Mapped[int | None]
    members: Mapped[int | None]
    women_members: Mapped[int | None]
    data_on: Mapped[date | None]  # the day the counts are true for
    union_form: Mapped[str] = mapped_column(default="")  # single, joint, organiser
    union_approval: Mapped[str] = mapped_column(default="")  # 建会批复文号
    union_approved_on: Mapped[date | None]
    chair: Mapped[str] = mapped_column(default="")
    chair_phone: Mapped[str] = mapped_column(default="")
    term_years: Mapped[int | None]
    term_ends_on: Mapped[date | None]
    audit_body: Mapped[str] = mapped_column(default="")
    women_body: Mapped[str] = mapped_column(default="")
    wage_total: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))  # 月工资总额, yuan
    remark: Mapped[str] = mapped_column(default="")


class LedgerImport(Base):
    """A workbook that was read: what it would change, and, once confirmed, what it changed."""

    __tablename__ = "ledger_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    zone_id: Mapped[int] = mapped_column(reference("zones.id"), index=True)
    filename: Mapped[str]
    sha256: Mapped[str]
    ledger_version: Mapped[int]  # the zone's version when the preview was made
    preview: Mapped[bytes]  # compressed JSON
    counts: Mapped[dict[str, Any]]  # {"new": n, "changed": n, "unchanged": n, "refused": n}
    uploaded_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    uploaded_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(reference("people.id"))
    outcome: Mapped[dict[str, Any] | None]

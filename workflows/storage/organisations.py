"""Who exists and who may act: organisations, the people in them, their posts, and the authorities over a zone.

Rows with `valid_from` and `valid_to` are dated (both days included, `valid_to` empty = until further notice) and are
ended, never overwritten, so that a question about last year gets last year's answer.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.storage.base import Base, reference


class OrganisationKind(StrEnum):
    """What an organisation is. The values stand in workbooks and in `procedure.toml`."""

    PROVINCIAL_UNION = "provincial_union"
    CITY_UNION = "city_union"
    COUNTY_UNION = "county_union"
    ZONE_OFFICE = "zone_office"  # 产业集聚区工会办公室或筹备组: the applicant of a zone
    ZONE_UNION = "zone_union"  # what zone_union registers: 总工会, 工会工作委员会 or 工会联合会
    PARTY_COMMITTEE = "party_committee"
    STAFFING_AUTHORITY = "staffing_authority"
    ENTERPRISE = "enterprise"  # 企业工会筹备组或企业工会: the applicant of an enterprise
    ENTERPRISE_UNION = "enterprise_union"
    FEDERATION = "federation"  # 行业性工会联合会


class Role(StrEnum):
    """What a person does in an organisation."""

    SECRETARY = "secretary"  # 干事
    CLERK = "clerk"  # 经办人
    LEADER = "leader"  # 负责人
    COUNTER = "counter"  # 计票人: enters the count of an election
    SCRUTINEER = "scrutineer"  # 监票人: confirms it
    MANAGER = "manager"  # 分管领导: sees what lies under the own organisation
    ADMINISTRATOR = "administrator"  # 管理员


class Organisation(Base):
    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(reference("organisations.id"), index=True)  # the union tree
    paper_prefix: Mapped[str] = mapped_column(default="")  # 机关代字, e.g. 郑工发
    has_accounts: Mapped[bool] = mapped_column(default=True)  # False: 线下单位, answers on paper
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    parent: Mapped[Organisation | None] = relationship(remote_side=[id])


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")


class Post(Base):
    """A person in an organisation with a role."""

    __tablename__ = "posts"
    __table_args__ = (Index(None, "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(reference("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    role: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Authority(Base):
    """Which body has which competence over an organisation: the Party work committee and the staffing authority of a zone.

    `kind` is a relation of `procedure.toml`: "party_committee", "staffing_authority", and the two staffing authorities
    above it. The superior union is not a row here: it is the parent in the union tree. "registration_authority" is one
    only where it is not the nearest general union above (workflows.organisations.lanes).
    """

    __tablename__ = "authorities"
    __table_args__ = (Index(None, "organisation_id", "kind"), Index(None, "authority_id", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(reference("organisations.id"))
    kind: Mapped[str]
    authority_id: Mapped[int] = mapped_column(reference("organisations.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Proxy(Base):
    """代理: for a time, somebody may act in another person's posts as well; either of the two may.

    `procedures` are keys; empty means every procedure. Ended by `ended_at`, never deleted.
    """

    __tablename__ = "proxies"
    __table_args__ = (Index(None, "proxy_id", "valid_to"), Index(None, "principal_id", "valid_to"))

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(reference("people.id"))  # 委托人: whose posts they are
    proxy_id: Mapped[int] = mapped_column(reference("people.id"))  # 代理人: who acts in them
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    procedures: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(reference("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(reference("people.id"))

    principal: Mapped[Person] = relationship(foreign_keys=[principal_id])
    proxy: Mapped[Person] = relationship(foreign_keys=[proxy_id])


class Account(Base):
    """How a person signs in. `session_key` is part of every session; changing it ends all of them."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(reference("people.id"), unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    session_key: Mapped[str]
    locale: Mapped[str] = mapped_column(default="")
    last_seen_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Parameter(Base):
    """What an office set differently from the rule set, with its reason. Dated; the newest valid row counts."""

    __tablename__ = "parameters"
    __table_args__ = (UniqueConstraint("name", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    value: Mapped[dict[str, Any]]  # {"value": …}
    source: Mapped[str]
    confidence: Mapped[str]
    valid_from: Mapped[date]
    set_by_id: Mapped[int | None] = mapped_column(reference("people.id"))


class CalendarDay(Base):
    """A day off or a make-up working day that an administrator loaded from the State Council's notice."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]
    source: Mapped[str]

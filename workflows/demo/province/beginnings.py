"""Which case somebody begins next, and for whom."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.demo.province.world import World
from workflows.law.zone_forms import ZoneForm
from workflows.storage.cases import Case
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.unions import Term


@dataclass(frozen=True, slots=True)
class Wish:
    """A procedure, and the organisation that wants it."""

    procedure: str
    applicant_id: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """How often a procedure is begun, by whom, and whether it makes sense for one of them now."""

    procedure: str
    weight: int
    applicants: str
    sensible: Callable[[Session, World, int, random.Random, date], bool]


def wish(session: Session, world: World, dice: random.Random, today: date) -> Wish | None:
    """A procedure that makes sense for somebody; None when the first thought led nowhere."""
    kind = dice.choices(_KINDS, [kind.weight for kind in _KINDS])[0]
    applicant_id = dice.choice(world.applicants[kind.applicants])
    return Wish(kind.procedure, applicant_id) if kind.sensible(session, world, applicant_id, dice, today) else None


def _zone(session: Session, world: World, applicant_id: int) -> Zone:
    return session.get_one(Zone, world.zones[applicant_id])


def _begun(session: Session, procedure: str, applicant_id: int) -> int:
    """How many cases of a procedure the applicant has begun."""
    query = select(func.count()).where(Case.procedure == procedure, Case.applicant_id == applicant_id)
    return session.scalar(query) or 0


def _wants_a_union(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    form = _zone(session, world, applicant_id).form
    return form is None or (form == ZoneForm.WORK_COMMITTEE and dice.random() < 0.15)


def _has_a_union(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    return _zone(session, world, applicant_id).form is not None


def _has_an_elected_union(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    return _zone(session, world, applicant_id).form in (ZoneForm.GENERAL_UNION, ZoneForm.FEDERATION)


def _may_register(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    return _has_a_union(session, world, applicant_id, dice, today) and _begun(session, "legal_person", applicant_id) < 3


def _may_register_an_enterprise(
    session: Session, world: World, applicant_id: int, dice: random.Random, today: date
) -> bool:
    return _begun(session, "legal_person", applicant_id) < 2


def _has_no_union_yet(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    stage = session.scalar(select(Enterprise.stage).where(Enterprise.organisation_id == applicant_id))
    return stage in ("settled", "served") and _begun(session, "enterprise_union", applicant_id) < 2


def _may_federate(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    zone_id = world.zones[applicant_id]
    return _begun(session, "industry_federation", applicant_id) < 2 and bool(industry_of(session, zone_id))


def _has_a_term(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    running = select(Term.id).where(Term.organisation_id == applicant_id, Term.ended_on.is_(None)).limit(1)
    return session.scalar(running) is not None and _begun(session, "term_changes", applicant_id) < 3


def _elects_anew(session: Session, world: World, applicant_id: int, dice: random.Random, today: date) -> bool:
    """The term ends within the months in which a new committee may be elected (R-332)."""
    ends = session.scalar(select(Term.ends_on).where(Term.organisation_id == applicant_id, Term.ended_on.is_(None)))
    return ends is not None and timedelta(days=-20) < ends - today < timedelta(days=150)


def industry_of(session: Session, zone_id: int) -> tuple[str, ...]:
    """The industries of a zone in which three enterprises or more have a union, the strongest first."""
    number = func.count()
    return tuple(
        session.scalars(
            select(Enterprise.industry)
            .where(
                Enterprise.zone_id == zone_id,
                Enterprise.operating,
                Enterprise.stage.in_(("founded", "standardised")),
                Enterprise.union_form.in_(("single", "joint")),
                Enterprise.members > 0,
            )
            .group_by(Enterprise.industry)
            .having(number >= 3)
            .order_by(number.desc(), Enterprise.industry)
        )
    )


_KINDS = (
    _Kind("zone_union", 26, "zone", _wants_a_union),
    _Kind("chair_consent", 19, "zone", _has_a_union),
    _Kind("cadre_staffing", 19, "zone", _has_an_elected_union),
    _Kind("legal_person", 8, "zone", _may_register),
    _Kind("legal_person", 6, "union", _may_register_an_enterprise),
    _Kind("enterprise_union", 24, "group", _has_no_union_yet),
    _Kind("industry_federation", 2, "zone", _may_federate),
    _Kind("term_changes", 6, "union", _has_a_term),
    _Kind("election", 2, "union", _elects_anew),
)

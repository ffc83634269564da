"""What the pages of the ledger show, as far as the actor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from workflows import access, settings
from workflows.access import Permission
from workflows.errors import NotFound
from workflows.law.finding import Finding
from workflows.law.founding import founding_due, union_form
from workflows.law.rule_sets import CURRENT
from workflows.ledger import zones as zone_facts
from workflows.ledger.columns import STAGES
from workflows.ledger.enterprises import WITH_UNION
from workflows.ledger.zones import Counts
from workflows.organisations.actors import Actor, valid
from workflows.storage.cases import Case
from workflows.storage.ledger import Enterprise, LedgerImport, Zone
from workflows.storage.organisations import Account, Person, Post
from workflows.text import Text

PAGE_SIZE = 25
_NOT_FOUND = Text("没有找到，或您无权查看。", "Not found, or not yours to see.")


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone with its counts and what the law says of them."""

    zone: Zone
    counts: Counts
    finding: Finding


@dataclass(frozen=True, slots=True)
class Stage:
    """How many enterprises in operation are at a stage, and how many have come at least so far."""

    stage: str
    here: int
    reached: int
    total: int

    @property
    def percent(self) -> int:
        """Of all, rounded down: nothing looks reached that is not."""
        return self.reached * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a zone's enterprises is shown."""

    search: str = ""
    stage: str = ""
    operating: str = ""  # "", "yes", "no"
    page: int = 1


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    rows: tuple[Enterprise, ...]
    total: int
    page: int
    pages: int


def zones(session: Session, actor: Actor, on: date) -> list[ZoneRow]:
    """Every zone the actor may see, by code."""
    found = session.scalars(select(Zone).options(joinedload(Zone.office), joinedload(Zone.union)).order_by(Zone.code))
    return [
        _row(session, zone, on) for zone in found if access.allowed(session, actor, Permission.VIEW_LEDGER, zone, on)
    ]


def zone(session: Session, actor: Actor, zone_id: int, on: date) -> ZoneRow:
    """One zone. Raises `NotFound` for one the actor may not see."""
    found = session.get(Zone, zone_id, options=[joinedload(Zone.office), joinedload(Zone.union)])
    if found is None:
        raise NotFound(_NOT_FOUND)
    access.require(session, actor, Permission.VIEW_LEDGER, found, on)
    return _row(session, found, on)


def funnel(session: Session, zone_id: int) -> tuple[Stage, ...]:
    """进驻 → 服务 → 建会 → 规范, over the enterprises in operation."""
    found = dict(
        session.execute(
            select(Enterprise.stage, func.count())
            .where(Enterprise.zone_id == zone_id, Enterprise.operating.is_(True))
            .group_by(Enterprise.stage)
        )
        .tuples()
        .all()
    )
    names = [str(choice.value) for choice in STAGES]
    total = sum(found.values())
    return tuple(
        Stage(name, found.get(name, 0), sum(found.get(later, 0) for later in names[number:]), total)
        for number, name in enumerate(names)
    )


def enterprises(session: Session, zone_id: int, wanted: Filter) -> EnterprisePage:
    """The enterprises of a zone that pass the filter, in the order they were entered."""
    conditions = [Enterprise.zone_id == zone_id, *_conditions(wanted)]
    total = session.scalar(select(func.count()).select_from(Enterprise).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(wanted.page, 1), pages)
    rows = session.scalars(
        select(Enterprise).where(*conditions).order_by(Enterprise.id).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    )
    return EnterprisePage(tuple(rows), total, page, pages)


def enterprise(session: Session, zone_id: int, enterprise_id: int) -> Enterprise:
    """One enterprise of a zone. Raises `NotFound`."""
    found = session.get(Enterprise, enterprise_id)
    if found is None or found.zone_id != zone_id:
        raise NotFound(_NOT_FOUND)
    return found


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with a post in the organisation of an enterprise; ``account``: whether they can sign in."""

    name: str
    role: str
    account: bool


def duties(session: Session, enterprise: Enterprise, on: date) -> tuple[Finding, ...]:
    """What the law says of founding a union here: which one (D-02) and by when (R-108), as far as the ledger knows."""
    known = settings.load(session)
    parameters = known.rules(CURRENT, on).parameters
    found: list[Finding] = []
    if enterprise.members is not None and enterprise.employees is not None:
        found.append(union_form(enterprise.members, enterprise.employees, parameters))
    if enterprise.opened_on is not None and enterprise.opened_on <= on and enterprise.operating:
        founded = enterprise.stage in WITH_UNION
        found.append(founding_due(enterprise.opened_on, on, parameters, known.calendar, founded=founded).finding)
    return tuple(found)


def people_of(session: Session, enterprise: Enterprise, on: date) -> tuple[PersonRow, ...]:
    """Who has a post in the enterprise's organisation; nobody while it has none."""
    rows = session.execute(
        select(Person.name, Post.role, Account.id)
        .join(Post, Post.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Post.organisation_id == enterprise.organisation_id, valid(Post, on))
        .order_by(Post.id)
    )
    return tuple(PersonRow(name, role, account is not None) for name, role, account in rows)


def cases_of(session: Session, enterprise: Enterprise) -> tuple[Case, ...]:
    """The cases about an enterprise, newest first."""
    return tuple(
        session.scalars(
            select(Case)
            .where(Case.subject_kind == "enterprise", Case.subject_id == enterprise.id)
            .order_by(Case.id.desc())
            .limit(10)
        )
    )


def imports(session: Session, zone_id: int, limit: int = 10) -> tuple[LedgerImport, ...]:
    """The newest imports of a zone that were confirmed."""
    query = (
        select(LedgerImport)
        .where(LedgerImport.zone_id == zone_id, LedgerImport.applied_at.is_not(None))
        .order_by(LedgerImport.applied_at.desc())
        .limit(limit)
    )
    return tuple(session.scalars(query))


def _row(session: Session, zone: Zone, on: date) -> ZoneRow:
    rules = settings.load(session).rules(CURRENT, on)
    return ZoneRow(zone, zone_facts.counts(session, zone.id), zone_facts.zone_form_finding(session, zone.id, on, rules))


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            Enterprise.name.contains(word, autoescape=True),
            Enterprise.credit_code.contains(word.upper(), autoescape=True),
            Enterprise.industry.contains(word, autoescape=True),
        )
        for word in wanted.search.split()[:8]
    ]
    if wanted.stage:
        conditions.append(Enterprise.stage == wanted.stage)
    if wanted.operating:
        conditions.append(Enterprise.operating.is_(wanted.operating == "yes"))
    return conditions

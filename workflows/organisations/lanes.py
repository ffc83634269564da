"""From a lane to the organisation and the people behind it, at the moment somebody asks.

A task carries a relation, a role and the applicant the relation starts from. Nothing is fixed when a task opens: when a
zone moves under another union, or a post changes hands, open tasks follow at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from workflows.organisations.actors import Actor, Seat, valid
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Person, Post

APPLICANT = "applicant"
SUPERIOR_UNION = "superior_union"
HIGHER_STAFFING = ("city_staffing_authority", "provincial_staffing_authority")
AUTHORITIES = ("party_committee", "staffing_authority", *HIGHER_STAFFING)
REGISTRATION_AUTHORITY = "registration_authority"
RELATIONS = (APPLICANT, SUPERIOR_UNION, *AUTHORITIES, REGISTRATION_AUTHORITY)
GENERAL_UNIONS = (OrganisationKind.COUNTY_UNION, OrganisationKind.CITY_UNION, OrganisationKind.PROVINCIAL_UNION)
_HIGHEST = 9  # levels of the union tree


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may act in a lane."""

    person_id: int
    name: str
    organisation_id: int
    organisation: str
    title: str
    name_en: str


def acting_organisation(session: Session, relation: str, applicant_id: int, on: date) -> Organisation | None:
    """The organisation a relation points to for an applicant on a day; None when nobody was named."""
    return acting_organisations(session, applicant_id, on).get(relation)


def acting_organisations(session: Session, applicant_id: int, on: date) -> dict[str, Organisation]:
    """Every relation of an applicant on a day, in one question. When two rows overlap, the newer one counts."""
    rows = session.execute(_acting(), {"applicant": applicant_id, "day": on})
    return {relation: organisation for relation, organisation in rows}  # noqa: C416 - rows are no plain tuples


@cache
def _acting() -> Select[str, Organisation]:
    """The question behind `acting_organisations`; put together once, because it is asked at every action."""
    applicant = Organisation.__table__.alias("applicant")
    wanted, on = bindparam("applicant", type_=Integer), bindparam("day", type_=Date)
    forever = literal(date.min, Date)
    pointers = union_all(
        select(literal(APPLICANT).label("relation"), applicant.c.id.label("to"), forever.label("since")).where(
            applicant.c.id == wanted
        ),
        select(literal(SUPERIOR_UNION), applicant.c.parent_id, forever).where(applicant.c.id == wanted),
        select(literal(REGISTRATION_AUTHORITY), _registering(wanted), forever),
        select(Authority.kind, Authority.authority_id, Authority.valid_from).where(
            Authority.organisation_id == wanted, valid(Authority, on)
        ),
    ).subquery()
    return (
        select(pointers.c.relation, Organisation)
        .join(Organisation, Organisation.id == pointers.c.to)
        .where(valid(Organisation, on))
        .order_by(pointers.c.since)
    )


def _registering(applicant_id: BindParameter[int]) -> ScalarSelect[int]:
    """C-09, R-503: the nearest general union of county level or above; the superior union, when it is one.

    An authority that is named for the applicant takes its place.
    """
    above = Organisation.__table__.alias("above")
    first = select(above.c.parent_id.label("id"), literal(1).label("height")).where(above.c.id == applicant_id)
    line = first.cte("registering", recursive=True)
    further = select(above.c.parent_id, line.c.height + 1).where(
        above.c.id == line.c.id, above.c.kind.not_in(GENERAL_UNIONS), line.c.height < _HIGHEST
    )
    line = line.union_all(further)
    found = select(line.c.id).where(above.c.id == line.c.id, above.c.kind.in_(GENERAL_UNIONS))
    return found.order_by(line.c.height).limit(1).scalar_subquery()


def holders(session: Session, relation: str, role: str, applicant_id: int, on: date) -> tuple[Holder, ...]:
    """The people who may act in a lane on a day, by name."""
    organisation = acting_organisation(session, relation, applicant_id, on)
    return () if organisation is None else people_in(session, organisation, role, on)


def people_in(session: Session, organisation: Organisation, role: str, on: date) -> tuple[Holder, ...]:
    """Who holds a role in an organisation on a day."""
    rows = session.execute(
        select(Person, Post)
        .join(Post, Post.person_id == Person.id)
        .where(Post.organisation_id == organisation.id, Post.role == role, valid(Post, on))
        .order_by(Person.name, Person.id)
    )
    return tuple(
        Holder(person.id, person.name, organisation.id, organisation.name, post.title, person.name_en or person.name)
        for person, post in rows
    )


def within_reach(
    seats: Iterable[Seat],
    on: date,
    *,
    relation: SQLColumnExpression[str],
    role: SQLColumnExpression[str],
    applicant_id: SQLColumnExpression[int],
) -> tuple[ColumnElement[bool], ...]:
    """The lanes that posts stand in on a day, for a question over all tasks: one condition for each lane.

    Each names relation, role and applicants, so that an index over the three is searched and never walked through.
    """

    seats = tuple(seats)

    def seen_from(organisation_id: int, held: str) -> Iterator[ColumnElement[bool]]:
        below = select(Organisation.id).where(Organisation.parent_id == organisation_id, valid(Organisation, on))
        yield and_(relation == APPLICANT, role == held, applicant_id == organisation_id)
        yield and_(relation == SUPERIOR_UNION, role == held, applicant_id.in_(below))
        for kind in AUTHORITIES:
            if kind in HIGHER_STAFFING and kind_of[organisation_id] != OrganisationKind.STAFFING_AUTHORITY:
                continue
            charges = select(Authority.organisation_id).where(
                Authority.authority_id == organisation_id, Authority.kind == kind, valid(Authority, on)
            )
            yield and_(relation == kind, role == held, applicant_id.in_(charges))
        if kind_of[organisation_id] in GENERAL_UNIONS:
            registered = _registered_with(organisation_id, on)
            yield and_(relation == REGISTRATION_AUTHORITY, role == held, applicant_id.in_(registered))

    kind_of = {seat.organisation_id: seat.kind for seat in seats}
    posts = sorted({(seat.organisation_id, seat.role) for seat in seats})
    return tuple(lane for post in posts for lane in seen_from(*post))


def _registered_with(organisation_id: int, on: date) -> CompoundSelect[int]:
    """Who has this general union as registration authority: `_registering`, seen from above."""
    line = select(Organisation.id, Organisation.kind).where(Organisation.parent_id == organisation_id)
    below, further = line.cte(recursive=True), aliased(Organisation)
    below = below.union_all(
        select(further.id, further.kind).where(further.parent_id == below.c.id, below.c.kind.not_in(GENERAL_UNIONS))
    )
    named = select(Authority.organisation_id).where(Authority.kind == REGISTRATION_AUTHORITY, valid(Authority, on))
    return union(
        select(below.c.id).where(below.c.id.not_in(named)), named.where(Authority.authority_id == organisation_id)
    )


def is_on_paper(relation: str, applicant_id: int, on: date) -> ColumnElement[bool]:
    """The condition that the authority in this relation to an applicant has no accounts here."""
    return exists().where(
        Authority.organisation_id == applicant_id,
        Authority.kind == relation,
        valid(Authority, on),
        Organisation.id == Authority.authority_id,
        Organisation.has_accounts.is_(False),
    )


def stands_in(
    session: Session, actor: Actor, relation: str, roles: Iterable[str], applicant_id: int, on: date
) -> int | None:
    """The organisation for which the actor may act in this relation, or None."""
    organisation = acting_organisation(session, relation, applicant_id, on)
    return organisation.id if organisation is not None and actor.holds(organisation.id, *roles) else None

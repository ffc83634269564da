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
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from workflows.organisations.actors import Actor, valid
from workflows.storage.organisations import Authority, Organisation, Person, Post

APPLICANT = "applicant"
SUPERIOR_UNION = "superior_union"
AUTHORITIES = ("party_committee", "staffing_authority")
RELATIONS = (APPLICANT, SUPERIOR_UNION, *AUTHORITIES)


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
    actor: Actor,
    on: date,
    *,
    relation: SQLColumnExpression[str],
    role: SQLColumnExpression[str],
    applicant_id: SQLColumnExpression[int],
) -> tuple[ColumnElement[bool], ...]:
    """The lanes the actor stands in on a day, for a question over all tasks: one condition for each lane.

    Each names relation, role and applicants, so that an index over the three is searched and never walked through.
    """

    def seen_from(organisation_id: int, held: str) -> Iterator[ColumnElement[bool]]:
        below = select(Organisation.id).where(Organisation.parent_id == organisation_id, valid(Organisation, on))
        yield and_(relation == APPLICANT, role == held, applicant_id == organisation_id)
        yield and_(relation == SUPERIOR_UNION, role == held, applicant_id.in_(below))
        for kind in AUTHORITIES:
            charges = select(Authority.organisation_id).where(
                Authority.authority_id == organisation_id, Authority.kind == kind, valid(Authority, on)
            )
            yield and_(relation == kind, role == held, applicant_id.in_(charges))

    posts = sorted({(seat.organisation_id, seat.role) for seat in actor.seats})
    return tuple(lane for post in posts for lane in seen_from(*post))


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

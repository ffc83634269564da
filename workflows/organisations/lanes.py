"""From a lane to the organisation and the people behind it, at the moment somebody asks.

A task carries a relation, a role and the applicant the relation starts from. Nothing is fixed when a task opens: when a
zone moves under another union, or a post changes hands, open tasks follow at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import CompoundSelect, Date, Integer, Select, bindparam, literal, select, union_all
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


@dataclass(frozen=True, slots=True)
class Reach:
    """The actor's role counts in this relation for these applicants."""

    relation: str
    role: str
    applicant_ids: frozenset[int]


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
        Holder(person.id, person.name, organisation.id, organisation.name, post.title) for person, post in rows
    )


def reach(session: Session, actor: Actor, on: date) -> tuple[Reach, ...]:
    """Everywhere the actor's roles count, for a question over all tasks: one query, whatever the number of cases."""
    if not actor.seats:
        return ()
    own = actor.organisation_ids
    children = select(Organisation.parent_id, Organisation.id, literal(SUPERIOR_UNION)).where(
        Organisation.parent_id.in_(own), valid(Organisation, on)
    )
    charges = select(Authority.authority_id, Authority.organisation_id, Authority.kind).where(
        Authority.authority_id.in_(own), valid(Authority, on)
    )
    question: CompoundSelect[int, int, str] = union_all(children, charges)
    below = session.execute(question).all()
    found: dict[tuple[str, str], set[int]] = {}
    for seat in actor.seats:
        found.setdefault((APPLICANT, seat.role), set()).add(seat.organisation_id)
        for mine, theirs, relation in below:
            if mine == seat.organisation_id:
                found.setdefault((relation, seat.role), set()).add(theirs)
    return tuple(Reach(relation, role, frozenset(ids)) for (relation, role), ids in sorted(found.items()))

"""Who acts: a person with the posts held on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    cast,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from workflows.errors import NotFound
from workflows.storage.base import Json
from workflows.storage.organisations import Authority, Organisation, Person, Post, Proxy, Role
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as its holder sees it."""

    post_id: int
    organisation_id: int
    organisation: str
    organisation_en: str
    kind: str
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class ProxySeat:
    """A post of somebody else in which the actor may act today 代理, in some procedures or, with none named, in all."""

    seat: Seat
    principal_id: int
    principal: str
    procedures: frozenset[str]

    def covers(self, procedure: str) -> bool:
        return not self.procedures or procedure in self.procedures


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in the posts held today; without posts a person may do nothing.

    `proxied` are posts of others. They count for doing tasks and for seeing their cases, and for nothing else: nobody
    applies, manages, administers or counts votes by proxy, and a proxy has no proxy.
    """

    person_id: int
    name: str
    name_en: str
    seats: tuple[Seat, ...]
    proxied: tuple[ProxySeat, ...] = ()

    def holds(self, organisation_id: int, *roles: str) -> bool:
        """Whether the actor has one of the roles in the organisation; without roles, any."""
        return any(s.organisation_id == organisation_id and (not roles or s.role in roles) for s in self.seats)

    def principal(self, organisation_id: int, role: str, procedure: str) -> int | None:
        """Whose post of this role in the organisation the actor may stand in for, in cases of a procedure."""
        for proxied in self.proxied:
            seat = proxied.seat
            if seat.organisation_id == organisation_id and seat.role == role and proxied.covers(procedure):
                return proxied.principal_id
        return None

    @property
    def organisation_ids(self) -> frozenset[int]:
        return frozenset(seat.organisation_id for seat in self.seats)

    @property
    def is_administrator(self) -> bool:
        return any(seat.role == Role.ADMINISTRATOR for seat in self.seats)

    @property
    def is_manager(self) -> bool:
        return any(seat.role == Role.MANAGER for seat in self.seats)


def valid(table: type[Post | Organisation | Authority], on: date | BindParameter[date]) -> ColumnElement[bool]:
    """The row counts on that day; both ends of its period are included."""
    return (table.valid_from <= on) & or_(table.valid_to.is_(None), table.valid_to >= on)


NOT_BY_PROXY = (Role.COUNTER, Role.SCRUTINEER, Role.MANAGER, Role.ADMINISTRATOR)


def _person_with_seats() -> Select[Any]:
    """A person with the posts of a day, the own ones first and then those of others the person is a proxy for."""
    person, on = bindparam("person", type_=Integer), bindparam("day", type_=Date)
    post = (Post.id, Post.role, Post.title, Post.organisation_id)
    own = select(*post, cast(null(), Integer).label("principal_id"), cast(null(), Json).label("procedures")).where(
        Post.person_id == person, valid(Post, on)
    )
    stood_in_for = (
        select(*post, Proxy.principal_id, Proxy.procedures)
        .join(Proxy, Proxy.principal_id == Post.person_id)
        .where(
            *(Proxy.proxy_id == person, Proxy.valid_from <= on, Proxy.valid_to >= on, Proxy.ended_at.is_(None)),
            *(valid(Post, on), Post.role.not_in(NOT_BY_PROXY)),
        )
    )
    posts, principal = union_all(own, stood_in_for).subquery("held"), aliased(Person)
    organisation = (Organisation.id, Organisation.name, Organisation.name_en, Organisation.kind)
    return (
        select(
            *(Person.name, Person.name_en, posts.c.id, posts.c.role, posts.c.title, *organisation),
            *(posts.c.principal_id, principal.name, posts.c.procedures),
        )
        .select_from(Person)
        .outerjoin(posts, true())
        .outerjoin(Organisation, (Organisation.id == posts.c.organisation_id) & valid(Organisation, on))
        .outerjoin(principal, principal.id == posts.c.principal_id)
        .where(Person.id == person)
        .order_by(posts.c.principal_id.is_not(None), posts.c.id)
    )


_PERSON_WITH_SEATS = _person_with_seats()


def actor_of(session: Session, person_id: int, on: date) -> Actor:
    """The person with the posts of that day, in a stable order. Raises `NotFound`."""
    rows = session.execute(_PERSON_WITH_SEATS, {"person": person_id, "day": on}).all()
    if not rows:
        raise NotFound(Text("没有这个人员。", "There is no such person."))
    name, name_en = rows[0][:2]
    seats: list[Seat] = []
    proxied: list[ProxySeat] = []
    for _, _, post_id, role, title, organisation_id, organisation, organisation_en, kind, *standing in rows:
        if organisation_id is None:
            continue
        seat = Seat(post_id, organisation_id, organisation, organisation_en or organisation, kind, role, title)
        principal_id, principal, procedures = standing
        if principal_id is None:
            seats.append(seat)
        else:
            proxied.append(ProxySeat(seat, principal_id, principal, frozenset(procedures or ())))
    return Actor(person_id, name, name_en or name, tuple(seats), tuple(proxied))

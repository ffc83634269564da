"""Who acts: a person with the posts held on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, or_, select
from sqlalchemy.orm import Session

from workflows.errors import NotFound
from workflows.storage.organisations import Authority, Organisation, Person, Post, Role
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
class Actor:
    """A person acting in the posts held today; without posts a person may do nothing."""

    person_id: int
    name: str
    name_en: str
    seats: tuple[Seat, ...]

    def holds(self, organisation_id: int, *roles: str) -> bool:
        """Whether the actor has one of the roles in the organisation; without roles, any."""
        return any(s.organisation_id == organisation_id and (not roles or s.role in roles) for s in self.seats)

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


_ON = bindparam("day", type_=Date)
_ORGANISATION = (Organisation.id, Organisation.name, Organisation.name_en, Organisation.kind)
_PERSON_WITH_SEATS = (
    select(Person.name, Person.name_en, Post.id, Post.role, Post.title, *_ORGANISATION)
    .outerjoin(Post, (Post.person_id == Person.id) & valid(Post, _ON))
    .outerjoin(Organisation, (Organisation.id == Post.organisation_id) & valid(Organisation, _ON))
    .where(Person.id == bindparam("person"))
    .order_by(Post.id)
)


def actor_of(session: Session, person_id: int, on: date) -> Actor:
    """The person with the posts of that day, in a stable order. Raises `NotFound`."""
    rows = session.execute(_PERSON_WITH_SEATS, {"person": person_id, "day": on}).all()
    if not rows:
        raise NotFound(Text("没有这个人员。", "There is no such person."))
    name, name_en = rows[0][:2]
    seats = tuple(
        Seat(post_id, organisation_id, organisation, organisation_en or organisation, kind, role, title)
        for _, _, post_id, role, title, organisation_id, organisation, organisation_en, kind in rows
        if organisation_id is not None
    )
    return Actor(person_id, name, name_en or name, seats)

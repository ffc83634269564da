"""Who stands where around many applicants on a day, in two questions: for lists, where `lanes` asks for one applicant.

The answers are those of `workflows.organisations.lanes`; a test compares them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from workflows.organisations.actors import valid
from workflows.organisations.lanes import APPLICANT, GENERAL_UNIONS, REGISTRATION_AUTHORITY, SUPERIOR_UNION, Holder
from workflows.storage.organisations import Authority, Organisation, Person, Post

_HIGHEST = 9  # levels of the union tree
_NARROW = (
    *(Organisation.id, Organisation.name, Organisation.name_en, Organisation.kind, Organisation.parent_id),
    *(Organisation.has_accounts, Organisation.valid_from, Organisation.valid_to),
)


class Body(NamedTuple):
    """An organisation, as far as lists need it."""

    id: int
    name: str
    name_en: str
    kind: str
    parent_id: int | None
    has_accounts: bool
    valid_from: date
    valid_to: date | None

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


@dataclass(slots=True)
class Directory:
    """The applicants, what lies above them in the union tree, and their authorities, on a day."""

    on: date
    bodies: dict[int, Body]
    authorities: Mapping[int, tuple[tuple[str, int], ...]]  # by applicant, the one that counts last
    _acting: dict[int, dict[str, Body]] = field(default_factory=dict)

    def acting(self, applicant_id: int) -> dict[str, Body]:
        """Every relation of an applicant, as `lanes.acting_organisations` has it."""
        if applicant_id not in self._acting:
            self._acting[applicant_id] = self._look_up(applicant_id)
        return self._acting[applicant_id]

    def above(self, body_id: int) -> Iterable[int]:
        """The organisation itself and those above it, as far as they are known here, the nearest first."""
        here: int | None = body_id
        for _ in range(_HIGHEST + 1):
            body = self.bodies.get(here) if here is not None else None
            if body is None:
                return
            yield body.id
            here = body.parent_id

    def _look_up(self, applicant_id: int) -> dict[str, Body]:
        applicant = self.bodies.get(applicant_id)
        if applicant is None:
            return {}
        pointers: dict[str, int | None] = {
            APPLICANT: applicant.id,
            SUPERIOR_UNION: applicant.parent_id,
            REGISTRATION_AUTHORITY: self._registering(applicant),
        }
        found = {relation: self.bodies.get(to) for relation, to in pointers.items() if to is not None}
        found |= {kind: self.bodies.get(to) for kind, to in self.authorities.get(applicant_id, ())}
        return {relation: body for relation, body in found.items() if body is not None and body.is_valid(self.on)}

    def _registering(self, applicant: Body) -> int | None:
        """C-09, R-503: the nearest general union above."""
        above = (self.bodies[each] for each in self.above(applicant.id) if each != applicant.id)
        return next((body.id for body in above if body.kind in GENERAL_UNIONS), None)


def directory(session: Session, applicants: Collection[int] | Select[Any], on: date) -> Directory:
    """The directory around these applicants: their ids, or a question that answers them."""
    wanted = applicants if isinstance(applicants, Select) else set(applicants)
    line = (
        select(Organisation.id, Organisation.parent_id).where(Organisation.id.in_(wanted)).cte("line", recursive=True)
    )
    above = Organisation.__table__.alias("above")
    line = line.union(select(above.c.id, above.c.parent_id).where(above.c.id == line.c.parent_id))
    bodies = {
        row.id: Body(*row) for row in session.execute(select(*_NARROW).where(Organisation.id.in_(select(line.c.id))))
    }
    authorities: dict[int, list[tuple[str, int]]] = {}
    rows = session.execute(
        select(Authority.organisation_id, Authority.kind, *_NARROW)
        .join(Organisation, Organisation.id == Authority.authority_id)
        .where(Authority.organisation_id.in_(wanted), valid(Authority, on), valid(Organisation, on))
        .order_by(Authority.valid_from, Authority.id)
    )
    for applicant_id, kind, *body in rows:
        authority = Body(*body)
        bodies.setdefault(authority.id, authority)
        authorities.setdefault(applicant_id, []).append((kind, authority.id))
    return Directory(on, bodies, {applicant: tuple(found) for applicant, found in authorities.items()})


def holders_of(
    session: Session, posts: Iterable[tuple[int, str]], known: Directory
) -> dict[tuple[int, str], tuple[Holder, ...]]:
    """Who holds these roles in these organisations (id, role), by name; one question for all."""
    wanted = sorted(set(posts))
    if not wanted:
        return {}
    rows = session.execute(
        select(Post.organisation_id, Post.role, Post.title, Person.id, Person.name, Person.name_en)
        .join(Person, Person.id == Post.person_id)
        .where(tuple_(Post.organisation_id, Post.role).in_(wanted), valid(Post, known.on))
        .order_by(Person.name, Person.id)
    )
    found: dict[tuple[int, str], list[Holder]] = {}
    for organisation_id, role, title, person_id, name, name_en in rows:
        holder = Holder(person_id, name, organisation_id, known.bodies[organisation_id].name, title, name_en or name)
        found.setdefault((organisation_id, role), []).append(holder)
    return {post: tuple(people) for post, people in found.items()}


__all__ = ["Body", "Directory", "directory", "holders_of"]

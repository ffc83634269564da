"""What the pages of the administration show. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflows.calendar import Calendar, Day, DayKind
from workflows.law.rule_sets import CURRENT, Parameter, rule_set
from workflows.organisations.actors import valid
from workflows.storage.events import Event
from workflows.storage.ledger import Zone
from workflows.storage.organisations import (
    Account,
    Authority,
    CalendarDay,
    Organisation,
    Person,
    Post,
)
from workflows.storage.organisations import Parameter as ParameterRow

PAGE_SIZE = 50


@dataclass(slots=True)
class Branch:
    """An organisation with what hangs on it."""

    organisation: Organisation
    depth: int
    posts: list[Post] = field(default_factory=list)
    zone: Zone | None = None
    serves: list[Organisation] = field(default_factory=list)  # over whom it has a competence


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person with the posts of the day and the account, if any."""

    person: Person
    posts: tuple[Post, ...]
    account: Account | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter of the current rule set with what the office chose, newest first."""

    parameter: Parameter
    default: Any
    chosen: tuple[ParameterRow, ...]


@dataclass(frozen=True, slots=True)
class YearView:
    """The days of a year that are off or made up, as they count, and which of them were loaded."""

    year: int
    provisional: bool
    days: tuple[Day, ...]
    loaded: dict[date, CalendarDay]


def tree(session: Session, on: date) -> tuple[list[Branch], list[Branch]]:
    """The union tree from its roots down, and the authorities beside it."""
    organisations = session.scalars(
        select(Organisation).where(valid(Organisation, on)).order_by(Organisation.parent_id, Organisation.id)
    ).all()
    branches = {o.id: Branch(o, 0) for o in organisations}
    for post in session.scalars(select(Post).where(valid(Post, on)).order_by(Post.id)):
        if post.organisation_id in branches:
            branches[post.organisation_id].posts.append(post)
    for zone in session.scalars(select(Zone)):
        for held in (zone.office_id, zone.union_id):
            if held in branches:
                branches[held].zone = zone
    for authority in session.scalars(select(Authority).where(valid(Authority, on))):
        if authority.authority_id in branches and authority.organisation_id in branches:
            branches[authority.authority_id].serves.append(branches[authority.organisation_id].organisation)
    unions = [b for b in branches.values() if not b.serves and b.organisation.kind not in _AUTHORITIES]
    return _in_order(unions), [b for b in branches.values() if b not in unions]


_AUTHORITIES = ("party_committee", "staffing_authority")


def people(session: Session, on: date, *, search: str, page: int) -> PeoplePage:
    """People by name, with posts and account; `search` looks into names, codes and user names."""
    query = select(Person, Account).outerjoin(Account, Account.person_id == Person.id)
    for word in search.split()[:8]:
        columns = (Person.name, Person.name_en, Person.code, Account.username)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = session.execute(query.order_by(Person.id).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all()
    posts = _posts(session, on, (person.id for person, _ in found))
    rows = tuple(PersonRow(person, tuple(posts.get(person.id, ())), account) for person, account in found)
    return PeoplePage(rows, total, page, pages)


def person(session: Session, person_id: int) -> tuple[PersonRow, tuple[Post, ...]] | None:
    """One person, with all posts there ever were, newest first."""
    found = session.get(Person, person_id)
    if found is None:
        return None
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    posts = tuple(session.scalars(select(Post).where(Post.person_id == person_id).order_by(Post.id.desc())))
    return PersonRow(found, posts, account), posts


def organisations(session: Session, on: date) -> list[Organisation]:
    """Every organisation that exists on a day, for choosing one."""
    return list(session.scalars(select(Organisation).where(valid(Organisation, on)).order_by(Organisation.id)))


def parameters(session: Session, on: date) -> tuple[ParameterView, ...]:
    """The parameters of the current rule set, those an office may set first."""
    rows: dict[str, list[ParameterRow]] = {}
    for row in session.scalars(select(ParameterRow).order_by(ParameterRow.valid_from.desc(), ParameterRow.id.desc())):
        rows.setdefault(row.name, []).append(row)
    defaults = rule_set(CURRENT).parameters
    now = {name: next((r for r in found if r.valid_from <= on), None) for name, found in rows.items()}
    in_force = rule_set(CURRENT).with_overrides({n: r.value["value"] for n, r in now.items() if r is not None})
    views = (
        ParameterView(parameter, defaults[name].value, tuple(rows.get(name, ())))
        for name, parameter in in_force.parameters.items()
    )
    return tuple(sorted(views, key=lambda view: (not view.parameter.settable, view.parameter.name)))


def year(session: Session, calendar: Calendar, number: int) -> YearView:
    """What departs from "Monday to Friday are worked" in a year."""
    loaded = {
        row.day: row for row in session.scalars(select(CalendarDay).order_by(CalendarDay.day)) if row.day.year == number
    }
    days = tuple(
        day
        for day in calendar.days(date(number, 1, 1), date(number, 12, 31))
        if day.kind in (DayKind.HOLIDAY, DayKind.MAKE_UP) or day.date in loaded
    )
    return YearView(number, calendar.is_provisional(number), days, loaded)


def recent_events(session: Session, limit: int = 50) -> list[Event]:
    """The newest events of the administration's chain."""
    query = select(Event).where(Event.chain == "administration").order_by(Event.sequence.desc()).limit(limit)
    return list(session.scalars(query))


def _posts(session: Session, on: date, person_ids: Iterable[int]) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = {}
    for post in session.scalars(
        select(Post).where(Post.person_id.in_(list(person_ids)), valid(Post, on)).order_by(Post.id)
    ):
        found.setdefault(post.person_id, []).append(post)
    return found


def _in_order(branches: list[Branch]) -> list[Branch]:
    """Parents before their children, each with its depth; whoever has no parent here is a root."""
    known = {branch.organisation.id: branch for branch in branches}
    children: dict[int | None, list[Branch]] = {}
    for branch in branches:
        parent = branch.organisation.parent_id
        children.setdefault(parent if parent in known else None, []).append(branch)
    ordered: list[Branch] = []

    def walk(parent: int | None, depth: int) -> None:
        for branch in children.get(parent, ()):
            branch.depth = depth
            ordered.append(branch)
            walk(branch.organisation.id, depth + 1)

    walk(None, 0)
    return ordered

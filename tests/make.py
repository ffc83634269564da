"""Makes what tests need: one small function for each kind of row, which adds it, flushes and answers it.

Names and codes are numbered where a test does not give them. Dates default to a day well in the past, so that a test
that sets the clock finds everything valid.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Person, Post, Role

LONG_AGO = date(2020, 1, 1)
DATA_ON = date(2026, 11, 1)

_numbers = itertools.count(1)

_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(number: int) -> str:
    """The `number`-th unified social credit code of an enterprise in Henan, with both check characters right.

    GB 32100-2015; the organisation code inside it is GB 11714.
    """
    body = f"{number:08d}"
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(body, _BODY_WEIGHTS, strict=True)) % 11
    body += {10: "X", 11: "0"}.get(remainder, str(remainder))
    code = "91410100" + body
    check = 31 - sum(_DIGITS.index(character) * pow(3, place, 31) for place, character in enumerate(code)) % 31
    return code + _DIGITS[check % 31]


def make_organisation(
    session: Session,
    name: str = "",
    *,
    kind: str = OrganisationKind.COUNTY_UNION,
    parent: Organisation | None = None,
    paper_prefix: str = "",
    has_accounts: bool = True,
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
) -> Organisation:
    number = next(_numbers)
    row = Organisation(
        code=f"ORG-{number:04d}",
        name=name or f"第{number}组织",
        name_en=f"Organisation {number}",
        kind=kind,
        parent=parent,
        paper_prefix=paper_prefix or f"测{number}发",
        has_accounts=has_accounts,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(row)
    session.flush()
    return row


def make_union(
    session: Session,
    name: str = "",
    *,
    kind: str = OrganisationKind.COUNTY_UNION,
    parent: Organisation | None = None,
    paper_prefix: str = "",
) -> Organisation:
    """A union of a county unless `kind` says otherwise."""
    return make_organisation(session, name, kind=kind, parent=parent, paper_prefix=paper_prefix)


def make_person(session: Session, name: str = "") -> Person:
    number = next(_numbers)
    row = Person(code=f"P-{number:04d}", name=name or f"张{number}", name_en=f"Zhang {number}")
    session.add(row)
    session.flush()
    return row


def make_post(
    session: Session,
    organisation: Organisation,
    *,
    role: str = Role.SECRETARY,
    person: Person | None = None,
    title: str = "",
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
) -> Post:
    """A post of a new person, unless one is given."""
    row = Post(
        person=person or make_person(session),
        organisation=organisation,
        role=role,
        title=title,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(row)
    session.flush()
    return row


def make_authority(
    session: Session, organisation: Organisation, authority: Organisation, *, kind: str = "party_committee"
) -> Authority:
    """`authority` has the competence `kind` over `organisation`."""
    row = Authority(
        organisation_id=organisation.id, authority_id=authority.id, kind=kind, valid_from=LONG_AGO, valid_to=None
    )
    session.add(row)
    session.flush()
    return row


def make_zone(session: Session, name: str = "", *, superior: Organisation | None = None) -> Zone:
    """A zone with its union office under a superior union (a new one unless given), without any authority or person."""
    number = next(_numbers)
    name = name or f"第{number}产业集聚区"
    office = make_organisation(
        session, f"{name}工会办公室", kind=OrganisationKind.ZONE_OFFICE, parent=superior or make_union(session)
    )
    row = Zone(code=f"Z-{number:04d}", name=name, name_en=f"Zone {number}", office=office)
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True)
class Neighbourhood:
    """A zone with everybody who takes part in founding its union; the posts are named after what they do there."""

    zone: Zone
    superior_union: Organisation
    party_committee: Organisation
    staffing_authority: Organisation
    zone_secretary: Post
    union_leader: Post
    union_secretary: Post
    committee_leader: Post
    committee_secretary: Post
    staffing_leader: Post | None  # none where the staffing authority works on paper
    staffing_secretary: Post | None


def make_neighbourhood(session: Session, *, staffing_has_accounts: bool = True) -> Neighbourhood:
    """A zone, its superior union, its Party work committee and its staffing authority, each with its people."""
    superior = make_union(session)
    zone = make_zone(session, superior=superior)
    committee = make_organisation(session, kind=OrganisationKind.PARTY_COMMITTEE)
    staffing = make_organisation(session, kind=OrganisationKind.STAFFING_AUTHORITY, has_accounts=staffing_has_accounts)
    make_authority(session, zone.office, committee, kind="party_committee")
    make_authority(session, zone.office, staffing, kind="staffing_authority")
    return Neighbourhood(
        zone=zone,
        superior_union=superior,
        party_committee=committee,
        staffing_authority=staffing,
        zone_secretary=make_post(session, zone.office, role=Role.SECRETARY),
        union_leader=make_post(session, superior, role=Role.LEADER),
        union_secretary=make_post(session, superior, role=Role.SECRETARY),
        committee_leader=make_post(session, committee, role=Role.LEADER),
        committee_secretary=make_post(session, committee, role=Role.SECRETARY),
        staffing_leader=make_post(session, staffing, role=Role.LEADER) if staffing_has_accounts else None,
        staffing_secretary=make_post(session, staffing, role=Role.SECRETARY) if staffing_has_accounts else None,
    )


def make_enterprise(
    session: Session,
    zone: Zone,
    name: str = "",
    *,
    employees: int | None = 60,
    members: int | None = None,
    operating: bool = True,
    data_on: date | None = DATA_ON,
) -> Enterprise:
    """One enterprise; `employees` are persons, `None` = not reported."""
    number = next(_numbers)
    row = Enterprise(
        zone_id=zone.id,
        credit_code=credit_code(number),
        name=name or f"第{number}有限公司",
        employees=employees,
        members=members,
        operating=operating,
        data_on=data_on,
    )
    session.add(row)
    session.flush()
    return row


def make_enterprises(
    session: Session, zone: Zone, count: int, *, employees: int | None = None, data_on: date | None = DATA_ON
) -> list[Enterprise]:
    """`count` enterprises in operation with `employees` persons **in all** (the first one takes the remainder).

    `employees=None` leaves every count unreported.
    """
    share, rest = divmod(employees, count) if employees is not None and count else (None, 0)
    return [
        make_enterprise(
            session, zone, employees=None if share is None else share + (rest if place == 0 else 0), data_on=data_on
        )
        for place in range(count)
    ]

"""Unions that were there before the first case: their terms, leaders and certificates."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy.orm import Session

from workflows.demo.enterprises import with_check
from workflows.demo.province.names import Name, distinct
from workflows.law.credit_code import check_character
from workflows.law.zone_forms import ZoneForm
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.storage.unions import Certificate, OfficeHolder, Term


def put_zone_union_on_record(session: Session, zone: Zone, form: str, dice: random.Random, today: date) -> None:
    """The zone has a union of this form, founded two to three years ago; a dispatched body has members, no term."""
    founded = today - timedelta(days=dice.randrange(800, 1080))
    label = ZoneForm(form).label
    union = Organisation(
        code=f"{zone.code}-U0",
        name=f"{zone.name}{label.zh}",
        name_en=f"{zone.name_en} {label.en}",
        kind=OrganisationKind.ZONE_UNION.value,
        parent=zone.office.parent,
        valid_from=founded,
    )
    zone.form, zone.form_since, zone.union = form, founded, union
    people = distinct(dice, 5)
    _hold_office(session, union, people, founded)
    if form == ZoneForm.WORK_COMMITTEE:
        return
    term = _term(union, founded, 5, dice)
    session.add(term)
    if dice.random() < 0.3:
        _certify(session, union, people[0].written, zone.name, founded, term.ends_on, dice)


def put_enterprise_union_on_record(
    session: Session, union: Organisation, row: Enterprise, dice: random.Random, today: date
) -> None:
    """The union of an enterprise, with a term of three years that ends between last winter and two years from now."""
    began = today - timedelta(days=3 * 365) + timedelta(days=dice.randrange(-60, 600))
    began = max(began, row.opened_on or began)
    members = max(25, round((row.employees or 30) * 0.9))
    row.members, row.women_members = min(members, row.employees or members), min(row.women or 0, members // 2)
    row.employees = max(row.employees or 0, row.members)
    row.union_form, row.stage = "single", "founded"
    row.union_approved_on = began + timedelta(days=12)
    term = _term(union, began, 3, dice)
    session.add(term)
    people = distinct(dice, 7)
    row.chair, row.term_years, row.term_ends_on = people[0].written, 3, term.ends_on
    _hold_office(session, union, people, began)
    if dice.random() < 0.25:
        _certify(session, union, people[0].written, row.address, began, term.ends_on, dice)


def new_credit_code(dice: random.Random, region: str = "410300") -> str:
    """A credit code of a union that is formally right and belongs to nobody."""
    body = f"81{region}" + with_check(f"MC{dice.randrange(10**6):06d}")
    return body + check_character(body)


def _term(union: Organisation, began: date, years: int, dice: random.Random) -> Term:
    ends = date(began.year + years, began.month, min(began.day, 28))
    return Term(
        organisation=union,
        number=dice.choice((1, 1, 2)),
        began_on=date(began.year, began.month, min(began.day, 28)),
        years=years,
        ends_on=ends,
    )


def _hold_office(session: Session, union: Organisation, people: list[Name], since: date) -> None:
    """The first is chair, the second vice-chair, and everybody sits on the committee."""
    offices = [("chair", people[0]), ("vice_chair", people[1]), *(("member", name) for name in people)]
    session.add_all(
        OfficeHolder(
            organisation=union,
            name=name.written,
            office=office,
            route="elected",
            since=since,
            details={},
        )
        for office, name in offices
    )


def _certify(
    session: Session, union: Organisation, chair: str, place: str, since: date, until: date, dice: random.Random
) -> None:
    session.add(
        Certificate(
            organisation=union,
            kind="legal_person",
            number=f"豫工法证字第41{dice.randrange(10**7):07d}号",
            credit_code=new_credit_code(dice),
            legal_representative=chair,
            domicile=place,
            valid_from=since + timedelta(days=40),
            valid_to=until,
        )
    )

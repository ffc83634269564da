"""The directory for lists says of every applicant what is said of one alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import make
from workflows.organisations import lanes
from workflows.organisations.directory import directory, holders_of
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Role

TODAY = date(2026, 11, 23)


@pytest.fixture
def applicants(session: Session) -> list[Organisation]:
    """A zone with its authorities, an enterprise below it, and one whose authorities changed, ended or have another rank."""
    province = make.make_union(session, kind=OrganisationKind.PROVINCIAL_UNION)
    city = make.make_union(session, kind=OrganisationKind.CITY_UNION, parent=province)
    zone = make.make_zone(session, superior=city).office
    enterprise = make.make_organisation(session, kind=OrganisationKind.ENTERPRISE, parent=zone)
    below_the_zone = make.make_organisation(session, kind=OrganisationKind.ENTERPRISE, parent=enterprise)
    for kind in ("party_committee", "staffing_authority"):
        make.make_authority(session, zone, make.make_organisation(session), kind=kind)
    older, newer, ended, closed = (make.make_organisation(session) for _ in range(4))
    closed.valid_to = TODAY - timedelta(days=1)
    for authority, kind, since, until in (
        (older, "party_committee", date(2020, 1, 1), None),
        (newer, "party_committee", date(2026, 1, 1), None),
        (ended, "staffing_authority", date(2020, 1, 1), TODAY - timedelta(days=1)),
        (province, "registration_authority", date(2020, 1, 1), None),
        (closed, "city_staffing_authority", date(2020, 1, 1), None),
    ):
        session.add(
            Authority(
                organisation_id=enterprise.id,
                authority_id=authority.id,
                kind=kind,
                valid_from=since,
                valid_to=until,
            )
        )
    session.flush()
    return [province, city, zone, enterprise, below_the_zone]


def test_it_agrees_with_what_is_said_of_one_applicant_alone(session: Session, applicants: list[Organisation]) -> None:
    for on in (TODAY, date(2025, 6, 1), date(2019, 6, 1)):
        known = directory(session, {each.id for each in applicants}, on)
        asked = directory(session, select(Organisation.id).where(Organisation.id.in_([a.id for a in applicants])), on)
        for applicant in applicants:
            alone = lanes.acting_organisations(session, applicant.id, on)
            expected = {relation: organisation.id for relation, organisation in alone.items()}
            for found in (known, asked):
                acting = found.acting(applicant.id)
                assert {relation: body.id for relation, body in acting.items()} == expected


def test_holders_are_those_of_each_post_on_that_day(session: Session, applicants: list[Organisation]) -> None:
    zone, enterprise = applicants[2], applicants[3]
    make.make_post(session, zone, role=Role.SECRETARY)
    make.make_post(session, zone, role=Role.LEADER)
    make.make_post(session, enterprise, role=Role.SECRETARY, valid_to=TODAY - timedelta(days=1))
    make.make_post(session, enterprise, role=Role.SECRETARY)
    known = directory(session, {zone.id, enterprise.id}, TODAY)
    posts = [(zone.id, Role.SECRETARY), (zone.id, Role.LEADER), (enterprise.id, Role.SECRETARY), (zone.id, Role.CLERK)]
    found = holders_of(session, posts, known)
    for place in (zone, enterprise):
        for role in (Role.SECRETARY, Role.LEADER, Role.CLERK):
            assert found.get((place.id, role), ()) == (
                lanes.people_in(session, place, role, TODAY) if (place.id, role) in posts else ()
            )


def test_above_ends_at_the_top_and_survives_a_circle(session: Session, applicants: list[Organisation]) -> None:
    province, city, zone = applicants[:3]
    known = directory(session, {zone.id}, TODAY)
    assert list(known.above(zone.id)) == [zone.id, city.id, province.id]
    province.parent_id = zone.id
    session.flush()
    assert len(list(directory(session, {zone.id}, TODAY).above(zone.id))) == 10

"""From a lane to people, at the moment somebody asks."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from tests import make
from workflows.organisations import lanes, tree
from workflows.organisations.actors import actor_of
from workflows.storage.organisations import Authority, Organisation, OrganisationKind

TODAY = date(2026, 3, 9)


def zone_office(session: Session) -> tuple[Organisation, Organisation, Organisation]:
    county = make.make_organisation(session, "新安县总工会")
    office = make.make_organisation(session, "集聚区工会办公室", kind=OrganisationKind.ZONE_OFFICE, parent=county)
    party = make.make_organisation(session, "集聚区党工委", kind=OrganisationKind.PARTY_COMMITTEE)
    session.add(
        Authority(
            organisation_id=office.id, kind="party_committee", authority_id=party.id, valid_from=TODAY - timedelta(99)
        )
    )
    session.flush()
    return county, office, party


def test_each_relation_leads_to_its_organisation(session: Session) -> None:
    county, office, party = zone_office(session)
    found = lanes.acting_organisations(session, office.id, TODAY)
    assert {relation: o.id for relation, o in found.items()} == {
        "applicant": office.id,
        "superior_union": county.id,
        "party_committee": party.id,
        "registration_authority": county.id,
    }
    assert lanes.acting_organisation(session, "staffing_authority", office.id, TODAY) is None


def test_a_relation_follows_when_the_zone_moves_under_another_union(session: Session) -> None:
    _, office, _ = zone_office(session)
    city = make.make_organisation(session, "洛阳市总工会")
    office.parent = city
    session.flush()
    found = lanes.acting_organisation(session, "superior_union", office.id, TODAY)
    assert found is not None
    assert found.id == city.id


def test_an_authority_counts_on_its_days_and_the_newer_one_before_the_older(session: Session) -> None:
    _, office, party = zone_office(session)
    new = make.make_organisation(session, "新党工委", kind=OrganisationKind.PARTY_COMMITTEE)
    session.add(Authority(organisation_id=office.id, kind="party_committee", authority_id=new.id, valid_from=TODAY))
    session.flush()

    def on(day: date) -> int | None:
        found = lanes.acting_organisation(session, "party_committee", office.id, day)
        return found.id if found else None

    assert on(TODAY - timedelta(100)) is None
    assert on(TODAY - timedelta(99)) == party.id
    assert on(TODAY) == new.id


def test_reach_turns_posts_into_applicants(session: Session) -> None:
    county, office, _ = zone_office(session)
    leader = make.make_person(session, "王志强")
    make.make_post(session, person=leader, organisation=county, role="leader")
    actor = actor_of(session, leader.id, TODAY)

    def reached(relation: str, role: str) -> set[int]:
        lane = {"relation": literal(relation), "role": literal(role), "applicant_id": Organisation.id}
        return set(session.scalars(select(Organisation.id).where(or_(*lanes.within_reach(actor.seats, TODAY, **lane)))))

    assert reached("applicant", "leader") == {county.id}
    assert reached("superior_union", "leader") == {office.id}
    assert reached("superior_union", "clerk") == set()
    assert reached("party_committee", "leader") == set()
    assert lanes.stands_in(session, actor, "superior_union", ("leader",), office.id, TODAY) == county.id
    assert lanes.stands_in(session, actor, "superior_union", ("clerk",), office.id, TODAY) is None
    assert lanes.stands_in(session, actor, "applicant", ("leader",), office.id, TODAY) is None


def test_the_nearest_general_union_registers_unless_another_is_named(session: Session) -> None:
    """C-09, R-503: a union of county level or above, however far up; and both ways of asking agree."""
    city = make.make_union(session, kind="city_union")
    county = make.make_union(session, parent=city)
    office = make.make_organisation(session, kind="zone_office", parent=county)
    enterprise = make.make_organisation(session, kind="enterprise_union", parent=office)
    other = make.make_organisation(session, kind="zone_office", parent=county)
    make.make_authority(session, other, city, kind="registration_authority")

    def registers(organisation: Organisation) -> int | None:
        found = lanes.acting_organisation(session, "registration_authority", organisation.id, TODAY)
        return found.id if found else None

    def registered_with(union: Organisation) -> set[int]:
        leader = make.make_post(session, union, role="leader")
        lane = {"relation": literal("registration_authority"), "role": literal("leader")}
        actor = actor_of(session, leader.person_id, TODAY)
        reach = lanes.within_reach(actor.seats, TODAY, **lane, applicant_id=Organisation.id)
        return set(session.scalars(select(Organisation.id).where(or_(*reach))))

    assert [registers(one) for one in (enterprise, office, other, county)] == [county.id, county.id, city.id, city.id]
    assert registers(city) is None
    assert registered_with(county) == {office.id, enterprise.id}
    assert registered_with(city) == {county.id, other.id}
    assert registered_with(office) == set()


def test_a_post_ends_with_its_last_day(session: Session) -> None:
    county, office, _ = zone_office(session)
    leader = make.make_person(session, "王志强")
    make.make_post(session, person=leader, organisation=county, role="leader", valid_to=TODAY)
    assert [h.name for h in lanes.holders(session, "superior_union", "leader", office.id, TODAY)] == ["王志强"]
    assert lanes.holders(session, "superior_union", "leader", office.id, TODAY + timedelta(1)) == ()
    assert actor_of(session, leader.id, TODAY + timedelta(1)).seats == ()


def test_below_holds_the_whole_branch_and_nothing_else(session: Session) -> None:
    county, office, party = zone_office(session)
    other = make.make_organisation(session, "汝阳县总工会")
    below = tree.below(session, [county.id], TODAY)
    assert below == {county.id, office.id}
    assert {party.id, other.id}.isdisjoint(below)

"""The questions for everything one may see answer exactly what `access` says of each single thing."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows import access
from workflows.access import Permission
from workflows.organisations import lanes
from workflows.organisations.actors import actor_of
from workflows.organisations.taking_part import applicants_of
from workflows.storage.cases import Case
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Person, Proxy, Role
from workflows.storage.papers import Paper
from workflows.visible import visible_cases, visible_papers, visible_zones


def compare(office: Office) -> int:
    """For every person: seen by the question, and allowed one by one. Answers how many were allowed."""
    allowed = 0
    with office.db.read() as session:
        things = (
            (session.scalars(select(Case)).all(), Permission.VIEW_CASE, visible_cases),
            (session.scalars(select(Zone)).all(), Permission.VIEW_LEDGER, visible_zones),
        )
        for person in session.scalars(select(Person)):
            actor = actor_of(session, person.id, office.today)
            for every, permission, question in things:
                may = {t.id for t in every if access.allowed(session, actor, permission, t, office.today)}
                assert set(session.scalars(question(actor, office.today))) == may, (person.name, permission)
                allowed += len(may)
            may = {
                paper.id
                for paper in session.scalars(select(Paper))
                if access.allowed(session, actor, Permission.VIEW_REGISTER, paper.organisation, office.today)
                or access.allowed(
                    session, actor, Permission.VIEW_CASE, session.get_one(Case, paper.case_id), office.today
                )
            }
            assert set(session.scalars(visible_papers(actor, office.today))) == may, person.name
    return allowed


def test_everybody_sees_by_question_what_they_see_one_by_one(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")
    office.start("other_zone_secretary")
    assert compare(office) > 10


def test_so_do_those_who_were_asked_copied_handed_a_task_or_stand_in(office: Office) -> None:
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    people = office.world.people
    office.act("copy_case", "superior_leader", office.case_id, people=[people["other_zone_secretary"]])
    office.act("hand_over", "superior_leader", office.task_id("review"), to=people["superior_clerk"], reason="出差")
    with office.db.write() as session:
        for number, procedures in enumerate((["review"], ["zone_union"], [])):
            deputy = make.make_post(
                session, session.get_one(Organisation, office.world.applicants["enterprise_leader"])
            )
            deputy.person.name = f"代理{number}"
            session.add(
                Proxy(
                    principal_id=people["superior_leader"],
                    proxy_id=deputy.person_id,
                    valid_from=office.today,
                    valid_to=office.today + timedelta(days=9),
                    procedures=procedures,
                    created_at=office.now,
                    created_by_id=people["superior_leader"],
                )
            )
    assert compare(office) > 10
    with office.db.read() as session:
        deputies = session.scalars(select(Person.id).where(Person.name.startswith("代理")).order_by(Person.id))
        for person_id, sees in (
            (people["other_zone_secretary"], True),
            *zip(deputies, (True, False, True), strict=True),
        ):
            seen = session.scalars(visible_cases(actor_of(session, person_id, office.today), office.today))
            assert (office.case_id in set(seen)) is sees


def test_a_newer_authority_takes_the_place_of_an_older_one(office: Office) -> None:
    office.start()
    with office.db.write() as session:
        zone = session.scalars(select(Organisation).where(Organisation.code == "Z-1")).one()
        newer = make.make_organisation(session, "新工委", kind=OrganisationKind.PARTY_COMMITTEE)
        make.make_post(session, newer, role=Role.LEADER)
        session.add(
            Authority(
                organisation_id=zone.id, authority_id=newer.id, kind="party_committee", valid_from=date(2026, 1, 1)
            )
        )
        ended = make.make_organisation(
            session, "旧编办", kind=OrganisationKind.STAFFING_AUTHORITY, valid_to=date(2025, 1, 1)
        )
        session.add(
            Authority(
                organisation_id=zone.id, authority_id=ended.id, kind="staffing_authority", valid_from=date(2026, 1, 1)
            )
        )
        city = make.make_organisation(session, "洛阳市总工会", kind=OrganisationKind.CITY_UNION)
        make.make_post(session, city, role=Role.CLERK)
        session.add(
            Authority(
                organisation_id=zone.id,
                authority_id=city.id,
                kind="registration_authority",
                valid_from=date(2026, 1, 1),
            )
        )
    compare(office)


KINDS = (OrganisationKind.COUNTY_UNION, OrganisationKind.ZONE_UNION, OrganisationKind.ENTERPRISE_UNION)
BODIES = 7


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(-1, BODIES - 1), min_size=BODIES, max_size=BODIES),
    kinds=st.lists(st.sampled_from(KINDS), min_size=BODIES, max_size=BODIES),
    ended=st.sets(st.integers(0, BODIES - 1), max_size=2),
    named=st.lists(
        st.tuples(
            st.integers(0, BODIES - 1),
            st.integers(0, BODIES - 1),
            st.sampled_from(("party_committee", "registration_authority")),
            st.integers(2020, 2027),
        ),
        max_size=5,
        unique_by=lambda row: (row[0], row[2], row[3]),
    ),
)
def test_whoever_stands_in_some_relation_is_found_from_both_sides(
    session: Session,
    parents: list[int],
    kinds: list[OrganisationKind],
    ended: set[int],
    named: list[tuple[int, int, str, int]],
) -> None:
    on = date(2026, 3, 9)
    with session.begin_nested() as world:
        bodies: list[Organisation] = []
        for number, (parent, kind) in enumerate(zip(parents, kinds, strict=True)):
            above = bodies[parent] if 0 <= parent < number else None
            until = date(2025, 1, 1) if number in ended else None
            bodies.append(make.make_organisation(session, kind=kind, parent=above, valid_to=until))
        for applicant, authority, relation, year in named:
            session.add(
                Authority(
                    organisation_id=bodies[applicant].id,
                    authority_id=bodies[authority].id,
                    kind=relation,
                    valid_from=date(year, 1, 1),
                )
            )
        session.flush()
        acting = {b.id: {o.id for o in lanes.acting_organisations(session, b.id, on).values()} for b in bodies}
        for body in bodies:
            expected = {applicant for applicant, those in acting.items() if body.id in those}
            assert set(session.scalars(applicants_of([body.id], on))) == expected
        world.rollback()


def test_without_a_post_there_is_nothing(office: Office) -> None:
    office.start()
    with office.db.write() as session:
        actor = actor_of(session, make.make_person(session).id, office.today)
        assert session.scalars(visible_cases(actor, office.today)).all() == []
        assert session.scalars(visible_zones(actor, office.today)).all() == []

"""Who may do what: every permission against every relation of a person to a case."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import make
from tests.cases.conftest import Office, office  # noqa: F401 - the fixture
from workflows import access
from workflows.access import Permission
from workflows.errors import Forbidden, NotFound
from workflows.organisations.actors import actor_of
from workflows.storage.cases import Case, Task
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation

PEOPLE = (
    "zone_secretary",
    "zone_secretary_2",
    "other_zone_secretary",
    "party_leader",
    "superior_clerk",
    "superior_leader",
    "superior_manager",
    "staffing_leader",
)

TAKES_PART = {
    "zone_secretary",
    "zone_secretary_2",
    "party_leader",
    "superior_clerk",
    "superior_leader",
    "superior_manager",
    "staffing_leader",
}
SECRETARIES = {"zone_secretary", "zone_secretary_2"}

EXPECTED = {
    Permission.VIEW_CASE: TAKES_PART,
    Permission.START_CASE: SECRETARIES,
    Permission.WITHDRAW_CASE: SECRETARIES,
    Permission.ACT_ON_TASK: {"superior_leader"},  # the review; a second leader is tested with claims
    Permission.ENTER_REPLY: SECRETARIES,
    Permission.VIEW_LEDGER: TAKES_PART,
    Permission.IMPORT_LEDGER: SECRETARIES,
}


def thing_of(session, permission: Permission, office: Office):  # type: ignore[no-untyped-def]  # noqa: F811
    match permission:
        case Permission.ACT_ON_TASK:
            return session.get_one(Task, office.task_id("review"))
        case Permission.START_CASE:
            return session.get_one(Organisation, office.world.applicants["zone_secretary"])
        case Permission.VIEW_LEDGER | Permission.IMPORT_LEDGER:
            return session.get_one(Zone, office.world.zone_id)
        case _:
            return session.get_one(Case, office.case_id)


@pytest.fixture
def reviewing(office: Office) -> Office:  # noqa: F811
    office.start()
    office.decide("zone_secretary", "file")
    return office


@pytest.mark.parametrize("permission", EXPECTED)
def test_a_permission_is_held_by_exactly_these_people(reviewing: Office, permission: Permission) -> None:
    with reviewing.db.read() as session:
        thing = thing_of(session, permission, reviewing)
        may = {
            who
            for who in PEOPLE
            if access.allowed(session, reviewing.actor(session, who), permission, thing, reviewing.today)
        }
    assert may == EXPECTED[permission]


def test_every_permission_has_its_alternatives() -> None:
    assert set(access.ALTERNATIVES) == set(Permission)


def test_whoever_may_not_know_is_told_there_is_nothing_and_whoever_may_is_told_why_not(reviewing: Office) -> None:
    with reviewing.db.read() as session:
        case = session.get_one(Case, reviewing.case_id)
        with pytest.raises(NotFound):
            access.require(
                session,
                reviewing.actor(session, "other_zone_secretary"),
                Permission.WITHDRAW_CASE,
                case,
                reviewing.today,
            )
        with pytest.raises(Forbidden):
            access.require(
                session, reviewing.actor(session, "superior_leader"), Permission.WITHDRAW_CASE, case, reviewing.today
            )


def test_administrators_see_no_cases_unless_they_also_take_part(reviewing: Office) -> None:
    """Who keeps accounts and procedures has no business in applications."""
    with reviewing.db.write() as session:
        province = session.scalars(select(Organisation).where(Organisation.code == "U-P")).one()
        person = make.make_person(session, "管理员")
        make.make_post(session, person=person, organisation=province, role="administrator", valid_from=date(2020, 1, 1))
        actor = actor_of(session, person.id, reviewing.today)
        case = session.get_one(Case, reviewing.case_id)
        assert access.allowed(session, actor, Permission.ADMINISTER, None, reviewing.today)
        assert not access.allowed(session, actor, Permission.VIEW_CASE, case, reviewing.today)

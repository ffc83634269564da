"""转办: whose hands a task is in, and who may take it out of whose."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows.errors import Conflict, Forbidden, Invalid
from workflows.storage.cases import Notice
from workflows.storage.organisations import Organisation, Person


@pytest.fixture
def reviewing(office: Office) -> Office:
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    return office


def hand(office: Office, by: str, to: str, **more: object) -> None:
    more.setdefault("reason", "出差")
    office.act("hand_over", by, office.task_id("review"), to=office.world.people[to], **more)


def test_a_task_handed_over_is_done_by_whoever_got_it_and_by_nobody_else(reviewing: Office) -> None:
    hand(reviewing, "superior_leader", "superior_clerk")
    with reviewing.db.read() as session:
        told = session.scalars(
            select(Notice.kind).where(Notice.person_id == reviewing.world.people["superior_clerk"])
        ).all()
    assert told == ["task_handed_over"]
    with pytest.raises(Forbidden):
        reviewing.decide("superior_leader_2", "review", "approve")
    reviewing.decide("superior_clerk", "review", "approve")
    assert reviewing.task("review").closed_by_id == reviewing.world.people["superior_clerk"]


def test_a_task_handed_over_can_be_given_back(reviewing: Office) -> None:
    hand(reviewing, "superior_leader", "superior_clerk")
    reviewing.act("release", "superior_clerk", reviewing.task_id("review"))
    reviewing.decide("superior_leader_2", "review", "approve")


def test_a_leader_takes_a_task_from_a_colleague_who_claimed_it(reviewing: Office) -> None:
    reviewing.act("claim", "superior_leader", reviewing.task_id("review"))
    hand(reviewing, "superior_leader_2", "superior_leader_2", reason="对方休假")
    reviewing.decide("superior_leader_2", "review", "approve")


def test_a_clerk_cannot_take_a_task_from_a_colleague(reviewing: Office) -> None:
    with pytest.raises(Forbidden):
        hand(reviewing, "superior_clerk", "superior_clerk")


@pytest.mark.parametrize("to", ["party_leader", "zone_secretary", "superior_leader"])
def test_a_task_stays_in_its_organisation_and_is_handed_to_somebody_else(reviewing: Office, to: str) -> None:
    reviewing.act("claim", "superior_leader", reviewing.task_id("review"))
    with pytest.raises(Invalid) as caught:
        hand(reviewing, "superior_leader", to)
    assert [m.path for m in caught.value.mistakes] == ["/to"]


def test_a_hand_over_needs_a_reason(reviewing: Office) -> None:
    with pytest.raises(Invalid) as caught:
        hand(reviewing, "superior_leader", "superior_clerk", reason=" ")
    assert [m.path for m in caught.value.mistakes] == ["/reason"]


def test_separation_of_duties_goes_with_the_task(reviewing: Office) -> None:
    """Somebody who applied and also sits in the superior union gets no task of that case."""
    with reviewing.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        applicant = session.get_one(Person, reviewing.world.people["zone_secretary"])
        make.make_post(session, person=applicant, organisation=county, role="clerk")
    with pytest.raises(Invalid):
        hand(reviewing, "superior_leader", "zone_secretary")


def test_what_is_done_cannot_be_handed_over(reviewing: Office) -> None:
    task_id = reviewing.task_id("review")
    reviewing.decide("superior_leader", "review", "approve")
    with pytest.raises(Conflict):
        reviewing.act(
            "hand_over", "superior_leader", task_id, to=reviewing.world.people["superior_clerk"], reason="出差"
        )

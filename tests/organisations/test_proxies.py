"""代理: dated, limited to procedures, never a way round separation of duties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office, office  # noqa: F401 - the fixture
from workflows import access, events
from workflows.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.organisations import proxies
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation, Person, Proxy


@pytest.fixture
def reviewing(office: Office) -> Office:  # noqa: F811
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    return office


def name(office: Office, principal: str, proxy: str, *, by: str = "", **more: Any) -> Proxy:  # noqa: F811
    with office.db.write() as session:
        more.setdefault("valid_from", office.today)
        more.setdefault("valid_to", office.today + timedelta(days=10))
        return proxies.name_proxy(
            session,
            office.actor(session, by or principal),
            principal_id=office.world.people[principal],
            proxy_id=office.world.people[proxy],
            today=office.today,
            now=office.now,
            **more,
        )


def test_a_proxy_acts_and_the_record_names_both(reviewing: Office) -> None:
    name(reviewing, "superior_leader", "superior_clerk")
    reviewing.decide("superior_clerk", "review", "approve")
    task = reviewing.task("review")
    people = reviewing.world.people
    assert (task.closed_by_id, task.on_behalf_of_id) == (people["superior_clerk"], people["superior_leader"])
    with reviewing.db.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "task_completed").order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.actor_id, event.on_behalf_of_id) == (people["superior_clerk"], people["superior_leader"])


def test_either_of_the_two_may_act(reviewing: Office) -> None:
    name(reviewing, "superior_leader", "superior_clerk")
    reviewing.decide("superior_leader", "review", "approve")
    assert reviewing.task("review").on_behalf_of_id is None


def test_what_the_principal_claimed_is_covered(reviewing: Office) -> None:
    reviewing.act("claim", "superior_leader", reviewing.task_id("review"))
    name(reviewing, "superior_leader", "superior_clerk")
    reviewing.decide("superior_clerk", "review", "approve")


@pytest.mark.parametrize("more", [{"procedures": ["election"]}, {"valid_from": date(2026, 3, 20)}])
def test_a_proxy_for_something_else_or_for_another_time_may_not(reviewing: Office, more: dict[str, Any]) -> None:
    name(reviewing, "superior_leader", "superior_clerk", valid_to=date(2026, 3, 25), **more)
    with pytest.raises(Forbidden):
        reviewing.decide("superior_clerk", "review", "approve")


def test_a_proxy_for_the_procedure_of_the_case_may(reviewing: Office) -> None:
    name(reviewing, "superior_leader", "superior_clerk", procedures=["review"])
    reviewing.decide("superior_clerk", "review", "approve")


def test_a_proxy_that_ended_may_not(reviewing: Office) -> None:
    row = name(reviewing, "superior_leader", "superior_clerk")
    with reviewing.db.write() as session:
        proxies.end_proxy(session, reviewing.actor(session, "superior_leader"), row.id, now=reviewing.now)
    with pytest.raises(Forbidden):
        reviewing.decide("superior_clerk", "review", "approve")
    with reviewing.db.write() as session, pytest.raises(Conflict):
        proxies.end_proxy(session, reviewing.actor(session, "superior_leader"), row.id, now=reviewing.now)


def test_nobody_decides_on_the_own_request_as_somebodys_proxy(reviewing: Office) -> None:
    name(reviewing, "superior_leader", "zone_secretary")
    with pytest.raises(Forbidden) as caught:
        reviewing.decide("zone_secretary", "review", "approve")
    assert caught.value.details["reason"] == "own_request"


def test_nobody_decides_for_somebody_who_made_the_request(reviewing: Office) -> None:
    """The leader made the request as well: neither the leader nor a proxy of the leader decides on it."""
    with reviewing.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        applicant = session.get_one(Person, reviewing.world.people["zone_secretary"])
        make.make_post(session, person=applicant, organisation=county, role="leader")
    name(reviewing, "zone_secretary", "superior_clerk")
    with pytest.raises(Forbidden) as caught:
        reviewing.decide("superior_clerk", "review", "approve")
    assert caught.value.details["reason"] == "own_request"


def test_a_chain_of_proxies_is_refused(reviewing: Office) -> None:
    name(reviewing, "superior_leader_2", "zone_secretary")
    with pytest.raises(Invalid) as caught:
        name(reviewing, "superior_leader", "superior_leader_2")
    assert caught.value.mistakes[0].path == "/proxy"
    with pytest.raises(Invalid):
        name(reviewing, "zone_secretary", "superior_leader_2")


def test_a_proxy_reaches_tasks_and_nothing_else(reviewing: Office) -> None:
    name(reviewing, "zone_secretary", "party_leader")
    with reviewing.db.read() as session:
        proxy = reviewing.actor(session, "party_leader")
        office_row = session.get_one(Organisation, reviewing.world.applicants["zone_secretary"])
        assert proxy.proxied
        assert not access.allowed(session, proxy, access.Permission.START_CASE, office_row, reviewing.today)
    with pytest.raises(Forbidden):
        reviewing.act("withdraw", "party_leader", reviewing.case_id, reason="代撤")


def test_managers_posts_are_not_lent(reviewing: Office) -> None:
    with pytest.raises(Invalid):
        name(reviewing, "superior_manager", "superior_clerk")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"valid_from": date(2026, 3, 1)}, "/valid_from"),
        ({"valid_to": date(2026, 3, 8)}, "/valid_to"),
        ({"valid_to": date(2028, 3, 8)}, "/valid_to"),
    ],
)
def test_dates_that_make_no_sense_are_refused(reviewing: Office, more: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as caught:
        name(reviewing, "superior_leader", "superior_clerk", **more)
    assert path in {m.path for m in caught.value.mistakes}


def test_nobody_names_a_proxy_for_somebody_else(reviewing: Office) -> None:
    with pytest.raises(Forbidden):
        name(reviewing, "superior_leader", "superior_clerk", by="superior_leader_2")


def test_an_administrator_names_one_for_somebody_who_is_ill_with_a_reason(reviewing: Office) -> None:
    with reviewing.db.write() as session:
        province = session.scalars(select(Organisation).where(Organisation.code == "U-P")).one()
        person = make.make_person(session, "管理员")
        make.make_post(session, person=person, organisation=province, role="administrator")
        reviewing.world.people["administrator"] = person.id  # type: ignore[index]
    with pytest.raises(Invalid) as caught:
        name(reviewing, "superior_leader", "superior_clerk", by="administrator")
    assert [m.path for m in caught.value.mistakes] == ["/reason"]
    name(reviewing, "superior_leader", "superior_clerk", by="administrator", reason="病假")
    with reviewing.db.read() as session:
        kinds = session.scalars(select(Event.kind).where(Event.chain == events.ADMINISTRATION)).all()
        assert "proxy_named" in kinds


def test_only_its_people_see_and_end_a_proxy(reviewing: Office) -> None:
    row = name(reviewing, "superior_leader", "superior_clerk")
    with reviewing.db.write() as session, pytest.raises(NotFound):
        proxies.end_proxy(session, reviewing.actor(session, "party_leader"), row.id, now=reviewing.now)
    with reviewing.db.read() as session:
        mine = proxies.proxies_of(session, reviewing.world.people["superior_leader"], reviewing.today)
        theirs = proxies.proxies_of(session, reviewing.world.people["superior_clerk"], reviewing.today)
    assert [(s.state, s.mine) for s in mine] == [("active", True)]
    assert [(s.state, s.mine) for s in theirs] == [("active", False)]

"""Somebody leaves: nothing stays locked in their hands, and nobody waits for their word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office, office  # noqa: F401 - the fixture
from tests.cases.test_consult import ask, notices, row
from workflows import accounts, administration, audit, inbox, worker
from workflows.events import of_case
from workflows.organisations import proxies
from workflows.storage.cases import Notice
from workflows.storage.consulting import OpinionStatus
from workflows.storage.organisations import Account, Post, Proxy, Role


@pytest.fixture
def reviewing(office: Office) -> Office:  # noqa: F811
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    return office


def end_post(office: Office, who: str) -> None:  # noqa: F811
    with office.db.write() as session:
        posts = session.scalars(select(Post).where(Post.person_id == office.world.people[who])).all()
        for post in posts:
            administration.end_post(session, None, post.id, now=office.now)


def end_account(office: Office, who: str) -> None:  # noqa: F811
    with office.db.write() as session:
        account = session.scalars(select(Account).where(Account.person_id == office.world.people[who])).one()
        accounts.deactivate(session, None, account.id, now=office.now)


def name_proxy(office: Office, principal: str, proxy: str) -> int:  # noqa: F811
    with office.db.write() as session:
        return proxies.name_proxy(
            session,
            office.actor(session, principal),
            principal_id=office.world.people[principal],
            proxy_id=office.world.people[proxy],
            valid_from=office.today,
            valid_to=office.today + timedelta(days=10),
            today=office.today,
            now=office.now,
        ).id


def recorded(office: Office) -> list[str]:  # noqa: F811
    with office.db.read() as session:
        return [event.kind for event in of_case(session, office.case_id)]


@pytest.mark.parametrize("end", [end_post, end_account])
def test_a_claim_ends_with_the_post_or_the_account(reviewing: Office, end: object) -> None:
    reviewing.act("claim", "superior_leader", reviewing.task_id("review"))
    end(reviewing, "superior_leader")  # type: ignore[operator]
    assert reviewing.task("review").assignee_id is None
    assert recorded(reviewing)[-1] == "task_released"
    with reviewing.db.read() as session:
        todo = inbox.todo(session, reviewing.actor(session, "superior_leader_2"), on=reviewing.today)
        assert [line.step_id for line in todo.rows] == ["review"]
        told = session.scalars(select(Notice).where(Notice.kind == "task_released")).one()
        assert told.role == Role.LEADER
        assert audit.verify(session).ok
    reviewing.decide("superior_leader_2", "review", "approve")


def test_what_was_handed_over_goes_back_to_the_post(reviewing: Office) -> None:
    clerk = reviewing.world.people["superior_clerk"]
    reviewing.act("hand_over", "superior_leader", reviewing.task_id("review"), to=clerk, reason="请办理")
    end_post(reviewing, "superior_clerk")
    task = reviewing.task("review")
    assert (task.assignee_id, task.assigned_by_id) == (None, None)
    reviewing.decide("superior_leader", "review", "approve")


def test_who_holds_the_same_post_elsewhere_keeps_what_is_there(reviewing: Office) -> None:
    reviewing.act("claim", "superior_leader", reviewing.task_id("review"))
    with reviewing.db.write() as session:
        person = reviewing.world.people["superior_leader"]
        party = session.scalars(
            select(Post.organisation_id).where(Post.person_id == reviewing.world.people["party_leader"])
        ).first()
        post = administration.begin_post(
            session, None, person_id=person, organisation_id=party or 0, role=Role.LEADER, now=reviewing.now
        )
        administration.end_post(session, None, post.id, now=reviewing.now)
    assert reviewing.task("review").assignee_id == reviewing.world.people["superior_leader"]


def test_nobody_waits_for_the_word_of_somebody_who_left(reviewing: Office) -> None:
    [asked] = ask(reviewing, "before", "superior_clerk")
    end_post(reviewing, "superior_clerk")
    assert row(reviewing, asked).status == OpinionStatus.TAKEN_BACK
    assert "opinion_not_coming" in notices(reviewing, "superior_leader")
    reviewing.decide("superior_leader", "review", "approve")


def test_a_decision_that_waits_for_somebody_who_left_is_left_to_whoever_asked(reviewing: Office) -> None:
    [asked] = ask(reviewing, "alongside", "superior_clerk")
    reviewing.decide("superior_leader", "review", "approve")
    end_post(reviewing, "superior_clerk")
    assert row(reviewing, asked).status == OpinionStatus.OPEN
    assert "opinion_not_coming" in notices(reviewing, "superior_leader")
    reviewing.act("take_back_question", "superior_leader", asked)
    assert reviewing.task("review").outcome == "approve"


def test_a_proxy_ends_with_the_last_post_of_either(reviewing: Office) -> None:
    name_proxy(reviewing, "superior_leader", "superior_clerk")
    reviewing.act("claim", "superior_clerk", reviewing.task_id("review"))
    end_post(reviewing, "superior_leader")
    with reviewing.db.read() as session:
        assert session.scalars(select(Proxy)).one().ended_at is not None
    assert reviewing.task("review").assignee_id is None


def test_what_a_proxy_claimed_is_free_when_the_proxy_ends(reviewing: Office) -> None:
    proxy_id = name_proxy(reviewing, "superior_leader", "superior_clerk")
    reviewing.act("claim", "superior_clerk", reviewing.task_id("review"))
    with reviewing.db.write() as session:
        proxies.end_proxy(session, reviewing.actor(session, "superior_leader"), proxy_id, now=reviewing.now)
    assert reviewing.task("review").assignee_id is None


def test_what_a_proxy_claimed_is_free_on_the_day_after_its_last(reviewing: Office) -> None:
    name_proxy(reviewing, "superior_leader", "superior_clerk")
    reviewing.act("claim", "superior_clerk", reviewing.task_id("review"))
    worker.sweep(reviewing.db, reviewing.now + timedelta(days=10))
    assert reviewing.task("review").assignee_id is not None
    worker.sweep(reviewing.db, reviewing.now + timedelta(days=11))
    assert reviewing.task("review").assignee_id is None

"""What stands in whose list: handed over, asked for an opinion, as a proxy, copied."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from tests.cases.test_consult import ask
from tests.cases.test_together import deciding, say
from tests.organisations.test_proxies import name
from workflows import inbox


@pytest.fixture
def reviewing(office: Office) -> Office:
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    return office


def todo(office: Office, who: str) -> list[tuple[str, bool]]:
    with office.db.read() as session:
        actor = office.actor(session, who)
        page = inbox.todo(session, actor, on=office.today)
        assert page.total == len(page.rows) == inbox.counts(session, actor, office.today)["todo"]
        return sorted((row.step_id, row.asked) for row in page.rows)


def test_a_task_handed_over_moves_from_the_ones_list_to_the_others(reviewing: Office) -> None:
    assert todo(reviewing, "superior_clerk") == []
    reviewing.act(
        "hand_over",
        "superior_leader",
        reviewing.task_id("review"),
        to=reviewing.world.people["superior_clerk"],
        reason="出差",
    )
    assert todo(reviewing, "superior_clerk") == [("review", False)]
    assert todo(reviewing, "superior_leader") == []


def test_whoever_is_asked_finds_it_in_the_list_until_it_is_answered(reviewing: Office) -> None:
    [asked] = ask(reviewing, "before", "superior_clerk")
    assert todo(reviewing, "superior_clerk") == [("review", True)]
    reviewing.act("give_opinion", "superior_clerk", asked, verdict="", text="条件具备")
    assert todo(reviewing, "superior_clerk") == []


def test_a_proxy_has_the_principals_list_for_the_time_and_the_procedures_agreed_on(reviewing: Office) -> None:
    name(reviewing, "superior_leader", "superior_clerk", procedures=["election"])
    assert todo(reviewing, "superior_clerk") == []
    name(reviewing, "superior_leader_2", "superior_clerk")
    assert todo(reviewing, "superior_clerk") == [("review", False)]
    reviewing.act("claim", "superior_leader_2", reviewing.task_id("review"))
    assert todo(reviewing, "superior_clerk") == [("review", False)]
    reviewing.now += timedelta(days=30)
    assert todo(reviewing, "superior_clerk") == []


def test_a_task_that_several_decide_stands_in_the_list_of_those_whose_turn_it_is(office: Office, tmp_path) -> None:  # type: ignore[no-untyped-def]
    people = deciding(office, tmp_path, 'way = "in_order"', members=2)
    lists = {who: todo(office, who) for who in people}
    assert sorted(lists.values()) == [[], [("review", True)]]
    first = next(who for who in people if lists[who])
    say(office, first, "agree")
    assert todo(office, first) == []
    assert [todo(office, who) for who in people if who != first] == [[("review", True)]]


def test_copies_stand_in_a_list_of_their_own_unread_first(reviewing: Office) -> None:
    [copy] = reviewing.act(
        "copy_case", "superior_leader", reviewing.case_id, people=[reviewing.world.people["superior_clerk"]]
    )
    with reviewing.db.read() as session:
        actor = reviewing.actor(session, "superior_clerk")
        assert [c.id for c, _ in inbox.copies(session, actor)] == [copy.id]
        assert inbox.counts(session, actor, reviewing.today)["copies"] == 1

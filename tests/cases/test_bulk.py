"""The same for many rows: each reports its own result."""

from __future__ import annotations

import pytest

from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows.cases import bulk
from workflows.errors import Invalid


@pytest.fixture
def two_cases(office: Office) -> tuple[Office, list[int]]:
    """Two zones whose requests wait for the same leader."""
    give_accounts(office)
    tasks = []
    for who in ("zone_secretary", "other_zone_secretary"):
        office.case_id = 0
        office.start(who)
        office.decide(who, "file")
        tasks.append(office.task_id("review"))
    return office, tasks


def test_many_are_decided_and_one_that_somebody_else_just_finished_says_so(
    two_cases: tuple[Office, list[int]],
) -> None:
    office, tasks = two_cases
    with office.db.write() as session:
        from workflows import cases

        cases.decide(
            session, office.actor(session, "superior_leader_2"), tasks[0], outcome="approve", answers={}, now=office.now
        )
    with office.db.write() as session:
        results = bulk.decide_many(
            session, office.actor(session, "superior_leader"), tasks, outcome="approve", opinion="同意", now=office.now
        )
    assert [row.done for row in results] == [False, True]
    assert "赵文静" in results[0].message.zh
    assert office.task("review").outcome == "approve"


def test_a_refused_row_leaves_nothing_behind_and_says_everything(two_cases: tuple[Office, list[int]]) -> None:
    office, tasks = two_cases
    with office.db.write() as session:
        results = bulk.decide_many(
            session, office.actor(session, "superior_leader"), [*tasks, 999_999], outcome="return", now=office.now
        )
    assert [row.done for row in results] == [False, False, False]
    assert "理由" in results[0].message.zh
    assert office.task("review").status == "open"


def test_many_are_handed_over(two_cases: tuple[Office, list[int]]) -> None:
    office, tasks = two_cases
    with office.db.write() as session:
        results = bulk.hand_over_many(
            session,
            office.actor(session, "superior_leader"),
            tasks,
            to=office.world.people["superior_clerk"],
            reason="休假",
            now=office.now,
        )
    assert [row.done for row in results] == [True, True]
    assert office.task("review").assignee_id == office.world.people["superior_clerk"]


def test_a_repeated_submit_does_nothing_twice(two_cases: tuple[Office, list[int]]) -> None:
    office, tasks = two_cases
    for _ in range(2):
        with office.db.write() as session:
            results = bulk.nudge_many(
                session, office.actor(session, "superior_manager"), tasks, now=office.now, key="one"
            )
        assert [row.done for row in results] == [True, True]


def test_nothing_chosen_is_said_so(two_cases: tuple[Office, list[int]]) -> None:
    office, _tasks = two_cases
    with office.db.write() as session, pytest.raises(Invalid):
        bulk.nudge_many(session, office.actor(session, "superior_manager"), [], now=office.now)

"""Several people act at once: one is served after the other, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows import audit, cases
from workflows.errors import Conflict
from workflows.storage import Database
from workflows.storage.cases import Case, Task
from workflows.storage.organisations import Post


def outcomes(jobs: list[Any]) -> list[object]:
    def run(job: Any) -> object:
        try:
            return job()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_two_leaders_decide_at_once_and_one_is_told_who_was_faster(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")
    found = outcomes(
        [
            lambda: office.decide("superior_leader", "review", "approve"),
            lambda: office.decide("superior_leader_2", "review", "return", opinion="不同意"),
        ]
    )
    conflicts = [one for one in found if isinstance(one, Conflict)]
    assert len(conflicts) == 1
    assert conflicts[0].details["by"] in ("王志强", "赵文静")
    with office.db.read() as session:
        assert audit.verify(session).ok


def test_both_branches_finish_at_once_and_the_case_goes_on(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")
    found = outcomes(
        [
            lambda: office.decide("superior_leader", "review", "approve"),
            lambda: office.decide("party_leader", "opinion"),
        ]
    )
    assert not [one for one in found if isinstance(one, Exception)]
    assert office.waits() == ["reply"]


def test_the_same_submit_from_two_tabs_acts_once(office: Office) -> None:
    office.start()
    outcomes([lambda: office.decide("zone_secretary", "file", key="tab")] * 4)
    with office.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Task).where(Task.step == "review")) == 1


def test_two_applications_for_one_zone_at_once_leave_one(office: Office) -> None:
    found = outcomes([lambda who=who: office.start(who) for who in ("zone_secretary", "zone_secretary_2")])
    assert len([one for one in found if isinstance(one, Conflict)]) == 1
    with office.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_second_process_sees_what_the_first_committed(office: Office) -> None:
    office.start()
    other = Database(office.db.engine.url.render_as_string(hide_password=False))
    with other.read() as session:
        assert session.get_one(Case, office.case_id).number == "建会〔2026〕1号"
    other.dispose()


def test_whoever_waited_for_the_lock_sees_what_was_asked_meanwhile(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")
    give_accounts(office)
    with office.db.read() as session:
        clerk = office.world.people["superior_clerk"]
        there = session.scalars(select(Post.organisation_id).where(Post.person_id == clerk)).one()
    with ThreadPoolExecutor(1) as pool:
        with office.db.write() as session:
            leader = office.actor(session, "superior_leader_2")
            task_id = office.task_id("review")
            cases.ask(session, leader, task_id, kind="before", people=[(clerk, there)], question="？", now=office.now)
            deciding = pool.submit(office.decide, "superior_leader", "review", "approve")
            sleep(0.5)  # by now it waits for the case
        with pytest.raises(Conflict) as caught:
            deciding.result()
    assert caught.value.details["reason"] == "opinion_awaited"
    assert "review" in office.waits()


def test_what_was_looked_at_before_the_lock_is_looked_at_again(office: Office) -> None:
    if office.db.is_sqlite:
        pytest.skip("a transaction that writes is alone from its beginning")
    office.start()
    office.decide("zone_secretary", "file")
    with office.db.write() as session:
        looked_at = session.get_one(Task, office.task_id("review"))
        assert looked_at.status == "open"
        office.decide("superior_leader_2", "review", "approve")
        with pytest.raises(Conflict) as caught:
            cases.claim(session, office.actor(session, "superior_leader"), looked_at.id, now=office.now)
        assert caught.value.details["by"] == "赵文静"
        session.rollback()

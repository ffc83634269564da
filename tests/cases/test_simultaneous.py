"""Several people act at once: one is served after the other, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from tests.cases.conftest import Office
from workflows import audit
from workflows.errors import Conflict
from workflows.storage import Database
from workflows.storage.cases import Case, Task


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

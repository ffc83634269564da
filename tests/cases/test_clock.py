"""中止 and its end, 延期: dates move by what was recorded, and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cases.conftest import Office
from workflows.deadlines import Derivation
from workflows.errors import Conflict, Forbidden, Invalid


@pytest.fixture
def reviewing(office: Office) -> Office:
    office.start()
    office.decide("zone_secretary", "file")
    return office


def test_nothing_is_decided_while_a_case_is_suspended_and_its_dates_move_by_the_time_it_stood(
    reviewing: Office,
) -> None:
    before = reviewing.task("review").fatal_on
    assert before == date(2026, 3, 24)  # 15 calendar days after Monday 9 March
    reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="区划调整")
    assert reviewing.task("review").paused_at is not None
    with pytest.raises(Conflict) as caught:
        reviewing.decide("superior_leader", "review", "approve")
    assert "中止" in caught.value.message.zh
    reviewing.now += timedelta(days=7)
    reviewing.act("resume", "superior_manager", reviewing.case_id)
    task = reviewing.task("review")
    assert task.paused_at is None
    assert task.fatal_on == date(2026, 3, 31)  # 10 to 16 March are not counted; the 9th, the day it opened, never was
    reviewing.decide("superior_leader", "review", "approve")


def test_a_task_waiting_for_a_correction_goes_on_waiting_after_a_suspension(reviewing: Office) -> None:
    wanted = [{"item": "会议纪要", "rule": "", "what": "补盖章"}]
    correction = reviewing.act(
        "request_correction", "superior_leader", reviewing.task_id("review"), items=wanted, reply_by=date(2026, 3, 30)
    )
    reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="区划调整")
    reviewing.now += timedelta(days=7)
    reviewing.act("resume", "superior_manager", reviewing.case_id)
    assert reviewing.task("review").paused_at is not None
    reviewing.now += timedelta(days=1)
    reviewing.act("answer_correction", "zone_secretary", correction.id, answer="已补")
    assert reviewing.task("review").fatal_on == date(2026, 4, 1)  # the two pauses overlap and count once


def test_more_time_is_given_with_a_reason_and_the_rules_own_date_stays_visible(reviewing: Office) -> None:
    task_id = reviewing.task_id("review")
    extension = reviewing.act("extend", "superior_manager", task_id, to_on=date(2026, 4, 3), reason="材料量大")
    assert (extension.from_on, extension.to_on) == (date(2026, 3, 24), date(2026, 4, 3))
    task = reviewing.task("review")
    assert task.fatal_on == date(2026, 4, 3)
    derivation = Derivation.from_json(task.derivation or {})
    assert any("2026-03-24" in line and "材料量大" in line for line in derivation.explain("zh"))


def test_an_extension_survives_a_correction(reviewing: Office) -> None:
    task_id = reviewing.task_id("review")
    reviewing.act("extend", "superior_manager", task_id, to_on=date(2026, 4, 3), reason="材料量大")
    wanted = [{"item": "会议纪要", "rule": "", "what": "补盖章"}]
    correction = reviewing.act("request_correction", "superior_leader", task_id, items=wanted, reply_by=None)
    reviewing.now += timedelta(days=2)
    reviewing.act("answer_correction", "zone_secretary", correction.id, answer="已补")
    assert (reviewing.task("review").fatal_on or date.min) > date(2026, 4, 3)


@pytest.mark.parametrize(
    ("to_on", "reason", "paths"),
    [
        (date(2026, 3, 20), "材料量大", {"/to_on"}),
        (date(2026, 4, 3), " ", {"/reason"}),
        (date(2028, 4, 3), "", {"/to_on", "/reason"}),
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(
    reviewing: Office, to_on: date, reason: str, paths: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        reviewing.act("extend", "superior_manager", reviewing.task_id("review"), to_on=to_on, reason=reason)
    assert {m.path for m in caught.value.mistakes} == paths


@pytest.mark.parametrize("who", ["zone_secretary", "party_leader", "superior_clerk"])
def test_only_the_superior_moves_the_clock(reviewing: Office, who: str) -> None:
    with pytest.raises(Forbidden):
        reviewing.act("suspend", who, reviewing.case_id, reason="等一等")
    with pytest.raises(Forbidden):
        reviewing.act("extend", who, reviewing.task_id("review"), to_on=date(2026, 4, 3), reason="等一等")


def test_a_case_is_suspended_once_and_resumed_once(reviewing: Office) -> None:
    first = reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="区划调整", key="a")
    again = reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="区划调整", key="a")
    assert first.id == again.id
    with pytest.raises(Conflict):
        reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="区划调整", key="b")
    reviewing.act("resume", "superior_manager", reviewing.case_id)
    with pytest.raises(Conflict):
        reviewing.act("resume", "superior_manager", reviewing.case_id)

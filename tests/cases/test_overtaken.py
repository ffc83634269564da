"""What others do while opinions and decisions are under way: handed over, changed, stopped; and who stands in then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.cases.conftest import Office
from tests.cases.test_consult import ask, notices, reviewing, row  # noqa: F401 - the fixture
from tests.organisations.test_proxies import name
from workflows import inbox
from workflows.errors import Conflict
from workflows.storage.cases import Notice, Task
from workflows.storage.consulting import OpinionStatus


def test_a_decision_that_waits_is_a_draft_again_for_whoever_is_handed_the_task(reviewing: Office) -> None:  # noqa: F811
    [asked] = ask(reviewing, "after", "party_leader")
    reviewing.decide("superior_leader", "review", "approve", opinion="可以")
    colleague = reviewing.world.people["superior_leader_2"]
    reviewing.act("hand_over", "superior_leader", reviewing.task_id("review"), to=colleague, reason="出差")
    task = reviewing.task("review")
    assert (task.decision, task.draft) == (None, {"answers": {}, "outcome": "approve", "opinion": "可以"})
    assert row(reviewing, asked).status == OpinionStatus.WAITING
    reviewing.decide("superior_leader_2", "review", "approve")
    reviewing.act("give_opinion", "party_leader", asked, verdict="", text="知道了")
    assert reviewing.task("review").closed_by_id == colleague


def test_an_opinion_reaches_whoever_has_the_task_now(reviewing: Office) -> None:  # noqa: F811
    [asked] = ask(reviewing, "before", "superior_clerk")
    colleague = reviewing.world.people["superior_leader_2"]
    reviewing.act("hand_over", "superior_leader", reviewing.task_id("review"), to=colleague, reason="出差")
    reviewing.act("give_opinion", "superior_clerk", asked, verdict="", text="条件具备")
    assert "opinion_given" in notices(reviewing, "superior_leader")
    assert "opinion_given" in notices(reviewing, "superior_leader_2")


def test_a_decision_that_cannot_take_effect_any_more_is_its_makers_draft(reviewing: Office) -> None:  # noqa: F811
    [asked] = ask(reviewing, "alongside", "party_leader")
    reviewing.decide("superior_leader", "review", "approve")
    with reviewing.db.write() as session:  # the procedure would refuse it by now
        task = session.get_one(Task, reviewing.task_id("review"))
        task.decision = {**(task.decision or {}), "outcome": "return", "opinion": ""}
    reviewing.act("give_opinion", "party_leader", asked, verdict="", text="知道了")
    task = reviewing.task("review")
    assert (task.status, task.decision, row(reviewing, asked).status) == ("open", None, OpinionStatus.ANSWERED)
    assert "decision_void" in notices(reviewing, "superior_leader")
    reviewing.decide("superior_leader", "review", "approve")


def test_a_colleague_in_the_same_post_finishes_by_proxy_what_was_claimed(reviewing: Office) -> None:  # noqa: F811
    reviewing.act("claim", "superior_leader", reviewing.task_id("review"))
    with pytest.raises(Exception, match="王志强"):
        reviewing.decide("superior_leader_2", "review", "approve")
    name(reviewing, "superior_leader", "superior_leader_2")
    reviewing.decide("superior_leader_2", "review", "approve")
    assert reviewing.task("review").on_behalf_of_id == reviewing.world.people["superior_leader"]


def test_a_proxy_does_what_was_handed_over_to_the_principal(reviewing: Office) -> None:  # noqa: F811
    clerk = reviewing.world.people["superior_clerk"]
    reviewing.act("hand_over", "superior_leader", reviewing.task_id("review"), to=clerk, reason="请办理")
    name(reviewing, "superior_clerk", "party_leader")
    with reviewing.db.read() as session:
        todo = inbox.todo(session, reviewing.actor(session, "party_leader"), on=reviewing.today)
        assert "review" in [line.step_id for line in todo.rows]
    reviewing.decide("party_leader", "review", "approve")
    assert reviewing.task("review").on_behalf_of_id == clerk


def test_a_proxy_for_other_procedures_is_not_shown_what_the_principal_is_asked(reviewing: Office) -> None:  # noqa: F811
    ask(reviewing, "before", "superior_clerk")
    name(reviewing, "superior_clerk", "party_leader", procedures=["election"])
    with reviewing.db.read() as session:
        todo = inbox.todo(session, reviewing.actor(session, "party_leader"), on=reviewing.today)
        assert "review" not in [line.step_id for line in todo.rows]


def test_a_suspension_does_not_eat_the_applicants_time_to_correct(reviewing: Office) -> None:  # noqa: F811
    wanted = [{"item": "", "rule": "", "what": "补充名单"}]
    reply_by = reviewing.today + timedelta(days=5)
    reviewing.act("request_correction", "superior_leader", reviewing.task_id("review"), items=wanted, reply_by=reply_by)
    reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="核实")
    reviewing.now += timedelta(days=4)
    reviewing.act("resume", "superior_manager", reviewing.case_id)
    assert reviewing.task("review", "correction").fatal_on == reply_by + timedelta(days=4)
    reviewing.now += timedelta(days=3)
    with pytest.raises(Conflict):
        reviewing.decide("superior_leader", "review", "approve")


def test_whoever_was_handed_a_task_hears_that_it_is_not_needed(reviewing: Office) -> None:  # noqa: F811
    clerk = reviewing.world.people["superior_clerk"]
    reviewing.act("hand_over", "superior_leader", reviewing.task_id("review"), to=clerk, reason="请办理")
    reviewing.act("withdraw", "zone_secretary", reviewing.case_id, reason="不办了")
    with reviewing.db.read() as session:
        told = session.scalars(select(Notice.person_id).where(Notice.kind == "case_withdrawn")).all()
    assert clerk in told

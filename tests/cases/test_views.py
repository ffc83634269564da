"""What pages show of a case, and which verbs they offer to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.conftest import Office
from workflows import inbox
from workflows.cases import views
from workflows.errors import NotFound


def case_view(office: Office, who: str) -> views.CaseView:
    with office.db.read() as session:
        return views.case_view(session, office.actor(session, who), office.case_id, now=office.now)


def task_view(office: Office, who: str, step: str, kind: str = "step") -> views.TaskView:
    with office.db.read() as session:
        return views.task_view(session, office.actor(session, who), office.task_id(step, kind), now=office.now)


def to_review(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")


def test_the_start_page_shows_the_whole_chain_with_the_people_who_will_act(office: Office) -> None:
    with office.db.read() as session:
        actor = office.actor(session, "zone_secretary")
        view = views.start_view(
            session, actor, "review", applicant_id=office.world.applicants["zone_secretary"], now=office.now
        )
    assert [link.step.id for link in view.chain] == ["file", "review", "opinion", "reply"]
    assert view.chain[1].holders == ("王志强", "赵文静")
    assert view.chain[1].limit.zh == "15 日（R-422）"
    assert view.may_start


def test_the_start_page_leads_to_the_case_that_is_already_open(office: Office) -> None:
    office.start()
    with office.db.read() as session:
        view = views.start_view(
            session,
            office.actor(session, "zone_secretary_2"),
            "review",
            applicant_id=office.world.applicants["zone_secretary"],
            now=office.now,
        )
    assert view.open_case is not None
    assert (view.open_case.id, view.may_start) == (office.case_id, False)


def test_a_case_says_in_one_sentence_for_whom_it_waits(office: Office) -> None:
    to_review(office)
    office.decide("superior_leader", "review", "approve")
    office.now += timedelta(days=40)
    view = case_view(office, "zone_secretary")
    assert view.sentence.zh == (
        "等待中共新安县产业集聚区工作委员会陈建国办理“提出意见”，第 40/31 天（R-412），已超期 9 天；"
        "并行的“审核”（新安县总工会，2026-03-09）已办完。"
    )
    assert "9 days late" in view.sentence.en
    assert view.marks == {"file": "done", "review": "done", "opinion": "current", "reply": "ahead"}


def test_only_the_applicant_may_withdraw(office: Office) -> None:
    to_review(office)
    assert case_view(office, "zone_secretary").may_withdraw
    assert not case_view(office, "superior_leader").may_withdraw


def test_a_manager_sees_what_lies_below_and_a_stranger_nothing(office: Office) -> None:
    to_review(office)
    assert case_view(office, "superior_manager").case.id == office.case_id
    with pytest.raises(NotFound):
        case_view(office, "other_zone_secretary")


def test_a_task_offers_the_verbs_its_reader_may_use(office: Office) -> None:
    to_review(office)
    assert task_view(office, "superior_leader", "review").may == {"decide", "claim", "request_correction"}
    assert task_view(office, "zone_secretary", "review").may == frozenset()
    assert task_view(office, "superior_clerk", "review").may == frozenset()
    office.act("claim", "superior_leader", office.task_id("review"))
    assert task_view(office, "superior_leader_2", "review").may == frozenset()
    assert task_view(office, "superior_leader", "review").may == {"decide", "release", "request_correction"}


def test_while_a_correction_is_awaited_the_task_cannot_be_decided(office: Office) -> None:
    to_review(office)
    items = [{"item": "纪要", "rule": "", "what": "补盖章页"}]
    office.act("request_correction", "superior_leader", office.task_id("review"), items=items, reply_by=None)
    assert task_view(office, "superior_leader", "review").may == {"claim", "take_back_correction"}
    assert task_view(office, "zone_secretary", "review", "correction").may == {"claim", "answer_correction"}
    assert "停止计时" in case_view(office, "zone_secretary").sentence.zh


def test_my_work_lists_what_i_owe_and_what_i_did(office: Office) -> None:
    to_review(office)
    with office.db.read() as session:
        leader = office.actor(session, "superior_leader")
        secretary = office.actor(session, "zone_secretary")
        owed = inbox.todo(session, leader, on=office.today)
        assert [(row.step_id, row.days_left, row.unit, row.late) for row in owed.rows] == [
            ("review", 15, "calendar_days", "none")
        ]
        assert inbox.todo(session, secretary, on=office.today).total == 0
        done = inbox.done(session, secretary, on=office.today).rows
        assert [(row.step_id, row.holder) for row in done] == [("file", "刘芳")]
        assert [row.case_id for row in inbox.started(session, secretary, on=office.today).rows] == [office.case_id]
        assert inbox.counts(session, leader, office.today) == {"todo": 1, "late": 0, "notices": 0, "copies": 0}


def test_search_needs_every_word_and_takes_signs_literally(office: Office) -> None:
    to_review(office)
    with office.db.read() as session:
        leader = office.actor(session, "superior_leader")
        found = {
            text: inbox.todo(session, leader, on=office.today, search=text).total
            for text in ("新安县 审核", "建会〔2026〕1号", "新安县 汝阳", "%", "_' OR 1=1 --")
        }
    assert found == {"新安县 审核": 1, "建会〔2026〕1号": 1, "新安县 汝阳": 0, "%": 0, "_' OR 1=1 --": 0}


def test_a_task_claimed_by_a_colleague_leaves_my_list(office: Office) -> None:
    to_review(office)
    office.act("claim", "superior_leader", office.task_id("review"))
    with office.db.read() as session:
        assert inbox.todo(session, office.actor(session, "superior_leader_2"), on=office.today).total == 0
        assert inbox.todo(session, office.actor(session, "superior_leader"), on=office.today).total == 1

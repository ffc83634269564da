"""催办: who may, whom it reaches, how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.monitor.conftest import Watch
from tests.monitor.test_waits import ITEMS, make_paper_body, start_parent
from workflows import audit, cases, inbox
from workflows.cases.bulk import nudge_many
from workflows.cases.nudge import AGAIN_AFTER, AT_MOST_A_DAY
from workflows.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.monitor.stuck import Help
from workflows.storage.cases import Notice
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation, Post
from workflows.storage.watching import Nudge


def nudge(watch: Watch, who: str, task_id: int, **more: Any) -> Nudge:
    with watch.office.db.write() as session:
        more.setdefault("now", watch.office.now)
        return cases.nudge(session, watch.actor(session, who), task_id, **more)


def told(watch: Watch) -> list[tuple[int | None, str | None, str | None]]:
    """Whom nudges reached: person, code of the organisation, role."""
    with watch.office.db.read() as session:
        codes = {o.id: o.code for o in session.scalars(select(Organisation))}
        notices = session.scalars(select(Notice).where(Notice.kind == "nudged").order_by(Notice.id))
        return [(n.person_id, codes.get(n.organisation_id or 0), n.role) for n in notices]


def test_it_reaches_everybody_who_may_do_it_and_is_recorded(reviewing: Watch) -> None:
    sent = nudge(reviewing, "superior_manager", reviewing.office.task_id("review"), text="请于本周答复。")
    assert told(reviewing) == [(None, "U-C", "leader")]
    with reviewing.office.db.read() as session:
        leader = reviewing.actor(session, "superior_leader")
        assert [notice.data["opinion"] for notice, _ in inbox.notices(session, leader)] == ["请于本周答复。"]
        event = session.scalars(select(Event).where(Event.kind == "task_nudged")).one()
        assert (event.data["nudge"], event.data["words"]) == (sent.id, "请于本周答复。")
        assert audit.verify(session).ok
    row = reviewing.row(step="review")
    assert ([n.sent_by.name for n in row.nudges], row.may_nudge) == (["李卫东"], False)


def test_it_reaches_only_whoever_took_the_task(reviewing: Watch) -> None:
    task = reviewing.office.task_id("review")
    reviewing.office.act("claim", "superior_leader_2", task)
    nudge(reviewing, "superior_manager", task)
    assert told(reviewing) == [(reviewing.office.world.people["superior_leader_2"], None, None)]


def test_an_office_without_accounts_is_called_by_the_applicants_secretary(watch: Watch) -> None:
    make_paper_body(watch)
    watch.office.start()
    watch.office.decide("zone_secretary", "file")
    assert watch.row(step="opinion").help is Help.CALL
    task = watch.office.task_id("opinion")
    with pytest.raises(Forbidden):
        nudge(watch, "zone_secretary", task)  # who would be asked to call
    nudge(watch, "superior_manager", task)
    assert told(watch) == [(None, "Z-1", "secretary")]
    with watch.office.db.read() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "nudged")).one()
    assert notice.data["call"][0] == "中共新安县产业集聚区工作委员会"


def test_a_stopped_clock_is_helped_by_reminding_the_applicant(reviewing: Watch) -> None:
    office = reviewing.office
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=None)
    row = reviewing.row(step="review")
    assert row.help is Help.REMIND
    nudge(reviewing, "superior_manager", row.entry.task_id or 0)
    assert told(reviewing) == [(None, "Z-1", "secretary")]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("zone_secretary", True),  # applied
        ("zone_leader", True),
        ("superior_manager", True),  # oversees
        ("province_manager", True),
        ("superior_leader", False),  # holds it
        ("superior_leader_2", False),
        ("superior_clerk", False),  # sees the case only
        ("party_leader", False),
        ("other_manager", None),  # does not know of it
        ("other_zone_secretary", None),
        ("administrator", None),
    ],
)
def test_who_may(reviewing: Watch, who: str, may: bool | None) -> None:
    task = reviewing.office.task_id("review")
    if may:
        assert nudge(reviewing, who, task).id
    else:
        with pytest.raises(NotFound if may is None else Forbidden):
            nudge(reviewing, who, task)
        assert told(reviewing) == []


def test_the_applicant_of_a_case_that_waits_for_a_child_may_nudge_in_the_child(watch: Watch) -> None:
    start_parent(watch)
    watch.office.case_id = watch.row(kind="child").entry.child_id or 0
    watch.office.decide("zone_secretary", "file")
    assert nudge(watch, "zone_secretary_2", watch.office.task_id("review")).id


def test_the_same_person_waits_a_day_before_the_next(reviewing: Watch) -> None:
    task = reviewing.office.task_id("review")
    nudge(reviewing, "superior_manager", task)
    reviewing.wait(seconds=1)
    with pytest.raises(Conflict) as refused:
        nudge(reviewing, "superior_manager", task)
    again = datetime.fromisoformat(refused.value.details["next_at"])
    assert again == reviewing.office.now - timedelta(seconds=1) + AGAIN_AFTER
    assert reviewing.row(step="review").again == again
    assert nudge(reviewing, "superior_manager", reviewing.office.task_id("opinion")).id  # another task
    reviewing.office.now = again
    assert nudge(reviewing, "superior_manager", task).id


def test_all_together_send_three_on_a_day_of_the_office(reviewing: Watch) -> None:
    task = reviewing.office.task_id("review")
    for who in ("superior_manager", "zone_secretary", "zone_leader")[:AT_MOST_A_DAY]:
        nudge(reviewing, who, task)
    with pytest.raises(Conflict) as refused:
        nudge(reviewing, "province_manager", task)
    assert datetime.fromisoformat(refused.value.details["next_at"]) == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert reviewing.row("province_manager", step="review").again == datetime(2026, 3, 9, 16, tzinfo=UTC)
    reviewing.office.now = datetime(2026, 3, 9, 16, tzinfo=UTC)  # midnight in Beijing
    assert nudge(reviewing, "province_manager", task).id


def test_the_same_submit_nudges_once(reviewing: Watch) -> None:
    task = reviewing.office.task_id("review")
    first = nudge(reviewing, "superior_manager", task, key="k")
    assert nudge(reviewing, "superior_manager", task, key="k").id == first.id
    assert len(told(reviewing)) == 1


def test_what_is_done_suspended_or_held_by_nobody_cannot_be_nudged(reviewing: Watch) -> None:
    office = reviewing.office
    review, opinion = office.task_id("review"), office.task_id("opinion")
    office.decide("superior_leader", "review", "approve")
    with pytest.raises(Conflict):
        nudge(reviewing, "superior_manager", review)
    with office.db.write() as session:
        ended = office.today - timedelta(days=1)
        leader = Post.person_id == office.world.people["party_leader"]
        session.execute(update(Post).where(leader).values(valid_to=ended))
    with pytest.raises(Conflict, match="暂无人在岗"):
        nudge(reviewing, "superior_manager", opinion)
    office.act("suspend", "superior_manager", office.case_id, reason="停工")
    with pytest.raises(Conflict, match="已中止"):
        nudge(reviewing, "superior_manager", opinion)


def test_too_many_words_are_refused(reviewing: Watch) -> None:
    with pytest.raises(Invalid):
        nudge(reviewing, "superior_manager", reviewing.office.task_id("review"), text="急" * 501)


def test_of_many_each_has_its_own_result(reviewing: Watch) -> None:
    """One row that somebody has just finished keeps nobody from theirs."""
    office = reviewing.office
    review, opinion = office.task_id("review"), office.task_id("opinion")
    office.decide("superior_leader", "review", "approve")
    with office.db.write() as session:
        who = reviewing.actor(session, "superior_manager")
        results = nudge_many(session, who, [review, opinion, 999_999], now=office.now, key="k")
    assert [(result.task_id, result.done) for result in results] == [(review, False), (opinion, True), (999_999, False)]
    assert "王志强" in results[0].message.zh
    assert told(reviewing) == [(None, "P-1", "leader")]

"""A task speaks before, at and after its dates: to whoever holds it, then to the post above, and decides nothing."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.notifications.conftest import Told
from workflows import audit, events, worker
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage import Database
from workflows.storage.cases import Case, Notice, Task
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation, Person, Post, Role


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=OFFICE_ZONE).astimezone(UTC)


def said(told: Told, day: date) -> list[str]:
    """The stages that a sweep on a day speaks of."""
    before = {notice.id for kind in ("reminder", "escalation") for notice in told.notices(kind)}
    told.at(morning(day)).sweep()
    new = [n for kind in ("reminder", "escalation") for n in told.notices(kind) if n.id not in before]
    return [f"{n.kind} {n.data['stage']}" for n in new]


@pytest.fixture
def reviewing(told: Told) -> Told:
    """Filed on Monday 9 March 2026: the review (R-422, a convention) is due by 24 March, the opinion (R-412) by 9 April."""
    told.office.decide("zone_secretary", "file")
    return told


@pytest.fixture
def giving_opinion(reviewing: Told) -> Told:
    reviewing.office.decide("superior_leader", "review", "approve")
    return reviewing


def test_a_task_opens_with_the_day_it_is_first_spoken_of(reviewing: Told) -> None:
    assert reviewing.office.task("review").remind_on == date(
        2026, 3, 19
    )  # its target; three working days before come later
    assert reviewing.office.task("opinion").remind_on == date(2026, 4, 3)  # 6 April 2026 is a holiday


def test_the_holder_hears_before_at_and_after_and_the_post_above_when_it_is_late(giving_opinion: Told) -> None:
    told = giving_opinion
    heard = {day: said(told, day) for day in (date(2026, 3, 11) + timedelta(days=n) for n in range(58))}
    assert {day: stages for day, stages in heard.items() if stages} == {
        date(2026, 4, 3): ["reminder before"],
        date(2026, 4, 9): ["reminder fatal"],
        date(2026, 4, 10): ["reminder overdue", "escalation overdue"],
        date(2026, 4, 17): ["escalation overdue"],
        date(2026, 4, 24): ["escalation overdue"],
        date(2026, 5, 6): ["escalation overdue"],  # 1 to 5 May are off
    }
    assert told.office.waits() == ["opinion"]  # no silence is an approval


def test_the_sentence_says_what_by_which_rule_and_since_when_in_both_languages(giving_opinion: Told) -> None:
    said(giving_opinion, date(2026, 4, 10))
    (held,), (above,) = giving_opinion.notices("reminder"), giving_opinion.notices("escalation")
    assert held.data["text"]["zh"] == "“提出意见”已于 2026-04-09 到期，逾期 1 天（R-412），请尽快办理。"
    assert held.data["text"]["en"].endswith("was due by 2026-04-09 and is 1 day late (R-412).")
    assert "工作委员会办理“提出意见”" in above.data["text"]["zh"]
    assert "(R-412); please follow it up." in above.data["text"]["en"]


def test_a_body_outside_the_union_tree_has_the_applicants_superior_union_above_it(giving_opinion: Told) -> None:
    said(giving_opinion, date(2026, 4, 10))
    (held,), (above,) = giving_opinion.notices("reminder"), giving_opinion.notices("escalation")
    with giving_opinion.db.read() as session:
        codes = [session.get_one(Organisation, notice.organisation_id).code for notice in (held, above)]
    assert (codes, held.role, above.role) == (["P-1", "U-C"], "leader", "leader")


def test_a_union_has_its_own_superior_above_it_and_a_manager_where_nobody_leads(giving_opinion: Told) -> None:
    giving_opinion.office.decide("party_leader", "opinion")
    with giving_opinion.db.write() as session:
        province = session.scalars(select(Organisation).where(Organisation.code == "U-P")).one()
        person = Person(code="M", name="分管")
        session.add(person)
        session.flush()
        post = Post(person_id=person.id, organisation_id=province.id, role=Role.MANAGER, valid_from=date(2020, 1, 1))
        session.add(post)
    assert said(giving_opinion, date(2026, 3, 25)) == ["reminder overdue", "escalation overdue"]
    (above,) = giving_opinion.notices("escalation")
    assert (above.organisation_id, above.role) == (province.id, "manager")


def test_where_nobody_stands_above_the_holder_goes_on_being_reminded(giving_opinion: Told) -> None:
    giving_opinion.office.decide("party_leader", "opinion")
    assert said(giving_opinion, date(2026, 3, 25)) == ["reminder overdue"]
    assert said(giving_opinion, date(2026, 4, 1)) == ["reminder repeated"]


def test_a_convention_is_reminded_of_and_never_escalated(reviewing: Told) -> None:
    reviewing.office.decide("party_leader", "opinion")
    assert said(reviewing, date(2026, 3, 25)) == ["reminder overdue"]
    assert said(reviewing, date(2026, 4, 1)) == ["reminder repeated"]
    assert reviewing.notices("escalation") == []


def test_whoever_claimed_it_is_told_and_the_role_when_they_left(reviewing: Told) -> None:
    task_id = reviewing.office.task_id("review")
    reviewing.office.act("claim", "superior_leader_2", task_id)
    said(reviewing, date(2026, 3, 19))
    (notice,) = reviewing.notices("reminder")
    assert (notice.person_id, notice.role) == (reviewing.person("superior_leader_2"), None)
    with reviewing.db.write() as session:
        held = session.scalars(select(Post).where(Post.person_id == reviewing.person("superior_leader_2"))).one()
        held.valid_to = date(2026, 3, 20)
    said(reviewing, date(2026, 3, 24))
    assert [n.role for n in reviewing.notices("reminder")] == [None, "leader"]


def test_it_is_on_the_record_and_the_chain_holds(giving_opinion: Told) -> None:
    before = giving_opinion.office.case()
    said(giving_opinion, date(2026, 4, 10))
    with giving_opinion.db.read() as session:
        kinds = [event.kind for event in events.of_case(session, giving_opinion.office.case_id)]
        assert kinds[-2:] == ["reminded", "escalated"]
        assert audit.verify(session).ok
        version = session.get_one(Case, giving_opinion.office.case_id).version
    assert version == before.version  # a reminder is no action


def test_a_clock_that_stands_is_not_spoken_of_and_its_day_moves_with_the_dates(reviewing: Told) -> None:
    items = [{"item": "会议纪要", "rule": "", "what": "补盖章"}]
    reviewing.at(morning(date(2026, 3, 11)))
    reply_by = date(2026, 3, 20)
    review = reviewing.office.task_id("review")
    reviewing.office.act("request_correction", "superior_leader", review, items=items, reply_by=reply_by)
    assert reviewing.office.task("review").remind_on is None
    assert said(reviewing, date(2026, 3, 17)) == ["reminder before"]  # of the correction, to the applicant
    (notice,) = reviewing.notices("reminder")
    assert (notice.role, notice.data["text"]["zh"]) == (
        "secretary",
        "“补正：审核”应于 2026-03-20 前办结，请及时办理。",
    )
    correction = reviewing.office.task_id("review", "correction")
    reviewing.at(morning(date(2026, 3, 19)))
    reviewing.office.act("answer_correction", "zone_secretary", correction, answer="已补")
    task = reviewing.office.task("review")
    assert (task.target_on, task.fatal_on, task.remind_on) == (
        date(2026, 3, 30),
        date(2026, 4, 2),
        date(2026, 3, 30),
    )


def test_a_suspended_case_is_silent_and_speaks_again_when_it_goes_on(reviewing: Told) -> None:
    reviewing.office.act(
        "suspend", "superior_manager", reviewing.office.case_id, reason="区划调整", until=date(2026, 3, 20)
    )
    assert said(reviewing, date(2026, 3, 19)) == []
    reviewing.at(morning(date(2026, 3, 20))).sweep()
    (ends,) = reviewing.notices("reminder")  # whoever suspended it hears that it still stands
    assert ends.person_id == reviewing.person("superior_manager")
    assert said(reviewing, date(2026, 4, 20)) == []
    reviewing.office.act("resume", "superior_manager", reviewing.office.case_id)
    assert (reviewing.office.task("review").remind_on or date.min) > date(2026, 4, 20)


def test_a_task_that_is_done_is_not_spoken_of(reviewing: Told) -> None:
    reviewing.office.decide("superior_leader", "review", "approve")
    assert said(reviewing, date(2026, 3, 19)) == said(reviewing, date(2026, 3, 24)) == []


def test_a_sweep_that_was_away_says_the_last_thing_once(giving_opinion: Told) -> None:
    assert said(giving_opinion, date(2026, 4, 22)) == ["escalation overdue"]
    assert said(giving_opinion, date(2026, 4, 23)) == []


def test_a_year_nobody_loaded_is_provisional_and_says_so(told: Told) -> None:
    told.at(morning(date(2028, 12, 20)))
    with told.db.write() as session:
        session.get_one(Case, told.office.case_id).status = "withdrawn"
    told.office.case_id = 0
    told.office.start("other_zone_secretary")
    file = told.office.task("file")
    assert file.derivation is not None
    assert file.derivation["provisional"]
    assert file.remind_on is not None
    said(told, file.remind_on)
    notice = told.notices("reminder")[-1]
    assert "日期暂定" in notice.data["text"]["zh"]
    assert "provisional" in notice.data["text"]["en"]


def test_a_task_that_cannot_be_reminded_of_keeps_nobody_else_from_theirs(
    giving_opinion: Told, caplog: pytest.LogCaptureFixture
) -> None:
    other_case, giving_opinion.office.case_id = giving_opinion.office.case_id, 0
    giving_opinion.at(morning(date(2026, 3, 30))).office.start("other_zone_secretary")  # due on 14 April
    with giving_opinion.db.write() as session:
        session.get_one(Case, other_case).rule_set = "RS-0000"  # there is none of this name
    assert said(giving_opinion, date(2026, 4, 10)) == ["reminder before"]
    assert "could not be reminded of" in caplog.text
    with giving_opinion.db.read() as session:
        opinion = session.scalars(select(Task).where(Task.case_id == other_case, Task.step == "opinion")).one()
    assert opinion.remind_on == date(2026, 4, 11)


def test_two_workers_at_once_say_it_once(giving_opinion: Told) -> None:
    now, begin = morning(date(2026, 4, 10)), threading.Barrier(3)

    def sweeping() -> None:
        database = Database(giving_opinion.db.url.render_as_string(hide_password=False))
        begin.wait()
        worker.sweep(database, now)
        database.dispose()

    threads = [threading.Thread(target=sweeping) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    worker.sweep(giving_opinion.db, now)
    assert len(giving_opinion.notices("reminder")) == len(giving_opinion.notices("escalation")) == 1
    with giving_opinion.db.read() as session:
        assert audit.verify(session).ok
        kinds = list(session.scalars(select(Event.kind).where(Event.kind.in_(["reminded", "escalated"]))))
        assert sorted(kinds) == ["escalated", "reminded"]
        assert len(session.scalars(select(Notice).where(Notice.kind == "reminder")).all()) == 1

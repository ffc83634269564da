"""Doing tasks of the diagram."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from tests.cases.conftest import Office
from workflows import events
from workflows.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.storage.cases import Case, Notice, Task


def to_review(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")


def test_a_case_starts_at_its_first_step_in_the_hands_of_whoever_started_it(office: Office) -> None:
    office.start()
    assert office.waits() == ["file"]
    task = office.task("file")
    assert task.assignee_id == office.world.people["zone_secretary"]
    assert office.case().number == "建会〔2026〕1号"


def test_dates_of_a_task_come_with_their_derivation(office: Office) -> None:
    office.start()
    task = office.task("file")
    assert task.fatal_on == date(2026, 3, 23)  # ten working days after Monday 9 March
    assert task.derivation is not None
    assert task.derivation["rule"] == "T-37"


def test_reviews_run_side_by_side_and_the_reply_waits_for_both(office: Office) -> None:
    to_review(office)
    assert office.waits() == ["opinion", "review"]
    office.decide("superior_leader", "review", "approve")
    assert office.waits() == ["opinion"]
    office.decide("party_leader", "opinion")
    assert office.waits() == ["reply"]
    office.decide("superior_leader", "reply")
    assert (office.case().status, office.case().end) == ("completed", "done")


def test_every_mistake_is_told_at_once_and_nothing_is_kept(office: Office) -> None:
    office.start()
    version = office.case().version
    with pytest.raises(Invalid) as caught:
        office.decide("zone_secretary", "file", "", answers={"persons": 0})
    assert {m.path for m in caught.value.mistakes} == {"/reason", "/persons", "/outcome"}
    assert office.case().version == version
    assert office.task("file").answers is None


def test_characters_that_no_paper_can_print_are_refused_where_they_are_typed(office: Office) -> None:
    office.start()
    with pytest.raises(Invalid) as caught:
        office.decide("zone_secretary", "file", answers={"reason": "建会😀😀，张𠮷", "persons": 3}, opinion="同意👍")
    assert [m.path for m in caught.value.mistakes] == ["/reason", "/opinion"]
    assert "“😀”（U+1F600）、“𠮷”（U+20BB7）" in caught.value.mistakes[0].message.zh
    assert office.waits() == ["file"]
    office.decide("zone_secretary", "file", answers={"reason": "建会 №1，①②℃", "persons": 3})
    assert "file" not in office.waits()


def test_a_return_needs_a_reason_and_leads_back_with_the_old_answers_as_draft(office: Office) -> None:
    to_review(office)
    with pytest.raises(Invalid) as caught:
        office.decide("superior_leader", "review", "return")
    assert [m.path for m in caught.value.mistakes] == ["/opinion"]
    office.decide("superior_leader", "review", "return", opinion="缺少人数说明")
    office.decide("party_leader", "opinion")
    assert office.waits() == ["file"]
    assert office.task("file").draft == {"answers": office.answers, "outcome": "", "opinion": ""}
    with office.db.read() as session:
        kinds = set(session.scalars(select(Notice.kind).where(Notice.case_id == office.case_id)))
    assert kinds == {"task_returned"}


def test_no_gateway_reads_a_stale_approval(office: Office) -> None:
    to_review(office)
    office.decide("superior_leader", "review", "return", opinion="补充")
    office.decide("party_leader", "opinion")
    office.decide("zone_secretary", "file")
    office.decide("superior_leader", "review", "approve")
    assert office.waits() == ["opinion"]
    office.decide("party_leader", "opinion")
    assert office.waits() == ["reply"]


def test_the_second_person_learns_who_did_it_and_when(office: Office) -> None:
    to_review(office)
    office.decide("superior_leader", "review", "approve")
    with pytest.raises(Conflict) as caught:
        office.decide("superior_leader_2", "review", "approve")
    assert caught.value.message.zh == "王志强已于 2026-03-09 09:00 办理了这项任务。"
    assert caught.value.details["by"] == "王志强"


def test_sending_twice_acts_once(office: Office) -> None:
    assert office.start(key="k-start") == office.start(key="k-start")
    first = office.decide("zone_secretary", "file", key="k-file")
    again = office.decide("zone_secretary", "file", key="k-file")
    assert again.task.id == first.task.id
    with office.db.read() as session:
        kinds = [e.kind for e in events.of_case(session, office.case_id)]
    assert kinds == ["case_started", "task_completed"]


def test_a_task_of_another_organisation_is_not_there(office: Office) -> None:
    office.start()
    with pytest.raises(NotFound):
        office.decide("other_zone_secretary", "file")


def test_a_participant_without_the_post_may_look_but_not_act(office: Office) -> None:
    to_review(office)
    with pytest.raises(Forbidden):
        office.decide("superior_clerk", "review", "approve")


def test_nobody_decides_on_their_own_request(office: Office) -> None:
    """A person who holds posts on both sides may act only on one."""
    from workflows.storage.organisations import Organisation, Post

    with office.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        person = office.world.people["zone_secretary"]
        session.add(Post(person_id=person, organisation_id=county.id, role="leader", valid_from=date(2020, 1, 1)))
    to_review(office)
    with pytest.raises(Forbidden, match="回避"):
        office.decide("zone_secretary", "review", "approve")
    office.decide("superior_leader", "review", "approve")


def test_who_may_act_is_asked_at_the_moment_of_acting(office: Office) -> None:
    """The post ended yesterday; the task that was already open follows at once."""
    from workflows.storage.organisations import Post

    to_review(office)
    with office.db.write() as session:
        post = session.scalars(select(Post).where(Post.person_id == office.world.people["superior_leader"])).one()
        post.valid_to = office.today - timedelta(days=1)
    with pytest.raises(NotFound):
        office.decide("superior_leader", "review", "approve")
    office.decide("superior_leader_2", "review", "approve")


def test_a_claimed_task_is_left_alone_until_it_is_released(office: Office) -> None:
    to_review(office)
    office.act("claim", "superior_leader", office.task_id("review"))
    with pytest.raises(Forbidden, match="王志强已领取"):
        office.decide("superior_leader_2", "review", "approve")
    office.act("release", "superior_leader", office.task_id("review"))
    office.decide("superior_leader_2", "review", "approve")


def test_a_draft_may_be_incomplete_and_goes_with_the_decision(office: Office) -> None:
    office.start()
    office.act(
        "save_draft", "zone_secretary", office.task_id("file"), answers={"persons": "x"}, outcome="", opinion="待定"
    )
    assert office.task("file").draft == {"answers": {"persons": "x"}, "outcome": "", "opinion": "待定"}
    office.decide("zone_secretary", "file")
    assert office.task("file").draft is None


def test_only_one_application_is_open_for_a_zone(office: Office) -> None:
    first = office.start()
    with pytest.raises(Conflict) as caught:
        office.start("zone_secretary_2")
    assert caught.value.details == {"case_id": first, "number": "建会〔2026〕1号"}


def test_withdrawal_closes_what_is_open_and_tells_who_held_it(office: Office) -> None:
    to_review(office)
    with pytest.raises(Invalid):
        office.act("withdraw", "zone_secretary", office.case_id, reason=" ")
    with pytest.raises(Forbidden):
        office.act("withdraw", "superior_leader", office.case_id, reason="不办了")
    office.act("withdraw", "zone_secretary", office.case_id, reason="条件变化")
    assert office.waits() == []
    assert office.case().status == "withdrawn"
    with office.db.read() as session:
        told = session.scalars(select(Notice.kind).where(Notice.case_id == office.case_id)).all()
    assert told == ["case_withdrawn", "case_withdrawn"]
    office.case_id = 0
    office.start()  # the way is free for a new application


def test_an_error_in_the_middle_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    to_review(office)
    monkeypatch.setattr("workflows.engine.instance.Instance.save", _fails)
    with pytest.raises(RuntimeError, match="power"):
        office.decide("superior_leader", "review", "approve")
    monkeypatch.undo()
    assert office.waits() == ["opinion", "review"]
    office.decide("superior_leader", "review", "approve")


def _fails(_instance: object) -> bytes:
    raise RuntimeError("power cut")


def test_completing_a_task_takes_few_statements_one_commit_and_few_tables(office: Office) -> None:
    to_review(office)
    statements: list[str] = []
    commits: list[int] = []
    engine = office.db.engine
    event.listen(engine, "before_cursor_execute", lambda c, cur, s, p, ctx, many: statements.append(s))
    event.listen(engine, "commit", lambda c: commits.append(1))
    office_task = office.task_id("review")
    statements.clear()
    with office.db.write() as session:
        actor = office.actor(session, "superior_leader")
        from workflows import cases

        cases.decide(session, actor, office_task, outcome="approve", answers={}, now=office.now)
    relevant = [s for s in statements if not s.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(relevant) <= 12, "\n".join(relevant)
    assert len(commits) == 1
    written = {
        s.split()[2] if s.startswith("INSERT") else s.split()[1] for s in relevant if s[:6] in ("INSERT", "UPDATE")
    }
    assert len(written) <= 5, written


def test_a_case_keeps_its_version_and_its_rule_set(office: Office) -> None:
    office.start()
    with office.db.read() as session:
        case = session.get_one(Case, office.case_id)
        assert (case.definition_id, case.rule_set) == (1, "RS-2025")
        assert session.scalars(select(Task.relation)).all() == ["applicant"]


def test_what_reorders_or_hides_text_is_not_kept(office: Office) -> None:
    """A direction override makes a reader see another text than the one that is stored."""
    office.start()
    office.answers = {"reason": "建\u202e会\u200b理由\u2066", "persons": 3}
    office.decide("zone_secretary", "file", opinion="同\u202e意\x1b")
    assert (office.task("file").answers or {})["reason"] == "建会理由"
    assert office.task("file").opinion == "同意"

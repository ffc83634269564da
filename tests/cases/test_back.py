"""退回: a task goes back to a step of one's choice; 撤回: whoever did a step takes it back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.cases.accounts import give_accounts
from tests.cases.conftest import FOLDERS, MONDAY, Office
from tests.engine.drawing import Drawing
from tests.procedures.played import BPMN
from workflows import audit, cases, catalogue, events, scenarios
from workflows.cases import views
from workflows.cases.back import SendBackPreview
from workflows.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.sample_world import SMALL_PDF, World
from workflows.storage import Database
from workflows.storage.cases import Case, Notice, Task, TaskStatus
from workflows.storage.organisations import Person, Post, Proxy
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text


@pytest.fixture
def reviewing(office: Office) -> Office:
    """Both reviews are open."""
    office.start()
    office.decide("zone_secretary", "file")
    return office


@pytest.fixture
def replying(reviewing: Office) -> Office:
    """Both reviews are in; the superior union replies."""
    reviewing.decide("superior_leader", "review", "approve")
    reviewing.decide("party_leader", "opinion")
    return reviewing


def send_back(office: Office, who: str, step: str, to: str, straight: bool = False, **more: object) -> cases.Decided:
    more.setdefault("reason", "数据不一致")
    done: cases.Decided = office.act("send_back", who, office.task_id(step), to_step=to, straight=straight, **more)
    return done


def preview(office: Office, who: str, step: str, to: str, straight: bool = False) -> SendBackPreview:
    with office.db.read() as session:
        return cases.preview_send_back(
            session,
            office.actor(session, who),
            office.task_id(step),
            to_step=to,
            straight=straight,
            now=office.now,
        )


def take_back(office: Office, who: str, step: str, **more: object) -> cases.Decided:
    done: cases.Decided = office.act("take_back", who, office.task_id(step), **more)
    return done


def refusal(office: Office, who: str, step: str) -> Text | None:
    with office.db.read() as session:
        return cases.taking_back_is_refused(session, office.actor(session, who), office.task_id(step), now=office.now)


def kinds(office: Office) -> list[str]:
    with office.db.read() as session:
        assert audit.verify(session).ok
        return [event.kind for event in events.of_case(session, office.case_id)]


def notices(office: Office, kind: str) -> list[Notice]:
    with office.db.read() as session:
        return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


# ---- sending back ---------------------------------------------------------------------------------------------------


def test_the_steps_one_may_choose_are_those_done_on_the_way_with_who_did_them(replying: Office) -> None:
    with replying.db.read() as session:
        actor = replying.actor(session, "superior_leader")
        choices = cases.send_back_choices(session, actor, replying.task_id("reply"), now=replying.now)
    assert [(choice.step, choice.done_by.zh, choice.straight) for choice in choices] == [
        ("file", "刘芳", True),
        ("review", "王志强", True),
        ("opinion", "陈建国", True),
    ]
    assert choices[0].title == Text("填写申请", "Write the application")


def test_everything_after_the_chosen_step_is_done_again(replying: Office) -> None:
    replying.now += timedelta(days=2)
    done = send_back(replying, "superior_leader", "reply", "file")
    assert (done.task.status, done.task.outcome, done.task.opinion) == ("closed", "sent_back", "数据不一致")
    assert replying.waits() == ["file"]
    again = replying.task("file")
    assert again.draft is not None
    assert again.draft["answers"] == replying.answers
    assert (again.fatal_on, again.target_on) == (date(2026, 3, 25), None)  # ten working days from Wednesday
    with replying.db.read() as session:
        (told,) = [e for e in events.of_case(session, replying.case_id) if e.kind == "task_sent_back"]
    assert told.data["again"] == ["file", "review", "opinion"]
    assert (told.data["to"], told.data["straight"], told.data["before"]) == ("file", False, {"open": ["reply"]})
    (notice,) = notices(replying, "task_returned")
    assert (notice.task_id, notice.data["opinion"]) == (again.id, "数据不一致")
    replying.decide("zone_secretary", "file")
    assert replying.waits() == ["opinion", "review"]
    replying.decide("superior_leader", "review", "approve")
    replying.decide("party_leader", "opinion")
    replying.decide("superior_leader", "reply")
    assert replying.case().status == "completed"
    kinds(replying)


def test_one_of_two_branches_that_joined_is_done_again_and_the_other_stays(replying: Office) -> None:
    send_back(replying, "superior_leader", "reply", "opinion")
    assert replying.waits() == ["opinion"]
    replying.decide("party_leader", "opinion")
    assert replying.waits() == ["reply"]


def test_a_branch_that_opened_after_the_step_is_closed_and_its_holder_told(reviewing: Office) -> None:
    seen = preview(reviewing, "superior_leader", "review", "file")
    assert [(each.step, each.organisation.zh, each.people[0].zh) for each in seen.closed] == [
        ("opinion", "中共新安县产业集聚区工作委员会", "陈建国")
    ]
    assert (seen.opens.organisation.zh, [person.zh for person in seen.opens.people]) == (
        "新安县产业集聚区工会办公室",
        ["刘芳", "周敏"],
    )
    assert [each.zh for each in seen.again] == ["填写申请"]
    assert (seen.fatal_on, seen.papers, seen.cases, seen.kept_changes) == (date(2026, 3, 23), (), (), ())
    send_back(reviewing, "superior_leader", "review", "file")
    assert reviewing.waits() == ["file"]
    assert reviewing.task("file").fatal_on == seen.fatal_on
    assert reviewing.task("opinion").closed_because == "branch_closed"
    assert len(notices(reviewing, "branch_closed")) == 1


def test_a_preview_changes_nothing(reviewing: Office) -> None:
    before, recorded = reviewing.case().version, kinds(reviewing)
    preview(reviewing, "superior_leader", "review", "file")
    assert (reviewing.case().version, kinds(reviewing)) == (before, recorded)


def test_straight_back_leaves_the_other_branch_alone_and_returns_to_the_person_who_sent_it_back(
    reviewing: Office,
) -> None:
    other = reviewing.task("opinion")
    assert preview(reviewing, "superior_leader_2", "review", "file", straight=True).closed == ()
    with reviewing.db.write() as session:
        cases.save_draft(
            session,
            reviewing.actor(session, "superior_leader_2"),
            reviewing.task_id("review"),
            answers={"text": "请核对人数"},
            outcome="",
            opinion="",
            now=reviewing.now,
        )
    send_back(reviewing, "superior_leader_2", "review", "file", straight=True)
    assert reviewing.waits() == ["file", "opinion"]
    assert reviewing.task("opinion").token == other.token
    reviewing.now += timedelta(days=1)
    reviewing.decide("zone_secretary", "file", answers={"reason": "建会", "persons": 5})
    assert reviewing.waits() == ["opinion", "review"]
    back = reviewing.task("review")
    assert back.assignee_id == reviewing.world.people["superior_leader_2"]
    assert back.fatal_on == date(2026, 3, 25)
    with pytest.raises(Forbidden):
        reviewing.decide("superior_leader", "review", "approve")
    reviewing.decide("superior_leader_2", "review", "approve")
    assert reviewing.waits() == ["opinion"]
    kinds(reviewing)


def test_what_comes_straight_back_is_offered_to_the_post_when_the_returner_has_left_it(reviewing: Office) -> None:
    send_back(reviewing, "superior_leader_2", "review", "file", straight=True)
    with reviewing.db.write() as session:
        post = session.scalars(
            select(Post).where(Post.person_id == reviewing.world.people["superior_leader_2"], Post.role == "leader")
        ).one()
        post.valid_to = reviewing.today
    reviewing.now += timedelta(days=1)
    reviewing.decide("zone_secretary", "file")
    assert reviewing.task("review").assignee_id is None
    reviewing.decide("superior_leader", "review", "approve")


def test_what_was_handed_over_comes_straight_back_to_whoever_got_it(reviewing: Office) -> None:
    give_accounts(reviewing)
    clerk = reviewing.world.people["superior_clerk"]
    reviewing.act("hand_over", "superior_leader", reviewing.task_id("review"), to=clerk, reason="出差")
    send_back(reviewing, "superior_clerk", "review", "file", straight=True)
    reviewing.decide("zone_secretary", "file")
    reviewing.decide("superior_clerk", "review", "approve")
    assert reviewing.waits() == ["opinion"]


def test_what_a_proxy_sent_back_straight_comes_back_to_whom_the_proxy_stood_in_for(reviewing: Office) -> None:
    people = reviewing.world.people
    with reviewing.db.write() as session:
        session.add(
            Proxy(
                principal_id=people["superior_leader"],
                proxy_id=people["superior_clerk"],
                procedures=[],
                reason="休假",
                valid_from=reviewing.today,
                valid_to=reviewing.today + timedelta(days=30),
                created_at=reviewing.now,
                created_by_id=people["superior_leader"],
            )
        )
    send_back(reviewing, "superior_clerk", "review", "file", straight=True)
    reviewing.decide("zone_secretary", "file")
    assert reviewing.task("review").assignee_id == people["superior_leader"]
    reviewing.decide("superior_clerk", "review", "approve")


def test_two_reviewers_do_not_send_back_straight_to_the_same_step_twice(reviewing: Office) -> None:
    send_back(reviewing, "superior_leader", "review", "file", straight=True)
    with reviewing.db.read() as session:
        actor = reviewing.actor(session, "party_leader")
        (choice,) = cases.send_back_choices(session, actor, reviewing.task_id("opinion"), now=reviewing.now)
    assert not choice.straight
    with pytest.raises(Invalid) as caught:
        send_back(reviewing, "party_leader", "opinion", "file", straight=True)
    assert [m.path for m in caught.value.mistakes] == ["/to_step"]
    assert "正在重办" in caught.value.mistakes[0].message.zh
    send_back(reviewing, "party_leader", "opinion", "file")
    assert reviewing.waits() == ["file"]
    with reviewing.db.read() as session:
        open_files = session.scalars(
            select(Task.id).where(Task.case_id == reviewing.case_id, Task.status == TaskStatus.OPEN)
        )
        assert len(list(open_files)) == 1


@pytest.mark.parametrize("to", ["opinion", "reply", "review", "nowhere"])
def test_a_step_that_was_not_passed_is_refused_and_nothing_changes(reviewing: Office, to: str) -> None:
    reviewing.decide("party_leader", "opinion")
    before = kinds(reviewing)
    with pytest.raises(Invalid) as caught:
        send_back(reviewing, "superior_leader", "review", to)
    assert [m.path for m in caught.value.mistakes] == ["/to_step"]
    assert kinds(reviewing) == before


def test_sending_back_needs_a_reason_that_can_be_printed(reviewing: Office) -> None:
    for reason in ("", "  ", "\U0001f600"):
        with pytest.raises(Invalid) as caught:
            send_back(reviewing, "superior_leader", "review", "file", reason=reason)
        assert [m.path for m in caught.value.mistakes] == ["/reason"]


def test_only_whoever_may_decide_may_send_back(reviewing: Office) -> None:
    with pytest.raises(Forbidden):
        send_back(reviewing, "party_leader", "review", "file")
    with pytest.raises(NotFound):
        send_back(reviewing, "other_zone_secretary", "review", "file")
    with pytest.raises(NotFound):
        preview(reviewing, "other_zone_secretary", "review", "file")
    reviewing.act("claim", "superior_leader_2", reviewing.task_id("review"))
    with pytest.raises(Forbidden):
        send_back(reviewing, "superior_leader", "review", "file")


def test_nothing_is_sent_back_while_a_correction_is_awaited_or_the_case_is_suspended(reviewing: Office) -> None:
    items = [{"item": "请示", "what": "补充人数", "rule": ""}]
    reviewing.act(
        "request_correction", "superior_leader", reviewing.task_id("review"), items=items, reply_by=date(2026, 3, 12)
    )
    with pytest.raises(Conflict, match="补正尚未答复"):
        send_back(reviewing, "superior_leader", "review", "file")
    reviewing.now += timedelta(days=7)
    send_back(reviewing, "superior_leader", "review", "file")
    assert reviewing.waits() == ["file"]
    reviewing.act("suspend", "superior_manager", reviewing.case_id, reason="等待核实")
    with pytest.raises(Conflict, match="中止"):
        take_back(reviewing, "superior_leader", "review")


def test_whoever_comes_second_is_told_and_a_repeated_submit_counts_once(reviewing: Office) -> None:
    task = reviewing.task_id("review")
    for _ in range(2):
        reviewing.act("send_back", "superior_leader", task, to_step="file", straight=False, reason="不一致", key="once")
    assert kinds(reviewing).count("task_sent_back") == 1
    with pytest.raises(Conflict, match="王志强已于"):
        reviewing.act("send_back", "superior_leader_2", task, to_step="file", straight=False, reason="不一致")


def test_the_page_of_the_step_says_why_it_came_back(reviewing: Office) -> None:
    send_back(reviewing, "superior_leader", "review", "file", straight=True)
    with reviewing.db.read() as session:
        view = views.task_view(
            session, reviewing.actor(session, "zone_secretary"), reviewing.task_id("file"), now=reviewing.now
        )
    assert view.led_back is not None
    assert (view.led_back.step, view.led_back.opinion) == ("review", "数据不一致")


def test_whoever_decides_otherwise_after_a_straight_return_takes_the_way_that_is_drawn(replying: Office) -> None:
    send_back(replying, "superior_leader", "reply", "review", straight=True)
    replying.decide("superior_leader", "review", "return", opinion="人数不符")
    assert replying.waits() == ["file"]
    kinds(replying)


# ---- child cases ----------------------------------------------------------------------------------------------------


@pytest.fixture
def calling(office: Office, tmp_path: Path) -> Office:
    """ask → (the child case `review` beside the step `wait`) → the end."""
    drawing = Drawing("calling").start().step("ask").parallel("split").call("reviewing", "review").step("wait")
    drawing.parallel("join").end().line("start", "ask", "split", "reviewing", "join", "end")
    drawing.line("split", "wait", "join")
    shutil.copytree(FOLDERS / "review", tmp_path / "review")
    for name, content in drawing.files(
        **{"en.toml": drawing.files()["en.toml"] + '"环节 reviewing" = "Review"'.encode()}
    ).items():
        path = tmp_path / "calling" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with office.db.write() as session:
        catalogue.publish(session, None, tmp_path / "calling", MONDAY)
        applicant = office.world.applicants["zone_secretary"]
        actor = office.actor(session, "zone_secretary")
        office.case_id = cases.start_case(session, actor, "calling", applicant_id=applicant, now=office.now).id
    office.decide("zone_secretary", "ask")
    return office


def child_of(office: Office) -> Case:
    with office.db.read() as session:
        return session.scalars(select(Case).where(Case.parent_id == office.case_id).order_by(Case.id.desc())).one()


def acting_in(office: Office, case: Case) -> Office:
    return replace(office, case_id=case.id)


def test_a_child_case_that_nobody_waits_for_any_more_is_named_and_withdrawn(calling: Office) -> None:
    child = child_of(calling)
    seen = preview(calling, "zone_secretary", "wait", "ask")
    assert [(each.case_id, each.number, each.title.en) for each in seen.cases] == [(child.id, child.number, "Review")]
    send_back(calling, "zone_secretary", "wait", "ask")
    assert child_of(calling).status == "withdrawn"
    with pytest.raises(Conflict, match="不能撤回"):  # the child case was withdrawn for good
        take_back(calling, "zone_secretary", "wait")


def test_a_child_case_runs_on_beside_a_straight_return(calling: Office) -> None:
    send_back(calling, "zone_secretary", "wait", "ask", straight=True)
    assert child_of(calling).status == "open"
    calling.decide("zone_secretary", "ask")
    calling.decide("zone_secretary", "wait")
    assert calling.waits() == []
    assert calling.case().status == "open"


def test_taking_back_withdraws_the_child_case_that_began_with_it(calling: Office) -> None:
    child = child_of(calling)
    take_back(calling, "zone_secretary", "ask")
    assert child_of(calling).status == "withdrawn"
    assert calling.waits() == ["ask"]
    calling.decide("zone_secretary", "ask")
    with calling.db.read() as session:
        numbers = list(session.scalars(select(Case.number).where(Case.parent_id == calling.case_id).order_by(Case.id)))
    assert numbers[0] == child.number
    assert len(numbers) == 2
    kinds(calling)


def test_nothing_is_taken_back_once_somebody_acted_in_the_child_case(calling: Office) -> None:
    inside = acting_in(calling, child_of(calling))
    inside.decide("zone_secretary", "file")
    inside.act("claim", "superior_leader", inside.task_id("review"))
    with pytest.raises(Conflict, match="王志强已于"):
        take_back(calling, "zone_secretary", "ask")


def test_the_end_of_a_child_case_is_not_taken_back_when_its_parent_went_on(calling: Office) -> None:
    inside = acting_in(calling, child_of(calling))
    inside.decide("zone_secretary", "file")
    inside.decide("superior_leader", "review", "approve")
    inside.decide("party_leader", "opinion")
    inside.decide("superior_leader", "reply")
    with pytest.raises(Conflict, match="办件以外") as caught:
        take_back(inside, "superior_leader", "reply")
    assert caught.value.details["reason"] == "entered"


# ---- taking back ----------------------------------------------------------------------------------------------------


def test_whoever_did_a_step_takes_it_back_with_what_was_entered_and_its_own_dates(reviewing: Office) -> None:
    before = reviewing.task("file")
    reviewing.now += timedelta(days=1)
    take_back(reviewing, "zone_secretary", "file", reason="人数写错")
    assert reviewing.waits() == ["file"]
    task = reviewing.task("file")
    assert (task.id, task.status, task.outcome, task.answers, task.closed_by_id) == (
        before.id,
        "open",
        None,
        None,
        None,
    )
    assert (task.fatal_on, task.token) == (before.fatal_on, before.token)
    assert task.draft == {"answers": reviewing.answers, "outcome": "done", "opinion": ""}
    closed = reviewing.task("review")
    assert (closed.status, closed.closed_because) == ("closed", "taken_back")
    assert {notice.data["step"] for notice in notices(reviewing, "taken_back")} == {"review", "opinion"}
    reviewing.decide("zone_secretary", "file", answers={"reason": "建会", "persons": 4})
    assert reviewing.waits() == ["opinion", "review"]
    assert reviewing.task("review").id != closed.id
    assert kinds(reviewing).count("task_completed") == 2


def test_the_other_branch_goes_on_when_one_is_taken_back(reviewing: Office) -> None:
    opinion = reviewing.task("opinion")
    reviewing.decide("superior_leader", "review", "approve")
    take_back(reviewing, "superior_leader", "review")
    assert reviewing.waits() == ["opinion", "review"]
    assert reviewing.task("opinion").id == opinion.id
    reviewing.decide("superior_leader_2", "review", "approve")  # it is the post's task again


@pytest.mark.parametrize("by", ["claim", "decide", "correction", "hand_over", "send_back"])
def test_nothing_is_taken_back_after_somebody_acted_and_the_refusal_says_who(reviewing: Office, by: str) -> None:
    reviewing.now += timedelta(hours=1)
    filed, task = reviewing.task_id("file"), reviewing.task_id("review")
    if by == "claim":
        reviewing.act("claim", "superior_leader", task)
    elif by == "decide":
        reviewing.decide("superior_leader", "review", "approve")
    elif by == "correction":
        items = [{"item": "请示", "what": "补充", "rule": ""}]
        reviewing.act("request_correction", "superior_leader", task, items=items, reply_by=None)
    elif by == "hand_over":
        give_accounts(reviewing)
        clerk = reviewing.world.people["superior_clerk"]
        reviewing.act("hand_over", "superior_leader", task, to=clerk, reason="出差")
    else:
        send_back(reviewing, "superior_leader", "review", "file", straight=True)
    with pytest.raises(Conflict, match="王志强已于 2026-03-09 10:00 接着处理了") as caught:
        reviewing.act("take_back", "zone_secretary", filed)
    assert caught.value.details["reason"] == "acted"


def test_a_nudge_or_a_copy_does_not_stand_in_the_way(reviewing: Office) -> None:
    reviewing.now += timedelta(days=1)
    reviewing.act("nudge", "zone_secretary_2", reviewing.task_id("review"))
    assert refusal(reviewing, "zone_secretary", "file") is None
    take_back(reviewing, "zone_secretary", "file")
    assert reviewing.waits() == ["file"]


def test_what_was_decided_before_the_last_step_stays(replying: Office) -> None:
    take_back(replying, "party_leader", "opinion")
    assert replying.waits() == ["opinion"]
    with pytest.raises(Conflict):
        take_back(replying, "superior_leader", "review")
    replying.decide("party_leader", "opinion")
    assert replying.waits() == ["reply"]


def test_only_whoever_did_the_step_takes_it_back_and_only_once(reviewing: Office) -> None:
    for who in ("zone_secretary_2", "superior_leader"):
        with pytest.raises(Forbidden):
            take_back(reviewing, who, "file")
    with pytest.raises(NotFound):
        take_back(reviewing, "other_zone_secretary", "file")
    assert refusal(reviewing, "superior_leader", "file") is not None
    for _ in range(2):
        take_back(reviewing, "zone_secretary", "file", key="once")
    with pytest.raises((Conflict, Forbidden)):
        take_back(reviewing, "zone_secretary", "file")
    assert kinds(reviewing).count("task_taken_back") == 1


def test_the_last_decision_of_a_case_is_taken_back_and_the_case_goes_on(replying: Office) -> None:
    replying.decide("superior_leader", "reply")
    assert replying.case().status == "completed"
    take_back(replying, "superior_leader", "reply")
    assert (replying.case().status, replying.case().end, replying.waits()) == ("open", None, ["reply"])
    assert len(notices(replying, "task_taken_back")) == 1
    replying.decide("superior_leader", "reply")
    assert replying.case().end == "done"
    kinds(replying)


def test_a_case_does_not_open_again_beside_a_new_one_about_the_same(replying: Office) -> None:
    replying.decide("superior_leader", "reply")
    first = replying.case_id
    replying.case_id = 0
    replying.start("zone_secretary_2")
    replying.case_id = first
    with pytest.raises(Conflict, match="又有了新的申请"):
        take_back(replying, "superior_leader", "reply")


def test_sending_back_can_be_taken_back_and_opens_again_what_it_closed(reviewing: Office) -> None:
    opinion = reviewing.task("opinion")
    send_back(reviewing, "superior_leader", "review", "file")
    take_back(reviewing, "superior_leader", "review")
    assert reviewing.waits() == ["opinion", "review"]
    assert (reviewing.task("opinion").id, reviewing.task("opinion").fatal_on) == (opinion.id, opinion.fatal_on)
    assert len(notices(reviewing, "task_open_again")) == 1
    reviewing.decide("superior_leader", "review", "approve")
    reviewing.decide("party_leader", "opinion")
    assert reviewing.waits() == ["reply"]
    kinds(reviewing)


def test_uploads_stay_with_a_step_that_is_taken_back(office: Office) -> None:
    office.start()
    upload = {"material": "minutes", "filename": "会议纪要.pdf", "content": SMALL_PDF}
    office.act("attach", "zone_secretary", office.task_id("file"), **upload)
    office.decide("zone_secretary", "file")
    take_back(office, "zone_secretary", "file")
    with office.db.read() as session:
        kept = session.scalars(select(Attachment.filename).where(Attachment.task_id == office.task_id("file")))
        assert list(kept) == ["会议纪要.pdf"]


# ---- papers and what is entered beside the case -----------------------------------------------------------------------


def played(db: Database, actions: int) -> Office:
    """The first actions of founding a federation, which issues papers and enters it into the tree of unions."""
    found = next(one for one in scenarios.find(BPMN / "industry_federation") if one.name == "federation")
    scenarios.run(db, replace(found, actions=found.actions[:actions], end={}))
    with db.read() as session:
        people = {name: person_id for person_id, name in session.execute(select(Person.id, Person.name))}
        case_id = session.scalars(select(Case.id).order_by(Case.id)).first() or 0
    roles = {"zone_secretary": people["刘芳"], "superior_leader": people["王志强"]}
    now = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)
    return Office(db, World(roles, {}, 0, 0), now=now, case_id=case_id)


def test_a_paper_that_was_issued_is_named_and_stays(db: Database) -> None:
    office = played(db, 5)
    seen = preview(office, "superior_leader", "superior_decision", "consult")
    assert [(paper.number, paper.title[:2]) for paper in seen.papers] == [("新集工〔2026〕1号", "关于")]
    send_back(office, "superior_leader", "superior_decision", "consult")
    assert office.waits() == ["consult"]
    with office.db.read() as session:
        assert list(session.scalars(select(Paper.status))) == ["issued"]


def test_a_decision_that_issued_a_paper_is_not_taken_back(db: Database) -> None:
    office = played(db, 5)
    with pytest.raises(Conflict, match="作废") as caught:
        take_back(office, "zone_secretary", "draft_request")
    assert caught.value.details["paper"] == "新集工〔2026〕1号"


def test_what_was_entered_beside_the_case_is_named_before_it_is_sent_back_past(db: Database) -> None:
    office = played(db, 28)
    seen = preview(office, "zone_secretary", "report_founding", "list_members")
    assert [change.en for change in seen.kept_changes] == ["Enter the federation being prepared"]
    assert "选举" in seen.again[-1].zh  # the child case
    assert len(seen.again) == 6
    assert [paper.number for paper in seen.papers] == ["新集工〔2026〕1号", "新工发〔2026〕1号"]


def test_what_was_entered_beside_the_case_keeps_a_decision_from_being_taken_back(db: Database) -> None:
    office = played(db, 7)
    with pytest.raises(Conflict, match="办件以外") as caught:
        take_back(office, "zone_secretary", "allocate_seats")
    assert caught.value.details["reason"] == "entered"


# ---- the record -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"opinion": "别的理由"}, {"closed_by_id": 1}])
def test_who_sent_back_and_why_cannot_be_changed_unseen(reviewing: Office, change: dict[str, object]) -> None:
    send_back(reviewing, "superior_leader", "review", "file")
    with reviewing.db.write() as session:
        task = session.get_one(Task, reviewing.task_id("review"))
        for name, value in change.items():
            setattr(task, name, value)
    with reviewing.db.read() as session:
        (broken,) = audit.verify(session).broken
    assert "退回" in broken.reason.zh

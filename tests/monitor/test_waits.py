"""What counts as one wait, for whom it is, and how it stands against its limit."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from tests.monitor.conftest import Watch
from workflows import cases
from workflows.monitor.waits import Late, WaitKind
from workflows.sample_world import SMALL_PDF
from workflows.storage.cases import Task
from workflows.storage.organisations import Organisation, Post

ITEMS = [{"item": "会议纪要", "rule": "", "what": "补盖章页"}]


def make_paper_body(watch: Watch) -> None:
    """The Party work committee has no accounts, and nobody of it is known."""
    with watch.office.db.write() as session:
        session.execute(update(Organisation).where(Organisation.code == "P-1").values(has_accounts=False))
        party = session.scalars(select(Organisation.id).where(Organisation.code == "P-1")).one()
        session.execute(update(Post).where(Post.organisation_id == party).values(valid_to=date(2020, 1, 2)))


def start_parent(watch: Watch) -> None:
    with watch.office.db.write() as session:
        case = cases.start_case(
            session,
            watch.actor(session, "zone_secretary"),
            "parent",
            applicant_id=watch.office.world.applicants["zone_secretary"],
            now=watch.office.now,
        )
        watch.office.case_id = case.id
    watch.office.decide("zone_secretary", "ask")


def test_side_by_side_branches_are_two_waits_of_one_case(reviewing: Watch) -> None:
    counted = reviewing.tiles()
    assert (counted.waits, counted.cases, counted.late, counted.paper, counted.stopped) == (2, 1, 0, 0, 0)


def test_an_awaited_correction_stands_for_the_step_whose_clock_it_stops(reviewing: Watch) -> None:
    office = reviewing.office
    reply_by = office.today + timedelta(days=5)
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=reply_by)
    row = reviewing.row(step="review")
    assert (row.entry.kind, row.entry.late) == (WaitKind.CORRECTION, Late.NONE)
    assert row.entry.task_id == office.task_id("review", "correction")
    assert [holder.name for holder in row.holders] == ["刘芳", "周敏"]
    assert reviewing.tiles().stopped == 1
    reviewing.wait(days=40)
    row = reviewing.row(step="review")
    assert (row.entry.late, row.entry.over) == (Late.FATAL, 35)  # the day for the answer, not the limit that stands


def test_an_office_without_accounts_is_waited_for_until_its_reply_is_entered_then_whoever_confirms_it(
    watch: Watch,
) -> None:
    make_paper_body(watch)
    office = watch.office
    office.start()
    office.decide("zone_secretary", "file")
    row = watch.row(step="opinion")
    assert (row.entry.kind, row.holders) == (WaitKind.PAPER, ())
    assert watch.tiles().paper == 1
    task = office.task_id("opinion")
    office.act("attach", "zone_secretary", task, material="reply_scan", filename="意见.pdf", content=SMALL_PDF)
    reply = {"number": "新集党〔2026〕7号", "dated_on": office.today, "outcome": "done", "answers": {"text": "无"}}
    office.act("enter_reply", "zone_secretary", task, **reply)
    row = watch.row(step="opinion")
    assert (row.entry.kind, row.entry.task_id) == (WaitKind.PERSON, office.task_id("opinion", "confirmation"))
    assert {holder.organisation for holder in row.holders} == {"新安县总工会"}
    assert row.entry.limit_on == office.task("opinion").fatal_on  # its clock goes on


def test_a_case_that_waits_for_a_child_is_a_wait_without_limit_and_the_child_says_who_waits_for_it(
    watch: Watch,
) -> None:
    start_parent(watch)
    child, parent = watch.row(kind="person"), watch.row(kind="child")
    assert (parent.entry.step, parent.entry.limit_on, parent.entry.late) == ("reviewing", None, Late.NONE)
    assert parent.entry.child_id == child.entry.case_id
    assert child.entry.number in parent.sentence.zh
    assert "填写申请" in parent.sentence.zh
    assert f"上级办件 {parent.entry.number} 在等它办结" in child.sentence.zh


def test_a_suspended_case_stands_and_is_late_for_nobody(reviewing: Watch) -> None:
    office = reviewing.office
    reviewing.wait(days=20)
    assert reviewing.row(step="review").entry.late is Late.FATAL
    office.act("suspend", "superior_manager", office.case_id, reason="等待法院判决")
    rows = reviewing.rows()
    assert {(row.entry.kind, row.entry.late, row.may_nudge) for row in rows} == {(WaitKind.SUSPENDED, Late.NONE, False)}
    assert all("等待法院判决" in row.sentence.zh for row in rows)
    assert reviewing.tiles().stopped == 2


def test_a_wait_is_exactly_one_of_within_past_its_target_soon_late_and_late(reviewing: Watch) -> None:
    """The review: target on day 3, fatal on day 15, a Tuesday (2026-03-24)."""
    with reviewing.office.db.write() as session:
        session.execute(update(Task).where(Task.step == "review").values(target_on=date(2026, 3, 12)))
    opened = reviewing.office.now
    seen = {}
    for day in (3, 4, 9, 10, 15, 16):
        reviewing.office.now = opened + timedelta(days=day)
        seen[day] = reviewing.row(step="review").entry.late.value
    assert seen == {3: "none", 4: "target", 9: "target", 10: "soon", 15: "soon", 16: "fatal"}


def test_the_worst_comes_first_by_days_over_then_share_of_the_limit_then_waiting(reviewing: Watch) -> None:
    """On day 20 the review is 5 days over, the opinion (a month) is within; a new application has used nothing."""
    reviewing.wait(days=20)
    reviewing.office.start("other_zone_secretary")
    assert [row.entry.step for row in reviewing.rows()] == ["review", "opinion", "file"]
    assert [row.entry.over for row in reviewing.rows()] == [5, 0, 0]
    assert [row.entry.step for row in reviewing.rows(sort="limit")] == ["review", "opinion", "file"]
    assert [row.entry.step for row in reviewing.rows(sort="longest")] == ["review", "opinion", "file"]


def test_days_over_are_counted_in_the_unit_of_the_rule(watch: Watch) -> None:
    """Ten working days from Monday 2026-03-09 end on Monday 2026-03-23; a week later five of them are over."""
    watch.office.start()
    watch.wait(days=21)
    row = watch.row()
    assert (row.entry.limit_on, row.entry.over) == (date(2026, 3, 23), 5)
    assert "第 15/10 个工作日（T-37），已超期 5 个工作日" in row.sentence.zh


def test_a_task_that_was_taken_is_held_by_whoever_took_it(reviewing: Watch) -> None:
    office = reviewing.office
    assert len(reviewing.row(step="review").holders) == 2
    office.act("claim", "superior_leader_2", office.task_id("review"))
    assert [holder.name for holder in reviewing.row(step="review").holders] == ["赵文静"]


def test_a_vacant_post_is_shown_and_nobody_can_be_nudged(reviewing: Watch) -> None:
    with reviewing.office.db.write() as session:
        session.execute(
            update(Post)
            .where(Post.person_id == reviewing.office.world.people["party_leader"])
            .values(valid_to=date(2020, 1, 2))
        )
    row = reviewing.row(step="opinion")
    assert (row.holders, row.help.value, row.may_nudge) == ((), "none", False)
    assert "暂无人在岗" in row.sentence.zh


def test_engine_state_is_never_read(reviewing: Watch) -> None:
    with reviewing.office.db.write() as session:
        session.execute(update(Task).values(draft=None))
        session.connection().exec_driver_sql("UPDATE cases SET state = ''")
    assert reviewing.steps() == ["opinion", "review"]

"""An election from the plan to the term: what it leaves on record, and what its findings say on the way."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.procedures.played import BPMN, context_of, play, proven
from workflows import catalogue, worker
from workflows.engine.operations import Context
from workflows.law.rule_sets import rule_set
from workflows.procedures import election_ballots, election_office, election_plan
from workflows.procedures.election_record import Body, Record, Stage
from workflows.storage import Database
from workflows.storage.cases import Case, Notice, Task
from workflows.storage.ledger import Enterprise
from workflows.storage.papers import Paper
from workflows.storage.unions import OfficeHolder, Term, Timer

ROWS = (
    *("E01", "E02", "E03", "E04", "E05", "E06", "E08", "E09", "E12", "E16", "E17", "E20", "E21", "E22", "E23"),
    *("E24", "E27", "E28", "E30", "E31", "E32", "B03", "B06", "B08", "B10", "B11", "B12"),
)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_acceptance_has_its_scenario(row: str) -> None:
    assert proven("election", "term_changes")[row]


def _holders(session: Session, office: str) -> list[OfficeHolder]:
    query = select(OfficeHolder).where(OfficeHolder.office == office, OfficeHolder.until.is_(None))
    return list(session.scalars(query.order_by(OfficeHolder.id)))


# ---- what an approved election leaves -------------------------------------------------------------------------------


def test_the_term_counts_from_election_day(db: Database) -> None:
    play(db, "election", "founding_election")
    with db.read() as session:
        term = session.scalars(select(Term)).one()
        assert (term.number, term.began_on, term.years, term.ends_on) == (1, date(2026, 3, 5), 5, date(2031, 3, 5))


def test_who_was_elected_holds_office(db: Database) -> None:
    play(db, "election", "founding_election")
    with db.read() as session:
        assert [one.name for one in _holders(session, "chair")] == ["张伟"]
        assert [one.name for one in _holders(session, "vice_chair")] == ["王丽华"]
        assert [one.name for one in _holders(session, "audit_head")] == ["孙敏"]
        assert [one.name for one in _holders(session, "audit_member")] == ["孙敏", "吴小燕", "周涛"]
        assert [one.name for one in _holders(session, "women_head")] == ["王丽华"]
        members = ["丁一帆", "马建国", "王丽华", "刘志强", "李红梅", "张伟", "陈静"]
        assert [one.name for one in _holders(session, "member")] == members  # in the order of surname strokes
        chair = _holders(session, "chair")[0]
        assert (chair.full_time, chair.route, chair.since, chair.details) == (
            True,
            "elected",
            date(2026, 3, 5),
            {"votes": 5},
        )


def test_reminders_stand_six_three_and_one_month_before_the_end(db: Database) -> None:
    play(db, "election", "founding_election")
    with db.read() as session:
        timers = session.scalars(select(Timer).order_by(Timer.due_on, Timer.kind)).all()
        assert [(timer.kind, timer.due_on) for timer in timers] == [
            ("open_case", date(2030, 9, 5)),
            ("remind", date(2030, 9, 5)),
            ("remind", date(2030, 12, 5)),
            ("remind", date(2031, 2, 5)),
            ("remind", date(2031, 3, 6)),
        ]
        assert timers[-1].data["relation"] == "superior_union"


def test_registering_twice_registers_once(db: Database) -> None:
    play(db, "election", "founding_election")
    with db.write() as session:
        context = context_of(session, "election", date(2026, 3, 20))
        before = session.scalars(select(OfficeHolder.id)).all()
        assert election_office.register_election(context) == session.scalars(select(Term.id)).one()
        assert session.scalars(select(OfficeHolder.id)).all() == before


def test_the_reminder_reaches_the_secretary_and_opens_the_case(db: Database) -> None:
    play(db, "term_changes", "re_election")
    with db.write() as session:
        due = session.scalars(select(Timer.due_on).where(Timer.kind == "open_case", Timer.done_at.is_(None))).one()
        assert due == date(2028, 12, 10)
    swept = worker.sweep(db, datetime(2028, 12, 11, 1, 0, tzinfo=UTC))
    assert (swept.reminded, swept.opened) == (1, 1)
    with db.read() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "reminder")).one()
        assert notice.role == "secretary"
        assert "2029-06-10" in notice.data["text"]["zh"]
        opened = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert opened is not None
        assert (opened.procedure, opened.status) == ("term_changes", "open")


def test_nothing_is_on_record_before_the_superior_union_approves(db: Database) -> None:
    play(db, "election", "reply_overdue")
    with db.read() as session:
        assert session.scalars(select(Term)).all() == []
        assert session.scalars(select(OfficeHolder)).all() == []


def test_a_refused_election_leaves_only_the_repeated_one(db: Database) -> None:
    play(db, "election", "result_refused")
    with db.read() as session:
        term = session.scalars(select(Term)).one()
        assert term.began_on == date(2026, 4, 10)
        assert [one.name for one in _holders(session, "chair")] == ["张伟"]


def test_a_re_election_ends_the_term_before(db: Database) -> None:
    play(db, "term_changes", "re_election")
    with db.read() as session:
        first, second = session.scalars(select(Term).order_by(Term.number)).all()
        assert first.ended_on == second.began_on == date(2026, 6, 10)
        assert (second.number, second.ends_on) == (2, date(2029, 6, 10))
        left = session.scalars(select(OfficeHolder).where(OfficeHolder.until == date(2026, 6, 10))).all()
        assert len(left) == 9
        assert {holder.term_id for holder in _holders(session, "member")} == {second.id}


def test_seats_that_were_made_fewer_stay_empty(db: Database) -> None:
    play(db, "election", "shortage_fewer_seats")
    with db.read() as session:
        assert len(_holders(session, "member")) == 6


def test_direct_election_fills_the_posts_in_the_meeting(db: Database) -> None:
    play(db, "election", "direct_election")
    with db.read() as session:
        assert [one.details["votes"] for one in _holders(session, "chair")] == [100]
        record = Record(context_of(session, "election", date(2026, 3, 20)))
        assert set(record.stands(Stage.MEETING)) == {Body.COMMITTEE, Body.AUDIT, Body.CHAIR, Body.VICE_CHAIR}
        assert set(record.stands(Stage.FIRST_SESSION)) == {Body.AUDIT_HEAD}


# ---- what people see on the way -------------------------------------------------------------------------------------


def test_ballots_and_lists_are_in_the_order_of_surname_strokes(db: Database) -> None:
    play(db, "election", "scrutineer_is_a_candidate")
    with db.read() as session:
        finding = election_ballots.ballot_papers(context_of(session, "election", date(2026, 3, 5)))
        assert "丁一帆、马建国、王丽华、刘志强、李红梅、张伟、陈静、赵国庆" in finding.reasons[0].zh
        listed = election_plan.candidate_review(context_of(session, "election", date(2026, 3, 5)))
        assert "李红梅、张伟" in listed.reasons[1].zh


def test_after_a_tie_only_the_tied_are_on_the_ballot(db: Database) -> None:
    play(db, "election", "quorum_tie_repeat")
    with db.read() as session:
        reports = session.scalars(select(Paper).where(Paper.name == "count_report").order_by(Paper.id)).all()
        assert "票数相同，须再次投票" in reports[0].body
        assert "选举无效，须重新选举" in reports[1].body
        assert "刘志强：赞成 80 票，当选" in reports[2].body
        assert "149 - 1" in reports[0].body  # the protocol prints its arithmetic
        assert "2×187÷3 = 374÷3，进位" in reports[0].body


def test_the_superior_union_sees_the_numbers_of_the_plan(db: Database) -> None:
    play(db, "election", "superior_returns")
    with db.read() as session:
        finding = election_plan.election_plan_review(context_of(session, "election", date(2026, 1, 26)))
        assert finding.verdict == "allowed"
        assert (finding.numbers["due"], finding.numbers["quorum"], finding.numbers["votes_needed"]) == (187, 125, 94)


def test_what_was_noted_stays_visible_to_the_reviewers(db: Database) -> None:
    play(db, "election", "owners_and_their_kin")
    with db.read() as session:
        finding = election_plan.candidate_review(context_of(session, "election", date(2026, 1, 14)))
        assert finding.verdict == "warned"
        assert "姻亲" in finding.flags[0].zh


def test_the_outlook_before_anything_is_typed_comes_from_the_ledger(db: Database) -> None:
    play(db, "election", "term_of_four_years")
    with db.write() as session:
        context = context_of(session, "election", date(2026, 1, 12))
        context = Context(
            session=session,
            case=None,
            applicant_id=context.applicant_id,
            subject_id=context.subject_id,
            now=context.now,
            rule_set=rule_set(),
        )
        known = election_plan.election_outlook(context)
        assert (known.numbers["quorum"], known.numbers["seats_least"], known.numbers["seats_most"]) == (125, 3, 7)
        session.scalars(select(Enterprise).where(Enterprise.organisation_id.is_not(None))).one().members = None
        session.flush()
        assert election_plan.election_outlook(context).verdict == "no_verdict"


def test_facts_without_an_election_say_so(db: Database) -> None:
    play(db, "election", "withdrawn_before_the_meeting")
    with db.read() as session:
        context = context_of(session, "election", date(2026, 2, 4))
        for fact in (
            election_ballots.ballot_results,
            election_ballots.leader_ballot_results,
            election_ballots.count_protocol,
            election_ballots.leader_count_protocol,
        ):
            assert fact(context).verdict == "pending"


# ---- what forms begin with ------------------------------------------------------------------------------------------


def _draft(session: Session, step: str) -> dict[str, Any]:
    task = session.scalars(select(Task).where(Task.step == step).order_by(Task.id.desc())).first()
    assert task is not None
    assert task.draft is not None
    answers: dict[str, Any] = task.draft["answers"]
    return answers


def test_a_plan_begins_with_the_numbers_of_the_ledger(db: Database) -> None:
    play(db, "election", "second_application")
    with db.read() as session:
        begun = _draft(session, "plan_election")
        assert (begun["members"], begun["women_members"], begun["employees"]) == (187, 61, 212)
        assert begun["session_number"] == 1


def test_a_count_begins_with_the_names_of_its_round_and_no_number(db: Database) -> None:
    play(db, "election", "tellers_of_this_meeting")
    with db.read() as session:
        begun = _draft(session, "enter_count")
        assert [row["name"] for row in begun["votes"]][:3] == ["丁一帆", "马建国", "王丽华"]
        assert begun["ballots"] == [{"body": "committee"}, {"body": "audit"}]


def test_the_scrutineer_begins_with_names_and_not_with_the_counters_numbers(db: Database) -> None:
    play(db, "election", "impossible_counts")
    with db.read() as session:
        begun = _draft(session, "confirm_count")
        assert all(set(row) == {"body", "name"} for row in begun["votes"])


def test_a_count_among_the_tied_begins_with_the_tied(db: Database) -> None:
    play(db, "election", "tie_is_open")
    with db.read() as session:
        assert [row["name"] for row in _draft(session, "enter_count")["votes"]] == ["刘志强", "赵国庆"]


def test_the_meeting_begins_with_those_who_have_accounts_for_it(db: Database) -> None:
    play(db, "election", "quorum_boundary")
    with db.read() as session:
        record = Record(context_of(session, "election", date(2026, 3, 5)))
        begun = election_ballots.tellers_of_the_unit(record.context, earlier={})
        assert begun == {"scrutineers": [{"name": "曹永刚"}], "counters": [{"name": "韩冬梅"}]}


def test_a_draft_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    folder = tmp_path / "election"
    shutil.copytree(BPMN / "election", folder)
    settings = folder / "procedure.toml"
    text = settings.read_text(encoding="utf-8").replace("plan_from_the_ledger", "plan_from_the_legder")
    settings.write_text(text, encoding="utf-8")
    finding = next(one for one in catalogue.check_folder(folder) if one.element == "steps.plan_election.draft")
    assert "plan_from_the_ledger" in finding.reason.en

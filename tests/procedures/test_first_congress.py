"""The first congress of a zone's union: a child case of the election procedure, registered by the case that founds the union."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.procedures.played import context_of, play
from workflows.errors import Mistake
from workflows.law.finding import Finding
from workflows.procedures import election_office, election_plan, zone_leaders, zone_union
from workflows.procedures.election_ballots import election_result_review
from workflows.storage import Database
from workflows.storage.cases import Case, Task
from workflows.storage.ledger import Zone
from workflows.storage.papers import Paper
from workflows.storage.unions import Consent, OfficeHolder, Term, Timer

FOUNDED = date(2026, 6, 18)


def _case(session: Session, procedure: str) -> Case:
    found = session.scalars(select(Case).where(Case.procedure == procedure).order_by(Case.id.desc())).first()
    assert found is not None
    return found


def _zone(session: Session) -> Zone:
    return session.scalars(select(Zone).where(Zone.code == "Z1")).one()


# ---- what the founded union begins with -----------------------------------------------------------------------------


def test_term_and_offices_stand_once_in_the_books_of_the_union(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.read() as session:
        zone, election = _zone(session), _case(session, "election")
        term = session.scalars(select(Term)).one()
        assert (term.organisation_id, term.number, term.began_on) == (zone.union_id, 1, date(2026, 6, 4))
        assert (term.years, term.ends_on, term.case_id) == (5, date(2031, 6, 4), election.id)
        holders = session.scalars(select(OfficeHolder).order_by(OfficeHolder.id)).all()
        assert {(one.organisation_id, one.case_id, one.term_id) for one in holders} == {
            (zone.union_id, election.id, term.id)
        }
        led = [(one.name, one.office, one.full_time) for one in holders if one.office.endswith(("chair", "head"))]
        assert led == [
            ("张建国", "chair", False),
            ("李红梅", "vice_chair", True),
            ("王国庆", "audit_head", False),
            ("李红梅", "women_head", False),
        ]
        assert sum(one.office == "member" for one in holders) == 7


def test_registering_again_registers_nothing_more(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.write() as session:
        founding = context_of(session, "zone_union", FOUNDED)
        before = session.scalar(select(func.count()).select_from(OfficeHolder))
        zone = _zone(session)
        assert zone_union.register_zone_union(founding, zone_id=zone.id, form="general_union") == zone.union_id
        assert election_office.register_first_election(founding) == session.scalars(select(Term.id)).one()
        assert election_office.register_election(context_of(session, "election", FOUNDED)) is None
        assert session.scalar(select(func.count()).select_from(OfficeHolder)) == before


def test_nothing_is_registered_while_the_superior_union_has_not_replied(db: Database) -> None:
    play(db, "zone_union", "result_overdue")
    with db.read() as session:
        assert session.scalars(select(Term)).all() == []
        assert session.scalars(select(OfficeHolder)).all() == []
        assert _zone(session).form is None


def test_whoever_was_elected_leads_in_every_later_case_of_the_zone(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.read() as session:
        asked = replace(context_of(session, "zone_union", FOUNDED), case=None)
        finding = zone_leaders.zone_leaders(asked)
        assert finding.verdict == "general_union"
        assert "张建国" in finding.reasons[0].zh
        assert [one.name for one in election_office.current_holders(asked, "chair")] == ["张建国"]
        term = election_office.current_term(asked)
        assert term is not None
        assert term.number == 1


def test_the_consents_end_with_the_election(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.read() as session:
        ends = {(one.person, one.office): one.valid_until for one in session.scalars(select(Consent))}
        assert ends["张建国", "chair"] == ends["李红梅", "vice_chair"] == FOUNDED
        assert ends["王国庆", "audit_head"] > FOUNDED  # not a post of 12.6, so nothing used it up


def test_the_end_of_the_term_is_watched_for_the_zones_office_whose_people_act(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.read() as session:
        timers = session.scalars(select(Timer).where(Timer.rule == "T-06")).all()
        assert {timer.organisation_id for timer in timers} == {_zone(session).office_id}
        assert max(timer.due_on for timer in timers) == date(2031, 6, 5)


def test_a_second_term_follows_the_first_in_the_same_books(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.write() as session:
        context = context_of(session, "election", FOUNDED)
        context.case.parent_token = None  # the same count as that of a re-election on its own
        for holder in session.scalars(select(OfficeHolder)):
            holder.case_id = None
        session.flush()
        context.record_event = lambda kind, data: None
        second = election_office.register_election(context)
        assert second is not None
        numbers = session.execute(select(Term.number, Term.organisation_id, Term.ended_on).order_by(Term.number)).all()
        assert [(number, ended) for number, _, ended in numbers] == [(1, date(2026, 6, 4)), (2, None)]
        assert {organisation for _, organisation, _ in numbers} == {_zone(session).union_id}


def test_the_union_that_another_form_replaces_has_no_term_any_more(db: Database) -> None:
    play(db, "zone_union", "federation")
    with db.write() as session:
        context = context_of(session, "zone_union", date(2026, 9, 1))
        zone, founding = _zone(session), context.case
        zone.form_case_id = None  # as if another case founded the next form
        context.case = _case(session, "chair_consent")
        context.record_event = lambda kind, data: None
        zone_union.register_zone_union(context, zone_id=zone.id, form="work_committee")
        assert founding.id != context.case.id
        term = session.scalars(select(Term)).one()
        assert term.ended_on == date(2026, 8, 31)
        assert all(holder.until for holder in session.scalars(select(OfficeHolder)))


# ---- what the forms begin with, and what the papers say -------------------------------------------------------------


def test_the_plan_begins_with_the_ledger_the_seats_and_the_consents(db: Database) -> None:
    play(db, "zone_union", "federation")
    with db.read() as session:
        context = context_of(session, "election", date(2026, 5, 6))
        begun = election_plan.plan_from_the_ledger(context, earlier={})
        assert (begun["meeting_kind"], begun["representatives"], begun["session_number"]) == ("congress", 78, 1)
        assert (begun["chair_competition"], begun["vice_chairs"], begun["full_time"]) == ("equal", 1, "vice_chair")
        assert begun["employees"] == 3000
        assert "term_years" not in begun  # a federation chooses three years or five


def test_the_list_of_candidates_begins_with_those_who_have_consent(db: Database) -> None:
    play(db, "zone_union", "term_of_a_general_union")
    with db.read() as session:
        context = context_of(session, "election", date(2026, 5, 15))
        begun = election_plan.candidates_with_consent(context, earlier={})
        assert begun["candidates"] == [
            {"name": "张建国", "current_post": "管委会副主任", "standing": "chair"},
            {"name": "李红梅", "current_post": "产业集聚区工会办公室主任", "standing": "vice_chair"},
            {"name": "王国庆", "current_post": "第一企业工会主席", "standing": "audit"},
        ]
        earlier = {"candidates": [{"name": "赵强"}]}
        assert election_plan.candidates_with_consent(context, earlier=earlier) == earlier


def test_an_enterprise_begins_its_list_with_no_name(db: Database) -> None:
    play(db, "election", "founding_election")
    with db.read() as session:
        context = context_of(session, "election", date(2026, 1, 12))
        assert election_plan.candidates_with_consent(context, earlier={}) == {}


def test_papers_name_the_union_that_is_being_founded(db: Database) -> None:
    play(db, "zone_union", "general_union")
    with db.read() as session:
        election = _case(session, "election")
        titles = {
            paper.name: (paper.title, paper.body)
            for paper in session.scalars(select(Paper).where(Paper.case_id == election.id))
        }
        assert titles["result_approval"][0] == "关于新安县产业集聚区总工会第一届委员会成立选举结果的批复"
        assert "法人资格登记" in titles["result_approval"][1]
        assert "7日" not in titles["review_reply"][1]  # that is for the chair of an enterprise


def test_papers_of_an_enterprise_say_what_they_said(db: Database) -> None:
    play(db, "election", "founding_election")
    with db.read() as session:
        papers = {paper.name: paper for paper in session.scalars(select(Paper))}
        assert papers["result_approval"].title == (
            "关于新安县精工机械有限公司工会筹备组第一届工会委员会成立选举结果的批复"
        )
        assert "法人资格登记" not in papers["result_approval"].body
        assert "企业工会主席候选人7日" in papers["review_reply"].body


# ---- clause 12.6 ----------------------------------------------------------------------------------------------------


def _flags(finding: Finding) -> str:
    return "".join(flag.zh for flag in finding.flags)


def test_the_superior_union_sees_who_was_elected_without_its_consent(db: Database) -> None:
    play(db, "zone_union", "written_in_leader_is_not_approved")
    with db.read() as session:
        context = context_of(session, "election", FOUNDED)
        shown = session.scalars(select(Task).where(Task.step == "result_reply").order_by(Task.id)).first()
        assert shown is not None
        assert shown.outcome == "refuse"
        assert "赵强任主席没有征得上级工会同意" in _flags(election_result_review(context))


def test_an_election_with_consent_raises_no_flag(db: Database) -> None:
    play(db, "zone_union", "result_overdue")
    with db.read() as session:
        assert _flags(election_result_review(context_of(session, "election", date(2026, 6, 24)))) == ""


def _with_a_deputy_as_chair(db: Database) -> list[Mistake]:
    row = {"name": "张建国", "current_post": "行政副职", "standing": "chair", "position": "deputy_head"}
    with db.read() as session:
        context = context_of(session, "election", date(2026, 5, 15))
        return election_plan.candidates_may_stand(context, outcome="submit", answers={"candidates": [row]})


def test_a_deputy_of_the_zones_leadership_may_chair_its_union(db: Database) -> None:
    """12.1."""
    play(db, "zone_union", "first_congress_plan")
    assert not any("R-352" in mistake.message.zh for mistake in _with_a_deputy_as_chair(db))


def test_a_deputy_head_may_not_chair_the_union_of_an_enterprise(db: Database) -> None:
    """R-352."""
    play(db, "election", "founding_election")
    assert any("R-352" in mistake.message.zh for mistake in _with_a_deputy_as_chair(db))

"""Z05–Z13 where they speak of the way of a case or of what a page shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.acceptance.played import at, browser_of, newest, open_steps, open_task, person, play
from workflows import cases, catalogue, worker
from workflows.cases.views import case_view
from workflows.errors import DomainError, Invalid
from workflows.procedures.zone_leaders import office_title
from workflows.sample_world import SMALL_PDF
from workflows.storage import Database
from workflows.storage.cases import Case, Task
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.storage.papers import Paper
from workflows.storage.unions import OfficeHolder

REASON = {"reason": "企业集中、职工较多，现有工会力量不足，需要统一领导。"}


@pytest.mark.parametrize("instead", ["work_committee", "federation"])
def test_z05_the_staffing_authority_refuses_and_the_zone_chooses_another_form(db: Database, instead: str) -> None:
    play(db, "zone_union", "staffing_refuses", before="staffing_decision")
    day = date(2026, 4, 30)
    with db.write() as session:
        refused = open_task(session, "staffing_decision")
        leader = person(session, "郭立新", day)
        cases.decide(session, leader, refused, outcome="refuse", answers={}, opinion="编制总量不足。", now=at(day))
    with db.read() as session:
        case, zone = newest(session, "zone_union"), session.get_one(Zone, 1)
        assert (case.status, open_steps(session, case)) == ("open", ["choose_form"])
        assert (zone.form, zone.union_id) == (None, None)
        assert session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.ZONE_UNION)).all() == []
    with db.write() as session:
        secretary = person(session, "刘芳", day)
        task = open_task(session, "choose_form")
        cases.decide(session, secretary, task, outcome=instead, answers=REASON, opinion="", now=at(day))
        following = {"work_committee": "agree_composition", "federation": "judge_foundation"}[instead]
        assert open_steps(session, newest(session, "zone_union")) == [following]


def test_z06_one_approval_alone_waits_for_the_other_and_says_so(db: Database) -> None:
    play(db, "zone_union", "superior_still_open", before="superior_decision")
    day = date(2026, 4, 15)
    with db.read() as session:
        case = newest(session, "zone_union")
        assert open_steps(session, case) == ["superior_decision"]
        view = case_view(session, person(session, "刘芳", day), case.id, now=at(day))
        assert "新安县总工会" in view.sentence.zh
        assert view.marks["preparatory_group"] == "ahead"
        assert session.get_one(Zone, 1).form is None


def test_z07_before_the_consent_there_is_no_decision_to_complete_and_nobody_else_can_make_it(db: Database) -> None:
    play(db, "chair_consent", "no_decision_before_consent")
    day = date(2026, 4, 20)  # a month and more after the letter
    worker.sweep(db, at(day))
    with db.read() as session:
        case = newest(session, "chair_consent")
        assert open_steps(session, case) == ["answer_letter", "no_reply"]
        assert session.scalars(select(Task).where(Task.step == "party_decision")).all() == []
        assert session.scalars(select(OfficeHolder).where(OfficeHolder.name == "张建国")).all() == []
    with db.write() as session:
        party, task = person(session, "陈建国", day), open_task(session, "answer_letter")
        with pytest.raises(DomainError):
            cases.decide(session, party, task, outcome="consent", answers={}, opinion="", now=at(day))
        session.rollback()


def test_z07_the_decision_names_nobody_else_than_the_letter_of_consent(db: Database) -> None:
    play(db, "chair_consent", "decision_on_another_person", before="party_decision")
    day = date(2026, 5, 20)
    with db.write() as session:
        task = open_task(session, "party_decision")
        answers = {
            "meeting": "党工委会议",
            "held_on": day.isoformat(),
            "due": 9,
            "present": 9,
            "in_favour": 9,
            "people": [{"action": "appoint", "name": "赵强", "post": "chair"}],
        }
        party = person(session, "陈建国", day)
        cases.attach(session, party, task, material="minutes", filename="m.pdf", content=SMALL_PDF, now=at(day))
        with pytest.raises(Invalid) as refused:
            cases.decide(session, party, task, outcome="decide", answers=answers, opinion="", now=at(day))
        session.rollback()
    assert any("赵强" in mistake.message.zh and "R-41" in mistake.message.zh for mistake in refused.value.mistakes)


def test_z10_a_work_committee_is_appointed_without_any_election(db: Database) -> None:
    play(db, "zone_union", "work_committee")
    with db.read() as session:
        steps = set(session.scalars(select(Task.step)))
        assert steps == {"choose_form", "agree_composition", "appoint_work_committee"}
        assert "election" not in set(session.scalars(select(Case.procedure)))
        holders = session.scalars(select(OfficeHolder).order_by(OfficeHolder.id)).all()
        assert {holder.route for holder in holders} == {"appointed"}
        assert office_title(holders[0].office, "work_committee").zh == "主任"
        notice = session.scalars(select(Paper).where(Paper.name == "work_committee_notice")).one()
        assert notice.recipient
        assert session.get_one(Zone, 1).legal_route == "credit_code_only"


def test_z10_the_legal_persons_path_is_closed_on_the_page_and_the_credit_code_stays_open(
    db: Database, tmp_path: Path
) -> None:
    play(db, "zone_union", "follow_on_registration", before="choose_matter")
    day = date(2026, 4, 2)
    with db.read() as session:
        task = open_task(session, "choose_matter")
    page = browser_of(db, tmp_path, "刘芳", day).get(f"/tasks/{task}")
    closed = set(page.tree.xpath("//input[@name='outcome'][@disabled]/@value"))
    assert closed == {"register", "renew"}
    assert "credit_code" in page.tree.xpath("//input[@name='outcome']/@value")
    assert "请办理统一社会信用代码" in page.text
    with db.write() as session, pytest.raises(Invalid):
        cases.decide(
            session, person(session, "刘芳", day), task, outcome="register", answers={}, opinion="", now=at(day)
        )


def test_z10_a_first_level_budget_unit_is_never_offered_to_a_work_committee(db: Database) -> None:
    play(db, "legal_person", "work_committee")
    with db.read() as session:
        case = newest(session, "legal_person")
        assert (case.status, case.end) == ("completed", "registered")
        steps = catalogue.definition_of(session, case.definition_id).steps.values()
        about_the_unit = {step.id for step in steps if "funds_unit" in step.facts}
        assert about_the_unit
        assert about_the_unit.isdisjoint(session.scalars(select(Task.step).where(Task.case_id == case.id)))


def test_z12_a_union_office_under_a_department_is_an_alert_on_the_pages_of_the_zone(
    db: Database, tmp_path: Path
) -> None:
    play(db, "zone_union", "work_committee", before="agree_composition")
    with db.write() as session:
        department = Organisation(
            code="D-1", name="党群工作部", kind=OrganisationKind.PARTY_COMMITTEE, valid_from=date(2020, 1, 1)
        )
        session.add(department)
        session.flush()
        department_id = department.id
    browser = browser_of(db, tmp_path, "刘芳", date(2026, 3, 11))
    before = browser.get("/ledger/zones/1").text
    with db.write() as session:
        session.get_one(Zone, 1).office.parent_id = department_id
    after = browser.get("/ledger/zones/1").text
    assert "机构不独立" not in before
    assert "机构不独立，应当纠正" in after
    assert "工会机构归属“党群工作部”" in after
    assert "P48" in after


@pytest.mark.parametrize(
    ("procedure", "name"),
    [("zone_union", "womens_head_outside_leadership"), ("cadre_staffing", "womens_head_outside_leadership")],
)
def test_z13_a_womens_head_outside_the_leadership_is_refused_and_nobody_enters_office(
    db: Database, procedure: str, name: str
) -> None:
    play(db, procedure, name)
    with db.read() as session:
        heads = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "women_head")).all()
        assert heads == []

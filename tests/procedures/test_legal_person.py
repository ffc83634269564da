"""What legal_person leaves behind: certificates, accounts, and what falls due later. Its scenarios are played first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import bpmn
from tests import make
from workflows import events, scenarios, worker
from workflows.engine.operations import Context
from workflows.law.rule_sets import rule_set
from workflows.procedures import legal_person, legal_person_checks, legal_person_record
from workflows.storage import Database
from workflows.storage.cases import Case, Notice, Task
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation
from workflows.storage.unions import Certificate, Term, Timer

FOLDER = Path(next(iter(bpmn.__path__))) / "legal_person"
PLAYS = {scenario.name: scenario for scenario in scenarios.find(FOLDER)}


def certificates(session: Session) -> list[Certificate]:
    return list(session.scalars(select(Certificate).order_by(Certificate.id)))


def waiting(session: Session) -> dict[str, date]:
    """What is still to fall due: the name of each timer without numbers, and its day."""
    timers = session.scalars(select(Timer).where(Timer.done_at.is_(None)))
    return {timer.name.rpartition(":")[0]: timer.due_on for timer in timers}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)


# ---- what a case leaves behind --------------------------------------------------------------------------------------


def test_a_registration_leaves_certificate_account_designation_and_reminders(db: Database) -> None:
    scenarios.run(db, PLAYS["general_union"])
    with db.read() as session:
        (certificate,) = certificates(session)
        assert (certificate.kind, certificate.valid_to) == ("legal_person", date(2031, 6, 9))
        assert (certificate.legal_representative, certificate.domicile) == ("张建国", "新安县产业集聚区创业大道1号")
        assert certificate.account is not None
        assert (certificate.account["kind"], certificate.account["funds_unit"]["from_year"]) == ("basic", 2027)
        assert waiting(session) == {
            "legal_person:renewal": date(2031, 5, 10),  # thirty days before
            "legal_person:expiry": date(2031, 6, 10),
        }


def test_a_credit_code_has_no_term_and_nothing_falls_due(db: Database) -> None:
    scenarios.run(db, PLAYS["work_committee"])
    with db.read() as session:
        (certificate,) = certificates(session)
        assert (certificate.kind, certificate.valid_to) == ("credit_code", None)
        assert (certificate.legal_representative, (certificate.account or {})["kind"]) == ("张建国", "bank_rules")
        assert waiting(session) == {}


@pytest.mark.parametrize("name", ["change_of_chair", "renewal", "replacement_lost"])
def test_a_new_certificate_takes_the_place_of_the_old_which_stays_on_record(db: Database, name: str) -> None:
    scenarios.run(db, PLAYS[name])
    with db.read() as session:
        old, new = certificates(session)
        assert (old.cancelled_on, new.cancelled_on) == (new.valid_from, None)
        assert new.credit_code == old.credit_code
        assert new.legal_representative == ("李红梅" if name == "change_of_chair" else "张建国")


def test_a_cancelled_certificate_no_longer_counts(db: Database) -> None:
    scenarios.run(db, PLAYS["cancellation"])
    with db.read() as session:
        assert [certificate.cancelled_on for certificate in certificates(session)] == [date(2026, 5, 28)]


def test_the_reminder_to_apply_ends_with_the_application(db: Database) -> None:
    scenarios.run(db, PLAYS["federation"])
    with db.read() as session:
        timer = session.scalars(select(Timer).where(Timer.rule == "T-09")).one()
        assert (timer.due_on, timer.outcome) == (date(2026, 8, 19), "filed")


def test_a_late_change_is_on_record_as_late_and_one_in_time_is_not(db: Database) -> None:
    """L02: changed on 2026-03-25, to be filed by 2026-04-24."""
    scenarios.run(db, PLAYS["change_filed_late"])
    with db.read() as session:
        case = session.scalars(select(Case)).one()
        filed = next(event for event in events.of_case(session, case.id) if event.kind == "legal_person_filed")
    assert (filed.data["due_on"], filed.data["late"]) == ("2026-04-24", True)
    assert "逾期" in filed.data["text"]["zh"]


def test_a_change_in_time_is_not_late(db: Database) -> None:
    scenarios.run(db, PLAYS["change_of_chair"])
    with db.read() as session:
        case = session.scalars(select(Case)).one()
        filed = next(event for event in events.of_case(session, case.id) if event.kind == "legal_person_filed")
    assert (filed.data["due_on"], filed.data["late"]) == ("2026-04-24", False)


def test_a_filed_change_is_reminded_of_no_more_whoever_set_the_reminder(db: Database) -> None:
    scenarios.run(db, PLAYS["change_needs_its_proof"])
    with db.write() as session:
        case = session.scalars(select(Case)).one()
        values = {"kind": "remind", "due_on": date(2026, 4, 10), "organisation_id": case.applicant_id, "data": {}}
        session.add_all([Timer(name="change", rule="T-11", **values), Timer(name="term", rule="T-06", **values)])
        session.flush()
        legal_person.note_legal_person_filing(at_case(session, case, date(2026, 4, 20)), matter="change")
        outcomes = dict(
            session.execute(select(Timer.name, Timer.outcome).where(Timer.name.in_(["change", "term"]))).all()
        )
        assert outcomes == {"change": "filed", "term": ""}


# ---- what falls due -------------------------------------------------------------------------------------------------


def reminders(session: Session) -> list[Notice]:
    """What was told of certificates; tasks are reminded of by themselves."""
    return list(session.scalars(select(Notice).where(Notice.kind == "reminder", Notice.task_id.is_(None))))


def test_the_window_opens_a_case_and_expiry_is_told_when_nobody_renewed(db: Database) -> None:
    scenarios.run(db, PLAYS["renewal_begun_by_the_calendar"])
    worker.sweep(db, at(date(2026, 9, 30)))
    with db.read() as session:
        assert reminders(session) == []
        first, second = session.scalars(select(Case).order_by(Case.id))
        link = next(event for event in events.of_case(session, first.id) if event.kind == "follow_on_started")
        why = next(event for event in events.of_case(session, second.id) if event.kind == "begun_when_due")
        assert (link.data["case"], why.data["rule"]) == (second.id, "T-12")
        assert "2026-09-30" in why.data["text"]["zh"]
    worker.sweep(db, at(date(2026, 10, 1)))
    with db.read() as session:
        [notice] = reminders(session)
        assert "已于 2026-09-30 过期" in notice.data["text"]["zh"]


def test_a_renewed_certificate_does_not_expire(db: Database) -> None:
    """The old certificate's watch ends; the new one's begins."""
    scenarios.run(db, PLAYS["renewal_begun_by_the_calendar"])
    with db.write() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        at_work = at_case(session, case, date(2026, 9, 16))
        session.add(done(case, "choose_matter", "renew", {}))
        session.add(done(case, "fill_renewal", "submit", {"term_to": "2029-09-01"}))
        issued = {"certificate_number": "新证", "valid_from": "2026-09-16", "valid_to": "2029-09-01"}
        code = certificates(session)[0].credit_code
        session.add(done(case, "issue_certificate", "issue", {**issued, "credit_code": code}))
        session.flush()
        new_id = legal_person.enter_certificate(at_work, matter="renew")
        assert legal_person.enter_certificate(at_work, matter="renew") == new_id
    with db.read() as session:
        assert [one.cancelled_on for one in certificates(session)] == [date(2026, 9, 16), None]
        assert waiting(session) == {
            "legal_person:renewal": date(2029, 8, 2),
            "legal_person:expiry": date(2029, 9, 2),
        }
    worker.sweep(db, at(date(2026, 10, 1)))
    with db.read() as session:
        assert reminders(session) == []


def test_the_certificate_of_the_form_a_zone_had_before_is_struck_off_by_its_number(db: Database) -> None:
    scenarios.run(db, PLAYS["change_needs_its_proof"])
    with db.write() as session:
        case = session.scalars(select(Case)).one()
        zone = session.scalars(select(Zone).where(Zone.office_id == case.applicant_id)).one()
        unions = [
            Organisation(code=f"{zone.code}-U{n}", name=f"第{n}", kind="zone_union", valid_from=date(2023, 1, 1))
            for n in (1, 2)
        ]
        session.add_all(unions)
        session.flush()
        certificates(session)[0].organisation_id = unions[0].id
        zone.union_id, zone.form = unions[1].id, "general_union"
        named = {"certificate_number": "豫工法证字第410323001号", "ground": "form_changed", "decided_on": "2026-04-01"}
        session.add(done(case, "fill_cancellation", "submit", named))
        session.flush()
        context = at_case(session, case, date(2026, 4, 20))
        assert legal_person_checks.present_certificate_is_named(context, outcome="submit", answers=named) == []
        cancelled_id = legal_person.cancel_certificate(context)
        assert [one.cancelled_on for one in certificates(session)] == [date(2026, 4, 20)]
        assert cancelled_id == certificates(session)[0].id
        assert legal_person.cancel_certificate(context) is None


# ---- who it is about ------------------------------------------------------------------------------------------------


def test_certificates_belong_to_the_union_in_the_tree_and_its_term_is_that_on_record(session: Session) -> None:
    neighbourhood = make.make_neighbourhood(session)
    zone = neighbourhood.zone
    union = make.make_organisation(session, kind="zone_union", parent=neighbourhood.superior_union)
    zone.form, zone.form_since, zone.union_id = "federation", date(2026, 6, 20), union.id
    term = Term(organisation_id=union.id, number=1, began_on=date(2026, 6, 10), years=3, ends_on=date(2029, 6, 10))
    session.add(term)
    session.flush()
    context = look(session, zone.office)
    found = legal_person_record.union_of(context)
    assert (found.organisation_id, found.name, found.form_word) == (union.id, union.name, "federation")
    assert found.term_ends_on == date(2029, 6, 10)
    term.extended_to = date(2029, 12, 10)
    assert legal_person_record.union_of(context).term_ends_on == date(2029, 12, 10)
    assert legal_person.legal_person_route(context).numbers["union"] == union.name


@pytest.mark.parametrize(
    ("form", "route", "unit"),
    [
        ("general_union", "registration", "not_complete"),
        ("federation", "registration", "refused"),
        ("work_committee", "credit_code_only", "refused"),
        (None, "no_verdict", "no_verdict"),
    ],
)
def test_d13_by_form(session: Session, form: str | None, route: str, unit: str) -> None:
    zone = make.make_zone(session)
    zone.form = form
    session.flush()
    context = look(session, zone.office)
    assert legal_person.legal_person_route(context).verdict == route
    assert legal_person.funds_unit(context).verdict == unit
    assert legal_person.assess_legal_person_route(context, organisation_id=zone.office_id) == (form or "none")


def look(session: Session, applicant: Organisation) -> Context:
    """A look ahead, without a case."""
    return Context(
        session=session,
        case=None,
        applicant_id=applicant.id,
        subject_id=applicant.id,
        now=at(date(2026, 6, 25)),
        rule_set=rule_set(),
    )


def at_case(session: Session, case: Case, day: date) -> Context:
    return Context(
        session=session,
        case=case,
        applicant_id=case.applicant_id,
        subject_id=case.subject_id,
        now=at(day),
        rule_set=rule_set(),
        record_event=lambda kind, data: None,
    )


def done(case: Case, step: str, outcome: str, answers: dict[str, str]) -> Task:
    now = at(date(2026, 9, 10))
    return Task(
        case_id=case.id,
        step=step,
        relation="applicant",
        role="secretary",
        applicant_id=case.applicant_id,
        status="done",
        opened_at=now,
        outcome=outcome,
        answers=answers,
    )

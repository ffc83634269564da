"""What chair_consent leaves behind: consents by person, post and action, reminders, offices of a work committee."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import bpmn
from tests.make import make_neighbourhood
from tests.procedures.founding import Founding, make_case, make_founding
from workflows import scenarios, worker
from workflows.engine.operations import Context
from workflows.law.rule_sets import rule_set
from workflows.procedures import chair_consent, zone_leaders
from workflows.storage import Database
from workflows.storage.cases import Notice
from workflows.storage.unions import Consent, OfficeHolder, Timer

FOLDER = Path(next(iter(bpmn.__path__))) / "chair_consent"
TODAY = date(2026, 11, 23)


def play(db: Database, name: str) -> None:
    scenarios.run(db, next(one for one in scenarios.find(FOLDER) if one.name == name))


def person(name: str, office: str = "chair", action: str = "appoint", **more: Any) -> dict[str, Any]:
    return {
        "action": action,
        "name": name,
        "current_post": "管委会副主任",
        "post": office,
        "tenure": "part_time",
        "reason": "工作变动",
        **more,
    }


@pytest.fixture
def founding(session: Session) -> Founding:
    """A zone with a general union and a case of its own; who is proposed is added by the test."""
    founding = make_founding(session)
    founding.neighbourhood.zone.form = "general_union"
    return founding


def consented(founding: Founding, *people: Mapping[str, Any], answer: str = "consent") -> object:
    founding.did("propose", "submit", {"people": list(people)})
    founding.did("answer_letter", answer, {"held_on": TODAY.isoformat()})
    return chair_consent.record_consent_answer(founding.context, answer=answer, silence=None)


def on(founding: Founding, day: date) -> Context:
    """The same case on another day."""
    context = founding.context
    context.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return context


# ---- consents -------------------------------------------------------------------------------------------------------


def test_a_consent_names_person_post_action_and_its_last_day(db: Database) -> None:
    play(db, "several_changes")
    with db.read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id)).all()
        assert [(row.person, row.office, row.action, row.kind) for row in rows] == [
            ("赵强", "chair", "appoint", "express"),
            ("张建国", "chair", "remove", "express"),
        ]
        assert {(row.given_on, row.valid_until) for row in rows} == {(date(2026, 3, 25), date(2026, 9, 25))}


def test_a_deemed_consent_is_kept_as_such_with_its_basis(db: Database) -> None:
    play(db, "deemed_consent")
    with db.read() as session:
        row = session.scalars(select(Consent)).one()
        assert (row.kind, row.given_on) == ("deemed", date(2026, 4, 14))
        assert "选拔任用" in row.legal_basis


@pytest.mark.parametrize("name", ["no_decision_before_consent", "reason_is_required", "dropped"])
def test_without_an_answer_in_favour_there_is_no_consent(db: Database, name: str) -> None:
    play(db, name)
    with db.read() as session:
        assert session.scalars(select(Consent)).all() == []


def test_elected_offices_change_only_by_the_democratic_procedure(db: Database) -> None:
    play(db, "appoint_chair")
    with db.read() as session:
        assert session.scalars(select(OfficeHolder)).all() == []


def test_the_reply_appoints_a_work_committee_and_uses_its_consents_up(db: Database) -> None:
    play(db, "work_committee")
    with db.read() as session:
        holders = session.scalars(select(OfficeHolder).order_by(OfficeHolder.id)).all()
        assert [(row.name, row.office, row.full_time, row.route) for row in holders] == [
            ("郭涛", "chair", False, "appointed"),
            ("李红梅", "vice_chair", True, "appointed"),
            ("王国庆", "member", False, "appointed"),
        ]
        assert {row.valid_until for row in session.scalars(select(Consent))} == {date(2026, 3, 25)}


def test_recording_twice_changes_nothing_the_second_time(founding: Founding) -> None:
    assert consented(founding, person("张建国")) == "express"
    assert chair_consent.record_consent_answer(founding.context, answer="consent", silence=None) == "express"
    assert len(founding.session.scalars(select(Consent)).all()) == 1


def test_a_removal_in_a_work_committee_ends_the_row_of_the_office(founding: Founding) -> None:
    founding.neighbourhood.zone.form = "work_committee"
    holder = zone_leaders.enter_office(founding.context, "李红梅", "vice_chair", full_time=True, route="appointed")
    holder.since = date(2026, 1, 5)
    consented(founding, person("李红梅", "vice_chair", "remove"), answer="appoint")
    assert (holder.until, holder.details) == (TODAY, {"left": "remove"})
    assert zone_leaders.in_office(on(founding, date(2026, 11, 24))) == []


# ---- the gate -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "day", "accepted"),
    [
        (person("张建国"), TODAY, True),
        (person("张 建国"), date(2027, 5, 23), True),
        (person("张建国"), date(2027, 5, 24), False),
        (person("赵强"), TODAY, False),
        (person("张建国", "vice_chair"), TODAY, False),
        (person("张建国", action="remove"), TODAY, False),
    ],
)
def test_z07_the_decision_waits_for_a_consent_to_the_person_the_post_and_the_action(
    founding: Founding, row: dict[str, Any], day: date, accepted: bool
) -> None:
    consented(founding, person("张建国"))
    found = chair_consent.decision_has_consent(on(founding, day), outcome="decide", answers={"people": [row]})
    assert (found == []) is accepted


def test_another_zones_consent_opens_nothing(founding: Founding, session: Session) -> None:
    consented(founding, person("张建国"))
    other = make_founding_beside(session)
    found = chair_consent.decision_has_consent(other.context, outcome="decide", answers={"people": [person("张建国")]})
    assert [mistake.path for mistake in found] == ["/people/0/name"]


def make_founding_beside(session: Session) -> Founding:
    neighbourhood = make_neighbourhood(session)
    neighbourhood.zone.form = "general_union"
    return Founding(session, neighbourhood, make_case(session, neighbourhood, "2"))


def test_the_state_of_a_deemed_consent_is_not_that_of_an_express_one(founding: Founding) -> None:
    assert chair_consent.consent_state(founding.context).verdict == "not_asked"
    founding.did("propose", "submit", {"people": [person("张建国")]})
    founding.did("no_reply", "deemed", {"received_on": "2026-10-20", "legal_basis": "条例"})
    assert chair_consent.record_consent_answer(founding.context, answer=None, silence="deemed") == "deemed"
    state = chair_consent.consent_state(founding.context)
    assert state.verdict == "deemed"
    assert any("不是明示" in flag.zh for flag in state.flags)


# ---- the letter -----------------------------------------------------------------------------------------------------


def letter(founding: Founding, *people: Mapping[str, Any]) -> list[str]:
    found = chair_consent.letter_fits_the_posts(founding.context, outcome="submit", answers={"people": list(people)})
    return [mistake.path for mistake in found]


def test_r423_a_second_full_time_vice_chair_is_refused_while_one_is_in_office(founding: Founding) -> None:
    zone_leaders.enter_office(founding.context, "李红梅", "vice_chair", full_time=True, route="staffing")
    second = person("赵强", "vice_chair", tenure="full_time")
    assert letter(founding, second) == ["/people/0/tenure"]
    assert letter(founding, {**second, "tenure": "part_time"}) == []
    assert letter(founding, person("李红梅", "vice_chair", "remove"), second) == []
    assert letter(founding, person("李红梅", "vice_chair", tenure="full_time")) == []


def test_nobody_is_removed_from_an_office_that_somebody_else_holds(founding: Founding) -> None:
    assert letter(founding, person("赵强", action="remove")) == []  # nothing is known of the office
    zone_leaders.enter_office(founding.context, "张建国", "chair", full_time=False, route="elected")
    assert letter(founding, person("赵强", action="remove")) == ["/people/0/name"]


# ---- silence --------------------------------------------------------------------------------------------------------


def test_t13_the_watch_reminds_on_day_20_and_asks_both_heads_after_a_month(founding: Founding) -> None:
    founding.did("propose", "submit", {"people": [person("张建国")]})
    chair_consent.watch_consent_letter(founding.context)
    chair_consent.watch_consent_letter(founding.context)
    timers = founding.session.scalars(select(Timer).order_by(Timer.id)).all()
    assert [(timer.due_on, timer.data["relation"]) for timer in timers] == [
        (date(2026, 12, 14), "superior_union"),  # day 20 is a Sunday
        (date(2026, 12, 23), "superior_union"),
        (date(2026, 12, 23), "party_committee"),
    ]
    assert founding.session.scalars(select(Notice)).all() == []
    chair_consent.record_consent_answer(founding.context, answer="refuse", silence=None)
    assert {timer.outcome for timer in timers} == {"answered"}
    assert all(timer.done_at for timer in timers)


def test_the_numbers_of_the_watch_belong_to_the_rule_set(founding: Founding) -> None:
    founding.did("propose", "submit", {"people": [person("张建国")]})
    context = founding.context
    context.rule_set = rule_set().with_overrides({"consent.remind_after": 10, "consent.validity": 3})
    chair_consent.watch_consent_letter(context)
    assert founding.session.scalars(select(Timer.due_on).order_by(Timer.id)).first() == date(2026, 12, 3)
    founding.did("answer_letter", "consent", {"held_on": TODAY.isoformat()})
    chair_consent.record_consent_answer(context, answer="consent", silence=None)
    assert founding.session.scalars(select(Consent.valid_until)).one() == date(2027, 2, 23)


# ---- reminders ------------------------------------------------------------------------------------------------------


def reminders_of_the_letter(session: Session) -> list[str]:
    rows = session.scalars(select(Notice).where(Notice.kind == "reminder").order_by(Notice.id))
    return [row.data["text"]["zh"] for row in rows if "《征求意见函》" in row.data["text"]["zh"]]


@pytest.mark.parametrize("name", ["withdrawn_while_waiting", "refused_then_other_person"])
def test_nobody_is_reminded_of_a_letter_that_is_no_longer_awaited(db: Database, name: str) -> None:
    play(db, name)
    worker.sweep(db, datetime(2027, 1, 4, 2, tzinfo=UTC))
    with db.read() as session:
        assert reminders_of_the_letter(session) == []


def test_a_letter_that_is_awaited_is_reminded_of_and_later_both_heads_are_asked(db: Database) -> None:
    play(db, "reminded_while_waiting")
    with db.read() as session:
        told = reminders_of_the_letter(session)
    assert ["尚未答复" in text for text in told] == [True, False, False]
    assert all("逾期不视为同意" in text for text in told[1:])

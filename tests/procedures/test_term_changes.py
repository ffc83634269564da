"""Changes within and at the end of a term: the clocks they set, and what they end."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.procedures.played import context_of, play
from workflows.procedures import term_changes
from workflows.storage import Database
from workflows.storage.cases import Case
from workflows.storage.unions import Consent, OfficeHolder, Term, Timer


def _open_timers(session: Session, rule: str) -> list[tuple[str, date]]:
    query = select(Timer).where(Timer.rule == rule, Timer.done_at.is_(None)).order_by(Timer.due_on)
    return [(timer.data.get("relation", timer.kind), timer.due_on) for timer in session.scalars(query)]


def test_e31_an_enterprise_chair_is_replaced_within_three_months(db: Database) -> None:
    play(db, "term_changes", "acting_chair_refused")
    with db.read() as session:
        finding = term_changes.vacancy_clock(context_of(session, "term_changes", date(2026, 3, 16)))
        assert finding.numbers["end"] == "2026-06-15"
        assert "R-336" in finding.rule
        assert _open_timers(session, "T-04") == [
            ("applicant", date(2026, 5, 16)),
            ("superior_union", date(2026, 6, 16)),
        ]
        left = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "chair")).one()
        assert (left.name, left.until) == ("张伟", date(2026, 3, 15))


def test_e32_another_chair_within_six_months(db: Database) -> None:
    play(db, "term_changes", "zone_chair_needs_consent")
    with db.read() as session:
        finding = term_changes.vacancy_clock(context_of(session, "term_changes", date(2026, 3, 16)))
        assert finding.numbers["end"] == "2026-09-15"
        assert "R-335" in finding.rule
        assert session.scalars(select(Consent.person)).all() == ["赵强"]


def test_a_by_election_ends_the_vacancy_for_the_rest_of_the_term(db: Database) -> None:
    play(db, "term_changes", "acting_chair")
    with db.read() as session:
        term = session.scalars(select(Term)).one()
        assert (term.ended_on, term.ends_on) == (None, date(2026, 6, 20))
        chair = session.scalars(
            select(OfficeHolder).where(OfficeHolder.office == "chair", OfficeHolder.until.is_(None))
        ).one()
        assert (chair.name, chair.since, chair.term_id) == ("李红梅", date(2026, 3, 30), term.id)
        acting = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "acting_chair")).one()
        assert (acting.name, acting.since, acting.until) == ("陈静", date(2026, 3, 17), date(2026, 3, 30))
        assert _open_timers(session, "T-04") == _open_timers(session, "T-05") == []


def test_an_acting_chair_has_a_last_day(db: Database) -> None:
    play(db, "term_changes", "acting_chair")
    with db.read() as session:
        days = session.scalars(select(Timer.due_on).where(Timer.rule == "T-05").order_by(Timer.due_on)).all()
        assert days == [date(2026, 5, 18), date(2026, 6, 18)]  # three months from 17 March, and the day after


def test_e30_one_consent_does_not_move_anybody(db: Database) -> None:
    play(db, "term_changes", "transfer_refused")
    with db.read() as session:
        finding = term_changes.transfer_consents(context_of(session, "term_changes", date(2026, 3, 20)))
        assert finding.verdict == "blocked"
        vice = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "vice_chair")).one()
        assert vice.until is None


def test_a_transfer_leaves_a_vacancy_and_the_by_election_follows(db: Database) -> None:
    play(db, "term_changes", "transfer_needs_two_consents")
    with db.read() as session:
        vice = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "vice_chair")).one()
        assert vice.until == date(2026, 4, 17)
        following = session.scalars(select(Case).where(Case.procedure == "election")).one()
        parent = session.get_one(Case, following.parent_id)
        assert (parent.procedure, parent.status, following.status) == ("term_changes", "completed", "open")
        assert following.parent_token is None  # nobody waits for it
        assert _open_timers(session, "T-04")[-1] == ("superior_union", date(2026, 10, 20))


def test_more_than_half_of_all_removes(db: Database) -> None:
    play(db, "term_changes", "removal")
    with db.read() as session:
        finding = term_changes.removal_result(context_of(session, "term_changes", date(2026, 4, 10)))
        assert (finding.verdict, finding.numbers["votes_needed"]) == ("removed", 94)
        chair = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "chair")).one()
        assert chair.until == date(2026, 4, 10)


def test_half_of_those_present_does_not(db: Database) -> None:
    play(db, "term_changes", "removal_below_half")
    with db.read() as session:
        chair = session.scalars(select(OfficeHolder).where(OfficeHolder.office == "chair")).one()
        assert chair.until is None


def test_an_extension_moves_the_end_and_its_reminders(db: Database) -> None:
    play(db, "term_changes", "extension")
    with db.read() as session:
        term = session.scalars(select(Term)).one()
        assert (term.ends_on, term.extended_to) == (date(2026, 6, 20), date(2026, 12, 20))
        assert _open_timers(session, "T-06")[-1] == ("superior_union", date(2026, 12, 21))


def test_a_dissolution_ends_term_offices_and_timers(db: Database) -> None:
    play(db, "term_changes", "dissolution")
    with db.read() as session:
        assert session.scalars(select(Term)).one().ended_on == date(2026, 5, 15)
        assert {holder.until for holder in session.scalars(select(OfficeHolder))} == {date(2026, 5, 15)}
        assert session.scalars(select(Timer).where(Timer.done_at.is_(None))).all() == []


def test_an_early_re_election_extends_nothing(db: Database) -> None:
    play(db, "term_changes", "early_re_election")
    with db.read() as session:
        assert session.scalars(select(Term)).one().extended_to is None

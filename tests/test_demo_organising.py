"""The demo's enterprises on their way to a union."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import audit, catalogue, demo
from workflows.cases import views
from workflows.demo import organising
from workflows.ledger import enterprises
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, Task, TaskStatus
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Account, Organisation, OrganisationKind, Person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BPMN = Path(__file__).parent.parent / "bpmn"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def written(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the demo and every procedure; these tests only look at it."""
    database = Database(request.getfixturevalue(f"new_{request.param}")())
    with database.write() as session:
        for folder in sorted(path.parent for path in BPMN.glob("*/procedure.toml")):
            catalogue.publish(session, None, folder, NOW)
        demo.load(session, now=NOW, password_hash="no hash")
    yield database
    database.dispose()


@pytest.fixture
def made(written: Database) -> Iterator[Session]:
    with written.read() as session:
        yield session


def case_of(session: Session, unit: str, procedure: str = organising.PROCEDURE) -> Case:
    query = select(Case).join(Organisation, Organisation.id == Case.applicant_id)
    return session.scalars(query.where(Organisation.code == unit, Case.procedure == procedure)).one()


def open_steps(session: Session, case: Case) -> list[str]:
    return list(session.scalars(select(Task.step).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)))


def row_of(session: Session, case: Case) -> Enterprise:
    return session.scalars(select(Enterprise).where(Enterprise.organisation_id == case.applicant_id)).one()


def test_one_enterprise_has_a_union_that_was_standardised(made: Session) -> None:
    case = case_of(made, "ZZ-JS-YH")
    assert (case.status, case.end) == ("completed", "standardised")
    assert row_of(made, case).stage == "standardised"
    assert made.get_one(Organisation, case.applicant_id).kind == OrganisationKind.ENTERPRISE_UNION
    assert case_of(made, "ZZ-JS-YH", "legal_person").end == "registered"


def test_one_waits_for_its_election_in_which_the_scrutineer_has_to_count(made: Session) -> None:
    case, election = case_of(made, "ZZ-JS-BH"), case_of(made, "ZZ-JS-BH", "election")
    assert election.parent_id == case.id
    assert (open_steps(made, case), open_steps(made, election)) == ([], ["confirm_count"])
    secretary, scrutineer = (
        actor_of(made, made.scalars(select(Person.id).join(Account).where(Account.username == name)).one(), TODAY)
        for name in ("tianjing", "yaolan")
    )
    waiting = views.case_view(made, secretary, case.id, now=NOW).sentence.zh
    assert election.number in waiting
    assert "姚兰" in waiting
    counted = {t.step: t.answers for t in views.case_view(made, scrutineer, election.id, now=NOW).tasks}
    assert counted["enter_count"] is None


def test_one_is_open_for_more_than_twelve_months_without_a_union(made: Session) -> None:
    case = case_of(made, "ZZ-JS-QM")
    row = row_of(made, case)
    assert open_steps(made, case) == ["service_visit"]
    assert row.opened_on is not None
    assert row.opened_on < TODAY - timedelta(days=366)
    assert row.stage == "served"
    late = [one for one in enterprises.without_union(made, row.zone_id, TODAY) if one.overdue]
    assert row.id in {one.enterprise.id for one in late}


def test_an_enterprise_is_left_that_may_hold_its_election(made: Session) -> None:
    group = made.scalars(select(Organisation).where(Organisation.code == "ZZ-JS-HD")).one()
    assert made.scalars(select(Case).where(Case.applicant_id == group.id)).all() == []


def test_the_record_is_intact_and_nothing_happened_after_today(made: Session, written: Database) -> None:
    assert audit.verify(made).ok
    assert all(event.at <= NOW for event in made.scalars(select(Event)))


@pytest.mark.parametrize("today", [date(2026, 1, 3), date(2026, 5, 5), date(2027, 2, 28)])
def test_the_stories_can_be_told_on_any_day(new_sqlite: Callable[..., str], today: date) -> None:
    database = Database(new_sqlite())
    now = datetime(today.year, today.month, today.day, 1, 30, tzinfo=UTC)
    with database.write() as session:
        for folder in sorted(path.parent for path in BPMN.glob("*/procedure.toml")):
            catalogue.publish(session, None, folder, now)
        demo.load(session, now=now, password_hash="no hash")
    with database.read() as session:
        assert case_of(session, "ZZ-JS-YH").end == "standardised"
        assert open_steps(session, case_of(session, "ZZ-JS-BH", "election")) == ["confirm_count"]
        assert open_steps(session, case_of(session, "ZZ-JS-QM")) == ["service_visit"]
    database.dispose()


def test_without_their_procedures_the_other_stories_are_told_alone(new_sqlite: Callable[..., str]) -> None:
    database = Database(new_sqlite())
    with database.write() as session:
        catalogue.publish(session, None, BPMN / "zone_union", NOW)
        made = demo.load(session, now=NOW, password_hash="no hash")
    assert made.cases == 4
    database.dispose()

"""The large demo: a province that has worked for two years, made through the verbs everybody uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from workflows import access, audit, catalogue, demo, settings
from workflows.engine.operations import OFFICE_ZONE
from workflows.law import credit_code
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Account, Organisation, Person, Post
from workflows.storage.unions import Timer

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FOLDERS = sorted(path.parent for path in (Path(__file__).parent.parent / "bpmn").glob("*/procedure.toml"))
CASES = 40


def _fill(database: Database, now: datetime, cases: int) -> list[int]:
    heard: list[int] = []
    with database.write() as session:
        for folder in FOLDERS:
            catalogue.publish(session, None, folder, now)
    with database.write() as session:
        demo.load(session, now=now, password_hash="no hash", cases=cases, progress=heard.append)
    return heard


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the province as it is on 2026-11-23; these tests only look at it."""
    database = Database(request.getfixturevalue(f"new_{request.param}")())
    _fill(database, NOW, CASES)
    yield database
    database.dispose()


@pytest.fixture
def made(filled: Database) -> Iterator[Session]:
    with filled.read() as session:
        yield session


def test_there_are_exactly_as_many_cases_as_were_asked_for(made: Session) -> None:
    assert made.scalar(select(func.count()).select_from(Case)) == CASES


def test_the_record_of_two_years_is_intact(made: Session) -> None:
    report = audit.verify(made)
    assert report.broken == ()
    assert report.events > CASES * 8


def test_the_cases_are_spread_over_procedures_and_states(made: Session) -> None:
    procedures = Counter(made.scalars(select(Case.procedure)))
    assert len(procedures) >= 7
    assert max(procedures.values()) < CASES / 2
    states = Counter(made.scalars(select(Case.status)))
    assert states[CaseStatus.COMPLETED] >= CASES * 0.4
    assert states[CaseStatus.OPEN] >= CASES * 0.2
    assert len(set(made.scalars(select(Case.end).where(Case.end.is_not(None))))) >= 5


def test_every_open_case_waits_for_somebody_or_for_a_child(made: Session) -> None:
    child = aliased(Case)
    has_task = exists().where(Task.case_id == Case.id, Task.status == TaskStatus.OPEN)
    has_child = exists().where(
        child.parent_id == Case.id, child.parent_token.is_not(None), child.status == CaseStatus.OPEN
    )
    stranded = select(Case.number).where(Case.status == CaseStatus.OPEN, ~has_task, ~has_child)
    assert list(made.scalars(stranded)) == []


def test_the_open_cases_are_stuck_in_different_ways(made: Session) -> None:
    tasks = made.scalars(select(Task).where(Task.status == TaskStatus.OPEN)).all()
    assert [task for task in tasks if task.fatal_on and task.fatal_on < TODAY], "nothing is late"
    assert [task for task in tasks if task.assignee_id is None], "nothing is unclaimed"
    assert [task for task in tasks if task.assignee_id is not None], "nothing is claimed"
    assert {task.relation for task in tasks} >= {"applicant", "superior_union", "staffing_authority"}


def test_nothing_happened_after_now_or_on_a_rest_day(made: Session) -> None:
    calendar = settings.load(made).calendar
    moments = list(made.scalars(select(Task.closed_at).where(Task.closed_at.is_not(None))))
    moments += made.scalars(select(Case.started_at))
    assert max(moments) <= NOW
    assert [at for at in moments if not calendar.is_working(at.astimezone(OFFICE_ZONE).date())] == []


def test_numbers_of_cases_follow_their_days(made: Session) -> None:
    played = select(Case).join(Person, Person.id == Case.started_by_id).where(Person.code.startswith("Q"))
    begun = [case for case in made.scalars(played.order_by(Case.id)) if case.parent_id is None]
    assert [case.started_at for case in begun] == sorted(case.started_at for case in begun)


def test_managers_oversee_what_lies_under_them(made: Session) -> None:
    counties = {zone.office_id: zone.name[:3] for zone in made.scalars(select(Zone).where(Zone.code.like("__-0%")))}
    assert len(set(counties.values())) == 10

    def overseen(username: str) -> set[str]:
        person_id = made.scalars(select(Account.person_id).where(Account.username == username)).one()
        manager = actor_of(made, person_id, TODAY)
        return {
            county
            for office_id, county in counties.items()
            if access.allowed(
                made, manager, access.Permission.VIEW_LEDGER, made.get_one(Organisation, office_id), TODAY
            )
        }

    zhengzhou, luoyang, province = overseen("zhoujing"), overseen("fengqiang"), overseen("gaoshan")
    assert len(zhengzhou) == len(luoyang) == 5
    assert zhengzhou | luoyang == province


def test_the_same_name_may_belong_to_two_people_in_two_organisations(made: Session) -> None:
    names = Counter(made.scalars(select(Person.name)))
    assert len(names) > 150
    namesakes = [name for name, number in names.items() if number > 1]
    assert namesakes
    where = made.scalars(
        select(Post.organisation_id).join(Person, Person.id == Post.person_id).where(Person.name == namesakes[0])
    )
    assert len(set(where)) > 1


def test_codes_of_enterprises_are_formally_right_and_their_own(made: Session) -> None:
    codes = list(made.scalars(select(Enterprise.credit_code)))
    assert len(codes) == len(set(codes))
    assert [code for code in codes if credit_code.refusal(code)] == []


def test_what_fell_due_in_two_years_has_been_done(made: Session) -> None:
    assert not made.scalars(select(Timer).where(Timer.done_at.is_(None), Timer.due_on < date(2026, 11, 9))).all()


def test_it_is_the_same_every_time_and_on_both_databases(
    new_sqlite: Callable[[], str], new_postgresql: Callable[[], str]
) -> None:
    told = []
    for url in (new_sqlite(), new_postgresql()):
        database = Database(url)
        heard = _fill(database, NOW, demo.FEWEST_CASES)
        assert heard[-1] == demo.FEWEST_CASES
        with database.read() as session:
            told.append(
                [
                    session.execute(select(Case.number, Case.title, Case.status, Case.end).order_by(Case.number)).all(),
                    session.execute(
                        select(Task.step, Task.opened_at, Task.closed_at, Task.outcome, Task.opinion).order_by(
                            Task.opened_at, Task.step
                        )
                    ).all(),
                ]
            )
        database.dispose()
    assert told[0] == told[1]


@pytest.mark.parametrize("today", [date(2026, 1, 3), date(2027, 2, 28)])
def test_it_can_be_made_on_any_day(new_sqlite: Callable[[], str], today: date) -> None:
    database = Database(new_sqlite())
    _fill(database, datetime(today.year, today.month, today.day, 1, 30, tzinfo=UTC), demo.FEWEST_CASES)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == demo.FEWEST_CASES
        assert audit.verify(session).ok
        waiting = session.scalars(select(Task).where(Task.status == TaskStatus.OPEN, Task.kind == TaskKind.STEP)).all()
        assert waiting
    database.dispose()

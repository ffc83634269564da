"""The demo: three zones on the three sides of the rule, people of all roles, cases at different stages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import audit, catalogue, demo, settings
from workflows.cases import views
from workflows.law import credit_code
from workflows.law.rule_sets import CURRENT
from workflows.ledger import zones
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Account, Organisation, Post, Role
from workflows.storage.papers import Paper

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BPMN = Path(__file__).parent.parent / "bpmn/zone_union"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def written(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the demo as it is on 2026-11-23; these tests only look at it."""
    database = Database(request.getfixturevalue(f"new_{request.param}")())
    with database.write() as session:
        catalogue.publish(session, None, BPMN, NOW)
        demo.load(session, now=NOW, password_hash="no hash")
    yield database
    database.dispose()


@pytest.fixture
def made(written: Database) -> Iterator[Session]:
    with written.read() as session:
        yield session


def _case(session: Session, status: str, zone: str) -> Case:
    query = select(Case).join(Zone, Zone.id == Case.subject_id).where(Case.status == status, Zone.code == zone)
    return session.scalars(query).one()


def test_the_three_zones_stand_on_the_three_sides_of_the_rule(made: Session) -> None:
    rules = settings.load(made).rules(CURRENT, TODAY)
    found = {
        zone.code: (zones.counts(made, zone.id), zones.zone_form_finding(made, zone.id, TODAY, rules).verdict)
        for zone in made.scalars(select(Zone))
    }
    assert {code: verdict for code, (_, verdict) in found.items()} == {
        "ZZ-JS": "eligible",
        "ZZ-SY": "band",
        "LY-HL": "not_eligible",
    }
    assert (found["ZZ-SY"][0].enterprises, found["ZZ-SY"][0].employees) == (88, 6100)
    assert (found["LY-HL"][0].enterprises, found["LY-HL"][0].employees) == (46, 2300)


def test_every_enterprise_has_a_credit_code_of_its_own_that_is_formally_right(made: Session) -> None:
    codes = list(made.scalars(select(Enterprise.credit_code)))
    assert len(codes) == len(set(codes)) == 300
    assert [code for code in codes if credit_code.refusal(code)] == []


def test_counts_of_an_enterprise_agree_with_each_other(made: Session) -> None:
    for row in made.scalars(select(Enterprise).where(Enterprise.operating)):
        assert row.employees is not None
        assert (row.women or 0) <= row.employees, row.name
        assert (row.members or 0) <= row.employees, row.name
        assert (row.women_members or 0) <= min(row.women or 0, row.members or 0), row.name
        assert row.settled_on is not None
        assert row.opened_on is not None
        assert row.settled_on <= row.opened_on <= TODAY, row.name
        assert row.first_visit_on is None or row.opened_on <= row.first_visit_on <= TODAY, row.name
        assert row.union_approved_on is None or row.opened_on <= row.union_approved_on <= TODAY, row.name


def test_there_are_people_of_every_role_and_one_office_works_on_paper(made: Session) -> None:
    assert set(made.scalars(select(Post.role))) == {role.value for role in Role}
    offline = made.scalars(select(Organisation).where(Organisation.has_accounts.is_(False))).one()
    assert offline.kind == "staffing_authority"
    assert not made.scalars(select(Post).where(Post.organisation_id == offline.id)).all()
    assert not made.scalars(select(Account).where(Account.must_change)).all()


def test_one_enterprise_may_hold_its_election(made: Session) -> None:
    row = made.scalars(select(Enterprise).where(Enterprise.organisation_id.is_not(None))).one()
    assert (row.employees, row.members, row.women_members, row.stage) == (212, 187, 61, "served")
    posts = set(made.scalars(select(Post.role).where(Post.organisation_id == row.organisation_id)))
    assert posts == {"secretary", "leader", "counter", "scrutineer"}


def test_one_case_waits_in_the_joint_decision_with_one_branch_in_and_is_late(made: Session) -> None:
    case = _case(made, "open", "ZZ-SY")
    secretary = made.scalars(select(Account).where(Account.username == "zhaomin")).one()
    view = views.case_view(made, actor_of(made, secretary.person_id, TODAY), case.id, now=NOW)
    assert view.marks["superior_decision"] == "done"
    assert view.marks["staffing_decision"] == "current"
    waiting = [task for task in view.tasks if task.status == TaskStatus.OPEN]
    assert [task.step for task in waiting] == ["staffing_decision"]
    assert waiting[0].fatal_on is not None
    assert waiting[0].fatal_on < TODAY


def test_one_case_is_done_with_papers_and_the_union_stands_in_the_tree(made: Session) -> None:
    case = _case(made, "completed", "LY-HL")
    zone = made.get_one(Zone, case.subject_id)
    union = made.get_one(Organisation, zone.union_id)
    assert (zone.form, zone.form_case_id) == ("work_committee", case.id)
    assert union.parent is not None
    assert union.parent.name == "河洛县总工会"
    assert len(made.scalars(select(Paper).where(Paper.case_id == case.id)).all()) == 2


def test_one_case_was_withdrawn_and_its_zone_is_free_for_a_visitor(made: Session) -> None:
    case = _case(made, "withdrawn", "ZZ-JS")
    assert case.ended_at is not None
    assert not made.scalars(select(Case).where(Case.subject_id == case.subject_id, Case.status == "open")).all()


def test_one_case_awaits_a_correction_and_its_clock_stands(made: Session) -> None:
    case = _case(made, "open", "LY-HL")
    tasks = made.scalars(select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)).all()
    asked = next(task for task in tasks if task.kind == TaskKind.CORRECTION)
    judged = next(task for task in tasks if task.kind == TaskKind.STEP)
    assert asked.parent_id == judged.id
    assert judged.paused_at is not None
    assert asked.fatal_on is not None
    assert asked.fatal_on > TODAY


def test_a_voided_paper_keeps_its_number_and_the_next_one_goes_on(made: Session) -> None:
    papers = made.scalars(select(Paper).where(Paper.name == "request_general_union").order_by(Paper.number)).all()
    assert [(paper.number, paper.status) for paper in papers] == [(1, "voided"), (2, "issued")]


def test_the_record_of_the_demo_is_intact(made: Session) -> None:
    assert audit.verify(made).ok


def test_nothing_in_the_demo_happened_after_today_or_on_a_rest_day(made: Session) -> None:
    calendar = settings.load(made).calendar
    for case in made.scalars(select(Case)):
        assert case.started_at <= NOW
        assert calendar.is_working(case.started_at.date())
    assert not made.scalars(select(Task).where(Task.opened_at > NOW)).all()


@pytest.mark.parametrize("today", [date(2026, 1, 3), date(2027, 2, 28)])
def test_the_demo_can_be_made_on_any_day(db: Database, today: date) -> None:
    now = datetime(today.year, today.month, today.day, 1, 30, tzinfo=UTC)
    with db.write() as session:
        catalogue.publish(session, None, BPMN, now)
        made = demo.load(session, now=now, password_hash="no hash")
    assert (made.zones, made.enterprises, made.cases) == (3, 300, 4)


def test_the_demo_is_the_same_every_time(db: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.create_all()
    names = []
    for database in (db, other):
        with database.write() as session:
            catalogue.publish(session, None, BPMN, NOW)
            demo.load(session, now=NOW, password_hash="no hash")
        with database.read() as session:
            names.append(session.execute(select(Enterprise.name, Enterprise.employees).order_by(Enterprise.id)).all())
    other.dispose()
    assert names[0] == names[1]


def test_a_database_with_an_organisation_is_not_empty(db: Database) -> None:
    with db.write() as session:
        assert demo.is_empty(session)
        session.add(Organisation(code="X", name="某组织", kind="county_union", valid_from=TODAY))
        session.flush()
        assert not demo.is_empty(session)

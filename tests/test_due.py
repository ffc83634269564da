"""What falls due for whom, and on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office, office
from workflows import calendar_feed
from workflows.due import Due, DueKind, due_between
from workflows.errors import NotFound
from workflows.storage.cases import Task
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Account, Organisation
from workflows.storage.unions import Certificate, Term, Timer

__all__ = ["office"]


def due(office: Office, who: str, days: int = 400) -> list[Due]:
    with office.db.read() as session:
        actor = office.actor(session, who)
        until = office.today + timedelta(days=days)
        return list(due_between(session, actor, office.today, until, on=office.today))


def kinds(office: Office, who: str, days: int = 400) -> list[str]:
    return [each.kind.value for each in due(office, who, days)]


@pytest.fixture
def reviewing(office: Office) -> Office:
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    return office


def test_a_task_falls_due_for_those_who_may_do_it(reviewing: Office) -> None:
    task = reviewing.task("review")
    assert task.fatal_on is not None
    [fatal] = [each for each in due(reviewing, "superior_leader") if each.kind is DueKind.FATAL]
    assert (fatal.on, fatal.task_id, fatal.case_id) == (task.fatal_on, task.id, reviewing.case_id)
    assert fatal.changed_at == reviewing.now
    assert fatal.title.en
    assert fatal.about.en
    assert DueKind.FATAL not in kinds(reviewing, "zone_secretary")
    assert kinds(reviewing, "other_zone_secretary") == []


def test_both_dates_of_a_task_are_told_each_under_a_name_of_its_own(reviewing: Office) -> None:
    with reviewing.db.write() as session:
        session.execute(
            update(Task)
            .where(Task.id == reviewing.task_id("review"))
            .values(target_on=date(2026, 3, 12), fatal_on=date(2026, 3, 20))
        )
    assert [(each.kind, each.on.day) for each in due(reviewing, "superior_leader")] == [
        (DueKind.TARGET, 12),
        (DueKind.FATAL, 20),
    ]
    assert len({each.name for each in due(reviewing, "superior_leader")}) == 2


def test_what_is_outside_the_days_is_left_out(reviewing: Office) -> None:
    assert due(reviewing, "superior_leader", days=0) == []


def test_who_is_asked_and_who_supervises_have_their_days(reviewing: Office) -> None:
    day = reviewing.today + timedelta(days=3)
    with reviewing.db.read() as session:
        [seat] = reviewing.actor(session, "superior_clerk").seats
    reviewing.act(
        "ask",
        "superior_leader",
        reviewing.task_id("review"),
        people=[(reviewing.world.people["superior_clerk"], seat.organisation_id)],
        kind="alongside",
        question="请核对",
        due_on=day,
    )
    assert (DueKind.OPINION, day) in [(each.kind, each.on) for each in due(reviewing, "superior_clerk")]
    reviewing.act("supervise", "superior_manager", reviewing.case_id, demand="尽快办结", due_on=day)
    assert (DueKind.SUPERVISION, day) in [(each.kind, each.on) for each in due(reviewing, "superior_manager")]
    assert DueKind.SUPERVISION in [each.kind for each in due(reviewing, "superior_leader")]
    assert DueKind.SUPERVISION not in [each.kind for each in due(reviewing, "enterprise_leader")]


def test_the_applicant_sees_when_a_correction_must_be_answered(reviewing: Office) -> None:
    reviewing.act(
        "request_correction",
        "superior_leader",
        reviewing.task_id("review"),
        items=[{"item": "申请书", "what": "请写明人数", "rule": ""}],
        reply_by=reviewing.today + timedelta(days=7),
    )
    [correction] = due(reviewing, "zone_secretary")
    assert (correction.kind, correction.on) == (DueKind.CORRECTION, reviewing.task("review", "correction").fatal_on)
    assert all(each.paused for each in due(reviewing, "superior_leader"))


def test_terms_certificates_and_reminders_of_the_own_unions(office: Office) -> None:
    applicant = office.world.applicants["zone_secretary"]
    with office.db.write() as session:
        union = Organisation(code="U-Z", name="新安县产业集聚区总工会", kind="zone_union", valid_from=date(2020, 1, 1))
        session.add(union)
        session.flush()
        session.get_one(Zone, office.world.zone_id).union_id = union.id
        session.add_all(
            [
                Term(organisation_id=union.id, number=1, began_on=date(2023, 4, 1), years=3, ends_on=date(2026, 4, 1)),
                Term(
                    organisation_id=applicant, number=2, began_on=date(2020, 1, 1), years=5, ends_on=date(2026, 5, 1),
                    ended_on=date(2025, 1, 1),
                ),
                Certificate(
                    organisation_id=union.id, kind="legal_person", number="工法证字第1号", credit_code="x",
                    valid_from=date(2021, 6, 1), valid_to=date(2026, 6, 1),
                ),
                _timer("own", applicant, "applicant"),
                _timer("above", applicant, "superior_union"),
                Timer(
                    name="opens", kind="open_case", due_on=date(2026, 8, 1), organisation_id=applicant,
                    data={"procedure": "review", "text": {"zh": "换届", "en": "Election"}},
                ),
            ]
        )  # fmt: skip
    assert [(each.kind, each.on.month) for each in due(office, "zone_secretary")] == [
        (DueKind.TERM, 4),
        (DueKind.CERTIFICATE, 6),
        (DueKind.REMINDER, 7),
        (DueKind.FOLLOW_ON, 8),
    ]
    assert [each.name for each in due(office, "superior_leader")] == [due(office, "superior_leader")[0].name]
    assert due(office, "superior_leader")[0].about.zh == "above"
    assert due(office, "other_zone_secretary") == []


def _timer(text: str, organisation_id: int, relation: str) -> Timer:
    data = {"relation": relation, "role": "secretary", "text": {"zh": text, "en": text}}
    return Timer(name=text, kind="remind", due_on=date(2026, 7, 1), organisation_id=organisation_id, data=data)


def test_an_address_is_kept_as_a_digest_and_a_new_one_ends_the_old(reviewing: Office) -> None:
    person_id = reviewing.world.people["superior_leader"]
    with reviewing.db.write() as session:
        actor = reviewing.actor(session, "superior_leader")
        first = calendar_feed.open_feed(session, actor, now=reviewing.now)
        feed = calendar_feed.feed_of(session, person_id)
        assert feed is not None
        assert first not in feed.token_sha256
        assert calendar_feed.reader_of(session, first).person_id == person_id
        second = calendar_feed.open_feed(session, actor, now=reviewing.now)
        with pytest.raises(NotFound):
            calendar_feed.reader_of(session, first)
        session.execute(update(Account).where(Account.person_id == person_id).values(active=False))
        with pytest.raises(NotFound):
            calendar_feed.reader_of(session, second)
        session.execute(update(Account).where(Account.person_id == person_id).values(active=True))
        assert calendar_feed.reader_of(session, second).locale == "zh"
        calendar_feed.end_feed(session, actor, now=reviewing.now)
        with pytest.raises(NotFound):
            calendar_feed.reader_of(session, second)
        assert calendar_feed.feed_of(session, person_id) is None

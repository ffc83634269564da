"""抄送 with its read status, 督办 until closed, 批示."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.storage.cases import Notice
from workflows.storage.organisations import Account
from workflows.storage.watching import Copy


@pytest.fixture
def reviewing(office: Office) -> Office:
    with office.db.write() as session:
        city = make.make_organisation(session, "洛阳市总工会", kind="city_union")
        outsider = make.make_person(session, "郑旁观")
        make.make_post(session, person=outsider, organisation=city, role="clerk")
        office.world.people["outsider"] = outsider.id  # type: ignore[index]
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    return office


def told(office: Office, who: str) -> list[str]:
    with office.db.read() as session:
        return list(session.scalars(select(Notice.kind).where(Notice.person_id == office.world.people[who])))


def sees(office: Office, who: str) -> bool:
    from workflows.cases.views import case_view

    with office.db.read() as session:
        try:
            case_view(session, office.actor(session, who), office.case_id, now=office.now)
        except NotFound:
            return False
        return True


def test_whoever_gets_a_copy_may_look_and_says_when_it_was_read(reviewing: Office) -> None:
    assert not sees(reviewing, "outsider")
    people = [reviewing.world.people["outsider"]]
    [copy] = reviewing.act("copy_case", "superior_leader", reviewing.case_id, people=people, note="请知悉")
    assert sees(reviewing, "outsider")
    with reviewing.db.read() as session:
        assert session.get_one(Copy, copy.id).read_at is None  # looking is not reading
    with pytest.raises(NotFound):
        reviewing.act("read_copy", "party_leader", copy.id)
    assert reviewing.act("read_copy", "outsider", copy.id).read_at == reviewing.now
    assert told(reviewing, "outsider") == ["case_copied"]


def test_an_unread_copy_is_not_sent_again(reviewing: Office) -> None:
    people = [reviewing.world.people["outsider"]]
    assert len(reviewing.act("copy_case", "superior_leader", reviewing.case_id, people=people)) == 1
    assert reviewing.act("copy_case", "zone_secretary", reviewing.case_id, people=people) == ()


def test_copies_go_to_people_with_an_account_only(reviewing: Office) -> None:
    with reviewing.db.write() as session:
        session.scalars(
            select(Account).where(Account.person_id == reviewing.world.people["outsider"])
        ).one().active = False
    with pytest.raises(Invalid):
        reviewing.act("copy_case", "superior_leader", reviewing.case_id, people=[reviewing.world.people["outsider"]])


def test_a_case_is_supervised_until_the_supervising_organisation_closes_it(reviewing: Office) -> None:
    with pytest.raises(Forbidden):
        reviewing.act("supervise", "zone_secretary", reviewing.case_id, demand="尽快答复")
    with pytest.raises(Invalid):
        reviewing.act("supervise", "superior_manager", reviewing.case_id, demand="", due_on=date(2026, 1, 1))
    supervision = reviewing.act("supervise", "superior_manager", reviewing.case_id, demand="月底前答复")
    with pytest.raises(Conflict):
        reviewing.act("supervise", "superior_leader", reviewing.case_id, demand="再督办")
    with pytest.raises(Forbidden):
        reviewing.act("close_supervision", "party_leader", supervision.id, conclusion="已答复")
    with pytest.raises(Invalid):
        reviewing.act("close_supervision", "superior_leader", supervision.id, conclusion="")
    closed = reviewing.act("close_supervision", "superior_leader", supervision.id, conclusion="已答复")
    assert closed.closed_at == reviewing.now
    reviewing.act("supervise", "superior_manager", reviewing.case_id, demand="再次督办")


def test_an_instruction_reaches_the_clerks_and_decides_nothing(reviewing: Office) -> None:
    row = reviewing.act("instruct", "superior_leader", reviewing.case_id, text="请认真研究，依规办理。")
    assert row.status == "answered"
    assert told(reviewing, "superior_clerk") == ["case_instructed"]
    assert sorted(reviewing.waits()) == ["opinion", "review"]
    with pytest.raises(Forbidden):
        reviewing.act("instruct", "superior_clerk", reviewing.case_id, text="我来批示")


def test_everybody_who_was_told_is_told_once_when_the_submit_is_repeated(reviewing: Office) -> None:
    for _ in range(2):
        reviewing.act("instruct", "superior_leader", reviewing.case_id, text="请研究。", key="one")
    assert told(reviewing, "superior_clerk") == ["case_instructed"]

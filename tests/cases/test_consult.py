"""加签 before, alongside and after; 委派; 减签; and decisions that wait for an opinion."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows import audit
from workflows.errors import Conflict, Forbidden, Invalid
from workflows.storage.cases import Notice
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.organisations import Account, Organisation, Person, Post


@pytest.fixture
def reviewing(office: Office) -> Office:
    office.start()
    office.decide("zone_secretary", "file")
    give_accounts(office)
    return office


def seat(office: Office, who: str) -> tuple[int, int]:
    with office.db.read() as session:
        person = office.world.people[who]
        return person, session.scalars(select(Post.organisation_id).where(Post.person_id == person)).first() or 0


def ask(office: Office, kind: str, *people: str, by: str = "superior_leader", **more: object) -> list[int]:
    pairs = [seat(office, who) for who in people]
    more.setdefault("question", "请提意见")
    asked = office.act("ask", by, office.task_id("review"), kind=kind, people=pairs, **more)
    return [row.id for row in asked]


def row(office: Office, opinion_id: int) -> Opinion:
    with office.db.read() as session:
        return session.get_one(Opinion, opinion_id)


def notices(office: Office, who: str) -> list[str]:
    with office.db.read() as session:
        return list(session.scalars(select(Notice.kind).where(Notice.person_id == office.world.people[who])))


def test_who_is_asked_before_is_heard_before(reviewing: Office) -> None:
    [asked] = ask(reviewing, "before", "superior_clerk")
    assert notices(reviewing, "superior_clerk") == ["opinion_asked"]
    with pytest.raises(Conflict) as caught:
        reviewing.decide("superior_leader", "review", "approve")
    assert "孙晓燕" in caught.value.message.zh
    reviewing.act("give_opinion", "superior_clerk", asked, verdict="", text="条件具备")
    assert notices(reviewing, "superior_leader") == ["opinion_given"]
    reviewing.decide("superior_leader", "review", "approve")
    assert reviewing.waits() == ["opinion"]


def test_a_question_taken_back_holds_nothing_up(reviewing: Office) -> None:
    [asked] = ask(reviewing, "before", "superior_clerk")
    reviewing.act("take_back_question", "superior_leader", asked)
    assert row(reviewing, asked).status == OpinionStatus.TAKEN_BACK
    with pytest.raises(Conflict):
        reviewing.act("give_opinion", "superior_clerk", asked, verdict="", text="晚了")
    reviewing.decide("superior_leader", "review", "approve")


def test_a_decision_with_others_alongside_takes_effect_when_they_have_opined(reviewing: Office) -> None:
    first, second = ask(reviewing, "alongside", "superior_clerk", "party_leader")
    reviewing.act("give_opinion", "superior_clerk", first, verdict="agree", text="同意")
    decided = reviewing.decide("superior_leader", "review", "approve", opinion="可以")
    assert decided.task.status == "open"
    assert "review" in reviewing.waits()
    reviewing.act("give_opinion", "party_leader", second, verdict="", text="没有意见")
    task = reviewing.task("review")
    assert (task.outcome, task.opinion, task.closed_by_id) == (
        "approve",
        "可以",
        reviewing.world.people["superior_leader"],
    )


def test_who_is_asked_after_is_asked_when_the_decision_is_made(reviewing: Office) -> None:
    [asked] = ask(reviewing, "after", "party_leader")
    assert row(reviewing, asked).status == OpinionStatus.WAITING
    assert notices(reviewing, "party_leader") == []
    reviewing.decide("superior_leader", "review", "approve")
    assert notices(reviewing, "party_leader") == ["opinion_asked"]
    with pytest.raises(Conflict):
        reviewing.decide("superior_leader", "review", "approve")
    reviewing.act("give_opinion", "party_leader", asked, verdict="", text="知道了")
    assert reviewing.waits() == ["opinion"]


def test_a_decision_that_waits_is_taken_back_by_its_maker_alone(reviewing: Office) -> None:
    ask(reviewing, "after", "party_leader")
    reviewing.decide("superior_leader", "review", "approve", opinion="可以")
    with pytest.raises(Forbidden):
        reviewing.act("cancel_decision", "superior_leader_2", reviewing.task_id("review"))
    task = reviewing.act("cancel_decision", "superior_leader", reviewing.task_id("review"))
    assert task.draft == {"answers": {}, "outcome": "approve", "opinion": "可以"}
    reviewing.decide("superior_leader", "review", "return", opinion="再想想")
    assert reviewing.task("review").status == "open"  # still to be heard


def test_taking_back_the_last_question_lets_the_decision_take_effect(reviewing: Office) -> None:
    [asked] = ask(reviewing, "alongside", "party_leader")
    reviewing.decide("superior_leader", "review", "approve")
    reviewing.act("take_back_question", "superior_leader", asked)
    assert reviewing.task("review").outcome == "approve"


def test_a_task_is_delegated_to_one_colleague_and_comes_back(reviewing: Office) -> None:
    with pytest.raises(Invalid):
        ask(reviewing, "delegated", "party_leader")
    with pytest.raises(Invalid):
        ask(reviewing, "delegated", "superior_clerk", "superior_leader_2")
    [asked] = ask(reviewing, "delegated", "superior_clerk")
    with pytest.raises(Conflict):
        reviewing.decide("superior_leader", "review", "approve")
    reviewing.act("give_opinion", "superior_clerk", asked, verdict="agree", text="已核对材料")
    reviewing.decide("superior_leader", "review", "approve")


def test_whoever_made_the_request_is_not_asked_about_it(reviewing: Office) -> None:
    with pytest.raises(Invalid) as caught:
        ask(reviewing, "before", "zone_secretary")
    assert "申请" in caught.value.mistakes[0].message.zh


@pytest.mark.parametrize(
    ("kind", "people", "more", "path"),
    [
        ("before", ["superior_leader"], {}, "/people"),
        ("before", [], {}, "/people"),
        ("sideways", ["superior_clerk"], {}, "/kind"),
        ("before", ["superior_clerk"], {"due_on": date(2026, 1, 1)}, "/due_on"),
        ("before", ["superior_clerk", "superior_clerk"], {}, "/people"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    reviewing: Office, kind: str, people: list[str], more: dict[str, object], path: str
) -> None:
    with pytest.raises(Invalid) as caught:
        ask(reviewing, kind, *people, **more)
    assert path in {m.path for m in caught.value.mistakes}


def test_two_people_of_one_name_are_told_apart_by_their_organisation(reviewing: Office) -> None:
    with reviewing.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        party = session.scalars(select(Organisation).where(Organisation.code == "P-1")).one()
        same = [make.make_person(session, "李明"), make.make_person(session, "李明")]
        for person, organisation in zip(same, (county, party), strict=True):
            make.make_post(session, person=person, organisation=organisation, role="clerk")
            session.add(
                Account(person_id=person.id, username=f"x{person.id}", password_hash="!", session_key=f"x{person.id}")
            )
        wrong = (same[0].id, party.id)
        right = (same[1].id, party.id)
    with pytest.raises(Invalid):
        reviewing.act(
            "ask", "superior_leader", reviewing.task_id("review"), kind="before", people=[wrong], question="请提意见"
        )
    [asked] = reviewing.act(
        "ask", "superior_leader", reviewing.task_id("review"), kind="before", people=[right], question="请提意见"
    )
    assert asked.person_id == right[0]


def test_somebody_without_an_account_cannot_be_asked(reviewing: Office) -> None:
    with reviewing.db.write() as session:
        account = session.scalars(
            select(Account).where(Account.person_id == reviewing.world.people["superior_clerk"])
        ).one()
        account.active = False
    with pytest.raises(Invalid) as caught:
        ask(reviewing, "before", "superior_clerk")
    assert "账号" in caught.value.mistakes[0].message.zh


def test_everything_asked_and_said_is_in_the_record(reviewing: Office) -> None:
    [asked] = ask(reviewing, "before", "superior_clerk", key="asking")
    assert ask(reviewing, "before", "superior_clerk", key="asking") == [asked]
    reviewing.act("give_opinion", "superior_clerk", asked, verdict="refuse", text="材料不全", key="saying")
    reviewing.now += timedelta(days=1)
    reviewing.decide("superior_leader", "review", "approve")
    with reviewing.db.read() as session:
        assert audit.verify(session).ok
        assert session.get_one(Person, row(reviewing, asked).answered_by_id or 0).name == "孙晓燕"

"""Separation of duties as a whole: every operation by everybody with any relation to the case, allowed or refused.

One request waits for the superior union's review, claimed by a leader there who has a proxy, with one person asked for
an opinion and one who got a copy. Each operation is tried by each person and undone again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import Office
from workflows import access, cases
from workflows.errors import DomainError, Forbidden, NotFound
from workflows.organisations import proxies
from workflows.organisations.actors import Actor
from workflows.storage import Database
from workflows.storage.consulting import Opinion
from workflows.storage.organisations import Organisation

Act = Callable[[Session, Actor, "Desk"], object]


class Undone(Exception):
    """Takes back what was tried."""


class Desk:
    """The case and what hangs on it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.db: Database = office.db
        self.case_id = office.case_id
        self.task_id = office.task_id("review")
        self.more = {"now": office.now}

    def person(self, who: str) -> int:
        return self.office.world.people[who]

    def opinion(self, who: str) -> int:
        with self.db.read() as session:
            query = select(Opinion.id).where(Opinion.person_id == self.person(who))
            return session.scalars(query).first() or 0


@pytest.fixture
def desk(office: Office) -> Desk:
    world = office.world.people
    with office.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        province = session.scalars(select(Organisation).where(Organisation.code == "U-P")).one()
        party = session.scalars(select(Organisation).where(Organisation.code == "P-1")).one()
        others = {
            "proxy": (party, "clerk"),  # somebody elsewhere, who stands in for the holder
            "asked": (party, "clerk"),
            "copied": (province, "clerk"),
            "province_manager": (province, "manager"),
            "administrator": (province, "administrator"),
        }
        for who, (organisation, role) in others.items():
            person = make.make_person(session, f"某{who}")
            make.make_post(session, person=person, organisation=organisation, role=role)
            world[who] = person.id  # type: ignore[index]
        for who in ("applicant_and_leader",):  # made the request, and also leads the union that decides on it
            make.make_post(
                session,
                person=session.get_one(make.Person, world["zone_secretary_2"]),
                organisation=county,
                role="leader",
            )
            world[who] = world["zone_secretary_2"]  # type: ignore[index]
    give_accounts_once(office)
    office.start("zone_secretary_2")
    office.decide("zone_secretary_2", "file")
    task = office.task_id("review")
    with office.db.write() as session:
        for principal, proxy in (("superior_leader", "proxy"), ("superior_leader_2", "zone_secretary")):
            proxies.name_proxy(
                session,
                office.actor(session, principal),
                principal_id=world[principal],
                proxy_id=world[proxy],
                valid_from=office.today,
                valid_to=office.today,
                today=office.today,
                now=office.now,
            )
    pair = [(world["asked"], seat_of(office, "asked"))]
    office.act("ask", "superior_leader", task, kind="alongside", people=pair, question="请提意见")
    office.act("copy_case", "superior_leader", office.case_id, people=[world["copied"]])
    office.act("claim", "superior_leader", task)
    return Desk(office)


def give_accounts_once(office: Office) -> None:
    """Two names of one person get one account."""
    unique = dict.fromkeys(office.world.people.values())
    people = dict(office.world.people)
    by_id = {person: name for name, person in people.items()}
    for name in [name for name, person in people.items() if by_id[person] != name]:
        del office.world.people[name]  # type: ignore[attr-defined]
    give_accounts(office)
    office.world.people.update(people)  # type: ignore[attr-defined]
    assert len(unique) == len(set(people.values()))


def seat_of(office: Office, who: str) -> int:
    with office.db.read() as session:
        return office.actor(session, who).seats[0].organisation_id


PEOPLE = {
    "applicant": "zone_secretary_2",  # who made the request, and also leads the union that decides
    "colleague_of_applicant": "zone_secretary",  # also a proxy of a leader of the superior union
    "leader_of_applicant": "zone_leader",
    "holder": "superior_leader",
    "proxy_of_holder": "proxy",
    "other_leader": "superior_leader_2",
    "clerk_of_holder": "superior_clerk",
    "manager_above": "superior_manager",
    "manager_far_above": "province_manager",
    "other_party": "party_leader",
    "asked": "asked",
    "copied": "copied",
    "administrator": "administrator",
    "stranger": "other_zone_secretary",
}

OPERATIONS: dict[str, Act] = {
    "decide": lambda s, a, d: cases.decide(s, a, d.task_id, outcome="approve", answers={}, **d.more),
    "save_draft": lambda s, a, d: cases.save_draft(s, a, d.task_id, answers={}, outcome="", opinion="", **d.more),
    "claim": lambda s, a, d: cases.claim(s, a, d.task_id, **d.more),
    "release": lambda s, a, d: cases.release(s, a, d.task_id, **d.more),
    "ask": lambda s, a, d: cases.ask(
        s, a, d.task_id, kind="before", people=[(d.person("asked"), 0)], question="", **d.more
    ),
    "hand_over": lambda s, a, d: cases.hand_over(
        s, a, d.task_id, to=d.person("superior_clerk"), reason="出差", **d.more
    ),
    "send_back": lambda s, a, d: cases.send_back(
        s, a, d.task_id, to_step="file", straight=False, reason="请补充", **d.more
    ),
    "request_correction": lambda s, a, d: cases.request_correction(
        s, a, d.task_id, items=[{"item": "", "rule": "", "what": "补盖章"}], reply_by=None, **d.more
    ),
    "give_opinion": lambda s, a, d: cases.give_opinion(s, a, d.opinion("asked"), verdict="", text="无意见", **d.more),
    "take_back_question": lambda s, a, d: cases.take_back_question(s, a, d.opinion("asked"), **d.more),
    "nudge": lambda s, a, d: cases.nudge(s, a, d.task_id, **d.more),
    "copy_case": lambda s, a, d: cases.copy_case(s, a, d.case_id, people=[d.person("superior_clerk")], **d.more),
    "supervise": lambda s, a, d: cases.supervise(s, a, d.case_id, demand="尽快", **d.more),
    "instruct": lambda s, a, d: cases.instruct(s, a, d.case_id, text="请研究", **d.more),
    "suspend": lambda s, a, d: cases.suspend(s, a, d.case_id, reason="等待", **d.more),
    "extend": lambda s, a, d: cases.extend(s, a, d.task_id, to_on=date(2026, 5, 6), reason="量大", **d.more),
    "withdraw": lambda s, a, d: cases.withdraw(s, a, d.case_id, reason="改期", **d.more),
}

THE_TASKS = {"holder", "proxy_of_holder"}  # the task is claimed, so no colleague's
SUPERIORS = {"applicant", "other_leader", "holder", "manager_above", "manager_far_above"}  # lead something above
OFFICE = {"applicant", "colleague_of_applicant", "leader_of_applicant"}

ALLOWED: dict[str, set[str]] = {
    "decide": THE_TASKS,
    "save_draft": THE_TASKS,
    "claim": THE_TASKS,
    "release": THE_TASKS,
    "ask": THE_TASKS,
    "hand_over": THE_TASKS | {"applicant", "other_leader", "manager_above"},  # leaders of the task's organisation
    "send_back": THE_TASKS,
    "request_correction": THE_TASKS,
    "give_opinion": {"asked"},
    "take_back_question": THE_TASKS,
    "nudge": OFFICE | SUPERIORS,  # the holder, too: it is the person asked for an opinion whom all wait for
    "copy_case": OFFICE
    | SUPERIORS
    | {"clerk_of_holder", "other_party", "proxy_of_holder", "asked"},  # of an organisation that takes part
    "supervise": SUPERIORS | {"leader_of_applicant"},
    "instruct": SUPERIORS | {"leader_of_applicant", "other_party"},
    "suspend": SUPERIORS,
    "extend": SUPERIORS,
    "withdraw": {"applicant", "colleague_of_applicant"},
}


def tried(desk: Desk, operation: str, who: str) -> str:
    """ "allowed", "forbidden" or "unknown" (as if there were no such case); nothing of it stays."""
    try:
        with desk.db.write() as session:
            actor = desk.office.actor(session, PEOPLE[who])
            OPERATIONS[operation](session, actor, desk)
            raise Undone
    except Undone:
        return "allowed"
    except NotFound:
        return "unknown"
    except Forbidden:
        return "forbidden"
    except DomainError:
        return "allowed"  # let in, and told what else is wrong


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_allowed_to_exactly_these_people(desk: Desk, operation: str) -> None:
    assert {who for who in PEOPLE if tried(desk, operation, who) == "allowed"} == ALLOWED[operation]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_to_strangers_the_case_does_not_exist(desk: Desk, operation: str) -> None:
    assert tried(desk, operation, "stranger") == "unknown"
    assert tried(desk, operation, "administrator") == "unknown"


@pytest.mark.parametrize("operation", ["decide", "send_back", "claim"])
def test_nobody_decides_on_the_own_request_by_any_way(desk: Desk, operation: str) -> None:
    """Neither as a leader of the deciding union, nor as a proxy of one, nor after the task was released."""
    desk.office.act("release", "superior_leader", desk.task_id)
    for who in ("applicant", "colleague_of_applicant"):
        with desk.db.read() as session:
            actor = desk.office.actor(session, PEOPLE[who])
            submitted = access.own_request({actor.person_id}, desk.office.case(), [])
        if who == "applicant":
            assert submitted
            assert tried(desk, operation, who) == "forbidden"


def test_every_verb_on_cases_is_in_the_table() -> None:
    """A new verb must say here who may."""
    elsewhere = {
        "answer_correction",  # the applicant's secretary: tests/cases/test_corrections.py
        "take_back_correction",
        "attach",  # whoever may do the task: tests/cases/test_decide.py
        "detach",
        "enter_reply",  # bodies without accounts: tests/cases/test_offline.py
        "confirm_reply",
        "reject_reply",
        "void_paper",
        "start_case",  # tests/test_access.py
        "take_back",  # tests/cases/test_back.py
        "cancel_decision",  # tests/cases/test_consult.py
        "renew_group",  # tests/cases/test_together.py
        "read_copy",  # tests/cases/test_watch.py
        "close_supervision",
        "resume",  # tests/cases/test_clock.py
    }
    reads = {"receivers", "preview_send_back", "preview_papers", "send_back_choices", "taking_back_is_refused"}
    types = {name for name in cases.__all__ if name[0].isupper()}
    assert set(cases.__all__) - types - elsewhere - reads - set(OPERATIONS) == set()

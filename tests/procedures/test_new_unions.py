"""A newly registered union can work: its papers have a prefix of their own, and its chair leads it here."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import make_organisation, make_person, make_post
from tests.procedures.founding import Founding, make_founding
from workflows.procedures import new_unions, zone_union
from workflows.storage.organisations import Account, Organisation, Person, Post


@pytest.fixture
def founding(session: Session) -> Founding:
    founding = make_founding(session)
    founding.neighbourhood.zone.office.paper_prefix = "金集工筹"
    session.flush()
    return founding


def register(founding: Founding, form: str = "work_committee") -> Organisation:
    """The union, with the members of a work committee that were agreed on before."""
    zone_id = founding.neighbourhood.zone.id
    union_id = zone_union.register_zone_union(founding.context, zone_id=zone_id, form=form)
    return founding.session.get_one(Organisation, union_id)


def agree_on(founding: Founding, name: str) -> None:
    founding.did("agree_composition", "submit", {"members": [{"name": name, "post": "director"}]})


def colleague(founding: Founding, name: str, *, elsewhere: bool = False, account: bool = True) -> Person:
    session, office = founding.session, founding.neighbourhood.zone.office
    person = make_person(session, name)
    make_post(session, make_organisation(session) if elsewhere else office, person=person)
    if account:
        session.add(Account(person=person, username=f"u{person.id}", password_hash="x", session_key=f"{person.id}"))
        session.flush()
    return person


def leaders(founding: Founding, union: Organisation) -> list[int]:
    query = select(Post.person_id).where(Post.organisation_id == union.id, Post.role == "leader")
    return list(founding.session.scalars(query))


def test_the_prefix_is_that_of_the_office_without_its_preparing(founding: Founding) -> None:
    assert register(founding).paper_prefix == "金集工"


def test_no_two_organisations_share_a_prefix(founding: Founding) -> None:
    for taken in ("金集工", "金集委工"):
        make_organisation(founding.session, paper_prefix=taken)
    assert register(founding).paper_prefix == "金集委工2"


def test_an_office_without_a_prefix_leaves_it_to_the_administrator(founding: Founding) -> None:
    founding.neighbourhood.zone.office.paper_prefix = ""
    assert new_unions.prefix_for(founding.context, founding.neighbourhood.zone.office, "总") == ""


def test_whoever_of_the_office_chairs_the_union_leads_it_here(founding: Founding) -> None:
    agree_on(founding, "郭涛")
    chair = colleague(founding, "郭涛")
    union = register(founding)
    assert leaders(founding, union) == [chair.id]
    post = founding.session.scalars(select(Post).where(Post.organisation_id == union.id)).one()
    assert post.title == "主任"
    assert founding.events[0][1]["leader_post"] == post.id
    assert register(founding).id == union.id
    assert leaders(founding, union) == [chair.id]


@pytest.mark.parametrize(
    "others",
    [
        [],
        [{"elsewhere": True}],
        [{"account": False}],
        [{}, {}],
    ],
    ids=["nobody", "a namesake elsewhere", "without an account", "two of that name"],
)
def test_nobody_is_made_leader_when_it_is_not_certain_who(founding: Founding, others: list[dict[str, bool]]) -> None:
    agree_on(founding, "郭涛")
    for other in others:
        colleague(founding, "郭涛", **other)
    assert leaders(founding, register(founding)) == []

"""Who organises an enterprise: entered by the zone's secretary, once, with people who hold posts."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import Neighbourhood, make_enterprise, make_neighbourhood
from tests.procedures.organising import NOW
from workflows.errors import Conflict, Forbidden, Invalid
from workflows.ledger import enterprises
from workflows.organisations.actors import actor_of
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Organisation, Person, Post


@pytest.fixture
def neighbourhood(session: Session) -> Neighbourhood:
    return make_neighbourhood(session)


def _organise(session: Session, person_id: int, enterprise: Enterprise, **changes: str) -> Organisation:
    typed = {"secretary": "何晓东", "leader": "罗建华", "paper_prefix": "精工会", **changes}
    key = typed.pop("key", None)
    actor = actor_of(session, person_id, NOW.date())
    return enterprises.organise(session, actor, enterprise.id, **typed, now=NOW, key=key)


def test_the_preparatory_group_stands_under_the_zone_with_a_secretary_and_a_leader(
    session: Session, neighbourhood: Neighbourhood
) -> None:
    enterprise = make_enterprise(session, neighbourhood.zone)
    group = _organise(session, neighbourhood.zone_secretary.person_id, enterprise)
    assert (group.kind, group.parent_id, group.paper_prefix) == ("enterprise", neighbourhood.zone.office_id, "精工会")
    assert enterprise.organisation_id == group.id
    people = session.execute(
        select(Person.name, Post.role).join(Post, Post.person_id == Person.id).where(Post.organisation_id == group.id)
    ).all()
    assert sorted(tuple(row) for row in people) == [("何晓东", "secretary"), ("罗建华", "leader")]
    assert session.scalars(select(Event).where(Event.kind == "enterprise_organised")).one().data["leader"] == "罗建华"


def test_a_second_organisation_is_refused_and_a_form_sent_twice_acts_once(
    session: Session, neighbourhood: Neighbourhood
) -> None:
    enterprise, secretary = make_enterprise(session, neighbourhood.zone), neighbourhood.zone_secretary.person_id
    first = _organise(session, secretary, enterprise, key="same")
    assert _organise(session, secretary, enterprise, key="same").id == first.id
    with pytest.raises(Conflict):
        _organise(session, secretary, enterprise)


def test_what_is_missing_is_said_at_once(session: Session, neighbourhood: Neighbourhood) -> None:
    enterprise = make_enterprise(session, neighbourhood.zone)
    with pytest.raises(Invalid) as refused:
        _organise(
            session, neighbourhood.zone_secretary.person_id, enterprise, secretary=" ", leader="", paper_prefix=""
        )
    assert [mistake.path for mistake in refused.value.mistakes] == ["/secretary", "/leader", "/paper_prefix"]


def test_only_the_zones_secretary_organises(session: Session, neighbourhood: Neighbourhood) -> None:
    enterprise = make_enterprise(session, neighbourhood.zone)
    with pytest.raises(Forbidden):
        _organise(session, neighbourhood.union_leader.person_id, enterprise)

"""Who organises an enterprise, and how long the standard of its union lasts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.make import Neighbourhood, make_enterprise, make_neighbourhood
from tests.procedures.organising import NOW, Organising, make_organising
from workflows.errors import Conflict, Forbidden, Invalid
from workflows.ledger import enterprises
from workflows.organisations.actors import actor_of
from workflows.procedures.enterprise_union import standardise_enterprise
from workflows.storage import Database
from workflows.storage.cases import Notice
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Organisation, Person, Post
from workflows.storage.unions import Certificate, Timer
from workflows.worker import sweep


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


# ---- the standard lasts as long as term and certificate -------------------------------------------------------------

UNTIL = date(2029, 4, 30)
DAY_AFTER = datetime(2029, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def standardised(session: Session) -> Organising:
    made = make_organising(session, stage="founded")
    made.enterprise.term_ends_on = date(2030, 1, 1)
    made.did("standardisation", "submit", {"certificate_valid_to": UNTIL.isoformat()})
    standardise_enterprise(made.context, enterprise_id=made.enterprise.id)
    return made


def _watch(made: Organising) -> Timer:
    return made.session.scalars(select(Timer).where(Timer.kind == "fall_back").order_by(Timer.id.desc())).first()  # type: ignore[return-value]


def test_the_watch_is_for_the_day_after_the_earlier_end(standardised: Organising) -> None:
    standardise_enterprise(standardised.context, enterprise_id=standardised.enterprise.id)
    assert standardised.session.scalar(select(func.count()).select_from(Timer)) == 1
    assert _watch(standardised).due_on == date(2029, 5, 1)


def test_an_ended_certificate_leads_back_to_founded_and_is_on_record(standardised: Organising) -> None:
    assert enterprises.fall_back(standardised.session, _watch(standardised), DAY_AFTER)
    assert standardised.enterprise.stage == "founded"
    event = standardised.session.scalars(select(Event).where(Event.kind == "enterprise_stage_changed")).one()
    assert (event.data["before"], event.data["stage"]) == ("standardised", "founded")
    assert not enterprises.fall_back(standardised.session, _watch(standardised), DAY_AFTER)


def test_a_renewed_certificate_keeps_the_standard_and_is_watched_again(standardised: Organising) -> None:
    standardised.session.add(
        Certificate(
            organisation_id=standardised.group.id,
            kind="legal_person",
            number="1",
            credit_code="",
            valid_from=UNTIL,
            valid_to=date(2034, 4, 30),
        )
    )
    standardised.session.flush()
    assert not enterprises.fall_back(standardised.session, _watch(standardised), DAY_AFTER)
    assert standardised.enterprise.stage == "standardised"
    assert _watch(standardised).due_on == date(2030, 1, 2)


def test_the_sweep_enters_it_and_tells_the_union(db: Database) -> None:
    with db.write() as session:
        made = make_organising(session, stage="founded")
        made.enterprise.term_ends_on = UNTIL
        standardise_enterprise(made.context, enterprise_id=made.enterprise.id)
        enterprise_id = made.enterprise.id
    assert sweep(db, datetime(2029, 4, 30, 1, 0, tzinfo=UTC)).taken == 0
    assert sweep(db, DAY_AFTER).reminded == 1
    with db.read() as session:
        assert session.get_one(Enterprise, enterprise_id).stage == "founded"
        assert "8.2" in session.scalars(select(Notice)).one().data["text"]["zh"]

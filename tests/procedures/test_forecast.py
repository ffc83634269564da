"""What the start page shows of the way ahead: whole for every shipped procedure, child cases included."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.procedures.played import BPMN
from workflows import catalogue, sample_world
from workflows.cases import views
from workflows.organisations.actors import actor_of
from workflows.storage import Database

MONDAY = datetime(2026, 3, 9, 1, tzinfo=UTC)
LEDGER = {"enterprises": 105, "employees": 6200, "data_on": date(2026, 3, 1), "enterprise": {"employees": 80}}


def chains(session: Session, world: sample_world.World, who: str, key: str) -> dict[str, list[str]]:
    """Outcome of the first step -> the steps that follow, those of child cases with their procedure."""
    actor = actor_of(session, world.people[who], MONDAY.date())
    view = views.start_view(session, actor, key, applicant_id=world.applicants[who], now=MONDAY)
    return {
        way.outcome.key: [
            link.step.id if link.definition.key == key else f"{link.definition.key}:{link.step.id}"
            for link in way.chain
        ]
        for way in view.ways
    }


@pytest.fixture
def world(db: Database) -> sample_world.World:
    with db.write() as session:
        world = sample_world.build(session, LEDGER, MONDAY.date())
        for folder in sorted(path.parent for path in BPMN.glob("*/procedure.toml")):
            catalogue.publish(session, None, folder, MONDAY)
    return world


@pytest.mark.parametrize(
    ("who", "key", "outcome", "last"),
    [
        ("zone_secretary", "cadre_staffing", "staffing_route", "install"),
        ("zone_secretary", "chair_consent", "submit", "party_decision"),
        ("zone_secretary", "election", "re_election", "result_reply"),
        ("zone_secretary", "industry_federation", "submit", "founding_reply"),
        ("zone_secretary", "legal_person", "change", "issue_certificate"),
        ("zone_secretary", "term_changes", "by_election", "election:result_reply"),
        ("zone_secretary", "zone_union", "work_committee", "appoint_work_committee"),
        ("enterprise_secretary", "enterprise_union", "submit", "standardisation_review"),
    ],
)
def test_the_way_ahead_is_shown_to_its_end(
    db: Database, world: sample_world.World, who: str, key: str, outcome: str, last: str
) -> None:
    with db.read() as session:
        assert chains(session, world, who, key)[outcome][-1] == last


def test_an_election_goes_on_after_the_count_whatever_is_not_known_yet(db: Database, world: sample_world.World) -> None:
    with db.read() as session:
        way = chains(session, world, "zone_secretary", "election")["re_election"]
    counted = ["open_meeting", "adopt_method", "enter_count", "confirm_count", "announce", "open_first_session"]
    assert way[way.index("open_meeting") :][:6] == counted
    assert "settle_shortage" not in way


def test_a_founding_shows_consent_and_election_as_the_child_cases_they_are(
    db: Database, world: sample_world.World
) -> None:
    with db.read() as session:
        way = chains(session, world, "zone_secretary", "zone_union")["general_union"]
    assert "chair_consent:answer_letter" in way
    assert "election:result_reply" in way
    assert "settle_election" not in way

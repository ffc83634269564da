"""industry_federation: second coverage of unions that exist, which founds none (4.8)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import make_enterprise, make_post
from tests.procedures.organising import Organising, make_organising
from workflows.errors import Conflict
from workflows.procedures import industry_federation
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Authority, Organisation, Post, Role
from workflows.storage.unions import FederationMember


@pytest.fixture
def proposing(session: Session) -> Organising:
    """A zone that proposes a federation of two founded unions; a third enterprise has none."""
    made = make_organising(session, stage="founded", members=40)
    zone = made.neighbourhood.zone
    made.case.applicant_id, made.case.subject_id = zone.office_id, zone.id
    made.__post_init__()
    make_post(session, zone.office, role=Role.COUNTER)
    second = make_enterprise(session, zone, members=30)
    second.stage = "standardised"
    make_enterprise(session, zone, members=0)
    session.flush()
    made.did("propose", "submit", {"name": "装备制造行业工会联合会"})
    return made


def _enterprises(proposing: Organising) -> list[Enterprise]:
    return list(proposing.session.scalars(select(Enterprise).order_by(Enterprise.id)))


def _listed(*found: Enterprise) -> dict[str, Any]:
    rows = [{"credit_code": one.credit_code, "name": one.name, "chair": "周涛", "members": 40} for one in found]
    return {"members": rows}


def test_only_unions_that_exist_may_join(proposing: Organising) -> None:
    first, second, none = _enterprises(proposing)
    check = industry_federation.members_have_unions
    assert check(proposing.context, outcome="submit", answers=_listed(first, second)) == []
    (refused,) = check(proposing.context, outcome="submit", answers=_listed(first, none))
    assert refused.path == "/members/1/credit_code"
    assert "4.8" in refused.message.zh
    first.union_form = "organiser"
    assert check(proposing.context, outcome="submit", answers=_listed(first, second))


def test_the_outlook_counts_the_unions_of_the_zone(proposing: Organising) -> None:
    finding = industry_federation.federation_members(proposing.context)
    assert (finding.verdict, finding.numbers["unions"]) == ("enough", 2)
    assert "二次覆盖" in finding.reasons[-1].zh


def test_the_zones_people_and_authorities_prepare_the_federation(proposing: Organising) -> None:
    zone, session = proposing.neighbourhood.zone, proposing.session
    entered = industry_federation.enter_federation(proposing.context, zone_id=zone.id)
    assert industry_federation.enter_federation(proposing.context, zone_id=zone.id) == entered
    federation = session.get_one(Organisation, entered)
    assert (federation.name, federation.kind, federation.parent_id) == (
        "装备制造行业工会联合会",
        "federation",
        zone.office_id,
    )
    roles = session.scalars(select(Post.role).where(Post.organisation_id == entered))
    assert sorted(roles) == ["counter", "secretary"]
    kinds = session.scalars(select(Authority.kind).where(Authority.organisation_id == entered))
    assert sorted(kinds) == ["party_committee", "staffing_authority"]


def test_second_coverage_founds_no_union(proposing: Organising) -> None:
    first, second, none = _enterprises(proposing)
    zone = proposing.neighbourhood.zone
    proposing.did("list_members", "submit", _listed(first, second))
    federation_id = industry_federation.enter_federation(proposing.context, zone_id=zone.id)
    assert isinstance(federation_id, int)
    with pytest.raises(Conflict):
        industry_federation.register_federation(proposing.context, zone_id=zone.id, federation_id=federation_id)
    proposing.replied("federation_reply")
    for _ in range(2):
        assert (
            industry_federation.register_federation(proposing.context, zone_id=zone.id, federation_id=federation_id)
            == 2
        )
    members = proposing.session.scalars(
        select(FederationMember.enterprise_id).where(FederationMember.federation_id == federation_id)
    )
    assert sorted(members) == [first.id, second.id]
    assert [one.stage for one in (first, second, none)] == ["founded", "standardised", "settled"]
    assert [kind for kind, _ in proposing.events] == ["federation_entered", "federation_registered"]


def test_a_federation_given_up_ends_with_its_case(proposing: Organising) -> None:
    zone = proposing.neighbourhood.zone
    assert industry_federation.give_federation_up(proposing.context, zone_id=zone.id) is False
    entered = industry_federation.enter_federation(proposing.context, zone_id=zone.id)
    assert industry_federation.give_federation_up(proposing.context, zone_id=zone.id) is True
    assert proposing.session.get_one(Organisation, entered).valid_to is not None

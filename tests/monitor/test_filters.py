"""Each filter of the list, as it stands in an address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests import make
from tests.monitor.conftest import Watch
from tests.monitor.test_waits import ITEMS, make_paper_body, start_parent
from workflows.monitor.wanted import Wanted
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation


@pytest.fixture
def filled(reviewing: Watch) -> Watch:
    """A late review and an opinion in one zone; in the other an application that began twenty days later."""
    reviewing.wait(days=20)
    reviewing.office.start("other_zone_secretary")
    return reviewing


def id_of(watch: Watch, code: str) -> int:
    with watch.office.db.read() as session:
        return session.query(Organisation).filter_by(code=code).one().id


def test_by_procedure_and_step(filled: Watch) -> None:
    assert filled.steps(procedure="review") == ["file", "opinion", "review"]
    assert filled.steps(procedure="parent") == []
    assert filled.steps(step="opinion") == ["opinion"]


def test_by_organisation_with_what_lies_below_it(filled: Watch) -> None:
    assert filled.steps(organisation=id_of(filled, "P-1")) == ["opinion"]
    assert filled.steps(organisation=id_of(filled, "Z-2")) == ["file"]
    assert filled.steps(organisation=id_of(filled, "U-C")) == ["file", "review"]  # its own review, and the zone below
    assert filled.steps(organisation=id_of(filled, "U-P")) == ["file", "review"]


def test_by_person_whether_it_is_offered_or_taken(filled: Watch) -> None:
    people = filled.office.world.people
    assert filled.steps(person=people["superior_leader"]) == ["review"]
    assert filled.steps(person=people["superior_leader_2"]) == ["review"]
    filled.office.act("claim", "superior_leader", filled.office.task_id("review"))
    assert filled.steps(person=people["superior_leader"]) == ["review"]
    assert filled.steps(person=people["superior_leader_2"]) == []
    assert filled.steps(person=999_999) == []


def test_two_people_of_one_name_are_two_people(filled: Watch) -> None:
    with filled.office.db.write() as session:
        party = session.query(Organisation).filter_by(code="P-1").one()
        namesake = make.make_post(session, party, role="leader", person=make.make_person(session, "王志强")).person_id
    assert filled.steps(person=namesake) == ["opinion"]
    assert filled.steps(person=filled.office.world.people["superior_leader"]) == ["review"]
    names = {holder.name: holder.organisation for holder in filled.row(step="opinion").holders}
    assert names["王志强"] == "中共新安县产业集聚区工作委员会"


def test_by_zone(filled: Watch) -> None:
    with filled.office.db.read() as session:
        zones = {zone.code: zone.id for zone in session.query(Zone)}
    assert filled.steps(zone=zones["Z1"]) == ["opinion", "review"]
    assert filled.steps(zone=zones["Z2"]) == ["file"]


def test_by_how_it_stands_against_its_limit(filled: Watch) -> None:
    assert filled.steps(late="fatal") == ["review"]
    assert filled.steps(late="none") == ["file", "opinion"]
    filled.wait(days=9)
    assert filled.steps(late="soon") == ["opinion"]  # due on 2026-04-09, two working days on


def test_by_what_it_waits_for(watch: Watch) -> None:
    make_paper_body(watch)
    start_parent(watch)
    child = watch.row(kind="child").entry.child_id or 0
    watch.office.case_id = child
    watch.office.decide("zone_secretary", "file")
    review = watch.office.task_id("review")
    watch.office.act("request_correction", "superior_leader", review, items=ITEMS, reply_by=None)
    assert watch.steps(kind="paper") == ["opinion"]
    assert watch.steps(kind="child") == ["reviewing"]
    assert watch.steps(kind="correction") == watch.steps(kind="stopped") == ["review"]
    assert watch.steps(kind="person") == []
    watch.office.act("suspend", "superior_manager", child, reason="停工")
    assert watch.steps(kind="suspended") == watch.steps(kind="stopped") == ["opinion", "review"]


def test_by_age_and_by_the_day_since_when(filled: Watch) -> None:
    assert filled.steps(age=0) == ["file"]
    assert filled.steps(age=2) == ["opinion", "review"]
    assert filled.steps(since="2026-03-09") == ["opinion", "review"]
    assert filled.steps(since="2026-03-08") == []


def test_by_words_of_number_subject_and_applicant(filled: Watch) -> None:
    assert filled.steps(text="2号") == ["file"]
    assert filled.steps(text="新安县 审核") == ["opinion", "review"]
    assert filled.steps(text="汝阳") == ["file"]
    assert filled.steps(text="100%_没有") == []


def test_filters_narrow_together(filled: Watch) -> None:
    assert filled.steps(late="fatal", step="opinion") == []
    assert filled.steps(text="新安县", late="fatal") == ["review"]


def test_pages_are_cut_from_one_order_and_a_page_too_far_is_the_last(filled: Watch) -> None:
    pages = [filled.page(page=number, size=2) for number in (1, 2, 9)]
    assert [page.total for page in pages] == [3, 3, 3]
    assert [[row.entry.step for row in page.rows] for page in pages] == [["review", "opinion"], ["file"], ["file"]]


@pytest.mark.parametrize(
    "query",
    [
        {"late": "very"},
        {"kind": "nobody"},
        {"organisation": "-1"},
        {"person": "٣"},
        {"zone": "9" * 40},
        {"since": "yesterday"},
        {"age": "7"},
        {"sort": "random"},
        {"procedure": " "},
    ],
)
def test_what_makes_no_sense_in_an_address_is_as_if_it_were_not_there(filled: Watch, query: dict[str, Any]) -> None:
    assert filled.steps(**query) == ["file", "opinion", "review"]


def test_a_filter_survives_the_way_through_an_address() -> None:
    wanted = Wanted(
        procedure="review",
        step="file",
        organisation=3,
        person=4,
        zone=5,
        kind="stopped",
        since=date(2026, 3, 1) + timedelta(days=1),
        age=0,
        text="新安 100%",
        sort="longest",
    )
    assert Wanted.of(wanted.query()) == wanted
    assert Wanted.of({}).query() == {}

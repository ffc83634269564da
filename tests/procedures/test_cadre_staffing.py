"""What cadre_staffing leaves behind, and what it holds back: one full-time vice-chair, cadres, heads of committees."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import bpmn
from tests.procedures.founding import Founding, make_founding
from workflows import scenarios
from workflows.errors import Mistake
from workflows.procedures import cadre_staffing, zone_leaders
from workflows.storage import Database
from workflows.storage.papers import Paper
from workflows.storage.unions import OfficeHolder

FOLDER = Path(next(iter(bpmn.__path__))) / "cadre_staffing"


@pytest.fixture
def founding(session: Session) -> Founding:
    founding = make_founding(session)
    founding.neighbourhood.zone.form = "general_union"
    return founding


def play(db: Database, name: str) -> None:
    scenarios.run(db, next(one for one in scenarios.find(FOLDER) if one.name == name))


def holders(db: Database) -> list[tuple[str, str, bool, str, str]]:
    with db.read() as session:
        rows = session.scalars(select(OfficeHolder).where(OfficeHolder.until.is_(None)).order_by(OfficeHolder.id))
        return [(row.name, row.office, row.full_time, row.route, row.rank) for row in rows]


def paths(mistakes: list[Mistake]) -> list[str]:
    return [mistake.path for mistake in mistakes]


# ---- what is entered ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "row"),
    [
        ("staffing_route", ("李红梅", "vice_chair", True, "staffing", "department_head")),
        ("dispatch_route", ("赵强", "vice_chair", True, "dispatch", "")),
        ("work_committee_appointed", ("李红梅", "vice_chair", True, "staffing", "department_head")),
    ],
)
def test_the_full_time_vice_chair_holds_the_post_by_its_route(
    db: Database, scenario: str, row: tuple[str, str, bool, str, str]
) -> None:
    play(db, scenario)
    assert holders(db) == [row]


def test_cadres_and_heads_hold_their_posts(db: Database) -> None:
    play(db, "cadres")
    assert [row[:4] for row in holders(db)] == [
        ("林静", "cadre", True, "staffing"),
        ("吴昊", "cadre", True, "staffing"),
    ]


def test_a_confirmed_head_follows_the_one_before(founding: Founding) -> None:
    before = zone_leaders.enter_office(founding.context, "冯伟", "audit_head", full_time=False, route="elected")
    before.since = date(2026, 1, 5)
    founding.did("report_heads", "submit", {"heads": [head("audit_head", "王国庆", "none")]})
    assert cadre_staffing.enter_heads(founding.context) == 1
    assert cadre_staffing.enter_heads(founding.context) == 1
    rows = founding.session.scalars(select(OfficeHolder).order_by(OfficeHolder.id)).all()
    assert [(row.name, row.until is None) for row in rows] == [("冯伟", False), ("王国庆", True)]


def test_an_elected_vice_chair_who_becomes_full_time_gets_a_row_of_its_own(founding: Founding) -> None:
    part_time = zone_leaders.enter_office(founding.context, "李红梅", "vice_chair", full_time=False, route="elected")
    part_time.since = date(2026, 1, 5)
    founding.did("select_person", "submit", {"name": "李红梅", "current_post": "办公室主任"})
    founding.did("install", "submit", {"name": "李红梅"})
    cadre_staffing.enter_full_time_vice_chair(founding.context, matter="staffing_route")
    cadre_staffing.enter_full_time_vice_chair(founding.context, matter="staffing_route")
    rows = founding.session.scalars(select(OfficeHolder).order_by(OfficeHolder.id)).all()
    assert [(row.full_time, row.until) for row in rows] == [(False, date(2026, 11, 22)), (True, None)]


@pytest.mark.parametrize(
    ("scenario", "forms"),
    [
        ("staffing_route", {"staffing_request": "请示", "staffing_approval": "批复"}),
        ("staffing_route_by_letter", {"staffing_letter": "函", "staffing_consent_letter": "函"}),
        ("dispatch_route", {"dispatch_request": "请示", "dispatch_notice": "通知"}),
        ("heads", {"heads_report": "报告", "heads_approval": "批复"}),
    ],
)
def test_a_request_goes_up_and_a_letter_goes_across(db: Database, scenario: str, forms: dict[str, str]) -> None:
    """The Party work committee asks the staffing authority by 请示, a union by 函."""
    play(db, scenario)
    with db.read() as session:
        papers = session.scalars(select(Paper).where(Paper.name.in_(forms))).all()
        assert {paper.name: paper.form for paper in papers} == forms
        for paper in papers:
            assert bool(paper.signer) == (paper.form in ("请示", "报告"))


# ---- one full-time vice-chair (R-423) -------------------------------------------------------------------------------


@pytest.mark.parametrize("matter", ["staffing_route", "dispatch_route"])
def test_neither_way_is_open_while_the_post_is_filled(founding: Founding, matter: str) -> None:
    check = cadre_staffing.matter_is_open
    assert check(founding.context, outcome=matter, answers={}) == []
    zone_leaders.enter_office(founding.context, "李红梅", "vice_chair", full_time=True, route="dispatch")
    (mistake,) = check(founding.context, outcome=matter, answers={})
    assert mistake.path == "/outcome"
    assert "R-423" in mistake.message.zh
    assert "12.7" in mistake.message.zh
    assert check(founding.context, outcome="cadres", answers={}) == []
    assert cadre_staffing.full_time_post(founding.context).verdict == "refused"


def test_a_part_time_vice_chair_fills_nothing(founding: Founding) -> None:
    zone_leaders.enter_office(founding.context, "李红梅", "vice_chair", full_time=False, route="elected")
    assert cadre_staffing.matter_is_open(founding.context, outcome="staffing_route", answers={}) == []


def test_somebody_who_came_meanwhile_closes_the_later_steps_too(founding: Founding) -> None:
    founding.did("choose_matter", "staffing_route", {})
    zone_leaders.enter_office(founding.context, "赵强", "vice_chair", full_time=True, route="dispatch")
    request = {"posts": 1, "rank": "department_head", "development": ""}
    found = cadre_staffing.request_fits_the_matter(founding.context, outcome="by_party", answers=request)
    assert "/posts" in paths(found)
    person = {"name": "李红梅", "current_post": "办公室主任"}
    assert paths(cadre_staffing.selected_person_fits(founding.context, outcome="submit", answers=person)) == ["/name"]
    same = {"name": "赵 强", "current_post": "副主席"}
    assert cadre_staffing.selected_person_fits(founding.context, outcome="submit", answers=same) == []


# ---- heads ----------------------------------------------------------------------------------------------------------


def head(post: str, name: str, leadership_post: str = "vice_chair", rank: str = "leadership_deputy") -> dict[str, Any]:
    return {
        "post": post,
        "name": name,
        "leadership_post": leadership_post,
        "rank": rank,
        "produced_by": "own_committee",
    }


def heads(founding: Founding, *rows: dict[str, Any]) -> list[str]:
    answers = {"heads": list(rows)}
    return paths(cadre_staffing.heads_fit_their_posts(founding.context, outcome="submit", answers=answers))


def test_z13_the_register_of_the_leadership_decides_about_the_womens_head(founding: Founding) -> None:
    assert heads(founding, head("women_head", "孙丽")) == []
    assert heads(founding, head("women_head", "孙丽", "none")) == ["/heads/0/name"]
    zone_leaders.enter_office(founding.context, "李红梅", "vice_chair", full_time=False, route="elected")
    assert heads(founding, head("women_head", "孙丽")) == ["/heads/0/name"]
    assert heads(founding, head("women_head", "李红梅")) == []


def test_r212_the_chair_does_not_head_the_audit_committee(founding: Founding) -> None:
    zone_leaders.enter_office(founding.context, "张建国", "chair", full_time=False, route="elected")
    assert heads(founding, head("audit_head", "张建国", "none")) == ["/heads/0/name"]
    assert heads(founding, head("audit_head", "王国庆", "none")) == []


def test_another_rank_of_the_audit_head_is_shown_and_blocks_nothing(founding: Founding) -> None:
    founding.did("report_heads", "submit", {"heads": [head("audit_head", "王国庆", "none", "other")]})
    assert cadre_staffing.heads_ranks(founding.context).verdict == "warned"


# ---- workload -------------------------------------------------------------------------------------------------------


def test_the_workload_tells_the_counts_and_no_formula(founding: Founding) -> None:
    finding = cadre_staffing.cadre_workload(founding.context)
    assert finding.numbers == {"enterprises": 105, "employees": 6200, "data_on": "2026-11-01"}
    assert any("19 人" in reason.zh for reason in finding.reasons)  # 6200 × 3 ‰ = 18.6

"""The calculator: a question is its address, an answer is explained, mistakes keep what was typed."""

from __future__ import annotations

import pytest

from tests.webapp.conftest import Site
from workflows.law.questions import QUESTIONS

ELECTION = "/calculator/election?members=187&attending=150&seats=2&votes=A%3D100%2CB%3D98%2CC%3D60"


def test_every_question_has_a_page_that_is_reached_from_the_menu(site: Site) -> None:
    browser = site.browser("zone_secretary")
    assert browser.get("/work/").tree.xpath("//nav//a[@href='/calculator/']")
    index = browser.get("/calculator/")
    for question in QUESTIONS:
        assert question.title.zh in index.text
        page = browser.get(f"/calculator/{question.key}")
        assert page.status == 200
        assert not page.tree.xpath("//article[contains(@class, 'finding')]")
        assert {field.name for field in question.fields} <= set(page.tree.xpath("//main//form//@name"))


def test_an_election_is_decided_and_its_protocol_shown(site: Site) -> None:
    page = site.browser("superior_leader").get(ELECTION)
    for words in ("全部选出", "当选 2 人：A、B", "当选须得 94 票", "计票结果报告单", "⌊187÷2⌋ + 1", "R-323"):
        assert words in page.text, words
    rows = page.tree.xpath("//table//tbody/tr")
    assert [row.xpath("normalize-space(td[last()])") for row in rows] == ["当选", "当选", "未当选"]


def test_the_address_carries_the_question_and_the_version_of_the_rules(site: Site) -> None:
    browser = site.browser("zone_secretary")
    page = browser.get("/calculator/founding?employees=212&members=187&rules=RS-2025")
    assert "应当设专职主席或者副主席" in page.text
    old = browser.get("/calculator/founding?employees=212&members=187&rules=RS-2015")
    assert "可以设专职主席" in old.text
    assert old.tree.xpath("//select[@name='rules']/option[@selected]/@value") == ["RS-2015"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("members=187&attending=188&seats=2&votes=A%3D1", "attending"),
        ("members=0&attending=0&seats=2&votes=A%3D0", "members"),
        ("members=187&attending=150&seats=2&votes=A%3D151", "votes"),
        ("members=187&attending=150&seats=2&votes=nonsense", "votes"),
        ("members=viele&attending=150&seats=2&votes=A%3D1", "members"),
        ("attending=150", "members"),
        ("members=187&attending=150&seats=2&votes=A%3D1&rules=RS-1999", "rules"),
    ],
)
def test_mistakes_point_to_their_field_and_what_was_typed_stays(site: Site, query: str, field: str) -> None:
    page = site.browser("zone_secretary").get(f"/calculator/election?{query}")
    assert page.status == 422
    assert f"#f-{field}" in page.tree.xpath("//*[@id='mistakes']//a/@href")
    assert page.tree.xpath("//input[@name='attending']/@value")[0] in query
    assert not page.tree.xpath("//article[contains(@class, 'finding')]")


def test_a_deadline_shows_the_way_to_its_day(site: Site) -> None:
    page = site.browser("zone_secretary").get("/calculator/deadline?rule=T-08&start=2025-02-01")
    assert "截止 2026-02-02" in page.text
    assert "顺延" in page.text
    assert site.browser("zone_secretary").get("/calculator/deadline?rule=T-35&start=2025-02-01").status == 422
    assert site.browser("zone_secretary").get("/calculator/deadline?rule=T-99&start=2025-02-01").status == 422


def test_in_english(site: Site) -> None:
    browser = site.browser("zone_secretary")
    page = browser.get("/calculator/goal?done=179&of=199&target=90/100", headers={"Accept-Language": "en"})
    for words in ("Calculator", "The goal is not reached", "89.9 %", "179 × 100 = 17900 < 199 × 90 = 17910"):
        assert words in page.text, words


def test_a_question_that_is_none_does_not_exist(site: Site) -> None:
    assert site.browser("zone_secretary").get("/calculator/horoscope").status == 404

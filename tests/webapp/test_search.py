"""The page 查找: the box of every page leads to it, and what is typed there stays text."""

from __future__ import annotations

from tests.webapp.conftest import Site


def test_the_box_of_every_page_leads_to_what_is_found(site: Site) -> None:
    site.started()
    browser = site.browser("zone_secretary")
    form = browser.get("/work/").form("/search")
    assert form.get("method") == "get"
    page = browser.get("/search?q=新安县产业集聚区")
    assert page.status == 200
    assert page.tree.xpath('//main//a[@href="/cases/1"]')
    assert "新安县产业集聚区" in page.tree.xpath("//main//mark/text()")
    assert not site.browser("other_zone_secretary").get("/search?q=新安县").tree.xpath("//main//mark")


def test_kinds_are_tabs_and_pages_keep_what_was_looked_for(site: Site) -> None:
    page = site.browser("zone_secretary").get("/search?q=新安县第")
    [tab] = [a for a in page.tree.xpath("//main//nav//a") if "kind=ledger" in a.get("href")]
    page = site.browser("zone_secretary").get(tab.get("href"))
    [next_page] = page.tree.xpath('//main//a[@rel="next"]/@href')
    assert "kind=ledger" in next_page
    assert "page=2" in next_page
    assert site.browser("zone_secretary").get(next_page).status == 200


def test_what_is_typed_is_never_markup(site: Site) -> None:
    page = site.browser("zone_secretary").get("/search?q=<script>alert(1)</script>")
    assert page.status == 200
    assert not page.tree.xpath("//main//script | //header//script")
    assert "没有找到“<script>alert(1)</script>”" in page.text


def test_too_little_is_told_and_nothing_typed_is_no_mistake(site: Site) -> None:
    browser = site.browser("zone_secretary")
    page = browser.get("/search?q=a")
    assert page.status == 422
    assert "请至少输入一个汉字" in page.text
    assert browser.get("/search").status == 200
    assert browser.get("/search?q=王&kind=nonsense&page=-3").status == 200
    assert browser.get("/search?q=王%00&page=x").status == 200


def test_there_is_no_box_before_signing_in(site: Site) -> None:
    assert not site.browser().get("/sign-in").tree.xpath('//form[@action="/search"]')

"""查找, 日历 and 打印 in a real browser: readable for everybody, wide and narrow, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import overflow, sign_in, violations


def in_order(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(
    "path",
    ["/search", "/search?q=工会", "/search?q=产业集聚区&kind=ledger", "/search?q=a", "/search?q=没有这样的事"],
)
def test_what_is_found_is_readable(open_page: Any, width: str, locale: str, path: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "sunlei")
    page.goto(path)
    in_order(page)


def test_the_box_of_every_page_finds_without_javascript(open_page: Any) -> None:
    page = sign_in(open_page("/sign-in", width="desk", javascript=False), "sunlei")
    page.locator("#bar-search").fill("产业集聚区")
    page.locator("#bar-search").press("Enter")
    page.wait_for_url("**/search?q=*")
    page.locator("main .row-title").first.click()
    page.wait_for_url(re.compile(r"/(cases|papers|ledger)/"))


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/?month=2026-10", "/calendar/?view=list"])
def test_the_calendar_is_readable(open_page: Any, width: str, locale: str, path: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "sunlei")
    page.goto(path)
    in_order(page)


def test_a_calendar_address_is_shown_once(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "sunlei")
    page.goto("/calendar/")
    page.locator('form[action="/calendar/feed"] button').click()
    address = page.locator(".private-address code")
    expect(address).to_contain_text(".ics")
    in_order(page)
    answer = page.request.get(str(address.inner_text()))
    assert answer.headers["content-type"].startswith("text/calendar")
    page.goto("/calendar/")
    assert ".ics" not in page.content()


def test_a_case_is_printed_from_its_page(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "sunlei")
    page.goto("/work/?tab=done")
    page.locator("a.row-title").first.click()
    page.wait_for_url("**/cases/*")
    page.locator('a[href$="/print"]').click()
    page.wait_for_url("**/print")
    expect(page.locator("#print-now")).to_be_visible()
    in_order(page)
    page.emulate_media(media="print")
    expect(page.locator(".sheet-title")).to_be_visible()
    expect(page.locator("#parts")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()

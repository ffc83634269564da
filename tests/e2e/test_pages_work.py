"""The pages of one's work in a real browser: readable for everybody, wide and narrow, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import overflow, sign_in, violations
from workflows.sample_world import SMALL_PDF


def in_order(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) == 0


def test_signing_in_is_readable(open_page: Any, width: str, locale: str) -> None:
    in_order(open_page("/sign-in", width=width, locale=locale))


@pytest.mark.parametrize("path", ["/work/", "/work/?tab=done", "/work/?tab=started", "/work/?tab=notices", "/start"])
def test_lists_are_readable(open_page: Any, width: str, locale: str, path: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "sunlei")
    page.goto(path)
    in_order(page)


def test_starting_is_readable(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "liuxin")
    page.goto("/start/zone_union")
    in_order(page)
    expect(page.locator(".finding").first).to_contain_text("5,000")


def test_a_case_is_readable_and_its_diagram_alive(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "zhaomin")
    page.goto("/work/?tab=started")
    page.locator("a.row-title").first.click()
    page.wait_for_url("**/cases/*")
    expect(page.locator(".diagram-live .mark-current").first).to_be_visible()
    expect(page.locator(".diagram-live .bjs-powered-by")).to_be_visible()
    in_order(page)


def test_a_paper_reply_is_entered_on_a_readable_page(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "zhaomin")
    page.goto("/work/?tab=started")
    page.locator("a.row-title").first.click()
    page.locator(".waits a").first.click()
    page.wait_for_url("**/tasks/*")
    expect(page.locator("[name=number]")).to_be_visible()
    in_order(page)
    page.locator("button[value=enter]").click()
    expect(page.locator("#mistakes")).to_be_focused()
    in_order(page)


def test_the_case_is_complete_without_javascript(open_page: Any, width: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, javascript=False), "zhaomin")
    page.goto("/work/?tab=started")
    page.locator("a.row-title").first.click()
    page.wait_for_url("**/cases/*")
    expect(page.locator("svg.diagram-static .d-current").first).to_be_attached()
    expect(page.locator(".timeline")).to_contain_text("发起申请")


def started(open_page: Any, **options: Any) -> Page:
    """The first task of the case that the secretary of the eligible zone has open, or starts."""
    page = sign_in(open_page("/sign-in", **options), "liuxin")
    page.goto("/start/zone_union")
    page.locator("#begin button, #begin a").first.click()
    page.wait_for_url(re.compile(r"/(tasks|cases)/\d+"))
    if "/cases/" in page.url:
        page.locator(".waits a").first.click()
        page.wait_for_url("**/tasks/*")
    return page


def test_a_draft_is_kept_while_typing(open_page: Any) -> None:
    page = started(open_page)
    page.locator("[name='/reason']").fill("写到一半，没有按保存。")
    expect(page.locator("#draft-state")).to_contain_text("草稿已保存")
    page.reload()
    expect(page.locator("[name='/reason']")).to_have_value("写到一半，没有按保存。")


def test_a_mistake_leads_the_keyboard_to_its_field(open_page: Any, javascript: bool) -> None:
    page = started(open_page, javascript=javascript)
    page.locator("[name='/reason']").fill("太短")
    page.locator("button[value=decide]").click()
    link = page.locator("#mistakes a[href='#f-reason']")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("[name='/reason']")).to_have_value("太短")
    if javascript:
        expect(page.locator("[name='/reason']")).to_be_focused()


def test_enter_in_a_field_never_decides(open_page: Any, javascript: bool) -> None:
    page = started(open_page, javascript=javascript)
    page.locator("input[name=outcome]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("草稿已保存")
    expect(page.locator("#task-form")).to_be_visible()


def test_a_lost_session_gives_the_words_back(open_page: Any, javascript: bool) -> None:
    page = started(open_page, javascript=javascript)
    page.locator("[name='/reason']").fill("会话失效之前写下的理由。")
    page.context.clear_cookies()
    page.locator("button[value=decide]").click()
    expect(page.locator(".notice-warning")).to_contain_text("已保留")
    sign_in(page, "liuxin")
    expect(page.locator("[name='/reason']")).to_have_value("会话失效之前写下的理由。")
    expect(page.locator(".notice-warning")).to_contain_text("尚未提交")


def test_a_paper_reply_counts_once_the_superior_union_confirms_it(open_page: Any) -> None:
    """One person enters the reply with its scan, somebody of another organisation compares and confirms."""
    page = sign_in(open_page("/sign-in"), "zhaomin")
    page.goto("/work/?tab=started")
    page.locator("a.row-title").first.click()
    page.locator(".waits a").first.click()
    page.locator("[name=number]").fill("嵩编办〔2026〕18号")
    page.locator("[name=dated_on]").fill("2026-11-20")
    page.locator("#reply-scan").set_input_files(
        {"name": "批复扫描件.pdf", "mimeType": "application/pdf", "buffer": SMALL_PDF}
    )
    page.locator("button[value=enter]").click()
    expect(page.locator("#mistakes")).to_be_visible()
    expect(page.locator("#reply")).to_contain_text("批复扫描件.pdf")
    expect(page.locator("[name=number]")).to_have_value("嵩编办〔2026〕18号")
    page.locator("input[name=outcome][value=approve]").check()
    page.locator("button[value=enter]").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator("#timeline")).to_contain_text("嵩编办〔2026〕18号")
    superior = sign_in(open_page("/sign-in"), "lihua")
    superior.locator("a.row-title", has_text="嵩阳").click()
    expect(superior.locator("#entered")).to_contain_text("批复扫描件.pdf")
    in_order(superior)
    superior.locator("form[action$=confirm] button").click()
    superior.wait_for_url("**/cases/*")
    expect(superior.locator("#answers")).to_contain_text("嵩编办〔2026〕18号")
    expect(superior.locator("#state")).not_to_contain_text("机构编制部门审批")


def test_lists_change_without_losing_the_place(open_page: Any) -> None:
    page = sign_in(open_page("/sign-in"), "zhaomin")
    page.evaluate("window.stayed = true")
    page.locator("#tab-3").click()
    expect(page.locator("#tab-3")).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile("tab=started"))
    page.locator("#search").fill("没有这样的办件")
    page.keyboard.press("Enter")
    expect(page.locator("#work")).to_contain_text("没有找到")
    expect(page).to_have_url(re.compile("search="))
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.locator("a.row-title")).to_have_count(1)
    page.locator("a.row-title").click()
    page.wait_for_url("**/cases/*")

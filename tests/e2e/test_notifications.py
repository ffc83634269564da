"""通知设置 and the outbox are readable for everybody; a wrong address says what is right."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.e2e.browser import overflow, sign_in, violations


def test_the_settings_are_found_in_the_menu_and_tell_what_is_wrong(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "sunlei")
    page.locator("details.menu summary").click()
    page.locator(".menu-body a[href='/account/notifications/']").click()
    expect(page.locator("#hours select")).to_have_count(3)
    assert violations(page) == []
    assert overflow(page) == 0
    page.locator("input[name=kind][value=feishu]").check()
    page.locator("input[name=address]").fill("https://example.cn/hook")
    page.locator("#add button[type=submit]").click()
    expect(page.locator("#mistakes")).to_contain_text("https://open.feishu.cn/open-apis/bot/v2/hook/")
    assert violations(page) == []
    assert overflow(page) == 0


def test_the_outbox_is_readable(open_page: Any, width: str, locale: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), "admin")
    page.goto("/admin/messages")
    expect(page.locator("#outbox")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0

"""A manager finds where it is stuck: three clicks from signing in to nudges on their way and the list in a workbook."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.browser import overflow, sign_in, violations
from tests.e2e.server import Site, serving

CASES = 40
MANAGER = "gaoshan"  # of the province
PAGES = ("", "waits", "waits?late=fatal&sort=longest", "heat", "ageing", "throughput", "returns", "visits", "cases")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with a province at work."""
    data = tmp_path_factory.mktemp("province")
    preparing = Site("", data)
    for command in (("db", "upgrade"), ("publish",), ("demo", "--cases", str(CASES))):
        preparing.jianhui(*command)
    with serving(data) as site:
        yield site
    shutil.rmtree(data, ignore_errors=True)


def worst(page: Page) -> Any:
    return page.locator("table.stuck tbody tr")


def test_three_clicks_to_the_ten_worst_why_nudged_and_exported(open_page: Any, tmp_path: Path) -> None:
    page = sign_in(open_page("/sign-in"), MANAGER)
    page.get_by_role("link", name="监控").click()  # one
    expect(worst(page)).to_have_count(10)
    first = worst(page).first
    expect(first.locator(".chip-bad")).to_contain_text("超期")
    expect(first.locator(".stuck-why")).to_contain_text("等待")
    can = page.locator("table.stuck input[type=checkbox]").count()
    assert can

    page.get_by_role("link", name="全选").click()  # two
    expect(page.locator("table.stuck input[type=checkbox]:checked")).to_have_count(can)
    page.get_by_role("button", name="催办选中的").click()  # three
    expect(page.locator("#results tbody tr")).to_have_count(can)
    expect(page.locator("#results .chip-good")).to_have_count(can)
    assert violations(page) == []

    page.get_by_role("link", name="返回清单").click()
    expect(page.locator("table.stuck input[type=checkbox]")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    download.value.save_as(tmp_path / "waits.xlsx")
    rows = list(load_workbook(tmp_path / "waits.xlsx").active.iter_rows(values_only=True))
    assert len(rows) - 1 == int(page.locator(".tile-number").first.inner_text())
    shown = [number.inner_text() for number in page.locator(".stuck-case .muted").all()]
    assert [row[0] for row in rows[1:11]] == shown  # the same worst, in the same order
    assert all(row[-3] for row in rows[1:])  # each says why it waits


def test_one_click_leads_to_the_case_and_why_it_waits(open_page: Any) -> None:
    page = sign_in(open_page("/sign-in"), MANAGER)
    page.goto("/monitor/")
    why = worst(page).first.locator(".stuck-why").inner_text()
    page.locator("a.row-title").first.click()
    page.wait_for_url("**/cases/*")
    expect(page.locator(".state-line")).to_contain_text(why[:20])


def test_the_diagram_is_alive_and_carries_the_numbers(open_page: Any) -> None:
    page = sign_in(open_page("/sign-in"), MANAGER)
    page.goto("/monitor/heat")
    expect(page.locator(".diagram-live .diagram-pill").first).to_contain_text("超期")
    assert violations(page) == []
    page.locator("#steps a[href*='/monitor/waits']").first.click()
    expect(worst(page).first).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_readable(open_page: Any, width: str, locale: str, path: str) -> None:
    page = sign_in(open_page("/sign-in", width=width, locale=locale), MANAGER)
    page.goto(f"/monitor/{path}")
    assert violations(page) == []
    assert overflow(page) == 0


def test_without_javascript_all_of_it_works(open_page: Any) -> None:
    page = sign_in(open_page("/sign-in", javascript=False), "zhoujing")
    page.goto("/monitor/")
    page.get_by_role("link", name="全选").click()
    ticked = page.locator("table.stuck input[type=checkbox]:checked")
    count = ticked.count()
    assert count
    page.locator("#nudge-ticked").click()
    expect(page.locator("#results tbody tr")).to_have_count(count)
    page.goto("/monitor/heat")
    expect(page.locator("svg.diagram-static .d-badge").first).to_be_attached()

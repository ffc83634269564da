"""Fixtures of the tests in the browser: a server with the demo's data, and pages of it.

`open_page(…)` opens a page of the wanted width and language, with JavaScript or without. A screenshot of every page
that is open when a test fails lies in `test-results/`, beside the server's log. What can be asked of a page stands in
`browser.py`: `sign_in`, `violations`, `overflow`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.browser import LOCALES, WIDTHS, launch
from tests.e2e.server import Site, prepared, serving

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
REPORTS: pytest.StashKey[dict[str, pytest.TestReport]] = pytest.StashKey()

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo in it; never served itself, every site gets a copy."""
    return prepared(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of this test module with the demo's data as they are on the first day."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_data, data)
    try:
        with serving(data) as site:
            yield site
    finally:
        RESULTS.mkdir(exist_ok=True)
        shutil.copyfile(data / "server.log", RESULTS / "server.log")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = launch(playwright)
    yield running
    running.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


@pytest.fixture
def open_page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens pages: `open_page(path="/", width="desk", locale="zh", javascript=True)`.

    Every call is a browser of its own, with its own cookies. Requests to any other host are refused, and a test that
    makes one fails, as does one whose pages report an error on the console.
    """
    opened: list[tuple[BrowserContext, Page]] = []
    complaints: list[str] = []

    def refuse_others(route: Any) -> None:
        if route.request.url.startswith((site.url, "data:", "blob:")):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    def listen(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_one(
        path: str | None = "/", *, width: str = "desk", locale: str = "zh", javascript: bool = True, **options: Any
    ) -> Page:
        columns, rows = WIDTHS[width]
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": columns, "height": rows},
            locale=LOCALES[locale],
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
            accept_downloads=True,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        context.route("**/*", refuse_others)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append((context, page))
        if path is not None:
            page.goto(path)
        return page

    yield open_one
    report = request.node.stash.get(REPORTS, {}).get("call")
    failed = report is not None and report.failed
    for number, (context, page) in enumerate(opened, 1):
        if failed:
            RESULTS.mkdir(exist_ok=True)
            name = re.sub(r"[^\w.-]+", "-", request.node.nodeid)[-120:]
            page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)
        context.close()
    assert not complaints or failed, "\n".join(complaints)


@pytest.fixture(params=["desk", "phone"])
def width(request: pytest.FixtureRequest) -> str:
    """Both widths, 1440 and 390 px; a test that asks for it runs once for each."""
    found: str = request.param
    return found


@pytest.fixture(params=["zh", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    """Both languages."""
    found: str = request.param
    return found


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    found: bool = request.param
    return found


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page at a desk, in Chinese, with JavaScript, on the first address of the site."""
    return open_page()

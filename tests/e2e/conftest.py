"""A real server with the demo's data, and a real browser in front of it.

`open_page(…)` gives a page of the wanted width, language, JavaScript or not; `sign_in(page, username)` signs in;
`axe(page)` answers what axe-core has to say against it. A screenshot of every page that is open when a test fails lies
in `test-results/`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "test-results"
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
QUIET_BROWSER = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("e2e")


# ----------------------------------------------------------------------------------------------------------- the server


@dataclass(frozen=True)
class Site:
    """A running server: where it answers, where its data lie, how a command of `jianhui` runs on the same data."""

    url: str
    data: Path
    environment: dict[str, str]

    def jianhui(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the server; raises with its output when it fails."""
        command = [sys.executable, "-m", "webapp.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise RuntimeError(
                f"jianhui {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer at {url}\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo in it; never served itself, every site gets a copy."""
    folder = tmp_path_factory.mktemp("demo")
    site = Site("", folder, _environment(folder))
    for command in (("db", "upgrade"), ("publish",), ("demo",)):
        site.jianhui(*command)
    return folder


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIANHUI_")}
    return {**kept, "JIANHUI_DATA": str(data), "JIANHUI_DEMO": "1", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="module")
def site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of this test module with the demo's data as they are on the first day."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo_data, data)
    port, log = free_port(), data.parent / "server.log"
    found = Site(f"http://127.0.0.1:{port}", data, _environment(data))
    command = [sys.executable, "-m", "webapp.cli", "serve", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=found.environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_until_it_answers(found.url, server, log)
        yield found
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        RESULTS.mkdir(exist_ok=True)
        shutil.copyfile(log, RESULTS / "server.log")


# ---------------------------------------------------------------------------------------------------------- the browser


def chromium() -> str:
    """The machine's own Chromium; Playwright's download is not used."""
    chosen = os.environ.get("JIANHUI_TEST_CHROMIUM", "")
    names = (chosen, "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("There is no Chromium here: apt-get install chromium, or set JIANHUI_TEST_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    running = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET_BROWSER, *sandbox])
    yield running
    running.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


REPORTS: pytest.StashKey[dict[str, pytest.TestReport]] = pytest.StashKey()

OpenPage = Callable[..., Page]


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


# --------------------------------------------------------------------------------------------------------------- checks

Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Answers the violations of WCAG 2.2 AA that axe-core finds on the page as it is now, one sentence each.

    It is run through the browser's debugging door, so the site's own rules against foreign scripts stay in force.
    """
    script = (ROOT / ".cache/test-assets/axe.min.js").read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def look(page: Page) -> list[str]:
        page.evaluate(f"() => {{ if (!window.axe) {{ {script} }} }}")
        found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", tags)
        return [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: "
            + json.dumps([node["html"][:160] for node in violation["nodes"][:3]], ensure_ascii=False)
            for violation in found["violations"]
        ]

    return look


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 when nothing needs scrolling sideways."""
    width: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width

"""The browser, and questions to a page in it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / ".cache/test-assets/axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
QUIET = (
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


def chromium() -> str:
    """The machine's own Chromium; Playwright's download is not used."""
    names = (os.environ.get("JIANHUI_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("There is no Chromium here: apt-get install chromium, or set JIANHUI_TEST_CHROMIUM")
    return found


def launch(playwright: Playwright) -> Browser:
    """Chromium without a window, and without its sandbox, which root and many containers cannot have: it opens our
    own pages only.
    """
    return playwright.chromium.launch(executable_path=chromium(), args=list(QUIET), chromium_sandbox=False)


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page as it is now, one sentence each.

    It is run through the browser's debugging door, so the site's own rules against foreign scripts stay in force.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", list(WCAG))
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: "
        + json.dumps([node["html"][:160] for node in violation["nodes"][:3]], ensure_ascii=False)
        for violation in found["violations"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 when nothing needs scrolling sideways."""
    width: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def sign_in(page: Page, username: str) -> Page:
    """Sign in as somebody of the demo, on the sign-in page; the page after it is My work."""
    from webapp.auth.demo import DEMO_PASSWORD

    form = page.locator("form#sign-in")
    if not form.count():
        page.goto("/sign-in")
    form.locator("[name=username]").fill(username)
    form.locator("[name=password]").fill(DEMO_PASSWORD)
    form.locator("[type=submit]").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page

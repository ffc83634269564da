"""An office in the browser: a server at a moment, one browser for each of its people, and a scenario played by them.

What is filled in comes from a scenario, so that the browser and the statute tests tell the same story. Candidates are on
display for days, so the server stops after the notice went up and goes on three weeks later.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.browser import LOCALES, WIDTHS, overflow, sign_in, violations
from tests.e2e.conftest import RESULTS
from tests.e2e.server import Site, serving
from workflows.engine.operations import OFFICE_ZONE
from workflows.sample_world import SMALL_PDF
from workflows.scenarios import find

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
ON_DISPLAY = "post_publicity"  # the last step before the display of the candidates
TODAY = datetime.now(UTC).astimezone(OFFICE_ZONE)
LATER = TODAY + timedelta(days=21)


class Office:
    """The people of a server, by what they are in the scenario; one browser each, signed in at first need."""

    def __init__(self, browser: Browser, site: Site, people: Mapping[str, str], options: dict[str, Any]) -> None:
        self.browser, self.site, self.people, self.options = browser, site, people, options
        self.contexts: list[BrowserContext] = []
        self.pages: dict[str, Page] = {}
        self.complaints: list[str] = []

    def __getitem__(self, who: str) -> Page:
        if who not in self.pages:
            columns, rows = WIDTHS[self.options["width"]]
            context = self.browser.new_context(
                base_url=self.site.url,
                viewport={"width": columns, "height": rows},
                locale=LOCALES[self.options["locale"]],
                timezone_id="Asia/Shanghai",
                java_script_enabled=self.options["javascript"],
                accept_downloads=True,
                reduced_motion="reduce",
            )
            context.set_default_timeout(15_000)
            context.route("**/*", self._refuse_others)
            page = context.new_page()
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self.contexts.append(context)
            page.goto("/sign-in")
            self.pages[who] = sign_in(page, self.people[who])
        return self.pages[who]

    def leave(self, failed: bool) -> None:
        for who, page in self.pages.items():
            if failed:
                RESULTS.mkdir(exist_ok=True)
                page.screenshot(path=RESULTS / f"office-{self.options['width']}-{who}.png", full_page=True)
        for context in self.contexts:
            context.close()
        assert failed or not self.complaints, "\n".join(self.complaints)

    def _refuse_others(self, route: Route) -> None:
        if route.request.url.startswith((self.site.url, "data:", "blob:")):
            route.continue_()
        else:
            self.complaints.append(f"asked for {route.request.url}")
            route.abort()


@contextmanager
def office(
    browser: Browser, data: Path, people: Mapping[str, str], options: dict[str, Any], moment: datetime
) -> Iterator[Office]:
    """The server with its people, at a moment; it stops with the block."""
    command = Site("", data).command("serve")
    assert command[0] == sys.executable
    with serving(data, "env", f"JIANHUI_NOW={moment.isoformat()}", *command) as site:
        found = Office(browser, site, people, options)
        try:
            yield found
        except BaseException:
            found.leave(failed=True)
            raise
        found.leave(failed=False)


# ---- the scenario ---------------------------------------------------------------------------------------------------


def actions_of(procedure: str, name: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The steps of a scenario on the two days of the office; `names`: who does it in the sample world → in the demo."""
    scenario = next(one for one in find(BPMN / procedure) if one.name == name)
    text = json.dumps([dict(action) for action in scenario.actions if "step" in action], default=str)
    actions: list[dict[str, Any]] = json.loads(text)
    before_the_display = True
    for action in actions:
        day = TODAY if before_the_display else LATER
        action["answers"] = _moved(action.get("answers", {}), day, names)
        if action["step"] == ON_DISPLAY:
            before_the_display = False
    return actions


def at_the_display(actions: list[dict[str, Any]]) -> int:
    """How many actions there are up to the one that puts the candidates on display."""
    return 1 + next(number for number, action in enumerate(actions) if action["step"] == ON_DISPLAY)


def _moved(value: Any, day: datetime, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: LATER.date().isoformat()
            if key == "meeting_on"
            else day.date().isoformat()
            if key in ("publicity_from", "held_on")
            else _moved(one, day, names)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_moved(one, day, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


# ---- a task on its page ---------------------------------------------------------------------------------------------


def act(people: Office, action: dict[str, Any], applicant: str) -> None:
    """Do a step as the scenario says; one that must be refused says so on the page, as the pattern `refused` wants it."""
    page = people[action["by"]]
    open_task(page, applicant)
    for material in action.get("attach", []):
        attach(page, material)
    shorten(page, action["answers"])
    fill(page, "", action["answers"])
    outcome = page.locator(f"input[name=outcome][value='{action['outcome']}']")
    if outcome.get_attribute("type") == "radio":
        outcome.check()
    page.locator("button[name=do][value=decide]").click()
    if "refused" in action:
        expect(page.locator("main")).to_contain_text(re.compile(action["refused"]))
        if people.options["javascript"]:
            assert violations(page) == []
    else:
        page.wait_for_url("**/cases/*")
    assert overflow(page) == 0


def open_task(page: Page, applicant: str) -> None:
    """From My work to the first task of an applicant, whose name matches a pattern."""
    page.goto("/")
    page.locator("main a.row-title", has_text=re.compile(applicant)).first.click()
    page.wait_for_url("**/tasks/*")


def attach(page: Page, material: str) -> None:
    uploaded = page.locator(f"[id='f-materials-{material}'] .upload-files")
    if uploaded.count():
        return  # it is there from the round before
    page.locator(f"input[type=file][name='/materials/{material}']").set_input_files(
        [{"name": f"{material}.pdf", "mimeType": "application/pdf", "buffer": SMALL_PDF}]
    )
    if not uploaded.count():
        page.locator(f"button[name=do][value='upload:{material}']").click()
    expect(uploaded).to_be_visible()


def shorten(page: Page, answers: dict[str, Any]) -> None:
    """Take away rows the form began with and that are not wanted."""
    for name, rows in answers.items():
        if isinstance(rows, list):
            while page.locator(f"input[name='/{name}/{len(rows)}']").count():
                page.locator(f"button[name=do][value='remove:/{name}/{len(rows)}']").click()


def fill(page: Page, path: str, answers: dict[str, Any]) -> None:
    for name, value in answers.items():
        if isinstance(value, list):
            for number, row in enumerate(value):
                if not page.locator(f"input[name='{path}/{name}/{number}']").count():
                    page.locator(f"button[name=do][value='add:{path}/{name}']").click()
                    page.locator(f"input[name='{path}/{name}/{number}']").wait_for(state="attached")
                fill(page, f"{path}/{name}/{number}", row)
        else:
            fill_one(page, f"{path}/{name}", value)


def fill_one(page: Page, name: str, value: Any) -> None:
    field = page.locator(f"[name='{name}']")
    kind = field.first.evaluate("element => element.tagName + ':' + (element.type || '')")
    if kind == "INPUT:radio":
        page.locator(f"input[name='{name}'][value='{value}']").check()
    elif kind.startswith("SELECT"):
        field.first.select_option(str(value))
    elif kind == "INPUT:checkbox":
        field.first.set_checked(bool(value))
    else:
        field.first.fill(str(value))


def papers_of(page: Page) -> list[str]:
    """The addresses of the papers of a case, as PDF and as .docx; each opens."""
    addresses = page.eval_on_selector_all("main a[href$='/pdf'], main a[href$='/docx']", "all => all.map(a => a.href)")
    papers = [address for address in dict.fromkeys(addresses) if "/papers/" in address]
    for address in papers:
        answer = page.request.get(address)
        assert answer.ok
        assert answer.body().startswith(b"%PDF" if address.endswith("/pdf") else b"PK")
    return papers

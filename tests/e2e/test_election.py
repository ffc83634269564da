"""An election with 187 members in the browser: too few come, two have the same votes, a ballot is void and repeated, and the
superior union approves. Each step by the person it waits for.

What is filled in comes from the scenario `quorum_tie_repeat`, so that the browser and the statute tests tell the same story.
The candidates are on display for days, so the server stops after the notice went up and goes on three weeks later.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import LOCALES, WIDTHS, overflow, sign_in, violations
from tests.e2e.conftest import RESULTS
from tests.e2e.server import Site, serving
from tests.e2e.test_zone_union import fill
from workflows.engine.operations import OFFICE_ZONE
from workflows.sample_world import SMALL_PDF
from workflows.scenarios import find

FOLDER = Path(__file__).resolve().parents[2] / "bpmn/election"
PEOPLE = {
    "enterprise_secretary": "hanlei",
    "enterprise_party_leader": "xiefang",
    "zone_leader": "qianwei",
    "counter": "shenjie",
    "scrutineer": "xufeng",
}
NAMES = {"曹永刚": "许峰", "韩冬梅": "沈洁", "罗建华": "邓伟"}  # who does this in the sample world, and who in the demo
ON_DISPLAY = "post_publicity"  # the last step before the display of the candidates
TODAY = datetime.now(UTC).astimezone(OFFICE_ZONE)
LATER = TODAY + timedelta(days=21)


class People:
    """One browser per person, signed in at first need."""

    def __init__(self, browser: Browser, site: Site, options: dict[str, Any]) -> None:
        self.browser, self.site, self.options = browser, site, options
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
                reduced_motion="reduce",
            )
            context.set_default_timeout(15_000)
            page = context.new_page()
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self.contexts.append(context)
            page.goto("/sign-in")
            self.pages[who] = sign_in(page, PEOPLE[who])
        return self.pages[who]

    def leave(self, failed: bool) -> None:
        for who, page in self.pages.items():
            if failed:
                RESULTS.mkdir(exist_ok=True)
                page.screenshot(path=RESULTS / f"election-{self.options['width']}-{who}.png", full_page=True)
        for context in self.contexts:
            context.close()
        assert failed or not self.complaints, "\n".join(self.complaints)


@contextmanager
def office(browser: Browser, data: Path, options: dict[str, Any], moment: datetime) -> Iterator[People]:
    """The server with its people, at a moment; it stops with the block."""
    command = Site("", data).command("serve")
    assert command[0] == sys.executable
    with serving(data, "env", f"JIANHUI_NOW={moment.isoformat()}", *command) as site:
        people = People(browser, site, options)
        try:
            yield people
        except BaseException:
            people.leave(failed=True)
            raise
        people.leave(failed=False)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"width": "desk", "locale": "zh", "javascript": True}, id="desk-zh"),
        pytest.param({"width": "phone", "locale": "en", "javascript": False}, id="phone-en-no-javascript"),
    ],
)
def test_187_members_elect_their_committee(
    demo_data: Path, tmp_path: Path, browser: Browser, options: dict[str, Any]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    actions = find_actions()
    day_of_display = 1 + next(number for number, action in enumerate(actions) if action["step"] == ON_DISPLAY)
    with office(browser, data, options, TODAY) as people:
        address = start(people["enterprise_secretary"])
        for action in actions[:day_of_display]:
            act(people, action, address)
        early = people["enterprise_secretary"]
        open_task(early)  # before the display has ended nothing goes on
        expect(early.locator("main")).to_contain_text("R-310")
    with office(browser, data, options, LATER) as people:
        for action in actions[day_of_display:]:
            act(people, action, address)
        secretary = people["enterprise_secretary"]
        secretary.goto(address)
        expect(secretary.locator("main")).to_contain_text(re.compile("已于 .* 办结|Completed on"))
        reports = papers_of(secretary)
        assert (
            len([title for title in reports if "计票结果报告单" in title]) == 4
        )  # three ballots, and the first session
        assert people.site.jianhui("audit", "verify").returncode == 0


def find_actions() -> list[dict[str, Any]]:
    """The actions of the scenario, on the two days of this test and by the people of the demo."""
    scenario = next(one for one in find(FOLDER) if one.name == "quorum_tie_repeat")
    text = json.dumps([dict(action) for action in scenario.actions if "step" in action], default=str)
    actions: list[dict[str, Any]] = json.loads(text)
    before_the_display = True
    for action in actions:
        day = TODAY if before_the_display else LATER
        action["answers"] = _moved(action.get("answers", {}), day)
        if action["step"] == ON_DISPLAY:
            before_the_display = False
    return actions


def _moved(value: Any, day: datetime) -> Any:
    if isinstance(value, dict):
        return {
            key: LATER.date().isoformat()
            if key == "meeting_on"
            else day.date().isoformat()
            if key in ("publicity_from", "held_on")
            else _moved(one, day)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_moved(one, day) for one in value]
    return NAMES.get(value, value) if isinstance(value, str) else value


def start(page: Page) -> str:
    """See what the ledger's 187 members mean and who will decide; begin; answer the address of the case."""
    page.goto("/start")
    page.locator("main a[href^='/start/election']").first.click()
    main = page.locator("main")
    expect(main).to_contain_text("187")
    expect(main).to_contain_text("125")
    expect(main).to_contain_text(re.compile("钱伟|Qian Wei"))
    page.locator("#begin form button[type=submit]").click()
    page.wait_for_url("**/tasks/*")
    link = page.locator("main a[href*='/cases/']").first.get_attribute("href")
    assert link
    return link


def act(people: People, action: dict[str, Any], address: str) -> None:
    """Do a step as the scenario says; one that must be refused is refused on the page."""
    page = people[action["by"]]
    open_task(page)
    for material in action.get("attach", []):
        attach(page, material)
    shorten(page, action["answers"])
    fill(page, "", action["answers"])
    outcome = page.locator(f"input[name=outcome][value='{action['outcome']}']")
    if outcome.get_attribute("type") == "radio":
        outcome.check()
    page.locator("button[name=do][value=decide]").click()
    if "refused" in action:
        expect(page.locator("main")).to_contain_text(re.compile("陈静"))
        expect(page.locator("main")).to_contain_text(re.compile("选票上|on the ballot"))
        if people.options["javascript"]:
            assert violations(page) == []
    else:
        page.wait_for_url("**/cases/*")
    assert overflow(page) == 0


def open_task(page: Page) -> None:
    page.goto("/")
    page.locator("main a.row-title", has_text=re.compile("宏达|Hongda")).first.click()
    page.wait_for_url("**/tasks/*")


def attach(page: Page, material: str) -> None:
    if page.locator(f"[id='f-materials-{material}'] .upload-files").count():
        return  # it is there from the round before
    page.locator(f"input[type=file][name='/materials/{material}']").set_input_files(
        [{"name": f"{material}.pdf", "mimeType": "application/pdf", "buffer": SMALL_PDF}]
    )
    if not page.locator(f"[id='f-materials-{material}'] .upload-files").count():
        page.locator(f"button[name=do][value='upload:{material}']").click()
    expect(page.locator(f"[id='f-materials-{material}'] .upload-files")).to_be_visible()


def shorten(page: Page, answers: dict[str, Any]) -> None:
    """Take away rows the form began with and that are not wanted."""
    for name, rows in answers.items():
        if isinstance(rows, list):
            while page.locator(f"input[name='/{name}/{len(rows)}']").count():
                page.locator(f"button[name=do][value='remove:/{name}/{len(rows)}']").click()


def papers_of(page: Page) -> list[str]:
    """The titles of the papers of the case; each opens as PDF."""
    links = page.locator("main a[href$='/pdf']")
    addresses = links.evaluate_all("all => all.map(a => a.href)")
    for address in dict.fromkeys(addresses):
        answer = page.request.get(address)
        assert answer.ok
        assert answer.body().startswith(b"%PDF")
    text = page.locator("main").inner_text()
    return re.findall(r"关于[^\n]*|[^\n]*计票结果报告单", text)

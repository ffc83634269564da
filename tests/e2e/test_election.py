"""An election with 187 members in the browser: too few come, two have the same votes, a ballot is void and repeated, and the
superior union approves. Each step by the person it waits for, as the scenario `quorum_tie_repeat` says.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.office import LATER, TODAY, act, actions_of, at_the_display, office, open_task, papers_of

PEOPLE = {
    "enterprise_secretary": "hanlei",
    "enterprise_party_leader": "xiefang",
    "zone_leader": "qianwei",
    "counter": "shenjie",
    "scrutineer": "xufeng",
}
NAMES = {"曹永刚": "许峰", "韩冬梅": "沈洁", "罗建华": "邓伟"}  # who does this in the sample world, and who in the demo
ENTERPRISE = "宏达|Hongda"


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
    displayed = at_the_display(actions)
    with office(browser, data, PEOPLE, options, TODAY) as people:
        address = start(people["enterprise_secretary"])
        for action in actions[:displayed]:
            act(people, action, ENTERPRISE)
        early = people["enterprise_secretary"]
        open_task(early, ENTERPRISE)  # before the display has ended nothing goes on
        expect(early.locator("main")).to_contain_text("R-310")
    with office(browser, data, PEOPLE, options, LATER) as people:
        for action in actions[displayed:]:
            act(people, action, ENTERPRISE)
        secretary = people["enterprise_secretary"]
        secretary.goto(address)
        expect(secretary.locator("main")).to_contain_text(re.compile("已于 .* 办结|Completed on"))
        assert papers_of(secretary)
        reports = re.findall(r"[^\n]*计票结果报告单", secretary.locator("main").inner_text())
        assert len(reports) == 4  # three ballots, and the first session
        assert people.site.jianhui("audit", "verify").returncode == 0


def find_actions() -> list[dict[str, Any]]:
    """The actions of the scenario; what is refused is refused in words that name the person and the ballot."""
    actions = actions_of("election", "quorum_tie_repeat", NAMES)
    for action in actions:
        if "refused" in action:
            action["refused"] = "陈静[^。]*(选票上|on the ballot)"
    return actions


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

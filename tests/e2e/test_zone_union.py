"""The main job in the browser: from the zone's ledger to the founded general union, each step by the person it waits for.

What is filled in comes from the scenario `general_union`. The consent to the leaders and the election by the first congress
are cases of their own, for which the founding case waits.
"""

from __future__ import annotations

import json
import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.e2e.office import LATER, TODAY, Office, act, actions_of, at_the_display, office, open_task, papers_of
from tests.make import credit_code

PEOPLE = {
    "zone_secretary": "liuxin",
    "party_leader": "chenjun",
    "superior_leader": "lihua",
    "staffing_leader": "makai",
    "zone_counter": "panyu",
    "zone_scrutineer": "dingli",
}
NAMES = {"卢志刚": "丁莉", "余晓梅": "潘宇"}  # who does this in the sample world, and who in the demo
ZONE = "金水河|Jinshui"
CONSENT, ELECTION = (
    "征得上级工会同意|Consent of the superior union",
    "第一次代表大会选举|Election by the first congress",
)
CALLED = {"propose": CONSENT, "plan_election": ELECTION}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"width": "desk", "locale": "zh", "javascript": True}, id="desk-zh"),
        pytest.param({"width": "phone", "locale": "en", "javascript": False}, id="phone-en-no-javascript"),
    ],
)
def test_a_zone_gets_its_general_union(
    demo_data: Path, tmp_path: Path, browser: Browser, options: dict[str, Any]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    actions = find_actions()
    displayed = at_the_display(actions)
    with office(browser, data, PEOPLE, options, TODAY) as people:
        secretary = people["zone_secretary"]
        import_ledger(secretary)
        case_address = start(secretary)
        for action in actions[:displayed]:
            act(people, action, ZONE)
            the_case_says_for_whom_it_waits(people, case_address, action)
        open_task(secretary, ZONE)  # before the display has ended nothing goes on
        expect(secretary.locator("main")).to_contain_text("R-310")
    with office(browser, data, PEOPLE, options, LATER) as people:
        for action in actions[displayed:]:
            act(people, action, ZONE)
        secretary = people["zone_secretary"]
        secretary.goto(case_address)
        main = secretary.locator("main")
        expect(main).to_contain_text(re.compile("已于 .* 办结|Completed on"))
        assert len(papers_of(secretary)) == 10
        main.locator("a[href*='/cases/']", has_text=re.compile("民主选举|Democratic election")).first.click()
        expect(main).to_contain_text(re.compile("已于 .* 办结|Completed on"))
        expect(main).to_contain_text("总工会第一届委员会成立选举")
        assert len(papers_of(secretary)) == 26
        secretary.goto("/ledger/")
        main.locator("a", has_text=re.compile(ZONE)).first.click()
        expect(main).to_contain_text(re.compile("总工会|General union", re.IGNORECASE))
        assert people.site.jianhui("audit", "verify").returncode == 0


def find_actions() -> list[dict[str, Any]]:
    """The actions of the scenario; before the candidates, somebody is proposed for chair without consent (12.6)."""
    actions = actions_of("zone_union", "general_union", NAMES)
    number = next(number for number, action in enumerate(actions) if action["step"] == "nominate_candidates")
    without_consent = json.loads(json.dumps(actions[number]))
    for row in without_consent["answers"]["candidates"]:
        row["standing"] = {"张建国": "committee", "赵强": "chair"}.get(row["name"], row["standing"])
    without_consent["refused"] = "赵强任主席没有征得上级工会同意|did not agree to 赵强 as chair"
    actions.insert(number, without_consent)
    return actions


def the_case_says_for_whom_it_waits(people: Office, address: str, action: dict[str, Any]) -> None:
    """For the child case by the name of the call, and for the second authority by its person."""
    page = people["zone_secretary"]
    if action["step"] in CALLED:
        page.goto(address)
        expect(page.locator("main")).to_contain_text(re.compile(CALLED[action["step"]]))
    elif action["step"] == "superior_decision":
        page.goto(address)
        expect(page.locator("main")).to_contain_text(re.compile("马凯|Ma Kai"))


def import_ledger(page: Page) -> None:
    """Download the zone's ledger, add an enterprise, import it, and see the preview say so."""
    page.goto("/ledger/")
    page.locator("main a", has_text=re.compile("金水河|Jinshui")).first.click()
    zone = page.url
    page.goto(f"{zone}/import")
    with page.expect_download() as download:
        page.locator("a[href*='export.xlsx']").first.click()
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    header = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    last = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value)
    copied = {column: sheet.cell(last, column).value for column in header.values()}
    copied[header["企业名称"]] = "郑州新来企业有限公司"
    copied[header["统一社会信用代码"]] = credit_code(7_654_321)
    for column, value in copied.items():
        sheet.cell(last + 1, column, value)
    changed = BytesIO()
    book.save(changed)
    file = {
        "name": "台账.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": changed.getvalue(),
    }
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("郑州新来企业有限公司")
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"{zone}?search=郑州新来企业")
    expect(page.locator("main")).to_contain_text("郑州新来企业有限公司")


def start(page: Page) -> str:
    """See that the zone may found a general union and who will decide; begin; answer the address of the case."""
    page.goto("/start")
    page.locator("main a[href^='/start/zone_union']").first.click()
    main = page.locator("main")
    expect(main).to_contain_text(re.compile("可以成立总工会|may be founded", re.IGNORECASE))
    expect(main).to_contain_text("D-01")
    expect(main).to_contain_text(re.compile("李华|Li Hua"))
    page.locator("#begin form button[type=submit]").click()
    page.wait_for_url("**/tasks/*")
    link = page.locator("main a[href*='/cases/']").first.get_attribute("href")
    assert link
    return link

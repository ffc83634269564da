"""The main job in the browser: from the zone's ledger to the founded general union, each step by the person it waits for.

What is filled in comes from the scenario `general_union`, so that the browser and the statute tests tell the same story.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.browser import overflow, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.server import Site, serving
from tests.make import credit_code
from workflows.engine.operations import OFFICE_ZONE
from workflows.sample_world import SMALL_PDF
from workflows.scenarios import find

TODAY = datetime.now(OFFICE_ZONE).date()
FOLDER = Path(__file__).resolve().parents[2] / "bpmn/zone_union"
PEOPLE = {
    "zone_secretary": "liuxin",
    "party_leader": "chenjun",
    "superior_leader": "lihua",
    "staffing_leader": "makai",
}


@pytest.fixture
def site(demo_data: Path, tmp_path: Path) -> Iterator[Site]:
    """A server of its own for each run: the run changes the zone for good."""
    shutil.copytree(demo_data, tmp_path / "data")
    with serving(tmp_path / "data") as site:
        yield site


class People:
    """One browser per person, signed in at first need."""

    def __init__(self, open_page: OpenPage, **options: Any) -> None:
        self.open_page, self.options = open_page, options
        self.pages: dict[str, Page] = {}

    def __getitem__(self, who: str) -> Page:
        if who not in self.pages:
            self.pages[who] = sign_in(self.open_page("/sign-in", **self.options), PEOPLE[who])
        return self.pages[who]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"width": "desk", "locale": "zh", "javascript": True}, id="desk-zh"),
        pytest.param({"width": "phone", "locale": "en", "javascript": False}, id="phone-en-no-javascript"),
    ],
)
def test_a_zone_gets_its_general_union(site: Site, open_page: OpenPage, options: dict[str, Any]) -> None:
    people = People(open_page, **options)
    secretary = people["zone_secretary"]
    import_ledger(secretary)
    case_address = start(secretary)
    for action in find_actions():
        page = people[action["by"]]
        do_task(page, action)
        assert overflow(page) == 0
        if action["step"] == "propose":
            secretary.goto(case_address)  # the case says for which child case it waits
            expect(secretary.locator("main")).to_contain_text(
                re.compile("征得上级工会同意|Consent of the superior union")
            )
        if action["step"] == "superior_decision":
            secretary.goto(case_address)
            expect(secretary.locator("main")).to_contain_text(
                re.compile("马凯|Ma Kai")
            )  # the case says for whom it still waits
    secretary.goto(case_address)
    expect(secretary.locator("main")).to_contain_text(re.compile("已于 .* 办结|Completed on"))
    read_papers(secretary)
    secretary.goto("/ledger/")
    secretary.locator("main a", has_text=re.compile("金水河|Jinshui")).first.click()
    expect(secretary.locator("main")).to_contain_text(re.compile("总工会|General union", re.IGNORECASE))
    assert site.jianhui("audit", "verify").returncode == 0


def find_actions() -> list[dict[str, Any]]:
    """The actions of the scenario. Everything happens today, so every meeting is held today as well."""
    scenario = next(one for one in find(FOLDER) if one.name == "general_union")
    return [_today(dict(action)) for action in scenario.actions if "step" in action]


def _today(action: dict[str, Any]) -> dict[str, Any]:
    answers = action.get("answers", {})
    if "held_on" in answers:
        action["answers"] = {**answers, "held_on": TODAY}
    return action


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


def do_task(page: Page, action: dict[str, Any]) -> None:
    """Open the task from My work, fill in its form, upload its materials and decide."""
    page.goto("/")
    page.locator("main a.row-title", has_text=re.compile("金水河|Jinshui")).first.click()
    page.wait_for_url("**/tasks/*")
    for material in action.get("attach", []):
        page.locator(f"input[type=file][name='/materials/{material}']").set_input_files(
            [{"name": f"{material}.pdf", "mimeType": "application/pdf", "buffer": SMALL_PDF}]
        )
        if not page.locator(f"#f-materials-{material} .upload-files").count():
            page.locator(f"button[name=do][value='upload:{material}']").click()
        expect(page.locator(f"[id='f-materials-{material}'] .upload-files")).to_be_visible()
    fill(page, "", action.get("answers", {}))
    outcome = page.locator(f"input[name=outcome][value='{action['outcome']}']")
    if outcome.get_attribute("type") == "radio":
        outcome.check()
    page.locator("button[name=do][value=decide]").click()
    page.wait_for_url("**/cases/*")


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


def read_papers(page: Page) -> None:
    """Every paper of the case opens as PDF and as .docx."""
    addresses = page.eval_on_selector_all("main a[href$='/pdf'], main a[href$='/docx']", "all => all.map(a => a.href)")
    papers = [address for address in dict.fromkeys(addresses) if "/papers/" in address]
    assert len(papers) == 14
    for address in papers:
        answer = page.request.get(address)
        assert answer.ok
        assert answer.body().startswith(b"%PDF" if address.endswith("/pdf") else b"PK")

"""What an office does to a task and a case besides deciding it, in a real browser, with JavaScript and without."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import overflow, sign_in, violations
from tests.e2e.server import Site, serving
from webapp.config import Settings
from workflows import catalogue
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage import Database

REVIEW = Path(__file__).resolve().parents[1] / "folders" / "review"
APPLICANT, OTHER_APPLICANT, LEADER, CLERK, MANAGER = "liuxin", "zhaomin", "lihua", "wangfang", "zhoujing"
TODAY = datetime.now(UTC).astimezone(OFFICE_ZONE).date()
Office = Callable[[str], Page]


@pytest.fixture(scope="module")
def site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, with one procedure more: small enough to be walked through again and again."""
    data = tmp_path_factory.mktemp("operations") / "data"
    shutil.copytree(demo_data, data)
    database = Database(Settings(data=data).database_url)
    with database.write() as session:
        catalogue.publish(session, None, REVIEW, datetime.now(UTC))
    database.dispose()
    with serving(data) as site:
        yield site


@pytest.fixture
def office(open_page: Any, javascript: bool) -> Office:
    """People by their account, each signed in in a browser of their own at first need."""
    people: dict[str, Page] = {}

    def person(username: str) -> Page:
        if username not in people:
            people[username] = sign_in(open_page("/sign-in", javascript=javascript), username)
        return people[username]

    return person


def filed(page: Page) -> str:
    """A new application that the secretary has sent off; its number. The one before it is withdrawn."""
    page.goto("/start/review")
    if not page.locator("#begin button").count():
        page.locator("#begin a").click()
        page.locator("#withdraw summary").click()
        page.locator("#withdraw [name=reason]").fill("重新申请")
        page.locator("#withdraw button").click()
        told(page, "已撤销")
        page.goto("/start/review")
    page.locator("#begin button").click()
    page.wait_for_url(re.compile(r"/(tasks|cases)/\d+"))
    if "/cases/" in page.url:
        page.locator(".waits a").first.click()
    page.locator("[name='/reason']").fill("成立筹备组")
    page.locator("[name='/persons']").fill("3")
    page.locator("button[value=decide]").click()
    page.wait_for_url("**/cases/*")
    return page.locator(".eyebrow").inner_text()


def opened(page: Page, number: str, step: str) -> Page:
    """The task of a case, from My work."""
    page.goto("/work/")
    page.locator("main tr", has_text=number).filter(has_text=step).locator("a.row-title").click()
    page.wait_for_url("**/tasks/*")
    return page


def operation(page: Page, name: str) -> None:
    """Choose an operation in the row of them, by the keyboard."""
    link = page.locator(".operations").get_by_role("link", name=name, exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile(name[:2]))


def send(page: Page) -> None:
    page.locator("main form button[value=send]").click()


def told(page: Page, words: str) -> None:
    expect(page.locator("[role=status]").first).to_contain_text(words)


def tick(page: Page, name: str) -> None:
    """Look for somebody by name, with the Enter key, and tick who was found."""
    page.locator("#query").fill(name)
    page.locator("#query").press("Enter")
    page.locator(".found").get_by_label(name).check()


def opine(page: Page, number: str, words: str) -> None:
    opened(page, number, "审核")
    page.locator("#opinion textarea").fill(words)
    page.locator("#opinion button[type=submit]").click()
    told(page, "已记录")


def test_asked_delegated_sent_back_straight_decided_and_taken_back(office: Office, javascript: bool) -> None:
    number = filed(office(APPLICANT))
    leader, clerk = office(LEADER), office(CLERK)
    opened(leader, number, "审核")
    operation(leader, "加签")
    send(leader)  # nobody is chosen
    expect(leader.locator("#mistakes")).to_be_visible()
    if javascript:
        expect(leader.locator("#mistakes")).to_be_focused()
    tick(leader, "王芳")
    leader.locator("[name=question]").fill("条件具备吗？")
    send(leader)
    told(leader, "已发出")
    expect(leader.locator("button[value=decide]")).to_be_disabled()
    expect(leader.locator("#unheard")).to_contain_text("王芳")
    opine(clerk, number, "条件具备，建议同意。")

    opened(leader, number, "审核")
    expect(leader.locator("#opinions")).to_contain_text("条件具备，建议同意。")
    operation(leader, "委派")
    leader.get_by_label("王芳").check()
    send(leader)
    told(leader, "已委派")
    opine(clerk, number, "已核对名册。")

    opened(leader, number, "审核")
    operation(leader, "退回到某环节")
    leader.locator("input[type=radio][value=straight]").check()
    leader.get_by_role("button", name="查看影响").click()
    expect(leader.locator("input[type=radio][value=straight]")).to_be_checked()
    expect(leader.locator("#preview")).to_contain_text("填写申请")
    leader.locator("#send-back-form .btn-danger").click()  # without a reason
    expect(leader.locator("#mistakes")).to_be_visible()
    leader.locator("[name=reason]").fill("请写明人数的依据。")
    leader.locator("#send-back-form .btn-danger").click()
    told(leader, "已退回")

    applicant = opened(office(APPLICANT), number, "填写申请")
    expect(applicant.locator("main")).to_contain_text("请写明人数的依据。")
    expect(applicant.locator("[name='/reason']")).to_have_value("成立筹备组")
    applicant.locator("button[value=decide]").click()
    applicant.wait_for_url("**/cases/*")

    opened(leader, number, "审核")  # straight back, and nobody else had it in between
    task = leader.url
    decided(leader, javascript)
    leader.goto(task)
    operation(leader, "撤回")
    send(leader)
    told(leader, "已撤回")
    decided(leader, javascript)
    expect(leader.locator("#timeline")).to_contain_text("撤回“审核”的办理")


def decided(page: Page, javascript: bool) -> None:
    """Agreed to, with a saved phrase where one press writes it."""
    page.locator("input[name=outcome][value=approve]").check()
    if javascript:
        page.locator("[name=opinion]").fill("")
        page.locator("[data-phrase='同意。']").click()
        expect(page.locator("[name=opinion]")).to_have_value("同意。")
    else:
        page.locator("[name=opinion]").fill("同意。")
    page.locator("button[value=decide]").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator("#answers")).to_contain_text("同意。")


def test_a_proxy_acts_and_many_are_decided_at_once(office: Office, javascript: bool) -> None:
    """The manager stands in for the leader, and finishes one of the rows the leader has ticked."""
    first, second = filed(office(APPLICANT)), filed(office(OTHER_APPLICANT))
    leader, manager = office(LEADER), office(MANAGER)
    leader.goto("/proxies")
    tick(leader, "周静")
    leader.locator("[name=valid_from]").fill(TODAY.isoformat())
    leader.locator("[name=valid_to]").fill((TODAY + timedelta(days=7)).isoformat())
    send(leader)
    told(leader, "已设定代理")

    leader.goto("/work/")
    for number in (first, second):
        leader.get_by_label(f"选择 {number}").first.check()
    leader.get_by_role("button", name="批量办理").click()
    leader.locator("input[name=outcome][value=approve]").check()
    leader.locator("[name=words]").fill("同意。")

    opened(manager, first, "审核")
    decided(manager, javascript)
    expect(manager.locator("#timeline")).to_contain_text("代 李华")
    expect(manager.locator("#answers")).to_contain_text("周静代李华")

    leader.locator("main form .btn-primary").click()
    expect(leader.locator("main tbody tr")).to_have_count(2)
    expect(leader.locator("main tr", has_text=second)).to_contain_text("成功")
    expect(leader.locator("main tr", has_text=first)).to_contain_text("周静")
    assert leader.locator("main .chip-warn").count() == 1
    if javascript:
        assert violations(leader) == []
    leader.goto("/proxies")
    leader.locator("#mine form button").first.click()
    told(leader, "代理已结束")


@pytest.mark.parametrize("javascript", [True])
def test_a_manager_suspends_and_resumes(office: Office, javascript: bool) -> None:
    number = filed(office(APPLICANT))
    case = office(APPLICANT).url.partition("#")[0]
    manager = office(MANAGER)
    manager.goto(case)
    operation(manager, "中止")
    send(manager)
    expect(manager.locator("#mistakes")).to_be_visible()
    manager.locator("[name=reason]").fill("区划正在调整")
    send(manager)
    told(manager, "已中止")
    expect(manager.locator("main")).to_contain_text("区划正在调整")
    leader = opened(office(LEADER), number, "审核")
    expect(leader.locator(".chip", has_text="计时暂停").first).to_be_visible()
    expect(leader.locator("#suspended")).to_contain_text("恢复前不能办理")
    expect(leader.locator("button[value=decide]")).to_be_disabled()
    expect(leader.get_by_role("link", name="加签")).to_have_count(0)
    operation(manager, "恢复")
    send(manager)
    told(manager, "已恢复")
    assert overflow(manager) == 0
    opened(leader, number, "审核")
    expect(leader.locator(".operations")).to_contain_text("加签")

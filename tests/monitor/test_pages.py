"""The pages of the monitor as a browser without JavaScript sees them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from tests.webapp.browsing import Page
from tests.webapp.conftest import PASSWORD, Site, make_site
from workflows.storage import Database
from workflows.storage.cases import Case, Task
from workflows.storage.organisations import Organisation, Post

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def waiting(db: Database, tmp_path: Path) -> Site:
    """A case that waits for its applicant, forty days after it began."""
    site = make_site(db, tmp_path)
    site.started("review")
    site.wait(days=40)
    return site


def monitor(site: Site, path: str = "/monitor/", who: str = "superior_manager") -> Page:
    page = site.browser(who).get(path)
    assert page.status == 200
    return page


def table(page: Page) -> list[list[str]]:
    """The rows of a CSV file."""
    raw = page.response.data
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_menu_leads_a_manager_there_and_nobody_else(waiting: Site) -> None:
    assert "监控" in waiting.browser("superior_manager").get("/work/").text
    assert "监控" not in waiting.browser("zone_secretary").get("/work/").text


def test_a_manager_with_nothing_to_do_lands_there(waiting: Site) -> None:
    assert waiting.browser().sign_in("superior_manager", PASSWORD).location == "/monitor/"
    assert waiting.browser().sign_in("superior_leader", PASSWORD).location == "/work/"
    assert waiting.browser().sign_in("zone_secretary", PASSWORD).location == "/work/"


def test_the_first_page_shows_numbers_the_worst_and_why(waiting: Site) -> None:
    page = monitor(waiting)
    assert [a.text_content().split()[:2] for a in page.tree.xpath('//*[@class="tiles"]//a')][1] == ["1", "已超期"]
    (row,) = page.tree.xpath('//table[contains(@class, "stuck")]/tbody/tr')
    text = " ".join(row.text_content().split())
    assert "等待新安县产业集聚区工会办公室刘芳办理“填写申请”" in text
    assert "超期" in text
    assert row.xpath('.//button[@name="only"]')


def test_every_number_of_the_first_page_opens_a_list_of_that_length(waiting: Site) -> None:
    for link in monitor(waiting).tree.xpath('//*[@class="tiles"]//a'):
        number = int(link.xpath('.//*[@class="tile-number"]')[0].text_content())
        rows = monitor(waiting, link.get("href")).tree.xpath('//table[contains(@class, "stuck")]/tbody/tr')
        assert len(rows) == number


@pytest.mark.parametrize("path", ["/monitor/heat?procedure=review", "/monitor/ageing", "/monitor/throughput"])
def test_every_number_of_the_other_pages_opens_a_list_of_that_length(waiting: Site, path: str) -> None:
    links = monitor(waiting, path).tree.xpath('//td[contains(@class, "num")]//a')
    assert links
    for link in links:
        page = monitor(waiting, link.get("href"))
        assert len(page.tree.xpath("//tbody/tr")) == int(link.text_content())


def test_all_is_ticked_without_javascript_and_nudged_with_a_result_for_each(waiting: Site) -> None:
    page = monitor(waiting, "/monitor/?select=all")
    (box,) = page.tree.xpath('//input[@name="task"][@checked]')
    results = page.press("/monitor/nudge", task=box.get("value"))
    assert results.status == 200
    assert "已催办 1 项。" in results.text
    assert "新安县产业集聚区工会办公室 · 刘芳" in results.text
    with waiting.db.read() as session:
        assert session.scalars(select(Task)).one().id == int(box.get("value"))
    assert "催办：请尽快办理“填写申请”。" in waiting.browser("zone_secretary").get("/work/?tab=notices").text
    again = monitor(waiting)
    assert not again.tree.xpath('//input[@name="task"]')
    assert "已催 1 次" in again.text


def test_a_repeated_submit_says_the_same_again(waiting: Site) -> None:
    page = monitor(waiting, "/monitor/?select=all")
    task = page.tree.xpath('//input[@name="task"]')[0].get("value")
    page.press("/monitor/nudge", task=task)
    assert "已催办 1 项。" in page.press("/monitor/nudge", task=task).text


def test_a_row_that_somebody_just_finished_says_so(waiting: Site) -> None:
    page = monitor(waiting, "/monitor/?select=all")
    task = page.tree.xpath('//input[@name="task"]')[0].get("value")
    with waiting.db.read() as session:
        case_id = session.scalars(select(Case.id)).one()
    secretary = waiting.browser("zone_secretary")
    secretary.get(f"/cases/{case_id}").press(f"/cases/{case_id}/withdraw", reason="暂缓")
    results = page.press("/monitor/nudge", task=task)
    assert "没有催办" in results.text
    assert "已不在等待" in results.text


def test_nothing_ticked_leads_back_with_a_word(waiting: Site) -> None:
    page = monitor(waiting, "/monitor/waits?late=fatal").press("/monitor/nudge")
    assert page.location == "/monitor/waits"
    assert "请先选择要办理的行" in page.text


def test_the_list_exports_exactly_what_is_filtered(waiting: Site) -> None:
    waiting.started("review", "other_zone_secretary")
    browser = waiting.browser("superior_manager")
    rows = table(browser.get("/monitor/waits.csv"))
    assert rows[0][:4] == ["办件编号", "事项", "程序", "环节"]
    assert len(rows) == 3
    late = table(browser.get("/monitor/waits.csv?late=fatal"))
    assert [row[0] for row in late[1:]] == [rows[1][0]]
    book = load_workbook(io.BytesIO(browser.get("/monitor/waits.xlsx?late=fatal").response.data))
    sheet = list(book.active.iter_rows(values_only=True))
    assert [str(cell or "") for cell in sheet[1]][:4] == late[1][:4]
    assert sheet[1][rows[0].index("已等天数")] == 40
    assert table(browser.get("/monitor/visits.csv"))[1][2] == "填写申请"
    assert len(table(browser.get("/monitor/cases.csv"))) == 3
    assert browser.get("/monitor/cases.xlsx").response.headers["Content-Type"] == EXCEL
    assert browser.get("/monitor/waits.pdf").status == 404


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_an_export_becomes_a_formula(waiting: Site, evil: str) -> None:
    with waiting.db.write() as session:
        session.execute(update(Case).values(title=evil))
        session.execute(update(Organisation).where(Organisation.code == "Z-1").values(name=evil))
    browser = waiting.browser("superior_manager")
    row = table(browser.get("/monitor/waits.csv"))[1]
    assert f"'{evil}" in row
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    book = load_workbook(io.BytesIO(browser.get("/monitor/waits.xlsx").response.data))
    assert {cell.data_type for line in book.active.iter_rows() for cell in line} <= {"s", "n", "d"}


def test_a_filter_is_kept_shared_opened_by_a_colleague_and_deleted(waiting: Site) -> None:
    with waiting.db.read() as session:
        county = session.scalars(select(Organisation.id).where(Organisation.code == "U-C")).one()
    page = monitor(waiting, "/monitor/waits?late=fatal&text=新安")
    assert "已保存“超期的”" in page.press("/monitor/filters", name="超期的", share=str(county)).text
    colleague = waiting.browser("superior_leader")
    link = colleague.get("/monitor/").tree.xpath('//*[@class="saved-filters"]//a')[0].get("href")
    opened = colleague.get(link)
    assert opened.location == "/monitor/waits"
    assert opened.tree.xpath('//*[@id="filter-late"]/option[@selected]')[0].get("value") == "fatal"
    assert opened.tree.xpath('//*[@id="filter-text"]')[0].get("value") == "新安"
    assert waiting.browser("zone_leader").get(link).status == 404
    assert not opened.tree.xpath('//*[@class="saved-filters"]//form')
    own = monitor(waiting, "/monitor/waits")
    place = own.tree.xpath('//*[@class="saved-filters"]//form')[0].get("action")
    assert "已删除“超期的”" in own.press(place).text


def test_a_filter_of_somebody_who_has_left_says_so(waiting: Site) -> None:
    with waiting.db.read() as session:
        county = session.scalars(select(Organisation.id).where(Organisation.code == "U-C")).one()
    monitor(waiting, "/monitor/waits?late=fatal").press("/monitor/filters", name="超期的", share=str(county))
    with waiting.db.write() as session:
        manager = waiting.world.people["superior_manager"]
        session.execute(
            update(Post).where(Post.person_id == manager).values(valid_to=waiting.now.date().replace(day=1))
        )
    text = waiting.browser("superior_leader").get("/monitor/").text
    assert "李卫东 共享，已离开新安县总工会" in text


def test_a_filter_without_a_name_is_refused_with_a_word(waiting: Site) -> None:
    page = monitor(waiting, "/monitor/waits?late=fatal").press("/monitor/filters", name=" ")
    assert page.location == "/monitor/waits"
    assert "请填写名称" in page.text


def test_the_diagram_carries_numbers_and_not_colour_alone(waiting: Site) -> None:
    page = monitor(waiting, "/monitor/heat?procedure=review")
    svg = page.tree.xpath('//svg[@class="diagram-static"]')[0]
    assert svg.xpath('.//*[contains(@class, "d-hot")]')
    assert "1 项 · 超期 100%" in " ".join(svg.text_content().split())
    frame = page.tree.xpath('//*[@id="diagram-frame"]')[0]
    assert waiting.browser("superior_manager").get(frame.get("data-source")).status == 200


@pytest.mark.parametrize(
    "path",
    ["", "waits", "heat", "heat?procedure=unknown", "ageing", "throughput?procedure=x", "returns", "visits", "cases"],
)
def test_every_page_is_there_in_english_and_for_whom_nothing_waits(waiting: Site, path: str) -> None:
    for who in ("superior_manager", "party_leader"):
        page = waiting.browser(who).get(f"/monitor/{path}", headers={"Accept-Language": "en"})
        assert page.status == 200
        main: Any = page.tree.xpath("//main")[0]
        said = re.sub(r"[“”·–—…]", "", " ".join(main.text_content().split()))
        for name in ("监控", "等待", "环节", "超期"):
            assert name not in said, f"{path}: {name}"

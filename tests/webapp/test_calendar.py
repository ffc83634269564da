"""The page 日历 and the address that other calendars read."""

from __future__ import annotations

import re

from sqlalchemy import update

from tests.test_icalendar import read, unescaped
from tests.webapp.conftest import Site
from workflows.storage.organisations import Account


def address(site: Site, who: str) -> str:
    """A new private address, as the page shows it once."""
    page = site.browser(who).get("/calendar/").press("/calendar/feed")
    assert page.response.headers["Cache-Control"] == "no-store"
    [shown] = page.tree.xpath("//code/text()")
    assert re.fullmatch(r"http://localhost/calendar/[\w-]{43}\.ics", shown)
    return str(shown).removeprefix("http://localhost")


def test_the_month_shows_what_falls_due_and_why_a_day_is_off(site: Site) -> None:
    task = site.task(site.started())
    assert task.fatal_on is not None
    page = site.browser("zone_secretary").get(f"/calendar/?month={task.fatal_on:%Y-%m}")
    [square] = page.tree.xpath(f'//td[.//time[@datetime="{task.fatal_on}"]]')
    assert square.xpath(f'.//a[@href="/tasks/{task.id}"]')
    assert "周末" in page.text
    october = site.browser("zone_secretary").get("/calendar/?month=2026-10").text
    assert "国庆节" in october
    assert "暂定" not in october
    assert "2027 年的放假安排还没有公布" in site.browser("zone_secretary").get("/calendar/?month=2027-05").text


def test_the_list_begins_with_what_is_late(site: Site) -> None:
    task = site.task(site.started())
    assert f"/tasks/{task.id}" in site.browser("zone_secretary").get("/calendar/?view=list").response.text
    site.wait(days=400)
    page = site.browser("zone_secretary").get("/calendar/?view=list")
    assert page.tree.xpath(f'//*[@id="late"]//a[@href="/tasks/{task.id}"]')


def test_an_address_that_makes_no_sense_shows_this_month(site: Site) -> None:
    for month in ("", "2026-13", "0001-01", "9999-12", "x", "2026-1-1"):
        page = site.browser("zone_secretary").get(f"/calendar/?month={month}")
        assert page.status == 200
        assert page.tree.xpath("//h2/text()")[0] == "2026-03"


def test_whoever_has_the_address_reads_title_and_number_without_signing_in(site: Site) -> None:
    task = site.task(site.started())
    where = address(site, "zone_secretary")
    answer = site.browser().client.get(where)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = [each for each in read(answer.data) if each["UID"] == f"task-{task.id}-fatal@localhost"]
    assert event["DTSTART"] == f"{task.fatal_on:%Y%m%d}"
    assert unescaped(event["SUMMARY"]).startswith("办理期限 · 新安县产业集聚区")
    assert event["URL"] == f"http://localhost/tasks/{task.id}"
    assert "刘芳" not in answer.text
    assert site.browser("zone_secretary").client.get(where).data == answer.data


def test_the_feed_speaks_the_language_of_the_account(site: Site) -> None:
    site.started()
    where = address(site, "zone_secretary")
    with site.db.write() as session:
        session.execute(update(Account).where(Account.username == "zone_secretary").values(locale="en"))
    text = site.browser().client.get(where, headers={"Accept-Language": "zh"}).text
    assert "SUMMARY:Deadline" in text


def test_the_address_ends_when_it_is_ended_replaced_or_the_account_is(site: Site) -> None:
    first = address(site, "zone_secretary")
    second = address(site, "zone_secretary")
    outside = site.browser().client
    assert outside.get(first).status_code == 404
    assert outside.get(second).status_code == 200
    site.browser("zone_secretary").get("/calendar/").press("/calendar/feed/end")
    assert outside.get(second).status_code == 404
    third = address(site, "zone_secretary")
    with site.db.write() as session:
        session.execute(update(Account).where(Account.username == "zone_secretary").values(active=False))
    assert outside.get(third).status_code == 404


def test_guesses_find_nothing(site: Site) -> None:
    outside = site.browser().client
    for guess in ("x", "A" * 43, "A" * 44, "../feed", "%00" * 43):
        assert outside.get(f"/calendar/{guess}.ics").status_code in (302, 404)
    assert outside.get(f"/calendar/{'A' * 43}.ics").status_code == 404


def test_my_work_leads_to_the_calendar(site: Site) -> None:
    assert site.browser("zone_secretary").get("/work/").tree.xpath('//main//a[@href="/calendar/"]')

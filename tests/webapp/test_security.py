"""What a browser is told, and what is refused: headers, CSRF, inline code, foreign forms."""

from __future__ import annotations

import io
import re

import pytest

from tests.webapp.conftest import Site

PAGES = ("/sign-in", "/work/", "/work/?tab=notices", "/start", "/start/zone_union", "/ledger/", "/papers/")


def test_every_answer_carries_the_headers(site: Site) -> None:
    browser = site.browser("zone_secretary")
    for path in (*PAGES, "/cases/999", "/static/css/jianhui.css"):
        headers = browser.get(path).response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_needs_an_exception_from_the_policy(site: Site) -> None:
    browser = site.browser("zone_secretary")
    task = site.started()
    case = site.task(task).case_id
    for path in (*PAGES, f"/tasks/{task}", f"/cases/{case}", "/cases/999"):
        tree = browser.get(path).tree
        assert not tree.xpath("//script[not(@src)]"), path
        assert not tree.xpath("//style"), path
        assert not tree.xpath("//*[@style]"), path
        assert not [a for element in tree.iter() for a in element.attrib if a.startswith("on")], path
        addresses = tree.xpath("//@src | //link/@href | //form/@action")
        assert not [a for a in addresses if re.match(r"(https?:)?//", a)], path


def test_session_cookies_are_kept_from_scripts_and_other_sites(site: Site) -> None:
    browser = site.browser()
    fields = browser.get("/sign-in").values("sign-in")
    cookie = browser.client.post(
        "/sign-in", data={**fields, "username": "zone_secretary", "password": "correct horse battery"}
    ).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_form_without_proof_is_refused_and_changes_nothing(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    answer = browser.post(f"/tasks/{task}", {"do": "decide", "outcome": "give_up", "/reason": "来自别处的表单。"})
    assert answer.status == 400
    assert site.task(task).status == "open"
    assert site.task(task).draft is None


def test_a_foreign_form_plants_nothing_into_a_sign_in(site: Site) -> None:
    page = site.browser().post("/tasks/1", {"do": "decide", "/reason": "来自别处的表单。", "ticket": "made up"})
    assert page.status == 401
    assert "kept" not in page.values("sign-in")


@pytest.mark.parametrize("path", ["/tasks/99999999999999999999", "/cases/0", "/cases/-1", "/start/nothing", "/nowhere"])
def test_an_address_that_leads_nowhere_is_answered_as_such(site: Site, path: str) -> None:
    page = site.browser("zone_secretary").get(path)
    assert page.status == 404
    assert "Traceback" not in page.text


def test_a_request_that_is_too_large_is_refused_with_the_remedy(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    page = browser.get(f"/tasks/{task}")
    large = page.press("task-form", "draft", files={"/materials/minutes": ("a.pdf", b"x" * (31 * 1024 * 1024))})
    assert large.status == 413
    assert "30 MB" in large.text
    assert "每个文件最多 20 MB" in large.text


@pytest.mark.parametrize(
    ("referer", "offered"),
    [
        ("http://localhost/tasks/7?tab=files", ["/tasks/7?tab=files"]),
        ("http://elsewhere.example/tasks/7", []),
        ("http://localhost//elsewhere.example/", []),
        ("javascript:alert(1)", []),
        (None, []),
    ],
)
def test_after_a_file_that_is_too_large_only_a_page_of_this_site_is_offered(
    site: Site, referer: str | None, offered: list[str]
) -> None:
    browser = site.browser("zone_secretary")
    fields = browser.get(f"/tasks/{site.started()}").values("task-form")
    large = {**fields, "/materials/minutes": (io.BytesIO(b"x" * (31 * 1024 * 1024)), "a.pdf")}
    headers = {"Referer": referer} if referer else {}
    page = browser.post("/tasks/1", large, headers=headers)
    assert page.status == 413
    links = page.tree.xpath("//main//p[@class='actions-row']/a[not(contains(@class, 'btn-primary'))]/@href")
    assert links == offered

"""A session that ends in the middle of a form: what was typed comes back after signing in, and nothing is sent twice."""

from __future__ import annotations

from sqlalchemy import update

from tests.webapp.browsing import Browser, Page
from tests.webapp.conftest import PASSWORD, Site
from workflows import accounts
from workflows.storage.organisations import Account

REASON = "企业和职工都多，需要统筹各企业工会的工作。"


def end_sessions(site: Site, who: str = "zone_secretary") -> None:
    with site.db.write() as session:
        accounts.end_sessions(session, None, site.account(who).id, now=site.now)


def sign_in_again(page: Page, who: str = "zone_secretary") -> Page:
    return page.press("sign-in", username=who, password=PASSWORD)


def decide_with_a_dead_session(site: Site, browser: Browser, task: int) -> Page:
    form = browser.get(f"/tasks/{task}")
    end_sessions(site)
    page = form.press("task-form", "decide", outcome="work_committee", __reason=REASON)
    assert page.status == 401
    assert "已保留" in page.text
    return page


def test_a_decision_comes_back_as_a_draft(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    page = sign_in_again(decide_with_a_dead_session(site, browser, task))
    assert page.location == f"/tasks/{task}"
    assert "尚未提交" in page.text
    assert page.values("task-form")["/reason"].strip() == REASON
    assert page.values("task-form")["outcome"] == "work_committee"
    assert site.task(task).status == "open"
    assert page.press("task-form", "decide").location.startswith("/cases/")


def test_a_wrong_password_in_between_loses_nothing(site: Site) -> None:
    task = site.started()
    page = decide_with_a_dead_session(site, site.browser("zone_secretary"), task)
    page = page.press("sign-in", username="zone_secretary", password="wrong")
    assert page.status == 401
    assert sign_in_again(page).values("task-form")["/reason"].strip() == REASON


def test_the_cookie_may_be_gone_altogether(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    form = browser.get(f"/tasks/{task}")
    browser.client.delete_cookie("jianhui")
    page = form.press("task-form", "decide", outcome="work_committee", __reason=REASON)
    assert page.status == 401
    assert sign_in_again(page).values("task-form")["/reason"].strip() == REASON


def test_other_forms_come_back_to_be_confirmed(site: Site) -> None:
    case = site.task(site.started()).case_id
    browser = site.browser("zone_secretary")
    form = browser.get(f"/cases/{case}")
    end_sessions(site)
    page = sign_in_again(form.press(f"/cases/{case}/withdraw", reason="情况有变，暂不申请。"))
    assert page.status == 200
    assert "情况有变，暂不申请。" in page.text
    assert site.open_task("choose_form")
    done = page.press(f"/cases/{case}/withdraw")
    assert done.location == f"/cases/{case}"
    assert "已撤销" in done.text


def test_what_one_person_typed_is_not_shown_to_another(site: Site) -> None:
    task = site.started()
    page = decide_with_a_dead_session(site, site.browser("zone_secretary"), task)
    page = sign_in_again(page, "superior_leader")
    assert page.location == "/work/"
    assert REASON not in page.text
    assert "另一位用户" in page.text


def test_a_kept_form_cannot_be_made_up(site: Site) -> None:
    browser = site.browser()
    fields = browser.get("/sign-in").values("sign-in")
    page = browser.post("/sign-in", {**fields, "username": "zone_secretary", "password": PASSWORD, "kept": "made-up"})
    assert page.location == "/work/"


def test_signing_in_again_in_another_window_leaves_the_form_usable(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    form = browser.get(f"/tasks/{task}")
    browser.get("/work/").press("/sign-out")
    browser.sign_in("zone_secretary", PASSWORD)
    page = form.press("task-form", "draft", __reason=REASON)
    assert page.status == 400
    assert REASON in page.text
    page = page.press(f"/tasks/{task}")
    assert page.values("task-form")["/reason"].strip() == REASON


def test_a_script_is_told_that_the_session_is_gone(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    fields = browser.get(f"/tasks/{task}").values("task-form")
    with site.db.write() as session:
        session.execute(update(Account).values(session_key="other"))
    answer = browser.post(f"/tasks/{task}", {**fields, "do": "draft"}, headers={"Accept": "application/json"}).response
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "signed_out"

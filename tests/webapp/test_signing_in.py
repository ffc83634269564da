"""Signing in and out: refusals, lockout, first passwords, the end of sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.webapp.conftest import PASSWORD, Site
from workflows import accounts
from workflows.organisations.actors import actor_of
from workflows.storage.organisations import Account


def test_a_right_password_leads_to_my_work(site: Site) -> None:
    page = site.browser().sign_in("zone_secretary", PASSWORD)
    assert page.location == "/work/"
    assert "刘芳" in page.text


def test_the_name_may_be_typed_in_capitals(site: Site) -> None:
    assert site.browser().sign_in(" Zone_Secretary ", PASSWORD).location == "/work/"


@pytest.mark.parametrize(("name", "password"), [("zone_secretary", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_refusal_does_not_say_what_was_wrong(site: Site, name: str, password: str) -> None:
    page = site.browser().sign_in(name, password)
    assert page.status == 401
    assert "用户名或密码不正确" in page.text


def test_an_account_locks_after_wrong_passwords_and_opens_again_later(site: Site) -> None:
    for _attempt in range(3):
        site.browser().sign_in("zone_secretary", "wrong")
    assert site.browser().sign_in("zone_secretary", PASSWORD).status == 401
    assert site.account("zone_secretary").locked_until == site.now + timedelta(minutes=15)
    site.wait(minutes=16)
    assert site.browser().sign_in("zone_secretary", PASSWORD).location == "/work/"


def test_a_right_password_in_between_starts_the_count_again(site: Site) -> None:
    for password in ("wrong", "wrong", PASSWORD, "wrong", "wrong"):
        site.browser().sign_in("zone_secretary", password)
    assert site.browser().sign_in("zone_secretary", PASSWORD).location == "/work/"


def test_trying_a_locked_account_does_not_lengthen_the_lock(site: Site) -> None:
    for _attempt in range(3):
        site.browser().sign_in("zone_secretary", "wrong")
    until = site.account("zone_secretary").locked_until
    site.wait(minutes=10)
    site.browser().sign_in("zone_secretary", "wrong")
    assert site.account("zone_secretary").locked_until == until


def test_a_first_password_must_be_changed_before_anything_else(site: Site) -> None:
    with site.db.write() as session:
        session.execute(update(Account).where(Account.username == "zone_secretary").values(must_change=True))
    browser = site.browser()
    page = browser.sign_in("zone_secretary", PASSWORD)
    assert page.location == "/account/password"
    assert browser.get("/start").location == "/account/password"
    page = page.press(
        "/account/password", current=PASSWORD, new="a sentence of my own", repeated="a sentence of my own"
    )
    assert page.location == "/work/"
    assert site.browser().sign_in("zone_secretary", PASSWORD).status == 401
    assert site.browser().sign_in("zone_secretary", "a sentence of my own").location == "/work/"


def test_every_mistake_of_a_new_password_is_named_at_once(site: Site) -> None:
    browser = site.browser("zone_secretary")
    page = browser.get("/account/password").press(
        "/account/password", current=PASSWORD, new="short", repeated="shorter"
    )
    assert page.status == 422
    assert "至少 10 个字符" in page.text
    assert "两次输入的新密码不一致" in page.text
    page = page.press("/account/password", current="wrong", new="a sentence of my own", repeated="a sentence of my own")
    assert "当前密码不正确" in page.text


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(site: Site) -> None:
    here, elsewhere = site.browser("zone_secretary"), site.browser()
    elsewhere.sign_in("zone_secretary", PASSWORD)
    new = "a sentence of my own"
    here.get("/account/password").press("/account/password", current=PASSWORD, new=new, repeated=new)
    assert here.get("/work/").location == "/work/"
    assert elsewhere.get("/work/").location == "/sign-in"


def test_somebody_who_leaves_is_signed_out_everywhere_at_once(site: Site) -> None:
    browser = site.browser("zone_secretary")
    with site.db.write() as session:
        accounts.deactivate(session, None, site.account("zone_secretary").id, now=site.now)
    assert browser.get("/work/").location == "/sign-in"
    assert site.browser().sign_in("zone_secretary", PASSWORD).status == 401


def test_an_administrator_gives_a_one_time_password(site: Site) -> None:
    browser = site.browser("zone_secretary")
    password = accounts.new_password()
    with site.db.write() as session:
        admin = actor_of(session, site.account("admin").person_id, site.now.date())
        account_id = site.account("zone_secretary").id
        accounts.reset_password(
            session, admin, account_id, password_hash=accounts.hash_password(password), now=site.now
        )
    assert browser.get("/work/").location == "/sign-in"
    assert site.browser().sign_in("zone_secretary", password).location == "/account/password"


def test_signing_out_ends_the_session(site: Site) -> None:
    browser = site.browser("zone_secretary")
    browser.get("/work/").press("/sign-out")
    assert browser.get("/work/").location == "/sign-in"


def test_signing_in_goes_on_where_one_wanted_to_go_but_never_to_another_site(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/start/review").press("sign-in", username="zone_secretary", password=PASSWORD)
    assert page.location == "/start/review"
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        stranger = site.browser()
        fields = stranger.get("/sign-in").values("sign-in")
        answer = stranger.client.post(
            "/sign-in", data={**fields, "username": "zone_secretary", "password": PASSWORD, "next": target}
        )
        assert answer.headers["Location"] == "/"  # leads to My work, or to the monitor
        assert stranger.get("/").location == "/work/"


def test_the_language_is_remembered_by_the_account(site: Site) -> None:
    browser = site.browser("zone_secretary")
    page = browser.get("/work/").press("/language/en")
    assert page.tree.get("lang") == "en"
    assert site.account("zone_secretary").locale == "en"
    elsewhere = site.browser()
    assert elsewhere.sign_in("zone_secretary", PASSWORD).tree.get("lang") == "en"

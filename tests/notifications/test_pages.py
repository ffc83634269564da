"""通知设置 and 管理 → 消息 in a browser without JavaScript."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import url_for
from sqlalchemy import select

from tests.notifications.conftest import Post
from tests.notifications.sinks import mail_sink
from tests.webapp.conftest import Site, make_site
from webapp import create_app
from webapp.commands.surroundings import settings as settings_of
from webapp.config import Settings
from webapp.outside import outside
from workflows import worker
from workflows.notifications.carriers import Letter
from workflows.storage import Database
from workflows.storage.cases import Notice
from workflows.storage.notifications import Channel, Message

TOKEN = "0123456789abcdef" * 4
PAGE = "/account/notifications/"


@pytest.fixture
def site(db: Database, tmp_path: Path) -> Site:
    """A site with a mail server."""
    site = make_site(db, tmp_path)
    chosen = Settings(
        data=tmp_path,
        secret_key="for tests only",
        base_url="https://jianhui.example.cn/",
        smtp_url="smtp://127.0.0.1:25?from=office@example.cn&tls=none",
    )
    site.app = create_app(chosen, clock=lambda: site.now, store=db)
    site.app.config["TESTING"] = True
    return site


@pytest.fixture
def post() -> Post:
    return Post()


def sweep(site: Site, post: Post) -> None:
    worker.sweep(site.db, site.now, outside=worker.Outside(outside(site.app.config["SETTINGS"]).site, post.carriers))


def test_a_channel_is_added_tried_and_deactivated_and_its_address_is_not_shown_again(site: Site, post: Post) -> None:
    browser = site.browser("zone_secretary")
    page = browser.get(PAGE).press("/account/notifications/channels", kind="mail", address="liufang@example.cn")
    assert "渠道已添加" in page.text
    assert "l***@example.cn" in page.text
    assert "liufang@example.cn" not in page.text
    page = page.press("/account/notifications/channels/1/try")
    assert "1 条待发" in page.text
    again = page.press("/account/notifications/channels/1/try")
    assert again.status == 409
    assert "上一条测试消息还没有送出" in again.text
    sweep(site, post)
    (letter,) = post.letters
    assert (letter.address, letter.subject) == ("liufang@example.cn", "【建会】测试消息")
    assert "https://jianhui.example.cn/account/notifications/" in letter.body
    assert "正常" in browser.get(PAGE).text
    page = browser.get(PAGE).press("/account/notifications/channels/1/deactivate")
    assert "还没有渠道" in page.text
    with site.db.read() as session:
        assert session.get_one(Channel, 1).address == ""


def test_what_waits_for_a_deactivated_channel_is_not_sent(site: Site, post: Post) -> None:
    browser = site.browser("zone_secretary")
    browser.get(PAGE).press("/account/notifications/channels", kind="dingtalk", address=TOKEN)
    browser.get(PAGE).press("/account/notifications/channels/1/try")
    browser.get(PAGE).press("/account/notifications/channels/1/deactivate")
    sweep(site, post)
    assert post.letters == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "wecom", "address": "https://evil.example/send?key=1"}, "这不是企业微信机器人的地址"),
        ({"kind": "mail", "address": "nobody"}, "请填写一个邮箱地址"),
        ({"kind": "", "address": "x@example.cn"}, "请选择一种渠道"),
        ({"kind": "dingtalk", "address": TOKEN, "secret": "?"}, "这不是钉钉机器人的加签密钥"),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_right(site: Site, typed: dict[str, str], said: str) -> None:
    page = site.browser("zone_secretary").get(PAGE).press("/account/notifications/channels", **typed)
    assert page.status == 422
    assert said in page.text
    with site.db.read() as session:
        assert session.scalars(select(Channel)).all() == []


def test_nobody_touches_the_channels_of_others(site: Site) -> None:
    site.browser("zone_secretary").get(PAGE).press(
        "/account/notifications/channels", kind="mail", address="liufang@example.cn"
    )
    site.app.config["WTF_CSRF_ENABLED"] = False
    stranger = site.browser("superior_leader")
    assert "example.cn" not in stranger.get(PAGE).text
    for verb in ("try", "deactivate"):
        assert stranger.client.post(f"/account/notifications/channels/1/{verb}").status_code == 404


def test_the_hours_are_kept_and_a_digest_in_quiet_hours_is_refused(site: Site) -> None:
    browser, form = site.browser("zone_secretary"), "/account/notifications/hours"
    page = browser.get(PAGE).press(form, digest="true", digest_hour="22", quiet_from="20", quiet_to="8")
    assert page.status == 422
    assert "汇总的时间在免打扰时段之内" in page.text
    assert page.values(form)["digest_hour"] == "22"
    page = page.press(form, digest="true", digest_hour="16", quiet_from="19", quiet_to="7")
    assert "通知时间已保存" in page.text
    page = browser.get(PAGE).press(form, quiet_from="18")
    values = browser.get(PAGE).values(form)
    assert [values[name] for name in ("digest_hour", "quiet_from", "quiet_to")] == ["16", "18", "7"]
    site.app.config["WTF_CSRF_ENABLED"] = False
    assert browser.client.post(form, data={"digest_hour": "25", "quiet_from": "x"}).status_code == 422


def test_without_a_mail_server_mail_is_not_offered(db: Database, tmp_path: Path) -> None:
    site = make_site(db, tmp_path)
    browser = site.browser("zone_secretary")
    page = browser.get(PAGE)
    assert "暂时不能用邮件" in page.text
    assert not page.tree.xpath('//input[@name="kind"][@value="mail"]')
    site.app.config["WTF_CSRF_ENABLED"] = False
    fields = {"kind": "mail", "address": "x@example.cn"}
    assert browser.client.post("/account/notifications/channels", data=fields).status_code == 422


def test_the_administrator_sees_what_fails_and_sends_it_again(site: Site, post: Post) -> None:
    site.browser("zone_secretary").get(PAGE).press(
        "/account/notifications/channels", kind="mail", address="liufang@example.cn"
    )
    task = site.started("review")
    with site.db.write() as session:
        case_id = site.task(task).case_id
        person_id = site.world.people["zone_secretary"]
        session.add(Notice(case_id=case_id, kind="case_completed", person_id=person_id, data={}, created_at=site.now))
    post.down = {"mail"}
    sweep(site, post)
    admin = site.browser("admin")
    page = admin.get("/admin/messages")
    for words in ("刘芳", "l***@example.cn", "连接不上", "送不到的渠道"):
        assert words in page.text
    post.down = set()
    sweep(site, post)
    assert post.letters == []  # it waits a minute before it is tried again
    page = page.press("/admin/messages/retry")
    assert "1 条消息将在一分钟内重发" in page.text
    sweep(site, post)
    (letter,) = post.letters
    assert f"https://jianhui.example.cn/cases/{case_id}" in letter.body
    with site.app.test_request_context():
        assert url_for("cases.case", case_id=case_id) == f"/cases/{case_id}"
        assert url_for("notifications.index") == PAGE
    assert "所有渠道正常" in admin.get("/admin/messages").text


def test_the_settings_reach_the_mail_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_sink() as sink:
        monkeypatch.setenv("JIANHUI_SMTP_URL", f"smtp://127.0.0.1:{sink.port}?from=office@example.cn&tls=none")
        found = outside(settings_of())
        assert found.site.host == "example.cn"  # without an address of the site, message ids carry the sender's
        found.carriers["mail"](Letter("<a@b>", "x@example.cn", "s", "b"))
        assert len(sink.mails) == 1


@pytest.mark.parametrize(
    "wrong", [{"base_url": "jianhui.example.cn"}, {"base_url": "https://x/?a=1"}, {"smtp_url": "mail.example.cn"}]
)
def test_a_setting_that_cannot_be_read_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_message_is_not_sent_within_a_request(site: Site) -> None:
    """Whatever a page does, it leaves a row; the network is for the sweep."""
    browser = site.browser("zone_secretary")
    browser.get(PAGE).press("/account/notifications/channels", kind="mail", address="liufang@example.cn")
    browser.get(PAGE).press("/account/notifications/channels/1/try")
    with site.db.read() as session:
        (message,) = session.scalars(select(Message)).all()
    assert (message.sent_at, message.attempts) == (None, 0)
    assert message.due_at == site.now
    assert message.created_at.date() == date(2026, 3, 9)


def leave(site: Site, who: str, count: int) -> list[int]:
    """Notices for a person, about a case."""
    case_id = site.task(site.open_task("file") or site.started("review")).case_id
    with site.db.write() as session:
        person_id = site.world.people[who]
        rows = [
            Notice(
                case_id=case_id,
                kind="task_handed_over",
                person_id=person_id,
                data={"step": "file"},
                created_at=site.now,
            )
            for _ in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def unread(site: Site) -> list[int]:
    with site.db.read() as session:
        return list(session.scalars(select(Notice.id).where(Notice.read_at.is_(None)).order_by(Notice.id)))


def test_one_notice_is_read_by_saying_so_and_looking_at_them_reads_none(site: Site) -> None:
    first, second = leave(site, "zone_secretary", 2)
    page = site.browser("zone_secretary").get("/work/?tab=notices")
    assert unread(site) == [first, second]
    assert "已转给您办理" in page.text
    fields = {**page.values("/work/notices/read"), "notice": str(first)}
    fields.pop("until", None)
    site.browser("zone_secretary").post("/work/notices/read", fields)
    assert unread(site) == [second]


def test_what_comes_after_the_page_was_opened_stays_unread(site: Site) -> None:
    leave(site, "zone_secretary", 3)
    page = site.browser("zone_secretary").get("/work/?tab=notices")
    (later,) = leave(site, "zone_secretary", 1)
    page.press("/work/notices/read")
    assert unread(site) == [later]


def test_nobody_reads_the_notices_of_others_and_old_ones_are_on_further_pages(site: Site) -> None:
    ids = leave(site, "zone_secretary", 60)
    site.app.config["WTF_CSRF_ENABLED"] = False
    site.browser("superior_leader").client.post("/work/notices/read", data={"notice": ids[0]})
    assert unread(site) == ids
    pages = [site.browser("zone_secretary").get(f"/work/?tab=notices&page={number}") for number in (1, 2)]
    assert [len(page.tree.xpath('//ul[@class="file-list"]/li')) for page in pages] == [50, 10]

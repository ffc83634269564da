"""What really goes over the line, to servers on the loopback; and which answers count as taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.notifications.sinks import MailSink, RobotSink, mail_sink, robot_sink
from workflows.notifications.addresses import ROBOTS, ChannelKind
from workflows.notifications.carriers import Letter, Undelivered, carriers, mail, mail_server, robot, shortened
from workflows.notifications.reasons import Reason, explained

LETTER = Letter(
    "<notice-7.channel-3@office.cn>", "wang@example.cn", "【建会】审核\r\nBcc: x@y.cn", "请办理。\n.\n末行\n"
)


@pytest.fixture
def mails() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def robots() -> Iterator[RobotSink]:
    with robot_sink() as sink:
        yield sink


def test_a_mail_arrives_with_its_id_and_no_line_of_it_becomes_a_header(mails: MailSink) -> None:
    carry = mail(mail_server(f"smtp://127.0.0.1:{mails.port}?from=office@example.cn&tls=none"))
    carry(LETTER)
    carry(LETTER)
    (sender, recipients, first), (_, _, again) = mails.mails
    assert (sender, recipients) == ("office@example.cn", ["wang@example.cn"])
    assert first["Message-ID"] == again["Message-ID"] == LETTER.message_id
    assert first["Subject"] == "【建会】审核 Bcc: x@y.cn"
    assert first["Bcc"] is None
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"]
    assert first.get_content().splitlines() == LETTER.body.splitlines()


def test_a_refused_recipient_is_told_without_the_address(mails: MailSink) -> None:
    mails.refuses = {"wang@example.cn"}
    carry = mail(mail_server(f"smtp://127.0.0.1:{mails.port}?from=office@example.cn&tls=none"))
    with pytest.raises(Undelivered, match=r"^refused SMTP 550$"):
        carry(LETTER)
    assert mails.mails == []


def test_without_tls_nothing_is_sent_unless_it_was_said_so(mails: MailSink) -> None:
    carry = mail(mail_server(f"smtp://127.0.0.1:{mails.port}?from=office@example.cn"))
    with pytest.raises(Undelivered):
        carry(LETTER)
    assert mails.mails == []


def test_a_mail_server_that_is_away_is_told_as_such() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Undelivered, match="unreachable ConnectionRefusedError"):
        mail(mail_server(f"smtp://127.0.0.1:{port}?from=office@example.cn&tls=none"))(LETTER)


@pytest.mark.parametrize(
    ("address", "security", "port"),
    [
        ("smtps://u%40x.cn:p%2Fw@mail.example.cn?from=office@example.cn", "tls", 465),
        ("smtp://u%40x.cn:p%2Fw@mail.example.cn?from=office@example.cn", "starttls", 587),
        ("smtp://mail.example.cn:2525?from=office@example.cn&tls=none", "none", 2525),
    ],
)
def test_the_setting_of_the_mail_server_is_read(address: str, security: str, port: int) -> None:
    server = mail_server(address)
    assert (server.security, server.port, server.sender) == (security, port, "office@example.cn")
    assert (server.user, server.password) == (("", "") if security == "none" else ("u@x.cn", "p/w"))


@pytest.mark.parametrize(
    "address",
    [
        "http://mail.example.cn?from=office@example.cn",
        "smtp://mail.example.cn",
        "smtps:///x?from=a@b.cn",
        "smtp://user:secret@mail.example.cn?from=a@b.cn&tls=none",
        "smtp://mail.example.cn?from=a@b.cn&tls=perhaps",
    ],
)
def test_a_wrong_setting_is_refused_without_telling_the_password(address: str) -> None:
    with pytest.raises(ValueError, match=r"expected|not sent") as caught:
        mail_server(address)
    assert "secret" not in str(caught.value)


# ---- robots ---------------------------------------------------------------------------------------------------------


def letter(address: str, body: str = "请办理。") -> Letter:
    return Letter("<x@y>", address, "主题", body)


def test_wecom_and_dingtalk_get_text(robots: RobotSink) -> None:
    robot(ChannelKind.WECOM, f"{robots.address}/cgi-bin/webhook/send?key=")(letter("KEY"))
    robot(ChannelKind.DINGTALK, f"{robots.address}/robot/send?access_token=")(letter("TOKEN"))
    assert robots.posts == [
        ("/cgi-bin/webhook/send?key=KEY", {"msgtype": "text", "text": {"content": "请办理。"}}),
        ("/robot/send?access_token=TOKEN", {"msgtype": "text", "text": {"content": "请办理。"}}),
    ]


def test_dingtalk_is_signed_over_the_time_and_the_secret(robots: RobotSink) -> None:
    robot(ChannelKind.DINGTALK, f"{robots.address}/robot/send?access_token=")(letter("TOKEN SECabc"))
    asked = parse_qs(urlsplit(robots.posts[0][0]).query)
    stamp = asked["timestamp"][0]
    expected = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert asked["access_token"] == ["TOKEN"]
    assert base64.b64decode(asked["sign"][0]) == expected
    assert len(stamp) == 13  # milliseconds


def test_feishu_is_signed_in_its_body(robots: RobotSink) -> None:
    robots.answer = b'{"code":0,"msg":"success","data":{}}'
    carry = robot(ChannelKind.FEISHU, f"{robots.address}/open-apis/bot/v2/hook/")
    carry(letter("TOKEN"))
    carry(letter("TOKEN secret"))
    (path, plain), (_, signed) = robots.posts
    assert (path, plain) == ("/open-apis/bot/v2/hook/TOKEN", {"msg_type": "text", "content": {"text": "请办理。"}})
    key = f"{signed['timestamp']}\nsecret".encode()
    assert base64.b64decode(signed["sign"]) == hmac.new(key, b"", hashlib.sha256).digest()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"errcode":310000,"errmsg":"keywords not in content"}', "refused code 310000"),
        (b'{"code":9499,"msg":"Bad Request"}', "refused code 9499"),
        (b"<html>", "unreadable"),
        (b"[]", "refused code None"),
    ],
)
def test_http_200_with_an_error_code_is_no_delivery(robots: RobotSink, answer: bytes, reason: str) -> None:
    robots.answer = answer
    with pytest.raises(Undelivered, match=reason):
        robot(ChannelKind.WECOM, f"{robots.address}/?key=")(letter("KEY"))


def test_being_sent_elsewhere_is_a_refusal(robots: RobotSink) -> None:
    with robot_sink() as elsewhere:
        robots.status, robots.headers = 307, {"Location": elsewhere.address}
        with pytest.raises(Undelivered, match="refused HTTP 307"):
            robot(ChannelKind.WECOM, f"{robots.address}/?key=")(letter("KEY"))
        assert elsewhere.posts == []


def test_a_failure_never_tells_the_token(robots: RobotSink) -> None:
    robots.status = 500
    for address in (f"{robots.address}/?key=", "http://127.0.0.1:9/?key="):
        with pytest.raises(Undelivered) as caught:
            robot(ChannelKind.WECOM, address)(letter("SECRETTOKEN"))
        assert "SECRETTOKEN" not in str(caught.value)
        assert caught.value.__suppress_context__


def test_a_long_message_is_cut_at_a_line_where_the_service_has_a_limit(robots: RobotSink) -> None:
    body = "\n".join(f"第 {number} 行：请办理。" for number in range(300))
    robot(ChannelKind.WECOM, f"{robots.address}/?key=")(letter("KEY", body))
    sent = robots.posts[0][1]["text"]["content"]
    assert len(sent.encode()) <= 2048
    assert sent.endswith("请办理。\n…")
    assert shortened("短", 2048) == "短"
    assert len(shortened("长" * 3000, 2048).encode()) <= 2048


def test_by_default_only_official_hosts_are_asked_and_mail_needs_a_server() -> None:
    assert {urlsplit(known.address).netloc for known in ROBOTS.values()} == {
        *("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn")
    }
    assert all(known.address.startswith("https://") for known in ROBOTS.values())
    assert set(carriers(None)) == set(ROBOTS)
    assert "mail" in carriers(mail_server("smtps://mail.example.cn?from=a@b.cn"))


def test_every_reason_is_told_in_both_languages() -> None:
    for reason in Reason:
        kept = str(Undelivered(reason, "SMTP 550"))
        assert explained(kept).zh != kept
        assert explained(kept).en.endswith("(SMTP 550)")
        assert "(" not in explained(str(Undelivered(reason))).en
    assert explained("").zh == ""

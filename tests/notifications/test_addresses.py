"""Addresses are what they must be or nothing: nobody makes this server ask another host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import Invalid
from workflows.notifications.addresses import ROBOTS, ChannelKind, checked, masked

KEY = "693a91f6-7c00-4e1b-9f0a-6d5c2b3a4f10"
TOKEN = "0123456789abcdef" * 4
SECRET = "SEC" + TOKEN


@pytest.mark.parametrize(
    ("kind", "typed", "secret", "kept"),
    [
        ("mail", " wang@example.cn ", "", "wang@example.cn"),
        ("wecom", KEY, "", KEY),
        ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", "", KEY),
        ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", SECRET, f"{TOKEN} {SECRET}"),
        ("dingtalk", TOKEN, "", TOKEN),
        (
            "feishu",
            f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
            "a1B2c3D4e5F6g7H8",
            f"{KEY} a1B2c3D4e5F6g7H8",
        ),
    ],
)
def test_what_people_paste_is_understood(kind: str, typed: str, secret: str, kept: str) -> None:
    assert checked(kind, typed, secret) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("mail", ""),
        ("mail", "wang"),
        ("mail", "wang@localhost"),
        ("mail", "wang@example.cn, li@example.cn"),
        ("mail", "wang@example.cn\nBcc: li@example.cn"),
        ("mail", "Wang <wang@example.cn>"),
        ("mail", "mailto://user:pass@127.0.0.1"),
        ("wecom", "http://127.0.0.1/cgi-bin/webhook/send?key=" + KEY),
        ("wecom", "https://qyapi.weixin.qq.com.evil.cn/cgi-bin/webhook/send?key=" + KEY),
        ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&debug=1"),
        ("wecom", f"https://qyapi.weixin.qq.com@10.0.0.1/{KEY}"),
        ("wecom", f"{KEY}/../../secret"),
        ("dingtalk", TOKEN.upper() + "/x"),
        ("dingtalk", f"http://oapi.dingtalk.com/robot/send?access_token={TOKEN}"),
        ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}?x=1"),
        ("feishu", "file:///etc/passwd"),
        ("telegram", "x"),
        ("", KEY),
    ],
)
def test_anything_else_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(Invalid):
        checked(kind, typed)


def test_a_wrong_secret_is_refused_where_it_was_typed() -> None:
    for kind, token in (("dingtalk", TOKEN), ("wecom", KEY), ("feishu", KEY)):
        with pytest.raises(Invalid) as caught:
            checked(kind, token, "not a secret")
        assert [mistake.path for mistake in caught.value.mistakes] == ["/secret"]


@given(typed=st.text(max_size=80), kind=st.sampled_from(sorted(ROBOTS)))
def test_a_robots_address_never_names_another_host(typed: str, kind: ChannelKind) -> None:
    try:
        kept = checked(kind, typed)
    except Invalid:
        return
    assert not set(kept) & set("/:@?#.&% \\")


@given(typed=st.emails())
def test_a_mail_address_is_one_line_and_one_person(typed: str) -> None:
    try:
        kept = checked("mail", typed)
    except Invalid:
        return
    assert kept.count("@") == 1
    assert not set(kept) & set(',;<>\r\n "')


def test_what_is_kept_is_shown_masked() -> None:
    assert masked("mail", "wangzhiqiang@example.cn") == "w***@example.cn"
    assert masked("dingtalk", f"{TOKEN} {SECRET}") == "…cdef"
    assert masked("wecom", "") == masked("mail", "") == ""

"""The kinds of channel and what an address of each looks like. Nothing else is accepted, and none is shown again.

A robot of 企业微信, 钉钉 or 飞书 is known by its token; its web address is put together here, from the official host alone,
so that nobody can make this server ask another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from workflows.errors import Invalid, Mistake
from workflows.text import Text, written


class ChannelKind(StrEnum):
    MAIL = "mail"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


@dataclass(frozen=True, slots=True)
class _Robot:
    """How the web address of a robot begins, what its token and its signing secret look like."""

    address: str
    token: str
    secret: str = ""


_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ROBOTS: Mapping[ChannelKind, _Robot] = MappingProxyType(
    {
        ChannelKind.WECOM: _Robot("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", _UUID),
        ChannelKind.DINGTALK: _Robot(
            "https://oapi.dingtalk.com/robot/send?access_token=", r"[0-9a-f]{64}", r"SEC[0-9A-Za-z]{32,128}"
        ),
        ChannelKind.FEISHU: _Robot("https://open.feishu.cn/open-apis/bot/v2/hook/", _UUID, r"[0-9A-Za-z]{16,64}"),
    }
)
TITLES: Mapping[ChannelKind, Text] = MappingProxyType(
    {
        ChannelKind.MAIL: Text("邮件", "Mail"),
        ChannelKind.WECOM: Text("企业微信", "WeCom"),
        ChannelKind.DINGTALK: Text("钉钉", "DingTalk"),
        ChannelKind.FEISHU: Text("飞书", "Feishu"),
    }
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_LONGEST_MAIL = 254


def checked(kind: str, typed: str, secret: str = "") -> str:
    """The address as it is kept: a mail address, or a token with its signing secret after a blank.

    `typed` is the mail address, the robot's token or its whole web address. Raises `Invalid` at `/kind`, `/address` or
    `/secret`.
    """
    if kind not in tuple(ChannelKind):
        raise Invalid([Mistake("/kind", Text("请选择一种渠道。", "Choose a kind of channel."))])
    address, secret = written(typed), written(secret)
    if kind == ChannelKind.MAIL:
        if len(address) > _LONGEST_MAIL or not _MAIL.fullmatch(address):
            raise Invalid([Mistake("/address", Text("请填写一个邮箱地址。", "Give one mail address."))])
        return address
    robot = ROBOTS[ChannelKind(kind)]
    token = address.removeprefix(robot.address)
    mistakes = []
    if not re.fullmatch(robot.token, token):
        mistakes.append(Mistake("/address", _no_token(ChannelKind(kind), robot)))
    if secret and not re.fullmatch(robot.secret, secret):
        mistakes.append(Mistake("/secret", _no_secret(ChannelKind(kind), robot)))
    if mistakes:
        raise Invalid(mistakes)
    return f"{token} {secret}".strip()


def masked(kind: str, address: str) -> str:
    """As much of an address as tells its owner which one it is."""
    if kind == ChannelKind.MAIL:
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}" if host else ""
    token = address.partition(" ")[0]
    return f"…{token[-4:]}" if token else ""


def _no_token(kind: ChannelKind, robot: _Robot) -> Text:
    title = TITLES[kind]
    return Text(
        f"这不是{title.zh}机器人的地址。请粘贴 {robot.address}… 的完整地址，或其中的令牌。",
        f"This is no {title.en} robot. Paste its whole address, {robot.address}…, or the token in it.",
    )


def _no_secret(kind: ChannelKind, robot: _Robot) -> Text:
    title = TITLES[kind]
    if not robot.secret:
        return Text(
            f"{title.zh}机器人没有加签密钥，请留空。", f"{title.en} robots have no signing secret: leave it empty."
        )
    return Text(f"这不是{title.zh}机器人的加签密钥。", f"This is no signing secret of a {title.en} robot.")

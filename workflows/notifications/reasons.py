"""Why a message was not taken: a word that is kept with it, what the other side said, and a sentence for the reader.

Neither names an address or a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workflows.text import Text


class Reason(StrEnum):
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    NOT_SET_UP = "not_set_up"
    FAILED = "failed"
    ENDED = "ended"


_SENTENCES: Mapping[str, Text] = MappingProxyType(
    {
        Reason.UNREACHABLE: Text("连接不上", "no connection"),
        Reason.REFUSED: Text("对方拒收", "refused by the other side"),
        Reason.UNREADABLE: Text("对方的答复无法识别", "the answer cannot be read"),
        Reason.NOT_SET_UP: Text("本系统没有配置这种渠道", "not set up on this server"),
        Reason.FAILED: Text("发送时出错", "sending failed"),
        Reason.ENDED: Text("渠道或账号已停用", "the channel or the account has ended"),
    }
)


def explained(kept: str) -> Text:
    """The sentence for a reason as it is kept: its word, and perhaps what the other side said."""
    word, _, said = kept.partition(" ")
    sentence = _SENTENCES.get(word)
    if sentence is None:
        return Text(kept, kept)
    return Text(f"{sentence.zh}（{said}）", f"{sentence.en} ({said})") if said else sentence

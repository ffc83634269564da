"""What a message says: a line for each notice, in the person's language, with the number and title of its case and a link.

Nothing personal goes out beyond them: what people wrote stays in the application.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflows.text import Text

LINES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One notice."""

    case_id: int
    number: str
    title: Text
    sentence: Text


@dataclass(frozen=True, slots=True)
class Site:
    """Where the application is reached, for links. Without an address a message has none.

    `case`: the address of a case by its id; `settings`: of a person's settings; `host`: the name in message ids.
    """

    case: Callable[[int], str] = lambda case_id: ""
    settings: str = ""
    host: str = "jianhui.invalid"


def compose(lines: Sequence[Line], locale: str, site: Site) -> tuple[str, str]:
    """Subject and text of a message about notices."""
    first, count = lines[0], len(lines)
    subject = Text(f"【建会】{first.title.zh}（{first.number}）", f"[Jianhui] {first.title.en} ({first.number})")
    if count > 1:
        subject = Text(f"【建会】{count} 条通知", f"[Jianhui] {count} notices")
    parts = [_told(line, locale, site) for line in lines[:LINES_AT_MOST]]
    if (left := count - LINES_AT_MOST) > 0:
        parts.append(Text(f"另有 {left} 条，请登录查看。", f"{left} more: sign in to read them.").to(locale))
    if site.settings:
        parts.append(
            Text(f"更改或停用通知：{site.settings}", f"Change or end these messages: {site.settings}").to(locale)
        )
    return subject.to(locale), "\n\n".join([subject.to(locale), *parts]) + "\n"


def trial(locale: str, site: Site) -> tuple[str, str]:
    """Subject and text of the message that tries out a channel."""
    subject = Text("【建会】测试消息", "[Jianhui] Test message").to(locale)
    body = Text("这个渠道可以收到建会的通知。", "This channel receives the notices of Jianhui.").to(locale)
    return subject, "\n\n".join(part for part in (subject, body, site.settings) if part) + "\n"


def _told(line: Line, locale: str, site: Site) -> str:
    parts = (f"{line.number} {line.title.to(locale)}", line.sentence.to(locale), site.case(line.case_id))
    return "\n".join(part for part in parts if part)

"""What an official paper says, before it gets a number and a layout."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from workflows.documents.text_forms import full_widths

DRAFT_NUMBER = "（草稿）"  # what stands in place of the number as long as a paper is not issued


class PaperForm(StrEnum):
    """The kinds of official paper 文种 that procedures issue."""

    REQUEST = "请示"
    REPLY = "批复"
    NOTICE = "通知"
    LETTER = "函"
    REPORT = "报告"
    OPINION = "意见"

    @property
    def goes_up(self) -> bool:
        """Whether it addresses a superior, and therefore names its signer 签发人 beside the number (GB/T 9704-2012, 7.2.6)."""
        return self in (PaperForm.REQUEST, PaperForm.REPORT)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body. ``level`` 0 is plain text; 1 to 4 are headings 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3).

    ``heading`` is the part that is set in the face of its level; ``text`` follows it in the same paragraph.
    """

    level: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperText:
    """The frozen words of one paper. Every string is one line of plain text."""

    code: str
    form: PaperForm
    issuer: str
    recipient: str
    title: str
    signer: str
    body: tuple[Paragraph, ...]
    attachments: tuple[str, ...]
    copies: tuple[str, ...]
    note: str
    dated_on: date

    @property
    def is_letter(self) -> bool:
        """Whether it takes the letter form 信函格式 (GB/T 9704-2012, 10.1)."""
        return self.form is PaperForm.LETTER

    @property
    def body_text(self) -> str:
        """The body as plain text, a blank line between paragraphs: for search and for the page."""
        return "\n\n".join(p.heading + p.text for p in self.body)

    def to_json(self) -> dict[str, Any]:
        """Plain values, from which the same paper can be laid out again."""
        return {**asdict(self), "form": self.form.value, "dated_on": self.dated_on.isoformat()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PaperText:
        """The inverse of :meth:`to_json`."""
        return cls(
            code=data["code"],
            form=PaperForm(data["form"]),
            issuer=data["issuer"],
            recipient=data["recipient"],
            title=data["title"],
            signer=data["signer"],
            body=tuple(Paragraph(**paragraph) for paragraph in data["body"]),
            attachments=tuple(data["attachments"]),
            copies=tuple(data["copies"]),
            note=data["note"],
            dated_on=date.fromisoformat(data["dated_on"]),
        )


_HEADINGS = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、")),
    (2, re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    (3, re.compile(r"\d{1,2}[.．](?!\d)")),
    (4, re.compile(r"[（(]\d{1,2}[）)]")),
)
_SET_OFF = (1, 2)
_LONGEST_HEADING = 40  # full-width characters


def paragraph(text: str) -> Paragraph:
    """A line of plain text as a paragraph, its level from its ordinal.

    Of levels 1 and 2 a line without full stop is a heading, and so is a short first sentence before others; a numbered
    statement such as 一、同意成立…。 is text.
    """
    for level, ordinal in _HEADINGS:
        if ordinal.match(text):
            sentence, stop, rest = text.partition("。")
            if level not in _SET_OFF or (stop and not rest) or full_widths(sentence) > _LONGEST_HEADING:
                return Paragraph(level, "", text)
            return Paragraph(level, sentence + stop, rest)
    return Paragraph(0, "", text)


_TITLE_WIDTH = 19  # full-width characters of size 2 号 that fit one line of 156 mm, one left free
_BREAK_AFTER = re.compile(
    r"(?:关于|同意|不予|成立|建立|设立|组建|批准|征求|总工会|工作委员会|联合会|委员会|办公室|开发区|集聚区|示范区|园区|同志"
    r"|、|》|的(?!(?:请示|批复|通知|函|复函|报告|意见)$))$"
)
_INSIDE_A_PHRASE = 60.0  # what a break inside a phrase costs, in squared characters of unevenness
_NEVER_STARTS = "的了和与及、，。：；）》」』”’！？"
_NEVER_ENDS = "（《「『“‘"


def title_lines(title: str, width: int = _TITLE_WIDTH) -> tuple[str, ...]:
    """The title in as few lines as it needs, about equally long and broken where a phrase ends.

    GB/T 9704-2012, 7.3.1: 回行时要做到词意完整，排列对称，长短适宜. ``width`` counts full-width characters.
    """
    total = full_widths(title)
    if total <= width:
        return (title,)
    count = math.ceil(total / width)
    target = total / count

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[str, ...]]:
        """The cheapest way to break what follows ``start`` into so many lines, with its cost."""
        rest = title[start:]
        if lines == 1:
            length = full_widths(rest)
            return ((length - target) ** 2 if length <= width else math.inf, (rest,))
        found: tuple[float, tuple[str, ...]] = (math.inf, ())
        for cut in range(1, len(rest)):
            head, tail = rest[:cut], rest[cut:]
            length = full_widths(head)
            if length > width:
                break
            if length < target / 2 or not _may_break(head, tail):
                continue
            later, following = best(start + cut, lines - 1)
            cost = (length - target) ** 2 + (0 if _BREAK_AFTER.search(head) else _INSIDE_A_PHRASE) + later
            if cost < found[0]:
                found = (cost, (head, *following))
        return found

    for lines in (count, count + 1):
        cost, broken = best(0, lines)
        if cost < math.inf:
            return broken
    return (title,)


def _may_break(head: str, tail: str) -> bool:
    inside_word = head[-1].isascii() and tail[0].isascii() and head[-1].isalnum() and tail[0].isalnum()
    return not inside_word and tail[0] not in _NEVER_STARTS and head[-1] not in _NEVER_ENDS

"""What an official paper says, before it gets a number and a layout."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from workflows.documents.text_forms import full_widths


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
_NEVER_STARTS = "的了和与及、，。：；）》」』”’！？"
_NEVER_ENDS = "（《「『“‘"


def title_lines(title: str, width: int = _TITLE_WIDTH) -> tuple[str, ...]:
    """The title in as few lines as it needs, about equally long and broken where a phrase ends.

    GB/T 9704-2012, 7.3.1: 回行时要做到词意完整，排列对称，长短适宜. ``width`` counts full-width characters.
    """
    total = full_widths(title)
    if total <= width:
        return (title,)
    count = int(-(-total // width))
    best = _broken(title, count, total / count, width)
    return best[1] if best else title_lines(title, width + 1)


def _broken(text: str, count: int, target: float, width: int) -> tuple[float, tuple[str, ...]] | None:
    """The cheapest way to break ``text`` into ``count`` lines, with its cost; None if it does not fit."""
    if count == 1:
        length = full_widths(text)
        return ((length - target) ** 2, (text,)) if length <= width else None
    best: tuple[float, tuple[str, ...]] | None = None
    for cut in range(1, len(text)):
        head, tail = text[:cut], text[cut:]
        length = full_widths(head)
        if length > width:
            break
        if length < target / 2 or tail[0] in _NEVER_STARTS or head[-1] in _NEVER_ENDS or _inside_word(head, tail):
            continue
        rest = _broken(tail, count - 1, target, width)
        if rest is None:
            continue
        cost = (length - target) ** 2 + (0 if _BREAK_AFTER.search(head) else 60) + rest[0]
        if best is None or cost < best[0]:
            best = (cost, (head, *rest[1]))
    return best


def _inside_word(head: str, tail: str) -> bool:
    return head[-1].isascii() and tail[0].isascii() and head[-1].isalnum() and tail[0].isalnum()

"""Reading what somebody typed as the values the law works with; the same for the command line and for pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from workflows.law.counts import Votes
from workflows.text import Text

_COUNT = re.compile(r"\d{1,9}")
_FRACTION = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
_PERCENT = re.compile(r"(\d{1,3})\s*%")
_BETWEEN_PEOPLE = re.compile(r"[,，;；\n]+")
_ONE = re.compile(r"(?P<name>.*?)\s*[=：:]\s*(?P<votes>\d{1,9}(?:\s*/\s*\d{1,9}){0,2})")


class Unreadable(ValueError):
    """What was typed is no such value; ``reason`` says what is."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


Reader = Callable[[str], Any]


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()


def count(typed: str) -> int:
    """A number of people or things: "1 250" and "1,250" are 1250."""
    digits = re.sub(r"(?<=\d)[,\s](?=\d)", "", _plain(typed))
    if not _COUNT.fullmatch(digits):
        raise Unreadable(Text("请填写不小于 0 的整数。", "Enter a whole number from 0."))
    return int(digits)


def amount(typed: str) -> Decimal:
    """An amount of money or a share as an exact decimal number: "1,250,000.00"."""
    digits = re.sub(r"(?<=\d)[,\s](?=\d)", "", _plain(typed))
    try:
        if len(digits) > 30 or not re.fullmatch(r"\d+(\.\d+)?", digits):
            raise InvalidOperation
        return Decimal(digits)
    except InvalidOperation:
        raise Unreadable(Text("请填写数字，例如 1250000.00。", "Enter a number such as 1250000.00.")) from None


def share(typed: str) -> Fraction:
    """A share as an exact fraction: "90/100" or "90%"."""
    plain = _plain(typed)
    if (found := _PERCENT.fullmatch(plain)) is not None:
        return Fraction(int(found[1]), 100)
    found = _FRACTION.fullmatch(plain)
    if found is None or int(found[2]) == 0:
        raise Unreadable(Text("请填写分数，例如 90/100 或者 90%。", "Enter a fraction such as 90/100, or 90%."))
    return Fraction(int(found[1]), int(found[2]))


def day(typed: str) -> date:
    """A day as 2026-03-10; "2026年3月10日" and "2026/3/10" are read too."""
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", _plain(typed))
    try:
        if found is None or not 1949 <= int(found[1]) <= 2199:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Unreadable(Text("请填写日期，例如 2026-03-10。", "Enter a day such as 2026-03-10.")) from None


def votes(typed: str) -> tuple[Votes, ...]:
    """Votes by person: "A=100, B=98" in favour; "A=100/40/9" in favour, against, abstained; "+C=5" was written in."""
    people = []
    for part in filter(None, (part.strip() for part in _BETWEEN_PEOPLE.split(_plain(typed)))):
        found = _ONE.fullmatch(part)
        if found is None or not found["name"].lstrip("+").strip():
            raise Unreadable(
                Text(
                    f"看不懂“{part[:40]}”；请写成“姓名=赞成票”，例如 张三=100，或者 张三=100/40/9（赞成/反对/弃权）。",
                    f"“{part[:40]}” is no “name=votes”, such as A=100, or A=100/40/9 (in favour/against/abstained).",
                )
            )
        numbers = [int(number) for number in found["votes"].split("/")]
        against = numbers[1] if len(numbers) > 1 else None
        abstained = numbers[2] if len(numbers) > 2 else None
        name = found["name"].strip()
        people.append(Votes(name.lstrip("+").strip(), numbers[0], against, abstained, name.startswith("+")))
    if not people:
        raise Unreadable(Text("至少填写一人的得票。", "Enter the votes of one person at least."))
    return tuple(people)


def word(typed: str) -> str:
    """A short word such as the number of a timer."""
    plain = _plain(typed)
    if not plain or len(plain) > 40:
        raise Unreadable(Text("请填写。", "This is needed."))
    return plain

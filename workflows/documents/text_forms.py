"""How dates, numbers and names are written in an official paper, and which characters may stand in one."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

_DIGITS = "零一二三四五六七八九"
_CARRIES = ("", "十", "百", "千")
_MYRIAD = 10_000
CN_NUMBER_LIMIT = _MYRIAD * _MYRIAD

# Not dropped: private use and unassigned, where rare characters of names live that are newer than this interpreter.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_NONCHARACTERS = frozenset("\ufffe\uffff")


def cn_date(value: object) -> str:
    """2026年3月5日, from a date, a datetime or a text that begins with an ISO date (as answers hold them)."""
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        value = date.fromisoformat(str(value)[:10])
    return f"{value.year}年{value.month}月{value.day}日"


def cn_number(value: object) -> str:
    """A whole number in Chinese numerals, as in 第{{ term | cn_number }}届: 2 → 二, 12 → 十二, 105 → 一百零五.

    Raises ValueError for anything but a whole number from 0 to 99,999,999.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"{value!r} is not a whole number")
    number = int(value)
    if not 0 <= number < CN_NUMBER_LIMIT:
        raise ValueError(f"{number} is not between 0 and {CN_NUMBER_LIMIT - 1}")
    if number == 0:
        return _DIGITS[0]
    high, low = divmod(number, _MYRIAD)
    if not high:
        written = _below_myriad(low)
    else:
        gap = _DIGITS[0] if 0 < low < _MYRIAD // 10 else ""
        written = _below_myriad(high) + "万" + gap + _below_myriad(low)
    return written[1:] if written.startswith("一十") else written


def _below_myriad(number: int) -> str:
    written = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            written += _DIGITS[digit] + _CARRIES[place]
        elif written and number % 10**place and not written.endswith(_DIGITS[0]):
            written += _DIGITS[0]
    return written


def plain_line(text: str) -> str:
    """One line of printable text: no control, bidirectional or invisible characters, runs of white space made one space.

    What somebody typed is printed as it is; only characters that show nothing, or reorder what is shown, are dropped.
    """
    spaced = "".join(" " if c in "\t\n\r\v\f\u2028\u2029" else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED_CATEGORIES and c not in _NONCHARACTERS)
    return " ".join(part for part in kept.split(" ") if part).strip("\u00a0")


def joined(first: str, second: str) -> str:
    """Two lines of one paragraph as running text: a space only between two Latin words."""
    if not first or not second:
        return first + second
    return f"{first} {second}" if _is_latin(first[-1]) and _is_latin(second[0]) else first + second


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()


def full_widths(text: str) -> float:
    """How many full-width characters wide a text is; a half-width character counts as one half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)

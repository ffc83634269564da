"""What somebody looks for, and where it stands in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from workflows.errors import Invalid, Mistake
from workflows.text import Text, readable

AT_MOST = 8
LONGEST = 100
AROUND = 36  # characters shown before and after what was found

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTERS = re.compile(r"[^\W_]")
_BRACKETS = str.maketrans("[]［］【】", "〔〕〔〕〔〕")


class Piece(NamedTuple):
    """A part of a text; `marked` when it is what was looked for."""

    text: str
    marked: bool


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, each once. Raises `Invalid` at `/q` for one that is too short or too long to look for."""
    words = tuple(dict.fromkeys(str(readable(query.replace("\u3000", " "))).split()))
    text = "".join(words)
    if not _HAN.search(text) and len(_LETTERS.findall(text)) < 2:
        raise _invalid(
            "请至少输入一个汉字，或两个字母、数字。", "Type at least one Chinese character, or two letters or digits."
        )
    if len(words) > AT_MOST or len(text) > LONGEST:
        raise _invalid(
            f"请少写一些：最多 {AT_MOST} 个词、{LONGEST} 个字。",
            f"Look for less at once: at most {AT_MOST} words and {LONGEST} characters.",
        )
    return words


def every_word(words: Iterable[str], ways: Callable[[str], Iterable[ColumnElement[bool]]]) -> ColumnElement[bool]:
    """The condition that each of the words is found in one of the ways."""
    return and_(*(or_(*ways(word)) for word in words))


def stands_in(
    word: str, *columns: SQLColumnExpression[str] | SQLColumnExpression[str | None]
) -> list[ColumnElement[bool]]:
    """The conditions that a word stands in a column; upper and lower case are the same, nothing is a wildcard."""
    return [column.icontains(word, autoescape=True) for column in columns]


def bracketed(word: str) -> str:
    """A word with the brackets of a paper's number, whichever were typed: 豫工发[2026]3号 is 豫工发〔2026〕3号."""
    return word.translate(_BRACKETS)


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a text."""
    folded = text.casefold()
    return any(word.casefold() in folded for word in words)


def pieces(text: str, words: Iterable[str], *, cut: bool = False) -> tuple[Piece, ...]:
    """A text in pieces, with the words marked; with `cut`, only what stands around the first word that is found."""
    text = " ".join(text.split()) if cut else text
    places = list(_places(text, words))
    first, last = (0, len(text)) if not cut else _window(text, places)
    found, at = [], first
    for start, end in places:
        start, end = max(start, at), min(end, last)
        if start >= end:
            continue
        found += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    found.append(Piece(text[at:last], False))
    around = [Piece("…" if first else "", False), *found, Piece("…" if last < len(text) else "", False)]
    return tuple(piece for piece in around if piece.text)


def _places(text: str, words: Iterable[str]) -> Iterable[tuple[int, int]]:
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return ((match.start(), match.end()) for match in re.finditer(pattern, text, re.IGNORECASE)) if pattern else ()


def _window(text: str, places: list[tuple[int, int]]) -> tuple[int, int]:
    start, end = places[0] if places else (0, 0)
    first = max(0, start - AROUND)
    return first, min(len(text), max(end, first) + 2 * AROUND)


def _invalid(zh: str, en: str) -> Invalid:
    text = Text(zh, en)
    return Invalid([Mistake("/q", text)], text)

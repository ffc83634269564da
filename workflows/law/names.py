"""R-319, R-355: names stand on ballots and lists in the order of surname strokes 姓氏笔画.

Fewer strokes of the surname come first; equal numbers go by the kinds of stroke as they are written, 横竖撇点折. Within
one surname a single given name comes first, then the given name is compared in the same way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from workflows.text import Text

_AFTER_EVERYTHING = 10_000  # strokes of a character that is not in the table
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class ByStrokes:
    """Names in their order, and those whose place a person has to find: their first character is not in the table."""

    names: tuple[str, ...]
    unplaced: tuple[str, ...]

    @property
    def flags(self) -> tuple[Text, ...]:
        if not self.unplaced:
            return ()
        return (
            Text(
                f"笔画表中没有以下姓名的姓氏，暂排最后，请人工核对：{'、'.join(self.unplaced)}。",
                f"The table has no strokes for these surnames; they stand last and need a person's eye: "
                f"{', '.join(self.unplaced)}.",
            ),
        )


def same_name(name: str) -> str:
    """A name as names are compared: half-width, without spaces, any case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def strokes(character: str) -> int | None:
    """How many strokes a character has; None when it is not in the table."""
    written = _table().get(character)
    return len(written) if written else None


def by_surname_strokes(names: Iterable[str]) -> ByStrokes:
    """Put names into the order of surname strokes, whatever order they come in; nothing is added or left out."""
    ordered = tuple(sorted(names, key=_place))
    return ByStrokes(ordered, tuple(name for name in ordered if _first(name) not in _table()))


def in_order(names: Sequence[str]) -> bool:
    """Whether names stand in the order of surname strokes."""
    return list(names) == sorted(names, key=_place)


def _place(name: str) -> tuple[_Key, int, tuple[_Key, ...], str]:
    compact = same_name(name)
    return _key(compact[:1]), len(compact), tuple(_key(character) for character in compact[1:]), name


def _first(name: str) -> str:
    return same_name(name)[:1]


def _key(character: str) -> _Key:
    written = _table().get(character, "")
    return len(written) or _AFTER_EVERYTHING, written, character


@cache
def _table() -> dict[str, str]:
    """Character -> its strokes in writing order, one digit each."""
    content = (resources.files("workflows.law") / "strokes.txt").read_text(encoding="utf-8")
    return {line[0]: line[1:] for line in content.splitlines() if line and not line.startswith("#")}

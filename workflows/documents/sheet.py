"""A record on paper in plain parts, for a page and for a PDF alike: sections of facts, tables, words and signed items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what they are."""

    pairs: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; `widths` are parts of the whole, one for each column, or none at all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text; `is_quoted` when somebody wrote them, `is_quiet` for what stands in the background."""

    text: str
    is_quoted: bool = False
    is_quiet: bool = False
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Item:
    """Something under a name of its own: its state, what belongs to it, and who signed it."""

    title: str
    state: str = ""
    blocks: tuple[Facts | Table | Words, ...] = ()
    signed: str = ""
    kind: Literal["item"] = "item"


Block = Facts | Table | Words | Item


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet; `empty` is said where it has nothing."""

    heading: str
    blocks: tuple[Block, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole: what it is, of what, and by whom and when it was printed. `language` is "zh" or "en"."""

    kind: str
    title: str
    number: str
    printed: str
    sections: tuple[Section, ...]
    language: str = field(default="zh")

"""Text in both languages, for sentences that are made inside the workflows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and in English; both are always present."""

    zh: str
    en: str

    def to(self, locale: str) -> str:
        """The sentence for a locale such as ``zh_Hans_CN`` or ``en``; any locale that is not Chinese reads English."""
        return self.zh if locale.lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return self.zh


def inside_quotes(text: Text) -> Text:
    """A title, ready to stand between quotation marks."""
    return Text(*(words.replace("“", "‘").replace("”", "’") for words in (text.zh, text.en)))


def readable(value: Any) -> Any:
    """Text without control characters but line breaks and tabs, and without what reorders or hides text.

    PostgreSQL keeps no NUL, and what somebody reads must be what is kept. Other values stay as they are.
    """
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    if isinstance(value, Mapping):
        return {readable(key): readable(item) for key, item in value.items()}
    return [readable(item) for item in value] if isinstance(value, list) else value


def written(typed: str) -> str:
    """What somebody wrote: readable, with nothing around it."""
    return str(readable(typed)).strip()

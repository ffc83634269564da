"""Text in both languages, for sentences that are made inside the workflows."""

from __future__ import annotations

from dataclasses import dataclass


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

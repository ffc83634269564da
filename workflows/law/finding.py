"""What the law says about given numbers, together with everything needed to believe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workflows.text import Text

Scalar = str | int | bool | None


class Confidence(StrEnum):
    """How well a rule or number is founded."""

    SOURCED = "sourced"  # found verbatim in a cited source
    HIGH = "high"  # not found verbatim; no reasonable doubt
    MEDIUM = "medium"
    LOW = "low"
    CHOSEN = "chosen"  # no rule: a choice of this system that an office may see and, where it may be set, change

    @property
    def label(self) -> Text:
        return _CONFIDENCE[self]


_CONFIDENCE = {
    Confidence.SOURCED: Text("有出处", "sourced"),
    Confidence.HIGH: Text("把握大，原文未见", "high confidence, wording not seen"),
    Confidence.MEDIUM: Text("把握一般，原文未见", "medium confidence, wording not seen"),
    Confidence.LOW: Text("把握小，待核实", "low confidence, to be verified"),
    Confidence.CHOSEN: Text("无明文规定，系统约定", "no rule found, convention of this system"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """An explained answer.

    ``verdict`` is a word of the function that made it, ``title`` the same for a reader; ``numbers`` are what was
    compared with what (persons, enterprises, days; a date is an ISO string, an unknown number is None); ``reasons``
    say why in sentences; ``alternatives`` say what else is possible; ``flags`` are warnings that do not change the
    verdict; ``missing`` lists what prevented a verdict.
    """

    verdict: str
    rule: str
    numbers: Mapping[str, Scalar]
    reasons: tuple[Text, ...]
    source: str
    confidence: str
    flags: tuple[Text, ...] = ()
    alternatives: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = ()
    title: Text = field(default=Text("", ""))

    def to_json(self) -> dict[str, Any]:
        """Plain values; every sentence is ``{"zh": …, "en": …}``."""
        return {
            "verdict": self.verdict,
            "title": _text_json(self.title),
            "rule": self.rule,
            "numbers": dict(self.numbers),
            "reasons": _texts_json(self.reasons),
            "source": self.source,
            "confidence": str(self.confidence),
            "flags": _texts_json(self.flags),
            "alternatives": _texts_json(self.alternatives),
            "missing": _texts_json(self.missing),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that :meth:`to_json` wrote."""
        return cls(
            verdict=data["verdict"],
            title=_text(data["title"]),
            rule=data["rule"],
            numbers=dict(data["numbers"]),
            reasons=_texts(data["reasons"]),
            source=data["source"],
            confidence=data["confidence"],
            flags=_texts(data["flags"]),
            alternatives=_texts(data["alternatives"]),
            missing=_texts(data["missing"]),
        )


def _text_json(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _texts_json(texts: Iterable[Text]) -> list[dict[str, str]]:
    return [_text_json(text) for text in texts]


def _text(data: Mapping[str, str]) -> Text:
    return Text(data["zh"], data["en"])


def _texts(data: Iterable[Mapping[str, str]]) -> tuple[Text, ...]:
    return tuple(_text(item) for item in data)

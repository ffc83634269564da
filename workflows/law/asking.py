"""What a question to the law is: the values it asks for, how they are read, and the answer it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows.calendar import Calendar
from workflows.errors import Invalid, Mistake
from workflows.law import typed
from workflows.law.finding import Finding
from workflows.law.protocol import Protocol
from workflows.law.rule_sets import Parameters
from workflows.law.typed import Reader, Unreadable
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Field:
    """One value that is asked for. ``read`` turns what was typed into it; ``lines``: it is typed in several lines;
    ``choices``: values to choose from, with their titles."""

    name: str
    label: Text
    read: Reader
    help: Text = field(default=Text("", ""))
    required: bool = True
    unit: Text = field(default=Text("", ""))
    lines: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    example: str = ""

    @property
    def is_day(self) -> bool:
        return self.read is typed.day


@dataclass(frozen=True, slots=True)
class Given:
    """What an answer is made from beside the values: the rules, the calendar, and the day of asking."""

    parameters: Parameters
    calendar: Calendar
    today: date


@dataclass(frozen=True, slots=True)
class Answer:
    """Findings, the one that was asked for first; ``more``: plain values beside them, such as names or a protocol."""

    findings: tuple[Finding, ...]
    more: Mapping[str, Any] = field(default_factory=dict)
    protocol: Protocol | None = None

    def to_json(self) -> dict[str, Any]:
        """The first finding, with everything else beside it."""
        first, *others = self.findings
        beside = {"others": [finding.to_json() for finding in others]} if others else {}
        counted = {"protocol": self.protocol.to_json()} if self.protocol else {}
        return {**first.to_json(), **self.more, **counted, **beside}


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """``renamed``: where the law's name of a value in a mistake is not the name of the field."""

    key: str
    title: Text
    summary: Text
    fields: tuple[Field, ...]
    answer: Callable[[Values, Given], Answer]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def ask(self, values: Values, given: Given) -> Answer:
        """The answer; Invalid when the values cannot be true together, each mistake at its field."""
        try:
            return self.answer(values, given)
        except Invalid as error:
            placed = [Mistake(self._place(mistake.path), mistake.message) for mistake in error.mistakes]
            raise Invalid(placed, error.message) from error

    def read(self, written: Mapping[str, str]) -> dict[str, Any]:
        """The values that were typed, None for what was left out; Invalid with a mistake at every unreadable field."""
        values: dict[str, Any] = {}
        mistakes = []
        for one in self.fields:
            text = written.get(one.name, "").strip()
            values[one.name] = None
            if not text:
                if one.required:
                    mistakes.append(Mistake(f"/{one.name}", Text("请填写。", "This is needed.")))
                continue
            try:
                values[one.name] = one.read(text)
            except Unreadable as error:
                mistakes.append(Mistake(f"/{one.name}", error.reason))
        if mistakes:
            raise Invalid(mistakes)
        return values

    def _place(self, path: str) -> str:
        first = path.strip("/").partition("/")[0]
        return f"/{self.renamed.get(first, first)}" if first else path

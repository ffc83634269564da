"""Versions of the law. A case keeps the rule set it was started under, so an old one is never changed or removed.

The numbers of a rule set stand in ``parameters/<name>.toml``: value, unit, rule, source, confidence, open point, and
whether an office may set it differently.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, cast

from workflows.law.finding import Confidence
from workflows.text import Text

CURRENT = "RS-2025"

Value = int | str | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number (or word) the law, or this system for want of a rule, works with.

    ``settable``: an office may set another value, within ``minimum`` and ``maximum``. What the text of a rule fixes is
    not settable.
    ``overridden``: the value was set by the office and is not the rule set's own.
    """

    name: str
    title: Text
    value: Value
    unit: str
    rule: str
    source: str
    confidence: Confidence
    open_point: str = ""
    settable: bool = False
    minimum: int | None = None
    maximum: int | None = None
    overridden: bool = False

    def refusal(self, value: object) -> Text | None:
        """Why ``value`` cannot be set for this parameter, or None if it can."""
        if not self.settable:
            return Text(
                f"“{self.title.zh}”由规定确定（{self.rule}），不能另行设定。",
                f"“{self.title.en}” is fixed by rule {self.rule} and cannot be set.",
            )
        if type(value) is not type(self.value):
            return Text(f"“{self.title.zh}”的值类型不对。", f"“{self.title.en}” needs another type of value.")
        if isinstance(value, int) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                return Text(
                    f"“{self.title.zh}”不得小于 {self.minimum}。",
                    f"“{self.title.en}” is at least {self.minimum}.",
                )
            if self.maximum is not None and value > self.maximum:
                return Text(
                    f"“{self.title.zh}”不得大于 {self.maximum}。",
                    f"“{self.title.en}” is at most {self.maximum}.",
                )
        return None


class Parameters(Mapping[str, Parameter]):
    """Parameters by name. Asking for a name that does not exist is a programming error (KeyError)."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = MappingProxyType(dict(parameters))

    def __getitem__(self, name: str) -> Parameter:
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def integer(self, name: str) -> int:
        """The value of a parameter that is a whole number."""
        value = self[name].value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"parameter {name} is no whole number")
        return value

    def word(self, name: str) -> str:
        """The value of a parameter that is a word."""
        value = self[name].value
        if not isinstance(value, str):
            raise TypeError(f"parameter {name} is no word")
        return value


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the law: what was in force from a day on, and its numbers."""

    name: str
    title: Text
    in_force_from: date
    note: Text
    parameters: Parameters

    def with_overrides(self, values: Mapping[str, object]) -> RuleSet:
        """This rule set with what an office set: parameter name -> value.

        An office sets a value once for all rule sets: one this rule set does not have, or fixes by a rule, is left
        alone. ValueError for a value of the wrong type or out of range; `Parameter.refusal` says so before it is set.
        """
        changed = dict(self.parameters)
        for name, value in values.items():
            parameter = self.parameters.get(name)
            if parameter is None or not parameter.settable:
                continue
            if reason := parameter.refusal(value):
                raise ValueError(f"{name}: {reason.en}")
            if value == parameter.value:
                continue
            changed[name] = replace(parameter, value=cast(Value, value), overridden=True, confidence=Confidence.CHOSEN)
        return replace(self, parameters=Parameters(changed))


@cache
def rule_set_names() -> tuple[str, ...]:
    """Every rule set that can be selected, oldest first."""
    folder = resources.files("workflows.law") / "parameters"
    names = [entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted(names, key=lambda name: rule_set(name).in_force_from))


@cache
def rule_set(name: str = CURRENT) -> RuleSet:
    """The rule set called ``name``; LookupError if there is none."""
    file = resources.files("workflows.law") / "parameters" / f"{name}.toml"
    if not name.startswith("RS-") or not name[3:].isalnum() or not file.is_file():
        raise LookupError(f"there is no rule set {name!r}")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return RuleSet(
        name=name,
        title=Text(**data["title"]),
        in_force_from=data["in_force_from"],
        note=Text(**data["note"]),
        parameters=Parameters({key: _parameter(key, entry) for key, entry in data["parameters"].items()}),
    )


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        title=Text(**entry["title"]),
        confidence=Confidence(entry["confidence"]),
        **{key: value for key, value in entry.items() if key not in {"title", "confidence"}},
    )

"""What a cell of a decision table asks of a value: a small part of the DMN standard's S-FEEL, read and never run.

Allowed are ``-`` (anything), texts in straight quotes, whole numbers, ``true`` and ``false``, ``< 5``, ``>= 5``,
intervals such as ``[1..5]`` and ``]1..5]``, several of these separated by commas, and ``not(…)`` around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.errors import BadFile
from workflows.text import Text

Value = str | int | bool | None

MAX_LENGTH = 300

_NUMBER = r"-?\d{1,12}"
_PART = re.compile(
    rf"""\s*(?:
        "(?P<text>[^"\\]*)"
        | (?P<flag>true|false)
        | (?P<than><=|>=|<|>)\s*(?P<bound>{_NUMBER})
        | (?P<open>[\[(\]])\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\s*(?P<close>[\])\[])
        | (?P<whole>{_NUMBER})
    )\s*(?:,(?=.)|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_NOT = re.compile(r"not\s*\((.*)\)\Z", re.DOTALL)


class TestRefused(BadFile):
    """The cell holds something else; the message says what may stand there."""

    __test__ = False  # no test of pytest
    code = "unary_test_refused"


@dataclass(frozen=True, slots=True)
class Equal:
    """One value; a text never equals a number, and true is not 1."""

    value: str | int | bool

    def hits(self, value: Value) -> bool:
        return type(value) is type(self.value) and value == self.value

    def points(self) -> Iterator[Value]:
        yield self.value


@dataclass(frozen=True, slots=True)
class Between:
    """Whole numbers from ``low`` to ``high``, both included; None where there is no limit."""

    low: int | None
    high: int | None

    def hits(self, value: Value) -> bool:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def points(self) -> Iterator[Value]:
        for limit in (self.low, self.high):
            if limit is not None:
                yield from (limit - 1, limit, limit + 1)


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """A whole cell. Without ``parts`` it asks for nothing."""

    parts: tuple[Equal | Between, ...] = ()
    negated: bool = False

    def hits(self, value: Value) -> bool:
        """Whether a value passes; a value that is not known (None) passes only where nothing is asked."""
        if not self.parts:
            return True
        return value is not None and any(part.hits(value) for part in self.parts) is not self.negated

    def points(self) -> Iterator[Value]:
        """The values around which its answer changes."""
        for part in self.parts:
            yield from part.points()

    @property
    def literals(self) -> tuple[str, ...]:
        """The texts it names."""
        return tuple(part.value for part in self.parts if isinstance(part, Equal) and isinstance(part.value, str))


def read(cell: str) -> UnaryTest:
    """The test a cell holds; raises TestRefused."""
    written = cell.strip()
    if written in ("", "-"):
        return UnaryTest()
    if len(written) > MAX_LENGTH:
        raise TestRefused(Text(f"超过 {MAX_LENGTH} 个字符。", f"This is longer than {MAX_LENGTH} characters."))
    around = _NOT.match(written)
    return UnaryTest(tuple(_parts(around.group(1) if around else written)), negated=around is not None)


def read_text(cell: str) -> str:
    """The one text in straight quotes that a cell of the output column holds; raises TestRefused."""
    test = read(cell)
    if len(test.parts) != 1 or test.negated or not test.literals:
        raise TestRefused(
            Text('结果写成一段带引号的文字，例如 "staffing_authority"。', "The answer is one quoted text.")
        )
    return test.literals[0]


def _parts(written: str) -> Iterator[Equal | Between]:
    place = 0
    while place < len(written) or not written:
        found = _PART.match(written, place)
        if found is None:
            raise TestRefused(
                Text(
                    f"看不懂“{written[place : place + 40]}”：只能写 -、带引号的文字、整数、true、false、比较（>= 5）、"
                    "区间（[1..5]），用逗号隔开，或者 not(…)。",
                    f'"{written[place : place + 40]}" cannot be read: only -, quoted texts, whole numbers, true, false, '
                    "comparisons (>= 5), intervals ([1..5]), commas between them, and not(…).",
                )
            )
        yield _part(found)
        place = found.end()


def _part(found: re.Match[str]) -> Equal | Between:
    if found["text"] is not None:
        return Equal(found["text"])
    if found["flag"]:
        return Equal(found["flag"] == "true")
    if found["whole"]:
        return Equal(int(found["whole"]))
    if found["than"]:
        bound = int(found["bound"])
        above = {">": bound + 1, ">=": bound}.get(found["than"])
        return Between(above, {"<": bound - 1, "<=": bound}.get(found["than"]))
    low, high = int(found["low"]), int(found["high"])
    between = Between(low + (found["open"] != "["), high - (found["close"] != "]"))
    if between.low is not None and between.high is not None and between.low > between.high:
        raise TestRefused(Text(f"区间 {found[0].strip()} 是空的。", f"The interval {found[0].strip()} is empty."))
    return between

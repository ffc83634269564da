"""Decision tables (DMN) of a procedure folder: what an office may tune without touching a diagram.

A file holds one decision with one table: inputs are fields of forms, written ``step.field``; there is one output column;
the hit policy is UNIQUE or FIRST. Everything else of DMN is refused, and nothing in a table is ever executed as code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.engine import unary_tests
from workflows.engine.bpmn_file import NotADiagram, local_name, self_contained
from workflows.engine.diagram import Element
from workflows.engine.findings import CheckFinding
from workflows.engine.unary_tests import TestRefused, UnaryTest, Value
from workflows.text import Text

SUFFIX = ".dmn"
POLICIES = ("UNIQUE", "FIRST")
MAX_INPUTS, MAX_RULES = 8, 200

_FAMILY = "www.omg.org/spec/DMN/"  # every version of the standard names its elements the same way
_DRAWN = ("DMNDI", "DMNDiagram")
_KNOWN = {
    "definitions": {"decision"},
    "decision": {"decisionTable", "description", "variable"},
    "decisionTable": {"input", "output", "rule", "annotation"},
    "input": {"inputExpression", "inputValues"},
    "output": {"outputValues"},
    "rule": {"description", "inputEntry", "outputEntry", "annotationEntry"},
}


@dataclass(frozen=True, slots=True)
class Input:
    """A column that asks: the ``field`` of the form of a ``step``."""

    id: str
    label: str
    step: str
    field: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: what it asks of each input, its answer, and what its author wrote beside it."""

    id: str
    tests: tuple[UnaryTest, ...]
    answer: str
    note: str

    def hits(self, values: tuple[Value, ...]) -> bool:
        return all(test.hits(value) for test, value in zip(self.tests, values, strict=True))


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table as its file says it. ``output`` is the title of the answers."""

    title: str
    policy: str
    inputs: tuple[Input, ...]
    output: str
    rules: tuple[Rule, ...]

    def values(self, answers: Mapping[str, Mapping[str, Any]]) -> tuple[Value, ...]:
        """What the inputs hold, from the answers by step; None for what was not answered."""
        found = (answers.get(column.step, {}).get(column.field) for column in self.inputs)
        return tuple(value if isinstance(value, str | int | bool) else None for value in found)

    def decide(self, answers: Mapping[str, Mapping[str, Any]]) -> Rule | None:
        """The first row that holds for the answers; None when none does. A checked UNIQUE table has at most one."""
        values = self.values(answers)
        return next((rule for rule in self.rules if rule.hits(values)), None)

    def texts(self) -> Iterator[str]:
        """Every text for people."""
        yield self.title
        yield from (column.label for column in self.inputs)
        yield self.output
        yield from (rule.note for rule in self.rules)


class _Unfit(Exception):
    """One thing that keeps the table from being read."""

    def __init__(self, element: Element | None, zh: str, en: str) -> None:
        super().__init__(zh)
        self.element = "" if element is None else str(element.get("id") or local_name(element))
        self.reason = Text(zh, en)


def read(file: str, content: bytes) -> tuple[DecisionTable | None, tuple[CheckFinding, ...]]:
    """The table of a file, or why it cannot be read: file, element, reason."""
    try:
        return _table(self_contained(content)), ()
    except NotADiagram as error:
        return None, (CheckFinding(file, "", error.message),)
    except _Unfit as unfit:
        return None, (CheckFinding(file, unfit.element, unfit.reason),)


def _table(root: Element) -> DecisionTable:
    if local_name(root) != "definitions" or _FAMILY not in root.tag:
        raise _Unfit(None, "根元素不是 DMN 的 definitions。", "The root is not the definitions element of DMN.")
    _allowed(root)
    decision = _only(root, "decision")
    table = _only(decision, "decisionTable")
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in POLICIES or table.get("aggregation"):
        raise _Unfit(table, "命中策略只能是 UNIQUE 或者 FIRST。", "The hit policy is UNIQUE or FIRST.")
    inputs = tuple(_input(column) for column in _children(table, "input"))
    rules = tuple(_rule(row, len(inputs)) for row in _children(table, "rule"))
    if not 1 <= len(inputs) <= MAX_INPUTS or not 1 <= len(rules) <= MAX_RULES:
        raise _Unfit(
            table,
            f"须有 1 至 {MAX_INPUTS} 个输入列、1 至 {MAX_RULES} 条规则。",
            f"A table has 1 to {MAX_INPUTS} inputs and 1 to {MAX_RULES} rules.",
        )
    output = _only(table, "output")
    title = decision.get("name") or root.get("name") or ""
    return DecisionTable(title, policy, inputs, output.get("label") or output.get("name") or "", rules)


def _input(column: Element) -> Input:
    expression = _text(_only(column, "inputExpression"))
    step, dot, field = expression.partition(".")
    if not dot or not step.isidentifier() or not field.isidentifier():
        raise _Unfit(
            column, f"输入“{expression}”应写作 环节.字段。", f'The input "{expression}" should read step.field.'
        )
    return Input(column.get("id", ""), column.get("label") or expression, step, field)


def _rule(row: Element, inputs: int) -> Rule:
    asked, answers = _children(row, "inputEntry"), _children(row, "outputEntry")
    if len(asked) != inputs or len(answers) != 1:
        raise _Unfit(
            row,
            f"这一行应有 {inputs} 个条件和 1 个结果。",
            f"This row should have {inputs} conditions and 1 answer.",
        )
    for cell in (*asked, *answers):
        if cell.get("expressionLanguage"):
            raise _Unfit(cell, "不接受别的表达式语言。", "Other expression languages are not read.")
    tests = tuple(_cell(cell, unary_tests.read) for cell in asked)
    note = " ".join(_text(told) for told in _children(row, "description"))
    return Rule(row.get("id", ""), tests, _cell(answers[0], unary_tests.read_text), note)


def _cell(cell: Element, how: Any) -> Any:
    try:
        return how(_text(cell))
    except TestRefused as refused:
        raise _Unfit(cell, refused.message.zh, refused.message.en) from refused


def _text(element: Element) -> str:
    """What stands in the ``text`` below an element, or in the element itself."""
    below = next((child for child in element if local_name(child) == "text"), element)
    return (below.text or "").strip()


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local_name(child) == name]


def _only(element: Element, name: str) -> Element:
    found = _children(element, name)
    if len(found) != 1:
        raise _Unfit(element, f"应恰有一个 {name}。", f"There should be exactly one {name}.")
    return found[0]


def _allowed(element: Element) -> None:
    """Refuse what the allow-list does not know, from the root down."""
    known = _KNOWN.get(local_name(element))
    for child in element if known is not None else ():
        name = local_name(child)
        if name in _DRAWN or name == "extensionElements":
            continue
        if name not in (known or ()):
            raise _Unfit(child, f"决策表中不接受 {name}。", f"{name} is not read in a decision table.")
        _allowed(child)

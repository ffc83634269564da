"""Expressions in diagrams: comparisons, and, or, not, in, names and plain literals. Nothing else is ever evaluated.

An expression is Python syntax read by :mod:`ast` and walked by an evaluator of our own; nothing is compiled and run.
A name that is not known yet, such as the outcome of a step still ahead, reads as None. Comparing values that have no
order (None with a number) is false, not an error.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from workflows.errors import BadFile
from workflows.text import Text

MAX_LENGTH = 500
MAX_DEPTH = 20

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class ExpressionRefused(BadFile):
    """The expression is outside the allow-list; the message says what to write instead."""

    code = "expression_refused"

    def __init__(self, expression: str, reason: Text) -> None:
        super().__init__(reason, expression=expression[:MAX_LENGTH])


def refuse(expression: str) -> Text | None:
    """Why the expression may not stand in a diagram, or None when it may."""
    try:
        _tree(expression)
    except ExpressionRefused as refused:
        return refused.message
    return None


def evaluate(expression: str, data: Mapping[str, Any]) -> Any:
    """The value of the expression; raises ExpressionRefused before anything of it is evaluated."""
    return _value(_tree(expression), data)


def names(expression: str) -> frozenset[str]:
    """The names an allowed expression reads."""
    return frozenset(node.id for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name))


def expected_values(expression: str) -> Iterator[tuple[str, object]]:
    """Each (name, literal) that an allowed expression holds against each other with ==, != or in."""
    for node in ast.walk(_tree(expression)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for left, right in pairwise(sides):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, ast.Name):
                    yield from ((one.id, literal) for literal in _literals(other))


def _literals(node: ast.expr) -> Iterator[object]:
    if isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from _literals(element)


@lru_cache(maxsize=4096)
def _tree(expression: str) -> ast.expr:
    if len(expression) > MAX_LENGTH:
        raise ExpressionRefused(
            expression,
            Text(f"表达式超过 {MAX_LENGTH} 个字符。", f"The expression is longer than {MAX_LENGTH} characters."),
        )
    try:
        body = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionRefused(
            expression,
            Text(
                '表达式写法有误。条件写作 步骤 == "结果"，例如 review == "approve"。',
                'The expression cannot be read. A condition reads step == "outcome", such as review == "approve".',
            ),
        ) from error
    _allow(body, expression, 0)
    return body


def _allow(node: ast.AST, expression: str, depth: int) -> None:
    reason = _objection(node, depth)
    if reason is not None:
        raise ExpressionRefused(expression, reason)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            _allow(child, expression, depth + 1)


def _objection(node: ast.AST, depth: int) -> Text | None:
    if depth > MAX_DEPTH:
        return Text(f"表达式嵌套超过 {MAX_DEPTH} 层。", f"The expression is nested deeper than {MAX_DEPTH} levels.")
    match node:
        case ast.Constant():
            if type(node.value) in (str, int, bool, type(None)):
                return None
            return Text(
                "只允许文字、整数、True、False 和 None。", "Only text, whole numbers, True, False and None are allowed."
            )
        case ast.Name():
            if _NAME.match(node.id):
                return None
            return Text(
                f"名称“{node.id}”不允许：只用字母、数字和下划线，以字母开头。",
                f'The name "{node.id}" is not allowed: letters, digits and underscores, beginning with a letter.',
            )
        case ast.Compare():
            return _objection_to_comparison(node)
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Tuple() | ast.List():
            return None
    kind = type(node).__name__
    return Text(
        f"表达式中不允许 {kind}：只能用比较、and、or、not、in、名称和简单的值；不能调用函数、取属性或下标。",
        f"{kind} is not allowed: only comparisons, and, or, not, in, names and plain values; "
        "no calls, attributes or subscripts.",
    )


def _objection_to_comparison(node: ast.Compare) -> Text | None:
    for op, right in zip(node.ops, node.comparators, strict=True):
        if type(op) not in _COMPARISONS:
            return Text("不用 is，请写 == 或 !=。", "Write == or != instead of is.")
        if isinstance(op, ast.In | ast.NotIn) and not isinstance(right, ast.Tuple | ast.List | ast.Name):
            return Text(
                '“in”的右边要写成列表，例如 review in ("approve", "submit")。',
                'What follows "in" is a list, such as review in ("approve", "submit").',
            )
    return None


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return data.get(node.id)
        case ast.Tuple() | ast.List():
            return tuple(_value(element, data) for element in node.elts)
        case ast.UnaryOp():
            return not _value(node.operand, data)
        case ast.BoolOp(op=ast.And()):
            return all(_value(part, data) for part in node.values)
        case ast.BoolOp():
            return any(_value(part, data) for part in node.values)
        case ast.Compare():
            return _compare(node, data)
    raise AssertionError(f"{type(node).__name__} passed the allow-list but has no meaning")


def _compare(node: ast.Compare, data: Mapping[str, Any]) -> bool:
    left = _value(node.left, data)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, data)
        try:
            if not _COMPARISONS[type(op)](left, right):
                return False
        except TypeError:
            return False
        left = right
    return True


def _among(value: object, values: object) -> bool:
    """Membership in a list of values; text within text does not count, so that "no" is not in "none"."""
    return isinstance(values, tuple | list) and value in values


def _not_among(value: object, values: object) -> bool:
    return not _among(value, values)


_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _among,
    ast.NotIn: _not_among,
}

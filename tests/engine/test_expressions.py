"""Expressions in diagrams: what is refused, what it means, and that nothing else is ever run."""

from __future__ import annotations

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflows.engine.expressions import (
    MAX_LENGTH,
    ExpressionRefused,
    evaluate,
    expected_values,
    names,
    refuse,
)

HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    "open('/etc/passwd').read()",
    "review.__class__",
    "review['x']",
    "[x for x in (1, 2)]",
    "lambda: 1",
    "(review := 'approve')",
    "f'{review}'",
    "9 ** 9 ** 9",
    "'a' * 10_000_000",
    "1 if review else 2",
    "review is None",
    "-1 == review",
    "{'a': 1}",
    "{1, 2}",
    "*review",
    "review.approve == 'x'",
    "print(1)",
    "...",
    "b'x' == review",
    "1.5 < review",
    "1j == review",
    "__builtins__",
    "_hidden == 1",
    "'no' in 'none'",
    "review == 'approve'; review",
    "import os",
    "",
    "   ",
    "review ==",
    "(" * 300,
    "not " * 100 + "review",
    "审批 == 'approve'",
    "ｒｅｖｉｅｗ.x",
    "review == 'a\x00b'\x00",
    "await review",
    "yield",
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_hostile_or_unreadable_expressions_are_refused_with_a_reason_in_both_languages(expression: str) -> None:
    reason = refuse(expression)
    assert reason is not None
    assert reason.zh
    assert reason.en
    with pytest.raises(ExpressionRefused):
        evaluate(expression, {"review": "approve"})


def test_a_long_expression_is_refused() -> None:
    assert refuse("review == 'x'" + " or review == 'x'" * (MAX_LENGTH // 17 + 1)) is not None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('review == "approve"', True),
        ('review != "approve"', False),
        ('review in ("approve", "return")', True),
        ('review not in ["approve"]', False),
        ('review == "approve" and zone_id == 7', True),
        ('review == "refuse" or zone_id > 6', True),
        ("not ahead", True),
        ("ahead == None", True),
        ('ahead == "approve"', False),
        ("ahead < 3", False),
        ("ahead >= 3", False),
        ("1 < zone_id < 9", True),
        ("1 < zone_id < 5", False),
        ("True", True),
        ("zone_id", 7),
        ('"general_union"', "general_union"),
        ('("a", zone_id)', ("a", 7)),
        ("  review == 'approve'\n", True),
        ("review in verdict", False),
    ],
)
def test_what_an_expression_means(expression: str, expected: object) -> None:
    assert refuse(expression) is None
    assert evaluate(expression, {"review": "approve", "zone_id": 7, "verdict": "approved"}) == expected


def test_names_and_expected_values_are_found_for_the_checks() -> None:
    expression = '(review == "approve" or review in ("return", "refuse")) and "submit" != fill_in and zone_id == other'
    assert names(expression) == {"review", "fill_in", "zone_id", "other"}
    assert set(expected_values(expression)) == {
        ("review", "approve"),
        ("review", "return"),
        ("review", "refuse"),
        ("fill_in", "submit"),
    }


class Tripwire(dict):  # type: ignore[type-arg]
    """Data that notices being used for anything but reading plain names."""

    def get(self, key: str, default: object = None) -> object:
        assert key.isidentifier()
        assert not key.startswith("_")
        return super().get(key, default)


atoms = st.sampled_from(
    ["review", "zone_id", "'approve'", "1", "None", "True", "()", "(1, 'a')", "[]", "__import__", "os.system", "x()"]
)
operators = st.sampled_from(
    [" == ", " != ", " < ", " in ", " not in ", " and ", " or ", " is ", " + ", " ** ", ".", ", "]
)
built = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, operators, inner).map(lambda parts: f"({''.join(parts)})"),
        inner.map(lambda part: f"not {part}"),
        inner.map(lambda part: f"{part}()"),
        inner.map(lambda part: f"{part}[0]"),
    ),
    max_leaves=12,
)


@given(st.one_of(st.text(max_size=60), built))
@example("\ud800")
def test_any_text_is_either_refused_or_evaluated_to_plain_values(expression: str) -> None:
    data = Tripwire(review="approve", zone_id=7)
    if refuse(expression) is not None:
        with pytest.raises(ExpressionRefused):
            evaluate(expression, data)
        return
    value = evaluate(expression, data)
    assert isinstance(value, str | int | bool | tuple | None)
    forbidden = (ast.Call, ast.Attribute, ast.Subscript, ast.Lambda, ast.BinOp, ast.comprehension, ast.JoinedStr)
    assert not any(isinstance(node, forbidden) for node in ast.walk(ast.parse(expression.strip(), mode="eval")))

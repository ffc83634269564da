"""Unified social credit codes of GB 32100-2015."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.law.credit_code import ALPHABET, check_character, normalised, refusal

# published codes of well-known companies
KNOWN = ["9144030071526726XG", "91110000802100433B"]
bodies = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)


@given(bodies)
def test_a_code_with_its_check_character_is_accepted(body: str) -> None:
    assert refusal(body + check_character(body)) is None


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_changed_character_is_found(body: str, position: int, other: str) -> None:
    code = body + check_character(body)
    changed = code[:position] + other + code[position + 1 :]
    assert (refusal(changed) is None) == (changed == code)


@given(bodies, st.integers(8, 15))
def test_two_swapped_neighbours_are_found(body: str, position: int) -> None:
    code = body + check_character(body)
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert (refusal(swapped) is None) == (swapped == code)


@given(st.text(max_size=30))
def test_no_text_breaks_the_check(text: str) -> None:
    refusal(normalised(text))


@pytest.mark.parametrize("code", KNOWN)
def test_codes_in_use_are_accepted(code: str) -> None:
    assert refusal(code) is None


def test_writing_is_normalised() -> None:
    assert normalised(" ９１440300-71526726xg ") == "9144030071526726XG"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "缺少"),
        ("9144030071526726X", "17 位"),
        ("914403007I526726XG", "是否应为“1”"),
        ("91A4030071526726XG", "行政区划"),
        ("9144030071526726XH", "校验位"),
        ("914403007152号726XG", "“号”"),
    ],
)
def test_the_refusal_says_what_is_wrong(code: str, says: str) -> None:
    text = refusal(code)
    assert text is not None
    assert says in text.zh
    assert text.en

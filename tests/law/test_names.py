"""R-319: the order of surname strokes on ballots and lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.law.names import by_surname_strokes, in_order, strokes

STROKES = {
    "丁": 2,
    "于": 3,
    "王": 4,
    "刘": 6,
    "李": 7,
    "张": 7,
    "陈": 7,
    "周": 8,
    "赵": 9,
    "郭": 10,
    "黄": 11,
    "魏": 17,
}


def test_the_strokes_of_common_surnames() -> None:
    assert {name: strokes(name) for name in STROKES} == STROKES
    assert strokes("A") is None


def test_fewer_strokes_first_then_the_kinds_of_stroke() -> None:
    names = ["赵六", "张三", "王五", "李四", "方一", "孔二", "毛三", "丁一"]
    assert by_surname_strokes(names).names == ("丁一", "王五", "毛三", "方一", "孔二", "李四", "张三", "赵六")


def test_within_one_surname_a_single_given_name_comes_first() -> None:
    assert by_surname_strokes(["王一二", "王五", "王一"]).names == ("王一", "王五", "王一二")


def test_surnames_that_are_not_in_the_table_stand_last_and_are_named() -> None:
    found = by_surname_strokes(["Ann", "魏一", "𠮷田"])
    assert found.names[0] == "魏一"
    assert set(found.unplaced) == {"Ann", "𠮷田"}
    assert "Ann" in found.flags[0].zh
    assert by_surname_strokes(["魏一"]).flags == ()


@given(st.lists(st.text(alphabet="王李张刘陈丁A ·甲乙", max_size=4)))
def test_nothing_is_lost_and_the_order_of_the_input_makes_no_difference(names: list[str]) -> None:
    found = by_surname_strokes(names).names
    assert sorted(found) == sorted(names)
    assert found == by_surname_strokes(reversed(names)).names
    assert in_order(found)

"""What one line of a workbook means: values as offices write them, and reasons for what cannot be taken over."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.workbooks import HEADINGS, csv, xlsx
from tests.make import credit_code
from workflows.errors import BadFile
from workflows.ledger.columns import COLUMNS
from workflows.ledger.rows import Row, Status, judge
from workflows.workbooks.cells import CellRefused, value_of
from workflows.workbooks.columns import only_table
from workflows.workbooks.opening import open_workbook

TODAY = date(2026, 11, 23)


def code(number: int) -> str:
    return credit_code(90_000 + number)


def row(number: int, employees: Any = 30, data_on: Any = "2026-11-01", operating: Any = "在营") -> list[Any]:
    return [code(number), f"第{number}有限公司", operating, employees, data_on]


def rows_of(content: bytes, filename: str) -> list[Row]:
    return judge(only_table(open_workbook(content, filename), COLUMNS), {}, TODAY)


def judged(*rows: Sequence[Any], headings: Sequence[Any] = HEADINGS) -> list[Row]:
    return rows_of(xlsx(*rows, headings=headings), "台账.xlsx")


def only_reason(rows: list[Row]) -> tuple[str, str]:
    (reason,) = rows[0].reasons
    assert rows[0].status is Status.REFUSED
    assert reason.sentence.en
    return reason.place, reason.sentence.zh


@given(st.sampled_from(COLUMNS), st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.dates())
def test_no_cell_breaks_a_column(column: Any, cell: Any) -> None:
    with suppress(CellRefused):
        value_of(column, cell, TODAY)


@pytest.mark.parametrize(
    "written",
    ["2026-03-05", "2026-3-5", "2026/3/5", "2026年3月5日", "2026 年 3 月 5 日", "２０２６-０３-０５", " 2026-03-05 ", "20260305",
     20260305, 46086, date(2026, 3, 5), datetime(2026, 3, 5, 8, 30)],  # noqa: DTZ001
)  # fmt: skip
def test_dates_as_offices_write_them(written: Any) -> None:
    shown = judged(row(1, data_on=written))
    assert shown[0].values["data_on"] == date(2026, 3, 5)


@pytest.mark.parametrize("written", [30, 30.0, "30", "３０", " 30 人", "30.0", "30名"])
def test_counts_as_offices_write_them(written: Any) -> None:
    assert judged(row(1, employees=written))[0].values["employees"] == 30


def test_a_thousands_separator_is_understood() -> None:
    assert judged(row(1, employees="1,234"))[0].values["employees"] == 1234


@pytest.mark.parametrize(
    ("cells", "place", "says"),
    [
        ({"employees": -1}, "D2", "负数"),
        ({"employees": "－3"}, "D2", "负数"),
        ({"employees": 12.5}, "D2", "不是整数"),
        ({"employees": "约一百"}, "D2", "“约一百”不是人数"),
        ({"employees": "1,23"}, "D2", "不是人数"),
        ({"employees": True}, "D2", "不是人数"),
        ({"employees": 10**12}, "D2", "过大"),
        ({"employees": "=SUM(A1:A9)"}, "D2", "公式"),
        ({"employees": "#N/A"}, "D2", "错误"),
        ({"data_on": "2026-02-30"}, "E2", "不是日期"),
        ({"data_on": "2026-3"}, "E2", "不是日期"),
        ({"data_on": "2027-01-01"}, "E2", "之后"),
        ({"data_on": "去年"}, "E2", "2026-03-05"),
        ({"operating": "不清楚"}, "C2", "可选：在营、不在营"),
    ],
)
def test_a_refused_cell_is_named_with_the_reason_and_the_remedy(cells: dict[str, Any], place: str, says: str) -> None:
    found, sentence = only_reason(judged(row(1, **cells)))
    assert found == place
    assert says in sentence


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "没有填写"),
        ("91410100000000018X", "校验位"),
        ("9141010000", "10 位"),
        (914101000000000180, "存成了数字"),
        ("9.14101E+17", "存成了数字"),
        ("9141010000O000018X", "是否应为“0”"),
    ],
)
def test_credit_codes_are_checked(written: Any, says: str) -> None:
    place, sentence = only_reason(judged([written, *row(1)[1:]]))
    assert place == "A2"
    assert says in sentence


def test_a_code_in_full_width_and_small_letters_is_the_same_code() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code(1).lower())
    assert judged([f" {wide} ", *row(1)[1:]])[0].credit_code == code(1)


def test_a_code_twice_in_the_file_refuses_every_such_line_and_names_the_others() -> None:
    shown = judged(row(1), row(2), [code(1).lower(), *row(3)[1:]])
    assert [r.status for r in shown] == [Status.REFUSED, Status.NEW, Status.REFUSED]
    assert "与第 4 行重复" in shown[0].reasons[0].sentence.zh
    assert "与第 2 行重复" in shown[2].reasons[0].sentence.zh


@pytest.mark.parametrize("field", ["女职工数", "会员数", "农民工数"])
def test_a_part_is_not_larger_than_the_whole(field: str) -> None:
    place, sentence = only_reason(judged([*row(1), 31], headings=(*HEADINGS, field)))
    assert place == "F2"
    assert f"{field} 31 多于职工数 30" in sentence
    assert judged([*row(1), 30], headings=(*HEADINGS, field))[0].status is Status.NEW


def test_a_file_in_which_nothing_fits_is_refused_as_a_whole() -> None:
    line = ["x"] * len(COLUMNS)
    content = csv(*[line] * 9_000, headings=[column.title.zh for column in COLUMNS])
    with pytest.raises(BadFile, match=r"列错位.*A2 统一社会信用代码"):
        rows_of(content, "台账.csv")


def test_all_mistakes_of_a_row_are_listed_at_once() -> None:
    shown = judged(["123", "", "也许", -1, "昨天"])
    assert [reason.place for reason in shown[0].reasons] == ["A2", "B2", "C2", "D2", "E2"]


def test_control_characters_and_endless_text_are_refused() -> None:
    content = csv([code(1), "甲\x01公司", "在营", "1", "2026-11-01"], [code(2), "乙" * 201, "在营", "1", "2026-11-01"])
    shown = rows_of(content, "台账.csv")
    assert "控制字符" in shown[0].reasons[0].sentence.zh
    assert "超过 200 个字" in shown[1].reasons[0].sentence.zh


def test_a_csv_line_shifted_by_a_comma_is_refused() -> None:
    content = csv([code(1), "甲公司,乙公司", "在营", "1", "2026-11-01"])
    shown = rows_of(content, "台账.csv")
    assert "比表头多出 1 格" in shown[0].reasons[-1].sentence.zh

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from workflows.documents.text_forms import cn_date, cn_number, joined, plain_line


@pytest.mark.parametrize("value", [date(2026, 3, 5), "2026-03-05", datetime(2026, 3, 5, 9, tzinfo=UTC)])
def test_a_date_is_written_without_leading_zeros(value: object) -> None:
    assert cn_date(value) == "2026年3月5日"


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        cn_date("三月")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1010, "一千零一十"),
        (10_001, "一万零一"),
        (10_500, "一万零五百"),
        (120_305, "十二万零三百零五"),
        ("7", "七"),
    ],
)
def test_a_number_in_chinese_numerals(number: object, written: str) -> None:
    assert cn_number(number) == written


@pytest.mark.parametrize("number", [-1, 100_000_000, 1.5, True, None, "many"])
def test_what_has_no_numeral_is_refused(number: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        cn_number(number)


def test_characters_that_hide_or_reorder_text_are_dropped() -> None:
    assert plain_line("中原\u202e\u200b市\x00总\x1b工会\ufeff\n 办\t公 室 ") == "中原市总工会 办 公 室"


def test_rare_characters_of_names_are_kept() -> None:
    assert plain_line("王\U000323b0\ue863") == "王\U000323b0\ue863"


def test_lines_of_a_paragraph_run_on_with_a_space_only_between_latin_words() -> None:
    assert joined("现请示", "如下") == "现请示如下"
    assert joined("GB/T 9704", "page") == "GB/T 9704 page"
    assert joined("共112", "家") == "共112家"

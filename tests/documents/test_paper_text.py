from __future__ import annotations

import pytest

from tests.documents.samples import make_text
from workflows.documents.paper_text import PaperText, Paragraph, paragraph, title_lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("根据有关规定，请示如下：", Paragraph(0, "", "根据有关规定，请示如下：")),
        ("一、基本情况", Paragraph(1, "一、基本情况", "")),
        ("十二、基本情况。截至今日。", Paragraph(1, "十二、基本情况。", "截至今日。")),
        ("（一）工作基础。较好。", Paragraph(2, "（一）工作基础。", "较好。")),
        ("1.名称：总工会。", Paragraph(3, "", "1.名称：总工会。")),
        ("（1）名称", Paragraph(4, "", "（1）名称")),
        ("1.5万名职工。", Paragraph(0, "", "1.5万名职工。")),
    ],
)
def test_the_ordinal_makes_the_level(line: str, expected: Paragraph) -> None:
    assert paragraph(line) == expected


def test_a_numbered_statement_is_text_and_no_heading() -> None:
    assert paragraph("一、同意成立总工会。") == Paragraph(1, "", "一、同意成立总工会。")


def test_a_short_title_stays_on_one_line() -> None:
    assert title_lines("关于成立总工会的请示") == ("关于成立总工会的请示",)


def test_a_long_title_breaks_where_a_phrase_ends() -> None:
    assert title_lines("中原市总工会关于同意成立中原先进制造业开发区总工会的批复") == (
        "中原市总工会关于同意成立",
        "中原先进制造业开发区总工会的批复",
    )


@pytest.mark.parametrize("length", [19, 20, 39, 57, 120, 300])
def test_no_title_is_lost_or_too_wide(length: int) -> None:
    title = ("关于在产业集聚区成立总工会和（工会联合会）的若干意见，" * 20)[:length]
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(len(line) <= 20 for line in lines)
    assert not any(line[0] in "的，）" for line in lines)


def test_a_title_without_any_place_to_break_is_kept_whole() -> None:
    assert title_lines("a" * 90) == ("a" * 90,)


def test_the_words_survive_being_stored() -> None:
    text = make_text("一、情况。好。", attachments=("表",), copies=("甲", "乙"), note="联系人：王")
    assert PaperText.from_json(text.to_json()) == text

"""A record on paper as PDF: everything on it can be read back, and nothing on it is markup."""

from __future__ import annotations

import io
from datetime import date

import pypdf

from workflows.documents.layout_sheet import render
from workflows.documents.sheet import Facts, Item, Section, Sheet, Table, Words

DAY = date(2026, 3, 9)


def sheet(*sections: Section, title: str = "新安县产业集聚区：组建工会") -> Sheet:
    return Sheet("审批单", title, "建会〔2026〕1号", "刘芳于 2026-03-09 打印", sections)


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_every_kind_of_part_is_printed() -> None:
    item = Item(
        "请示", "同意", (Words("请尽快办理", is_quoted=True), Facts((("人数", "201"),))), "王志强　新安县总工会"
    )
    made = render(
        sheet(
            Section("基本情况", (Facts((("申请单位", "甲单位\n乙单位"),)),)),
            Section("审批意见", (Table(("环节", "意见"), (("初审", "同意"), ("决定", "不同意")), (1, 2)), item)),
            Section("公文", (), "还没有签发公文"),
        ),
        DAY,
    )
    text = text_of(made)
    for words in (
        "审批单",
        "建会〔2026〕1号",
        "甲单位",
        "乙单位",
        "决定",
        "不同意",
        "请尽快办理",
        "201",
        "新安县总工会",
    ):
        assert words in text, words
    assert "还没有签发公文" in text
    assert "1/1" in text


def test_what_people_typed_is_never_markup() -> None:
    typed = '#panic() $x$ *b* _i_ @ref <a> [b] \\ // /* ` " = - + ~'
    text = text_of(render(sheet(Section("意见", (Words(typed), Facts(((typed, typed),)))), title=typed), DAY))
    assert text.count("".join(typed.split())) == 4


def test_a_character_without_a_font_is_told_by_its_code() -> None:
    assert "好〔U+1F600〕" in text_of(render(sheet(Section("意见", (Words("好\U0001f600"),))), DAY))


def test_many_rows_go_over_pages_under_their_headings() -> None:
    rows = tuple((str(number), "经过") for number in range(150))
    pdf = render(sheet(Section("经过", (Table(("序号", "事情"), rows),))), DAY)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 2
    assert all("序号" in page for page in pages)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    made = sheet(Section("意见", (Words("同意"),)))
    assert render(made, DAY) == render(made, DAY)

"""The .docx: read back with python-docx, its words, its styles and its bytes."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from tests.documents.samples import make_text
from tests.documents.test_layout_pdf import HOSTILE, NUMBER, ROOT
from workflows.documents import layout_docx
from workflows.documents.paper_text import PaperForm


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def words(content: bytes) -> str:
    document = opened(content)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def part(content: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def test_it_says_everything_in_order() -> None:
    text = make_text(
        "请示如下：",
        "一、情况。良好。",
        "当否，请批示。",
        attachments=("统计表", "纪要"),
        copies=("甲委", "乙委"),
        note="联系人：王",
    )
    said = words(layout_docx.render(text, NUMBER))
    places = [
        said.index(piece)
        for piece in (
            "中原先进制造业开发区工会筹备组文件",
            f"{NUMBER}\t签发人：李建国",
            "关于成立中原先进制造业开发区\n总工会的请示",
            "中原市总工会：",
            "请示如下：",
            "一、情况。良好。",
            "附件：1.统计表\n2.纪要",
            "2026年11月23日\n（联系人：王）",
            "抄送：甲委，乙委。",
            "2026年11月23日印发",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_the_words_is_printed_as_it_is(hostile: str) -> None:
    text = make_text(
        hostile, title="标题", recipient=hostile, issuer=hostile, attachments=(hostile,), copies=(hostile,)
    )
    assert words(layout_docx.render(text, NUMBER)).count(hostile) >= 7


def test_the_page_has_the_margins_of_the_standard() -> None:
    section = opened(layout_docx.render(make_text(), NUMBER)).sections[0]
    assert (section.page_width, section.page_height) == (Mm(210), Mm(297)) or abs(section.page_width - Mm(210)) < 1000
    for actual, wanted in (
        (section.top_margin, 37),
        (section.bottom_margin, 35),
        (section.left_margin, 28),
        (section.right_margin, 26),
    ):
        assert abs(actual - Mm(wanted)) < Mm(0.1)


def test_every_paragraph_has_a_named_style_with_its_face() -> None:
    document = opened(layout_docx.render(make_text("一、标题", "（一）小标题", "正文", attachments=("表",)), NUMBER))
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert used >= {
        "发文机关标志",
        "发文字号",
        "公文标题",
        "主送机关",
        "公文正文",
        "公文一级标题",
        "公文二级标题",
        "附件说明",
        "署名日期",
    }
    assert "Normal" not in used
    faces = {
        style.name: style.element.rPr.rFonts.get(qn("w:eastAsia")) for style in document.styles if style.name in used
    }
    assert faces["公文正文"] == "仿宋_GB2312"
    assert faces["公文一级标题"] == "黑体"
    assert faces["公文二级标题"] == "楷体_GB2312"
    assert faces["公文标题"] == "方正小标宋简体"


def test_headings_have_outline_levels_for_the_navigation_of_the_word_processor() -> None:
    styles = part(layout_docx.render(make_text(), NUMBER), "word/styles.xml")
    levels = {
        style.find(qn("w:name")).get(qn("w:val")): style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}").get(qn("w:val"))
        for style in styles.findall(qn("w:style"))
        if style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is not None
    }
    assert levels == {
        "公文标题": "0",
        "公文一级标题": "1",
        "公文二级标题": "2",
        "公文三级标题": "3",
        "公文四级标题": "4",
    }


def test_the_language_is_chinese() -> None:
    styles = part(layout_docx.render(make_text(), NUMBER), "word/styles.xml")
    assert [language.get(qn("w:eastAsia")) for language in styles.iter(qn("w:lang"))] == ["zh-CN"]


def test_odd_and_even_pages_have_a_page_number_field() -> None:
    section = opened(layout_docx.render(make_text(), NUMBER)).sections[0]
    for footer in (section.footer, section.even_page_footer):
        fields = [field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE"]


def test_properties_stand_in_the_order_of_the_schema() -> None:
    order = ["pStyle", "keepNext", "keepLines", "pBdr", "tabs", "spacing", "ind", "jc", "outlineLvl", "rPr"]
    content = layout_docx.render(make_text("一、标题", attachments=("表",), copies=("甲",), note="注"), NUMBER)
    for name in ("word/document.xml", "word/styles.xml", "word/footer1.xml"):
        for properties in part(content, name).iter(qn("w:pPr")):
            names = [etree.QName(child).localname for child in properties]
            known = [order.index(child) for child in names if child in order]
            assert known == sorted(known), names


def test_a_letter_has_its_own_head_and_foot() -> None:
    content = layout_docx.render(make_text(form=PaperForm.LETTER, signer="", copies=("甲委",)), NUMBER)
    section = opened(content).sections[0]
    assert section.different_first_page_header_footer
    assert not list(section.first_page_footer._element.iter(qn("w:fldSimple")))
    assert "文件" not in words(content)
    assert "印发" not in words(content)
    assert "抄送：甲委。" in words(content)


def test_a_draft_has_no_number() -> None:
    assert "（草稿）" in words(layout_docx.render(make_text(), ""))


def test_the_same_paper_gives_the_same_bytes_in_every_process() -> None:
    content = layout_docx.render(make_text("好。"), NUMBER)
    program = (
        "import hashlib; from tests.documents.samples import make_text; from workflows.documents import layout_docx\n"
        f"print(hashlib.sha256(layout_docx.render(make_text('好。'), {NUMBER!r})).hexdigest())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"TZ": "America/Lima"},
        cwd=ROOT,
    )
    assert printed.stdout.strip() == hashlib.sha256(content).hexdigest()
    assert layout_docx.render(make_text("坏。"), NUMBER) != content


def test_nothing_of_the_machine_or_the_clock_is_in_the_file() -> None:
    content = layout_docx.render(make_text(), NUMBER)
    properties = opened(content).core_properties
    assert (properties.title, properties.author) == (make_text().title, make_text().issuer)
    assert properties.created == properties.modified
    assert properties.created.date() == make_text().dated_on
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name or "customXml" in name for name in package.namelist())


def test_a_voided_copy_shows_it_at_the_head_of_every_page_and_keeps_the_words() -> None:
    for form in (PaperForm.REQUEST, PaperForm.LETTER):
        frozen = layout_docx.render(make_text(form=form), NUMBER)
        before = hashlib.sha256(frozen).hexdigest()
        copy = layout_docx.voided(frozen)
        section = opened(copy).sections[0]
        headers = [section.header, section.even_page_header]
        if form is PaperForm.LETTER:
            headers.append(section.first_page_header)
        assert all("作废" in header.paragraphs[0].text for header in headers)
        assert words(copy) == words(frozen)
        assert hashlib.sha256(frozen).hexdigest() == before

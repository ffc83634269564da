"""The PDF: read back with pypdf, its words, its page and its bytes."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
from pypdf import PdfReader, mult

from tests.documents.samples import make_text
from workflows.documents import layout_pdf
from workflows.documents.paper_text import PaperForm, PaperText
from workflows.errors import Invalid

ROOT = Path(__file__).parents[2]
NUMBER = "中开发〔2026〕3号"
MILLIMETRE = 72 / 25.4
HOSTILE = [
    '#eval("1+1")',
    "*粗* _斜_ $x^2$ @ref <label>",
    r"\u{1F600} \ \alpha // 注释 /* x */",
    "<b>html</b> &amp; {{ 7*7 }}",
    '#import "x.typ": * `code` = 标题',
    '"]} , "number": "伪造',
]


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(pdf: bytes) -> str:
    return "".join("".join(pages(pdf)).split())


def lines_of(pdf: bytes, page: int = 0) -> list[tuple[float, float, str]]:
    """The pieces of text of a page with their place in millimetres from the left and from the top."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, outer: list[float], inner: list[float], _font: Any, _size: Any) -> None:
        if text.strip():
            matrix = mult(inner, outer)
            found.append((matrix[4] / MILLIMETRE, 297 - matrix[5] / MILLIMETRE, text.strip()))

    PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    return found


def test_it_says_everything_in_order() -> None:
    text = make_text(
        "请示如下：",
        "一、情况。良好。",
        "当否，请批示。",
        attachments=("统计表", "纪要"),
        copies=("甲委", "乙委"),
        note="联系人：王",
    )
    said = squeezed(layout_pdf.render(text, NUMBER))
    places = [
        said.index(part)
        for part in (
            "中原先进制造业开发区工会筹备组文件",
            NUMBER,
            "签发人：李建国",
            "关于成立中原先进制造业开发区总工会的请示",
            "中原市总工会：",
            "请示如下：",
            "一、情况。良好。",
            "附件：1.统计表2.纪要",
            "2026年11月23日（联系人：王）",
            "抄送：甲委，乙委。",
            "2026年11月23日印发",
        )
    ]
    assert places == sorted(places)


def test_a_downward_paper_names_no_signer() -> None:
    text = make_text(form=PaperForm.REPLY, signer="")
    assert "签发人" not in squeezed(layout_pdf.render(text, NUMBER))


def test_a_single_attachment_has_no_number() -> None:
    assert "附件：统计表" in squeezed(layout_pdf.render(make_text(attachments=("统计表",)), NUMBER))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_the_words_is_printed_as_it_is(hostile: str) -> None:
    text = make_text(
        hostile,
        title=hostile,
        recipient=hostile,
        signer=hostile,
        issuer=hostile,
        attachments=(hostile,),
        copies=(hostile,),
        note=hostile,
    )
    said = squeezed(layout_pdf.render(text, NUMBER))
    assert said.count("".join(hostile.split())) >= 7
    assert NUMBER in said


def test_the_page_is_a4_with_22_lines_of_28_characters() -> None:
    pdf = layout_pdf.render(make_text("字" * 28 * 60), NUMBER)
    first, page, *_ = PdfReader(io.BytesIO(pdf)).pages
    assert first.extract_text().count("字") > 100
    assert float(page.mediabox.width) / MILLIMETRE == pytest.approx(210, abs=0.1)
    assert float(page.mediabox.height) / MILLIMETRE == pytest.approx(297, abs=0.1)
    lines = [line for line in page.extract_text().splitlines() if "字" in line]
    assert len(lines) == 22
    assert {line.count("字") for line in lines} == {28}


def test_the_text_stands_inside_the_type_area_on_both_sides_of_a_sheet() -> None:
    pdf = layout_pdf.render(make_text("字" * 28 * 60), NUMBER)
    for page, left in ((1, 26), (2, 28)):  # the binding edge of 28 mm lies on the right of an even page
        body = [(x, y) for x, y, text in lines_of(pdf, page) if text.startswith("字")]
        assert min(x for x, _ in body) == pytest.approx(left, abs=0.3)
        assert min(y for _, y in body) > 37
        assert max(y for _, y in body) < 262


def test_the_number_of_a_page_stands_outside() -> None:
    pdf = layout_pdf.render(make_text("字" * 28 * 60), NUMBER)
    texts = pages(pdf)
    assert all(f"— {number} —" in text for number, text in enumerate(texts, 1))
    odd, even = (next(x for x, y, text in lines_of(pdf, page) if y > 262) for page in (0, 1))
    assert odd > 160
    assert even < 40


def test_no_page_carries_the_signature_alone() -> None:
    for count in range(1, 30):
        text = make_text(*["字" * 20] * count, "当否，请批示。", attachments=("统计表",))
        signed = next(page for page in pages(layout_pdf.render(text, NUMBER)) if "2026年11月23日\n" in page)
        assert "当否" in signed


def test_a_long_last_paragraph_begins_on_the_first_page() -> None:
    first, *_ = pages(layout_pdf.render(make_text("字" * 28 * 30), NUMBER))
    assert first.count("字") > 100


def test_a_heading_stays_with_what_it_heads() -> None:
    for count in range(1, 30):
        pdf = layout_pdf.render(make_text(*["字" * 20] * count, "一、小标题", "正文在此。", "完"), NUMBER)
        assert all(("小标题" in page) == ("正文在此" in page) for page in pages(pdf))


def test_a_letter_has_its_own_head_and_no_number_on_the_first_page() -> None:
    text = make_text("字" * 28 * 40, form=PaperForm.LETTER, signer="", copies=("甲委",))
    first, second, *_, last = pages(layout_pdf.render(text, "中开函〔2026〕1号"))
    assert "文件" not in first
    assert "— 1 —" not in first
    assert "— 2 —" in second
    assert "抄送：甲委。" in last.replace(" ", "")
    assert "印发" not in last


def test_a_draft_has_no_number_and_says_so_on_every_page() -> None:
    drafted = pages(layout_pdf.render(make_text("字" * 28 * 40), ""))
    assert all("草" in page and "稿" in page for page in drafted)
    assert "〔2026〕" not in drafted[0]


@pytest.mark.parametrize("name", ["工会", "中共河南省中原市航空港经济综合实验区先进制造业开发区工作委员会" * 2])
def test_the_name_of_the_issuer_always_fits_one_line(name: str) -> None:
    said = "".join(pages(layout_pdf.render(make_text(issuer=name), NUMBER))[0].split())
    assert said.startswith(f"{name}文件")


def test_the_same_paper_gives_the_same_bytes() -> None:
    text = make_text("一、情况。良好。", attachments=("统计表",))
    assert layout_pdf.render(text, NUMBER) == layout_pdf.render(text, NUMBER)
    assert layout_pdf.render(text, NUMBER) != layout_pdf.render(text, "中开发〔2026〕4号")


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.documents.samples import make_text; from workflows.documents import layout_pdf\n"
        f"print(hashlib.sha256(layout_pdf.render(make_text('好。'), {NUMBER!r})).hexdigest())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"TZ": "America/Lima"},
        cwd=ROOT,
    )
    assert printed.stdout.strip() == hashlib.sha256(layout_pdf.render(make_text("好。"), NUMBER)).hexdigest()


def test_threads_do_not_disturb_each_other() -> None:
    texts = [make_text(f"第{number}份。") for number in range(24)]
    alone = [layout_pdf.render(text, NUMBER) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda text: layout_pdf.render(text, NUMBER), texts)) == alone


def test_the_file_names_title_issuer_language_and_carries_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(layout_pdf.render(make_text(), NUMBER)))
    assert reader.metadata is not None
    assert reader.metadata.title == "关于成立中原先进制造业开发区总工会的请示"
    assert reader.metadata.author == "中原先进制造业开发区工会筹备组"
    assert str(reader.trailer["/Root"]["/Lang"]).lower().startswith("zh")  # type: ignore[index]
    fonts = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    descendants = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts]
    assert all(
        "/FontFile3" in font["/FontDescriptor"] or "/FontFile2" in font["/FontDescriptor"] for font in descendants
    )


@pytest.mark.parametrize(("character", "code"), [("\U000323b0", "U+323B0"), ("\ue863", "U+E863"), ("😀", "U+1F600")])
def test_a_character_without_a_font_is_refused_by_name_instead_of_printed_as_a_box(character: str, code: str) -> None:
    for number in (NUMBER, ""):
        with pytest.raises(Invalid) as caught:
            layout_pdf.render(make_text(f"任命王{character}为主席"), number)
        assert code in caught.value.message.zh
        assert code in caught.value.message.en


@pytest.mark.parametrize("character", "䶮㛃𬭎é①℃‰")
def test_characters_of_names_and_measures_are_printed(character: str) -> None:
    assert character in squeezed(layout_pdf.render(make_text(f"任命王{character}为主席"), NUMBER))


def test_the_faces_of_the_standard_are_used_where_the_office_has_them() -> None:
    bundled = ["Noto Sans SC", "Noto Serif SC"]
    assert layout_pdf.faces(bundled)["text"][0] == "Noto Serif SC"
    assert layout_pdf.faces(bundled)["hei"][0] == "Noto Sans SC"
    own = layout_pdf.faces([*bundled, "仿宋_GB2312", "KaiTi", "Rare Characters"])
    assert (own["text"][0], own["kai"][0], own["title"][0]) == ("仿宋_GB2312", "KaiTi", "Noto Serif SC")
    assert all("Rare Characters" in families for families in own.values())


def test_fonts_are_added_before_the_first_paper(tmp_path: Path) -> None:
    layout_pdf.render(make_text(), NUMBER)
    with pytest.raises(RuntimeError, match="before the first paper"):
        layout_pdf.use_fonts(tmp_path)


def test_added_fonts_are_used(tmp_path: Path) -> None:
    bundled = Path(str(pylopdf_fonts_zh_cn.sans_path()))
    (tmp_path / "own.otf").write_bytes(bundled.read_bytes())
    program = (
        "import pathlib; from workflows.documents import layout_pdf\n"
        f"layout_pdf.use_fonts(pathlib.Path({str(tmp_path)!r}))\n"
        "print(sum('own.otf' in str(font.path) for font in layout_pdf._fonts().fonts()))"
    )
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    assert printed.stdout.strip() == "1"


def test_a_voided_copy_shows_it_on_every_page_and_keeps_the_words() -> None:
    frozen = layout_pdf.render(make_text("字" * 28 * 40), NUMBER)
    before = hashlib.sha256(frozen).hexdigest()
    copy = layout_pdf.voided(frozen, date(2026, 11, 23))
    assert hashlib.sha256(frozen).hexdigest() == before
    assert len(pages(copy)) == len(pages(frozen)) == layout_pdf.page_count(frozen)
    assert all("作" in page and "废" in page for page in pages(copy))
    assert copy == layout_pdf.voided(frozen, date(2026, 11, 23))


def test_only_a_paper_of_ours_has_a_page_count() -> None:
    with pytest.raises(ValueError, match="not made"):
        layout_pdf.page_count(b"%PDF-1.7")


def test_the_stored_words_give_the_frozen_bytes_again() -> None:
    text = make_text("一、情况。良好。", attachments=("统计表",), copies=("甲",))
    assert layout_pdf.render(PaperText.from_json(text.to_json()), NUMBER) == layout_pdf.render(text, NUMBER)


def test_what_cannot_be_printed_is_known_before_a_paper_is_laid_out() -> None:
    assert layout_pdf.unprintable("建会 No. 1，“同意”①②℃\n") == ""
    assert layout_pdf.unprintable("好😀的𠮷😀") == "😀𠮷"


def test_the_characters_that_are_not_tried_are_all_in_the_bundled_fonts() -> None:
    ordinary = "".join(filter(str.isprintable, map(chr, range(0x20, 0xD800))))
    ordinary = "".join(c for c in ordinary if not layout_pdf._RARE.match(c))
    for start in range(0, len(ordinary), 4000):
        layout_pdf.render(make_text(ordinary[start : start + 4000]), NUMBER)

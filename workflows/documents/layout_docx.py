"""The same paper as an editable .docx, after GB/T 9704-2012, with the real faces named and real styles.

The fonts themselves (仿宋_GB2312, 楷体_GB2312, 方正小标宋简体, 黑体) are not in the file: the office's computer has them.
The same paper and number always give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workflows.documents.docx_elements import (
    COLUMN,
    CORE_WIDTH,
    HEI,
    KAI,
    NAMESPACE,
    PITCH,
    RED,
    SIZE_4,
    border,
    element,
    fit,
    line_height,
    saved,
    set_face,
)
from workflows.documents.docx_stationery import HEADINGS, stationery
from workflows.documents.paper_text import DRAFT_NUMBER, PaperText, Paragraph, title_lines
from workflows.documents.text_forms import cn_date, full_widths

if TYPE_CHECKING:
    from docx.document import Document


def render(paper: PaperText, number: str) -> bytes:
    """The paper as .docx. ``number`` is the full text such as 某总工发〔2026〕3号; empty makes a draft."""
    import docx

    document = docx.Document(io.BytesIO(stationery(paper.is_letter)))
    _set_properties(document, paper)
    page = _Page(document)
    if paper.is_letter:
        _letter_head(page, paper, number or DRAFT_NUMBER)
    else:
        _paper_head(page, paper, number or DRAFT_NUMBER)
    _words(page, paper)
    _closing(page, paper)
    _imprint(page, paper)
    return saved(document)


def voided(frozen: bytes) -> bytes:
    """A copy of an issued .docx with 作废 in red at the head of every page; ``frozen`` stays as it is."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    document = docx.Document(io.BytesIO(frozen))
    section = document.sections[0]
    headers = [section.header, section.even_page_header]
    if section.different_first_page_header_footer:
        headers.append(section.first_page_header)
    for header in headers:
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run("作废")
        run.bold = True
        run.font.size = Pt(36)
        run.font.color.rgb = RGBColor.from_string(RED)
        set_face(run._element.get_or_add_rPr(), HEI)
    return saved(document)


@dataclass(frozen=True, slots=True)
class _Page:
    """Adds paragraphs in a style to a document."""

    document: Document

    def add(self, style: str, text: str = "") -> Any:
        paragraph = self.document.add_paragraph(text)
        paragraph._element.style = style  # the id of our own styles is their name
        return paragraph

    def blank(self, lines: float = 1) -> None:
        paragraph = self.add("公文段落")
        line_height(paragraph.paragraph_format, PITCH * lines)
        paragraph.paragraph_format.keep_with_next = True


def _paper_head(page: _Page, paper: PaperText, number: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Pt

    page.blank(35 / 25.4 * 72 / PITCH)
    words = paper.issuer + "文件"
    fit(page.add("发文机关标志", words), words, 46)
    page.blank(1.4)
    line = page.add("发文字号", number)
    if not paper.signer:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        line.paragraph_format.left_indent = Pt(COLUMN)
        line.paragraph_format.right_indent = Pt(COLUMN)
        line.paragraph_format.tab_stops.add_tab_stop(Pt(CORE_WIDTH - COLUMN), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run("\t签发人：")
        set_face(line.add_run(paper.signer)._element.get_or_add_rPr(), KAI)
    rule = page.add("公文段落")
    line_height(rule.paragraph_format, 4 / 25.4 * 72)
    border(rule, "bottom", "single", 13, RED)
    page.blank(2)


def _letter_head(page: _Page, paper: PaperText, number: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    head = page.add("发文机关标志", paper.issuer)
    fit(head, paper.issuer, 40)
    border(head, "bottom", "thickThinSmallGap", 18, RED, space=8)
    page.blank(0.6)
    page.add("发文字号", number).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    page.blank(2)


def _words(page: _Page, paper: PaperText) -> None:
    title = page.add("公文标题")
    for position, line in enumerate(title_lines(paper.title)):
        run = title.add_run(line)
        if position:
            run._element.addprevious(element("w:r", children=[element("w:br")]))
    page.blank()
    page.add("主送机关", paper.recipient + "：")
    for position, part in enumerate(paper.body):
        paragraph = _body_paragraph(page, part)
        paragraph.paragraph_format.keep_with_next = not part.text or position == len(paper.body) - 1


def _body_paragraph(page: _Page, part: Paragraph) -> Any:
    if not part.text:
        return page.add(HEADINGS[part.level], part.heading)
    paragraph = page.add("公文正文")
    if part.heading:
        run = paragraph.add_run(part.heading)
        set_face(run._element.get_or_add_rPr(), HEI if part.level == 1 else KAI)
    paragraph.add_run(part.text)
    return paragraph


def _closing(page: _Page, paper: PaperText) -> None:
    from docx.shared import Pt

    if paper.attachments:
        page.blank()
        many = len(paper.attachments) > 1
        for position, name in enumerate(paper.attachments):
            ordinal = f"{position + 1}." if many else ""
            line = page.add("附件说明", ("附件：" if position == 0 else "") + ordinal + name)
            hanging = (3 + (1 if many else 0)) * COLUMN
            line.paragraph_format.keep_with_next = True
            line.paragraph_format.left_indent = Pt(2 * COLUMN + hanging)
            line.paragraph_format.first_line_indent = Pt(-hanging if position == 0 else -(COLUMN if many else 0))
    page.blank(2)
    dated = cn_date(paper.dated_on)
    half_name, half_date = full_widths(paper.issuer) * COLUMN / 2, full_widths(dated) * COLUMN / 2
    axis = max(4 * COLUMN + half_date, half_name)
    for words, half in ((paper.issuer, half_name), (dated, half_date)):
        line = page.add("署名日期", words)
        line.paragraph_format.right_indent = Pt(max(axis - half, 0))
        line.paragraph_format.keep_with_next = words != dated
    if paper.note:
        page.add("公文正文", f"（{paper.note}）")


def _imprint(page: _Page, paper: PaperText) -> None:
    """版记: a table that floats at the foot of the last page; the letter form has neither its lines nor its issuing line."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Pt

    rows = len(paper.copies[:1]) + (not paper.is_letter)
    if not rows:
        return
    table = page.document.add_table(rows, 1)
    _float_at_foot(table, lined=not paper.is_letter)
    if paper.copies:
        copies = table.rows[0].cells[0].paragraphs[0]
        copies._element.style = "版记"
        copies.add_run("抄送：" + "，".join(paper.copies) + "。")
        copies.paragraph_format.left_indent = Pt(4 * SIZE_4)
        copies.paragraph_format.first_line_indent = Pt(-3 * SIZE_4)
    if not paper.is_letter:
        issued = table.rows[-1].cells[0].paragraphs[0]
        issued._element.style = "版记"
        issued.add_run(f"{paper.issuer}\t{cn_date(paper.dated_on)}印发")
        issued.paragraph_format.tab_stops.add_tab_stop(Pt(CORE_WIDTH - SIZE_4), WD_TAB_ALIGNMENT.RIGHT)
    line_height(page.add("公文段落").paragraph_format, 1)


def _float_at_foot(table: Any, *, lined: bool) -> None:
    properties = table._tbl.tblPr
    for child in list(properties):
        properties.remove(child)
    width = str(round(CORE_WIDTH * 20))
    place = {"w:vertAnchor": "margin", "w:horzAnchor": "margin", "w:tblpXSpec": "left", "w:tblpYSpec": "bottom"}
    properties.append(element("w:tblpPr", place))
    properties.append(element("w:tblW", {"w:w": width, "w:type": "dxa"}))
    if lined:
        sides = (("top", "8"), ("bottom", "8"), ("insideH", "6"))
        lines = [element(f"w:{side}", {"w:val": "single", "w:sz": size, "w:space": "0"}) for side, size in sides]
        properties.append(element("w:tblBorders", children=lines))
    properties.append(element("w:tblLayout", {"w:type": "fixed"}))
    none = [element(f"w:{side}", {"w:w": "0", "w:type": "dxa"}) for side in ("left", "right")]
    properties.append(element("w:tblCellMar", children=none))
    for column in table.columns:
        column._gridCol.set(f"{{{NAMESPACE}}}w", width)
    for row in table.rows:
        row.cells[0]._tc.get_or_add_tcPr().get_or_add_tcW().set(f"{{{NAMESPACE}}}w", width)


def _set_properties(document: Document, paper: PaperText) -> None:
    day = paper.dated_on
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    properties = document.core_properties
    properties.title = paper.title[:255]
    properties.author = paper.issuer[:255]
    properties.last_modified_by = paper.issuer[:255]
    properties.subject = paper.form.value
    properties.language = "zh-CN"
    properties.comments = ""
    properties.created = properties.modified = midnight
    properties.revision = 1

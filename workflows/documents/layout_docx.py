"""The same paper as an editable .docx, after GB/T 9704-2012, with the real faces named and real styles.

The fonts themselves (仿宋_GB2312, 楷体_GB2312, 方正小标宋简体, 黑体) are not in the file: the office's computer has them.
The same paper and number always give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from workflows.documents.paper_text import PaperText, Paragraph, title_lines
from workflows.documents.text_forms import cn_date, full_widths

if TYPE_CHECKING:
    from docx.document import Document

SONG, FANGSONG, KAI, HEI, TITLE_SONG = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
LATIN = "Times New Roman"
RED = "D8000F"
SIZE_2, SIZE_3, SIZE_4 = 22.0, 16.0, 14.0  # points of 2 号, 3 号, 4 号
CORE_WIDTH = 156 / 25.4 * 72  # points
PITCH = 225 / 22 / 25.4 * 72  # points between the lines of the 版心
COLUMN = CORE_WIDTH / 28
TRACKING = -0.25  # points by which characters of 3 号 move together, so that 28 of them fit a line
DRAFT_NUMBER = "（草稿）"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

_HEADINGS = {1: "公文一级标题", 2: "公文二级标题", 3: "公文三级标题", 4: "公文四级标题"}
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def render(paper: PaperText, number: str) -> bytes:
    """The paper as .docx. ``number`` is the full text such as 某总工发〔2026〕3号; empty makes a draft."""
    import docx

    document = docx.Document(io.BytesIO(_stationery(paper.is_letter)))
    _set_properties(document, paper)
    page = _Page(document)
    if paper.is_letter:
        _letter_head(page, paper, number or DRAFT_NUMBER)
    else:
        _paper_head(page, paper, number or DRAFT_NUMBER)
    _words(page, paper)
    _closing(page, paper)
    _imprint(page, paper)
    return _saved(document)


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
        _set_face(run._element.get_or_add_rPr(), HEI)
    return _saved(document)


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
        _line_height(paragraph.paragraph_format, PITCH * lines)
        paragraph.paragraph_format.keep_with_next = True


@cache
def _stationery(letter: bool) -> bytes:
    """An empty document with the page, the styles and the page numbers; made once for each head."""
    import docx

    document = docx.Document()
    _drop_what_the_default_brings(document)
    _set_language(document)
    _set_page(document, letter)
    _add_styles(document)
    return _saved(document)


_KEPT_STYLES = frozenset({"Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal", "NoList"})
_DROPPED_PARTS = ("/thumbnail", "/stylesWithEffects", "/customXml")


def _drop_what_the_default_brings(document: Document) -> None:
    styles = document.styles.element
    for style in styles.findall(f"{{{_NAMESPACE}}}style"):
        if style.get(f"{{{_NAMESPACE}}}styleId") not in _KEPT_STYLES:
            styles.remove(style)
    for holder in (document.part.package, document.part):
        for key in [key for key, relation in holder.rels.items() if relation.reltype.endswith(_DROPPED_PARTS)]:
            del holder.rels[key]


def _paper_head(page: _Page, paper: PaperText, number: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Pt

    page.blank(35 / 25.4 * 72 / PITCH)
    words = paper.issuer + "文件"
    _fitted(page.add("发文机关标志", words), words, 46)
    page.blank(1.4)
    line = page.add("发文字号", number)
    if not paper.signer:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        line.paragraph_format.left_indent = Pt(COLUMN)
        line.paragraph_format.right_indent = Pt(COLUMN)
        line.paragraph_format.tab_stops.add_tab_stop(Pt(CORE_WIDTH - COLUMN), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run("\t签发人：")
        _set_face(line.add_run(paper.signer)._element.get_or_add_rPr(), KAI)
    rule = page.add("公文段落")
    _line_height(rule.paragraph_format, 4 / 25.4 * 72)
    _border(rule, "bottom", "single", 13, RED)
    page.blank(2)


def _letter_head(page: _Page, paper: PaperText, number: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    head = page.add("发文机关标志", paper.issuer)
    _fitted(head, paper.issuer, 40)
    _border(head, "bottom", "thickThinSmallGap", 18, RED, space=8)
    page.blank(0.6)
    page.add("发文字号", number).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    page.blank(2)


def _words(page: _Page, paper: PaperText) -> None:
    title = page.add("公文标题")
    for position, line in enumerate(title_lines(paper.title)):
        run = title.add_run(line)
        if position:
            run._element.addprevious(_element("w:r", children=[_element("w:br")]))
    page.blank()
    page.add("主送机关", paper.recipient + "：")
    for position, part in enumerate(paper.body):
        paragraph = _body_paragraph(page, part)
        paragraph.paragraph_format.keep_with_next = not part.text or position == len(paper.body) - 1


def _body_paragraph(page: _Page, part: Paragraph) -> Any:
    if not part.text:
        return page.add(_HEADINGS[part.level], part.heading)
    paragraph = page.add("公文正文")
    if part.heading:
        run = paragraph.add_run(part.heading)
        _set_face(run._element.get_or_add_rPr(), HEI if part.level == 1 else KAI)
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
    _line_height(page.add("公文段落").paragraph_format, 1)


def _float_at_foot(table: Any, *, lined: bool) -> None:
    properties = table._tbl.tblPr
    for child in list(properties):
        properties.remove(child)
    width = str(round(CORE_WIDTH * 20))
    place = {"w:vertAnchor": "margin", "w:horzAnchor": "margin", "w:tblpXSpec": "left", "w:tblpYSpec": "bottom"}
    properties.append(_element("w:tblpPr", place))
    properties.append(_element("w:tblW", {"w:w": width, "w:type": "dxa"}))
    if lined:
        sides = (("top", "8"), ("bottom", "8"), ("insideH", "6"))
        lines = [_element(f"w:{side}", {"w:val": "single", "w:sz": size, "w:space": "0"}) for side, size in sides]
        properties.append(_element("w:tblBorders", children=lines))
    properties.append(_element("w:tblLayout", {"w:type": "fixed"}))
    none = [_element(f"w:{side}", {"w:w": "0", "w:type": "dxa"}) for side in ("left", "right")]
    properties.append(_element("w:tblCellMar", children=none))
    for column in table.columns:
        column._gridCol.set(f"{{{_NAMESPACE}}}w", width)
    for row in table.rows:
        row.cells[0]._tc.get_or_add_tcPr().get_or_add_tcW().set(f"{{{_NAMESPACE}}}w", width)


def _set_language(document: Document) -> None:
    """Chinese as the language of the text, size 3 号 as its size."""
    defaults = document.styles.element.find(f"{{{_NAMESPACE}}}docDefaults")
    properties = defaults.find(f"{{{_NAMESPACE}}}rPrDefault/{{{_NAMESPACE}}}rPr")
    for child in list(properties):
        properties.remove(child)
    _set_face(properties, FANGSONG)
    properties.append(_element("w:sz", {"w:val": str(int(SIZE_3 * 2))}))
    properties.append(_element("w:szCs", {"w:val": str(int(SIZE_3 * 2))}))
    properties.append(_element("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN", "w:bidi": "ar-SA"}))
    for grid in document.sections[0]._sectPr.findall(f"{{{_NAMESPACE}}}docGrid"):
        document.sections[0]._sectPr.remove(grid)  # word processors disagree about grids: spacing and line height do it


def _set_page(document: Document, letter: bool) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30 if letter else 37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    settings = document.settings
    settings.odd_and_even_pages_header_footer = True
    settings.element.insert(0, _element("w:mirrorMargins"))
    _reorder_settings(settings.element)
    _page_number(section.footer, right=True)
    _page_number(section.even_page_footer, right=False)
    if letter:
        section.different_first_page_header_footer = True
        foot = section.first_page_footer
        foot.is_linked_to_previous = False
        _border(foot.paragraphs[0], "top", "thinThickSmallGap", 18, RED)


_SETTINGS_ORDER = ("writeProtection", "view", "zoom", "removePersonalInformation", "mirrorMargins")


def _reorder_settings(settings: Any) -> None:
    """Word wants the children of settings in the schema's order: the first few are sorted by it."""
    first = [child for child in settings if child.tag.rpartition("}")[2] in _SETTINGS_ORDER]
    first.sort(key=lambda child: _SETTINGS_ORDER.index(child.tag.rpartition("}")[2]))
    for position, child in enumerate(first):
        settings.remove(child)
        settings.insert(position, child)


def _page_number(footer: Any, *, right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.left_indent = Pt(0 if right else SIZE_3)
    paragraph.paragraph_format.right_indent = Pt(SIZE_3 if right else 0)
    for text, field in (("— ", ""), ("1", "PAGE"), (" —", "")):
        run = paragraph.add_run(text)
        run.font.size = Pt(SIZE_4)
        _set_face(run._element.get_or_add_rPr(), SONG, latin=SONG)
        if field:
            simple = _element("w:fldSimple", {"w:instr": field})
            run._element.addprevious(simple)
            simple.append(run._element)


def _add_styles(document: Document) -> None:
    """The named styles of a 公文; every paragraph of the document has one of them."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    normal = document.styles["Normal"]
    normal.font.size = Pt(SIZE_3)
    _set_face(normal.element.get_or_add_rPr(), FANGSONG)
    two = 2 * COLUMN
    left, centre, right, both = (
        WD_ALIGN_PARAGRAPH.LEFT,
        WD_ALIGN_PARAGRAPH.CENTER,
        WD_ALIGN_PARAGRAPH.RIGHT,
        WD_ALIGN_PARAGRAPH.JUSTIFY,
    )
    styles: tuple[tuple[str, str, float, Any, float, int | None], ...] = (
        ("公文段落", FANGSONG, SIZE_3, left, 0, None),
        ("发文机关标志", TITLE_SONG, 46, centre, 0, None),
        ("发文字号", FANGSONG, SIZE_3, left, 0, None),
        ("公文标题", TITLE_SONG, SIZE_2, centre, 0, 0),
        ("主送机关", FANGSONG, SIZE_3, left, 0, None),
        ("公文正文", FANGSONG, SIZE_3, both, two, None),
        ("公文一级标题", HEI, SIZE_3, both, two, 1),
        ("公文二级标题", KAI, SIZE_3, both, two, 2),
        ("公文三级标题", FANGSONG, SIZE_3, both, two, 3),
        ("公文四级标题", FANGSONG, SIZE_3, both, two, 4),
        ("附件说明", FANGSONG, SIZE_3, both, 0, None),
        ("署名日期", FANGSONG, SIZE_3, right, 0, None),
        ("版记", FANGSONG, SIZE_4, left, SIZE_4, None),
    )
    for name, face, size, alignment, indent, outline in styles:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
        style.font.size = Pt(size)
        _set_face(style.element.get_or_add_rPr(), face)
        form = style.paragraph_format
        form.alignment = alignment
        form.first_line_indent = Pt(indent)
        form.space_before = form.space_after = Pt(0)
        form.widow_control = False
        if size == SIZE_3:
            _spacing(style.element.get_or_add_rPr(), TRACKING)
        _line_height(form, {SIZE_2: 34, 46: 56, SIZE_4: 24}.get(size, PITCH))
        if outline is not None:
            style.element.get_or_add_pPr().append(_element("w:outlineLvl", {"w:val": str(outline)}))
    document.styles["发文机关标志"].font.color.rgb = RGBColor.from_string(RED)


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


def _fitted(paragraph: Any, words: str, size: float, narrowest: float = 0.55) -> None:
    """Set one line narrower, then smaller, so that it fits the width of the 版心."""
    from docx.shared import Pt

    ratio = CORE_WIDTH / (full_widths(words) * size)
    if ratio >= 1:
        paragraph.runs[0].font.size = Pt(size)
        return
    if ratio < narrowest:
        size, ratio = size * ratio / narrowest, narrowest
    run = paragraph.runs[0]
    run.font.size = Pt(int(size))
    run._element.get_or_add_rPr().insert_element_before(
        _element("w:w", {"w:val": str(int(ratio * 100))}), "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )


def _line_height(form: Any, points: float) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(round(points, 1))


def _set_face(properties: Any, face: str, latin: str = LATIN) -> None:
    for fonts in properties.findall(f"{{{_NAMESPACE}}}rFonts"):
        properties.remove(fonts)
    properties.insert(
        0,
        _element(
            "w:rFonts", {"w:ascii": latin, "w:hAnsi": latin, "w:eastAsia": face, "w:cs": latin, "w:hint": "eastAsia"}
        ),
    )


def _spacing(properties: Any, points: float) -> None:
    properties.insert_element_before(
        _element("w:spacing", {"w:val": str(round(points * 20))}),
        "w:w",
        "w:kern",
        "w:position",
        "w:sz",
        "w:szCs",
        "w:lang",
    )


def _border(paragraph: Any, side: str, kind: str, eighths: int, colour: str, space: int = 1) -> None:
    """A line at a side of a paragraph; its thickness in eighths of a point."""
    properties = paragraph._element.get_or_add_pPr()
    borders = properties.find(f"{{{_NAMESPACE}}}pBdr")
    if borders is None:
        borders = _element("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    borders.append(
        _element(f"w:{side}", {"w:val": kind, "w:sz": str(eighths), "w:space": str(space), "w:color": colour})
    )


def _element(tag: str, attributes: dict[str, str] | None = None, children: list[Any] | None = None) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        element.set(qn(name), value)
    for child in children or ():
        element.append(child)
    return element


def _saved(document: Document) -> bytes:
    """The document's bytes, with the same time stamp and order of parts whenever it is saved."""
    first, second = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            part = zipfile.ZipInfo(name, _ZIP_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            target.writestr(part, source.read(name), compresslevel=6)
    return second.getvalue()

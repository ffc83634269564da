"""The empty sheet of a paper as .docx: page, named styles, page numbers. Made once, then filled."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from workflows.documents.docx_elements import (
    COLUMN,
    FANGSONG,
    HEI,
    KAI,
    NAMESPACE,
    PITCH,
    RED,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SONG,
    TITLE_SONG,
    TRACKING,
    border,
    element,
    line_height,
    move_together,
    saved,
    set_face,
)

if TYPE_CHECKING:
    from docx.document import Document


@cache
def stationery(letter: bool) -> bytes:
    """An empty document with the page, the styles and the page numbers; made once for each head."""
    import docx

    document = docx.Document()
    _drop_what_the_default_brings(document)
    _set_language(document)
    _set_page(document, letter)
    _add_styles(document)
    return saved(document)


HEADINGS = {1: "公文一级标题", 2: "公文二级标题", 3: "公文三级标题", 4: "公文四级标题"}
_KEPT_STYLES = frozenset({"Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal", "NoList"})
_DROPPED_PARTS = ("/thumbnail", "/stylesWithEffects", "/customXml")


def _drop_what_the_default_brings(document: Document) -> None:
    styles = document.styles.element
    for style in styles.findall(f"{{{NAMESPACE}}}style"):
        if style.get(f"{{{NAMESPACE}}}styleId") not in _KEPT_STYLES:
            styles.remove(style)
    for holder in (document.part.package, document.part):
        for key in [key for key, relation in holder.rels.items() if relation.reltype.endswith(_DROPPED_PARTS)]:
            del holder.rels[key]


def _set_language(document: Document) -> None:
    """Chinese as the language of the text, size 3 号 as its size."""
    defaults = document.styles.element.find(f"{{{NAMESPACE}}}docDefaults")
    properties = defaults.find(f"{{{NAMESPACE}}}rPrDefault/{{{NAMESPACE}}}rPr")
    for child in list(properties):
        properties.remove(child)
    set_face(properties, FANGSONG)
    properties.append(element("w:sz", {"w:val": str(int(SIZE_3 * 2))}))
    properties.append(element("w:szCs", {"w:val": str(int(SIZE_3 * 2))}))
    properties.append(element("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN", "w:bidi": "ar-SA"}))
    for grid in document.sections[0]._sectPr.findall(f"{{{NAMESPACE}}}docGrid"):
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
    settings.element.insert(0, element("w:mirrorMargins"))
    _reorder_settings(settings.element)
    _page_number(section.footer, right=True)
    _page_number(section.even_page_footer, right=False)
    if letter:
        section.different_first_page_header_footer = True
        foot = section.first_page_footer
        foot.is_linked_to_previous = False
        border(foot.paragraphs[0], "top", "thinThickSmallGap", 18, RED)


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
        set_face(run._element.get_or_add_rPr(), SONG, latin=SONG)
        if field:
            simple = element("w:fldSimple", {"w:instr": field})
            run._element.addprevious(simple)
            simple.append(run._element)


def _add_styles(document: Document) -> None:
    """The named styles of a 公文; every paragraph of the document has one of them."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    normal = document.styles["Normal"]
    normal.font.size = Pt(SIZE_3)
    set_face(normal.element.get_or_add_rPr(), FANGSONG)
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
        set_face(style.element.get_or_add_rPr(), face)
        form = style.paragraph_format
        form.alignment = alignment
        form.first_line_indent = Pt(indent)
        form.space_before = form.space_after = Pt(0)
        form.widow_control = False
        if size == SIZE_3:
            move_together(style.element.get_or_add_rPr(), TRACKING)
        line_height(form, {SIZE_2: 34, 46: 56, SIZE_4: 24}.get(size, PITCH))
        if outline is not None:
            style.element.get_or_add_pPr().append(element("w:outlineLvl", {"w:val": str(outline)}))
    document.styles["发文机关标志"].font.color.rgb = RGBColor.from_string(RED)

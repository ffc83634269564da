"""Small pieces of WordprocessingML that python-docx has no words for, and the measures of the page in points."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from workflows.documents.text_forms import full_widths

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
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def fit(paragraph: Any, words: str, size: float, narrowest: float = 0.55) -> None:
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
        element("w:w", {"w:val": str(int(ratio * 100))}), "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )


def line_height(form: Any, points: float) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(round(points, 1))


def set_face(properties: Any, face: str, latin: str = LATIN) -> None:
    for fonts in properties.findall(f"{{{NAMESPACE}}}rFonts"):
        properties.remove(fonts)
    properties.insert(
        0,
        element(
            "w:rFonts", {"w:ascii": latin, "w:hAnsi": latin, "w:eastAsia": face, "w:cs": latin, "w:hint": "eastAsia"}
        ),
    )


def move_together(properties: Any, points: float) -> None:
    properties.insert_element_before(
        element("w:spacing", {"w:val": str(round(points * 20))}),
        "w:w",
        "w:kern",
        "w:position",
        "w:sz",
        "w:szCs",
        "w:lang",
    )


def border(paragraph: Any, side: str, kind: str, eighths: int, colour: str, space: int = 1) -> None:
    """A line at a side of a paragraph; its thickness in eighths of a point."""
    properties = paragraph._element.get_or_add_pPr()
    borders = properties.find(f"{{{NAMESPACE}}}pBdr")
    if borders is None:
        borders = element("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    borders.append(
        element(f"w:{side}", {"w:val": kind, "w:sz": str(eighths), "w:space": str(space), "w:color": colour})
    )


def element(tag: str, attributes: dict[str, str] | None = None, children: list[Any] | None = None) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        element.set(qn(name), value)
    for child in children or ():
        element.append(child)
    return element


def saved(document: Document) -> bytes:
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

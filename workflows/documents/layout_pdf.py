"""The page of an official paper as PDF, after GB/T 9704-2012, set by typst with the bundled fonts.

The same paper and number always give the same bytes (with the same versions of typst and fonts): no clock, no random
identifiers. 仿宋 and 小标宋 may not be shipped; 思源宋体 stands in for them here, the .docx names the real faces.
"""

from __future__ import annotations

import json
import re
import tempfile
import threading
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows.documents.paper_text import DRAFT_NUMBER, PaperText, title_lines
from workflows.documents.text_forms import cn_date

if TYPE_CHECKING:
    import typst

_PAGE_COUNT = re.compile(rb"/Count\s+(\d+)")
_VOIDED_PAGE = b"""
#set page(paper: "a4", margin: 0pt, foreground: rotate(-30deg, box(
  stroke: 6pt + rgb("#d8000fb0"), inset: 24pt, radius: 8pt,
  text(font: "Noto Sans SC", size: 110pt, tracking: 30pt, fill: rgb("#d8000fb0"), "\xe4\xbd\x9c\xe5\xba\x9f"),
)))
#for n in range(int(sys.inputs.pages)) { image("frozen.pdf", page: n + 1, width: 100%, height: 100%) }
"""


def render(paper: PaperText, number: str) -> bytes:
    """The paper as PDF. ``number`` is the full text such as 某总工发〔2026〕3号; empty makes a draft marked 草稿."""
    data = {
        **asdict(paper),
        "dated_on": None,
        "number": number or DRAFT_NUMBER,
        "draft": not number,
        "letter": paper.is_letter,
        "date": cn_date(paper.dated_on),
        "title_lines": title_lines(paper.title),
    }
    compiler = _compiler()
    content: Any = compiler.compile(
        input=_page_source(),
        format="pdf",
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
        timestamp=_midnight(paper.dated_on),
        pdf_standards="a-2u",
    )
    return bytes(content)


def voided(frozen: bytes, dated_on: date) -> bytes:
    """A copy of an issued paper with 作废 across every page, for showing and printing; ``frozen`` stays as it is."""
    import typst

    with tempfile.TemporaryDirectory(prefix="voided-paper-") as folder:
        (Path(folder) / "frozen.pdf").write_bytes(frozen)
        compiler = typst.Compiler(root=folder, font_paths=_fonts(), ignore_system_fonts=True)
        content: Any = compiler.compile(
            input=_VOIDED_PAGE,
            format="pdf",
            sys_inputs={"pages": str(page_count(frozen))},
            timestamp=_midnight(dated_on),
        )
    return bytes(content)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF made by :func:`render` has."""
    counts = [int(found) for found in _PAGE_COUNT.findall(pdf)]
    if not counts:
        raise ValueError("this PDF was not made by this module")
    return max(counts)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@cache
def _page_source() -> bytes:
    return resources.files("workflows.documents").joinpath("page.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    import pylopdf_fonts_zh_cn as bundled
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(bundled.serif_path().parent)],
    )


_local = threading.local()


def _compiler() -> typst.Compiler:
    """One compiler per thread: it keeps what it has laid out before, and may not be shared."""
    if not hasattr(_local, "compiler"):
        import typst

        _local.compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    compiler: typst.Compiler = _local.compiler
    return compiler

"""The page of an official paper as PDF, after GB/T 9704-2012, set by typst with the bundled fonts.

The same paper and number always give the same bytes (with the same versions of typst and fonts): no clock, no random
identifiers. 仿宋 and 小标宋 may not be shipped; 思源宋体 stands in for them unless the office adds its own (`use_fonts`).
The result is PDF/A-2u, so that every character in it can be shown and searched for good.
"""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows.documents.paper_text import DRAFT_NUMBER, PaperText, title_lines
from workflows.documents.text_forms import cn_date
from workflows.errors import Invalid, Mistake
from workflows.text import Text

if TYPE_CHECKING:
    import typst

_SONG, _HEI = "Noto Serif SC", "Noto Sans SC"
_FACES = {
    "text": (("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋"), _SONG),
    "title": (("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK"), _SONG),
    "kai": (("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体"), _SONG),
    "hei": (("SimHei", "黑体"), _HEI),
}
_UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_RARE = re.compile("[^\t\n\r -~·–—‘’“”…\u3000-\u301f\u4e00-\u9fa5\uff01-\uff5e]")  # the bundled fonts have all others
_PAGE_COUNT = re.compile(rb"/Count\s+(\d+)")
_ONE_CHARACTER = b"""
#set text(font: json(bytes(sys.inputs.faces)))
#sys.inputs.character
"""
_VOIDED_PAGE = b"""
#set page(paper: "a4", margin: 0pt, foreground: rotate(-30deg, box(
  stroke: 6pt + rgb("#d8000fb0"), inset: 24pt, radius: 8pt,
  text(font: "Noto Sans SC", size: 110pt, tracking: 30pt, fill: rgb("#d8000fb0"), "\xe4\xbd\x9c\xe5\xba\x9f"),
)))
#for n in range(int(sys.inputs.pages)) { image("frozen.pdf", page: n + 1, width: 100%, height: 100%) }
"""


def render(paper: PaperText, number: str) -> bytes:
    """The paper as PDF. ``number`` is the full text such as 某总工发〔2026〕3号; empty makes a draft marked 草稿.

    Raises ``Invalid`` when it contains a character that no available font can show: a paper never shows a box instead.
    """
    data = {
        **asdict(paper),
        "dated_on": None,
        "number": number or DRAFT_NUMBER,
        "draft": not number,
        "letter": paper.is_letter,
        "date": cn_date(paper.dated_on),
        "title_lines": title_lines(paper.title),
        "faces": faces(families()),
    }
    return typeset(_page_source(), {"paper": json.dumps(data, ensure_ascii=False)}, paper.dated_on)


def typeset(source: bytes, inputs: Mapping[str, str], dated_on: date) -> bytes:
    """A page of ours as PDF/A-2u; the same source, inputs and day give the same bytes.

    Raises ``Invalid`` when a character in it has no font.
    """
    import typst

    try:
        content: Any = _compiler().compile(
            input=source,
            format="pdf",
            sys_inputs=dict(inputs),
            timestamp=_midnight(dated_on),
            pdf_standards="a-2u",
        )
    except typst.TypstError as error:
        raise _unprintable(str(error)) or error from error
    return bytes(content)


def families() -> list[str]:
    """The font families that are there, those of the office included."""
    return list(_fonts().families())


def unprintable(text: str) -> str:
    """The characters of a text that no available font can show, each once, in their order; empty when all can be printed.

    Cheap for ordinary text: only characters outside ASCII and the common Chinese ranges are tried, and each only once.
    """
    return "".join(c for c in dict.fromkeys(_RARE.findall(text)) if not _prints(c))


def use_fonts(folder: Path) -> None:
    """Add the office's own fonts: 仿宋, 小标宋, 楷体 and 黑体 are then used where they belong, others for rare characters.

    To be called once at start-up, before the first paper. Raises ``RuntimeError`` when that is too late.
    """
    if _fonts.cache_info().currsize:
        raise RuntimeError("fonts are added before the first paper is laid out")
    _added_fonts.append(folder)


def faces(families: Iterable[str]) -> dict[str, list[str]]:
    """Which families set the text, the title, 楷体 and 黑体 when these are available, in the order of preference."""
    available = set(families)
    others = sorted(available - {_SONG, _HEI})
    return {
        role: [*(name for name in wanted if name in available), standing_in, _SONG, *others]
        for role, (wanted, standing_in) in _FACES.items()
    }


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


@lru_cache(maxsize=4096)
def _prints(character: str) -> bool:
    import typst

    try:
        _compiler().compile(
            input=_ONE_CHARACTER,
            format="pdf",
            sys_inputs={"character": character, "faces": json.dumps(faces(families())["text"])},
            pdf_standards="a-2u",
        )
    except typst.TypstError as error:
        if _UNPRINTABLE.search(str(error)):
            return False
        raise
    return True


def _unprintable(message: str) -> Invalid | None:
    found = _UNPRINTABLE.search(message)
    if found is None:
        return None
    text = _ESCAPED.sub(lambda escaped: chr(int(escaped.group(1), 16)), found.group(1))
    codes = "、".join(f"U+{ord(character):04X}" for character in text)
    reason = Text(
        f"字体中没有“{text}”（{codes}），公文无法印出；请改用通用字，或请管理员添加含有该字的字体。",
        f"No font has “{text}” ({codes}), so the paper cannot be printed; "
        "use another character or ask an administrator to add a font that has it.",
    )
    return Invalid([Mistake("", reason)], reason)


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
        font_paths=[str(bundled.serif_path().parent), *map(str, _added_fonts)],
    )


_added_fonts: list[Path] = []
_local = threading.local()


def _compiler() -> typst.Compiler:
    """One compiler per thread: it keeps what it has laid out before, and may not be shared."""
    if not hasattr(_local, "compiler"):
        import typst

        _local.compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    compiler: typst.Compiler = _local.compiler
    return compiler

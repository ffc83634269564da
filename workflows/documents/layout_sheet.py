"""A record on paper as PDF, set by typst with the fonts of the official papers."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from workflows.documents import layout_pdf
from workflows.documents.sheet import Sheet


def render(sheet: Sheet, dated_on: date) -> bytes:
    """The sheet as PDF/A-2u. A character that no font has is told by its code, as in 〔U+1F600〕: nothing is left out."""
    data = _printable({**asdict(sheet), "faces": layout_pdf.faces(layout_pdf.families())})
    return layout_pdf.typeset(_source(), {"sheet": data}, dated_on)


def _printable(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False)
    for character in layout_pdf.unprintable(text):
        text = text.replace(character, f"〔U+{ord(character):04X}〕")
    return text


@cache
def _source() -> bytes:
    return resources.files("workflows.documents").joinpath("sheet.typ").read_bytes()

"""Workbooks for the tests of the import, built cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEADINGS = ("统一社会信用代码", "企业名称", "在营状态", "职工数", "数据日期")


def xlsx(*rows: Sequence[Any], headings: Sequence[Any] = HEADINGS, above: Sequence[Sequence[Any]] = ()) -> bytes:
    """One sheet: the lines ``above``, the headings, the rows."""
    book = Workbook()
    sheet = book.active
    for line in (*above, headings, *rows):
        sheet.append(list(line))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8", joint: str = ",") -> bytes:
    """Lines joined as they are, without quoting."""
    return "\r\n".join(joint.join(line) for line in (headings, *rows)).encode(encoding)


def replaced(workbook: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part of its archive replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, content)
    return out.getvalue()


def part(workbook: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read(name)

"""From the bytes of a file to rows of cells, without trusting the file.

XLSX is read by openpyxl in streaming mode, after the archive has been measured; its XML is parsed without entities
(defusedxml). CSV is UTF-8 with or without BOM, UTF-16 with BOM, or GB18030. Everything else is refused with a remedy.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from workflows.errors import BadFile
from workflows.text import Text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_LAST_LINE = 1_048_576  # of an XLSX sheet
_SMALL = 20 * 1024 * 1024
_DELIMITERS = ",\t;"
_DAMAGED = Text(
    "工作簿已损坏或者结构不对，不能读取；请在办公软件中打开，另存为新的 .xlsx 后再导入。",
    "The workbook is damaged or badly built and cannot be read: open it and save it as a new .xlsx.",
)
_APOSTROPHE_BEFORE = ("'=", "'+", "'-", "'@", "'\t", "'\r")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is accepted. ``size`` and ``unpacked`` in bytes; ``rows`` with content, per sheet."""

    size: int = 10 * 1024 * 1024
    unpacked: int = 150 * 1024 * 1024
    rows: int = 20_000
    columns: int = 100


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes something; its result is not taken over."""

    text: str


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that shows an error such as #N/A."""

    text: str


Cell = str | int | float | bool | Decimal | date | datetime | time | timedelta | Formula | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line with content; ``number`` as the office program shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, blank lines left out. ``separated``: from CSV, where a stray comma shifts the rest of a line."""

    name: str
    lines: tuple[Line, ...]
    separated: bool = False


def open_workbook(content: bytes, filename: str, limits: Limits | None = None) -> tuple[Sheet, ...]:
    """The sheets of an XLSX file, or the one of a CSV file. Raises `BadFile` with the remedy.

    What the file is, is read from its content; the name only helps to say what is wrong.
    """
    limits = limits or Limits()
    if not content:
        raise BadFile(Text("文件是空的，请重新选择。", "The file is empty: choose it again."))
    if len(content) > limits.size:
        raise BadFile(
            Text(
                f"文件有 {_megabytes(len(content))} MB，超过 {_megabytes(limits.size)} MB；请删去图片和多余的工作表，或分次导入。",
                f"The file has {_megabytes(len(content))} MB, more than {_megabytes(limits.size)} MB: remove pictures and "
                "sheets that are not needed, or import in parts.",
            )
        )
    if content.startswith(_OLE):
        raise BadFile(
            Text(
                "这是旧式 .xls（或 .et、加密的）工作簿，不能读取；请在办公软件中去掉密码，另存为 .xlsx 后再导入。",
                "This is an old .xls (or .et, or encrypted) workbook and cannot be read: remove the password and save it as .xlsx.",
            )
        )
    if content.startswith(_ZIP):
        return _xlsx(content, limits)
    return (_csv(content, filename, limits),)


# ---- XLSX -----------------------------------------------------------------------------------------------------------


def _xlsx(content: bytes, limits: Limits) -> tuple[Sheet, ...]:
    _measure(content, limits)
    try:
        return tuple(_sheets(content, limits))
    except BadFile:
        raise
    except Exception as error:  # openpyxl answers a broken file with whatever happens to go wrong in it
        raise BadFile(_DAMAGED) from error


def _measure(content: bytes, limits: Limits) -> None:
    """Refuse what is no plain workbook, or too large, or has a document type, before openpyxl sees it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        small = [entry for entry in entries if _is_small_part(entry)]
        unpacked = sum(entry.file_size for entry in entries)
        too_large = len(entries) > 2_000 or unpacked > limits.unpacked or any(e.file_size > _SMALL for e in small)
        declared = not too_large and any(_declares(archive.read(entry)) for entry in small)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadFile(
            Text(
                "文件不完整，不能读取；请重新导出或者另存为 .xlsx。", "The file is incomplete: save it as .xlsx again."
            )
        ) from error
    if "xl/workbook.xml" not in names:
        raise BadFile(
            Text(
                "文件不是 .xlsx 工作簿；请另存为“Excel 工作簿（.xlsx）”或者 CSV 后再导入。",
                "The file is no .xlsx workbook: save it as “Excel workbook (.xlsx)” or as CSV.",
            )
        )
    if "xl/vbaProject.bin" in names:
        raise BadFile(
            Text(
                "工作簿含有宏；请另存为不带宏的 .xlsx 后再导入。",
                "The workbook has macros: save it as .xlsx without macros.",
            )
        )
    if too_large:
        raise BadFile(
            Text(
                f"工作簿解开后超过 {_megabytes(limits.unpacked)} MB，不予读取；请删去图片和多余的内容。",
                f"Unpacked, the workbook has more than {_megabytes(limits.unpacked)} MB: remove pictures and "
                "what is not needed.",
            )
        )
    if declared:
        raise BadFile(_DAMAGED)


def _is_small_part(entry: zipfile.ZipInfo) -> bool:
    """XML that openpyxl parses whole; sheets and their strings are streamed by a parser that refuses entities itself."""
    name = entry.filename
    return name.endswith((".xml", ".rels")) and not name.startswith(("xl/worksheets/sheet", "xl/sharedStrings"))


def _declares(xml: bytes) -> bool:
    """Whether a part declares a document type, which no office program writes and which entities need."""
    return b"<!DOCTYPE" in xml.replace(b"\0", b"")


def _sheets(content: bytes, limits: Limits) -> Iterator[Sheet]:
    from openpyxl import load_workbook  # here, because few requests read a workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            for worksheet in book.worksheets:
                worksheet.reset_dimensions()  # what the file says of its size is not believed
                rows = worksheet.iter_rows(max_row=_LAST_LINE, max_col=limits.columns)
                yield Sheet(worksheet.title, _with_content(_lines(rows), limits))
        finally:
            book.close()


def _lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    """The rows as lines; a gap, for which openpyxl repeats one empty row up to a million times, is passed over."""
    previous = None
    for number, row in enumerate(rows, start=1):
        if row is not previous:
            yield Line(number, tuple(map(_value, row)))
        previous = row


def _value(cell: Any) -> Cell:
    kind = cell.data_type
    if kind == "f":
        return Formula(str(getattr(cell.value, "text", cell.value)))
    if kind == "e":
        return ErrorValue(str(cell.value))
    value: Cell = cell.value
    return value


# ---- CSV ------------------------------------------------------------------------------------------------------------


def _csv(content: bytes, filename: str, limits: Limits) -> Sheet:
    text = _decoded(content, filename)
    delimiter = max(_DELIMITERS, key=text[:4_000].partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = (Line(number, tuple(map(_written, row))) for number, row in enumerate(reader, start=1))
        return Sheet(PurePath(filename).stem, _with_content(lines, limits), separated=True)
    except csv.Error as error:
        raise BadFile(
            Text(
                f"CSV 第 {reader.line_num} 行附近格式不对（多为引号不成对）：请改正，或另存为 .xlsx 后再导入。",
                f"The CSV is malformed near line {reader.line_num}, often an unpaired quotation mark: "
                "correct it or save it as .xlsx.",
            )
        ) from error


def _decoded(content: bytes, filename: str) -> str:
    suffix = PurePath(filename).suffix.lower()
    start = content[:512].lstrip().lower()
    if suffix not in {".csv", ".txt", ""} or start.startswith((b"<", b"%pdf")):
        raise BadFile(
            Text(
                "文件内容不是 .xlsx 工作簿，也不是 CSV；请在办公软件中打开，另存为 .xlsx 后再导入。",
                "The content is neither an .xlsx workbook nor CSV: open it in an office program and save it as .xlsx.",
            )
        )
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile(
        Text(
            "不能识别文件的文字编码；请另存为 UTF-8 编码的 CSV 或者 .xlsx 后再导入。",
            "The encoding of the text is not recognised: save it as CSV in UTF-8 or as .xlsx.",
        )
    )


def _written(text: str) -> Cell:
    if text.startswith("="):
        return Formula(text)
    return text[1:] if text.startswith(_APOSTROPHE_BEFORE) else text  # the apostrophe our own export puts there


# ---- both -----------------------------------------------------------------------------------------------------------


def _with_content(lines: Iterable[Line], limits: Limits) -> tuple[Line, ...]:
    kept: list[Line] = []
    for line in lines:
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in line.cells):
            continue
        kept.append(line)
        if len(kept) > limits.rows + 20:  # room for titles and headings
            raise BadFile(
                Text(
                    f"超过 {limits.rows} 行，请分成几个文件导入。",
                    f"More than {limits.rows:,} rows: import them in several files.",
                )
            )
    return tuple(kept)


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.4g}"

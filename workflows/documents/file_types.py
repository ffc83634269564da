"""What an uploaded file really is: recognised by its content, never by what its name or the browser says."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum

from workflows.text import Text

PACKAGE_ENTRIES = 3_000  # files inside one .docx, .xlsx or .ofd
PACKAGE_UNPACKED = 300 * 1024 * 1024  # bytes, all of them together
PACKAGE_RATIO = 200  # unpacked to packed, once a package unpacks to more than 10 MiB
PACKAGE_RATIO_FROM = 10 * 1024 * 1024
_DIRECTORY_LIMIT = 2 * 1024 * 1024  # bytes read of the one entry that says what a package is
_TEXT_MARKUP = re.compile(rb"\s*(?:<!doctype|<html|<script|<svg|<\?xml|<\?php|#!)", re.IGNORECASE)


class FileType(StrEnum):
    """The allowed kinds; the value is the usual extension."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"
    TEXT = "txt"


MEDIA_TYPES = {
    FileType.PDF: "application/pdf",
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileType.OFD: "application/ofd",
    FileType.TEXT: "text/plain",
}
EXTENSIONS = {**{kind.value: kind for kind in FileType}, "jpeg": FileType.JPEG}
_MAIN_PARTS = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileType.DOCX,
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileType.XLSX,
}


class Refused(Exception):
    """The file is not taken; ``reason`` says why and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.zh)
        self.reason = reason


def recognise(content: bytes) -> FileType:
    """The kind of a file from its bytes. Raises ``Refused`` with the remedy if it is none of the allowed kinds."""
    if not content:
        raise Refused(Text("文件是空的，请重新选择。", "The file is empty; choose it again."))
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            Text(
                "这是旧版 Office 文件或加了密码的文件；请去掉密码，另存为 .docx 或 .xlsx 后再上传。",
                "This is an old Office file or one with a password; remove the password and save it as .docx or .xlsx.",
            )
        )
    return _text(content)


def _pdf(content: bytes) -> FileType:
    if b"%%EOF" not in content:
        raise Refused(
            Text("PDF 不完整，请重新导出后上传。", "The PDF is cut off; export it again and upload that."),
        )
    return FileType.PDF


def _jpeg(_content: bytes) -> FileType:
    return FileType.JPEG


def _png(content: bytes) -> FileType:
    if content[12:16] != b"IHDR":
        raise Refused(Text("图片已损坏，请重新保存。", "The picture is damaged; save it again."))
    return FileType.PNG


def _package(content: bytes) -> FileType:
    damaged = Refused(Text("文件已损坏，请重新保存后上传。", "The file is damaged; save it again and upload that."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_hostile(package, len(content))
            names = {entry.filename for entry in package.infolist()}
            if "OFD.xml" in names:
                return _ofd(_read(package, "OFD.xml"))
            if "[Content_Types].xml" in names:
                return _office(_read(package, "[Content_Types].xml"), names)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise damaged from error
    raise Refused(
        Text("不接受压缩包；请逐个上传其中的文件。", "Archives are not taken; upload the files in it one by one."),
    )


def _refuse_hostile(package: zipfile.ZipFile, size: int) -> None:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    bomb = unpacked > PACKAGE_UNPACKED or (unpacked > PACKAGE_RATIO_FROM and unpacked > PACKAGE_RATIO * size)
    if bomb or len(entries) > PACKAGE_ENTRIES:
        raise Refused(
            Text(
                "文件解开后异常庞大，不予接受；请另存一份或导出为 PDF。",
                "The file unpacks to an abnormal size; save a new copy of it or export it as PDF.",
            )
        )
    names = [entry.filename for entry in entries]
    outside = any(name.startswith(("/", "\\")) or ".." in re.split(r"[\\/]", name) or ":" in name for name in names)
    if outside or len(set(names)) != len(names) or any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(
            Text("文件内部结构异常或加了密码，请另存一份后上传。",
                 "The inside of the file is irregular or has a password; save a new copy of it and upload that."),
        )  # fmt: skip


def _office(content_types: bytes, names: set[str]) -> FileType:
    lowered = content_types.lower()
    active = b"macroenabled" in lowered or b"vbaproject" in lowered or b"activex" in lowered
    if active or any(name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".vbs")) for name in names):
        raise Refused(
            Text("文件含有宏，不予接受；请另存为不含宏的 .docx 或 .xlsx。",
                 "The file contains macros; save it as .docx or .xlsx without macros."),
        )  # fmt: skip
    kinds = {kind for main, kind in _MAIN_PARTS.items() if main in content_types}
    if len(kinds) != 1:
        raise Refused(_UNKNOWN)
    return kinds.pop()


def _ofd(root: bytes) -> FileType:
    if b"OFD" not in root[:1000]:
        raise Refused(_UNKNOWN)
    return FileType.OFD


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as entry:
        content = entry.read(_DIRECTORY_LIMIT + 1)
    if len(content) > _DIRECTORY_LIMIT or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused(_UNKNOWN)
    return content


def _text(content: bytes) -> FileType:
    readable = _decodes(content, "utf-8-sig") or _decodes(content, "gb18030")
    if not readable or _TEXT_MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise Refused(_UNKNOWN)
    return FileType.TEXT


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return all(character >= " " or character in "\t\r\n\f" for character in text)


_UNKNOWN = Text(
    "不接受这种文件；请上传 PDF、JPG、PNG、DOCX、XLSX、OFD 或 TXT。",
    "This kind of file is not taken; upload PDF, JPG, PNG, DOCX, XLSX, OFD or TXT.",
)
_SIGNATURES: tuple[tuple[bytes, Callable[[bytes], FileType]], ...] = (
    (b"%PDF-", _pdf),
    (b"\xff\xd8\xff", _jpeg),
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"PK\x03\x04", _package),
    (b"PK\x05\x06", _package),
)

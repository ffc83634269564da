"""Small files of every kind, good and hostile."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib

from tests.documents.samples import make_text
from workflows.documents import layout_docx

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 32 + b"\xff\xd9"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00"))
    + _chunk(b"IEND", b"")
)


def package(*entries: tuple[str, bytes | str]) -> bytes:
    """A zip archive; an entry may occur twice."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


def content_types(*kinds: str) -> tuple[str, str]:
    overrides = "".join(f'<Override PartName="/x" ContentType="{kind}"/>' for kind in kinds)
    return "[Content_Types].xml", f'<?xml version="1.0"?><Types>{overrides}</Types>'


def office(kind: str, *more: tuple[str, bytes | str]) -> bytes:
    return package(content_types(kind), *more)


DOCX = layout_docx.render(make_text(), "某发〔2026〕1号")
XLSX = office(SHEET, ("xl/workbook.xml", "<workbook/>"))
OFD = package(("OFD.xml", '<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'))

"""Uploads that are not what they say, or do more than they should."""

from __future__ import annotations

import struct
import time

import pytest

from tests.documents import files
from workflows.documents.attachments import SIZE_LIMIT, checked, clean_name
from workflows.documents.file_types import FileType
from workflows.errors import Invalid


def refused(filename: str, content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        checked("minutes", filename, content)
    messages = [mistake.message for mistake in caught.value.mistakes]
    assert all(message.zh and message.en for message in messages)
    assert {mistake.path for mistake in caught.value.mistakes} == {"/materials/minutes"}
    return " ".join(message.en for message in messages)


@pytest.mark.parametrize(
    ("filename", "content", "kind"),
    [
        ("纪要.pdf", files.PDF, FileType.PDF),
        ("扫描.JPG", files.JPEG, FileType.JPEG),
        ("扫描.jpeg", files.JPEG, FileType.JPEG),
        ("章.png", files.PNG, FileType.PNG),
        ("请示.docx", files.DOCX, FileType.DOCX),
        ("统计.xlsx", files.XLSX, FileType.XLSX),
        ("公文.ofd", files.OFD, FileType.OFD),
        ("说明.txt", "说明".encode(), FileType.TEXT),
        ("说明.txt", "说明，旧编码".encode("gb18030"), FileType.TEXT),
        ("1.关于2026.11的统计.pdf", files.PDF, FileType.PDF),
    ],
)
def test_what_is_what_it_says_is_taken(filename: str, content: bytes, kind: FileType) -> None:
    assert checked("minutes", filename, content)[1] is kind


def test_an_empty_file_is_refused() -> None:
    assert "empty" in refused("a.pdf", b"")


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("纪要.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("纪要.txt", b"\xef\xbb\xbf <HTML>"),
        ("图.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'),
        ("图.jpg", b"GIF89a" + b"\x00" * 20),
        ("程序.pdf", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("程序.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("程序.txt", b"\x7fELF\x02\x01\x01\x00"),
        ("压缩.zip", files.package(("a.txt", "a"))),
        ("压缩.rar", b"Rar!\x1a\x07\x00"),
        ("x.docx", files.office("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml")),
        ("x.docx", files.package(files.content_types(files.WORD, files.SHEET))),
        ("x.ofd", files.package(("OFD.xml", "<html/>"))),
    ],
)
def test_kinds_that_are_not_on_the_list_are_refused(filename: str, content: bytes) -> None:
    assert "not taken" in refused(filename, content)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("纪要.docx", files.PDF),
        ("纪要.pdf", files.DOCX),
        ("统计.docx", files.XLSX),
        ("纪要.pdf.html", files.PDF),
        ("纪要", files.PDF),
        ("图.png", files.JPEG),
        ("说明.pdf", "说明".encode()),
    ],
)
def test_content_and_extension_must_agree(filename: str, content: bytes) -> None:
    assert "make sure it is the right file" in refused(filename, content)


@pytest.mark.parametrize("filename", ["发票.exe.pdf", "纪要.HTML.pdf", "a.js.b.pdf", "a.scr.pdf"])
def test_a_hidden_program_extension_is_refused(filename: str) -> None:
    assert "program's extension" in refused(filename, files.PDF)


def test_old_or_locked_office_files_are_refused_with_the_remedy() -> None:
    assert "save it as .docx or .xlsx" in refused("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


@pytest.mark.parametrize(
    "content",
    [
        files.office(files.WORD.replace("document.main", "document.macroEnabled.main")),
        files.office("application/vnd.ms-word.document.macroEnabled.main+xml"),
        files.office(files.WORD, ("word/vbaProject.bin", b"x")),
        files.package(files.content_types(files.WORD, "application/vnd.ms-office.vbaProject")),
        files.package(files.content_types(files.SHEET, "application/vnd.ms-office.activeX+xml")),
    ],
)
def test_macros_are_refused(content: bytes) -> None:
    assert "macros" in refused("带宏.docx", content)


@pytest.mark.parametrize(
    "content",
    [
        files.office(files.WORD, ("../../etc/passwd", b"x")),
        files.office(files.WORD, ("/etc/passwd", b"x")),
        files.office(files.WORD, ("..\\x", b"x")),
        files.office(files.WORD, ("c:x", b"x")),
        files.office(files.WORD, ("word/a.xml", b"1"), ("word/a.xml", b"2")),
    ],
)
def test_paths_out_of_a_package_are_refused(content: bytes) -> None:
    assert "irregular" in refused("x.docx", content)


def test_a_zip_bomb_is_refused_at_once() -> None:
    bomb = files.office(files.WORD, ("word/document.xml", b"\x00" * 64 * 1024 * 1024))
    started = time.perf_counter()
    assert "abnormal size" in refused("x.docx", bomb)
    assert time.perf_counter() - started < 1


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    name, _ = files.content_types(files.WORD)
    bomb = bytearray(files.package((name, b" " * 32 * 1024 * 1024)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = bytes(bomb).index(signature) + offset
        bomb[at : at + 4] = struct.pack("<I", 10)
    started = time.perf_counter()
    assert refused("x.docx", bytes(bomb))
    assert time.perf_counter() - started < 1


def test_many_entries_are_refused() -> None:
    many = files.office(files.WORD, *((f"word/{number}.xml", b"") for number in range(3_001)))
    assert "abnormal size" in refused("x.docx", many)


def test_an_entity_in_the_package_is_refused() -> None:
    name, types = files.content_types(files.WORD)
    bomb = types.replace("<Types>", '<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>')
    assert "not taken" in refused("x.docx", files.package((name, bomb)))


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("x.docx", files.DOCX[: len(files.DOCX) // 2]),
        ("x.docx", b"PK\x03\x04" + b"\x00" * 200),
        ("x.pdf", files.PDF[:30]),
        ("x.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30),
    ],
)
def test_a_damaged_file_is_refused_with_the_remedy(filename: str, content: bytes) -> None:
    said = refused(filename, content)
    assert "save it again" in said or "export it again" in said


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at() -> None:
    assert "20 MB" in refused("x.pdf", b"x" * (SIZE_LIMIT + 1))
    with pytest.raises(Invalid, match=r".+") as caught:
        checked("minutes", "x.pdf", files.PDF, size_limit=10)
    assert len(caught.value.mistakes) == 1


def test_every_mistake_is_listed_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        checked("minutes", "a.exe.docx", files.PDF)
    assert len(caught.value.mistakes) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("纪要.pdf", "纪要.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\张三\\纪要.PDF", "纪要.pdf"),
        ("../../纪要.pdf", "纪要.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00\r\nSet-Cookie: b.pdf", "a Set-Cookie_ b.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("con.pdf", "_con.pdf"),
        ("", "file"),
        ("...", "file"),
        (".pdf", "pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept

"""Files that are what they say, files that are not, and files that mean harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from tests.ledger.workbooks import HEADINGS, csv, part, replaced, saved, xlsx
from workflows.errors import BadFile
from workflows.ledger.columns import COLUMNS
from workflows.workbooks.columns import Table, only_table
from workflows.workbooks.opening import Formula, Limits, open_workbook

SHEET = "xl/worksheets/sheet1.xml"
ROW = ("91410100000000010X", "甲公司", "在营", "30", "2026-03-05")


def table(content: bytes, filename: str = "台账.xlsx") -> Table:
    return only_table(open_workbook(content, filename), COLUMNS)


def refusal(content: bytes, filename: str = "台账.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(BadFile) as refused:
        only_table(open_workbook(content, filename, limits), COLUMNS)
    assert refused.value.message.en
    return refused.value.message.zh


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("joint", [",", "\t", ";"])
def test_csv_in_every_usual_encoding_and_separator(encoding: str, joint: str) -> None:
    found = table(csv(ROW, encoding=encoding, joint=joint), "台账.csv")
    assert found.lines[0].cells == ROW
    assert found.lines[0].number == 2


def test_headings_may_stand_below_a_title_and_be_written_differently() -> None:
    headings = ("序号", "统一社会\n信用代码*", " 单位名称 ", "职工人数", "统计日期", "经营状态", "联系方式")
    found = table(xlsx((1, *ROW), headings=headings, above=[("某某产业集聚区企业台账",), ()]))
    assert found.heading_line == 3
    assert found.lines[0].number == 4
    assert dict(found.positions) == {"credit_code": 1, "name": 2, "employees": 3, "data_on": 4, "operating": 5}
    assert found.ignored == ("序号", "联系方式")


def test_the_sheet_with_the_table_is_found_among_others() -> None:
    book = Workbook()
    book.active.append(["说明"])
    book.create_sheet("企业").append(list(HEADINGS))
    assert table(saved(book)).sheet == "企业"


def test_two_sheets_that_look_alike_are_refused_by_name() -> None:
    book = Workbook()
    for name in ("一季度", "二季度"):
        book.create_sheet(name).append(list(HEADINGS))
    assert "“一季度”、“二季度”" in refusal(saved(book))


def test_missing_columns_are_named() -> None:
    message = refusal(xlsx(headings=("统一社会信用代码", "企业名称", "数据日期")))
    assert "“在营状态”、“职工数”" in message


def test_a_heading_over_two_lines_is_explained() -> None:
    headings = ("统一社会信用代码", "企业名称", "在营状态", "人员情况", None)
    message = refusal(xlsx((None, None, None, "职工数", "数据日期"), headings=headings))
    assert "第 2 行有这样的标题" in message
    assert "合并单元格" in message


def test_a_column_twice_is_named() -> None:
    assert "有两列“职工数”" in refusal(xlsx(headings=(*HEADINGS, "职工人数")))


def test_no_headings_at_all_names_what_is_needed() -> None:
    assert "统一社会信用代码、企业名称" in refusal(xlsx(headings=("甲", "乙")))


def test_formulas_are_seen_as_formulas_and_text_stays_text() -> None:
    book = Workbook()
    book.active.append(["=1+1", "x"])
    cell = book.active.cell(1, 2, "=cmd|' /C calc'!A0")
    cell.data_type = "s"
    sheets = open_workbook(saved(book), "a.xlsx")
    assert sheets[0].lines[0].cells == (Formula("=1+1"), "=cmd|' /C calc'!A0", *[None] * 98)
    (read,) = open_workbook(b"=1+1,'=2,'-3,-4", "a.csv")
    assert read.lines[0].cells == (Formula("=1+1"), "=2", "-3", "-4")


@pytest.mark.parametrize(
    ("content", "filename", "says"),
    [
        (b"", "台账.xlsx", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "台账.xls", "另存为 .xlsx"),
        (b"PK\x03\x04" + b"\0" * 60, "台账.xlsx", "不完整"),
        (b"%PDF-1.7\n...", "台账.csv", "不是 .xlsx"),
        (b"<html><table></table></html>", "台账.xls", "不是 .xlsx"),
        (b"<html><table></table></html>", "台账.csv", "不是 .xlsx"),
        ("代码,名称".encode(), "台账.docx", "不是 .xlsx"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "台账.csv", "编码"),
        (b"\xff\xfe\xff\xfe\x00\xd8", "台账.csv", "编码"),
        ('统一社会信用代码,企业名称\r\n1,"没有结束'.encode(), "台账.csv", "引号"),
        (b"a" * 300_000, "台账.csv", "第 1 行附近"),
    ],
)
def test_what_is_not_a_workbook_is_refused_with_the_remedy(content: bytes, filename: str, says: str) -> None:
    assert says in refusal(content, filename)


def test_other_archives_and_macros_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "不是 .xlsx" in refusal(out.getvalue())
    assert "宏" in refusal(replaced(xlsx(ROW), "xl/vbaProject.bin", b"\0"))


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_opened() -> None:
    message = refusal(b"PK" + b"\0" * (50 * 1024 * 1024))
    assert "50 MB" in message
    assert "10 MB" in message


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = replaced(xlsx(ROW), "xl/media/image1.png", b"\0" * 160_000_000)
    assert len(bomb) < 1_000_000
    assert "解开后超过 150 MB" in refusal(bomb)


def test_too_many_rows_are_refused() -> None:
    assert "超过 30 行" in refusal(xlsx(*[ROW] * 60), limits=Limits(rows=30))
    assert "超过 30 行" in refusal(csv(*[ROW] * 60), "台账.csv", limits=Limits(rows=30))


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "name", [SHEET, "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels"]
)
def test_entities_are_refused_in_every_part(declaration: bytes, encoding: str, name: str) -> None:
    good = xlsx(ROW)
    xml = declaration + part(good, name).replace("甲公司".encode("ascii", "xmlcharrefreplace"), b"&b;")
    assert "损坏" in refusal(replaced(good, name, xml.decode().encode(encoding)))


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("xml", [b"not xml", b"", b"<worksheet>", b"\xff\xfe"])
def test_broken_parts_are_refused(name: str, xml: bytes) -> None:
    refusal(replaced(xlsx(ROW), name, xml))


def test_a_reference_to_a_shared_text_that_is_not_there_is_refused() -> None:
    good = xlsx(ROW)
    sheet = part(good, SHEET).replace(b"</sheetData>", b'<row r="9"><c r="A9" t="s"><v>99</v></c></row></sheetData>')
    assert "损坏" in refusal(replaced(good, SHEET, sheet))


def test_a_row_far_below_neither_hangs_nor_counts() -> None:
    good = xlsx(ROW)
    sheet = part(good, SHEET).replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>')
    assert len(table(replaced(good, SHEET, sheet)).lines) == 1

"""The workbook an office starts from: one sheet to fill in, one that explains every column."""

from __future__ import annotations

from workflows.ledger.columns import COLUMNS, SHEET
from workflows.text import Text
from workflows.workbooks.writing import Page, to_xlsx

FILENAME = Text("企业台账模板.xlsx", "enterprise-ledger-template.xlsx")
PREPARED_ROWS = 20_000

_GENERAL = (
    Text(
        "每个企业一行，从第 2 行开始；带 * 的列必须填写，其余列可以空着，也可以整列删去。",
        "One line for each enterprise, from line 2 on; columns with * must be filled, the others may be empty or removed.",
    ),
    Text(
        "按统一社会信用代码识别企业：台账里没有的新增，有的更新；文件里没有的企业保持不变。",
        "Enterprises are known by their credit code: unknown ones are added, known ones updated, others stay as they are.",
    ),
    Text(
        "文件中的空格表示“没有”，会清空台账里原有的内容（在营状态、阶段除外）；导入前的预览会逐项列出。",
        "An empty cell means “none” and empties what the ledger has (but for status and stage); the preview lists every change.",
    ),
    Text(
        "只填数值，不用公式；表头占一行，不合并单元格。",
        "Values only, no formulas; the headings take one line, without merged cells.",
    ),
)


def template() -> bytes:
    """The template as an XLSX file."""
    return to_xlsx([Page(SHEET, COLUMNS)], general=_GENERAL, prepared_rows=PREPARED_ROWS)

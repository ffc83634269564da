"""From one cell to one value, or to the reason why not and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

from workflows.law import credit_code
from workflows.text import Text
from workflows.workbooks.columns import CellKind, Column, Value, plain
from workflows.workbooks.opening import Cell, ErrorValue, Formula

LONGEST_CELL = 5_000
MOST_PERSONS = 10_000_000
MOST_YUAN = Decimal(10) ** 13

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"[\s\u3000\u200b\ufeff\xa0]+")
_COUNT = re.compile(r"(-?\d{1,3}(?:,\d{3})+|-?\d+)(?:\.(\d+))?\s*(?:人|名|位)?")
_MONEY = re.compile(r"[¥￥]?\s*(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*元?")
_DATES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: \d{1,2}:\d{2}(?::\d{2})?)?"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
NO_VALUE = ErrorValue("#N/A")  # what office programs show where a value is missing
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(18_264, 73_416)  # 1950-01-01 to 2100-12-31
_YEARS = range(1900, 2101)


class CellRefused(Exception):
    """A cell cannot be taken over: ``what`` is wrong, and the ``remedy``."""

    def __init__(self, what: Text, remedy: Text) -> None:
        super().__init__(what.zh)
        self.what = what
        self.remedy = remedy


def value_of(column: Column, cell: Cell, today: date) -> Value:
    """The value of a cell in its column; an empty cell is the column's empty value. Raises `CellRefused`."""
    if isinstance(cell, Formula):
        raise CellRefused(
            Text(f"单元格是公式（{_short(cell.text)}）", f"the cell is a formula ({_short(cell.text)})"),
            Text("复制后选择性粘贴为“数值”。", "Copy it and paste the value only."),
        )
    if isinstance(cell, ErrorValue):
        raise CellRefused(
            Text(f"单元格显示错误 {_short(cell.text)}", f"the cell shows the error {_short(cell.text)}"),
            Text("改正公式后粘贴为“数值”。", "Correct the formula and paste the value only."),
        )
    if cell is None or (isinstance(cell, str) and not _BLANKS.sub("", cell)):
        if column.filled:
            raise CellRefused(Text("没有填写", "the cell is empty"), Text("请填写。", "Fill it in."))
        return column.empty
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise CellRefused(
            Text(f"超过 {LONGEST_CELL} 个字", f"longer than {LONGEST_CELL} characters"), Text("请缩短。", "Shorten it.")
        )
    return _READ[column.kind](column, cell, today)


def shown(cell: Cell) -> str:
    """A cell as the person who wrote it knows it, cut to a readable length."""
    if cell is None:
        return ""
    if isinstance(cell, Formula | ErrorValue):
        return _short(cell.text)
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time() else cell).isoformat()
    return _short(_INVISIBLE.sub("", str(cell)[:200]))


def original(cell: Cell) -> str | ErrorValue:
    """The whole cell, for handing a line back; what cannot be taken over comes back as something that is refused again."""
    if isinstance(cell, Formula):
        return NO_VALUE
    if isinstance(cell, ErrorValue):
        return ErrorValue(cell.text if cell.text in _ERRORS else NO_VALUE.text)
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time() else cell).isoformat()
    return _INVISIBLE.sub("", str(cell))


def _text(column: Column, cell: Cell, today: date) -> Value:
    text = _as_text(cell)
    if _INVISIBLE.search(text):
        raise CellRefused(
            Text("含有不可见的控制字符", "the cell holds invisible control characters"),
            Text("请重新输入这一格。", "Type the cell again."),
        )
    text = _BLANKS.sub(" ", text).strip()
    if len(text) > column.longest:
        raise CellRefused(
            Text(f"超过 {column.longest} 个字", f"longer than {column.longest} characters"),
            Text("请缩短。", "Shorten it."),
        )
    return text


def _key(column: Column, cell: Cell, today: date) -> Value:
    text = unicodedata.normalize("NFKC", _as_text(cell)).strip()
    if not _KEY.fullmatch(text):
        raise CellRefused(
            Text(f"“{_short(text)}”不能作编码", f"“{_short(text)}” cannot be a code"),
            Text("编码由字母、数字、- 和 _ 组成，最长 64 位。", "A code has letters, digits, - and _, at most 64."),
        )
    return text


def _credit_code(column: Column, cell: Cell, today: date) -> Value:
    text = credit_code.normalised(_as_text(cell))
    if isinstance(cell, int | float) or _SCIENTIFIC.fullmatch(text):
        raise CellRefused(
            Text("代码被存成了数字，后几位已经丢失", "the code was stored as a number and lost its last digits"),
            Text(
                "把这一列设为“文本”格式，再按营业执照重新填写。", "Format the column as text and type the code again."
            ),
        )
    if what := credit_code.refusal(text):
        raise CellRefused(
            Text(what.zh.rstrip("。"), what.en.rstrip(".")),
            Text("请按营业执照核对。", "Compare it with the business licence."),
        )
    return text


def _count(column: Column, cell: Cell, today: date) -> Value:
    number: Decimal | None = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = _decimal(cell)
    elif isinstance(cell, str) and (found := _COUNT.fullmatch(_half_width(cell))):
        number = Decimal(found[1].replace(",", "") + (f".{found[2]}" if found[2] else ""))
    if number is None:
        raise _no(
            "人数", "a number of persons", cell, Text("请填整数，例如 120。", "Write a whole number, such as 120.")
        )
    if number < 0:
        raise CellRefused(
            Text(f"{number} 是负数", f"{number} is negative"), Text("请填 0 或正整数。", "Write 0 or more.")
        )
    if number != number.to_integral_value():
        raise CellRefused(
            Text(f"{number} 不是整数", f"{number} is no whole number"), Text("请填整数。", "Write a whole number.")
        )
    if number > MOST_PERSONS:
        raise CellRefused(Text(f"{number} 过大", f"{number} is too large"), Text("请核对。", "Check it."))
    return int(number)


def _money(column: Column, cell: Cell, today: date) -> Value:
    number: Decimal | None = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = _decimal(cell)
    elif isinstance(cell, str) and (found := _MONEY.fullmatch(_half_width(cell))):
        number = Decimal(found[1].replace(",", ""))
    if number is None:
        raise _no("金额", "an amount", cell, Text("单位为元，例如 35000.00。", "In yuan, such as 35000.00."))
    if number < 0:
        raise CellRefused(
            Text(f"{number} 是负数", f"{number} is negative"), Text("请填 0 或正数。", "Write 0 or more.")
        )
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_EVEN) if number <= MOST_YUAN else number
    if number > MOST_YUAN or abs(rounded - number) > Decimal("0.000001"):
        raise CellRefused(
            Text(f"{number} 过大或者小数多于两位", f"{number} is too large or has more than two decimals"),
            Text("单位为元，最多两位小数。", "In yuan, with at most two decimals."),
        )
    return rounded


def _date(column: Column, cell: Cell, today: date) -> Value:
    day = _as_date(cell)
    if day is None or day.year not in _YEARS:
        raise _no("日期", "a date", cell, Text("写成 2026-03-05 这样的日期。", "Write a date like 2026-03-05."))
    if column.past and day > today:
        raise CellRefused(
            Text(f"{day} 在今天（{today}）之后", f"{day} is after today ({today})"),
            Text("请核对日期。", "Check the date."),
        )
    return day


def _choice(column: Column, cell: Cell, today: date) -> Value:
    written = plain(_as_text(cell))
    for choice in column.choices:
        names = (choice.label.zh, choice.label.en, str(choice.value), *choice.also)
        if written in map(_plain_once, names):
            return choice.value
    allowed = "、".join(choice.label.zh for choice in column.choices)
    english = ", ".join(f"{choice.label.zh} ({choice.label.en})" for choice in column.choices)
    raise CellRefused(
        Text(f"“{shown(cell)}”不在可选值内", f"“{shown(cell)}” is not one of the answers"),
        Text(f"可选：{allowed}。", f"The answers are: {english}."),
    )


_READ: dict[CellKind, Callable[[Column, Cell, date], Value]] = {
    CellKind.TEXT: _text,
    CellKind.KEY: _key,
    CellKind.CREDIT_CODE: _credit_code,
    CellKind.COUNT: _count,
    CellKind.MONEY: _money,
    CellKind.DATE: _date,
    CellKind.CHOICE: _choice,
}


def _as_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return str(cell.date() if cell.time() == time() else cell)
    return str(cell)


def _as_date(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=cell)  # a date whose cell is formatted as a number
    if not isinstance(cell, str | int) or isinstance(cell, bool):
        return None
    text = _half_width(str(cell))
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def _decimal(number: int | float) -> Decimal | None:
    try:
        decimal = Decimal(repr(number))
    except InvalidOperation:
        return None
    return decimal if decimal.is_finite() else None


def _half_width(text: str) -> str:
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()


@lru_cache(maxsize=512)
def _plain_once(text: str) -> str:
    return plain(text)


def _no(zh: str, en: str, cell: Cell, remedy: Text) -> CellRefused:
    return CellRefused(Text(f"“{shown(cell)}”不是{zh}", f"“{shown(cell)}” is not {en}"), remedy)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"

"""From a JSON Schema to the fields of an HTML form, and from what a browser sends back to JSON.

A field is named by its JSON pointer: `/members/0/name` is the name in the first row of members. A row also sends its
own pointer (`/members/0`), so that a row of empty fields is still a row. What cannot be read as a number stays the text
that was typed: the check against the schema names it, and the page shows it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from workflows.text import written

Say = Callable[[str], str]
Answers = dict[str, Any]

FIRST_ROWS: Final = 3  # as many empty rows are offered at first, when a form wants at least so many
_WHOLE: Final = re.compile(r"-?\d{1,15}\Z")
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?\Z")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a template draws it. `widget`: text, textarea, date, number, radio, select, yes_no, rows."""

    path: str
    widget: str
    title: str
    help: str = ""
    value: str = ""
    required: bool = False
    unit: str = ""
    lines: int = 4
    options: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[Field, ...], ...] = ()
    may_add: bool = False
    may_remove: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer for reading: `value`, or a table of `columns` and `rows`."""

    title: str
    value: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


# ---- from the browser -----------------------------------------------------------------------------------------------


def parse(schema: Mapping[str, Any], form: MultiDict[str, str]) -> Answers:
    """What was typed, as JSON of the schema's shape; fields left empty are absent, empty rows are `{}`."""
    return _object(schema, "", form)


def without_empty_rows(answers: Mapping[str, Any]) -> Answers:
    """The answers for a decision: rows in which nothing was typed do not count."""
    kept: Answers = {}
    for name, value in answers.items():
        if not isinstance(value, list):
            kept[name] = value
        elif rows := [row for row in value if any(cell is not False for cell in row.values())]:
            kept[name] = rows
    return kept


def add_row(schema: Mapping[str, Any], answers: Mapping[str, Any], path: str) -> Answers:
    """The answers with one more empty row in the table at `path`; unchanged when there is no such table."""
    name = path.strip("/")
    field = schema.get("properties", {}).get(name, {})
    if field.get("type") != "array":
        return dict(answers)
    rows = list(answers.get(name) or _first_rows(field))
    return {**answers, name: [*rows, {}] if len(rows) < _most(field) else rows}


def remove_row(answers: Mapping[str, Any], path: str) -> Answers:
    """The answers without the row at `path` (`/members/2`); unchanged when there is no such row."""
    name, _, number = path.strip("/").partition("/")
    rows = answers.get(name)
    if not isinstance(rows, list) or not number.isdecimal() or int(number) >= len(rows):
        return dict(answers)
    return {**answers, name: [row for index, row in enumerate(rows) if index != int(number)]}


def _object(schema: Mapping[str, Any], path: str, form: MultiDict[str, str]) -> Answers:
    found: Answers = {}
    for name, field in schema.get("properties", {}).items():
        value = _value(field, f"{path}/{name}", form)
        if value is not _ABSENT:
            found[name] = value
    return found


def _value(field: Mapping[str, Any], path: str, form: MultiDict[str, str]) -> Any:
    kind = field.get("type")
    if kind == "array":
        rows = [_object(field["items"], f"{path}/{number}", form) for number in _row_numbers(path, form)]
        return rows or _ABSENT
    if kind == "boolean":
        return form.get(path, "") == "true"
    typed = clean(form.get(path, ""))
    if not typed:
        return _ABSENT
    return _number(typed, str(kind)) if kind in ("integer", "number") else typed


def _row_numbers(path: str, form: MultiDict[str, str]) -> list[int]:
    pattern = re.compile(re.escape(path) + r"/(\d{1,5})(/|\Z)")
    return sorted({int(match.group(1)) for name in form if (match := pattern.match(name))})


def clean(typed: str) -> str:
    """Text without the signs nobody can type or see, with one kind of line end, and nothing around it."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return written(lines)


def _number(typed: str, kind: str) -> int | float | str:
    plain = unicodedata.normalize("NFKC", typed).replace(",", "").replace(" ", "")
    if _WHOLE.match(plain):
        return int(plain)
    return float(plain) if kind == "number" and _NUMBER.match(plain) else typed


# ---- to the page ----------------------------------------------------------------------------------------------------


def fields(schema: Mapping[str, Any], ui: Mapping[str, Any], values: Mapping[str, Any], say: Say) -> tuple[Field, ...]:
    """The fields of a form in the order of its ui, filled with `values`; `say` gives texts in the reader's language."""
    properties = schema.get("properties", {})
    required = set(schema.get("required", ()))
    names = [*ui.get("order", ()), *(name for name in properties if name not in ui.get("order", ()))]
    return tuple(
        _field(name, f"/{name}", properties[name], ui, values.get(name), name in required, say) for name in names
    )


def _field(
    key: str, path: str, field: Mapping[str, Any], ui: Mapping[str, Any], value: Any, required: bool, say: Say
) -> Field:
    shown = ui.get(key, {})
    help_ = " ".join(say(part) for part in (field.get("description", ""), shown.get("help", "")) if part)
    title = say(field.get("title", key))
    if field.get("type") == "array":
        return _rows(key, path, field, ui, value, title, help_, required, say)
    return Field(
        path=path,
        widget=_widget(field, shown, "." in key),
        title=title,
        help=help_,
        value=as_text(value),
        required=required,
        unit=say(shown["unit"]) if shown.get("unit") else "",
        lines=int(shown.get("rows", 4)),
        options=tuple((choice["const"], say(choice["title"])) for choice in field.get("oneOf", ())),
    )


def _rows(
    key: str,
    path: str,
    field: Mapping[str, Any],
    ui: Mapping[str, Any],
    value: Any,
    title: str,
    help_: str,
    required: bool,
    say: Say,
) -> Field:
    items = field["items"]
    wanted = set(items.get("required", ()))
    values = value if isinstance(value, list) and value else _first_rows(field)
    return Field(
        path=path,
        widget="rows",
        title=title,
        help=help_,
        required=required,
        rows=tuple(
            tuple(
                _field(f"{key}.{name}", f"{path}/{number}/{name}", column, ui, row.get(name), name in wanted, say)
                for name, column in items.get("properties", {}).items()
            )
            for number, row in enumerate(values)
        ),
        may_add=len(values) < _most(field),
        may_remove=len(values) > 1,
    )


def _first_rows(field: Mapping[str, Any]) -> list[Answers]:
    return [{} for _ in range(max(1, min(int(field.get("minItems", 1)), FIRST_ROWS)))]


def _most(field: Mapping[str, Any]) -> int:
    return int(field.get("maxItems", 1000))


def _widget(field: Mapping[str, Any], shown: Mapping[str, Any], in_row: bool) -> str:
    kind = field.get("type")
    if kind == "boolean":
        return "yes_no"
    if kind in ("integer", "number"):
        return "number"
    if field.get("format") == "date":
        return "date"
    if "oneOf" in field:
        return str(shown.get("widget") or ("select" if in_row or len(field["oneOf"]) > 4 else "radio"))
    long = int(field.get("maxLength", 0)) > 200 and not in_row
    return "textarea" if shown.get("widget") == "textarea" or (long and not shown.get("widget")) else "text"


def as_text(value: Any) -> str:
    """A stored value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# ---- for reading ----------------------------------------------------------------------------------------------------


def shown(
    schema: Mapping[str, Any], ui: Mapping[str, Any], answers: Mapping[str, Any], say: Say, yes_no: tuple[str, str]
) -> tuple[Shown, ...]:
    """The answers with their titles, choices in words; what was not filled in is left out."""
    found = []
    for field in fields(schema, ui, answers, say):
        name = field.path.strip("/")
        if name not in answers:
            continue
        if field.widget == "rows":
            columns = tuple(say(c.get("title", n)) for n, c in _columns(schema, name))
            found.append(Shown(field.title, columns=columns, rows=tuple(_cells(row, yes_no) for row in field.rows)))
        else:
            found.append(Shown(field.title, _in_words(field, yes_no)))
    return tuple(found)


def _columns(schema: Mapping[str, Any], name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return schema["properties"][name]["items"].get("properties", {}).items()


def _cells(row: tuple[Field, ...], yes_no: tuple[str, str]) -> tuple[str, ...]:
    return tuple(_in_words(cell, yes_no) for cell in row)


def _in_words(field: Field, yes_no: tuple[str, str]) -> str:
    if field.widget == "yes_no":
        return yes_no[0] if field.value else yes_no[1]
    value = dict(field.options).get(field.value, field.value)
    return f"{value} {field.unit}".strip() if field.unit and value else value

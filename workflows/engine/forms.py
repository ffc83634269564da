"""Forms of user tasks: a documented subset of JSON Schema 2020-12, and how its fields are shown.

A form is an object of fields. A field is text, a choice, a date, a number, a yes or no, or a table of rows of those.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from workflows.engine.findings import CheckFinding, suggestion
from workflows.text import Text

WIDGETS = ("textarea", "radio", "select", "checkbox")

_COMMON = {"type", "title", "description", "default"}
_KEYS: Mapping[str, set[str]] = {
    "string": _COMMON | {"minLength", "maxLength", "pattern", "format", "oneOf"},
    "integer": _COMMON | {"minimum", "maximum"},
    "number": _COMMON | {"minimum", "maximum"},
    "boolean": _COMMON,
    "array": _COMMON | {"items", "minItems", "maxItems", "uniqueItems"},
    "object": _COMMON | {"properties", "required", "additionalProperties", "$schema", "$id"},
}
_SCALARS = ("string", "integer", "number", "boolean")
_UI_KEYS = {"widget": str, "help": str, "rows": int, "unit": str}
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True)
class Form:
    """``schema`` is JSON Schema in the subset; ``ui`` holds ``order`` and, per field, widget, help, rows and unit."""

    name: str
    schema: Mapping[str, Any]
    ui: Mapping[str, Any]


def load_json(file: str, content: bytes) -> tuple[dict[str, Any], tuple[CheckFinding, ...]]:
    """The object in a JSON file, empty when there is none to be read."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return {}, (
            CheckFinding(file, "", Text(f"不是有效的 UTF-8 JSON：{error}", f"This is no valid JSON in UTF-8: {error}")),
        )
    if not isinstance(value, dict):
        return {}, (CheckFinding(file, "", Text("应是一个 JSON 对象。", "This must be a JSON object.")),)
    return value, ()


def check_schema(file: str, schema: Mapping[str, Any]) -> Iterator[CheckFinding]:
    """Everything that is outside the subset."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        yield CheckFinding(
            file, place, Text(f"不是有效的 JSON Schema：{error.message}", f"No valid JSON Schema: {error.message}")
        )
        return
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), dict):
        yield CheckFinding(
            file,
            "",
            Text(
                '表单须是 "type": "object"，并有 properties。', 'A form has "type": "object" and lists its properties.'
            ),
        )
        return
    yield from _check_object(file, "", schema, ("array", *_SCALARS))


def _check_object(file: str, place: str, schema: Mapping[str, Any], types: tuple[str, ...]) -> Iterator[CheckFinding]:
    yield from _check_keys(file, place, schema, _KEYS["object"])
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        yield CheckFinding(file, place, Text("至少要有一个字段。", "There must be at least one field."))
        return
    for name, field in properties.items():
        yield from _check_field(file, f"{place}/{name}".lstrip("/"), name, field, types)
    for name in schema.get("required", ()):
        if name not in properties:
            told = suggestion(name, properties)
            yield CheckFinding(
                file,
                place,
                Text(f"required 里的“{name}”不是字段{told.zh}", f'"{name}" is required but is no field{told.en}'),
            )


def _check_field(file: str, place: str, name: str, field: object, types: tuple[str, ...]) -> Iterator[CheckFinding]:
    if not _FIELD_NAME.match(name):
        yield CheckFinding(
            file,
            place,
            Text("字段名只用小写字母、数字和下划线。", "Use lower-case letters, digits and underscores only."),
        )
    kind = field.get("type") if isinstance(field, dict) else None
    if not isinstance(field, dict) or kind not in types:
        allowed = ", ".join(types)
        yield CheckFinding(
            file, place, Text(f"字段类型只能是：{allowed}。", f"The type of a field is one of: {allowed}.")
        )
        return
    yield from _check_keys(file, place, field, _KEYS[str(kind)])
    if not field.get("title"):
        yield CheckFinding(file, place, Text("字段缺少 title。", "The field has no title."))
    if kind == "string":
        yield from _check_text(file, place, field)
    if kind == "array":
        yield from _check_rows(file, place, field)


def _check_text(file: str, place: str, field: Mapping[str, Any]) -> Iterator[CheckFinding]:
    if field.get("format", "date") != "date":
        yield CheckFinding(file, place, Text('format 只支持 "date"。', 'The only format is "date".'))
    choices = field.get("oneOf")
    if choices is None:
        return
    for choice in choices:
        shaped = isinstance(choice, dict) and set(choice) == {"const", "title"} and isinstance(choice["const"], str)
        if not shaped or not choice["title"]:
            yield CheckFinding(
                file,
                place,
                Text("oneOf 的每一项写 const（文字）和 title。", "Each entry of oneOf has a const (text) and a title."),
            )
            return


def _check_rows(file: str, place: str, field: Mapping[str, Any]) -> Iterator[CheckFinding]:
    items = field.get("items")
    if not isinstance(items, dict) or items.get("type") != "object":
        yield CheckFinding(
            file, place, Text("列表的 items 须是 object（行）。", "The items of a list are objects, its rows.")
        )
        return
    yield from _check_object(file, f"{place}/items", items, _SCALARS)


def _check_keys(file: str, place: str, schema: Mapping[str, Any], known: Set[str]) -> Iterator[CheckFinding]:
    for key in schema:
        if key not in known:
            told = suggestion(key, known)
            yield CheckFinding(
                file, place, Text(f"表单不支持“{key}”{told.zh}", f'Forms do not support "{key}" here{told.en}')
            )


def check_ui(file: str, ui: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[CheckFinding]:
    """Everything in a ui.json that does not fit its form, which is in the subset."""
    fields = dict(_fields(schema))
    order = ui.get("order", [])
    if not isinstance(order, list):
        yield CheckFinding(file, "order", Text("order 是字段名的列表。", "The order is a list of names of fields."))
        order = []
    for name in order:
        if str(name) not in schema["properties"]:
            yield _no_field(file, "order", str(name), fields)
    for name, shown in ui.items():
        if name == "order":
            continue
        if name not in fields:
            yield _no_field(file, name, name, fields)
        elif not isinstance(shown, dict):
            yield CheckFinding(file, name, Text("这里应是一个对象。", "This must be an object."))
        else:
            yield from _check_keys(file, name, shown, _UI_KEYS.keys())
            for key in shown.keys() & _UI_KEYS.keys():
                if not isinstance(shown[key], _UI_KEYS[key]):
                    yield CheckFinding(file, name, Text(f"{key} 的值类型不对。", f"{key} has the wrong type of value."))
            if shown.get("widget", WIDGETS[0]) not in WIDGETS:
                told = suggestion(str(shown["widget"]), WIDGETS)
                yield CheckFinding(file, name, Text(f"没有这种控件{told.zh}", f"There is no such widget{told.en}"))


def _no_field(file: str, place: str, name: str, fields: Mapping[str, Any]) -> CheckFinding:
    told = suggestion(name, fields)
    return CheckFinding(file, place, Text(f"表单没有字段“{name}”{told.zh}", f'The form has no field "{name}"{told.en}'))


def _fields(schema: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field by its name, every column of a table as ``table.column``."""
    for name, field in schema["properties"].items():
        yield place + name, field
        if "items" in field:
            yield from _fields(field["items"], f"{name}.")


def texts(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> Iterator[str]:
    """Every text that people read of a form in the subset."""
    yield from (schema.get("title", ""), schema.get("description", ""))
    for _, field in _fields(schema):
        yield from (field.get("title", ""), field.get("description", ""))
        yield from (choice.get("title", "") for choice in field.get("oneOf", ()))
    for shown in ui.values():
        if isinstance(shown, dict):
            yield from (shown.get("help", ""), shown.get("unit", ""))

"""Checking what was filled in against the JSON Schema of a form: every mistake at once, in words an official uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from workflows.errors import Mistake
from workflows.text import Text, readable

Say = Callable[[str], Text]

_formats = FormatChecker(formats=())


@_formats.checks("date", raises=ValueError)  # type: ignore[untyped-decorator]
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (bool(date.fromisoformat(value)) and len(value) == 10)


def mistakes(schema: Mapping[str, Any], answers: Any, say: Say = lambda text: Text(text, text)) -> list[Mistake]:
    """What is wrong with the answers, in the order of the form. `say` gives a title of the form in both languages."""
    validator = _validator(id(schema), _Same(schema))
    found = [m for error in validator.iter_errors(answers) for m in _explain(error, schema, say)]
    order = {name: position for position, name in enumerate(schema.get("properties", {}))}
    return sorted(found, key=lambda m: (order.get(m.path.split("/")[1] if m.path else "", -1), m.path))


def known_fields(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without anything the form does not ask for, and without characters that nobody types."""
    return {name: readable(answers[name]) for name in schema.get("properties", {}) if name in answers}


class _Same:
    """Carries a schema through the cache, which is keyed by its identity: schemas live as long as their definition."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


@lru_cache(maxsize=512)
def _validator(_identity: int, held: _Same) -> Draft202012Validator:
    return Draft202012Validator(held.schema, format_checker=_formats)


def _explain(error: ValidationError, schema: Mapping[str, Any], say: Say) -> Iterator[Mistake]:
    path = "".join(f"/{part}" for part in error.absolute_path)
    keyword, limit = str(error.validator), error.validator_value
    if keyword == "required":
        name = _missing(error)
        at = _title(schema, [*error.absolute_path, name], say)
        yield Mistake(f"{path}/{name}", _text("required", at, limit))
        return
    yield Mistake(path, _text(keyword, _title(schema, list(error.absolute_path), say), limit, error.instance))


def _missing(error: ValidationError) -> str:
    """The field one error of `required` is about: jsonschema raises one for each, and names it only in its message."""
    return next(str(name) for name in error.validator_value if error.message.startswith(repr(name)))


def _title(schema: Mapping[str, Any], path: list[Any], say: Say) -> Text:
    zh, en, node = [], [], schema
    for part in path:
        if isinstance(part, int):
            zh.append(f"第 {part + 1} 行")
            en.append(f"row {part + 1}")
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part, {})
            title = say(node.get("title", str(part)))
            zh.append(f"“{title.zh}”")
            en.append(f"“{title.en}”")
    return Text("".join(zh) or "表单", ", ".join(en) or "The form")


def _text(keyword: str, at: Text, limit: Any, value: Any = None) -> Text:
    match keyword:
        case "required":
            return Text(f"{at.zh}尚未填写。", f"{at.en} is not filled in.")
        case "minLength" if limit == 1 or value == "":
            return Text(f"{at.zh}尚未填写。", f"{at.en} is not filled in.")
        case "minLength":
            return Text(f"{at.zh}至少写 {limit} 个字。", f"{at.en} needs at least {limit} characters.")
        case "maxLength":
            return Text(
                f"{at.zh}最多 {limit} 个字，现有 {len(value)} 个。",
                f"{at.en} takes at most {limit} characters and has {len(value)}.",
            )
        case "minimum":
            return Text(f"{at.zh}不能小于 {limit}。", f"{at.en} must not be below {limit}.")
        case "maximum":
            return Text(f"{at.zh}不能大于 {limit}。", f"{at.en} must not be above {limit}.")
        case "exclusiveMinimum":
            return Text(f"{at.zh}必须大于 {limit}。", f"{at.en} must be above {limit}.")
        case "exclusiveMaximum":
            return Text(f"{at.zh}必须小于 {limit}。", f"{at.en} must be below {limit}.")
        case "type":
            return _type(at, limit)
        case "format" if limit == "date":
            return Text(
                f"{at.zh}不是有效日期，请按 2026-03-05 的写法填写。", f"{at.en} is no date; write it like 2026-03-05."
            )
        case "minItems":
            return Text(f"{at.zh}至少填写 {limit} 行。", f"{at.en} needs at least {limit} rows.")
        case "maxItems":
            return Text(f"{at.zh}最多填写 {limit} 行。", f"{at.en} takes at most {limit} rows.")
        case "uniqueItems":
            return Text(f"{at.zh}有重复的行，请删去多余的一行。", f"{at.en} has the same row twice; remove one.")
        case "oneOf" | "enum" | "const":
            return Text(f"{at.zh}请从列出的选项中选择。", f"{at.en}: choose one of the options.")
        case "pattern":
            return Text(f"{at.zh}的写法不符合要求。", f"{at.en} is not written as required.")
        case _:
            return Text(f"{at.zh}不符合要求。", f"{at.en} is not as required.")


def _type(at: Text, wanted: Any) -> Text:
    match wanted:
        case "integer":
            return Text(f"{at.zh}请填写整数。", f"{at.en} takes a whole number.")
        case "number":
            return Text(f"{at.zh}请填写数字。", f"{at.en} takes a number.")
        case _:
            return Text(f"{at.zh}的填写方式不对。", f"{at.en} is filled in the wrong way.")

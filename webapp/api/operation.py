"""One entry per operation of the API: it routes, validates and describes itself, so that the description cannot drift."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import session
from workflows.errors import BadFile, Invalid, Mistake
from workflows.organisations.actors import Actor
from workflows.text import Text

IDEMPOTENCY_HEADER = "Idempotency-Key"
LONGEST_KEY = 128
DEEPEST = 64  # levels of a body; everything that handles one later descends into it
LARGEST_ID = 2**31 - 1

View = TypeVar("View", bound=Callable[..., BaseModel])


class Body(BaseModel):
    """What a client sends. Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


@dataclass(frozen=True, slots=True)
class Call:
    """Everything a view of the API needs."""

    session: Session
    actor: Actor
    now: datetime
    key: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """What is said about an operation in the OpenAPI document."""

    name: str
    method: str
    path: str
    summary: Text
    answer: type[BaseModel]
    body: type[Body] | None
    query: type[Body] | None
    errors: tuple[int, ...]

    @property
    def template(self) -> str:
        """The path with `{name}` for what varies."""
        return re.sub(r"<[^:>]*:?(\w+)>", r"{\1}", self.path)

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.template))

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def operation(
    blueprint: Blueprint,
    known: list[Operation],
    method: str,
    path: str,
    *,
    summary: Text,
    answer: type[BaseModel],
    body: type[Body] | None = None,
    query: type[Body] | None = None,
    errors: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Route a view `(call, **path, query=…, body=…) -> model` and note its description."""

    def register(view: View) -> View:
        entry = Operation(view.__name__, method, path, summary, answer, body, query, errors)
        known.append(entry)

        @wraps(view)
        def answered(**arguments: Any) -> Response:
            key = _idempotency_key() if entry.writes else None  # refused before anything is read
            sent: dict[str, Any] = {}
            if query is not None:
                sent["query"] = _valid(query, request.args.to_dict())
            if body is not None:
                sent["body"] = _valid(body, _json())
            who = actor()
            call = Call(session(), who, now(), f"api:{who.person_id}:{key}" if key else None)
            return jsonify(view(call, **arguments, **sent).model_dump(mode="json"))

        blueprint.add_url_rule(path, view.__name__, answered, methods=[method])
        return view

    return register


def _json() -> Any:
    too_deep = Text("请求正文的嵌套层数太多。", "The request body is nested too deeply.")
    try:
        sent = request.get_json()
    except BadRequest as error:
        raise BadFile(Text("请求正文不是 JSON。", "The request body is no JSON.")) from error
    except RecursionError as error:
        raise BadFile(too_deep) from error
    level = [sent]
    for _ in range(DEEPEST):
        level = [item for value in level for item in _inside(value)]
    if level:
        raise BadFile(too_deep)
    return sent


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _valid(model: type[Body], value: Any) -> Body:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(
            Mistake("/" + "/".join(map(str, item["loc"])) if item["loc"] else "", _reason(item["type"], item["msg"]))
            for item in error.errors(include_url=False, include_input=False)
        ) from error


def _reason(kind: str, message: str) -> Text:
    chinese = {
        "missing": "缺少此项。",
        "extra_forbidden": "没有这一项。",
        "string_type": "应为文字。",
        "string_too_long": "文字过长。",
        "int_parsing": "应为整数。",
        "int_type": "应为整数。",
        "greater_than_equal": "数值太小。",
        "less_than_equal": "数值太大。",
        "literal_error": "不在可选值之内。",
        "dict_type": "应为对象。",
        "model_type": "应为对象。",
        "model_attributes_type": "应为对象。",
    }
    return Text(chinese.get(kind, "这一项的值不正确。"), message)


def _idempotency_key() -> str | None:
    key = request.headers.get(IDEMPOTENCY_HEADER)
    if key is None:
        return None
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(
            [
                Mistake(
                    f"/headers/{IDEMPOTENCY_HEADER}",
                    Text(
                        f"应为 1 至 {LONGEST_KEY} 个可见 ASCII 字符。",
                        f"Must be 1 to {LONGEST_KEY} printable ASCII characters.",
                    ),
                )
            ]
        )
    return key

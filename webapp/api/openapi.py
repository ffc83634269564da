"""The OpenAPI 3.1 document, made from the operations and their models."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.api.models import Problem
from webapp.api.operation import IDEMPOTENCY_HEADER, LARGEST_ID, LONGEST_KEY, Operation

DESCRIPTION = """Sign in with the page first (POST /sign-in); the session cookie `jianhui` identifies the caller, and the
API answers exactly what that person may see and do. Requests that change something carry the CSRF token of the session
(GET /api/v1/session) in the header `X-CSRFToken`. With an `Idempotency-Key`, a request that is sent twice acts once.
`Accept-Language: zh-CN` or `en` chooses the language of names and messages. Times are UTC, days are days in
Asia/Shanghai."""

_ERRORS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read, or its CSRF token is missing or stale.",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in, or the session has ended.",
    HTTPStatus.FORBIDDEN: "Seen, but not for this person to do; the message says why.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or the caller may not know of it.",
    HTTPStatus.CONFLICT: "Somebody was faster: `details` has `by`, `at` and `outcome` where there is a person to name.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something must be corrected; `mistakes` lists everything at once.",
}
_ALWAYS = (HTTPStatus.UNAUTHORIZED,)
_WHEN_SENDING = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def document(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The whole document as JSON."""
    known = list(operations)
    models: set[type[BaseModel]] = {Problem}
    for entry in known:
        models |= {model for model in (entry.answer, entry.body) if model is not None}
    ordered = sorted(models, key=lambda model: model.__name__)
    references, definitions = models_json_schema(
        [(model, "validation" if model in {e.body for e in known} else "serialization") for model in ordered],
        ref_template="#/components/schemas/{model}",
    )
    del references
    paths: dict[str, dict[str, Any]] = {}
    for entry in known:
        paths.setdefault(entry.template, {})[entry.method.lower()] = _describe(entry)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Jianhui", "version": version, "description": DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "jianhui"}},
        },
    }


def _describe(entry: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": entry.name,
        "summary": entry.summary.en,
        "description": entry.summary.zh,
        "parameters": [*_path(entry), *_query(entry), *_headers(entry)],
        "responses": {"200": {"description": "OK", "content": _json(entry.answer)}, **_errors(entry)},
    }
    if entry.body is not None:
        described["requestBody"] = {"required": True, "content": _json(entry.body)}
    return described


def _path(entry: Operation) -> list[dict[str, Any]]:
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in entry.parameters]


def _query(entry: Operation) -> list[dict[str, Any]]:
    if entry.query is None:
        return []
    properties = entry.query.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()]


def _headers(entry: Operation) -> list[dict[str, Any]]:
    if not entry.writes:
        return []
    return [
        {"name": "X-CSRFToken", "in": "header", "required": True, "schema": {"type": "string"}},
        {
            "name": IDEMPOTENCY_HEADER,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
        },
    ]


def _errors(entry: Operation) -> dict[str, Any]:
    sends = _WHEN_SENDING if entry.writes or entry.query is not None else ()
    statuses = sorted({*_ALWAYS, *sends, *map(HTTPStatus, entry.errors)})
    return {str(int(s)): {"description": _ERRORS[s], "content": _json(Problem)} for s in statuses}


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}

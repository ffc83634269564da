"""Errors become answers here, once: a status and a page, or JSON for a program, in the reader's language."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from webapp import database
from webapp.auth import kept
from webapp.languages import text
from workflows.documents.attachments import SIZE_LIMIT
from workflows.errors import BadFile, Conflict, DomainError, Forbidden, Invalid, NotFound

STATUS: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadFile: HTTPStatus.BAD_REQUEST,
}
_MEGABYTE = 1024 * 1024
MOST_DISCARDED = 512 * 1024 * 1024


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_is_stale)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(StaleDataError, _somebody_was_faster)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: DomainError) -> HTTPStatus:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.BAD_REQUEST)


def wants_json() -> bool:
    """Programs get JSON: the API, and requests of our own scripts."""
    if request.path.startswith("/api/") or request.is_json:
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def answer(status: int, title: str, sentence: str, **more: Any) -> Response:
    """The page or JSON for an error; what the request did so far is undone."""
    database.abandon()
    if wants_json():
        body = {"code": more.get("code", HTTPStatus(status).name.lower()), "message": sentence}
        body |= {name: more[name] for name in ("details", "mistakes") if more.get(name)}
        return make_response(jsonify(body), status)
    return make_response(render_template("error.html", status=status, title=title, sentence=sentence, **more), status)


def _titles(status: int) -> str:
    return {
        400: _("这个请求无法处理"),
        401: _("请先登录"),
        403: _("没有办理权限"),
        404: _("找不到这个页面"),
        405: _("这个地址不能这样打开"),
        409: _("情况已经变化"),
        413: _("文件太大"),
        422: _("填写的内容需要更正"),
        429: _("请求过于频繁"),
        503: _("系统正忙，请稍后再试"),
    }.get(status, _("出了问题"))


def _domain_error(error: DomainError) -> Response:
    status = status_of(error)
    mistakes = [{"path": m.path, "message": text(m.message)} for m in getattr(error, "mistakes", ())]
    return answer(
        status,
        _titles(status),
        text(error.message),
        code=error.code,
        details=error.details,
        mistakes=mistakes,
        typed=kept.typed(),
    )


def _somebody_was_faster(_error: StaleDataError) -> Response:
    return answer(
        409,
        _titles(409),
        _("就在刚才，别人更改了同一个办件。请重新打开页面查看。"),
        code="conflict",
        typed=kept.typed(),
    )


def _form_is_stale(_error: CSRFError) -> Response:
    if wants_json():
        return answer(400, _titles(400), _("页面凭证已失效，请刷新页面。"), code="csrf")
    return kept.sign_in_or_confirm()


def _too_large(_error: RequestEntityTooLarge) -> Response:
    _discard_body()
    sentence = _(
        "一次最多上传 %(limit)s MB，每个文件最多 %(each)s MB。请压缩或拆分文件后再上传；本次没有保存任何内容。",
        limit=current_app.config["MAX_CONTENT_LENGTH"] // _MEGABYTE,
        each=SIZE_LIMIT // _MEGABYTE,
    )
    return answer(413, _titles(413), sentence, code="too_large", back=_page_it_came_from())


def _page_it_came_from() -> str | None:
    """The address within this site that the browser names as where it was; None for another site or none."""
    came_from = urlsplit(request.referrer or "")
    if came_from.scheme not in ("http", "https") or came_from.netloc != request.host:
        return None
    if not came_from.path.startswith("/") or came_from.path.startswith("//"):
        return None
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    sentences = {
        404: _("地址有误，或者这项内容不归您所在的单位。"),
        403: _("这项操作不在您的岗位职责之内。"),
        405: _("请从页面上的按钮或链接进入。"),
    }
    return answer(status, _titles(status), sentences.get(status, _("请返回上一页重试。")))


def _unexpected(error: Exception) -> Response:
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    g.reference = secrets.token_hex(4)
    current_app.logger.exception("unexpected error %s", g.reference)
    sentence = _("系统出错，操作没有保存。请把编号 %(reference)s 告诉管理员。", reference=g.reference)
    return answer(500, _titles(500), sentence, reference=g.reference, typed=kept.typed())


def _discard_body() -> None:
    """Read what is still coming: a browser shows our answer only after it has sent everything."""
    stream = request.environ.get("wsgi.input")
    left = min(request.content_length or 0, MOST_DISCARDED)
    while stream is not None and left > 0:
        piece = stream.read(min(left, 65536))
        if not piece:
            return
        left -= len(piece)

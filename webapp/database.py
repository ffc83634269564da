"""One session per request, one place that commits.

Safe methods read: their session is thrown away, and a change left in it is an error. Other methods write: one hook
commits after a view that answered below 400 and rolls back after any other. The body of the request is parsed before
the transaction begins, so a slow sender holds no lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from workflows.storage import Database

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class WroteWhileReading(RuntimeError):
    """A view that should only read has changed something."""


def init_app(app: Flask, database: Database) -> None:
    app.extensions["jianhui_database"] = database
    app.after_request(_finish)
    app.teardown_request(_close)


def database() -> Database:
    return cast(Database, current_app.extensions["jianhui_database"])


def session() -> Session:
    """The session of this request, opened at first need."""
    if "session" not in g:
        reads = request.method in SAFE_METHODS or g.get("abandoned", False)
        if not reads:
            _parse_body()
        _open(database().read() if reads else database().write())
        if reads:
            event.listen(g.session, "before_flush", _refuse_flush)
            event.listen(g.session, "do_orm_execute", _refuse_statement)
    return cast(Session, g.session)


@contextmanager
def look() -> Iterator[Session]:
    """A short read beside the request's own session: for work that must not hold the write lock."""
    with database().read() as beside:
        yield beside


def keep_changes() -> None:
    """Commit although the answer will be an error page: for what must be remembered of a failure."""
    g.keep_changes = True


def abandon() -> None:
    """Undo what this request did so far; what follows only reads."""
    _roll_back()
    g.abandoned = True


def begin_again() -> None:
    """Undo what this request did so far and start a new transaction."""
    _roll_back()


def _open(context: AbstractContextManager[Session]) -> None:
    g.session_context = context
    g.session = context.__enter__()


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.deleted or any(session.is_modified(thing) for thing in session.dirty):
        raise WroteWhileReading(f"{request.method} {request.path} tried to change something")


def _refuse_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise WroteWhileReading(f"{request.method} {request.path} tried to change something")


def _parse_body() -> None:
    if request.is_json:
        request.get_data(cache=True)
    else:
        _ = request.form


def _finish(response: Response) -> Response:
    if "session" not in g:
        return response
    if request.method in SAFE_METHODS or g.get("abandoned", False):
        if response.status_code < 500:
            _refuse_flush(g.session)
    elif response.status_code < 400 or g.get("keep_changes", False):
        context = g.pop("session_context")
        g.pop("session")
        context.__exit__(None, None, None)
    return response


class _Undone(Exception):
    """Makes the session's own context manager roll back."""


def _roll_back() -> None:
    context = g.pop("session_context", None)
    g.pop("session", None)
    if context is not None:
        undone = _Undone()
        try:
            context.__exit__(_Undone, undone, undone.__traceback__)
        except _Undone:
            return


def _close(_error: BaseException | None) -> None:
    _roll_back()

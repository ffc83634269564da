"""The web application: asks and shows. What is decided and remembered lives in `workflows`."""

from __future__ import annotations

from importlib import import_module

from flask import Flask, redirect, url_for
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from webapp import auth, database, errors, languages, navigation, page_parts, security
from webapp.auth.gate import actor, public
from webapp.clock import Clock, today
from webapp.clock import of as clock_of
from webapp.config import Settings
from workflows import access, anchor
from workflows.inbox import counts
from workflows.storage import Database

PARTS = (
    "auth",
    "inbox",
    "search",
    "calendar",
    "cases",
    "operations",
    "printing",
    "ledger",
    "documents",
    "monitor",
    "calculator",
    "event_log",
    "admin",
    "api",
    "notifications",
)


class RowId(IntegerConverter):
    """A number in an address that a database can hold; any other address does not exist."""

    def __init__(self, addresses: Map, *args: int, **options: int) -> None:
        super().__init__(addresses, *args, **{"max": 2**31 - 1, **options})  # type: ignore[arg-type]


def create_app(settings: Settings | None = None, *, clock: Clock | None = None, store: Database | None = None) -> Flask:
    """The application for these settings. `clock` replaces the time of day; `store` an already open database."""
    settings = settings or Settings()
    app = Flask(__name__)
    app.config["SETTINGS"] = settings
    app.config["CLOCK"] = clock or clock_of(settings)
    app.url_map.converters["int"] = RowId
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.configure(app, settings)
    store = store or Database(settings.database_url)
    anchor.follow(store, settings.anchor_address)
    database.init_app(app, store)
    languages.init_app(app)
    auth.init_app(app)
    errors.init_app(app)
    page_parts.init_app(app)
    navigation.init_app(app)
    for part in PARTS:
        app.register_blueprint(import_module(f"webapp.{part}").blueprint)
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/health", "health", _health)
    return app


@public
def _home() -> Response:
    """My work; for a manager with nothing to do, where cases are stuck."""
    if current_user.is_authenticated and not current_user.must_change and actor().is_manager:
        on = today()
        may = access.allowed(database.session(), actor(), access.Permission.VIEW_MONITOR, None, on)
        if may and not counts(database.session(), actor(), on)["todo"]:
            return redirect(url_for("monitor.index"))
    return redirect(url_for("inbox.index"))


@public
def _health() -> Response:
    """Answers when the application runs; for the process that watches it."""
    return Response("ok\n", mimetype="text/plain")

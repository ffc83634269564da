"""Signing in and out, passwords, the language switch."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from webapp.auth import gate, kept
from webapp.auth.current import load
from webapp.auth.views import blueprint

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # a session is bound to the account's key, not to an address that changes
    manager.user_loader(load)
    kept.init_app(app)
    gate.init_app(app)

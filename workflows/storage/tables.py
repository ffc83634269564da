"""Importing this module registers every table."""

from workflows.storage import (
    cases,
    consulting,
    definitions,
    events,
    ledger,
    notifications,
    organisations,
    papers,
    unions,
    watching,
)

__all__ = [
    "cases",
    "consulting",
    "definitions",
    "events",
    "ledger",
    "notifications",
    "organisations",
    "papers",
    "unions",
    "watching",
]

"""Importing this module registers every table."""

from workflows.storage import cases, definitions, events, ledger, organisations, papers, unions

__all__ = ["cases", "definitions", "events", "ledger", "organisations", "papers", "unions"]

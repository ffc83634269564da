"""Exported logs as a miner's program reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from workflows import event_log
from workflows.storage import Database

XES = "{http://www.xes-standard.org/}"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = "for tests only"


@dataclass(frozen=True)
class LoggedEvent:
    """One event by its keys."""

    values: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")

    @property
    def name(self) -> str:
        return self["concept:name"]

    @property
    def transition(self) -> str:
        return self["lifecycle:transition"]

    @property
    def kind(self) -> str:
        return self["jianhui:kind"]

    @property
    def adhoc(self) -> bool:
        return self["jianhui:adhoc"] == "true"


@dataclass(frozen=True)
class LoggedTrace:
    """One trace by its keys, with its events."""

    values: dict[str, str]
    events: tuple[LoggedEvent, ...]

    @property
    def number(self) -> str:
        return self.values["concept:name"]

    @property
    def status(self) -> str:
        return self.values["jianhui:status"]

    @property
    def end(self) -> str:
        return self.values.get("jianhui:end", "")

    @property
    def completed(self) -> list[str]:
        """The names of what was completed, in order."""
        return [event.name for event in self.events if event.transition == "complete"]

    def of(self, kind: str) -> list[LoggedEvent]:
        return [event for event in self.events if event.kind == kind]


@dataclass(frozen=True)
class Log:
    """A whole XES file."""

    root: Any
    traces: tuple[LoggedTrace, ...]


def read_xes(content: bytes) -> Log:
    root = etree.fromstring(content)
    traces = tuple(
        LoggedTrace(_values(trace), tuple(LoggedEvent(_values(event)) for event in trace.iterfind(f"{XES}event")))
        for trace in root.iterfind(f"{XES}trace")
    )
    return Log(root, traces)


def _values(element: Any) -> dict[str, str]:
    return {child.get("key"): child.get("value") for child in element if child.get("key")}


def exported(db: Database, fmt: str, **wanted: Any) -> bytes:
    """The log of a database, for whoever runs the machine unless an `actor` is given."""
    with event_log.snapshot(db) as session:
        actor = wanted.pop("actor", None)
        given = {"secret": SECRET, "now": NOW, **wanted}
        return b"".join(event_log.export(session, actor, fmt=fmt, **given))


def xes(db: Database, **wanted: Any) -> Log:
    return read_xes(exported(db, "xes", **wanted))


def ocel(db: Database, **wanted: Any) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(exported(db, "ocel", **wanted))
    return log

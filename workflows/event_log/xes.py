"""XES, IEEE 1849-2016: one trace for each case, written trace by trace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from lxml import etree

from workflows.event_log.instants import instant
from workflows.event_log.telling import Happened
from workflows.event_log.traces import Trace

NAMESPACE = "http://www.xes-standard.org/"
OWN = "jianhui"

# Name, prefix and the identifier by which the standard knows each; nothing is fetched from there.
EXTENSIONS = (
    ("Concept", "concept", f"{NAMESPACE}concept.xesext"),
    ("Lifecycle", "lifecycle", f"{NAMESPACE}lifecycle.xesext"),
    ("Time", "time", f"{NAMESPACE}time.xesext"),
    ("Organizational", "org", f"{NAMESPACE}org.xesext"),
    ("Jianhui", OWN, f"urn:{OWN}:event-log:1"),
)
_CLASSIFIERS = (
    ("Activity", "concept:name"),
    ("Transition", "concept:name lifecycle:transition"),
)

Value = str | bool | int | datetime | date | None


def write(traces: Iterable[Trace]) -> Iterator[bytes]:
    """The log in UTF-8, in pieces."""
    yield from _head()
    for trace in traces:
        yield etree.tostring(_trace(trace), encoding="utf-8")
        yield b"\n"
    yield b"</log>\n"


def _head() -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<log xes.version="1849.2016" xes.features="" xmlns="{NAMESPACE}">\n'.encode()
    parts = [etree.Element("extension", name=name, prefix=prefix, uri=uri) for name, prefix, uri in EXTENSIONS]
    parts.append(_global("trace", {"concept:name": "", f"{OWN}:procedure": "", f"{OWN}:status": ""}))
    parts.append(
        _global(
            "event",
            {
                "concept:name": "",
                "concept:instance": "",
                "lifecycle:transition": "complete",
                "time:timestamp": datetime(1970, 1, 1, tzinfo=UTC),
                f"{OWN}:kind": "",
                f"{OWN}:adhoc": False,
            },
        )
    )
    parts += [etree.Element("classifier", name=name, scope="event", keys=keys) for name, keys in _CLASSIFIERS]
    log = etree.Element("log")
    _add(log, {"concept:name": "建会办件", "lifecycle:model": "standard"})
    for part in (*parts, *log):
        yield etree.tostring(part, encoding="utf-8") + b"\n"


def _global(scope: str, attributes: dict[str, Value]) -> etree._Element:
    element = etree.Element("global", scope=scope)
    _add(element, attributes)
    return element


def _trace(trace: Trace) -> etree._Element:
    element = etree.Element("trace")
    _add(
        element,
        {
            "concept:name": trace.number,
            f"{OWN}:procedure": trace.procedure,
            f"{OWN}:procedure_title": trace.procedure_title,
            f"{OWN}:version": trace.version,
            f"{OWN}:rule_set": trace.rule_set,
            f"{OWN}:subject_kind": trace.subject_kind,
            f"{OWN}:applicant": trace.applicant,
            f"{OWN}:status": trace.status,
            f"{OWN}:started": trace.started_at,
            f"{OWN}:ended": trace.ended_at,
            f"{OWN}:end": trace.end or None,
            f"{OWN}:parent": trace.parent_number or None,
        },
    )
    for happened in trace.events:
        _add(etree.SubElement(element, "event"), _event(happened))
    etree.indent(element)
    return element


def _event(happened: Happened) -> dict[str, Value]:
    task = happened.task
    return {
        "concept:name": happened.activity,
        "concept:instance": happened.instance,
        "lifecycle:transition": happened.transition.value,
        "time:timestamp": happened.at,
        "org:resource": happened.person or None,
        "org:role": task.role if task else None,
        "org:group": happened.organisation or None,
        f"{OWN}:id": happened.id,
        f"{OWN}:kind": happened.kind,
        f"{OWN}:adhoc": happened.adhoc,
        f"{OWN}:element": happened.element or None,
        f"{OWN}:on_behalf_of": happened.on_behalf_of or None,
        f"{OWN}:outcome": happened.outcome or None,
        f"{OWN}:outcome_kind": happened.outcome_kind or None,
        f"{OWN}:relation": task.relation if task else None,
        f"{OWN}:rule": (task.rule or None) if task else None,
        f"{OWN}:target": task.target_on if task else None,
        f"{OWN}:due": task.fatal_on if task else None,
        f"{OWN}:paper": happened.paper or None,
    }


def _add(element: etree._Element, attributes: dict[str, Value]) -> None:
    """One child for each attribute that has a value, typed as XES wants it."""
    for key, value in attributes.items():
        match value:
            case None:
                continue
            case bool():
                etree.SubElement(element, "boolean", key=key, value="true" if value else "false")
            case int():
                etree.SubElement(element, "int", key=key, value=str(value))
            case datetime() | date():
                etree.SubElement(element, "date", key=key, value=instant(value))
            case _:
                etree.SubElement(element, "string", key=key, value=_UNWRITABLE.sub("", value))


_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot carry

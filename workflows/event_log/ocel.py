"""OCEL 2.0 in JSON: events of cases, tasks, organisations, persons and papers, written piece by piece.

The objects come first and the events after them, each in a pass of its own, so that neither is ever held in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, select, union
from sqlalchemy.orm import Session

from workflows.event_log.instants import instant
from workflows.event_log.telling import Happened, LogTask
from workflows.event_log.traces import Trace, traces
from workflows.event_log.wanted import Wanted
from workflows.storage.cases import Case
from workflows.storage.events import Event
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Paper

AT_ONCE = 500

STRING, TIME, INTEGER, BOOLEAN = "string", "time", "integer", "boolean"

OBJECT_TYPES: Mapping[str, Mapping[str, str]] = {
    "case": {
        "number": STRING,
        "procedure": STRING,
        "procedure_title": STRING,
        "version": INTEGER,
        "rule_set": STRING,
        "subject_kind": STRING,
        "status": STRING,
        "end": STRING,
    },
    "task": {
        "activity": STRING,
        "kind": STRING,
        "element": STRING,
        "relation": STRING,
        "role": STRING,
        "rule": STRING,
        "target": TIME,
        "due": TIME,
        "status": STRING,
    },
    "organisation": {"name": STRING, "kind": STRING},
    "person": {"label": STRING},
    "paper": {"number": STRING, "code": STRING, "form": STRING, "status": STRING},
}

EVENT_ATTRIBUTES: Mapping[str, str] = {
    "transition": STRING,
    "kind": STRING,
    "adhoc": BOOLEAN,
    "element": STRING,
    "outcome": STRING,
    "outcome_kind": STRING,
}

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # since when a value holds that nobody dated


def write(session: Session, wanted: Wanted) -> Iterator[bytes]:
    """The log in UTF-8, in pieces. Types of events are written last, when it is known which occurred."""
    activities: set[str] = set()
    yield b'{"objectTypes":'
    yield _json([{"name": name, "attributes": _typed(known)} for name, known in OBJECT_TYPES.items()])
    yield from _array("objects", _objects(session, wanted))
    yield from _array("events", _events(traces(session, wanted), activities))
    yield from _array(
        "eventTypes", ({"name": name, "attributes": _typed(EVENT_ATTRIBUTES)} for name in sorted(activities))
    )
    yield b"}\n"


def _array(name: str, items: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    yield f',\n"{name}":['.encode()
    for number, item in enumerate(items):
        yield (b",\n" if number else b"\n") + _json(item)
    yield b"]"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _typed(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": type_} for name, type_ in attributes.items()]


# ---- objects --------------------------------------------------------------------------------------------------------


def _objects(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    yield from _organisations(session, wanted)
    yield from _persons(session, wanted)
    for trace in traces(session, wanted):
        yield _case(trace)
        yield from (_task(trace, task) for task in trace.tasks)
    yield from _papers(session, wanted)


def _organisations(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Those that apply, act or issue papers in the exported cases."""
    cases = _ids(wanted)
    involved: CompoundSelect[Any] = union(
        select(Case.applicant_id).where(*wanted.holds(Case)),
        select(Event.organisation_id).where(Event.case_id.in_(cases)),
        select(Paper.organisation_id).where(Paper.case_id.in_(cases)),
    )
    query = select(Organisation.id, Organisation.name, Organisation.kind).where(Organisation.id.in_(involved))
    for row in session.execute(query.order_by(Organisation.id).execution_options(yield_per=AT_ONCE)):
        yield _object("organisation", row.id, {"name": (row.name, _ALWAYS), "kind": (row.kind, _ALWAYS)})


def _persons(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Those who act in the exported cases, or in whose place somebody acts."""
    cases, after = _ids(wanted), 0
    involved = union(
        select(Event.actor_id.label("id")).where(Event.case_id.in_(cases)),
        select(Event.on_behalf_of_id).where(Event.case_id.in_(cases)),
    ).subquery()
    page = select(involved.c.id).order_by(involved.c.id).limit(AT_ONCE)
    while ids := session.scalars(page.where(involved.c.id > after)).all():
        for label in sorted(wanted.people.labels(session, ids).values()):  # an order of their own
            yield _object("person", label, {"label": (label, _ALWAYS)})
        after = ids[-1]


def _case(trace: Trace) -> dict[str, Any]:
    since = trace.started_at
    attributes: dict[str, Any] = {
        "number": (trace.number, since),
        "procedure": (trace.procedure, since),
        "procedure_title": (trace.procedure_title, since),
        "version": (trace.version, since),
        "rule_set": (trace.rule_set, since),
        "subject_kind": (trace.subject_kind, since),
        "status": ("open", since),
    }
    told = _object("case", trace.id, attributes)
    if trace.ended_at is not None:
        told["attributes"] += _attributes({"status": (trace.status, trace.ended_at)})
        told["attributes"] += _attributes({"end": (trace.end or None, trace.ended_at)})
    told["relationships"] = [_related("organisation", trace.applicant_id, "applicant")]
    if trace.parent_id is not None:
        told["relationships"].append(_related("case", trace.parent_id, "child of" if trace.awaited else "follows"))
    return told


def _task(trace: Trace, task: LogTask) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "activity": task.activity,
        "kind": task.kind,
        "element": task.element or None,
        "relation": task.relation,
        "role": task.role,
        "rule": task.rule or None,
        "target": task.target_on,
        "due": task.fatal_on,
        "status": "open",
    }
    told = _object("task", task.id, {name: (value, task.opened_at) for name, value in attributes.items()})
    if task.closed_at is not None:
        told["attributes"] += _attributes({"status": (task.status, task.closed_at)})
    told["relationships"] = [_related("case", trace.id, "part of")]
    return told


def _papers(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    query = select(
        *(Paper.id, Paper.case_id, Paper.organisation_id, Paper.number_text, Paper.code, Paper.form, Paper.issued_at),
        Paper.voided_at,
    ).where(Paper.case_id.in_(_ids(wanted)))
    for row in session.execute(query.order_by(Paper.id).execution_options(yield_per=AT_ONCE)):
        since = row.issued_at
        attributes = {"number": row.number_text, "code": row.code, "form": row.form, "status": "issued"}
        told = _object("paper", row.id, {name: (value, since) for name, value in attributes.items()})
        if row.voided_at is not None:
            told["attributes"] += _attributes({"status": ("voided", row.voided_at)})
        told["relationships"] = [
            _related("case", row.case_id, "issued in"),
            _related("organisation", row.organisation_id, "issued by"),
        ]
        yield told


def _ids(wanted: Wanted) -> Select[int]:
    return select(Case.id).where(*wanted.holds(Case))


def _object(type_: str, id_: int | str, attributes: Mapping[str, tuple[Any, datetime]]) -> dict[str, Any]:
    return {"id": _id(type_, id_), "type": type_, "attributes": _attributes(attributes), "relationships": []}


def _attributes(attributes: Mapping[str, tuple[Any, datetime]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "time": instant(since), "value": _value(value)}
        for name, (value, since) in attributes.items()
        if value is not None
    ]


def _related(type_: str, id_: int | str, qualifier: str) -> dict[str, str]:
    return {"objectId": _id(type_, id_), "qualifier": qualifier}


def _id(type_: str, id_: int | str) -> str:
    """A person's label is an id of its own: the number of the row would lead back from the pseudonym."""
    return id_ if isinstance(id_, str) else f"{type_}-{id_}"


def _value(value: Any) -> Any:
    return instant(value) if isinstance(value, date) else value


# ---- events ---------------------------------------------------------------------------------------------------------


def _events(cases: Iterable[Trace], activities: set[str]) -> Iterator[dict[str, Any]]:
    """Every event of the cases; `activities` is filled with what occurred."""
    for trace in cases:
        for happened in trace.events:
            activities.add(happened.activity)
            yield _event(trace, happened)


def _event(trace: Trace, happened: Happened) -> dict[str, Any]:
    attributes = {
        "transition": happened.transition.value,
        "kind": happened.kind,
        "adhoc": happened.adhoc,
        "element": happened.element or None,
        "outcome": happened.outcome or None,
        "outcome_kind": happened.outcome_kind or None,
    }
    related = [_related("case", trace.id, "case")]
    if happened.task is not None:
        related.append(_related("task", happened.task.id, "task"))
    if happened.person:
        related.append(_related("person", happened.person, "actor"))
    if happened.on_behalf_of:
        related.append(_related("person", happened.on_behalf_of, "on behalf of"))
    if happened.organisation_id is not None:
        related.append(_related("organisation", happened.organisation_id, "organisation"))
    if happened.paper_id is not None:
        related.append(_related("paper", happened.paper_id, "paper"))
    if happened.child_id is not None:
        related.append(_related("case", happened.child_id, "child"))
    return {
        "id": happened.id,
        "type": happened.activity,
        "time": instant(happened.at),
        "attributes": [{"name": name, "value": value} for name, value in attributes.items() if value is not None],
        "relationships": related,
    }

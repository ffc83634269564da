"""The log as OCEL 2.0: what its JSON schema asks for, and what it does not say but means."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import jsonschema
import pytest

from tests.cases.conftest import Office
from tests.event_log.logs import ocel
from tests.procedures.played import play
from workflows.storage import Database

VALUE = {"type": ["string", "number", "integer", "boolean"]}


def _array(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": list(required)}}


_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_RELATED = _array("objectId", "qualifier", objectId=_TEXT, qualifier=_TEXT)
_KINDS = {"type": "string", "enum": ["string", "time", "integer", "float", "boolean"]}
_TYPES = _array("name", "attributes", name=_TEXT, attributes=_array("name", "type", name=_TEXT, type=_KINDS))
SCHEMA = {
    "type": "object",
    "properties": {
        "objectTypes": _TYPES,
        "eventTypes": _TYPES,
        "objects": _array(
            "id",
            "type",
            id=_TEXT,
            type=_TEXT,
            attributes=_array("name", "value", "time", name=_TEXT, value=VALUE, time=_MOMENT),
            relationships=_RELATED,
        ),
        "events": _array(
            "id",
            "type",
            "time",
            id=_TEXT,
            type=_TEXT,
            time=_MOMENT,
            attributes=_array("name", "value", name=_TEXT, value=VALUE),
            relationships=_RELATED,
        ),
    },
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "additionalProperties": False,
}
PYTHON = {"string": str, "time": str, "integer": int, "boolean": bool}


def require_sound(log: dict[str, Any]) -> None:
    """The schema, and: ids are unique, relationships lead somewhere, attributes are declared and of their type."""
    jsonschema.validate(log, SCHEMA, format_checker=jsonschema.FormatChecker())
    objects = {each["id"]: each for each in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert len({each["id"] for each in log["events"]}) == len(log["events"])
    for things, types in ((log["objects"], log["objectTypes"]), (log["events"], log["eventTypes"])):
        declared = {each["name"]: {a["name"]: a["type"] for a in each["attributes"]} for each in types}
        assert len(declared) == len(types)
        for thing in things:
            for attribute in thing["attributes"]:
                type_ = declared[thing["type"]][attribute["name"]]
                assert type(attribute["value"]) is PYTHON[type_], (thing["id"], attribute)
                if type_ == "time":
                    assert datetime.fromisoformat(attribute["value"]).tzinfo
            for related in thing["relationships"]:
                assert related["objectId"] in objects, (thing["id"], related)
    assert all(event["relationships"] for event in log["events"])
    assert {event["type"] for event in log["events"]} == {each["name"] for each in log["eventTypes"]}


def related(thing: dict[str, Any], qualifier: str) -> list[str]:
    return [each["objectId"] for each in thing["relationships"] if each["qualifier"] == qualifier]


def last(thing: dict[str, Any], name: str) -> Any:
    """The value of an attribute that holds in the end."""
    values = [a for a in thing["attributes"] if a["name"] == name]
    return max(values, key=lambda a: a["time"])["value"] if values else None


def test_the_log_is_sound(reviewed: Office) -> None:
    require_sound(ocel(reviewed.db))


def test_an_empty_log_is_sound(office: Office) -> None:
    log = ocel(office.db)
    require_sound(log)
    assert log["objects"] == log["events"] == log["eventTypes"] == []


@pytest.fixture
def founded(db: Database) -> dict[str, Any]:
    """An enterprise founds its union: a child case for the election, and papers on the way."""
    play(db, "enterprise_union", "single")
    return ocel(db)


def test_cases_tasks_organisations_persons_and_papers_are_objects(founded: dict[str, Any]) -> None:
    require_sound(founded)
    assert {each["type"] for each in founded["objects"]} == {"case", "task", "organisation", "person", "paper"}
    cases = {last(each, "procedure"): each for each in founded["objects"] if each["type"] == "case"}
    assert related(cases["election"], "child of") == [cases["enterprise_union"]["id"]]
    assert last(cases["election"], "status") == "completed"
    papers = [each for each in founded["objects"] if each["type"] == "paper"]
    assert papers
    assert all(len(related(paper, "issued in")) == len(related(paper, "issued by")) == 1 for paper in papers)


def test_an_event_names_everything_it_is_about(founded: dict[str, Any]) -> None:
    types = {each["id"]: each["type"] for each in founded["objects"]}
    issued = next(each for each in founded["events"] if each["type"] == "签发公文")
    assert {each["qualifier"]: types[each["objectId"]] for each in issued["relationships"]} == {
        "case": "case",
        "task": "task",
        "actor": "person",
        "organisation": "organisation",
        "paper": "paper",
    }
    called = [each for each in founded["events"] if each["type"] == "民主选举"]
    assert [related(each, "child") for each in called] == [["case-2"], ["case-2"]]


def test_a_case_whose_parent_is_not_exported_names_none(db: Database) -> None:
    play(db, "enterprise_union", "single")
    log = ocel(db, procedure="election")
    require_sound(log)
    (case,) = (each for each in log["objects"] if each["type"] == "case")
    assert related(case, "child of") == []

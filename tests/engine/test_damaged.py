"""Whatever has happened to the files of a folder, checking it ends with findings and never with an error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drawing import Drawing, joint_decision, simple_loop
from workflows.engine.checks import check
from workflows.engine.checks.drawing import MOST_NODES
from workflows.engine.definition import DefinitionRefused, parse
from workflows.engine.operations import Registry

FILES = {
    **joint_decision().operation("lost", "register", "union_id", zone_id="zone_id").files(),
    "forms/form.ui.json": b'{"order": ["note"], "note": {"widget": "textarea", "rows": 3}}',
}


def judged(files: dict[str, bytes]) -> int:
    findings = check(files, Registry())
    assert all(finding.reason.zh and finding.reason.en for finding in findings)
    try:
        parse(files)
    except DefinitionRefused:
        assert findings
    return len(findings)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_anywhere(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    content = FILES[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 60)))
    other = data.draw(st.integers(0, len(content)))
    piece = data.draw(
        st.sampled_from([b"", b"\x00", b'"', b"<", b"</bpmn:process>", b"[", content[other : other + 40]])
    )
    judged({**FILES, name: content[:start] + piece + content[end:]})


WORDS = st.sampled_from(
    [
        "type",
        "object",
        "string",
        "array",
        "properties",
        "items",
        "oneOf",
        "const",
        "title",
        "required",
        "pattern",
        "备注",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(form=JSON, field=JSON, ui=JSON)
def test_any_json_as_a_form(form: object, field: object, ui: object) -> None:
    for schema in (form, {"type": "object", "properties": {"note": field}}):
        judged({**FILES, "forms/form.json": json.dumps(schema).encode(), "forms/form.ui.json": json.dumps(ui).encode()})


@pytest.mark.parametrize(
    "extra",
    [
        "<spiffworkflow:preScript/>",
        '<other:userTask xmlns:other="urn:other" id="foreign"/>',
        '<bpmn:userTask id="outside"/>',
        '<bpmn:sequenceFlow id="outside" sourceRef="start" targetRef="end"/>',
        '<bpmn:error id="same" errorCode="x"/><bpmn:error id="same" errorCode="y"/>',
    ],
)
def test_elements_in_places_where_they_do_not_belong(extra: str) -> None:
    xml = simple_loop().xml().replace("</bpmn:process>", f"</bpmn:process>{extra}")
    assert judged(simple_loop().files(process_dot_bpmn=xml.encode())) or "foreign" in extra


def test_an_unknown_encoding() -> None:
    xml = simple_loop().xml().replace('encoding="UTF-8"', 'encoding="nonsense"')
    assert judged(simple_loop().files(process_dot_bpmn=xml.encode()))


def long_line(steps: int) -> Drawing:
    drawing = Drawing().start()
    names = [f"step_{number}" for number in range(steps)]
    for name in names:
        drawing.step(name)
    return drawing.end().line("start", *names, "end")


def test_the_largest_diagram_runs_and_a_larger_one_is_refused() -> None:
    assert judged(long_line(MOST_NODES - 2).files()) == 0
    assert judged(long_line(MOST_NODES - 1).files()) == 1

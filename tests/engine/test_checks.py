"""Checks of a procedure folder: what is wrong is told with file, element and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.engine.drawing import LANE, Drawing, joint_decision, simple_loop
from workflows.engine.checks import check
from workflows.engine.findings import CheckFinding
from workflows.engine.operations import Context, Names, Registry

Files = dict[str, bytes]


def register_union(context: Context, *, zone_id: int, form: str = "") -> int:
    return zone_id


def zone_form(context: Context) -> None: ...


def is_complete(context: Context, *, outcome: str, answers: dict[str, object]) -> list[object]:
    return []


def known() -> Registry:
    registry = Registry(Names(), Names(), Names())
    registry.operations.add(register_union)
    registry.facts.add(zone_form)
    registry.checks.add(is_complete)
    return registry


def told(files: Files) -> list[CheckFinding]:
    findings = check(files, known())
    for finding in findings:
        assert finding.reason.zh
        assert finding.reason.en
    return list(findings)


def the_one(files: Files) -> CheckFinding:
    findings = told(files)
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def with_xml(change: Callable[[str], str], drawing: Drawing | None = None) -> Files:
    drawing = drawing or simple_loop()
    xml = drawing.xml()
    assert change(xml) != xml
    return drawing.files(process_dot_bpmn=change(xml).encode())


def with_toml(old: str, new: str, drawing: Drawing | None = None) -> Files:
    drawing = drawing or simple_loop()
    toml = drawing.toml()
    assert old in toml
    return drawing.files(procedure_dot_toml=toml.replace(old, new, 1).encode())


@pytest.mark.parametrize("drawing", [simple_loop(), joint_decision()])
def test_a_good_folder_has_no_findings(drawing: Drawing) -> None:
    assert told(drawing.files()) == []


@pytest.mark.parametrize("missing", ["process.bpmn", "procedure.toml"])
def test_a_missing_file_is_told(missing: str) -> None:
    files = simple_loop().files()
    del files[missing]
    assert (missing, "") in {(finding.file, finding.element) for finding in told(files)}


# ---- the drawing ----------------------------------------------------------------------------------------------------


def test_every_element_and_every_flow_must_be_drawn() -> None:
    drawing = simple_loop()
    drawing.nodes.remove("review")
    drawing.edges.remove("review_to_decided")
    assert {finding.element for finding in told(drawing.files())} == {"review", "review_to_decided"}


def test_an_edge_needs_two_points_and_a_shape_its_bounds() -> None:
    files = with_xml(lambda xml: xml.replace('<di:waypoint x="2" y="2"/>', "", 1))
    assert "BPMNEdge" in the_one(files).reason.en
    files = with_xml(lambda xml: xml.replace("<dc:Bounds", "<dc:Other", 1))
    assert "BPMNShape" in the_one(files).reason.en


def test_a_gateway_needs_a_default_and_conditions_on_its_other_flows() -> None:
    findings = told(with_xml(lambda xml: xml.replace(' default="decided_to_end"', "")))
    assert {finding.element for finding in findings} == {"decided", "decided_to_end"}
    drawing = simple_loop().without("decided_to_fill_in").flow("decided", "fill_in")
    assert the_one(drawing.files()).element == "decided_to_fill_in"


def test_a_condition_where_it_has_no_effect_is_told() -> None:
    drawing = simple_loop().without("fill_in_to_review").flow("fill_in", "review", 'fill_in == "done"')
    assert the_one(drawing.files()).element == "fill_in_to_review"
    drawing = simple_loop().without("decided_to_end").flow("decided", "end", 'review == "approve"')
    assert the_one(drawing.files()).element == "decided_to_end"


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('review == "aprove"', 'did you mean "approve"?'),
        ('review in ("approve", "back")', 'no outcome "back"'),
        ('reviw == "approve"', 'did you mean "review"?'),
        ("review == 3", 'no outcome "3"'),
        ('review == "approve" and len == 3', 'No step or result is "len"'),
        ("review.x", "not allowed"),
    ],
)
def test_a_condition_names_only_steps_and_outcomes_that_exist(condition: str, message: str) -> None:
    drawing = simple_loop().without("decided_to_fill_in").flow("decided", "fill_in", condition)
    finding = the_one(drawing.files())
    assert finding.element == "decided_to_fill_in"
    assert message in finding.reason.en


@pytest.mark.parametrize("condition", ["zone_id > 3", "case_id == 1", "review == None", 'review in ("approve",)'])
def test_a_condition_may_read_ids_and_what_is_not_decided_yet(condition: str) -> None:
    assert told(simple_loop().without("decided_to_fill_in").flow("decided", "fill_in", condition).files()) == []


def test_unreachable_elements_are_told() -> None:
    drawing = simple_loop().step("island").line("island", "end")
    assert [finding.element for finding in told(drawing.files())] == ["island"]


def test_a_dead_end_is_told() -> None:
    drawing = simple_loop().step("lost").flow("decided", "lost", 'review == "approve"')
    finding = the_one(drawing.files())
    assert finding.element == "lost"
    assert "dead end" in finding.reason.en


def test_a_loop_without_a_way_out_is_told() -> None:
    drawing = simple_loop().without("decided_to_end").flow("decided", "review").step("after").line("after", "end")
    xml = drawing.xml().replace('default="decided_to_end"', 'default="decided_to_review"')
    findings = {(f.element, f.reason.en) for f in told(drawing.files(process_dot_bpmn=xml.encode()))}
    assert ("review", "No way leads from here to an end event.") in findings
    assert ("after", "Nothing leads here from the start.") in findings


def test_going_round_without_anybody_doing_anything_is_told() -> None:
    drawing = Drawing().start().step("ask", "yes", "no").operation("looking", "register_union", zone_id="zone_id")
    drawing.gate("again", "again_to_end").end().line("start", "ask", "looking", "again", "end")
    drawing.flow("again", "looking", 'ask == "no"')
    findings = told(drawing.files())
    assert {finding.element for finding in findings} == {"looking", "again"}
    assert "without end" in findings[0].reason.en


def test_an_operation_may_bear_the_id_of_the_task_that_calls_it() -> None:
    drawing = simple_loop().without("start_to_fill_in").operation("register_union", "register_union", zone_id="zone_id")
    assert told(drawing.line("start", "register_union", "fill_in").files()) == []


def test_a_join_that_can_wait_for_ever_is_told() -> None:
    drawing = Drawing().start().step("review", "approve", "refuse").gate("decided", "decided_to_b").step("a").step("b")
    drawing.parallel("join").end().line("start", "review", "decided", "b", "join", "end").line("a", "join")
    drawing.flow("decided", "a", 'review == "approve"')
    finding = the_one(drawing.files())
    assert finding.element == "join"
    assert "for ever" in finding.reason.en


def test_a_subprocess_that_can_wait_for_ever_is_told_and_one_left_by_an_error_is_not() -> None:
    assert told(joint_decision().files()) == []
    drawing = joint_decision().without("superior_refuse").end("superior_refuse", "joint")
    assert the_one(drawing.files()).element == "join"


def test_a_branch_that_leads_back_past_its_split_is_told() -> None:
    drawing = Drawing().start().gate("back").parallel("split").step("a").step("b", "approve", "return")
    drawing.gate("decided", "decided_to_join").parallel("join").end()
    drawing.line("start", "back", "split", "a", "join", "end").line("split", "b", "decided", "join")
    drawing.flow("decided", "back", 'b == "return"')
    findings = told(drawing.files())
    assert "a" in {finding.element for finding in findings}
    assert all("again while it still goes on" in finding.reason.en for finding in findings)


def test_ids_are_unique_and_fit_for_conditions() -> None:
    files = with_xml(lambda xml: xml.replace('id="lane"', 'id="review"'))
    assert {finding.element for finding in told(files)} == {"review"}
    for bad in ("Review", "re-view", "审核"):
        drawing = Drawing().start().step(bad).end().line("start", bad, "end")
        assert bad in {finding.element for finding in told(drawing.files())}
    for taken in ("Start", "End", "Root"):
        drawing = Drawing().start().gate(taken).step("a").end().line("start", taken, "a", "end")
        assert the_one(drawing.files()).element == taken


@pytest.mark.parametrize(
    ("change", "element"),
    [
        (lambda xml: xml.replace("bpmn:userTask", "bpmn:manualTask"), "fill_in"),
        (lambda xml: xml.replace('<bpmn:process id="trial"', '<bpmn:message id="m" name="x"/><bpmn:process id="trial"'), "m"),
        (lambda xml: xml.replace('targetRef="review"', 'targetRef="nowhere"'), "fill_in_to_review"),
        (lambda xml: xml.replace('targetRef="review"', 'targetRef="start"'), "fill_in_to_review"),
        (lambda xml: xml.replace('<bpmn:startEvent id="start"></bpmn:startEvent>', ""), "trial"),
        (lambda xml: xml.replace('id="start_to_fill_in"', ""), "start→fill_in"),
        (lambda xml: xml.replace(' name="环节 review"', ""), "review"),
    ],
)  # fmt: skip
def test_what_the_engine_does_not_do_is_told(change: Callable[[str], str], element: str) -> None:
    assert element in {finding.element for finding in told(with_xml(change))}


@pytest.mark.parametrize(
    ("change", "element"),
    [
        (lambda xml: xml.replace(' attachedToRef="joint"', ' attachedToRef="choose"'), "caught_refuse"),
        (lambda xml: xml.replace(' attachedToRef="joint"', ' attachedToRef="joint" cancelActivity="false"'), "caught_refuse"),
        (lambda xml: xml.replace('errorCode="return"', 'errorCode="other"'), ""),
        (lambda xml: xml.replace('name="return" errorCode="return"', 'name="return"'), "superior_return"),
        (lambda xml: xml.replace('<bpmn:subProcess id="joint"', '<bpmn:subProcess id="joint" triggeredByEvent="true"'), "joint"),
        (lambda xml: xml.replace('sourceRef="choose" targetRef="joint"', 'sourceRef="choose" targetRef="split"'), "choose_to_joint"),
    ],
)  # fmt: skip
def test_subprocesses_and_their_boundary_events_are_checked(change: Callable[[str], str], element: str) -> None:
    found = {finding.element for finding in told(with_xml(change, joint_decision()))}
    assert element in found or (not element and not found)


def test_an_error_that_nothing_catches_is_told() -> None:
    drawing = joint_decision().without("caught_return", "caught_return_to_choose")
    assert {finding.element for finding in told(drawing.files())} == {"superior_return", "staffing_return"}


def test_a_step_needs_a_lane() -> None:
    finding = the_one(with_xml(lambda xml: xml.replace("<bpmn:flowNodeRef>review</bpmn:flowNodeRef>", "")))
    assert (finding.file, finding.element) == ("process.bpmn", "review")


def test_a_step_needs_a_form_that_exists() -> None:
    property_ = '<spiffworkflow:property name="formJsonSchemaFilename" value="form.json"/>'
    assert "no form" in the_one(with_xml(lambda xml: xml.replace(property_, "", 1))).reason.en
    finding = the_one(with_xml(lambda xml: xml.replace('value="form.json"', 'value="from.json"', 1)))
    assert 'did you mean "form.json"?' in finding.reason.en


# ---- procedure.toml against the rest --------------------------------------------------------------------------------


def test_lanes_and_steps_of_the_settings_are_those_of_the_diagram() -> None:
    found = {finding.element for finding in told(with_toml(f'[lanes."{LANE}"]', '[lanes."别人"]'))}
    assert found == {f"lanes.{LANE}", "lanes.别人"}
    found = {finding.element for finding in told(with_toml("[steps.fill_in.deadline]", "[steps.fillin.deadline]"))}
    assert found == {"steps.fill_in", "steps.fillin"}


def test_every_step_needs_a_deadline() -> None:
    old = '[steps.fill_in.deadline]\ndays = 5\nunit = "working_days"\nrule = "R-1"\n'
    assert the_one(with_toml(old, "[steps.fill_in]\n")).element == "steps.fill_in.deadline"


def test_papers_must_exist() -> None:
    files = with_toml('key = "approve"', 'key = "approve"\nissues = ["reply"]')
    assert the_one(files).element == "steps.review.outcomes"
    assert told({**files, "documents/reply.txt": b""}) == []
    material = '[[steps.review.materials]]\nkey = "a"\ntitle = "a"\nsource = "paper"\npaper = "reply"\n'
    files = with_toml("[[steps.review.outcomes]]", f"{material}[[steps.review.outcomes]]")
    assert the_one(files).element == "steps.review.materials"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('facts = ["zone_from"]', 'did you mean "zone_form"?'),
        ('checks = ["is_compleet"]', 'did you mean "is_complete"?'),
        ('facts = ["zone_form"]', None),
        ('checks = ["is_complete"]', None),
    ],
)
def test_facts_and_checks_must_be_registered(setting: str, message: str | None) -> None:
    files = with_toml("[steps.review.deadline]", f"[steps.review]\n{setting}\n[steps.review.deadline]")
    if message is None:
        assert told(files) == []
    else:
        assert message in the_one(files).reason.en


@pytest.mark.parametrize(
    ("unseen", "message"),
    [
        ('["fill_in"]', None),
        ('["fill_inn"]', 'did you mean "fill_in"?'),
        ('["review"]', "kept from those who do it"),
        ('["decided"]', "has no user task"),
    ],
)
def test_what_is_kept_from_a_step_is_another_step(unseen: str, message: str | None) -> None:
    files = with_toml("[steps.review.deadline]", f"[steps.review]\nunseen = {unseen}\n[steps.review.deadline]")
    if message is None:
        assert told(files) == []
    else:
        found = the_one(files)
        assert (found.file, found.element) == ("procedure.toml", "steps.review.unseen")
        assert message in found.reason.en


def test_a_deadline_parameter_must_be_one_of_the_rule_set() -> None:
    assert told(with_toml("days = 5", 'parameter = "sla.superior_union"')) == []
    finding = the_one(with_toml("days = 5", 'parameter = "sla.superior_unoin"'))
    assert 'did you mean "sla.superior_union"?' in finding.reason.en


@pytest.mark.parametrize(
    ("name", "parameters", "result", "message"),
    [
        ("register_union", {"zone_id": "zone_id"}, "union_id", None),
        ("register_union", {"zone_id": "zone_id", "form": '"general_union"'}, "", None),
        ("register_unoin", {"zone_id": "zone_id"}, "", 'did you mean "register_union"?'),
        ("register_union", {}, "", 'needs "zone_id"'),
        ("register_union", {"zone_id": "zone_id", "from": "1"}, "", 'takes no "from"; did you mean "form"?'),
        ("register_union", {"zone_id": "zoneid"}, "", 'did you mean "zone_id"?'),
        ("register_union", {"zone_id": "zone_id"}, "review", "the name of something else"),
        ("register_union", {"zone_id": "zone_id"}, "zone_id", "the name of something else"),
        ("", {}, "", "names no operation"),
    ],
)
def test_a_service_task_calls_an_operation_that_exists_with_what_it_takes(
    name: str, parameters: dict[str, str], result: str, message: str | None
) -> None:
    drawing = simple_loop().without("start_to_fill_in").operation("registering", name, result, **parameters)
    drawing.line("start", "registering", "fill_in")
    if message is None:
        assert told(drawing.files()) == []
    else:
        finding = the_one(drawing.files())
        assert finding.element == "registering"
        assert message in finding.reason.en


# ---- forms ----------------------------------------------------------------------------------------------------------

FIELD = {"type": "string", "title": "备注"}
ROWS = {"type": "array", "title": "备注", "items": {"type": "object", "properties": {"name": FIELD}}}


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (FIELD, None),
        ({**FIELD, "minLength": 1, "maxLength": 9, "pattern": "^a$", "description": "备注"}, None),
        ({**FIELD, "format": "date"}, None),
        ({**FIELD, "oneOf": [{"const": "a", "title": "备注"}]}, None),
        ({"type": "integer", "title": "备注", "minimum": 0, "maximum": 9}, None),
        ({"type": "boolean", "title": "备注"}, None),
        ({**ROWS, "minItems": 1, "maxItems": 9, "uniqueItems": True}, None),
        ({"type": "string"}, "no title"),
        ({"type": "null", "title": "备注"}, "type of a field"),
        ({"type": ["string", "null"], "title": "备注"}, "type of a field"),
        (True, "type of a field"),
        ({**FIELD, "maxLenght": 3}, 'did you mean "maxLength"?'),
        ({**FIELD, "$ref": "http://127.0.0.1:9/x.json"}, '"$ref"'),
        ({**FIELD, "format": "email"}, '"date"'),
        ({**FIELD, "pattern": "("}, "regex"),
        ({**FIELD, "oneOf": [{"const": 1, "title": "备注"}]}, "oneOf"),
        ({**FIELD, "oneOf": [{"const": "a"}]}, "oneOf"),
        ({**FIELD, "minLength": -1}, "No valid JSON Schema"),
        ({"type": "integer", "title": "备注", "maxLength": 3}, '"maxLength"'),
        ({**ROWS, "items": FIELD}, "its rows"),
        ({**ROWS, "items": {"type": "object", "properties": {"inner": ROWS}}}, "type of a field"),
        ({**ROWS, "items": {"type": "object", "properties": {}}}, "at least one field"),
    ],
)  # fmt: skip
def test_a_form_stays_in_the_subset(field: object, message: str | None) -> None:
    schema = {"type": "object", "properties": {"note": field}, "required": ["note"]}
    files = simple_loop().files(forms__form_dot_json=json.dumps(schema).encode())
    if message is None:
        assert told(files) == []
    else:
        finding = the_one(files)
        assert finding.file == "forms/form.json"
        assert message in finding.reason.en


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff", b"{}", b'{"type": "string"}', b'{"type": "object", "properties": {}}', b"[" * 100_000],
)
def test_what_is_no_form_is_told(content: bytes) -> None:
    findings = told(simple_loop().files(forms__form_dot_json=content))
    assert "forms/form.json" in {finding.file for finding in findings}


def test_required_fields_exist_and_names_are_plain() -> None:
    schema = {"type": "object", "properties": {"Note-1": FIELD}, "required": ["note"]}
    findings = told(simple_loop().files(forms__form_dot_json=json.dumps(schema).encode()))
    assert {finding.element for finding in findings} == {"", "Note-1"}


@pytest.mark.parametrize(
    ("ui", "message"),
    [
        ({"order": ["note"], "note": {"widget": "textarea", "rows": 4, "help": "备注", "unit": "备注"}}, None),
        ({"order": ["nota"]}, 'did you mean "note"?'),
        ({"order": "note"}, "order"),
        ({"nota": {}}, 'did you mean "note"?'),
        ({"note": {"widget": "texterea"}}, "no such widget"),
        ({"note": {"hlep": "x"}}, 'did you mean "help"?'),
        ({"note": 3}, "must be an object"),
        ({"note": {"rows": "4"}}, "wrong type"),
    ],
)
def test_how_a_form_is_shown_fits_its_fields(ui: dict[str, object], message: str | None) -> None:
    findings = told(simple_loop().files(forms__form_dot_ui_dot_json=json.dumps(ui).encode()))
    assert [f.file for f in findings] == ([] if message is None else ["forms/form.ui.json"])
    assert message is None or message in findings[0].reason.en


# ---- English, sizes -------------------------------------------------------------------------------------------------


def test_every_chinese_text_needs_its_english() -> None:
    missing = {finding.element for finding in told(simple_loop().files(en_dot_toml=None))}
    assert missing == {
        "试验程序",
        "只为试验",
        "试验",
        LANE,
        "备注",
        "环节 fill_in",
        "环节 review",
        "结果 approve",
        "结果 return",
    }


@pytest.mark.parametrize("content", [b'"\xe6\x96\x87" = ""', b'"a" = 3', b"= x", b"\xff"])
def test_a_faulty_en_toml_is_told(content: bytes) -> None:
    files = simple_loop().files()
    assert "en.toml" in {finding.file for finding in told({**files, "en.toml": content})}


def test_large_folders_are_refused_before_they_are_read() -> None:
    files = simple_loop().files()
    assert the_one({**files, "documents/a.txt": b"x" * 1_000_001}).file == "documents/a.txt"
    assert "files" in the_one({**files, **{f"documents/{n}.txt": b"" for n in range(200)}}).reason.en
    assert "MB" in the_one({**files, **{f"documents/{n}.txt": b"x" * 900_000 for n in range(6)}}).reason.en

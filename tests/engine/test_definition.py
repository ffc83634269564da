"""A definition: what it says, how it is known, and that it is parsed once."""

from __future__ import annotations

import pytest

from tests.engine.drawing import LANE, Drawing, joint_decision, simple_loop
from workflows.engine.definition import DefinitionRefused, content_hash, load, parse
from workflows.errors import BadFile


def test_steps_know_their_lane_form_outcomes_deadline_and_place_in_the_order() -> None:
    definition = parse(joint_decision().files())
    assert [(step.id, step.order) for step in definition.steps.values()] == [
        ("choose", 0),
        ("superior", 1),
        ("staffing", 2),
    ]
    step = definition.steps["superior"]
    assert (step.title, step.lane.name, step.relation, step.role) == ("环节 superior", LANE, "applicant", "secretary")
    assert step.form is not None
    assert step.form.name == "form"
    assert step.form.schema["properties"]["note"]["title"] == "备注"
    assert [outcome.key for outcome in step.outcomes] == ["approve", "refuse", "return"]
    assert step.outcome("return").needs_reason
    assert step.deadline.length == 5
    with pytest.raises(KeyError):
        step.outcome("withdraw")


@pytest.mark.parametrize(
    ("relation", "set_to", "independent"),
    [
        ("applicant", None, False),
        ("superior_union", None, True),
        ("superior_union", False, False),
        ("applicant", True, True),
    ],
)
def test_a_step_of_another_organisation_is_independent_unless_set_otherwise(
    relation: str, set_to: bool | None, independent: bool
) -> None:
    toml = simple_loop().toml().replace('relation = "applicant"', f'relation = "{relation}"')
    if set_to is not None:
        toml = toml.replace(
            "[steps.review.deadline]", f"[steps.review]\nindependent = {str(set_to).lower()}\n[steps.review.deadline]"
        )
    definition = parse(simple_loop().files(procedure_dot_toml=toml.encode()))
    assert definition.steps["review"].independent is independent


def test_texts_are_said_in_english_where_there_is_english() -> None:
    definition = parse(simple_loop().files(en_dot_toml='"试验程序" = "Trial"'.encode()))
    assert definition.say("试验程序", "en") == "Trial"
    assert definition.say("试验程序", "zh_Hans_CN") == "试验程序"
    assert definition.say("环节 review", "en") == "环节 review"
    assert definition.say("提交", "en") == "Submit"
    assert definition.element_name("review") == "环节 review"
    assert definition.element_name("nothing") == ""


def test_what_can_come_after_a_step() -> None:
    definition = parse(simple_loop().files())
    assert definition.reachable("review") == {"decided", "fill_in", "review", "end"}
    straight = Drawing().start().step("first").step("second").end().line("start", "first", "second", "end")
    assert parse(straight.files()).reachable("second") == {"end"}
    joint = parse(joint_decision().files())
    assert joint.reachable("superior") >= {"superior_gate", "caught_return", "choose", "founded", "staffing"}


def test_the_diagram_is_given_as_it_was_written() -> None:
    files = simple_loop().files()
    assert parse(files).diagram() == files["process.bpmn"].decode()


def test_line_endings_and_scenarios_do_not_make_a_new_version() -> None:
    files = simple_loop().files()
    windows = {name: content.replace(b"\n", b"\r\n") for name, content in files.items()}
    assert content_hash(windows) == content_hash(files) == parse(windows).content_hash
    assert content_hash({**files, "scenarios/normal.toml": b"x = 1"}) == content_hash(files)
    assert "scenarios/normal.toml" not in parse({**files, "scenarios/normal.toml": b"x = 1"}).files


def test_any_other_change_makes_a_new_version() -> None:
    files = simple_loop().files()
    assert content_hash({**files, "procedure.toml": files["procedure.toml"] + b"\n"}) != content_hash(files)
    assert content_hash({**files, "documents/a.txt": b""}) != content_hash(files)
    assert content_hash({"a": b"bc"}) != content_hash({"ab": b"c"})


def test_a_definition_is_parsed_once_in_a_process() -> None:
    drawing = simple_loop()
    drawing.key = "parsed_once"
    files = drawing.files()
    asked = []

    def read_files() -> dict[str, bytes]:
        asked.append(1)
        return files

    first = load(content_hash(files), read_files)
    assert load(content_hash(files), read_files) is first
    assert len(asked) == 1


def test_files_that_do_not_match_their_hash_are_refused() -> None:
    with pytest.raises(BadFile, match="校验值"):
        load("0" * 64, simple_loop().files)


def test_what_is_refused_names_every_finding() -> None:
    with pytest.raises(DefinitionRefused) as refused:
        parse(simple_loop().files(forms__form_dot_json=None))
    assert {finding.element for finding in refused.value.findings} == {"fill_in", "review"}
    assert "2" in refused.value.message.zh
    assert refused.value.code == "definition_refused"


def test_a_definition_cannot_be_changed() -> None:
    definition = parse(simple_loop().files())
    with pytest.raises(TypeError):
        definition.files["more"] = b""  # type: ignore[index]
    with pytest.raises(TypeError):
        definition.steps["more"] = definition.steps["review"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        definition.key = "other"  # type: ignore[misc]

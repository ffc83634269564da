"""procedure.toml: read strictly, every mistake told at once."""

from __future__ import annotations

import pytest

from tests.engine.drawing import simple_loop
from workflows.deadlines import Kind, Unit
from workflows.engine import settings
from workflows.engine.settings import Settings

GOOD = simple_loop().toml()

FULL = GOOD.replace(
    "[steps.review.deadline]",
    """[steps.review]
role = "leader"
independent = false
secretary_note = "提示"
facts = ["zone_form"]
checks = ["is_complete"]
[[steps.review.materials]]
key = "minutes"
title = "会议纪要"
[[steps.review.materials]]
key = "reply"
title = "批复"
source = "paper"
paper = "superior_reply"
required = false
outcomes = ["approve"]
needs = ["minutes"]
rule = "R-421"
[steps.review.deadline]
kind = "at_least"
target = 3""",
)


def read(text: str) -> tuple[Settings | None, dict[str, str]]:
    found, findings = settings.read(text.encode())
    told: dict[str, str] = {}
    for finding in findings:
        told[finding.element] = told.get(finding.element, "") + finding.reason.en
    return found, told


def test_a_full_file_is_read() -> None:
    found, findings = read(FULL)
    assert findings == {}
    assert found is not None
    step = found.steps["review"]
    assert (step.role, step.independent, step.facts, step.checks) == ("leader", False, ("zone_form",), ("is_complete",))
    assert step.deadline == settings.DeadlineSetting(5, None, Unit.WORKING_DAYS, Kind.AT_LEAST, 3, "R-1")
    assert [outcome.key for outcome in step.outcomes] == ["approve", "return"]
    assert [outcome.needs_reason for outcome in step.outcomes] == [False, True]
    minutes, reply = step.materials
    assert (minutes.source, minutes.required, minutes.outcomes) == ("upload", True, ())
    assert (reply.paper, reply.needs, reply.outcomes, reply.required) == (
        "superior_reply",
        ("minutes",),
        ("approve",),
        False,
    )


def test_a_step_without_outcomes_has_the_single_outcome_done() -> None:
    found, _ = read(GOOD)
    assert found is not None
    assert found.steps["fill_in"].outcomes == (settings.DONE,)


def test_a_target_may_have_its_own_unit_and_come_from_the_rule_set() -> None:
    own = 'days = 5\ntarget_parameter = "consent.remind_after"\ntarget_unit = "calendar_days"'
    found, findings = read(GOOD.replace("days = 5", own, 1))
    assert findings == {}
    assert found is not None
    deadline = found.steps["fill_in"].deadline
    assert deadline is not None
    assert (deadline.target, deadline.target_parameter) == (None, "consent.remind_after")
    assert deadline.target_unit is Unit.CALENDAR_DAYS
    _, findings = read(GOOD.replace("days = 5", 'days = 5\ntarget = 6\ntarget_unit = "calendar_days"', 1))
    assert findings == {}  # six calendar days may well come before five working days


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ('title = "试验程序"', 'titel = "试验程序"', "titel", 'did you mean "title"?'),
        ('title = "试验程序"', 'titel = "试验程序"', "title", '"title" is missing'),
        ('title = "试验程序"', "title = 3", "title", "must be text"),
        ('title = "试验程序"', 'title = " "', "title", "must not be empty"),
        ('key = "trial"', 'key = "Trial-1"', "key", "Lower-case"),
        ('kinds = ["zone_office"]', "kinds = []", "start.kinds", "at least one kind"),
        ('kinds = ["zone_office"]', "kinds = [1]", "start.kinds", "text only"),
        ('role = "secretary"', 'role = "secretery"', "lanes.申请方.role", 'did you mean "secretary"?'),
        ('relation = "applicant"', 'relation = "aplicant"', "lanes.申请方.relation", 'did you mean "applicant"?'),
        ('unit = "working_days"', 'unit = "workdays"', "steps.fill_in.deadline.unit", 'did you mean "working_days"?'),
        ("days = 5", "days = 0", "steps.fill_in.deadline.days", "between 1 and"),
        ("days = 5", "days = true", "steps.fill_in.deadline.days", "whole number"),
        ("days = 5", "days = 99999", "steps.fill_in.deadline.days", "between 1 and"),
        ("days = 5", "target = 3", "steps.fill_in.deadline.days", "either days or parameter"),
        ("days = 5", 'days = 5\nparameter = "sla"', "steps.fill_in.deadline.days", "either days or parameter"),
        ("days = 5", "days = 5\ntarget = 6", "steps.fill_in.deadline.target", "between 1 and 5"),
        ("days = 5", 'days = 5\ntarget_unit = "weeks"', "steps.fill_in.deadline.target_unit", "weeks"),
        (
            "days = 5",
            'days = 5\ntarget = 3\ntarget_parameter = "sla"',
            "steps.fill_in.deadline.target",
            "target or target_parameter",
        ),
        ('rule = "R-1"', "", "steps.fill_in.deadline.rule", '"rule" is missing'),
        ('key = "return"', 'key = "approve"', "steps.review.outcomes.1.key", "there twice"),
        ('kind = "return"', 'kind = "retrun"', "steps.review.outcomes.1.kind", 'did you mean "return"?'),
        (
            "[steps.review.deadline]",
            "[steps.review]\nfakts = []\n[steps.review.deadline]",
            "steps.review.fakts",
            '"facts"',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_known_word(old: str, new: str, place: str, told: str) -> None:
    assert old in GOOD
    _, findings = read(GOOD.replace(old, new))
    assert told in findings[place]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('paper = "superior_reply"\n', "", "steps.review.materials.1.paper"),
        ('source = "paper"', 'source = "upload"', "steps.review.materials.1.paper"),
        ('outcomes = ["approve"]', 'outcomes = ["approved"]', "steps.review.materials.1.outcomes"),
        ('needs = ["minutes"]', 'needs = ["minute"]', "steps.review.materials.1.needs"),
        ('needs = ["minutes"]', 'needs = ["reply"]', "steps.review.materials.1.needs"),
    ],
)
def test_a_checklist_names_only_what_is_there(old: str, new: str, place: str) -> None:
    _, findings = read(FULL.replace(old, new))
    assert place in findings


def test_every_mistake_is_told_at_once() -> None:
    _, findings = read(GOOD.replace("title", "titel", 1).replace("days = 5", "days = 0").replace("summary", "sumary"))
    assert {"titel", "title", "sumary", "summary", "steps.fill_in.deadline.days", "steps.review.deadline.days"} <= set(
        findings
    )


@pytest.mark.parametrize("content", [b"key = ", b"\xff\xfe", "key = '工".encode("gb18030"), b"a = " + b"[" * 5000])
def test_what_is_no_toml_is_one_finding(content: bytes) -> None:
    found, findings = settings.read(content)
    assert found is None
    assert len(findings) == 1


def test_a_missing_file_is_a_finding() -> None:
    assert settings.read(None)[0] is None

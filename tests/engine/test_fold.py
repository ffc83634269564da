"""Going back a thousand times: the state stays small, and the case still ends as it should."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Drawing, answers, joint_decision, simple_loop
from workflows.engine.definition import parse
from workflows.engine.instance import Instance

ROUNDS = 1000

Moves = list[tuple[str, str]]


def longest(drawing: Drawing, around: list[Moves], out: Moves) -> tuple[int, int]:
    """Go around ``ROUNDS`` times, saving and reading after every move, then out; most tasks and most bytes seen."""
    definition = parse(drawing.files())
    _, call = answers()
    instance = Instance.start(definition, {"case_id": 1})
    instance.advance(call)
    tasks = size = 0
    data_at_start = instance.data()
    for number in range(ROUNDS):
        for step, outcome in around[number % len(around)]:
            instance = moved(instance, step, outcome)
            state = instance.save()
            size = max(size, len(state))
        tasks = max(tasks, state_tasks(instance))
        assert instance.data() == data_at_start
    for step, outcome in out:
        instance = moved(instance, step, outcome)
    assert instance.finished
    assert instance.end in ("end", "founded")
    return tasks, size


def moved(instance: Instance, step: str, outcome: str) -> Instance:
    token = next(open_step.token for open_step in instance.open_steps() if open_step.step == step)
    instance.complete(token, outcome)
    instance.advance(answers()[1])
    return Instance.restore(instance.definition, instance.save())


def state_tasks(instance: Instance) -> int:
    workflow = instance._workflow
    return sum(len(each.tasks) for each in (workflow, *workflow.subprocesses.values()))


def test_a_simple_loop() -> None:
    tasks, size = longest(
        simple_loop(), [[("fill_in", "done"), ("review", "return")]], [("fill_in", "done"), ("review", "approve")]
    )
    assert tasks <= 20
    assert size <= 1000


def test_a_loop_through_a_subprocess_with_a_parallel_split_left_by_its_boundary_events() -> None:
    tasks, size = longest(
        joint_decision(),
        [
            [("choose", "done"), ("superior", "refuse")],
            [("choose", "done"), ("superior", "approve"), ("staffing", "return")],
            [("choose", "done"), ("staffing", "approve"), ("superior", "return")],
        ],
        [("choose", "done"), ("staffing", "approve"), ("superior", "approve")],
    )
    assert tasks <= 20
    assert size <= 1500


def test_a_loop_around_a_subprocess_that_ends_normally() -> None:
    drawing = Drawing().start().subprocess("both").step("review", "approve", "return").gate("decided", "decided_to_end")
    drawing.end().line("start", "both", "review", "decided", "end").flow("decided", "both", 'review == "return"')
    drawing.start("both_start", "both").parallel("split", "both").parallel("join", "both").end("both_end", "both")
    drawing.line("both_start", "split", within="both").line("join", "both_end", within="both")
    for step in ("left", "right"):
        drawing.step(step, within="both").line("split", step, "join", within="both")
    both = [("left", "done"), ("right", "done")]
    tasks, _ = longest(drawing, [[*both, ("review", "return")]], [*both[::-1], ("review", "approve")])
    assert tasks <= 40


def test_a_loop_inside_a_subprocess_beside_an_open_branch() -> None:
    drawing = Drawing().start().subprocess("both").end().line("start", "both", "end")
    drawing.start("both_start", "both").parallel("split", "both").parallel("join", "both").end("both_end", "both")
    drawing.line("both_start", "split", within="both").line("join", "both_end", within="both")
    drawing.step("wait", within="both").line("split", "wait", "join", within="both")
    drawing.step("write", within="both").step("check", "approve", "return", within="both")
    drawing.gate("checked", "checked_to_join", "both").line("split", "write", "check", "checked", "join", within="both")
    drawing.flow("checked", "write", 'check == "return"', "both")
    tasks, _ = longest(
        drawing,
        [[("write", "done"), ("check", "return")]],
        [("write", "done"), ("check", "approve"), ("wait", "done")],
    )
    assert tasks <= 40


@pytest.mark.parametrize("inner_rounds", [0, 1, 3])
def test_loops_within_loops(inner_rounds: int) -> None:
    drawing = Drawing().start().step("first").step("second", "approve", "return").gate("g2", "g2_to_third")
    drawing.step("third", "approve", "return").gate("g3", "g3_to_end").end()
    drawing.line("start", "first", "second", "g2", "third", "g3", "end")
    drawing.flow("g2", "first", 'second == "return"').flow("g3", "first", 'third == "return"')
    inner: Moves = [("first", "done"), ("second", "return")] * inner_rounds
    around = [*inner, ("first", "done"), ("second", "approve"), ("third", "return")]
    tasks, _ = longest(drawing, [around], [("first", "done"), ("second", "approve"), ("third", "approve")])
    assert tasks <= 20

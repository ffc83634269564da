"""Whatever is drawn: a diagram without findings runs, never gets stuck, and forgets exactly what will be done again."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.drawing import Drawing, answers
from workflows.engine.checks import structure
from workflows.engine.definition import parse
from workflows.engine.folder import read
from workflows.engine.instance import Instance

MOST_MOVES = 40


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """A line of blocks: a step that may lead back, a split with branches that may loop, the same in a subprocess."""
    drawing = Drawing().start()
    blocks = draw(st.lists(st.sampled_from(["step", "split", "joint"]), min_size=1, max_size=4))
    entries: list[str] = []
    before = "start"
    for number, kind in enumerate(blocks):
        name = f"n{number}"
        back = draw(st.sampled_from([*entries, f"{name}_in"]))
        drawing.gate(f"{name}_in").flow(before, f"{name}_in")
        entries.append(f"{name}_in")
        before = _block(drawing, draw, name, kind, back)
    drawing.end().flow(before, "end")
    return drawing


def _block(drawing: Drawing, draw: st.DrawFn, name: str, kind: str, back: str) -> str:
    entry, within = f"{name}_in", ""
    if kind == "joint":
        drawing.subprocess(name).flow(entry, name).boundary(f"{name}_caught", name, name).flow(f"{name}_caught", back)
        drawing.start(f"{name}_start", name)
        entry, within = f"{name}_start", name
    if kind == "step":
        drawing.flow(entry, _step(drawing, f"{name}_a", within, f"{name}_out", back))
        return drawing.gate(f"{name}_out").nodes[-1]
    drawing.parallel(f"{name}_split", within).flow(entry, f"{name}_split", within=within)
    drawing.parallel(f"{name}_join", within)
    for branch in ("a", "b", "c")[: draw(st.integers(2, 3))]:
        step = f"{name}_{branch}"
        back = drawing.end(f"{step}_back", within, error=name).nodes[-1] if within else step
        _step(drawing, step, within, f"{name}_join", back)
        drawing.flow(f"{name}_split", step, within=within)
    if not within:
        return f"{name}_join"
    drawing.end(f"{name}_end", within).flow(f"{name}_join", f"{name}_end", within=within)
    return name


def _step(drawing: Drawing, step: str, within: str, onwards: str, back: str) -> str:
    drawing.step(step, "approve", "return", within=within)
    drawing.gate(f"{step}_gate", f"{step}_gate_to_{onwards}", within).flow(step, f"{step}_gate", within=within)
    drawing.flow(f"{step}_gate", onwards, within=within)
    drawing.flow(f"{step}_gate", back, f'{step} == "return"', within)
    return step


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_a_diagram_without_findings_always_gets_on(data: st.DataObject) -> None:
    drawing = data.draw(drawings())
    files = drawing.files()
    assume(not structure(read(files)))
    definition = parse(files)
    _, call = answers()
    instance = Instance.start(definition, {"case_id": 1})
    instance.advance(call)
    for move in range(3 * MOST_MOVES):
        if instance.finished:
            break
        steps = instance.open_steps()
        assert steps, "the case is stuck"
        assert len({step.step for step in steps}) == len(steps)
        assert not {step.step for step in steps} & set(instance.data()), "an open step has an outcome"
        chosen = data.draw(st.sampled_from(steps)) if move < MOST_MOVES else steps[0]
        outcome = data.draw(st.sampled_from(["approve", "return"])) if move < MOST_MOVES else "approve"
        instance.complete(chosen.token, outcome)
        instance.advance(call)
        instance = Instance.restore(definition, instance.save())
        assert len(instance.save()) < 4_000
    assert instance.finished
    assert instance.end == "end"
    assert set(instance.data()) == {"case_id", *definition.steps}
    assert {instance.data()[step] for step in definition.steps} == {"approve"}

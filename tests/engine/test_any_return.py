"""Whatever is drawn, sending back leaves a state the procedure could have reached by itself.

The judge is a second run from the start that is told what was decided: a step to which something is sent back counts as
not decided, so what that run opens, and what it gets to decide, is what must be open and known afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.drawing import Drawing, answers
from workflows.engine.checks import structure
from workflows.engine.definition import Definition, parse
from workflows.engine.folder import read
from workflows.engine.instance import CannotReturn, Instance

MOST_MOVES = 30
GIVEN = {"look": "seen"}


@dataclass
class Author:
    """Draws blocks one after the other, into each other and beside each other."""

    draw: st.DrawFn
    ahead: bool = False  # whether an error may also lead on from the subprocess it leaves
    drawing: Drawing = field(default_factory=Drawing)
    count: int = 0

    def blocks(self, before: str, within: str, depth: int, back: str) -> str:
        """A line of blocks after an element; the last element of the line. ``back`` is the error that leads out."""
        kinds = ["step", "loop", "call", "operation", "choice", "split", "joint", "loose"]
        for kind in self.draw(st.lists(st.sampled_from(kinds[: 4 if depth == 0 else 8]), min_size=1, max_size=3)):
            self.count += 1
            before = getattr(self, f"_{kind}")(f"n{self.count}", before, within, depth, back)
        return before

    def _step(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        if not back or not self.draw(st.booleans()):
            self.drawing.step(name, "approve", within=within).flow(before, name, within=within)
            return name
        self.drawing.step(name, "approve", "return", within=within).flow(before, name, within=within)
        self.drawing.gate(f"{name}_gate", f"{name}_gate_to_{name}_on", within).gate(f"{name}_on", within=within)
        self.drawing.end(f"{name}_back", within, error=back)
        self.drawing.line(name, f"{name}_gate", f"{name}_on", within=within)
        self.drawing.flow(f"{name}_gate", f"{name}_back", f'{name} == "return"', within)
        return f"{name}_on"

    def _loop(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        first, second, entry, gate = f"{name}_write", f"{name}_check", f"{name}_in", f"{name}_gate"
        self.drawing.gate(entry, within=within).step(first, "approve", within=within)
        self.drawing.step(second, "approve", "return", within=within).gate(gate, f"{gate}_to_{name}_on", within)
        self.drawing.gate(f"{name}_on", within=within)
        self.drawing.line(before, entry, first, second, gate, f"{name}_on", within=within)
        self.drawing.flow(gate, entry, f'{second} == "return"', within)
        return f"{name}_on"

    def _call(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        self.drawing.call(name, "other", within).flow(before, name, within=within)
        return name

    def _operation(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        self.drawing.operation(name, "look", f"{name}_seen", within).flow(before, name, within=within)
        return name

    def _choice(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        """One way or the other, and together again."""
        self.drawing.step(name, "approve", "refuse", within=within).gate(
            f"{name}_way", f"{name}_way_to_{name}_a", within
        )
        self.drawing.line(before, name, f"{name}_way", within=within).gate(f"{name}_out", within=within)
        for way in ("a", "b"):
            self.drawing.gate(f"{name}_{way}", within=within)
            last = self.blocks(f"{name}_{way}", within, depth - 1, back)
            self.drawing.flow(last, f"{name}_out", within=within)
        self.drawing.flow(f"{name}_way", f"{name}_a", within=within)
        self.drawing.flow(f"{name}_way", f"{name}_b", f'{name} == "refuse"', within)
        return f"{name}_out"

    def _split(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        self.drawing.parallel(f"{name}_split", within).parallel(f"{name}_join", within)
        self.drawing.flow(before, f"{name}_split", within=within)
        for branch in ("a", "b", "c")[: self.draw(st.integers(2, 3))]:
            self.drawing.gate(f"{name}_{branch}", within=within)
            self.drawing.flow(f"{name}_split", f"{name}_{branch}", within=within)
            last = self.blocks(f"{name}_{branch}", within, depth - 1, back)
            self.drawing.flow(last, f"{name}_join", within=within)
        return f"{name}_join"

    def _joint(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        """A subprocess that an error may leave, back to before it or on."""
        self.drawing.gate(f"{name}_in", within=within).subprocess(name, within)
        self.drawing.line(before, f"{name}_in", name, within=within)
        self.drawing.start(f"{name}_start", name)
        last = self.blocks(f"{name}_start", name, depth - 1, name)
        self.drawing.end(f"{name}_end", name).flow(last, f"{name}_end", within=name)
        if name not in self.drawing.errors.values():
            return name
        self.drawing.boundary(f"{name}_caught", name, name, within)
        if not self.ahead or self.draw(st.booleans()):
            self.drawing.flow(f"{name}_caught", f"{name}_in", within=within)
            return name
        self.drawing.step(f"{name}_mend", "approve", within=within).gate(f"{name}_on", within=within)
        self.drawing.line(f"{name}_caught", f"{name}_mend", f"{name}_on", within=within)
        self.drawing.flow(name, f"{name}_on", within=within)
        return f"{name}_on"

    def _loose(self, name: str, before: str, within: str, depth: int, back: str) -> str:
        """A subprocess of branches that never join: each has its own end."""
        self.drawing.subprocess(name, within).flow(before, name, within=within)
        self.drawing.start(f"{name}_start", name).parallel(f"{name}_split", name)
        self.drawing.flow(f"{name}_start", f"{name}_split", within=name)
        for branch in ("a", "b"):
            self.drawing.gate(f"{name}_{branch}", within=name).flow(f"{name}_split", f"{name}_{branch}", within=name)
            last = self.blocks(f"{name}_{branch}", name, depth - 1, back)
            self.drawing.end(f"{name}_{branch}_end", name).flow(last, f"{name}_{branch}_end", within=name)
        return name


@st.composite
def definitions(draw: st.DrawFn, ahead: bool = False) -> Definition:
    author = Author(draw, ahead)
    author.drawing.start()
    author.drawing.step("first", "approve").flow("start", "first")
    last = author.blocks("first", "", 2, "")
    files = author.drawing.end().flow(last, "end").files()
    assume(not structure(read(files)))
    return parse(files)


def begun(definition: Definition) -> Instance:
    instance = Instance.start(definition, {"case_id": 1})
    instance.advance(answers(GIVEN)[1])
    return instance


def told(definition: Definition, decided: Mapping[str, object]) -> Instance:
    """A run from the start in which everything is decided that is open and known."""
    instance = begun(definition)
    while True:
        steps = [(each.token, each.step) for each in instance.open_steps() if each.step in decided]
        calls = [(each.token, each.element) for each in instance.open_calls() if each.element in decided]
        for token, step in steps:
            instance.complete(token, str(decided[step]))
        for token, _ in calls:
            instance.complete_call(token, "ended")
        if not steps and not calls:
            return instance
        instance.advance(answers(GIVEN)[1])


def open_now(instance: Instance) -> list[str]:
    return [each.step for each in instance.open_steps()] + [each.element for each in instance.open_calls()]


def without(data: Mapping[str, object], *steps: str) -> dict[str, object]:
    return {name: value for name, value in data.items() if name not in steps}


def passed_by(definition: Definition, data: Mapping[str, object], step: str) -> list[str]:
    """The steps without whose decision a step would not be open."""
    return [
        each
        for each in definition.steps
        if each in data and step not in open_now(told(definition, without(data, each)))
    ]


def saved(instance: Instance) -> Instance:
    state = instance.save()
    restored = Instance.restore(instance.definition, state)
    assert restored.save() == state
    return restored


def go_on(data: st.DataObject, instance: Instance, approve: bool) -> Instance:
    """Somebody decides one of the things that are open, or a child case ends."""
    steps, calls = instance.open_steps(), instance.open_calls()
    assert steps or calls, "the case is stuck"
    number = 0 if approve else data.draw(st.integers(0, len(steps) + len(calls) - 1))
    if number < len(steps):
        outcomes = [outcome.key for outcome in instance.definition.steps[steps[number].step].outcomes]
        instance.complete(steps[number].token, "approve" if approve else data.draw(st.sampled_from(outcomes)))
    else:
        instance.complete_call(calls[number - len(steps)].token, "ended")
    instance.advance(answers(GIVEN)[1])
    return saved(instance)


def finish(data: st.DataObject, instance: Instance) -> None:
    for _ in range(400):
        if instance.finished:
            break
        instance = go_on(data, instance, approve=True)
    assert instance.finished
    assert instance.end == "end"


def tokens(instance: Instance) -> dict[str, str]:
    return {each.token: each.step for each in instance.open_steps()} | {
        each.token: each.element for each in instance.open_calls()
    }


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_sending_back_leaves_what_the_procedure_could_have_come_to_by_itself(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    instance = begun(definition)
    used: set[str] = set()
    for _ in range(MOST_MOVES):
        if instance.finished:
            return
        before = tokens(instance)
        known = instance.data()
        assert open_now(told(definition, known)) == open_now(instance)
        steps = instance.open_steps()
        if not steps or not data.draw(st.booleans()):
            instance = go_on(data, instance, approve=False)
        else:
            returner = data.draw(st.sampled_from(steps))
            passed = instance.passed_from(returner.token)
            assert sorted(passed) == sorted(passed_by(definition, known, returner.step))
            _refused_elsewhere(instance, returner.token, set(definition.steps) - set(passed))
            if passed:
                instance = _sent_back(data.draw(st.sampled_from(passed)), instance, returner.token)
        now = tokens(instance)
        assert not used & now.keys(), "a token was used again"
        used |= before.keys() - now.keys()
        assert not set(now.values()) & set(instance.data()), "what is open has an outcome"
        assert len(instance.save()) < 6_000
    finish(data, instance)


def _refused_elsewhere(instance: Instance, token: str, others: Iterable[str]) -> None:
    state = instance.save()
    for step in sorted(others):
        with pytest.raises(CannotReturn):
            instance.send_back(token, step)
    assert instance.save() == state


def _sent_back(step: str, instance: Instance, token: str) -> Instance:
    definition, known, before = instance.definition, instance.data(), tokens(instance)
    state = instance.save()
    preview = instance.preview_return(token, step)
    assert instance.save() == state
    assert instance.send_back(token, step) == preview
    instance.advance(answers(GIVEN)[1])
    instance = saved(instance)
    judge = told(definition, without(known, step))
    assert open_now(instance) == open_now(judge)
    assert instance.data() == judge.data()
    assert list(preview.again) == [each for each in definition.steps if each in known and each not in judge.data()]
    closed = {each.token for each in (*preview.steps, *preview.calls)}
    opened = next(each.token for each in instance.open_steps() if each.step == step)
    assert tokens(instance) == {key: at for key, at in before.items() if key not in closed | {token}} | {opened: step}
    assert opened not in before
    return instance


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_straight_back_disturbs_nobody_and_comes_back_to_the_returner(data: st.DataObject) -> None:
    definition = data.draw(definitions())
    instance = begun(definition)
    for _ in range(data.draw(st.integers(0, MOST_MOVES))):
        if not instance.finished:
            instance = go_on(data, instance, approve=False)
    returners: list[str] = []  # who waits for whom, the first returner first
    sent_to = ""
    for _ in range(data.draw(st.integers(1, 3))):
        chosen = [each for each in instance.open_steps() if not returners or each.step == sent_to]
        ways = [(each, step) for each in chosen for step in instance.passed_from(each.token)]
        if not ways:
            break
        returner, sent_to = data.draw(st.sampled_from(ways))
        before, known = tokens(instance), instance.data()
        preview = instance.preview_return(returner.token, sent_to, straight=True)
        assert (preview.again, preview.steps, preview.calls) == ((sent_to,), (), ())
        assert instance.send_back(returner.token, sent_to, straight=True) == preview
        instance.advance(answers(GIVEN)[1])
        instance = saved(instance)
        opened = next(each.token for each in instance.open_steps() if each.step == sent_to)
        assert tokens(instance) == without(before, returner.token) | {opened: sent_to}
        assert instance.data() == known
        assert not instance.is_open(returner.token)
        with pytest.raises(KeyError):
            instance.complete(returner.token, "approve")
        returners.append(returner.step)
    while returners:
        outcome = str(instance.data()[sent_to])
        known, before = instance.data(), tokens(instance)
        done = next(each.token for each in instance.open_steps() if each.step == sent_to)
        instance.complete(done, outcome)
        instance.advance(answers(GIVEN)[1])
        instance = saved(instance)
        sent_to = returners.pop()
        back = next(each.token for each in instance.open_steps() if each.step == sent_to)
        assert back not in before
        assert tokens(instance) == without(before, done) | {back: sent_to}
        assert instance.data() == known
    finish(data, instance)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_sequence_of_deciding_and_sending_back_either_way_comes_to_the_end(data: st.DataObject) -> None:
    definition = data.draw(definitions(ahead=True))
    instance = begun(definition)
    used: set[str] = set()
    for _ in range(MOST_MOVES):
        if instance.finished:
            return
        before, steps = tokens(instance), instance.open_steps()
        passed = {each.token: instance.passed_from(each.token) for each in steps}
        if not any(passed.values()) or not data.draw(st.booleans()):
            instance = go_on(data, instance, approve=False)
        else:
            token = data.draw(st.sampled_from([token for token, way in passed.items() if way]))
            step, straight = data.draw(st.sampled_from(passed[token])), data.draw(st.booleans())
            if straight and step in before.values():
                with pytest.raises(CannotReturn, match="done again"):
                    instance.send_back(token, step, straight=True)
            else:
                preview = instance.preview_return(token, step, straight)
                assert instance.send_back(token, step, straight) == preview
                instance.advance(answers(GIVEN)[1])
                instance = saved(instance)
                assert step in open_now(instance)
                closed = {each.token for each in (*preview.steps, *preview.calls)} | {token}
                assert closed == before.keys() - tokens(instance).keys()
        now = tokens(instance)
        assert not used & now.keys(), "a token was used again"
        used |= before.keys() - now.keys()
        assert len(set(now.values())) == len(now)
        assert len(instance.save()) < 6_000
    finish(data, instance)

"""The state of a case: small, without the definition, and never read by the wrong program."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.engine.drawing import Drawing, answers, joint_decision, simple_loop
from workflows.engine.definition import parse
from workflows.engine.instance import Instance
from workflows.engine.serializer import ENGINE, FORMAT, StateNotReadable

STATES = Path(__file__).parent / "states"


def saved(drawing: Drawing) -> tuple[Any, bytes]:
    definition = parse(drawing.files())
    instance = Instance.start(definition, {"case_id": 1})
    instance.advance(answers()[1])
    return definition, instance.save()


def changed(state: bytes, **values: object) -> bytes:
    return zlib.compress(json.dumps({**json.loads(zlib.decompress(state)), **values}).encode())


def test_a_state_says_its_versions_and_holds_nothing_of_the_definition() -> None:
    definition, state = saved(joint_decision())
    values = json.loads(zlib.decompress(state))
    assert values["format"] == FORMAT
    assert values["engine"] == ENGINE
    assert values["definition"] == definition.content_hash
    assert "环节" not in json.dumps(values, ensure_ascii=False)
    assert len(state) < 600


@pytest.mark.parametrize("values", [{"format": 99}, {"format": None}, {"engine": "4.0.0"}, {"engine": None}])
def test_an_unknown_version_is_refused_with_what_was_found(values: dict[str, object]) -> None:
    definition, state = saved(simple_loop())
    with pytest.raises(StateNotReadable, match="版本是") as refused:
        Instance.restore(definition, changed(state, **values))
    assert refused.value.message.en.startswith("The state of the case has version")


def test_the_state_of_another_version_of_the_procedure_is_refused() -> None:
    _, state = saved(simple_loop())
    other, _ = saved(joint_decision())
    with pytest.raises(StateNotReadable, match="另一个版本"):
        Instance.restore(other, state)


@pytest.mark.parametrize("damage", [b"", b"no state", zlib.compress(b"{")])
def test_a_damaged_state_is_refused(damage: bytes) -> None:
    definition, _ = saved(simple_loop())
    with pytest.raises(StateNotReadable, match="损坏"):
        Instance.restore(definition, damage)


def test_saving_changes_nothing_and_says_the_same_again() -> None:
    definition, state = saved(joint_decision())
    assert Instance.restore(definition, state).save() == state


@pytest.mark.parametrize("folder", sorted(STATES.iterdir()), ids=lambda folder: folder.name)
def test_states_of_earlier_versions_are_still_read(folder: Path) -> None:
    """Each folder holds a procedure, a state that an earlier version of this program saved, and how it goes on."""
    files = {
        path.relative_to(folder / "procedure").as_posix(): path.read_bytes()
        for path in (folder / "procedure").rglob("*")
        if path.is_file()
    }
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    instance = Instance.restore(parse(files), (folder / "state.bin").read_bytes())
    assert instance.data() == expected["data"]
    assert [step.step for step in instance.open_steps()] == expected["open"]
    assert [step.token for step in instance.open_steps()] == expected["tokens"]
    for step, outcome in expected["moves"]:
        token = next(open_step.token for open_step in instance.open_steps() if open_step.step == step)
        instance.complete(token, outcome)
        instance.advance(answers()[1])
    assert instance.end == expected["end"]


def test_a_state_that_is_gone_back_to_opens_what_follows_with_tokens_of_its_own() -> None:
    definition, state = saved(simple_loop())
    tokens = set()
    for _ in range(2):
        instance = Instance.restore(definition, state)
        instance.complete(instance.open_steps()[0].token, "done")
        instance.advance(answers()[1])
        tokens.add(Instance.restore(definition, instance.save()).open_steps()[0].token)
    assert len(tokens) == 2

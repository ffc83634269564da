"""Hostile and broken process files: refused with file, element and remedy, quickly, and without touching anything."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.engine.drawing import simple_loop
from workflows.engine.bpmn_file import MAX_BYTES
from workflows.engine.checks import check
from workflows.engine.definition import DefinitionRefused, parse
from workflows.engine.operations import Registry

HOSTILE = Path(__file__).parent / "hostile"

EXPECTED = {
    "entity_bomb": ("", "DOCTYPE"),
    "external_entity": ("", "DOCTYPE"),
    "external_dtd": ("", "DOCTYPE"),
    "parameter_entity": ("", "DOCTYPE"),
    "hidden_by_utf16": ("", "DOCTYPE"),
    "not_xml": ("", "XML"),
    "web_page": ("", "BPMN 2.0"),
    "cut_off": ("", "XML"),
    "import_in_condition": ("decided_to_fill_in", "不能调用函数"),
    "classes_in_condition": ("decided_to_fill_in", "不能调用函数"),
    "script_task": ("helpful", "scriptTask"),
    "script_before_a_step": ("fill_in", "脚本"),
    "no_diagram": ("", "BPMNDiagram"),
    "two_processes": ("trial, second", "恰有一个"),
    "no_process_runs": ("", "恰有一个"),
    "timer": ("start", "timer"),
    "multi_instance": ("fill_in", "multiInstanceLoopCharacteristics"),
    "call_in_a_parameter": ("calling", "不能调用函数"),
}


def test_every_hostile_file_has_an_expectation() -> None:
    assert {path.stem for path in HOSTILE.glob("*.bpmn")} == set(EXPECTED)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("reading a diagram opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.usefixtures("no_network")
def test_a_hostile_file_is_refused_at_the_right_place(name: str) -> None:
    element, told = EXPECTED[name]
    files = simple_loop().files(process_dot_bpmn=(HOSTILE / f"{name}.bpmn").read_bytes())
    started = time.perf_counter()
    findings = check(files, Registry())
    assert time.perf_counter() - started < 2
    matching = [f for f in findings if f.file == "process.bpmn" and f.element == element and told in f.reason.zh]
    assert matching, [str(finding) for finding in findings]
    assert all(finding.reason.en for finding in findings)
    assert not any("root:" in str(finding) for finding in findings)
    with pytest.raises(DefinitionRefused) as refused:
        parse(files)
    assert refused.value.findings
    assert refused.value.details["findings"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe",
        "<?xml version='1.0' encoding='gb18030'?><定义/>".encode("gb18030"),
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a " + b" ".join(b'a%d="1"' % number for number in range(20_000)) + b"/>",
        b"<a>" + b"x" * MAX_BYTES + b"</a>",
    ],
    ids=["empty", "zeros", "half a mark", "gb18030", "deep", "wide", "large"],
)
def test_whatever_is_in_the_file_it_becomes_a_finding(content: bytes) -> None:
    findings = check(simple_loop().files(process_dot_bpmn=content), Registry())
    assert "process.bpmn" in {finding.file for finding in findings}

"""One immutable version of a procedure, parsed once per process and shared by all its cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from types import MappingProxyType

from workflows.engine import diagram as diagrams
from workflows.engine import folder as folders
from workflows.engine import specs
from workflows.engine.bpmn_file import NotADiagram
from workflows.engine.checks import structure
from workflows.engine.decision_table import DecisionTable
from workflows.engine.diagram import Diagram, Node
from workflows.engine.findings import CheckFinding
from workflows.engine.folder import Files, Folder, content_hash
from workflows.engine.forms import Form
from workflows.engine.settings import (
    OWN_ENGLISH,
    DeadlineSetting,
    Lane,
    Material,
    Outcome,
    Settings,
    StepSettings,
    Together,
)
from workflows.engine.specs import Specs
from workflows.errors import BadFile
from workflows.text import Text

__all__ = ["Definition", "DefinitionRefused", "Step", "content_hash", "load", "parse"]


class DefinitionRefused(BadFile):
    """The folder cannot be run; ``findings`` name each file, element and reason."""

    code = "definition_refused"

    def __init__(self, findings: tuple[CheckFinding, ...]) -> None:
        first = findings[0]
        place = " ".join(part for part in (first.file, first.element) if part)
        super().__init__(
            Text(
                f"程序文件有 {len(findings)} 处问题，第一处：{place}：{first.reason.zh}",
                f"The procedure has {len(findings)} problem(s); the first: {place}: {first.reason.en}",
            ),
            findings=[{"file": f.file, "element": f.element, "reason": f.reason.zh} for f in findings],
        )
        self.findings = findings


@dataclass(frozen=True)
class Step:
    """One user task with everything that is set for it. ``order`` counts from the start, nearest first."""

    id: str
    title: str
    lane: Lane
    role: str
    form: Form | None
    outcomes: tuple[Outcome, ...]
    deadline: DeadlineSetting
    materials: tuple[Material, ...]
    facts: tuple[str, ...]
    checks: tuple[str, ...]
    draft: str
    independent: bool
    secretary_note: str
    order: int
    together: Together | None = None
    unseen: tuple[str, ...] = ()

    @property
    def relation(self) -> str:
        """Which organisation acts, in relation to the applicant."""
        return self.lane.relation

    def outcome(self, key: str) -> Outcome:
        """The outcome with this key; KeyError when the step has none such."""
        for outcome in self.outcomes:
            if outcome.key == key:
                return outcome
        raise KeyError(key)


@dataclass(frozen=True)
class Call:
    """A call activity: a procedure that runs as a child case while this one waits. ``order`` as of steps."""

    id: str
    title: str
    procedure: str
    order: int


@dataclass(frozen=True, eq=False)
class Definition:
    """A version of a procedure, known by its content hash."""

    key: str
    content_hash: str
    title: str
    files: Files
    settings: Settings
    steps: Mapping[str, Step]
    calls: Mapping[str, Call]
    lanes: Mapping[str, Lane]
    tables: Mapping[str, DecisionTable]
    english: Mapping[str, str]
    drawing: Diagram = field(repr=False)
    specs: Specs = field(repr=False)

    def say(self, text: str, locale: str) -> str:
        """A text of the folder in the language of the locale; the Chinese where no English is given."""
        if locale.lower().startswith("zh"):
            return text
        return self.english.get(text) or OWN_ENGLISH.get(text, text)

    def text(self, text: str) -> Text:
        """A text of the folder in both languages."""
        return Text(text, self.english.get(text, text))

    def diagram(self) -> str:
        """The BPMN XML, for showing."""
        return self.files[diagrams.FILE].decode("utf-8-sig")

    def reachable(self, step_id: str) -> frozenset[str]:
        """Ids of the elements that can come after a step; the step itself when a way leads back to it."""
        return self.drawing.after(step_id)

    def element_name(self, element_id: str) -> str:
        """The name of an element of the diagram, in Chinese; empty when it has none or is not there."""
        node = self.drawing.nodes.get(element_id)
        return node.name if node is not None else ""

    def result_of(self, element_id: str) -> str | None:
        """The name under which the engine's data keep what comes of an element; None when nothing comes of it."""
        if element_id in self.steps:
            return element_id
        node = self.drawing.nodes.get(element_id)
        return node.operator.result if node is not None and node.operator is not None else None

    def operation_of(self, element_id: str) -> str | None:
        """The name of the operation a service task calls; None for any other element."""
        node = self.drawing.nodes.get(element_id)
        return node.operator.name if node is not None and node.operator is not None else None

    @cached_property
    def operations(self) -> frozenset[str]:
        """The names of the operations its service tasks call."""
        return frozenset(node.operator.name for node in self.drawing.nodes.values() if node.operator is not None)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names of the facts it shows."""
        return frozenset(self.settings.facts).union(*(step.facts for step in self.steps.values()))

    @cached_property
    def checks(self) -> frozenset[str]:
        """The names of the checks that guard its steps."""
        return frozenset().union(*(step.checks for step in self.steps.values()))


def parse(files: Files) -> Definition:
    """Read a folder; raises DefinitionRefused when it could not be run or shown.

    Whether operations, facts and checks exist, and whether all is translated, is not asked here but by
    :func:`workflows.engine.checks.check` when a version is published.
    """
    kept = folders.published(files)
    folder = folders.read(kept)
    findings = structure(folder)
    if findings or folder.settings is None or folder.diagram is None:
        raise DefinitionRefused(findings)
    settings, diagram = folder.settings, folder.diagram
    try:
        built = specs.build(diagram)
    except NotADiagram as error:
        raise DefinitionRefused((CheckFinding(diagrams.FILE, "", error.message),)) from error
    return Definition(
        key=settings.key,
        content_hash=content_hash(kept),
        title=settings.title,
        files=MappingProxyType(kept),
        settings=settings,
        steps=MappingProxyType(_steps(folder, settings, diagram)),
        calls=MappingProxyType(_calls(diagram)),
        lanes=settings.lanes,
        tables=folder.tables,
        english=folder.english,
        drawing=diagram,
        specs=built,
    )


_loaded: dict[str, Definition] = {}
_loading = Lock()


def load(content_hash: str, read_files: Callable[[], Files]) -> Definition:
    """The definition with this content hash; its files are asked for only the first time in this process."""
    known = _loaded.get(content_hash)
    if known is not None:
        return known
    with _loading:
        if content_hash not in _loaded:
            definition = parse(read_files())
            if definition.content_hash != content_hash:
                raise BadFile(
                    Text("程序版本的内容与其校验值不符。", "The files of this version do not match its content hash."),
                    expected=content_hash,
                    found=definition.content_hash,
                )
            _loaded[content_hash] = definition
        return _loaded[content_hash]


def _steps(folder: Folder, settings: Settings, diagram: Diagram) -> dict[str, Step]:
    nodes = [diagram.nodes[node_id] for node_id in diagram.from_start()]
    return {
        node.id: _step(node, settings.steps[node.id], settings, diagram, folder, order)
        for order, node in enumerate(node for node in nodes if node.kind == "userTask")
    }


def _calls(diagram: Diagram) -> dict[str, Call]:
    nodes = [diagram.nodes[node_id] for node_id in diagram.from_start()]
    calls = [node for node in nodes if node.kind == "callActivity"]
    return {node.id: Call(node.id, node.name, node.called or "", order) for order, node in enumerate(calls)}


def _step(node: Node, chosen: StepSettings, settings: Settings, diagram: Diagram, folder: Folder, order: int) -> Step:
    lane = settings.lanes[diagram.lanes[node.id]]
    if chosen.deadline is None:
        raise ValueError(f"the checks let the step {node.id} pass without a deadline")
    return Step(
        id=node.id,
        title=node.name,
        lane=lane,
        role=chosen.role or lane.role,
        form=folder.forms[node.form] if node.form else None,
        outcomes=chosen.outcomes,
        deadline=chosen.deadline,
        materials=chosen.materials,
        facts=chosen.facts,
        checks=chosen.checks,
        draft=chosen.draft,
        independent=lane.relation != "applicant" if chosen.independent is None else chosen.independent,
        secretary_note=chosen.secretary_note,
        order=order,
        together=chosen.together,
        unseen=chosen.unseen,
    )

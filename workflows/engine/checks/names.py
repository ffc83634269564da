"""Checks that the operations, facts, checks and parameters a procedure names exist in this program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflows.engine import diagram as diagrams
from workflows.engine import settings as settings_file
from workflows.engine.diagram import Operator
from workflows.engine.findings import CheckFinding, suggestion
from workflows.engine.folder import Folder
from workflows.engine.operations import Names, Registered, Registry
from workflows.law.rule_sets import rule_set
from workflows.text import Text


def check(folder: Folder, registry: Registry) -> Iterator[CheckFinding]:
    """Every finding."""
    if folder.diagram is not None:
        for node in folder.diagram.nodes.values():
            if node.operator is not None:
                yield from _operation(node.id, node.operator, registry.operations)
    settings = folder.settings
    if settings is None:
        return
    yield from _named("facts", settings.facts, registry.facts, _FACT)
    for name, step in settings.steps.items():
        yield from _named(f"steps.{name}.facts", step.facts, registry.facts, _FACT)
        yield from _named(f"steps.{name}.checks", step.checks, registry.checks, _CHECK)
        if step.draft:
            yield from _named(f"steps.{name}.draft", (step.draft,), registry.drafts, _DRAFT)
        if step.deadline is not None:
            for key in ("parameter", "target_parameter"):
                wanted = getattr(step.deadline, key)
                if wanted is not None:
                    yield from _named(f"steps.{name}.deadline.{key}", (wanted,), rule_set().parameters, _PARAMETER)


_OPERATION = Text("操作", "operation")
_FACT = Text("事实", "fact")
_CHECK = Text("检查", "check")
_DRAFT = Text("草稿", "draft")
_PARAMETER = Text("参数", "parameter")


def _named(
    place: str, names: Iterable[str], known: Mapping[str, object], what: Text, file: str = settings_file.FILE
) -> Iterator[CheckFinding]:
    for name in names:
        if name not in known:
            told = suggestion(name, known)
            yield CheckFinding(
                file, place, Text(f"没有名为“{name}”的{what.zh}{told.zh}", f'No {what.en} is called "{name}"{told.en}')
            )


def _operation(element: str, operator: Operator, known: Names) -> Iterator[CheckFinding]:
    if not operator.name:
        return
    if operator.name not in known:
        yield from _named(element, (operator.name,), known, _OPERATION, diagrams.FILE)
        return
    yield from _parameters(element, operator, known[operator.name])


def _parameters(element: str, operator: Operator, registered: Registered) -> Iterator[CheckFinding]:
    given = {name for name, _ in operator.parameters}
    for name in sorted(registered.required - given):
        yield CheckFinding(
            diagrams.FILE,
            element,
            Text(f"操作“{operator.name}”缺少参数“{name}”。", f'The operation "{operator.name}" needs "{name}".'),
        )
    for name in sorted(given - registered.accepted):
        told = suggestion(name, registered.accepted)
        yield CheckFinding(
            diagrams.FILE,
            element,
            Text(
                f"操作“{operator.name}”没有参数“{name}”{told.zh}",
                f'The operation "{operator.name}" takes no "{name}"{told.en}',
            ),
        )

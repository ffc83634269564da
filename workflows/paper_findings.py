"""Checks of the papers of a procedure folder: the templates themselves, and that what they read is there to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.documents import template
from workflows.engine import folder as folders
from workflows.engine.findings import CheckFinding, suggestion
from workflows.engine.folder import Folder
from workflows.engine.operations import Registry
from workflows.errors import Invalid
from workflows.text import Text

Path = tuple[str, ...]


def check(folder: Folder, registry: Registry) -> Iterator[CheckFinding]:
    """Every finding in ``documents/``."""
    for name in sorted(folder.documents):
        file = f"{folders.DOCUMENTS}{name}.txt"
        try:
            paper = template.load(folder.files, name)
        except Invalid as invalid:
            for mistake in invalid.mistakes:
                yield CheckFinding(file, mistake.path.removeprefix(file).lstrip(":"), mistake.message)
            continue
        for path in sorted(paper.references()):
            yield from _unknown(file, path, folder, registry)
        for path in sorted(template.unasked(paper)):
            yield from _may_be_empty(file, path, folder)


def _unknown(file: str, path: Path, folder: Folder, registry: Registry) -> Iterator[CheckFinding]:
    root, *rest = path
    if not rest:
        return
    steps = folder.settings.steps if folder.settings is not None else {}
    known: Mapping[str, Mapping[str, Any] | frozenset[str]] = {
        "answers": steps,
        "outcome": steps,
        "opinion": steps,
        "papers": folder.documents,
        "facts": registry.facts,
    }
    if root in known and rest[0] not in known[root]:
        yield _finding(file, ".".join(path[:2]), rest[0], known[root])
    elif root == "answers":
        yield from _unknown_field(file, path, _fields(folder, rest[0]))


def _unknown_field(file: str, path: Path, fields: Mapping[str, Any] | None) -> Iterator[CheckFinding]:
    """A field that the form does not have, or a column that its rows do not have."""
    for depth, name in enumerate(path[2:], start=3):
        if fields is None:
            return
        if name not in fields:
            yield _finding(file, ".".join(path[:depth]), name, fields)
            return
        fields = fields[name].get("items", {}).get("properties")


def _may_be_empty(file: str, path: Path, folder: Folder) -> Iterator[CheckFinding]:
    """A field that need not be filled in and is printed all the same: then no paper could be issued.

    Where the step has checks, they may demand the field for the outcome that issues the paper; nothing is said then.
    """
    step = folder.settings.steps.get(path[1]) if folder.settings is not None and len(path) > 2 else None
    if path[0] != "answers" or step is None or step.checks:
        return
    schema: Mapping[str, Any] | None = _schema(folder, path[1])
    for depth, name in enumerate(path[2:], start=3):
        if schema is None or name not in schema.get("properties", {}):
            return
        if name not in schema.get("required", ()) and depth == len(path):
            place, asked = ".".join(path), f"{{% if {'.'.join(path)} is defined %}}"
            yield CheckFinding(
                file,
                place,
                Text(
                    f"这一项可以不填，没有填时公文无法生成；先写 {asked} 判断。",
                    f"This field may be empty, and no paper could be written then; ask first: {asked}",
                ),
            )
        schema = schema["properties"][name].get("items")


def _fields(folder: Folder, step: str) -> Mapping[str, Any] | None:
    schema = _schema(folder, step)
    return schema.get("properties") if schema is not None else None


def _schema(folder: Folder, step: str) -> Mapping[str, Any] | None:
    node = folder.diagram.nodes.get(step) if folder.diagram is not None else None
    form = folder.forms.get(node.form) if node is not None and node.form is not None else None
    return form.schema if form is not None else None


def _finding(file: str, place: str, name: str, known: Mapping[str, Any] | frozenset[str]) -> CheckFinding:
    told = suggestion(name, known)
    return CheckFinding(file, place, Text(f"没有“{name}”可用{told.zh}", f'There is no "{name}" to be read{told.en}'))

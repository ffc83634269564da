"""Is this procedure folder fit to be published, and if not, what has to be mended where."""

from __future__ import annotations

from workflows.engine import folder as folders
from workflows.engine import specs
from workflows.engine.bpmn_file import NotADiagram
from workflows.engine.checks import drawing, english, names, steps, tables, waiting
from workflows.engine.diagram import FILE, Diagram
from workflows.engine.findings import CheckFinding
from workflows.engine.folder import Files, Folder
from workflows.engine.forms import check_schema, check_ui
from workflows.engine.operations import Registry

__all__ = ["CheckFinding", "check", "examine", "structure"]


def check(files: Files, operations: Registry) -> tuple[CheckFinding, ...]:
    """Everything to mend before the folder can be published; empty when there is nothing.

    The texts of papers are checked by those who write papers (workflows.documents); here they only have to exist.
    """
    return examine(folders.read(files), operations)


def examine(folder: Folder, operations: Registry) -> tuple[CheckFinding, ...]:
    """The same for a folder that is read already."""
    findings = structure(folder)
    if not findings and folder.diagram is not None:
        findings = _refused_by_the_engine(folder.diagram)
    faulty = {finding.file for finding in findings}
    return (*findings, *names.check(folder, operations), *english.check(folder, faulty))


def structure(folder: Folder) -> tuple[CheckFinding, ...]:
    """Everything that keeps the folder from being run or shown at all."""
    findings = [*folder.findings, *_forms(folder)]
    if folder.diagram is not None:
        findings += drawing.check(folder.diagram)
        if folder.settings is not None:
            findings += steps.check(folder, folder.settings, folder.diagram)
            findings += tables.check(folder, folder.settings, folder.diagram)
        if not findings:
            findings += waiting.check(folder.diagram)
    return tuple(findings)


def _forms(folder: Folder) -> list[CheckFinding]:
    findings: list[CheckFinding] = []
    unread = {finding.file for finding in folder.findings}
    for name, form in folder.forms.items():
        path = folders.FORMS + name
        if path not in unread:
            wrong = list(check_schema(path, form.schema))
            ui_path = path.removesuffix(".json") + ".ui.json"
            findings += wrong or check_ui(ui_path, form.ui, form.schema)
    return findings


def _refused_by_the_engine(diagram: Diagram) -> tuple[CheckFinding, ...]:
    try:
        specs.build(diagram)
    except NotADiagram as error:
        return (CheckFinding(FILE, "", error.message),)
    return ()

"""A procedure folder, read: its settings, diagram, forms and English, with what was wrong in reading them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType

from workflows.engine import bpmn_file, decision_table, forms, settings
from workflows.engine import diagram as diagrams
from workflows.engine.bpmn_file import NotADiagram
from workflows.engine.decision_table import DecisionTable
from workflows.engine.diagram import Diagram
from workflows.engine.findings import CheckFinding
from workflows.engine.forms import Form
from workflows.engine.settings import Settings
from workflows.text import Text

SCENARIOS = "scenarios/"
ENGLISH = "en.toml"
FORMS = "forms/"
DOCUMENTS = "documents/"

MAX_FILES = 200
MAX_FILE_BYTES = 1_000_000
MAX_TOTAL_BYTES = 5_000_000

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Folder:
    """What could be read. ``findings`` say why something is missing here although its file is there."""

    files: Files
    settings: Settings | None
    diagram: Diagram | None
    forms: Mapping[str, Form]
    english: Mapping[str, str]
    findings: tuple[CheckFinding, ...]
    tables: Mapping[str, DecisionTable] = field(default_factory=dict)
    too_large: bool = False

    @property
    def documents(self) -> frozenset[str]:
        """The names of the papers that have a text here."""
        return frozenset(
            PurePosixPath(path).stem for path in self.files if path.startswith(DOCUMENTS) and path.endswith(".txt")
        )


def content_hash(files: Files) -> str:
    """SHA-256 (hex) of all files but the scenarios, whatever line endings they were checked out with."""
    digest = hashlib.sha256()
    for path, content in sorted(published(files).items()):
        for part in (path.encode(), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def published(files: Files) -> dict[str, bytes]:
    """The files that make up a version: without the scenarios, with line endings normalised."""
    return {
        path: content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for path, content in files.items()
        if not path.startswith(SCENARIOS)
    }


def read(files: Files) -> Folder:
    """Read everything that can be read."""
    too_big = tuple(_sizes(files))
    if too_big:
        return Folder(files, None, None, {}, {}, too_big, too_large=True)
    configured, findings = settings.read(files.get(settings.FILE))
    diagram, diagram_findings = _diagram(files.get(diagrams.FILE))
    read_forms, form_findings = _forms(files)
    tables, table_findings = _tables(files)
    english, english_findings = _english(files.get(ENGLISH))
    return Folder(
        files=MappingProxyType(dict(files)),
        settings=configured,
        diagram=diagram,
        forms=MappingProxyType(read_forms),
        english=MappingProxyType(english),
        findings=(*findings, *diagram_findings, *form_findings, *table_findings, *english_findings),
        tables=MappingProxyType(tables),
    )


def _sizes(files: Files) -> Iterator[CheckFinding]:
    if len(files) > MAX_FILES:
        yield CheckFinding("", "", Text(f"文件超过 {MAX_FILES} 个。", f"There are more than {MAX_FILES} files."))
    if sum(len(content) for content in files.values()) > MAX_TOTAL_BYTES:
        size = MAX_TOTAL_BYTES // 1_000_000
        yield CheckFinding("", "", Text(f"文件夹超过 {size} MB。", f"The folder is larger than {size} MB."))
    for path, content in files.items():
        if len(content) > MAX_FILE_BYTES:
            size = MAX_FILE_BYTES // 1_000_000
            yield CheckFinding(path, "", Text(f"文件超过 {size} MB。", f"The file is larger than {size} MB."))


def _diagram(content: bytes | None) -> tuple[Diagram | None, tuple[CheckFinding, ...]]:
    if content is None:
        missing = Text("缺少 process.bpmn。", "process.bpmn is missing.")
        return None, (CheckFinding(diagrams.FILE, "", missing),)
    try:
        return bpmn_file.read(content), ()
    except NotADiagram as error:
        return None, (CheckFinding(diagrams.FILE, "", error.message),)


def _forms(files: Files) -> tuple[dict[str, Form], tuple[CheckFinding, ...]]:
    read_forms: dict[str, Form] = {}
    findings: list[CheckFinding] = []
    for path in sorted(files):
        if path.startswith(FORMS) and path.endswith(".json") and not path.endswith(".ui.json"):
            schema, wrong = forms.load_json(path, files[path])
            findings += wrong
            ui_path = path.removesuffix(".json") + ".ui.json"
            ui, wrong = forms.load_json(ui_path, files[ui_path]) if ui_path in files else ({}, ())
            findings += wrong
            name = path.removeprefix(FORMS)
            read_forms[name] = Form(name.removesuffix(".json"), schema, ui)
    return read_forms, tuple(findings)


def _tables(files: Files) -> tuple[dict[str, DecisionTable], tuple[CheckFinding, ...]]:
    tables: dict[str, DecisionTable] = {}
    findings: list[CheckFinding] = []
    for path in sorted(files):
        if path.endswith(decision_table.SUFFIX):
            table, wrong = decision_table.read(path, files[path])
            findings += wrong
            if table is not None:
                tables[path] = table
    return tables, tuple(findings)


def _english(content: bytes | None) -> tuple[dict[str, str], tuple[CheckFinding, ...]]:
    if content is None:
        return {}, ()
    try:
        values = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = Text(f"不是有效的 UTF-8 TOML：{error}", f"This is no valid TOML in UTF-8: {error}")
        return {}, (CheckFinding(ENGLISH, "", reason),)
    wrong = tuple(
        CheckFinding(ENGLISH, key, Text('每行写 "中文" = "English"。', 'Each line reads "中文" = "English".'))
        for key, value in values.items()
        if not isinstance(value, str) or not value.strip()
    )
    return {key: value for key, value in values.items() if isinstance(value, str)}, wrong

"""Checks that everything a person reads in a procedure has its English in en.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from workflows.engine import folder as folders
from workflows.engine import forms
from workflows.engine import settings as settings_file
from workflows.engine.bpmn_file import BPMN
from workflows.engine.diagram import FILE, Diagram
from workflows.engine.findings import CheckFinding
from workflows.engine.folder import Folder
from workflows.engine.settings import OWN_ENGLISH, Settings
from workflows.text import Text

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def check(folder: Folder, faulty: Set[str]) -> Iterator[CheckFinding]:
    """One finding for each text without English, with the file it stands in first. Faulty forms are left out."""
    told = {*OWN_ENGLISH, *folder.english}
    for file, text in texts(folder, faulty):
        if _CHINESE.search(text) and text not in told:
            told.add(text)
            yield CheckFinding(
                folders.ENGLISH,
                text,
                Text(f"缺少英文（用于 {file}）。", f"The English is missing (used in {file})."),
            )


def texts(folder: Folder, faulty: Set[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Each text for people with the file it stands in, but those of faulty forms."""
    if folder.settings is not None:
        for text in _settings_texts(folder.settings):
            yield settings_file.FILE, text
    if folder.diagram is not None:
        for text in _diagram_texts(folder.diagram):
            yield FILE, text
    for file, table in folder.tables.items():
        for text in table.texts():
            yield file, text
    for name, form in folder.forms.items():
        file = folders.FORMS + name
        if faulty.isdisjoint({file, file.removesuffix(".json") + ".ui.json"}):
            for text in forms.texts(form.schema, form.ui):
                yield file, text


def _settings_texts(settings: Settings) -> Iterator[str]:
    yield from (settings.title, settings.summary, settings.chapter, settings.article, *settings.needs)
    for step in settings.steps.values():
        yield step.secretary_note
        yield from (outcome.title for outcome in step.outcomes)
        yield from (material.title for material in step.materials)


def _diagram_texts(diagram: Diagram) -> Iterator[str]:
    for element in diagram.xml.iter(f"{{{BPMN}}}*"):
        if element.get("name"):
            yield str(element.get("name"))
        if element.tag == f"{{{BPMN}}}text" and element.text:
            yield element.text.strip()

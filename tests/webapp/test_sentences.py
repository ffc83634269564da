"""The history of a case speaks: every event that the verbs record has its sentence; operations may bring their own."""

from __future__ import annotations

import re
from pathlib import Path

from tests.webapp.conftest import Site
from webapp.cases.sentences import KNOWN_EVENTS, event_sentence
from workflows import catalogue
from workflows.storage.events import Event

WORKFLOWS = Path(__file__).parents[2] / "workflows"
RECORDED = re.compile(r"""\brecord\(\s*(?:session,\s*"",\s*)?"([a-z_]+)\"""")


def recorded() -> set[str]:
    folders = (WORKFLOWS / "cases", WORKFLOWS / "documents")
    sources = [path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py")]
    return {kind for source in sources for kind in RECORDED.findall(source)}


def test_every_event_of_a_case_has_a_sentence() -> None:
    found = recorded()
    assert {"task_completed", "case_withdrawn", "child_started"} <= found
    assert found - KNOWN_EVENTS == set()


def test_an_operation_may_bring_its_own_sentence(site: Site) -> None:
    own = Event(kind="licence_granted", data={"text": {"zh": "已发证", "en": "The licence was granted"}})
    unknown = Event(kind="something_else", data={})
    with site.app.test_request_context("/"), site.db.read() as session:
        definition = catalogue.definition_of(session, 1)
        assert event_sentence(own, definition, {}).sentence == "已发证"
        assert "something_else" in event_sentence(unknown, definition, {}).sentence

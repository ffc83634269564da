"""Every kind of notice has its sentence, in both languages, and no sentence carries what somebody wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.notifications.conftest import Told
from workflows import catalogue
from workflows.notifications.given_up import KIND
from workflows.notifications.sentences import SENTENCES, sentence_of
from workflows.storage.cases import Case, Notice

WORKFLOWS = Path(__file__).parents[2] / "workflows"
LEFT = re.compile(
    r"""(?:notify|notify_holder|overtake|_tell_everybody)\(\s*(?:(?:action|task|child|correction),\s*)?"([a-z_]+)"|"""
    r"""\btell\([^,()]+(?:\([^()]*\))?[^,()]*,\s*"([a-z_]+)\""""
)
BRING_THEIR_OWN = {"reminder", "escalation", KIND}


def kinds_left() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in (WORKFLOWS / "cases").glob("*.py")]
    return {first or second for source in sources for first, second in LEFT.findall(source)}


def test_every_kind_of_notice_has_a_sentence() -> None:
    found = kinds_left()
    assert {"branch_closed", "nudged", "opinion_asked", "case_suspended", "task_handed_over"} <= found
    assert found - set(SENTENCES) - BRING_THEIR_OWN == set()


@pytest.mark.parametrize("kind", [*SENTENCES, "of_tomorrow"])
def test_a_sentence_names_the_step_and_nothing_that_was_typed(told: Told, kind: str) -> None:
    data = {
        "step": "review",
        "paper": "新工发〔2026〕3号",
        "opinion": "李某",
        "text": "李某",
        "note": "李某",
        "by": "李某",
    }
    with told.db.read() as session:
        definition = catalogue.definition_of(session, session.get_one(Case, told.office.case_id).definition_id)
    sentence = sentence_of(Notice(kind=kind, data=data), definition)
    for words in (sentence.zh, sentence.en):
        assert words
        assert not set("{}") & set(words)
        assert "李某" not in words
    if "{step}" in SENTENCES.get(kind, sentence).zh:
        assert "“审核”" in sentence.zh
        assert "“Review”" in sentence.en

"""What must never be stored: each is refused in its case, with the rule, and leaves nothing behind."""

from __future__ import annotations

import pytest

from tests.acceptance.played import play
from tests.procedures.played import BPMN
from workflows import scenarios
from workflows.storage import Database

REFUSED = {
    "a scrutineer who is a candidate": ("election", "scrutineer_is_a_candidate", "R-318"),
    "a candidate who is the owner's spouse": ("election", "owners_and_their_kin", "近亲属（配偶）"),
    "a term of four years": ("election", "term_of_four_years", "R-110"),
    "an extension past six months": ("term_changes", "extension", "不超过 6 个月"),
    "a meeting before the publicity ends": ("election", "meeting_before_publicity_ends", "最早 2026-03-10"),
    "a joint union of one enterprise": ("enterprise_union", "joint_of_one", "2 个以上单位"),
    "a founding file without the audit body": ("enterprise_union", "without_audit_body", "3 至 11 人"),
    "a second full-time vice-chair": ("cadre_staffing", "second_full_time_vice_chair", "R-423"),
    "a work committee that applies for legal personality": (
        *("legal_person", "work_committee_refused", "请办理统一社会信用代码"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_the_rule_before_anything_is_stored(db: Database, what: str) -> None:
    procedure, name, told = REFUSED[what]
    written = next(one for one in scenarios.find(BPMN / procedure) if one.name == name)
    assert any(told in do.get("refused", "") for do in written.actions)
    play(db, procedure, name)  # a refused action that leaves an event behind fails the scenario

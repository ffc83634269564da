"""D-03, row by row, under both versions of the rules."""

from __future__ import annotations

import pytest

from workflows.law.eligibility import Candidate, Kinship, Position, Relative, Standing, eligibility
from workflows.law.rule_sets import rule_set

NEW, OLD = rule_set("RS-2025").parameters, rule_set("RS-2015").parameters
OK, WARN, NO = "allowed", "warned", "refused"
C, CHAIR, VICE, AUDIT = Standing.COMMITTEE, Standing.CHAIR, Standing.VICE_CHAIR, Standing.AUDIT


def holder(*positions: Position) -> Candidate:
    return Candidate("甲", frozenset(positions))


def relative(kinship: Kinship, *positions: Position) -> Candidate:
    return Candidate("甲", relatives=(Relative(kinship, frozenset(positions)),))


@pytest.mark.parametrize(
    ("candidate", "committee", "chair", "vice"),
    [
        (Candidate("甲"), OK, OK, OK),
        (holder(Position.HEAD), NO, NO, NO),
        (holder(Position.LEGAL_REPRESENTATIVE), NO, NO, NO),
        (holder(Position.PARTNER), NO, NO, NO),
        (holder(Position.DEPUTY_HEAD), WARN, NO, WARN),
        (holder(Position.LABOUR_HEAD), WARN, WARN, WARN),
        (holder(Position.LABOUR_HEAD, Position.DEPUTY_HEAD), WARN, NO, WARN),
        (holder(Position.LABOUR_HEAD, Position.HR_HEAD), WARN, NO, WARN),
        (holder(Position.HR_HEAD), WARN, NO, WARN),
        (Candidate("甲", foreign=True), OK, NO, WARN),
        (Candidate("甲", foreign=True, member=False), NO, NO, NO),
        (Candidate("甲", member=False), NO, NO, NO),
        (Candidate("甲", member=False, recommended_by_superior=True), NO, OK, OK),
        (Candidate("甲", retained=True), NO, NO, NO),
        (relative(Kinship.SPOUSE, Position.HEAD), NO, NO, NO),
        (relative(Kinship.GRANDCHILD, Position.PARTNER), NO, NO, NO),
        (relative(Kinship.SIBLING, Position.DEPUTY_HEAD), WARN, NO, WARN),
        (relative(Kinship.CHILD, Position.LABOUR_HEAD), WARN, WARN, WARN),
        (relative(Kinship.CHILD, Position.LABOUR_HEAD, Position.DEPUTY_HEAD), WARN, NO, WARN),
        (relative(Kinship.COUSIN, Position.HEAD), WARN, WARN, WARN),
        (relative(Kinship.IN_LAW, Position.LEGAL_REPRESENTATIVE), WARN, WARN, WARN),
        (relative(Kinship.UNCLE_OR_AUNT, Position.DEPUTY_HEAD), OK, OK, OK),
    ],
)
def test_the_table_of_2025(candidate: Candidate, committee: str, chair: str, vice: str) -> None:
    found = {standing: eligibility(candidate, standing, NEW).verdict for standing in (C, CHAIR, VICE)}
    assert found == {C: committee, CHAIR: chair, VICE: vice}


def test_the_bars_of_2004_are_there_under_the_rules_of_2015() -> None:
    assert eligibility(holder(Position.LABOUR_HEAD), CHAIR, OLD).verdict == NO
    assert eligibility(holder(Position.LABOUR_HEAD), C, OLD).verdict == WARN
    for standing in (C, CHAIR, VICE):
        assert eligibility(relative(Kinship.PARENT, Position.LABOUR_HEAD), standing, OLD).verdict == NO


@pytest.mark.parametrize(
    ("position", "verdict"),
    [
        (Position.UNION_CHAIR, NO),
        (Position.FINANCE_VICE_CHAIR, NO),
        (Position.FINANCE_STAFF, NO),
        (Position.UNION_VICE_CHAIR, WARN),
        (Position.STANDING_MEMBER, WARN),
        (Position.HR_HEAD, OK),
    ],
)
def test_who_may_audit(position: Position, verdict: str) -> None:
    assert eligibility(holder(position), AUDIT, NEW).verdict == verdict


def test_close_relatives_are_those_of_the_civil_code() -> None:
    close = {kinship for kinship in Kinship if kinship.close}
    assert close == {
        Kinship.SPOUSE,
        Kinship.PARENT,
        Kinship.CHILD,
        Kinship.SIBLING,
        Kinship.GRANDPARENT,
        Kinship.GRANDCHILD,
    }


def test_every_reason_is_given_at_once_with_its_rule() -> None:
    candidate = Candidate("甲", frozenset({Position.HEAD, Position.DEPUTY_HEAD}), retained=True, foreign=True)
    reasons = eligibility(candidate, CHAIR, NEW).reasons
    assert len(reasons) == 4
    assert all("R-" in reason.zh and "R-" in reason.en for reason in reasons)

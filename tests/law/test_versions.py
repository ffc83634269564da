"""The same questions under the rules of 2015 and of 2025: each version keeps its own answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from workflows.calendar import Calendar
from workflows.law.congress import representatives
from workflows.law.dues import base_month
from workflows.law.elections import attendance, majority, quorum
from workflows.law.eligibility import Candidate, Kinship, Position, Relative, Standing, eligibility
from workflows.law.founding import Act, approval_needed, full_time_chair
from workflows.law.legal_person import application
from workflows.law.rule_sets import RuleSet, rule_set, rule_set_names
from workflows.law.terms import Post, vacancy

OLD, NEW = rule_set("RS-2015"), rule_set("RS-2025")
RELATIVE = Candidate("甲", relatives=(Relative(Kinship.CHILD, frozenset({Position.LABOUR_HEAD})),))
LABOUR_HEAD = Candidate("乙", frozenset({Position.LABOUR_HEAD}))
VACANT = date(2026, 3, 15)


def answers(rules: RuleSet) -> dict[str, object]:
    """One enterprise, one set of facts, every question that the versions answer differently."""
    parameters = rules.parameters
    chair = vacancy(Post.CHAIR, VACANT, parameters, Calendar())
    vice = vacancy(Post.VICE_CHAIR, VACANT, parameters, Calendar())
    enterprise = vacancy(Post.ENTERPRISE_CHAIR, VACANT, parameters, Calendar())
    return {
        "labour head as chair": eligibility(LABOUR_HEAD, Standing.CHAIR, parameters).verdict,
        "child of the labour head on the committee": eligibility(RELATIVE, Standing.COMMITTEE, parameters).verdict,
        "chair vacant": chair and chair.day,
        "vice-chair vacant": vice and vice.day,
        "enterprise chair vacant": enterprise and enterprise.day,
        "full-time chair at 212": full_time_chair(212, parameters).verdict,
        "base of the dues of March": base_month(date(2026, 3, 1), parameters).numbers["base"],
        "merger": approval_needed(Act.MERGER, parameters).confidence,
        "registered by": parameters.word("legal_person.authority"),
        "representatives of 187": representatives(187, parameters).verdict,
    }


def test_the_same_case_under_two_versions() -> None:
    assert answers(OLD) == {
        "labour head as chair": "refused",
        "child of the labour head on the committee": "refused",
        "chair vacant": date(2026, 6, 15),
        "vice-chair vacant": None,
        "enterprise chair vacant": date(2026, 6, 15),
        "full-time chair at 212": "optional",
        "base of the dues of March": "2026-02",
        "merger": "sourced",
        "registered by": "city",
        "representatives of 187": "no_rule",
    }
    assert answers(NEW) == {
        "labour head as chair": "warned",
        "child of the labour head on the committee": "warned",
        "chair vacant": date(2026, 9, 15),
        "vice-chair vacant": date(2026, 9, 15),
        "enterprise chair vacant": date(2026, 6, 15),
        "full-time chair at 212": "obliged",
        "base of the dues of March": "2026-03",
        "merger": "chosen",
        "registered by": "county",
        "representatives of 187": "seats",
    }


@pytest.mark.parametrize("name", rule_set_names())
def test_fractions_of_every_version_are_those_of_the_formulas(name: str) -> None:
    parameters = rule_set(name).parameters
    two_thirds, half = Fraction(parameters.word("election.quorum")), Fraction(parameters.word("election.majority"))
    for due in range(1, 200):
        assert quorum(due) == -(-two_thirds.numerator * due // two_thirds.denominator)
        assert majority(due) == due * half.numerator // half.denominator + 1


def test_an_old_finding_cites_the_old_text_and_its_doubt() -> None:
    finding = attendance(187, 150, OLD.parameters)
    assert "1992" in finding.source
    assert finding.confidence == "low"
    assert "2004" in application(None, {}, OLD.parameters).source
    assert Decimal(OLD.parameters.integer("dues.basic_share")) == 60

"""F01–F08: founding a union in an enterprise."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.calendar import Calendar
from workflows.law.founding import (
    FoundingFile,
    bodies_founded_together,
    founding_due,
    is_member,
    joint_union,
    union_form,
    womens_body,
)
from workflows.law.goals import Goal, goal
from workflows.law.rule_sets import rule_set

RULES = rule_set().parameters


def test_f01_twenty_five_members_must_found_a_committee() -> None:
    assert union_form(25, 60, RULES).verdict == "must"
    assert union_form(24, 60, RULES).verdict == "policy_duty"


def test_f02_thirty_employees_and_eighteen_members_are_a_duty_of_the_policy_only() -> None:
    finding = union_form(18, 30, RULES)
    assert finding.verdict == "policy_duty"
    assert (finding.numbers["policy_duty"], finding.numbers["legal_duty"]) == (True, False)
    assert any("发展会员" in reason.zh for reason in finding.reasons)
    offered = "".join(text.zh for text in finding.alternatives)
    assert "单独" in offered
    assert "联合" in offered
    assert any("C-01" in flag.zh for flag in finding.flags)


@pytest.mark.parametrize(("units", "verdict"), [(0, "refused"), (1, "refused"), (2, "allowed"), (9, "allowed")])
def test_f04_a_joint_union_has_two_enterprises_or_more(units: int, verdict: str) -> None:
    assert joint_union(units, RULES).verdict == verdict


@pytest.mark.parametrize(("women", "verdict"), [(9, "member"), (10, "committee"), (0, "not_applicable")])
def test_f05_the_womens_body_by_women_members(women: int, verdict: str) -> None:
    assert womens_body(women, RULES).verdict == verdict


def test_f06_a_founding_file_without_an_audit_body_is_not_complete() -> None:
    without = FoundingFile(women=4, auditors=0, womens_members=1, womens_head=False)
    finding = bodies_founded_together(without, RULES)
    assert finding.verdict == "not_complete"
    assert "经费审查" in finding.missing[0].zh
    for auditors, own_accounts, verdict in [(3, True, "complete"), (1, False, "complete"), (1, True, "not_complete")]:
        file = FoundingFile(4, auditors, 1, womens_head=False, own_accounts=own_accounts)
        assert bodies_founded_together(file, RULES).verdict == verdict


@pytest.mark.parametrize(("today", "verdict"), [(date(2026, 2, 2), "in_time"), (date(2026, 2, 3), "overdue")])
def test_f07_overdue_twelve_months_after_opening_and_a_sunday_moves_the_end(today: date, verdict: str) -> None:
    due = founding_due(date(2025, 2, 1), today, RULES, Calendar())
    assert due.due_on == date(2026, 2, 2)
    assert due.finding.verdict == verdict
    assert founding_due(date(2025, 2, 1), today, RULES, Calendar(), founded=True).finding.verdict == "founded"


def test_f08_a_member_counts_from_the_day_of_approval() -> None:
    assert is_member(None, date(2026, 3, 10)).verdict == "applicant"
    assert is_member(date(2026, 3, 11), date(2026, 3, 10)).verdict == "applicant"
    assert is_member(date(2026, 3, 11), date(2026, 3, 11)).verdict == "member"
    approved = [date(2026, 3, 1)] * 8 + [date(2026, 3, 11)] + [None]
    for on, reached in ((date(2026, 3, 10), "not_reached"), (date(2026, 3, 11), "reached")):
        members = sum(is_member(day, on).verdict == "member" for day in approved)
        assert goal(Goal.MEMBERS, members, len(approved), RULES).verdict == reached

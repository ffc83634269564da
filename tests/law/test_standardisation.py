"""The checklist of 8.3 and the forms of D-02: each item, and each border."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from workflows.law.rule_sets import rule_set
from workflows.law.standardisation import Standing, standardisation
from workflows.law.union_forms import UnionForm, refusal

TODAY = date(2026, 11, 23)
RULES = rule_set().parameters
WHOLE = Standing(
    approved=True,
    term_ends_on=date(2026, 11, 23),
    audit_body=True,
    women_body=True,
    women_members=12,
    certificate_valid_to=date(2026, 11, 23),
    account=True,
    dues_months=3,
    assembly_on=date(2025, 11, 23),
    congress_on=date(2026, 3, 1),
    openness_on=date(2026, 11, 23),
    mediation=True,
    display=True,
    service=True,
)


def test_twelve_items_make_the_standard_on_their_last_day() -> None:
    finding = standardisation(WHOLE, TODAY)
    assert (finding.verdict, finding.numbers["done"], finding.missing) == ("complete", 12, ())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"approved": False}, "委员会"),
        ({"term_ends_on": date(2026, 11, 22)}, "任期未满"),
        ({"term_ends_on": None}, "任期未满"),
        ({"audit_body": False}, "经费审查"),
        ({"women_body": False}, "女职工"),
        ({"certificate_valid_to": date(2026, 11, 22)}, "法人资格"),
        ({"account": False}, "账户"),
        ({"dues_months": 2}, "经费"),
        ({"assembly_on": date(2025, 11, 22)}, "会员（代表）大会"),
        ({"congress_on": None}, "职工（代表）大会"),
        ({"openness_on": date(2026, 11, 24)}, "厂务"),
        ({"mediation": False}, "调解"),
        ({"display": False}, "亮牌子"),
        ({"service": False}, "服务职工"),
    ],
)
def test_each_item_alone_keeps_a_union_from_the_standard(changes: dict[str, Any], named: str) -> None:
    finding = standardisation(replace(WHOLE, **changes), TODAY)
    assert (finding.verdict, len(finding.missing)) == ("not_complete", 1)
    assert named in finding.missing[0].zh


def test_without_women_members_no_womens_body_is_missing() -> None:
    assert standardisation(replace(WHOLE, women_body=False, women_members=0), TODAY).verdict == "complete"


@pytest.mark.parametrize("members", range(0, 40, 3))
@pytest.mark.parametrize("employees", range(0, 60, 7))
def test_a_union_of_ones_own_is_always_open_and_more_members_never_open_another_form(
    members: int, employees: int
) -> None:
    assert refusal(UnionForm.SINGLE, members, employees, RULES) is None
    for form in (UnionForm.JOINT, UnionForm.ORGANISER):
        if refusal(form, members, employees, RULES) is not None:
            assert refusal(form, members + 1, employees + 1, RULES) is not None


@pytest.mark.parametrize(
    ("form", "members", "employees", "rule"),
    [
        (UnionForm.JOINT, 24, 24, None),
        (UnionForm.JOINT, 24, 500, None),
        (UnionForm.JOINT, 25, 25, "R-101"),
        (UnionForm.ORGANISER, 24, 24, None),
        (UnionForm.ORGANISER, 24, 25, "4.4"),
        (UnionForm.ORGANISER, 25, 25, "R-101"),
    ],
)
def test_the_borders_of_the_forms(form: UnionForm, members: int, employees: int, rule: str | None) -> None:
    refused = refusal(form, members, employees, RULES)
    assert (refused is not None) is (rule is not None)
    assert rule is None or (refused is not None and rule in refused.zh and rule in refused.en)

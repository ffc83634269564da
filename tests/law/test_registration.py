"""D-13 and C-11: what follows founding, by form (acceptance rows Z10, L07)."""

from __future__ import annotations

import pytest

from workflows.law.registration import route, terms_in_years
from workflows.law.rule_sets import rule_set
from workflows.law.zone_forms import ZoneForm


def test_z10_a_work_committee_gets_a_credit_code_only_and_no_funds_unit() -> None:
    finding = route(ZoneForm.WORK_COMMITTEE, rule_set())
    assert finding.verdict == "credit_code_only"
    assert finding.numbers["funds_unit"] is False
    assert "R-510" in finding.rule


@pytest.mark.parametrize(("form", "funds_unit"), [(ZoneForm.GENERAL_UNION, True), (ZoneForm.FEDERATION, False)])
def test_elected_forms_register_and_only_a_general_union_may_manage_funds(form: ZoneForm, funds_unit: bool) -> None:
    finding = route(form, rule_set())
    assert finding.verdict == "registration"
    assert finding.numbers["funds_unit"] is funds_unit


def test_the_registering_authority_and_the_time_limit_follow_the_rule_set() -> None:
    now, then = (route(ZoneForm.FEDERATION, rule_set(name)) for name in ("RS-2025", "RS-2015"))
    assert "县级以上" in now.reasons[0].zh
    assert "提醒" in now.flags[0].zh
    assert "省辖市" in then.reasons[0].zh
    assert not then.flags


def test_terms_of_office() -> None:
    assert terms_in_years(ZoneForm.GENERAL_UNION, rule_set()) == (5,)
    assert terms_in_years(ZoneForm.FEDERATION, rule_set()) == (3, 5)
    assert terms_in_years(ZoneForm.WORK_COMMITTEE, rule_set()) == ()

"""Z01–Z13, as far as they are law and not the way of a case."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.law.founding import independence
from workflows.law.leaders import Consent, consent, womens_head
from workflows.law.legal_person import application, funds_unit
from workflows.law.registration import Route, legal_route, terms_in_years
from workflows.law.rule_sets import rule_set
from workflows.law.zone_forms import ZoneForm, zone_form

RULES = rule_set().parameters
DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("row", "enterprises", "employees", "verdict"),
    [("Z01", 105, 6200, "eligible"), ("Z03", 130, 4999, "not_eligible"), ("Z04", 130, 5000, "eligible")],
)
def test_z01_z03_z04_the_form_of_a_zone(row: str, enterprises: int, employees: int, verdict: str) -> None:
    finding = zone_form(enterprises, employees, DAY, DAY, RULES)
    assert finding.verdict == verdict, row
    offered = "".join(text.zh for text in finding.alternatives)
    assert "工会工作委员会" in offered
    assert "工会联合会" in offered


def test_z07_there_is_no_consent_before_the_superior_union_gave_it() -> None:
    assert consent([], "张敏", "chair", DAY, RULES).verdict == "missing"
    refused = [Consent("张敏", "chair", DAY, agrees=False)]
    assert consent(refused, "张敏", "chair", DAY, RULES).verdict == "missing"
    assert consent([Consent("张敏", "chair", DAY)], "张敏", "chair", DAY, RULES).verdict == "consented"


def test_z10_a_work_committee_has_no_term_no_legal_personality_and_is_no_budget_unit() -> None:
    assert legal_route(ZoneForm.WORK_COMMITTEE) is Route.CREDIT_CODE_ONLY
    assert terms_in_years(ZoneForm.WORK_COMMITTEE, rule_set()) == ()
    assert application(ZoneForm.WORK_COMMITTEE, {}, RULES).verdict == "refused"
    assert funds_unit(ZoneForm.WORK_COMMITTEE, registered=True, approved=True).verdict == "refused"


def test_z12_an_office_merged_into_another_department_is_an_alert() -> None:
    finding = independence("党群工作部")
    assert finding.verdict == "alert"
    assert "党群工作部" in finding.reasons[0].zh
    assert independence("").verdict == "independent"


def test_z13_the_womens_head_of_a_zone_sits_in_its_leadership() -> None:
    assert womens_head("李红", ["张敏", "王强"]).verdict == "refused"
    assert womens_head("李 红", ["张敏", "李红"]).verdict == "allowed"

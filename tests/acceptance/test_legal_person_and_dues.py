"""L02, L05–L07."""

from __future__ import annotations

from datetime import date

from workflows.calendar import Calendar
from workflows.law.dues import Step, arrears, base_month
from workflows.law.legal_person import Filing, application, filing_deadline
from workflows.law.rule_sets import rule_set
from workflows.law.zone_forms import ZoneForm

RULES = rule_set().parameters


def test_l02_a_change_is_registered_within_thirty_days() -> None:
    assert filing_deadline(Filing.CHANGE, date(2026, 3, 25), RULES, Calendar()).end == date(2026, 4, 24)


def test_l05_the_base_is_the_same_month_unless_the_office_sets_the_one_before() -> None:
    march = date(2026, 3, 20)
    assert base_month(march, RULES).numbers["base"] == "2026-03"
    before = rule_set().with_overrides({"dues.months_back": 1}).parameters
    assert base_month(march, before).numbers["base"] == "2026-02"
    assert base_month(date(2026, 1, 31), before).numbers["base"] == "2025-12"
    assert base_month(march, rule_set("RS-2015").parameters).numbers["base"] == "2026-02"


def test_l06_an_unanswered_demand_leads_to_a_payment_order_at_the_debtors_place() -> None:
    finding = arrears(100, reminded=True, demanded=True, answer_overdue=True)
    assert (finding.verdict, finding.numbers["court"]) == (Step.PAYMENT_ORDER, "debtor")
    assert arrears(100, reminded=True, demanded=True, answer_overdue=False).verdict == Step.WAIT
    assert arrears(100, reminded=False, demanded=False, answer_overdue=False).verdict == Step.REMIND
    assert arrears(100, reminded=True, demanded=False, answer_overdue=False).verdict == Step.DEMAND
    assert arrears(0, reminded=True, demanded=True, answer_overdue=True).verdict == Step.NOTHING
    disobeyed = arrears(100, reminded=True, demanded=True, answer_overdue=True, order_issued=True, order_obeyed=False)
    assert disobeyed.verdict == Step.ENFORCEMENT


def test_l07_a_work_committee_is_sent_to_the_credit_code() -> None:
    finding = application(ZoneForm.WORK_COMMITTEE, {"name": True}, RULES)
    assert finding.verdict == "refused"
    assert "统一社会信用代码" in finding.alternatives[0].zh

"""Which matter of registration is open to whom, and what a certificate may say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workflows.law import certificates
from workflows.law.certificates import Held, Matter, Standing
from workflows.law.credit_code import check_character
from workflows.law.rule_sets import rule_set
from workflows.law.zone_forms import ZoneForm

RULES = rule_set().parameters
TODAY = date(2026, 6, 25)
BASE = "81410323MC0000001"
CODE = BASE + check_character(BASE)
HELD = Held("豫工法证字第1号", CODE, date(2023, 9, 30), date(2026, 9, 30))
ALL = frozenset(Matter)
REGISTERED = ALL - {Matter.REGISTER, Matter.CREDIT_CODE, Matter.RENEW}


def open_to(standing: Standing, today: date = TODAY) -> set[Matter]:
    return {matter for matter in Matter if certificates.refusal(matter, standing, today, RULES) is None}


@pytest.mark.parametrize(
    ("standing", "matters"),
    [
        (Standing(False, None), set()),
        (Standing(True, None), ALL - {Matter.CREDIT_CODE}),
        (Standing(True, ZoneForm.GENERAL_UNION), ALL - {Matter.CREDIT_CODE}),
        (Standing(True, ZoneForm.FEDERATION, HELD), REGISTERED),
        (Standing(True, ZoneForm.WORK_COMMITTEE), ALL - {Matter.REGISTER, Matter.RENEW}),
        (Standing(True, ZoneForm.WORK_COMMITTEE, HELD), REGISTERED),
    ],
)
def test_d13_says_what_is_open_to_a_union(standing: Standing, matters: set[Matter]) -> None:
    assert open_to(standing) == matters


def test_l07_a_work_committee_is_sent_to_the_credit_code() -> None:
    refusal = certificates.refusal(Matter.REGISTER, Standing(True, ZoneForm.WORK_COMMITTEE), TODAY, RULES)
    assert refusal is not None
    assert "统一社会信用代码" in refusal.zh
    assert "credit code" in refusal.en


@pytest.mark.parametrize(
    ("today", "allowed"),
    [
        (date(2026, 8, 30), False),
        (date(2026, 8, 31), True),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), True),  # late, and still needed
    ],
)
def test_a_certificate_is_renewed_in_its_last_thirty_days(today: date, allowed: bool) -> None:
    assert (Matter.RENEW in open_to(Standing(True, ZoneForm.FEDERATION, HELD), today)) is allowed


def test_the_code_of_a_union_begins_with_8() -> None:
    business = "91410323MA0000009"
    assert certificates.code_refusal(CODE) is None
    assert "8" in str(certificates.code_refusal(business + check_character(business)))
    assert certificates.code_refusal(CODE[:-1]) is not None


def paths(matter: Matter = Matter.REGISTER, **more: Any) -> list[str]:
    given: dict[str, Any] = {
        "code": CODE,
        "valid_from": date(2026, 6, 20),
        "valid_to": date(2031, 6, 9),
        "form": ZoneForm.GENERAL_UNION,
        "held": None,
        "term_ends_on": date(2031, 6, 9),
        "today": TODAY,
        **more,
    }
    return [mistake.path for mistake in certificates.certificate_mistakes(matter, **given)]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, []),
        ({"valid_to": date(2031, 6, 10)}, ["/valid_to"]),
        ({"valid_to": None}, ["/valid_to"]),
        ({"valid_to": date(2026, 6, 20)}, ["/valid_to"]),
        ({"valid_from": date(2026, 6, 26)}, ["/valid_from"]),
        ({"code": CODE[:-1] + "_"}, ["/credit_code"]),
        ({"form": ZoneForm.WORK_COMMITTEE, "valid_to": None}, []),
        ({"form": ZoneForm.WORK_COMMITTEE, "valid_to": date(2026, 6, 1)}, ["/valid_to"]),
    ],
)
def test_r509_a_certificate_is_valid_as_long_as_the_term(more: dict[str, Any], wrong: list[str]) -> None:
    assert paths(**more) == wrong


@pytest.mark.parametrize(
    ("valid_to", "accepted"),
    [
        (date(2029, 6, 18), False),
        (date(2029, 6, 19), True),
        (date(2029, 6, 20), True),
        (date(2031, 6, 20), True),
        (date(2031, 6, 21), False),
    ],
)
def test_without_a_term_on_record_it_is_three_to_five_years(valid_to: date, accepted: bool) -> None:
    assert (paths(valid_to=valid_to, term_ends_on=None) == []) is accepted


@pytest.mark.parametrize("matter", [Matter.CHANGE, Matter.REPLACE])
def test_a_change_or_replacement_keeps_code_and_last_day(matter: Matter) -> None:
    other = "81410323MC0000002"
    kept = {"held": HELD, "term_ends_on": None, "form": ZoneForm.FEDERATION}
    assert paths(matter, valid_to=date(2026, 9, 30), **kept) == []
    assert paths(matter, valid_to=date(2029, 6, 20), **kept) == ["/valid_to"]
    assert paths(matter, valid_to=date(2026, 9, 30), code=other + check_character(other), **kept) == ["/credit_code"]


def test_a_renewal_keeps_the_code_and_takes_the_new_term() -> None:
    renewed = {"held": HELD, "form": ZoneForm.FEDERATION, "term_ends_on": date(2029, 9, 1)}
    assert paths(Matter.RENEW, valid_to=date(2029, 9, 1), **renewed) == []
    assert paths(Matter.RENEW, valid_to=date(2026, 9, 30), **renewed) == ["/valid_to"]

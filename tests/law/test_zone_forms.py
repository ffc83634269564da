"""D-01 and the acceptance rows Z01, Z03, Z04: which form of union a zone may have."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.law.finding import Finding
from workflows.law.rule_sets import rule_set, rule_set_names
from workflows.law.zone_forms import ZoneForm, may_choose, zone_form
from workflows.text import Text

TODAY = date(2026, 11, 23)
COUNTED = date(2026, 10, 31)
RANK = {"not_eligible": 0, "band": 1, "eligible": 2}
counts = st.integers(0, 100_000)


def judge(enterprises: int | None, employees: int | None, **overrides: object) -> Finding:
    parameters = rule_set().with_overrides(overrides).parameters
    return zone_form(enterprises, employees, COUNTED, TODAY, parameters)


@pytest.mark.parametrize(
    ("row", "enterprises", "employees", "verdict"),
    [
        ("Z01", 105, 6200, "eligible"),
        ("Z03", 130, 4999, "not_eligible"),
        ("Z04", 130, 5000, "eligible"),
        ("D-01 below the band", 79, 5000, "not_eligible"),
        ("D-01 first of the band", 80, 5000, "band"),
        ("D-01 last of the band", 99, 5000, "band"),
        ("D-01 reached", 100, 5000, "eligible"),
        ("D-01 in the band, too few employees", 99, 4999, "not_eligible"),
        ("D-01 empty zone", 0, 0, "not_eligible"),
    ],
)
def test_acceptance_rows_and_boundaries(row: str, enterprises: int, employees: int, verdict: str) -> None:
    for name in rule_set_names():
        finding = zone_form(enterprises, employees, COUNTED, TODAY, rule_set(name).parameters)
        assert finding.verdict == verdict, (row, name)
        assert finding.rule == "D-01"


def test_z03_says_what_is_short_and_offers_the_two_other_forms() -> None:
    finding = judge(130, 4999)
    assert any("4999" in reason.zh and "差 1 人" in reason.zh for reason in finding.reasons)
    assert any("4,999" in reason.en and "1 short" in reason.en for reason in finding.reasons)
    assert "工会工作委员会" in finding.alternatives[0].zh
    assert "工会联合会" in finding.alternatives[1].zh
    assert finding.numbers["employees"] == 4999
    assert finding.numbers["employees_needed"] == 5000


def test_eligible_is_an_option_and_says_so() -> None:
    finding = judge(105, 6200)
    assert any("不是“必须”" in reason.zh for reason in finding.reasons)
    assert may_choose("work_committee", finding) is None
    assert may_choose("general_union", finding) is None


def test_the_band_shows_that_it_is_a_convention() -> None:
    finding = judge(85, 6200)
    assert finding.confidence == "chosen"
    assert any("C-02" in flag.zh for flag in finding.flags)
    assert judge(120, 6200).confidence == "sourced"
    assert judge(85, 100).confidence == "sourced"  # the exact number of employees decides alone


@pytest.mark.parametrize(("tolerance", "first"), [(0, 100), (10, 90), (20, 80), (50, 50)])
def test_the_band_is_a_parameter(tolerance: int, first: int) -> None:
    name = "zone.general_union.enterprise_tolerance"
    assert judge(first - 1, 5000, **{name: tolerance}).verdict == "not_eligible"
    assert judge(first, 5000, **{name: tolerance}).verdict == ("band" if first < 100 else "eligible")


@given(counts, counts, counts, counts)
def test_more_enterprises_or_employees_never_make_a_zone_less_eligible(
    e: int, w: int, more_e: int, more_w: int
) -> None:
    assert RANK[judge(e, w).verdict] <= RANK[judge(e + more_e, w + more_w).verdict]


@given(st.integers(70, 110), st.integers(4990, 5010))
def test_the_verdict_is_the_decision_table(e: int, w: int) -> None:
    expected = "not_eligible" if w < 5000 or e < 80 else "band" if e < 100 else "eligible"
    assert judge(e, w).verdict == expected


@given(st.none() | counts, st.none() | counts)
def test_every_finding_survives_storage(e: int | None, w: int | None) -> None:
    finding = judge(e, w)
    assert Finding.from_json(finding.to_json()) == finding
    assert finding.reasons
    assert (finding.verdict == "no_verdict") == (e is None or w is None) == bool(finding.missing)


def test_missing_counts_give_no_verdict_and_are_named() -> None:
    finding = judge(None, None)
    assert finding.verdict == "no_verdict"
    assert [text.en for text in finding.missing] == [
        "The number of enterprises in operation is missing.",
        "The number of employees is missing.",
    ]
    gap = Text("3 家企业没有职工数。", "3 enterprises have no number of employees.")
    known = zone_form(130, 6000, COUNTED, TODAY, rule_set().parameters, missing=(gap,))
    assert known.verdict == "no_verdict"
    assert known.missing == (gap,)
    for form in ZoneForm:
        refusal = may_choose(form, known, written_reason="理由")
        assert refusal is not None
        assert gap.zh in refusal.zh


@pytest.mark.parametrize(("age", "flagged"), [(0, False), (90, False), (91, True)])
def test_data_older_than_the_parameter_are_flagged_but_still_decide(age: int, flagged: bool) -> None:
    counted = date.fromordinal(TODAY.toordinal() - age)
    finding = zone_form(105, 6200, counted, TODAY, rule_set().parameters)
    assert finding.verdict == "eligible"
    assert bool(finding.flags) is flagged
    if flagged:
        assert "91 天" in finding.flags[0].zh


def test_undated_and_future_data_are_flagged() -> None:
    assert zone_form(105, 6200, None, TODAY, rule_set().parameters).flags
    assert "2027-01-01" in zone_form(105, 6200, date(2027, 1, 1), TODAY, rule_set().parameters).flags[0].en


def test_negative_counts_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        judge(-1, 5000)


def test_what_may_be_chosen() -> None:
    below, band = judge(50, 1000), judge(85, 6200)
    refusal = may_choose("general_union", below, written_reason="我们坚持")
    assert refusal is not None
    assert "暂时不能设立总工会" in refusal.zh
    assert may_choose("work_committee", below) is None
    assert may_choose("work_committee", band) is None
    assert may_choose("general_union", band) is not None
    assert may_choose("general_union", band, written_reason="  ") is not None
    assert may_choose("general_union", band, written_reason="另有 12 家企业在建") is None
    assert may_choose("federation", below) is not None
    assert may_choose("federation", below, written_reason="已有 40 家工会正常运转") is None
    assert may_choose("soviet", below) is not None

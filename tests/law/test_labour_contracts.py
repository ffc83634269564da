"""R-340: labour contracts of those in office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import Invalid
from workflows.law.labour_contracts import extension, notice

ELECTED, ENDS = date(2026, 3, 9), date(2031, 3, 9)


def test_a_full_time_office_of_five_years_adds_five_years() -> None:
    finding = extension(date(2027, 6, 30), ELECTED, ENDS, full_time=True)
    assert (finding.verdict, finding.numbers["extended_until"]) == ("extended", "2032-06-30")
    assert finding.rule == "R-340"
    assert "退休年龄" in finding.flags[0].zh


def test_an_office_that_ends_early_adds_its_days() -> None:
    finding = extension(date(2027, 6, 30), ELECTED, ELECTED + timedelta(days=40), full_time=True)
    assert finding.numbers["extended_until"] == "2027-08-09"


def test_a_part_time_office_carries_a_shorter_contract_to_the_end_of_the_term() -> None:
    assert extension(date(2027, 6, 30), ELECTED, ENDS, full_time=False).numbers["extended_until"] == "2031-03-09"
    longer = extension(date(2035, 1, 1), ELECTED, ENDS, full_time=False)
    assert (longer.verdict, longer.numbers["extended_until"]) == ("unchanged", "2035-01-01")
    assert extension(ENDS, ELECTED, ENDS, full_time=False).verdict == "unchanged"


def test_impossible_dates_are_refused_at_their_fields() -> None:
    with pytest.raises(Invalid) as refused:
        extension(date(2025, 1, 1), ELECTED, date(2026, 1, 1), full_time=True)
    assert [mistake.path for mistake in refused.value.mistakes] == ["/office_until", "/contract_ends"]


days = st.integers(0, 3000).map(lambda number: ELECTED + timedelta(days=number))


@given(days, days, st.booleans())
def test_no_office_shortens_a_contract_and_a_longer_one_never_ends_it_earlier(
    contract: date, until: date, full_time: bool
) -> None:
    here = extension(contract, ELECTED, until, full_time=full_time).numbers["extended_until"]
    later = extension(contract, ELECTED, until + timedelta(days=31), full_time=full_time).numbers["extended_until"]
    assert contract.isoformat() <= str(here) <= str(later)


def test_the_personnel_department_is_told_whom_it_concerns() -> None:
    told = notice(("张伟",), ("王丽华", "李红梅"), ELECTED, ENDS)
    assert told.verdict == "due"
    assert ["张伟" in told.reasons[0].zh, "王丽华、李红梅" in told.reasons[1].zh] == [True, True]
    assert notice((), (), ELECTED, ENDS).verdict == "not_applicable"

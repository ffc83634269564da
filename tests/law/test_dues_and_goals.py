"""Money to the cent and shares as fractions: what holds for every amount."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import Invalid
from workflows.law.dues import monthly, of_member, payee
from workflows.law.goals import percentage, reached
from workflows.law.rule_sets import rule_set

RULES = rule_set().parameters
amounts = st.decimals(0, 10**12, places=2)


@given(amounts, st.decimals("0.6", 1, places=4))
def test_the_shares_add_up_to_two_per_cent_to_the_nearest_cent(wages: Decimal, share: Decimal) -> None:
    split = monthly(wages, RULES, share)
    assert split.basic + split.upper == split.due
    assert min(split.basic, split.upper) >= 0
    assert abs(Fraction(split.due) - Fraction(wages) / 50) <= Fraction(1, 200)
    assert split.due == split.due.quantize(Decimal("0.01"))


@pytest.mark.parametrize(("wages", "due"), [("0.24", "0.00"), ("0.25", "0.01"), ("1.25", "0.03"), ("-0", "0.00")])
def test_half_a_cent_goes_up(wages: str, due: str) -> None:
    assert str(monthly(Decimal(wages), RULES).due) == due


@pytest.mark.parametrize("wages", ["-0.01", "NaN", "sNaN", "Infinity", "1e20", "1.001", "1e-9"])
def test_what_is_no_amount_is_refused(wages: str) -> None:
    with pytest.raises(Invalid):
        monthly(Decimal(wages), RULES)


@pytest.mark.parametrize("share", ["-0.1", "1.01", "NaN", "0.60001"])
def test_what_is_no_share_is_refused(share: str) -> None:
    with pytest.raises(Invalid):
        monthly(Decimal(100), RULES, Decimal(share))


def test_a_share_below_the_least_is_said() -> None:
    assert monthly(Decimal(100), RULES, Decimal("0.59")).finding.verdict == "share_too_low"
    assert monthly(Decimal(100), RULES).basic == Decimal("1.20")


def test_a_member_pays_half_a_per_cent_and_before_founding_the_superior_union_is_paid() -> None:
    assert of_member(Decimal("4321.00"), RULES) == Decimal("21.61")
    assert payee(founded=False).verdict == "superior_union"


@given(st.integers(1, 10**6), st.data())
def test_nothing_is_rounded_to_reach_a_target(of: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, of))
    top = data.draw(st.integers(0, 100))
    finding = reached(done, of, Fraction(top, 100))
    assert (finding.verdict == "reached") == (done * 100 >= top * of)
    missing = int(finding.numbers["missing"] or 0)
    assert (missing == 0) == (finding.verdict == "reached")
    if missing:
        assert reached(done + missing, of, Fraction(top, 100)).verdict == "reached"
        assert reached(done + missing - 1, of, Fraction(top, 100)).verdict == "not_reached"


@given(st.fractions(0, 1))
def test_a_shown_percentage_never_looks_like_more(share: Fraction) -> None:
    assert Fraction(percentage(share).removesuffix(" %")) / 100 <= share


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(Invalid):
        reached(200, 199, Fraction(9, 10))
    with pytest.raises(Invalid):
        reached(1, 2, Fraction(3, 2))

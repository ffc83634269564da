"""G02–G07: goals are exact fractions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from workflows.law.goals import SIX, Goal, both_rates, goal, horizon, percentage, reached, six_haves
from workflows.law.rule_sets import rule_set

RULES = rule_set().parameters


def test_g02_exactly_ninety_per_cent_is_reached() -> None:
    assert goal(Goal.MEMBERS, 4500, 5000, RULES).verdict == "reached"
    assert goal(Goal.MEMBERS, 4499, 5000, RULES).verdict == "not_reached"


def test_179_of_199_is_not_ninety_per_cent_and_does_not_look_like_it() -> None:
    finding = reached(179, 199, Fraction(90, 100))
    assert (finding.verdict, finding.numbers["share"], finding.numbers["missing"]) == ("not_reached", "89.9 %", 1)
    assert percentage(Fraction(8999, 10000)) == "89.9 %"


def test_g04_both_rates_have_to_be_reached() -> None:
    unions, members = goal(Goal.UNIONS, 95, 100, RULES), goal(Goal.MEMBERS, 89, 100, RULES)
    assert both_rates(unions, members).verdict == "not_reached"
    assert both_rates(unions, goal(Goal.MEMBERS, 90, 100, RULES)).verdict == "reached"
    assert both_rates(unions, goal(Goal.MEMBERS, 0, 0, RULES)).verdict == "no_verdict"


def test_g05_five_of_the_six_are_not_the_six() -> None:
    five = dict.fromkeys(list(SIX)[:5], True)
    assert six_haves(five).verdict == "not_fulfilled"
    assert six_haves(dict.fromkeys(SIX, True)).verdict == "fulfilled"


def test_g07_the_horizon_is_three_to_five_years_from_the_policy() -> None:
    found = horizon(RULES)
    assert (found.earliest, found.latest) == (date(2018, 4, 8), date(2020, 4, 8))

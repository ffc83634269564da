"""Versions of the law stay selectable, and an office changes only what it may."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.law.rule_sets import CURRENT, rule_set, rule_set_names


def test_both_rule_sets_can_be_selected_and_the_newest_is_current() -> None:
    assert rule_set_names() == ("RS-2015", "RS-2025")
    assert rule_set_names()[-1] == CURRENT
    assert rule_set("RS-2015").in_force_from == date(2015, 4, 8)
    assert rule_set("RS-2015").parameters.word("legal_person.authority") == "city"
    assert rule_set("RS-2025").parameters.word("legal_person.authority") == "county"


@pytest.mark.parametrize("name", ["RS-1999", "../rule_sets", "RS-../x", ""])
def test_an_unknown_rule_set_is_a_lookup_error(name: str) -> None:
    with pytest.raises(LookupError):
        rule_set(name)


def test_every_parameter_has_its_origin_and_both_languages() -> None:
    for name in rule_set_names():
        for parameter in rule_set(name).parameters.values():
            assert parameter.rule, parameter
            assert parameter.source, parameter
            assert parameter.title.zh, parameter
            assert parameter.title.en, parameter
            assert not parameter.settable or parameter.confidence == "chosen", parameter
            assert not parameter.settable or parameter.minimum is not None, parameter


def test_old_and_new_rule_set_have_the_same_parameters() -> None:
    assert set(rule_set("RS-2015").parameters) == set(rule_set("RS-2025").parameters)


def test_an_override_makes_a_new_rule_set_and_shows() -> None:
    changed = rule_set().with_overrides({"sla.superior_union": 20})
    assert changed.parameters.integer("sla.superior_union") == 20
    assert changed.parameters["sla.superior_union"].overridden
    assert rule_set().parameters.integer("sla.superior_union") == 30
    assert not rule_set().parameters["sla.superior_union"].overridden


def test_what_a_rule_fixes_is_not_overridden() -> None:
    name = "zone.general_union.employees"
    assert rule_set().parameters[name].refusal(100) is not None
    assert rule_set().with_overrides({name: 100}).parameters.integer(name) == 5000


def test_an_office_value_for_what_an_old_rule_set_fixes_leaves_the_old_one_alone() -> None:
    name = "legal_person.apply_within"
    assert rule_set("RS-2025").with_overrides({name: 45, "of.another.version": 1}).parameters.integer(name) == 45
    assert rule_set("RS-2015").with_overrides({name: 45}).parameters.integer(name) == 60


@pytest.mark.parametrize("value", [0, -1, 181, "30", 30.0, True, None])
def test_values_of_another_type_or_out_of_range_are_refused(value: object) -> None:
    parameter = rule_set().parameters["sla.superior_union"]
    assert parameter.refusal(value) is not None
    with pytest.raises(ValueError, match=r"sla\.superior_union"):
        rule_set().with_overrides({"sla.superior_union": value})

"""What the ledger says of a zone, and the one form its union has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.make import DATA_ON, make_enterprise, make_enterprises, make_union, make_zone
from workflows.law.rule_sets import rule_set
from workflows.ledger.zones import Counts, counts, register_form, zone_form_finding

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the 24th in the office


def case(number: int) -> Any:
    """All that registering needs of a case is its number."""
    return SimpleNamespace(id=number)


def test_only_enterprises_in_operation_of_this_zone_count(session: Session) -> None:
    zone, other = make_zone(session), make_zone(session)
    make_enterprises(session, zone, 3, employees=100)
    make_enterprise(session, zone, employees=999, operating=False)
    make_enterprise(session, zone, employees=None, operating=False)
    make_enterprises(session, other, 5, employees=500)
    assert counts(session, zone.id) == Counts(3, 100, 100, DATA_ON, 0, 0, ())


def test_a_ledger_without_enterprises_has_no_counts_but_one_with_only_closed_ones_has_zero(session: Session) -> None:
    zone = make_zone(session)
    assert counts(session, zone.id).enterprises is None
    assert "导入台账" in counts(session, zone.id).missing[0].zh
    assert zone_form_finding(session, zone.id, TODAY, rule_set()).verdict == "no_verdict"
    make_enterprise(session, zone, operating=False)
    assert counts(session, zone.id) == Counts(0, 0, 0, None, 0, 0, ())
    assert zone_form_finding(session, zone.id, TODAY, rule_set()).verdict == "not_eligible"


def test_unreported_employees_mean_no_verdict_and_are_named(session: Session) -> None:
    zone = make_zone(session)
    make_enterprises(session, zone, 105, employees=6200)
    for name in ("甲公司", "乙公司", "丙公司", "丁公司"):
        make_enterprise(session, zone, name, employees=None)
    finding = zone_form_finding(session, zone.id, TODAY, rule_set())
    assert finding.verdict == "no_verdict"
    assert "4 家在营企业没有上报职工数（甲公司、乙公司、丙公司等）" in finding.missing[0].zh
    assert finding.numbers["employees"] is None
    assert finding.numbers["employees_known"] == 6200


def test_z01_from_the_ledger(session: Session) -> None:
    zone = make_zone(session)
    make_enterprises(session, zone, 105, employees=6200)
    finding = zone_form_finding(session, zone.id, TODAY, rule_set())
    assert finding.verdict == "eligible"
    assert (finding.numbers["enterprises"], finding.numbers["employees"]) == (105, 6200)
    assert finding.flags == ()


def test_the_oldest_date_decides_whether_data_are_stale(session: Session) -> None:
    zone = make_zone(session)
    make_enterprises(session, zone, 105, employees=6200)
    make_enterprise(session, zone, data_on=date(2026, 1, 1))
    make_enterprise(session, zone, data_on=None)
    finding = zone_form_finding(session, zone.id, TODAY, rule_set())
    assert finding.numbers["data_on"] == "2026-01-01"
    assert "超过 90 天" in finding.flags[0].zh
    assert "1 家企业的职工数没有数据日期" in finding.flags[1].zh


def test_counts_without_any_date_are_flagged_once(session: Session) -> None:
    zone = make_zone(session)
    make_enterprise(session, zone, data_on=None)
    flags = zone_form_finding(session, zone.id, TODAY, rule_set()).flags
    assert [flag.zh for flag in flags] == ["没有数据日期，无法判断数据是否过期。"]


@pytest.mark.parametrize(
    ("form", "route"),
    [("general_union", "registration"), ("federation", "registration"), ("work_committee", "credit_code_only")],
)
def test_registering_a_form_changes_the_zones_record(session: Session, form: str, route: str) -> None:
    zone, union = make_zone(session), make_union(session)
    change = register_form(session, zone, form, union.id, case(7), NOW)
    assert change.before == dict.fromkeys(change.before)
    assert change.after == {
        "form": form,
        "form_since": "2026-11-24",
        "form_case_id": 7,
        "union_id": union.id,
        "legal_route": route,
    }
    session.refresh(zone)
    assert (zone.form, zone.form_since, zone.union_id) == (form, date(2026, 11, 24), union.id)


def test_a_new_case_replaces_the_old_form_and_the_same_case_changes_nothing(session: Session) -> None:
    zone, first, second = make_zone(session), make_union(session), make_union(session)
    register_form(session, zone, "work_committee", first.id, case(1), NOW)
    change = register_form(session, zone, "general_union", second.id, case(2), NOW)
    assert change.changed
    assert (change.before["form"], change.after["form"]) == ("work_committee", "general_union")
    again = register_form(session, zone, "general_union", second.id, case(2), NOW.replace(year=2027))
    assert not again.changed
    assert again.after == change.after


def test_an_unknown_form_is_refused_and_nothing_changes(session: Session) -> None:
    zone = make_zone(session)
    with pytest.raises(ValueError, match="soviet"):
        register_form(session, zone, "soviet", make_union(session).id, case(1), NOW)
    assert zone.form is None


def test_parameters_of_the_office_reach_the_verdict(session: Session) -> None:
    zone = make_zone(session)
    make_enterprises(session, zone, 85, employees=6200)
    strict = rule_set().with_overrides({"zone.general_union.enterprise_tolerance": 0})
    assert zone_form_finding(session, zone.id, TODAY, rule_set()).verdict == "band"
    assert zone_form_finding(session, zone.id, TODAY, strict).verdict == "not_eligible"
    assert replace(strict, name="x").parameters["zone.general_union.enterprise_tolerance"].overridden

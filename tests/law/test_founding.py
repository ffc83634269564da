"""Founding, terms, members' congress, legal person: what the worked examples leave open."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import Invalid
from workflows.law.changes import removal
from workflows.law.committees import committee, from_the_committee, standing_committee
from workflows.law.congress import composition, recall, representatives, unit_election
from workflows.law.founding import (
    Act,
    FoundingFile,
    approval_needed,
    bodies_founded_together,
    full_time_chair,
    membership_lapses,
    preparatory_group,
    union_form,
)
from workflows.law.legal_person import CONDITIONS, Certificate, account, application, funds_unit
from workflows.law.rule_sets import rule_set
from workflows.law.terms import Body, acting_chair, by_election_term, change_of_term, term, years_of_office
from workflows.law.zone_forms import ZoneForm

RULES = rule_set().parameters
ENDS = date(2026, 8, 31)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_more_members_or_employees_never_lessen_a_duty(members: int, employees: int) -> None:
    weight = {"choice": 0, "policy_duty": 1, "must": 2}
    here = weight[union_form(members, employees, RULES).verdict]
    assert weight[union_form(members + 1, employees, RULES).verdict] >= here
    assert weight[union_form(members, employees + 1, RULES).verdict] >= here


@given(st.integers(0, 10**6))
def test_bands_of_seats_rise_with_the_members(members: int) -> None:
    here, more = committee(members, RULES).numbers, committee(members + 1, RULES).numbers
    assert int(here["seats_least"] or 0) <= int(more["seats_least"] or 0)
    assert int(here["seats_most"] or 0) <= int(more["seats_most"] or 0)


def test_bodies_are_the_same_for_a_union_without_women() -> None:
    assert bodies_founded_together(FoundingFile(0, 3, 0, womens_head=False), RULES).verdict == "complete"
    with_nine = FoundingFile(9, 3, 0, womens_head=False)
    assert "女职工委员" in bodies_founded_together(with_nine, RULES).missing[0].zh
    headless = FoundingFile(10, 3, 3, womens_head=False)
    assert bodies_founded_together(headless, RULES).verdict == "not_complete"
    assert bodies_founded_together(FoundingFile(10, 12, 3, womens_head=True), RULES).verdict == "not_complete"


@pytest.mark.parametrize(("employees", "staff"), [(0, 1), (200, 1), (333, 1), (334, 2), (1000, 3), (1001, 4)])
def test_reference_staff_is_three_in_a_thousand_rounded_up(employees: int, staff: int) -> None:
    assert full_time_chair(employees, RULES).numbers["reference_staff"] == staff


def test_who_does_not_pay_for_six_months_is_admonished_before_leaving() -> None:
    assert membership_lapses(5, RULES, admonished=True).verdict == "member"
    assert membership_lapses(6, RULES, admonished=False).verdict == "admonish"
    assert membership_lapses(6, RULES, admonished=True).verdict == "left"


def test_dissolution_is_approved_unless_the_employer_ended() -> None:
    assert approval_needed(Act.DISSOLUTION, RULES).verdict == "approval"
    assert approval_needed(Act.DISSOLUTION, RULES, employer_ended=True).verdict == "report"
    assert approval_needed(Act.FOUNDING, RULES).verdict == "approval"


def test_a_preparatory_group_of_another_size_is_only_warned_of() -> None:
    assert [preparatory_group(n, RULES).verdict for n in (2, 3, 5, 6)] == ["warned", "fits", "fits", "warned"]


# ---- terms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "years"),
    [(Body.ENTERPRISE, {3, 5}), (Body.FEDERATION, {3, 5}), (Body.GENERAL_UNION, {5}), (Body.WORK_COMMITTEE, set())],
)
def test_a_term_of_four_years_does_not_exist(body: Body, years: set[int]) -> None:
    assert {n for n in range(1, 8) if years_of_office(body, n, RULES).verdict == "allowed"} == years


def test_a_term_counts_from_election_day_and_reminds_three_times() -> None:
    found = term(date(2023, 8, 31), 3)
    assert found.ends == ENDS
    assert found.reminders == (date(2026, 2, 28), date(2026, 5, 31), date(2026, 7, 31))
    left = by_election_term(date(2026, 6, 1), ENDS)
    assert (left.ends, left.reminders) == (ENDS, (date(2026, 7, 31),))
    with pytest.raises(Invalid):
        by_election_term(date(2026, 9, 1), ENDS)


@pytest.mark.parametrize(
    ("held_on", "superior_agrees", "extended_before", "verdict"),
    [
        (ENDS, False, False, "on_time"),
        (date(2027, 2, 28), True, False, "allowed"),
        (date(2027, 3, 1), True, False, "refused"),
        (date(2027, 2, 28), False, False, "needs_consent"),
        (date(2026, 12, 1), True, True, "refused"),
        (date(2026, 2, 28), True, False, "allowed"),
        (date(2026, 2, 27), True, False, "refused"),
        (date(2026, 3, 1), True, True, "allowed"),
    ],
)
def test_early_or_late_by_six_months_once_with_approval(
    held_on: date, superior_agrees: bool, extended_before: bool, verdict: str
) -> None:
    finding = change_of_term(ENDS, held_on, RULES, superior_agrees=superior_agrees, extended_before=extended_before)
    assert finding.verdict == verdict


def test_an_acting_chair_sits_on_the_committee_and_is_agreed_to() -> None:
    def verdict(on_the_committee: bool, party: bool | None, superior: bool) -> str:
        return acting_chair(
            on_the_committee=on_the_committee, party_agrees=party, superior_agrees=superior, parameters=RULES
        ).verdict

    assert verdict(True, True, True) == "allowed"
    assert verdict(True, None, True) == "allowed"
    for refused in ((False, True, True), (True, False, True), (True, True, False)):
        assert verdict(*refused) == "refused"


@pytest.mark.parametrize(
    ("attending", "in_favour", "secret", "verdict"),
    [
        (125, 94, True, "removed"),
        (150, 93, True, "not_removed"),
        (124, 94, True, "no_quorum"),
        (150, 94, False, "void"),
    ],
)
def test_a_removal_needs_more_than_half_of_all(attending: int, in_favour: int, secret: bool, verdict: str) -> None:
    assert removal(187, attending, in_favour, RULES, secret=secret).verdict == verdict
    with pytest.raises(Invalid):
        removal(187, 100, 101, RULES, secret=True)


# ---- congress, committee --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "least", "most"),
    [(100, 30, 40), (200, 30, 40), (201, 40, 60), (1000, 40, 60), (1001, 60, 90), (5001, 90, 130), (50001, 180, 240)],
)
def test_representatives_by_members(members: int, least: int, most: int) -> None:
    for number, verdict in ((least - 1, "outside"), (least, "fits"), (most, "fits"), (most + 1, "outside")):
        assert representatives(members, RULES, number).verdict == verdict
    assert representatives(99, RULES).verdict == "assembly_only"


def test_managers_are_at_most_a_fifth_of_the_representatives() -> None:
    assert composition(31, 6, RULES).verdict == "fits"
    assert composition(31, 7, RULES).verdict == "warned"
    with pytest.raises(Invalid):
        composition(3, 4, RULES)


def test_a_unit_elects_and_recalls_its_representative() -> None:
    assert unit_election(30, 20, 2, 3, 16, RULES).verdict == "elected"
    assert unit_election(30, 20, 2, 3, 15, RULES).verdict == "not_elected"
    assert unit_election(30, 19, 2, 3, 16, RULES).verdict == "no_quorum"
    assert unit_election(30, 20, 2, 2, 16, RULES).verdict == "too_few"
    assert (recall(30, 16, RULES).verdict, recall(30, 15, RULES).verdict) == ("recalled", "not_recalled")


def test_a_standing_committee_of_nine_to_eleven_out_of_the_committee() -> None:
    assert standing_committee(9, RULES, superior_agrees=True).verdict == "fits"
    assert standing_committee(9, RULES, superior_agrees=False).verdict == "needs_consent"
    assert standing_committee(8, RULES, superior_agrees=True).verdict == "outside"
    assert from_the_committee(["甲 一"], ["甲一", "乙二"], RULES).verdict == "allowed"
    assert from_the_committee(["丙三"], ["甲一", "乙二"], RULES).verdict == "refused"


# ---- legal person ---------------------------------------------------------------------------------------------------


def test_the_conditions_of_a_legal_person_are_all_needed() -> None:
    assert application(None, dict.fromkeys(CONDITIONS, True), RULES).verdict == "eligible"
    for left_out in CONDITIONS:
        met = {key: key != left_out for key in CONDITIONS}
        assert application(ZoneForm.FEDERATION, met, RULES).verdict == "not_complete"


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (date(2026, 7, 31), "valid"),
        (date(2026, 8, 1), "renew"),
        (date(2026, 8, 31), "renew"),
        (date(2026, 9, 1), "expired"),
    ],
)
def test_a_certificate_is_renewed_in_its_last_thirty_days(today: date, verdict: str) -> None:
    assert Certificate(date(2023, 8, 31), ENDS).state(today, RULES).verdict == verdict


def test_the_account_follows_from_certificate_and_form() -> None:
    assert account(None, certificate=True, founding_reply=True).verdict == "basic"
    assert account(None, certificate=False, founding_reply=True).verdict == "special"
    assert account(None, certificate=False, founding_reply=False).verdict == "none_yet"
    assert account(ZoneForm.WORK_COMMITTEE, certificate=False, founding_reply=True).verdict == "bank_rules"


def test_a_budget_unit_is_approved_never_automatic() -> None:
    general = ZoneForm.GENERAL_UNION
    assert funds_unit(general, registered=False, approved=True).verdict == "not_complete"
    assert funds_unit(general, registered=True, approved=False).verdict == "needs_approval"
    assert funds_unit(general, registered=True, approved=True).verdict == "approved"
    assert funds_unit(ZoneForm.FEDERATION, registered=True, approved=True).verdict == "refused"

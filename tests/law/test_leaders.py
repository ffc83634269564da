"""Leaders of a zone's union: one post, ranks, consent for the person and the post (12.1–12.7, R-411–R-424)."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.calendar import Calendar
from workflows.law.leaders import (
    Consent,
    cadre_request,
    consent,
    consent_watch,
    deemed_consent,
    full_time_vice_chair,
    rank_of_audit_head,
    rank_of_full_time_vice_chair,
    staffing_route,
)
from workflows.law.rule_sets import rule_set

RULES = rule_set().parameters
GIVEN = date(2026, 3, 10)
AGREED = Consent("张 敏", "chair", GIVEN)


def test_there_is_one_full_time_vice_chair_by_one_of_two_routes() -> None:
    assert full_time_vice_chair(0, RULES).verdict == "allowed"
    second = full_time_vice_chair(1, RULES)
    assert second.verdict == "refused"
    assert "12.7" in second.alternatives[0].zh


def test_ranks() -> None:
    assert rank_of_full_time_vice_chair("department_head").verdict == "fits"
    assert rank_of_full_time_vice_chair("department_deputy").verdict == "refused"
    assert rank_of_audit_head("leadership_deputy").verdict == "fits"
    assert rank_of_audit_head("staff").verdict == "warned"  # 12.4 says may


@pytest.mark.parametrize(
    ("consents", "person", "post", "on", "verdict"),
    [
        ([AGREED], "张敏", "chair", GIVEN, "consented"),
        ([AGREED], "张敏", "vice_chair", GIVEN, "missing"),
        ([AGREED], "王强", "chair", GIVEN, "missing"),
        ([AGREED], "张敏", "chair", date(2026, 9, 10), "consented"),
        ([AGREED], "张敏", "chair", date(2026, 9, 11), "missing"),
        ([AGREED, Consent("张敏", "chair", date(2026, 4, 1), agrees=False)], "张敏", "chair", GIVEN, "missing"),
        ([Consent("张敏", "chair", date(2026, 2, 1), agrees=False), AGREED], "张敏", "chair", GIVEN, "consented"),
        ([], "张敏", "chair", GIVEN, "missing"),
    ],
)
def test_a_consent_covers_a_person_and_a_post_for_a_time(
    consents: list[Consent], person: str, post: str, on: date, verdict: str
) -> None:
    assert consent(consents, person, post, on, RULES).verdict == verdict


def test_a_deemed_consent_is_shown_as_one() -> None:
    finding = consent([Consent("张敏", "chair", GIVEN, deemed=True)], "张敏", "chair", GIVEN, RULES)
    assert finding.numbers["deemed"] is True
    assert any("视为同意" in flag.zh for flag in finding.flags)


def test_no_reply_reminds_after_twenty_days_and_escalates_after_a_month() -> None:
    remind, escalate = consent_watch(GIVEN, RULES, Calendar())
    assert (remind.end, escalate.end) == (date(2026, 3, 30), date(2026, 4, 10))


@pytest.mark.parametrize(
    ("today", "authorised", "legal_basis", "attached", "verdict"),
    [
        (date(2026, 4, 11), True, "干部任用条例第34条", True, "allowed"),
        (date(2026, 4, 10), True, "干部任用条例第34条", True, "refused"),
        (date(2026, 4, 11), False, "干部任用条例第34条", True, "refused"),
        (date(2026, 4, 11), True, " ", True, "refused"),
        (date(2026, 4, 11), True, "干部任用条例第34条", False, "refused"),
    ],
)
def test_a_deemed_consent_needs_a_right_a_basis_a_proof_and_the_month(
    today: date, authorised: bool, legal_basis: str, attached: bool, verdict: str
) -> None:
    finding = deemed_consent(GIVEN, today, RULES, authorised=authorised, legal_basis=legal_basis, attached=attached)
    assert finding.verdict == verdict


def test_the_staffing_authority_is_configuration_and_the_rest_is_left_to_a_person() -> None:
    routed = staffing_route("city_staffing_authority", "副处级")
    assert (routed.verdict, routed.title.zh) == ("routed", "由省辖市机构编制部门审批")
    assert "副处级" in routed.reasons[0].zh
    assert staffing_route(None).verdict == "own"
    assert routed.confidence == "chosen"


def test_a_request_for_cadres_states_its_grounds() -> None:
    assert cadre_request(2, 6000, 120, "年产值……").verdict == "complete"
    assert len(cadre_request(0, None, None, "").missing) == 4

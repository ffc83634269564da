"""What the sources leave open is a parameter that shows its source, how sure it is, and the open point."""

from __future__ import annotations

import pytest

from workflows.law.basis import doubt
from workflows.law.changes import removal
from workflows.law.committees import committee, standing_committee
from workflows.law.registration import route
from workflows.law.rule_sets import rule_set, rule_set_names
from workflows.law.zone_forms import ZoneForm

RULES = rule_set().parameters

BY_POINT = {
    "C-01": ("founding.members", "founding.employees"),
    "C-02": ("zone.general_union.enterprise_tolerance",),
    "C-03": ("meeting.assembly_below",),
    "C-04": ("chair.competition",),
    "C-05": ("vacancy.enterprise_chair", "vacancy.chair", "vacancy.vice_chair", "acting.enterprise_chair"),
    "C-09": ("legal_person.authority",),
    "C-10": ("legal_person.zone_general_union",),
    "C-11": ("term.general_union", "term.federation", "term.enterprise"),
    "C-12": ("women.committee",),
    "C-13": ("consent.leaders",),
    "C-14": ("full_time.employees", "full_time.duty"),
    "C-15": ("election.committee_extra", "election.standing_extra"),
    "C-16": ("election.other_quorum",),
}
UNSURE = ("election.standing_sizes", "congress.extra", "consent.leaders", "consent.validity", "founding.merger")


@pytest.mark.parametrize("name", rule_set_names())
@pytest.mark.parametrize("point", BY_POINT)
def test_an_open_point_of_the_organising_procedures_is_a_parameter(point: str, name: str) -> None:
    for parameter in (rule_set(name).parameters[each] for each in BY_POINT[point]):
        assert parameter.source
        assert parameter.confidence.label.zh
        assert parameter.open_point == point or name != "RS-2025"


@pytest.mark.parametrize("name", UNSURE)
def test_a_value_that_was_not_seen_in_its_text_warns_wherever_it_is_used(name: str) -> None:
    (warning,) = doubt(RULES[name])
    assert RULES[name].title.zh in warning.zh
    assert RULES[name].title.en in warning.en


def test_the_doubt_is_shown_with_the_answer_that_rests_on_it() -> None:
    assert "把握一般" in standing_committee(9, RULES, superior_agrees=True).flags[0].zh
    assert "C-16" in removal(100, 70, 60, RULES, secret=True).flags[0].zh
    general = route(ZoneForm.GENERAL_UNION, rule_set())
    assert any("C-10" in flag.zh for flag in general.flags)
    assert not any("C-10" in flag.zh for flag in route(ZoneForm.FEDERATION, rule_set()).flags)


@pytest.mark.parametrize(("members", "advised"), [(24, False), (200, False), (201, True), (1500, True)])
def test_a_standing_committee_is_advice_to_large_unions_only(members: int, advised: bool) -> None:
    told = [text.zh for text in committee(members, RULES).alternatives]
    assert any("R-306" in text for text in told) is advised

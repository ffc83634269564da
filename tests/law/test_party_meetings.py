"""A meeting that decides on cadres: two thirds attend, more than half of those who should attend agree."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.law import party_meetings


@pytest.mark.parametrize(
    ("due", "present", "in_favour", "agrees", "wrong"),
    [
        (9, 6, 5, True, []),
        (9, 5, 5, True, ["/present"]),
        (9, 6, 4, True, ["/in_favour"]),
        (9, 6, 0, False, []),
        (9, 10, 5, True, ["/present"]),
        (9, 6, 7, True, ["/in_favour"]),
        (7, 5, 4, True, []),
        (7, 4, 3, True, ["/present", "/in_favour"]),
        (2, 2, 1, True, ["/in_favour"]),  # half is not more than half
        (1, 1, 1, True, []),
    ],
)
def test_attendance_and_agreement(due: int, present: int, in_favour: int, agrees: bool, wrong: list[str]) -> None:
    assert [mistake.path for mistake in party_meetings.mistakes(due, present, in_favour, agrees=agrees)] == wrong


def test_a_meeting_is_neither_in_the_future_nor_before_its_matter() -> None:
    today, raised = date(2026, 3, 25), date(2026, 3, 12)
    assert party_meetings.day_mistake(raised, raised, today) is None
    assert party_meetings.day_mistake(today, raised, today) is None
    assert party_meetings.day_mistake(date(2026, 3, 11), raised, today) is not None
    assert party_meetings.day_mistake(date(2026, 3, 26), raised, today) is not None
    assert party_meetings.day_mistake(date(2026, 1, 1), None, today) is None

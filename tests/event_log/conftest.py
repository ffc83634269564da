"""A zone with its people and the procedures `review` and `parent`, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.conftest import FOLDERS, MONDAY, Office, office
from workflows import catalogue

A_MINUTE = timedelta(minutes=1)

__all__ = ["office", "reviewed"]


@pytest.fixture
def reviewed(office: Office) -> Office:
    """One case of `review`: filed, claimed, released, claimed again, corrected, and decided; a minute lies between."""
    with office.db.write() as session:
        catalogue.publish(session, None, FOLDERS / "parent", MONDAY)
    office.start()
    office.decide("zone_secretary", "file")
    task = office.task_id("review")
    for verb in ("claim", "release", "claim"):
        office.now += A_MINUTE
        office.act(verb, "superior_leader", task)
    office.now += A_MINUTE
    office.act(
        "request_correction",
        "superior_leader",
        task,
        items=[{"item": "名册", "rule": "R-402", "what": "补王五的身份证号"}],
        reply_by=None,
    )
    office.now += A_MINUTE
    answer = office.task_id("review", "correction")
    office.act("answer_correction", "zone_secretary", answer, answer="已补王五的身份证号")
    office.decide("superior_leader", "review", "approve", opinion="同意赵六的意见")
    return office

"""补正: the clock stands while the applicant corrects."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cases.conftest import Office
from workflows.cases import views
from workflows.errors import Conflict, Forbidden, Invalid
from workflows.sample_world import SMALL_PDF

ITEMS = [{"item": "会议纪要", "rule": "R-421", "what": "缺少盖章页"}]


def to_review(office: Office) -> None:
    office.start()
    office.decide("zone_secretary", "file")


def test_the_answer_restarts_the_clock_where_it_stood(office: Office) -> None:
    to_review(office)
    assert office.task("review").fatal_on == date(2026, 3, 24)  # 15 days after 9 March
    office.now += timedelta(days=2)
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=None)
    assert office.task("review").paused_at is not None
    assert office.task("review", "correction").request == {"items": ITEMS, "reply_by": None}
    office.now += timedelta(days=5)
    office.act("answer_correction", "zone_secretary", office.task_id("review", "correction"), answer="已补盖章页")
    review = office.task("review")
    assert review.paused_at is None
    assert review.fatal_on == date(2026, 3, 30)  # 11 to 16 March do not count
    assert review.derivation is not None
    assert len(review.derivation["pauses"]) == 1


def test_whoever_asked_waits_for_the_answer_or_takes_the_request_back(office: Office) -> None:
    to_review(office)
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=None)
    with pytest.raises(Conflict, match="补正尚未答复"):
        office.decide("superior_leader", "review", "approve")
    office.act("take_back_correction", "superior_leader", office.task_id("review"))
    assert office.task("review", "correction").status == "closed"
    office.decide("superior_leader", "review", "approve")


def test_after_the_day_for_the_answer_the_decision_is_free(office: Office) -> None:
    to_review(office)
    by = office.today + timedelta(days=3)
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=by)
    office.now += timedelta(days=4)
    office.decide("superior_leader", "review", "return", opinion="逾期未补正")
    assert office.task("review", "correction").status == "closed"


def test_a_request_says_what_is_wanted_and_only_the_applicant_answers(office: Office) -> None:
    to_review(office)
    review = office.task_id("review")
    with pytest.raises(Invalid) as caught:
        office.act(
            "request_correction",
            "superior_leader",
            review,
            items=[{"item": "会议纪要", "what": ""}],
            reply_by=date(2026, 3, 1),
        )
    assert {m.path for m in caught.value.mistakes} == {"/items/0/what", "/reply_by"}
    office.act("request_correction", "superior_leader", review, items=ITEMS, reply_by=None)
    with pytest.raises(Forbidden):
        office.act("answer_correction", "superior_leader_2", office.task_id("review", "correction"), answer="好")


def test_what_was_corrected_is_enclosed_and_seen_with_the_answer(office: Office) -> None:
    to_review(office)
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=None)
    correction = office.task_id("review", "correction")
    page = office.act(
        "attach", "zone_secretary", correction, material="correction", filename="盖章页.pdf", content=SMALL_PDF
    )

    def seen(who: str) -> list[int]:
        with office.db.read() as session:
            view = views.task_view(session, office.actor(session, who), correction, now=office.now)
            return [row.id for row in view.enclosed]

    assert (seen("zone_secretary_2"), seen("superior_leader")) == ([page.id], [])
    with pytest.raises(Invalid):
        office.act("attach", "zone_secretary", correction, material="minutes", filename="a.pdf", content=SMALL_PDF)
    with pytest.raises(Forbidden):
        office.act("attach", "superior_leader", correction, material="correction", filename="a.pdf", content=SMALL_PDF)
    office.act("answer_correction", "zone_secretary", correction, answer="已补盖章页")
    assert seen("superior_leader") == [page.id]
    with office.db.read() as session:
        view = views.task_view(
            session, office.actor(session, "superior_leader"), office.task_id("review"), now=office.now
        )
        assert [row.id for row in view.attachments] == [page.id]
    with pytest.raises(Conflict):
        office.act("detach", "zone_secretary", page.id)

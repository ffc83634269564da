"""A procedure that uses another opens a child case and waits for it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.cases.conftest import FOLDERS, MONDAY, Office
from workflows import audit, cases, catalogue, events
from workflows.cases import views
from workflows.errors import Invalid
from workflows.storage.cases import Case


@pytest.fixture
def waiting(office: Office) -> Office:
    """The parent waits for its child `review`, and actions go to the child."""
    with office.db.write() as session:
        catalogue.publish(session, None, FOLDERS / "parent", MONDAY)
    with office.db.write() as session:
        case = cases.start_case(
            session,
            office.actor(session, "zone_secretary"),
            "parent",
            applicant_id=office.world.applicants["zone_secretary"],
            now=office.now,
        )
        office.case_id = case.id
    office.decide("zone_secretary", "ask")
    office.case_id = child_of(office, parent_id(office)).id
    return office


def parent_id(office: Office) -> int:
    with office.db.read() as session:
        return session.scalars(select(Case.id).where(Case.procedure == "parent")).one()


def parent(office: Office) -> Case:
    with office.db.read() as session:
        return session.get_one(Case, parent_id(office))


def child_of(office: Office, case_id: int) -> Case:
    with office.db.read() as session:
        return session.scalars(select(Case).where(Case.parent_id == case_id).order_by(Case.id.desc())).first()  # type: ignore[return-value]


def finish_review(office: Office) -> None:
    office.decide("zone_secretary", "file")
    office.decide("superior_leader", "review", "approve")
    office.decide("party_leader", "opinion")
    office.decide("superior_leader", "reply")


def test_a_call_opens_a_case_of_its_own_with_number_version_and_rule_set(waiting: Office) -> None:
    child = waiting.case()
    assert (child.procedure, child.number, child.parent_element) == ("review", "建会〔2026〕2号", "reviewing")
    assert child.rule_set == parent(waiting).rule_set
    assert waiting.waits() == ["file"]


def test_the_parent_says_for_which_case_and_why_that_one_waits(waiting: Office) -> None:
    with waiting.db.read() as session:
        view = views.case_view(session, waiting.actor(session, "zone_secretary"), parent_id(waiting), now=waiting.now)
    assert "建会〔2026〕2号" in view.sentence.zh
    assert "填写申请" in view.sentence.zh
    assert [child.number for child in view.children] == ["建会〔2026〕2号"]
    assert view.marks["reviewing"] == "current"


def test_the_parent_goes_on_with_the_end_of_its_child_in_one_transaction(waiting: Office) -> None:
    finish_review(waiting)
    assert (waiting.case().status, parent(waiting).status, parent(waiting).end) == ("completed", "completed", "done")
    with waiting.db.read() as session:
        kinds = [event.kind for event in events.of_case(session, parent_id(waiting))]
        assert kinds == ["case_started", "task_completed", "child_started", "child_ended", "case_completed"]
        assert audit.verify(session).ok


def test_a_withdrawn_child_leads_the_parent_its_own_way(waiting: Office) -> None:
    waiting.act("withdraw", "zone_secretary", waiting.case_id, reason="重新说明")
    waiting.case_id = parent_id(waiting)
    assert waiting.waits() == ["ask"]


def test_withdrawing_the_parent_asks_what_happens_to_the_child(waiting: Office) -> None:
    with pytest.raises(Invalid, match="更正") as caught:
        waiting.act("withdraw", "zone_secretary", parent_id(waiting), reason="条件变化")
    assert [m.path for m in caught.value.mistakes] == ["/children"]
    waiting.act("withdraw", "zone_secretary", parent_id(waiting), reason="条件变化", children="withdraw")
    assert (waiting.case().status, waiting.waits()) == ("withdrawn", [])


def test_a_child_that_is_kept_goes_on_for_itself(waiting: Office) -> None:
    waiting.act("withdraw", "zone_secretary", parent_id(waiting), reason="条件变化", children="keep")
    finish_review(waiting)
    assert (waiting.case().status, parent(waiting).status) == ("completed", "withdrawn")


def test_the_start_page_shows_the_steps_of_child_cases_in_their_place(office: Office) -> None:
    with office.db.write() as session:
        catalogue.publish(session, None, FOLDERS / "parent", MONDAY)
    with office.db.read() as session:
        actor = office.actor(session, "zone_secretary")
        applicant = office.world.applicants["zone_secretary"]
        view = views.start_view(session, actor, "parent", applicant_id=applicant, now=office.now)
    assert [(link.definition.key, link.step.id) for link in view.chain] == [
        ("parent", "ask"),
        ("review", "file"),
        ("review", "review"),
        ("review", "opinion"),
        ("review", "reply"),
    ]
    assert view.chain[3].limit.en == "1 month (R-412)"

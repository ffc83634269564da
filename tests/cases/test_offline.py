"""线下单位: an office without accounts answers on paper."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from tests.cases.conftest import Office
from workflows import inbox
from workflows.errors import Forbidden, Invalid
from workflows.sample_world import SMALL_PDF
from workflows.storage.organisations import Organisation, Post

REPLY = {"number": "新集党〔2026〕7号", "dated_on": date(2026, 3, 9), "outcome": "done", "answers": {"text": "无意见"}}


@pytest.fixture
def on_paper(office: Office) -> Office:
    """The Party work committee has no accounts."""
    with office.db.write() as session:
        session.execute(update(Organisation).where(Organisation.code == "P-1").values(has_accounts=False))
        session.execute(
            update(Post).where(Post.person_id == office.world.people["party_leader"]).values(valid_to=date(2020, 1, 2))
        )
    office.start()
    office.decide("zone_secretary", "file")
    return office


def scan(office: Office) -> None:
    office.act(
        "attach",
        "zone_secretary",
        office.task_id("opinion"),
        material="reply_scan",
        filename="意见.pdf",
        content=SMALL_PDF,
    )


def test_an_entered_reply_counts_only_when_somebody_else_confirmed_it(on_paper: Office) -> None:
    scan(on_paper)
    on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY)
    assert on_paper.task("opinion").status == "open"
    with pytest.raises(Forbidden):
        on_paper.act("confirm_reply", "zone_secretary", on_paper.task_id("opinion", "confirmation"))
    on_paper.act("confirm_reply", "superior_leader", on_paper.task_id("opinion", "confirmation"))
    opinion = on_paper.task("opinion")
    assert (opinion.status, opinion.outcome, opinion.answers) == ("done", "done", {"text": "无意见"})
    with on_paper.db.read() as session:
        party = session.scalars(select(Organisation).where(Organisation.code == "P-1")).one()
    assert opinion.closed_for_id == party.id


def test_a_rejected_entry_is_made_again(on_paper: Office) -> None:
    scan(on_paper)
    on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY)
    first = on_paper.task_id("opinion", "confirmation")
    on_paper.act("reject_reply", "superior_leader", first, reason="文号与扫描件不符")
    assert on_paper.task("opinion").status == "open"
    on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY)
    assert on_paper.task_id("opinion", "confirmation") != first


def test_the_secretary_finds_what_is_to_be_entered_in_my_work(on_paper: Office) -> None:
    def owed(who: str) -> list[str]:
        with on_paper.db.read() as session:
            rows = inbox.todo(session, on_paper.actor(session, who), on=on_paper.today).rows
        return [f"{row.kind}:{row.step_id}" for row in rows]

    assert owed("zone_secretary") == ["step:opinion"]
    assert owed("other_zone_secretary") == []
    scan(on_paper)
    on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY)
    assert owed("zone_secretary") == []
    assert "confirmation:opinion" in owed("superior_leader")


def test_a_reply_needs_number_date_outcome_and_scan(on_paper: Office) -> None:
    with pytest.raises(Invalid) as caught:
        on_paper.act(
            "enter_reply",
            "zone_secretary",
            on_paper.task_id("opinion"),
            number="",
            dated_on=date(2027, 1, 1),
            outcome="",
            answers={},
        )
    assert {m.path for m in caught.value.mistakes} == {"/number", "/dated_on", "/outcome", "/materials/reply_scan"}


def test_a_reply_is_not_older_than_the_request(on_paper: Office) -> None:
    scan(on_paper)
    with pytest.raises(Invalid) as caught:
        on_paper.act(
            "enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY | {"dated_on": date(2026, 3, 8)}
        )
    assert [m.path for m in caught.value.mistakes] == ["/dated_on"]


def test_for_an_office_with_accounts_nothing_is_entered(on_paper: Office) -> None:
    with pytest.raises(Forbidden):
        on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("review"), **REPLY)

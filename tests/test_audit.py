"""The record shows every later change."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cases.conftest import Office, office  # noqa: F401 - the fixture
from workflows import anchor, audit
from workflows.sample_world import SMALL_PDF


@pytest.fixture
def worked(office: Office, tmp_path: Path) -> Office:  # noqa: F811
    anchor.follow(office.db, str(tmp_path / "anchor.log"))
    office.start()
    office.act(
        "attach",
        "zone_secretary",
        office.task_id("file"),
        material="minutes",
        filename="纪要.pdf",
        content=SMALL_PDF,
    )
    office.decide("zone_secretary", "file")
    office.decide("superior_leader", "review", "approve")
    return office


def broken(
    office: Office,  # noqa: F811
    statement: str,
    anchored: Path | None = None,
    **values: object,
) -> list[tuple[str, int]]:
    with office.db.write() as session:
        session.execute(text(statement), values)
    with office.db.read() as session:
        report = audit.verify(session, anchor.read(anchored) if anchored else ())
    return [(b.chain, b.sequence) for b in report.broken]


def test_an_untouched_record_is_clean(worked: Office, tmp_path: Path) -> None:
    with worked.db.read() as session:
        report = audit.verify(session, anchor.read(tmp_path / "anchor.log"))
    assert report.ok
    assert report.events >= 4


def test_one_changed_byte_is_found_where_it_is(worked: Office) -> None:
    change = "UPDATE events SET actor_name = 'X' || substr(actor_name, 2) WHERE chain LIKE 'case:%' AND sequence = 3"
    assert broken(worked, change) == [(f"case:{worked.case_id}", 3)]


def test_a_removed_event_is_missed(worked: Office) -> None:
    remove = "DELETE FROM events WHERE chain LIKE 'case:%' AND sequence = 2"
    assert broken(worked, remove) == [(f"case:{worked.case_id}", 2)]


def test_a_changed_answer_is_found_by_the_event_that_vouches_for_it(worked: Office) -> None:
    assert broken(worked, "UPDATE tasks SET opinion = '另一意见' WHERE step = 'review'") == [
        (f"case:{worked.case_id}", 4)
    ]


def test_a_changed_file_is_found(worked: Office) -> None:
    changed = broken(worked, "UPDATE blobs SET content = :content", content=SMALL_PDF + b"\n")
    assert [chain for chain, _ in changed] == [f"case:{worked.case_id}"]


def test_a_tail_that_was_cut_off_with_its_head_is_found_by_the_anchor(worked: Office, tmp_path: Path) -> None:
    """Whoever can write the database can also rewrite the head; the anchor lies elsewhere."""
    with worked.db.write() as session:
        session.execute(text("DELETE FROM events WHERE chain LIKE 'case:%' AND sequence = 4"))
        session.execute(
            text(
                "UPDATE cases SET last_sequence = 3, last_hash ="
                " (SELECT hash FROM events WHERE chain LIKE 'case:%' AND sequence = 3)"
            )
        )
    cut = broken(worked, "UPDATE tasks SET opinion = '' WHERE id = -1", tmp_path / "anchor.log")
    assert (f"case:{worked.case_id}", 4) in cut
    assert broken(worked, "UPDATE tasks SET opinion = '' WHERE id = -1") == []


def test_a_rolled_back_action_leaves_no_head_in_the_anchor(worked: Office, tmp_path: Path) -> None:
    before = (tmp_path / "anchor.log").read_text()
    with pytest.raises(Exception, match="办理"):
        worked.decide("superior_leader_2", "review", "approve")
    assert (tmp_path / "anchor.log").read_text() == before

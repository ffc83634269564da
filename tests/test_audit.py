"""The record shows every later change."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.cases.conftest import Office, office  # noqa: F401 - the fixture
from workflows import anchor, audit
from workflows.documents import blobs, papers
from workflows.documents import template as templates
from workflows.sample_world import SMALL_PDF
from workflows.storage.cases import Case
from workflows.storage.papers import Paper


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


ATTACHED, FILED, REVIEWED = 2, 3, 4  # the events of the case that was worked on


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        ("UPDATE attachments SET filename = '别的.pdf'", ATTACHED),
        ("UPDATE attachments SET material = 'other'", ATTACHED),
        ("DELETE FROM attachments", ATTACHED),
        ("UPDATE attachments SET removed_at = uploaded_at", REVIEWED + 1),
        ("UPDATE tasks SET closed_by_id = (SELECT min(id) FROM people) WHERE step = 'file'", FILED),
        ("UPDATE tasks SET status = 'open' WHERE step = 'review'", REVIEWED),
        ("UPDATE tasks SET status = 'done' WHERE step = 'opinion'", REVIEWED + 1),
        ("UPDATE cases SET status = 'withdrawn'", REVIEWED + 1),
        ("UPDATE cases SET status = 'completed', \"end\" = 'done'", REVIEWED + 1),
    ],
)
def test_a_row_that_is_not_what_its_event_says_is_found(worked: Office, change: str, sequence: int) -> None:
    assert broken(worked, change) == [(f"case:{worked.case_id}", sequence)]


def test_another_file_put_in_place_of_an_upload_is_found(worked: Office) -> None:
    """Its bytes are whole, but they are not the ones that were uploaded."""
    with worked.db.write() as session:
        other = blobs.keep(session, SMALL_PDF + b"\n", "application/pdf")
    changed = broken(worked, "UPDATE attachments SET sha256 = :other", other=other)
    assert changed == [(f"case:{worked.case_id}", ATTACHED)]


def test_a_removed_upload_that_comes_back_is_found(worked: Office) -> None:
    worked.start("other_zone_secretary")
    with worked.db.read() as session:
        (theirs,) = session.scalars(select(Case.id).where(Case.id != worked.case_id))
    mine, worked.case_id = worked.case_id, theirs
    kept = worked.act(
        "attach",
        "other_zone_secretary",
        worked.task_id("file"),
        material="minutes",
        filename="纪要.pdf",
        content=SMALL_PDF,
    )
    worked.act("detach", "other_zone_secretary", kept.id)
    assert broken(worked, "UPDATE cases SET title = title") == []
    back = broken(worked, "UPDATE attachments SET removed_at = NULL WHERE case_id = :case", case=theirs)
    assert back == [(f"case:{theirs}", 3)]
    assert mine != theirs


def test_an_upload_carried_over_into_a_new_round_is_vouched_for_by_the_first(office: Office) -> None:  # noqa: F811
    office.start()
    task = office.task_id("file")
    office.act("attach", "zone_secretary", task, material="minutes", filename="纪要.pdf", content=SMALL_PDF)
    office.decide("zone_secretary", "file")
    office.decide("superior_leader", "review", "return", opinion="请补充")
    office.decide("party_leader", "opinion")
    assert office.task_id("file") != task
    assert broken(office, "UPDATE cases SET title = title") == []
    changed = broken(office, "UPDATE attachments SET material = 'other' WHERE task_id <> :task", task=task)
    assert [chain for chain, _ in changed] == [f"case:{office.case_id}"]


def test_a_withdrawn_case_that_is_opened_again_is_found(worked: Office) -> None:
    worked.act("withdraw", "zone_secretary", worked.case_id, reason="改期")
    assert broken(worked, "UPDATE cases SET title = title") == []
    assert broken(worked, "UPDATE cases SET status = 'open'") == [(f"case:{worked.case_id}", REVIEWED + 1)]


# ---- papers ---------------------------------------------------------------------------------------------------------


LETTER = """\
+++
code = "DOC-99"
form = "函"
from = "applicant"
to = "party_committee"
title = "关于复核的函"
+++
请予复核。
"""


@pytest.fixture
def paper(worked: Office) -> Paper:
    """A paper issued in the case that was worked on, as its fifth event."""
    written = templates.parse("letter", LETTER)
    with worked.db.write() as session:
        case = session.get_one(Case, worked.case_id)
        return papers.issue(
            session,
            case=case,
            task=None,
            template=written,
            context={"party_committee": {"name": "某党工委"}},
            issuer=case.applicant,
            signer="",
            now=worked.now,
            actor=worked.actor(session, "zone_secretary"),
        )


@pytest.mark.parametrize(
    "change",
    [
        "number_text = '别字〔2026〕1号'",
        "title = '另一标题'",
        "recipient = '别人'",
        "signer = '别人'",
        "dated_on = '2020-01-01'",
        "body = '不同意。'",
        "facts = '{}'",
        "pdf_sha256 = docx_sha256",
        "issued_by_id = NULL",
    ],
)
def test_a_changed_paper_is_found(worked: Office, paper: Paper, change: str) -> None:
    assert broken(worked, "UPDATE papers SET status = status") == []
    assert broken(worked, f"UPDATE papers SET {change}") == [(f"case:{worked.case_id}", REVIEWED + 1)]


def test_a_paper_is_void_exactly_when_an_event_says_so(worked: Office, paper: Paper) -> None:
    chain = f"case:{worked.case_id}"
    assert broken(worked, "UPDATE papers SET status = 'voided'") == [(chain, REVIEWED + 2)]
    broken(worked, "UPDATE papers SET status = 'issued'")
    with worked.db.write() as session:
        papers.void(session, session.get_one(Paper, paper.id), "有误", None, worked.now)
    assert broken(worked, "UPDATE papers SET title = title") == []
    assert broken(worked, "UPDATE papers SET status = 'issued'") == [(chain, REVIEWED + 2)]


# ---- definitions and storage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    ["content_hash = 'x'", "files = (SELECT content FROM blobs LIMIT 1)", "number = 7"],
)
def test_a_changed_definition_is_found(worked: Office, change: str) -> None:
    assert [chain for chain, _ in broken(worked, f"UPDATE definitions SET {change}")] == ["administration"]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)  # a server looks after its own files
def test_a_damaged_file_of_an_embedded_database_is_found(worked: Office) -> None:
    worked.db.engine.dispose()
    with closing(sqlite3.connect(str(worked.db.engine.url.database))) as file:
        file.execute("CREATE INDEX ix_damaged ON blobs (size)")
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_damaged ON blobs (sha256)' WHERE name = 'ix_damaged'"
        )
        file.commit()
    assert [chain for chain, _ in broken(worked, "UPDATE cases SET title = title")] == [audit.DATABASE]


def test_a_tail_that_was_cut_off_with_its_head_is_found_by_the_anchor(worked: Office, tmp_path: Path) -> None:
    """Whoever can write the database can also rewrite the head; the anchor lies elsewhere."""
    with worked.db.write() as session:
        session.execute(text("DELETE FROM events WHERE chain LIKE 'case:%' AND sequence = 4"))
        session.execute(text("UPDATE tasks SET status = 'open', closed_by_id = NULL WHERE step = 'review'"))
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

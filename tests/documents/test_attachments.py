from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.documents.files import PDF
from tests.documents.samples import NOW, make_actor, make_case, make_task
from workflows.documents import attachments
from workflows.errors import Conflict, Invalid, NotFound
from workflows.storage.cases import Task
from workflows.storage.papers import Attachment, Blob


def upload(
    session: Session, task: Task, filename: str = "纪要.pdf", content: bytes = PDF, **changes: Any
) -> Attachment:
    arguments: dict[str, Any] = {
        "case_id": task.case_id,
        "task_id": task.id,
        "material": "minutes",
        "filename": filename,
        "content": content,
        "actor": None,
        "now": NOW,
    }
    return attachments.store(session, **(arguments | changes))


@pytest.fixture
def task(session: Session) -> Task:
    return make_task(session, make_case(session))


def test_an_upload_is_kept_and_read_back(session: Session, task: Task) -> None:
    actor = make_actor(session)
    stored = upload(session, task, actor=actor)
    assert (stored.filename, stored.media_type, stored.size) == ("纪要.pdf", "application/pdf", len(PDF))
    assert (stored.uploaded_by_id, stored.uploaded_at) == (actor.person_id, NOW)
    assert attachments.read(session, stored.id) == ("纪要.pdf", "application/pdf", PDF)
    assert attachments.of_task(session, task.id) == attachments.of_case(session, task.case_id) == [stored]


def test_sending_the_same_file_again_keeps_it_once(session: Session, task: Task) -> None:
    assert upload(session, task) is upload(session, task)
    assert len(attachments.of_task(session, task.id)) == 1


def test_the_same_bytes_for_two_items_are_stored_once(session: Session, task: Task) -> None:
    upload(session, task)
    upload(session, task, material="statistics", filename="统计.pdf")
    assert len(attachments.of_task(session, task.id)) == 2
    assert len(session.scalars(select(Blob)).all()) == 1


def test_a_removed_upload_leaves_the_checklist_and_stays_in_the_record(session: Session, task: Task) -> None:
    stored, actor = upload(session, task), make_actor(session)
    attachments.remove(session, stored.id, actor=actor, now=NOW)
    assert (stored.removed_at, stored.removed_by_id) == (NOW, actor.person_id)
    assert attachments.of_task(session, task.id) == attachments.of_case(session, task.case_id) == []
    assert session.get(Blob, stored.sha256) is not None
    with pytest.raises(NotFound):
        attachments.read(session, stored.id)
    with pytest.raises(Conflict):
        attachments.remove(session, stored.id, actor=actor, now=NOW)
    assert upload(session, task).id != stored.id


def test_what_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        attachments.read(session, 1)
    with pytest.raises(NotFound):
        attachments.remove(session, 1, actor=None, now=NOW)


def test_a_refused_upload_stores_nothing(session: Session, task: Task) -> None:
    with pytest.raises(Invalid) as caught:
        upload(session, task, content=b"<html>")
    assert caught.value.mistakes[0].path == "/materials/minutes"
    assert session.scalars(select(Blob)).all() == []


def test_a_changed_byte_is_found(session: Session, task: Task) -> None:
    stored = upload(session, task)
    assert attachments.verify(session) == []
    session.execute(update(Blob).where(Blob.sha256 == stored.sha256).values(content=PDF + b" "))
    assert attachments.verify(session) == [stored]

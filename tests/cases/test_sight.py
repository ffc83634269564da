"""What is not for everybody's eyes yet: what the other party entered, drafts, and files of what nobody decided."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cases.accounts import give_accounts
from tests.cases.conftest import FOLDERS, Office
from webapp.documents import reads
from workflows import catalogue
from workflows.cases import views
from workflows.cases.consult import opinions_of
from workflows.errors import NotFound
from workflows.storage.papers import Attachment

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def apart(office: Office, tmp_path: Path) -> Office:
    """The superior union must review without seeing what the application says."""
    publish(office, tmp_path, "[steps.review.deadline]", '[steps.review]\nunseen = ["file"]\n\n[steps.review.deadline]')
    office.start()
    return office


def publish(office: Office, place: Path, before: str, after: str) -> None:
    """The procedure `review` with other settings."""
    folder = shutil.copytree(FOLDERS / "review", place / "review")
    settings = folder / "procedure.toml"
    text = settings.read_text(encoding="utf-8")
    assert before in text
    settings.write_text(text.replace(before, after), encoding="utf-8")
    assert catalogue.check_folder(folder) == ()
    with office.db.write() as session:
        catalogue.publish(session, None, folder, office.now)


def case_view(office: Office, who: str) -> views.CaseView:
    with office.db.read() as session:
        return views.case_view(session, office.actor(session, who), office.case_id, now=office.now)


def task_view(office: Office, who: str, step: str) -> views.TaskView:
    with office.db.read() as session:
        return views.task_view(session, office.actor(session, who), office.task_id(step), now=office.now)


def upload(office: Office, who: str = "zone_secretary") -> Attachment:
    return office.act("attach", who, office.task_id("file"), material="minutes", filename="会议纪要.pdf", content=PDF)


def opens(office: Office, who: str, attachment_id: int) -> bool:
    with office.db.read() as session:
        try:
            reads.attachment(session, office.actor(session, who), attachment_id, office.today)
        except NotFound:
            return False
        return True


def entered(view: views.CaseView) -> dict[str, object]:
    return {task.step: task.answers for task in view.tasks}


def test_the_other_partys_answers_are_kept_until_the_step_is_done(apart: Office) -> None:
    apart.decide("zone_secretary", "file", opinion="一共三人")
    for who in ("superior_leader", "superior_leader_2"):
        seen, page = case_view(apart, who), task_view(apart, who, "review")
        assert entered(seen)["file"] is None
        assert seen.sealed[apart.task_id("file")].id == "review"
        assert [(task.answers, task.opinion) for task in page.earlier] == [(None, "")]
        assert task_view(apart, who, "file").values == {}
        assert not any("一共三人" in str(event.data) for event in seen.events)
    assert entered(case_view(apart, "party_leader"))["file"] == apart.answers
    apart.decide("superior_leader", "review", "approve")
    assert entered(case_view(apart, "superior_leader"))["file"] == apart.answers
    assert entered(case_view(apart, "superior_leader_2"))["file"] == apart.answers


def test_what_the_other_party_was_told_by_those_it_asked_is_kept_too(apart: Office) -> None:
    give_accounts(apart)
    colleague = apart.world.people["zone_secretary_2"]
    where = apart.world.applicants["zone_secretary_2"]
    [asked] = apart.act(
        "ask", "zone_secretary", apart.task_id("file"), kind="before", people=[(colleague, where)], question="够吗"
    )
    apart.act("give_opinion", "zone_secretary_2", asked.id, verdict="agree", text="一共三人")
    for who, seen in (("superior_leader", 0), ("zone_secretary", 1), ("zone_secretary_2", 1)):
        view = case_view(apart, who)
        with apart.db.read() as session:
            assert len(opinions_of(session, apart.actor(session, who), apart.case_id, view.sealed)) == seen
        told = str([event.data for event in view.events])
        assert ("一共三人" in told, "够吗" in told) == (bool(seen), bool(seen))


def test_a_return_says_why_and_nothing_else_and_an_approval_is_seen_at_once(office: Office, tmp_path: Path) -> None:
    publish(office, tmp_path, "[steps.file.deadline]", '[steps.file]\nunseen = ["review"]\n\n[steps.file.deadline]')
    office.start()
    office.decide("zone_secretary", "file")
    office.decide("superior_leader", "review", "return", opinion="请核对人数。", answers={"text": "三人"})
    office.decide("party_leader", "opinion")
    page = task_view(office, "zone_secretary", "file")
    assert page.led_back is not None
    assert (page.led_back.opinion, page.led_back.answers) == ("请核对人数。", None)
    office.decide("zone_secretary", "file")
    office.decide("superior_leader", "review", "approve", opinion="同意。")
    assert [task.opinion for task in case_view(office, "zone_secretary").tasks if task.step == "review"][1] == "同意。"


def test_another_round_is_kept_again(apart: Office) -> None:
    apart.decide("zone_secretary", "file")
    apart.decide("superior_leader", "review", "return", opinion="请核对人数。")
    apart.decide("party_leader", "opinion")
    apart.answers = {"reason": "建会", "persons": 4}
    apart.decide("zone_secretary", "file")
    rounds = [task.answers for task in case_view(apart, "superior_leader").tasks if task.step == "file"]
    assert rounds == [{"reason": "建会", "persons": 3}, None]


def test_files_of_the_other_party_are_kept_too(apart: Office) -> None:
    minutes = upload(apart).id
    apart.decide("zone_secretary", "file")
    assert case_view(apart, "superior_leader").attachments == ()
    assert not opens(apart, "superior_leader", minutes)
    assert opens(apart, "party_leader", minutes)
    apart.decide("superior_leader", "review", "approve")
    assert [row.id for row in case_view(apart, "superior_leader").attachments] == [minutes]
    assert opens(apart, "superior_leader", minutes)


def test_files_of_an_undecided_task_are_for_those_who_may_do_it(office: Office) -> None:
    office.start()
    minutes = upload(office).id
    for who, sees in {"zone_secretary": True, "zone_secretary_2": True, "party_leader": False}.items():
        assert [row.id for row in case_view(office, who).attachments] == ([minutes] if sees else [])
        assert opens(office, who, minutes) is sees
        told = [event.kind for event in case_view(office, who).events]
        assert ("attachment_added" in told) is sees
    office.decide("zone_secretary", "file")
    assert opens(office, "party_leader", minutes)


def test_a_draft_is_for_those_who_may_do_the_task(office: Office) -> None:
    office.start()
    office.act(
        "save_draft", "zone_secretary", office.task_id("file"), answers={"reason": "未定"}, outcome="", opinion=""
    )
    assert task_view(office, "zone_secretary_2", "file").values == {"reason": "未定"}
    assert task_view(office, "superior_leader", "file").values == {}
    assert all(task.draft is None for task in case_view(office, "superior_leader").tasks)


def test_looking_changes_nothing(apart: Office) -> None:
    apart.decide("zone_secretary", "file")
    with apart.db.read() as session:
        actor = apart.actor(session, "superior_leader")
        views.case_view(session, actor, apart.case_id, now=apart.now)
        assert not session.dirty
        assert not session.new
    assert apart.task("file").answers == apart.answers

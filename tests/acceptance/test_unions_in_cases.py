"""E22, E24, E30, F06: where a row speaks of the way of a case or of what a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.acceptance.played import at, browser_of, newest, open_steps, open_task, person, play
from tests.webapp.browsing import Page
from workflows import cases, inbox, worker
from workflows.cases.views import case_view
from workflows.errors import Invalid
from workflows.sample_world import SMALL_PDF
from workflows.storage import Database
from workflows.storage.cases import Task
from workflows.storage.papers import Paper
from workflows.storage.unions import OfficeHolder

FILE = {"held_on": "2026-04-30", "own_accounts": False, "full_time": False, "chair_phone": "13800000000"}
DAY = date(2026, 5, 18)


def _submit_button(page: Page) -> Any:
    return page.tree.xpath("//button[@name='do'][@value='decide']")[0]


def _without_women(do: Mapping[str, Any]) -> Mapping[str, Any]:
    """The plan counts no women members, so the election founds no body of theirs; the register knows of fifteen."""
    if do.get("step") == "plan_election":
        return {**do, "answers": {**do["answers"], "women_members": 0}}
    if do.get("step") == "form_womens_body":
        return {**do, "answers": {**do["answers"], "women": []}}
    return do


def test_e22_without_a_womens_body_the_file_cannot_be_submitted_and_the_page_says_why(
    db: Database, tmp_path: Path
) -> None:
    play(db, "enterprise_union", "without_audit_body", before="founding_file", change=_without_women)
    with db.read() as session:
        task = open_task(session, "founding_file")
    page = browser_of(db, tmp_path, "何晓东", DAY).get(f"/tasks/{task}")
    assert _submit_button(page).get("disabled") is not None
    assert "女职工委员会" in page.tree.xpath("//*[@id='closed']")[0].text_content()
    with db.write() as session:
        secretary = person(session, "何晓东", DAY)
        cases.attach(session, secretary, task, material="minutes", filename="m.pdf", content=SMALL_PDF, now=at(DAY))
        with pytest.raises(Invalid) as refused:
            cases.decide(session, secretary, task, outcome="submit", answers=FILE, opinion="", now=at(DAY))
        assert [mistake.path for mistake in refused.value.mistakes] == ["/women"]
        session.rollback()


def test_e22_with_the_womens_body_named_the_button_opens(db: Database, tmp_path: Path) -> None:
    play(db, "enterprise_union", "without_audit_body", before="founding_file", change=_without_women)
    with db.read() as session:
        task = open_task(session, "founding_file")
    browser = browser_of(db, tmp_path, "何晓东", DAY)
    women = {f"__women__{n}__name": name for n, name in enumerate(("吴敏", "孙丽", "李娜"))}
    posts = {f"__women__{n}__post": post for n, post in enumerate(("head", "member", "member"))}
    page = browser.get(f"/tasks/{task}")
    for _ in range(3 - len(page.tree.xpath("//input[starts-with(@name, '/women/') and contains(@name, '/name')]"))):
        page = page.press("task-form", "add:/women")
    page.press("task-form", "draft", **women, **posts)
    page = browser.get(f"/tasks/{task}")
    assert _submit_button(page).get("disabled") is None
    assert page.tree.xpath("//*[@id='closed']") == []


def test_f06_one_auditor_is_no_audit_body_where_there_are_own_accounts_and_the_button_is_disabled(
    db: Database, tmp_path: Path
) -> None:
    play(db, "enterprise_union", "without_audit_body", before="founding_file")
    with db.read() as session:
        task = open_task(session, "founding_file")
    browser = browser_of(db, tmp_path, "何晓东", DAY)
    assert _submit_button(browser.get(f"/tasks/{task}")).get("disabled") is None
    browser.get(f"/tasks/{task}").press("task-form", "draft", __own_accounts="true")
    page = browser.get(f"/tasks/{task}")
    assert _submit_button(page).get("disabled") is not None
    assert "经费审查委员会" in page.tree.xpath("//*[@id='closed']")[0].text_content()
    browser.get(f"/tasks/{task}").press("task-form", "draft", __own_accounts="false")
    assert _submit_button(browser.get(f"/tasks/{task}")).get("disabled") is None


def test_f06_nothing_is_issued_while_the_audit_body_is_missing(db: Database) -> None:
    play(db, "enterprise_union", "without_audit_body", before="founding_file")
    with db.write() as session:
        secretary, task = person(session, "何晓东", DAY), open_task(session, "founding_file")
        cases.attach(session, secretary, task, material="minutes", filename="m.pdf", content=SMALL_PDF, now=at(DAY))
        with pytest.raises(Invalid) as refused:
            cases.decide(
                session,
                secretary,
                task,
                outcome="submit",
                answers={**FILE, "own_accounts": True},
                opinion="",
                now=at(DAY),
            )
        assert "/auditors" in [mistake.path for mistake in refused.value.mistakes]
        session.rollback()
    with db.read() as session:
        assert open_steps(session, newest(session, "enterprise_union")) == ["founding_file"]
        assert "founding_report" not in set(session.scalars(select(Paper.name)))


def test_e24_sixteen_days_after_the_report_the_reply_is_overdue_and_nothing_is_approved(db: Database) -> None:
    play(db, "election", "reply_overdue")
    with db.read() as session:
        task = session.get_one(Task, open_task(session, "result_reply"))
        assert (task.opened_at.date(), task.fatal_on) == (date(2026, 3, 10), date(2026, 3, 25))
        assert inbox.lateness(task, date(2026, 3, 25)) != "fatal"
        assert inbox.lateness(task, date(2026, 3, 26)) == "fatal"
    for day in (date(2026, 3, 26), date(2026, 9, 30)):
        worker.sweep(db, at(day))
        with db.read() as session:
            case = newest(session, "election")
            assert (case.status, open_steps(session, case)) == ("open", ["result_reply"])
            assert "result_approval" not in set(session.scalars(select(Paper.name)))
            assert session.scalars(select(OfficeHolder)).all() == []
    with db.read() as session:
        secretary = person(session, "何晓东", date(2026, 3, 26))
        view = case_view(session, secretary, newest(session, "election").id, now=at(date(2026, 3, 26)))
        assert "已超期 1 天" in view.sentence.zh


def test_e30_the_own_committee_alone_transfers_nobody(db: Database) -> None:
    play(db, "term_changes", "transfer_needs_two_consents", before="transfer_reply")
    day = date(2026, 7, 1)
    worker.sweep(db, at(day))
    with db.read() as session:
        case = newest(session, "term_changes")
        assert (case.status, open_steps(session, case)) == ("open", ["transfer_reply"])
        holder = session.scalars(
            select(OfficeHolder).where(OfficeHolder.name == "王丽华", OfficeHolder.office == "vice_chair")
        ).one()
        assert holder.until is None
    with db.write() as session:
        superior = person(session, "钱卫民", day)
        task = open_task(session, "transfer_reply")
        cases.decide(session, superior, task, outcome="approve", answers={}, opinion="", now=at(day))
    with db.read() as session:
        assert newest(session, "term_changes").end == "transferred"


def test_an_elections_result_tells_whose_labour_contracts_are_extended(db: Database, tmp_path: Path) -> None:
    """R-340: on the page of whoever reports and of whoever replies."""
    play(db, "election", "reply_overdue")
    with db.read() as session:
        task = open_task(session, "result_reply")
    page = browser_of(db, tmp_path, "钱卫民", date(2026, 3, 11)).get(f"/tasks/{task}")
    assert "请人力资源部门延长劳动合同期限" in page.text
    assert "R-340" in page.text

"""Every address of the application that answers a GET, opened in a real browser by somebody who may see it.

`PAGES` and `FILES` are complete by construction: an address that stands in neither fails, as does one that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.e2e.browser import overflow, sign_in, violations
from tests.e2e.office import BPMN
from tests.e2e.server import Site
from webapp import create_app
from webapp.config import Settings
from workflows import calendar_feed
from workflows.cases import ask, save_draft, start_case, supervise, suspend, take_back_correction
from workflows.engine.operations import OFFICE_ZONE
from workflows.monitor import saved
from workflows.organisations.actors import Actor, actor_of
from workflows.scenarios import find
from workflows.storage import Database
from workflows.storage.cases import Task, TaskStatus
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Account
from workflows.storage.papers import Attachment, Paper

NOBODY, ADMIN, SECRETARY, APPLICANT = "", "admin", "liuxin", "sunlei"
PARTY, OFFICIAL, MANAGER, SUPERIOR = "guotao", "zhengli", "fengqiang", "zhoujing"
CONSENT = find(BPMN / "chair_consent")[0]  # a scenario, for what is typed into a letter

PAGES = {  # the endpoint → who opens it, and where; {names} are those of `places`
    "auth.sign_in": (NOBODY, "/sign-in"),
    "home": (SECRETARY, "/"),
    "auth.password": (SECRETARY, "/account/password"),
    "notifications.index": (SECRETARY, "/account/notifications/"),
    "inbox.index": (SECRETARY, "/work/"),
    "inbox.choose": (OFFICIAL, "/work/bulk?task={judging}&do=hand-over"),
    "search.index": (OFFICIAL, "/search?q=工会"),
    "calendar.index": (OFFICIAL, "/calendar/"),
    "cases.procedures": (SECRETARY, "/start"),
    "cases.start": (SECRETARY, "/start/zone_union"),
    "cases.case": (MANAGER, "/cases/{judged}"),
    "cases.task": (OFFICIAL, "/tasks/{judging}"),
    "cases.correction": (OFFICIAL, "/tasks/{judging}/correction"),
    "cases.preview": (PARTY, "/tasks/{proposing}/papers"),
    "printing.case": (OFFICIAL, "/cases/{judged}/print"),
    "operations.ask_page": (OFFICIAL, "/tasks/{judging}/ask"),
    "operations.delegate_page": (OFFICIAL, "/tasks/{judging}/delegate"),
    "operations.hand_over_page": (OFFICIAL, "/tasks/{judging}/hand-over"),
    "operations.send_back_page": (OFFICIAL, "/tasks/{judging}/send-back"),
    "operations.extend_page": (MANAGER, "/tasks/{judging}/extend"),
    "operations.take_back_page": (APPLICANT, "/tasks/{choosing}/take-back"),
    "operations.take_back_question_page": (APPLICANT, "/opinions/{question}/take-back"),
    "operations.copy_page": (OFFICIAL, "/cases/{judged}/copy"),
    "operations.supervise_page": (MANAGER, "/cases/{judged}/supervise"),
    "operations.close_supervision_page": (MANAGER, "/cases/{judged}/close-supervision"),
    "operations.instruct_page": (MANAGER, "/cases/{judged}/instruct"),
    "operations.suspend_page": (MANAGER, "/cases/{judged}/suspend"),
    "operations.resume_page": (SUPERIOR, "/cases/{staffed}/resume"),
    "operations.phrases": (OFFICIAL, "/phrases"),
    "operations.proxies": (OFFICIAL, "/proxies"),
    "ledger.index": (SECRETARY, "/ledger/"),
    "ledger.zone": (SECRETARY, "/ledger/zones/{zone}"),
    "ledger.enterprise": (SECRETARY, "/ledger/zones/{zone}/enterprises/{enterprise}"),
    "ledger.without_union": (SECRETARY, "/ledger/zones/{zone}/without-union"),
    "ledger.new_import": (SECRETARY, "/ledger/zones/{zone}/import"),
    "ledger.preview": (SECRETARY, "{preview}"),
    "documents.index": (SUPERIOR, "/papers/"),
    "documents.paper": (SUPERIOR, "/papers/{paper}"),
    "calculator.index": (OFFICIAL, "/calculator/"),
    "calculator.question": (OFFICIAL, "/calculator/election"),
    "monitor.index": (MANAGER, "/monitor/"),
    "monitor.waiting": (MANAGER, "/monitor/waits"),
    "monitor.heat": (MANAGER, "/monitor/heat"),
    "monitor.ageing": (MANAGER, "/monitor/ageing"),
    "monitor.throughput": (MANAGER, "/monitor/throughput"),
    "monitor.returns": (MANAGER, "/monitor/returns"),
    "monitor.visits": (MANAGER, "/monitor/visits"),
    "monitor.cases": (MANAGER, "/monitor/cases"),
    "monitor.nudged": (MANAGER, "/monitor/nudge"),
    "monitor.open_filter": (MANAGER, "/monitor/filters/{saved_filter}"),
    "event_log.index": (MANAGER, "/monitor/event-log/"),
    "admin.index": (ADMIN, "/admin/"),
    "admin.organisations": (ADMIN, "/admin/organisations"),
    "admin.import_organisations": (ADMIN, "/admin/import"),
    "admin.people": (ADMIN, "/admin/people"),
    "admin.new_person": (ADMIN, "/admin/people/new"),
    "admin.person": (ADMIN, "/admin/people/{person}"),
    "admin.procedures": (ADMIN, "/admin/procedures"),
    "admin.procedure": (ADMIN, "/admin/procedures/zone_union"),
    "admin.parameters": (ADMIN, "/admin/parameters"),
    "admin.parameter": (ADMIN, "/admin/parameters/sla.applicant"),
    "admin.calendar": (ADMIN, "/admin/calendar"),
    "admin.year": (ADMIN, "/admin/calendar/2026"),
    "admin.messages": (ADMIN, "/admin/messages"),
    "admin.audit": (ADMIN, "/admin/audit"),
}

FILES = {  # what answers with data or a file instead of a page
    "health": (NOBODY, "/health"),
    "static": (NOBODY, "/static/css/jianhui.css"),
    "api.describe": (NOBODY, "/api/v1/openapi.json"),
    "calendar.feed": (NOBODY, "/calendar/{feed}.ics"),
    "api.who_is_signed_in": (OFFICIAL, "/api/v1/session"),
    "api.list_tasks": (OFFICIAL, "/api/v1/tasks"),
    "api.get_task": (OFFICIAL, "/api/v1/tasks/{judging}"),
    "api.get_case": (OFFICIAL, "/api/v1/cases/{judged}"),
    "cases.diagram": (OFFICIAL, "/cases/{judged}/diagram"),
    "cases.preview_pdf": (PARTY, "/tasks/{proposing}/papers/submit/consent_letter.pdf"),
    "printing.pdf": (OFFICIAL, "/cases/{judged}/print.pdf"),
    "ledger.workbook_template": (SECRETARY, "/ledger/template.xlsx"),
    "ledger.export_zone": (SECRETARY, "/ledger/zones/{zone}/export.xlsx"),
    "ledger.refused_rows": (SECRETARY, "{preview}/refused.xlsx"),
    "documents.pdf": (SUPERIOR, "/papers/{paper}/pdf"),
    "documents.docx": (SUPERIOR, "/papers/{paper}/docx"),
    "documents.attachment": (SUPERIOR, "/papers/attachments/{attachment}"),
    "monitor.heat_diagram": (MANAGER, "/monitor/heat/zone_union/diagram"),
    "monitor.export_waits": (MANAGER, "/monitor/waits.xlsx"),
    "monitor.export_visits": (MANAGER, "/monitor/visits.csv"),
    "monitor.export_cases": (MANAGER, "/monitor/cases.xlsx"),
    "event_log.export": (MANAGER, "/monitor/event-log/export?format=xes"),
    "admin.organisations_template": (ADMIN, "/admin/import/template.xlsx"),
}
NOTHING = "api.nothing_here"  # every other address under /api/: says so, in JSON


@pytest.fixture(scope="module")
def places(site: Site, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The rows the pages are about, found or made in the demo of the server that runs."""
    database = Database(Settings(data=site.data).database_url)
    now = datetime.now(UTC)
    with database.write() as session:
        found = _found(session, now)
    context = browser.new_context(base_url=site.url, locale="zh-CN")
    workbook = tmp_path_factory.mktemp("ledger") / "ledger.xlsx"
    try:
        yield found | _uploaded(sign_in(context.new_page(), SECRETARY), found, workbook)
    finally:
        context.close()
        database.dispose()


def _found(session: Session, now: datetime) -> dict[str, Any]:
    today = now.astimezone(OFFICE_ZONE).date()

    def person(username: str) -> Actor:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        return actor_of(session, account.person_id, today)

    def task(step: str) -> Task:
        opened = select(Task).where(Task.step == step, Task.status == TaskStatus.OPEN, Task.kind == "step")
        return session.scalars(opened.order_by(Task.id)).first() or pytest.fail(f"no open task {step} in the demo")

    judging, staffing, choosing = task("judge_foundation"), task("staffing_decision"), task("choose_matter")
    take_back_correction(session, person(OFFICIAL), judging.id, now=now)
    supervise(session, person(MANAGER), judging.case_id, demand="按期办结", due_on=today + timedelta(days=20), now=now)
    suspend(session, person(SUPERIOR), staffing.case_id, reason="区划调整", until=None, now=now)
    clerk = person("wangfang")
    asked = ask(
        session,
        person(APPLICANT),
        choosing.id,
        kind="before",
        people=[(clerk.person_id, clerk.seats[0].organisation_id)],
        question="材料齐全吗",
        due_on=None,
        now=now,
    )
    start_case(session, person(APPLICANT), "chair_consent", applicant_id=judging.case.applicant_id, now=now)
    proposing = task("propose")
    answers = next(act["answers"] for act in CONSENT.actions if act.get("step") == "propose")
    save_draft(session, person(PARTY), proposing.id, answers=answers, outcome="submit", opinion="", now=now)
    saved_filter = saved.keep(
        session, person(MANAGER), page="monitor", name="超期", query="late=fatal", share_with=None, now=now
    )
    mine = Task.case_id == staffing.case_id
    attachments = select(Attachment.id).join(Task, Task.id == Attachment.task_id).where(mine)
    zone = session.scalars(select(Zone).where(Zone.name.contains("金水河"))).one()
    return {
        "judging": judging.id,
        "judged": judging.case_id,
        "staffed": staffing.case_id,
        "choosing": choosing.id,
        "proposing": proposing.id,
        "question": asked[0].id,
        "zone": zone.id,
        "enterprise": session.scalars(select(Enterprise.id).where(Enterprise.zone_id == zone.id)).first(),
        "paper": session.scalars(select(Paper.id).where(Paper.case_id == staffing.case_id)).first(),
        "attachment": session.scalars(attachments).first(),
        "saved_filter": saved_filter.id,
        "person": clerk.person_id,
        "feed": calendar_feed.open_feed(session, clerk, now=now),
    }


def _uploaded(page: Page, found: dict[str, Any], workbook: Path) -> dict[str, str]:
    """The address of the preview of an import, made of the zone's own export."""
    workbook.write_bytes(page.request.get(f"/ledger/zones/{found['zone']}/export.xlsx").body())
    page.goto(f"/ledger/zones/{found['zone']}/import")
    page.locator("main input[type=file]").set_input_files(workbook)
    page.locator("main .btn-primary[type=submit]").click()
    page.wait_for_url("**/ledger/imports/*")
    return {"preview": urlsplit(page.url).path}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Endpoint → rule of everything that answers a GET."""
    app = create_app(Settings(data=tmp_path_factory.mktemp("addresses")))
    return {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def test_no_address_is_left_out_and_none_is_stale(addresses: dict[str, str]) -> None:
    listed = {*PAGES, *FILES, NOTHING}
    assert set(addresses) - listed == set(), "say here who opens these, and where"
    assert listed - set(addresses) == set(), "these are gone"


@pytest.mark.parametrize(("width", "locale"), [("desk", "zh"), ("phone", "en")])
def test_every_page_is_in_order(open_page: Any, places: dict[str, Any], width: str, locale: str) -> None:
    """Status 200, nothing to complain on the console (where the browser tells of refused scripts and styles, too), no
    violation of WCAG 2.2 AA, and nothing wider than the window."""
    readers: dict[str, Page] = {}
    said: list[str] = []
    found: list[str] = []
    for endpoint, (who, where) in PAGES.items():
        if who not in readers:
            readers[who] = open_page("/sign-in", width=width, locale=locale)
            readers[who].on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            if who:
                sign_in(readers[who], who)
        page = readers[who]
        said.clear()
        answer = page.goto(where.format(**places))
        if answer is None or answer.status != 200:
            found.append(f"{endpoint}: {answer and answer.status} at {page.url}")
            continue
        found += [f"{endpoint}: {words}" for words in (*said, *violations(page))]
        if wider := overflow(page):
            found.append(f"{endpoint}: {wider} px wider than the window")
    assert not found, "\n".join(found)


def test_every_file_is_there(open_page: Any, places: dict[str, Any]) -> None:
    readers: dict[str, Page] = {}
    for endpoint, (who, where) in FILES.items():
        if who not in readers:
            readers[who] = open_page("/sign-in")
            if who:
                sign_in(readers[who], who)
        answer = readers[who].request.get(where.format(**places))
        assert answer.status == 200, endpoint
        assert answer.body(), endpoint
        assert "text/html" not in answer.headers["content-type"], endpoint

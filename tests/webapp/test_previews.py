"""预览公文: what a decision would issue is read before deciding; nothing is numbered, nothing is kept but the draft."""

from __future__ import annotations

import io

from pypdf import PdfReader
from sqlalchemy import func, select

from tests.webapp.conftest import Site
from tests.webapp.test_task_page import at_composition
from workflows.cases import preview_papers
from workflows.documents import papers
from workflows.organisations.actors import actor_of
from workflows.sample_world import SMALL_PDF
from workflows.storage.cases import Case
from workflows.storage.events import Event
from workflows.storage.papers import Paper

MEMBERS = {
    f"__members__{n}__{field}": value
    for n, row in enumerate(
        [("王小明", "director", "党政办主任"), ("李小红", "vice_director", "工会干事"), ("赵大海", "member", "科长")]
    )
    for field, value in zip(("name", "post", "current_post"), row, strict=True)
}


def stored(site: Site) -> tuple[int, int, int]:
    """How many papers and events there are, and the sum of the versions of the cases."""
    with site.db.read() as session:
        issued, events = (session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Paper, Event))
        return issued, events, session.scalar(select(func.sum(Case.version))) or 0


def test_a_paper_is_read_before_deciding_with_what_was_just_typed(site: Site) -> None:
    browser, task = site.browser("party_leader"), at_composition(site)
    page = browser.get(f"/tasks/{task}").press("task-form", "preview", outcome="submit", **MEMBERS)
    assert page.location == f"/tasks/{task}/papers"
    assert "选择“报送人选”时签发" in page.text
    assert "预览 · 未签发" in page.text
    assert "（草稿，签发时编号）" in page.text
    assert "王小明" in page.text
    assert browser.get(f"/tasks/{task}").values("task-form")["/members/0/name"] == "王小明"


def test_looking_numbers_nothing_and_leaves_nothing_behind(site: Site) -> None:
    browser, task = site.browser("party_leader"), at_composition(site)
    browser.get(f"/tasks/{task}").press("task-form", "draft", outcome="submit", **MEMBERS)
    before = stored(site)
    assert browser.get(f"/tasks/{task}/papers").status == 200
    pdf = browser.client.get(f"/tasks/{task}/papers/submit/composition_letter.pdf")
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    words = "".join("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf.data)).pages).split())
    assert "（草稿）" in words
    assert "王小明" in words
    assert stored(site) == before


def test_a_draft_that_lacks_something_says_so(site: Site) -> None:
    browser, task = site.browser("party_leader"), at_composition(site)
    page = browser.get(f"/tasks/{task}/papers")
    assert page.status == 200
    assert "表单还没有填完" in page.text
    assert browser.get(f"/tasks/{task}/papers/submit/nothing.pdf").status == 404


def test_what_is_previewed_is_what_is_issued(site: Site) -> None:
    browser, task = site.browser("party_leader"), at_composition(site)
    page = browser.get(f"/tasks/{task}").press("task-form", "draft", outcome="submit", **MEMBERS)
    with site.db.read() as session:
        actor = actor_of(session, site.world.people["party_leader"], site.now.date())
        (foreseen,) = preview_papers(session, actor, task, now=site.now).papers
    files = {f"/materials/{key}": (f"{key}.pdf", SMALL_PDF) for key in ("minutes", "appointment_forms")}
    done = page.press("task-form", "decide", outcome="submit", files=files)
    assert done.location.startswith("/cases/"), done.text
    with site.db.read() as session:
        issued = session.scalars(select(Paper)).one()
    assert foreseen.words == papers.text_of(issued)
    after = browser.get(f"/tasks/{task}")
    assert not after.tree.xpath("//a[contains(@href, 'take-back')]"), "what issued a paper is not taken back"


def test_only_who_may_decide_may_look(site: Site) -> None:
    task = at_composition(site)
    assert site.browser("zone_secretary").get(f"/tasks/{task}/papers").status == 403
    assert site.browser("other_zone_secretary").get(f"/tasks/{task}/papers").status == 404
    assert site.browser("party_leader").get("/tasks/999999/papers").status == 404

"""打印审批单: the whole case as a page and as a PDF, with the parts somebody chose, and without what is sealed."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.webapp.conftest import MONDAY, ROOT, Site
from workflows import cases, catalogue
from workflows.organisations.actors import actor_of
from workflows.storage.organisations import Proxy

ANSWERS = {"reason": "职工人数已达标准", "persons": 3}


def act(site: Site, verb: str, who: str, *arguments: Any, **more: Any) -> Any:
    with site.db.write() as session:
        actor = actor_of(session, site.world.people[who], site.now.date())
        return getattr(cases, verb)(session, actor, *arguments, now=site.now, **more)


@pytest.fixture
def reviewed(site: Site) -> Site:
    """A case whose request was filed and reviewed, the review by a proxy."""
    act(site, "start_case", "zone_secretary", "review", applicant_id=site.world.applicants["zone_secretary"])
    act(site, "decide", "zone_secretary", site.open_task("file"), outcome="done", answers=ANSWERS, opinion="材料齐全")
    people = site.world.people
    with site.db.write() as session:
        session.add(
            Proxy(
                principal_id=people["superior_leader"],
                proxy_id=people["superior_clerk"],
                valid_from=site.now.date(),
                valid_to=site.now.date(),
                procedures=[],
                created_at=site.now,
                created_by_id=people["superior_leader"],
            )
        )
    act(site, "instruct", "superior_manager", 1, text="请抓紧办理")
    act(site, "decide", "superior_clerk", site.open_task("review"), outcome="approve", answers={}, opinion="同意成立")
    return site


def pdf_of(site: Site, who: str, query: str = "") -> str:
    answer = site.browser(who).client.get(f"/cases/1/print.pdf{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_whole_case_is_on_paper_with_its_signatures(reviewed: Site) -> None:
    page = reviewed.browser("zone_secretary").get("/cases/1/print")
    printed = pdf_of(reviewed, "zone_secretary")
    for words in (
        "审批单",
        "刘芳",
        "新安县产业集聚区工会办公室",
        "职工人数已达标准",
        "材料齐全",
        "同意成立",
        "孙晓燕代",
        "请抓紧办理",
        "李卫东",
        "2026-03-09",
    ):
        assert words in "".join(page.text.split()), words
        assert words in printed, words


def test_only_the_chosen_parts_are_printed_and_remembered_for_the_person(reviewed: Site) -> None:
    browser = reviewed.browser("zone_secretary")
    page = browser.get("/cases/1/print?chosen=1&part=data&part=history")
    assert "材料齐全" in page.text
    assert page.tree.xpath("//article//section/h2/text()") == ["基本情况", "经过"]
    again = browser.get("/cases/1/print")
    assert again.tree.xpath("//article//section/h2/text()") == ["基本情况", "经过"]
    assert "核定结论" not in pdf_of(reviewed, "zone_secretary")
    other = reviewed.browser("superior_leader").get("/cases/1/print")
    assert len(other.tree.xpath("//article//section")) == 8


def test_no_part_and_parts_nobody_knows_mean_all(reviewed: Site) -> None:
    for query in ("chosen=1", "chosen=1&part=nonsense"):
        page = reviewed.browser("zone_secretary").get(f"/cases/1/print?{query}")
        assert len(page.tree.xpath("//article//section")) == 8


def test_what_is_sealed_stays_sealed_on_paper(site: Site, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "tests/folders/review", tmp_path / "review")
    settings = folder / "procedure.toml"
    text = settings.read_text(encoding="utf-8")
    unseen = '[steps.review]\nunseen = ["file"]\n\n[steps.review.deadline]'
    settings.write_text(text.replace("[steps.review.deadline]", unseen), encoding="utf-8")
    with site.db.write() as session:
        catalogue.publish(session, None, folder, MONDAY)
    act(site, "start_case", "zone_secretary", "review", applicant_id=site.world.applicants["zone_secretary"])
    act(site, "decide", "zone_secretary", site.open_task("file"), outcome="done", answers=ANSWERS, opinion="材料齐全")
    for words in ("职工人数已达标准", "材料齐全"):
        assert words not in site.browser("superior_leader").get("/cases/1/print").text
        assert words not in pdf_of(site, "superior_leader")
        assert words in pdf_of(site, "zone_secretary")
    assert "不显示这里填写的内容" in pdf_of(site, "superior_leader")


def test_whoever_sees_the_case_finds_the_way_to_paper(reviewed: Site) -> None:
    for who in ("zone_secretary", "superior_clerk", "superior_manager", "party_leader"):
        assert reviewed.browser(who).get("/cases/1").tree.xpath('//main//a[@href="/cases/1/print"]'), who
    assert reviewed.browser("other_zone_secretary").get("/cases/1/print").status == 404
    assert reviewed.browser("other_zone_secretary").get("/cases/1/print.pdf").status == 404


def test_english_readers_print_in_english(reviewed: Site) -> None:
    browser = reviewed.browser("superior_leader")
    browser.client.post("/language/en", data={"csrf_token": browser.get("/work/").values("/language/en")["csrf_token"]})
    page = browser.get("/cases/1/print")
    assert "Decisions and signatures" in page.tree.xpath("//article//section/h2/text()")
    assert "Decisionsandsignatures" in pdf_of(reviewed, "superior_leader")

"""The page 事件日志, and the files it gives out."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.event_log.logs import read_xes
from tests.event_log.test_ocel import require_sound
from tests.webapp.conftest import Site, paper_site, site
from workflows.event_log import NAMES_EXPORTED
from workflows.storage.events import Event

__all__ = ["paper_site", "site"]


@pytest.fixture
def begun(site: Site) -> Site:
    site.started()
    return site


def on_record(site: Site) -> list[Event]:
    with site.db.read() as session:
        return list(session.scalars(select(Event).where(Event.kind == NAMES_EXPORTED)))


@pytest.mark.parametrize("who", ["superior_manager", "admin"])
def test_a_manager_and_an_administrator_export_what_they_oversee(begun: Site, who: str) -> None:
    page = begun.browser(who).get("/monitor/event-log/")
    assert page.status == 200
    form = page.form("event-log")
    assert form.get("method") == "get"
    answer = begun.browser(who).client.get(form.get("action"), query_string={"format": "xes"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert ".xes" in answer.headers["Content-Disposition"]
    (trace,) = read_xes(answer.get_data()).traces
    assert trace.of("case_started")[0]["org:resource"].startswith("人员-")
    answer = begun.browser(who).client.get(form.get("action"), query_string={"format": "ocel"})
    require_sound(json.loads(answer.get_data()))
    assert on_record(begun) == []


def test_what_was_typed_wrong_is_told_beside_its_field(begun: Site) -> None:
    typed = {"format": "ocel", "procedure": "zone_unoin", "from": "gestern", "to": "2026-01-01"}
    page = begun.browser("superior_manager").get("/monitor/event-log/export", query_string=typed)
    assert page.status == 422
    assert "zone_union" in page.text
    assert page.tree.xpath('//input[@name="from"]/@value') == ["gestern"]
    assert page.tree.xpath('//input[@name="from"]/@aria-invalid') == ["true"]


def test_names_come_after_a_question_and_are_put_on_record(begun: Site) -> None:
    manager = begun.browser("superior_manager")
    question = manager.get("/monitor/event-log/export", query_string={"format": "xes", "names": "true"})
    assert question.status == 200
    assert "管理事件链" in question.text
    assert on_record(begun) == []
    answer = manager.client.post("/monitor/event-log/export", data=question.values("names"))
    assert answer.status_code == 200
    assert "刘芳（" in answer.get_data(as_text=True)
    (said,) = on_record(begun)
    assert said.actor_id == begun.world.people["superior_manager"]


def test_names_that_are_refused_are_not_on_record(begun: Site) -> None:
    manager = begun.browser("superior_manager")
    question = manager.get("/monitor/event-log/export", query_string={"format": "xes", "names": "true"})
    answer = manager.client.post("/monitor/event-log/export", data={**question.values("names"), "format": "csv"})
    assert answer.status_code == 422
    assert on_record(begun) == []


def test_others_do_not_come_in(begun: Site) -> None:
    for who in ("zone_secretary", "superior_clerk"):
        assert begun.browser(who).get("/monitor/event-log/").status == 403
        assert begun.browser(who).get("/monitor/event-log/export?format=xes").status == 403


def test_the_pages_speak_english(begun: Site) -> None:
    manager = begun.browser("superior_manager")
    page = manager.get("/monitor/event-log/", headers={"Accept-Language": "en"})
    assert "Event log" in page.text
    assert "stable pseudonyms" in page.text

"""Who may open what, over the whole map of addresses: a view that is missing here, or gone, fails."""

from __future__ import annotations

import re

import pytest

from tests.webapp.conftest import Site

PUBLIC = {
    "static",
    "home",
    "health",
    "auth.sign_in",
    "auth.sign_in_with_password",
    "auth.switch_language",
    "api.describe",
    "calendar.feed",  # whoever has its private address
}
ANYBODY = {  # everybody who is signed in; what they see is their own
    "auth.sign_out",
    "auth.password",
    "auth.change_password",
    "notifications.index",
    "notifications.add_channel",
    "notifications.try_channel",
    "notifications.deactivate_channel",
    "notifications.set_hours",
    "inbox.index",
    "inbox.read_notices",
    "inbox.choose",
    "inbox.apply",
    "search.index",
    "calendar.index",
    "calendar.open_feed",
    "calendar.end_feed",
    "operations.phrases",
    "operations.proxies",
    "operations.name",
    "operations.keep_phrases",
    "cases.procedures",
    "ledger.index",
    "ledger.workbook_template",
    "documents.index",
    "calculator.index",
    "calculator.question",
    "api.who_is_signed_in",
    "api.list_tasks",
    "api.nothing_here",
}
ITS_PEOPLE = {  # whoever takes part in the thing named by the address; to others it does not exist
    "cases.start",
    "cases.begin",
    "cases.case",
    "cases.diagram",
    "printing.case",
    "printing.pdf",
    "cases.withdraw_case",
    "cases.task",
    "cases.act",
    "cases.preview",
    "cases.preview_pdf",
    "cases.correction",
    "cases.ask_correction",
    "cases.take_back",
    "cases.answer",
    "cases.reply",
    "cases.confirm",
    "cases.reject",
    "operations.ask_page",
    "operations.ask_others",
    "operations.delegate_page",
    "operations.delegate",
    "operations.hand_over_page",
    "operations.hand_over_task",
    "operations.extend_page",
    "operations.extend_task",
    "operations.take_back_page",
    "operations.take_back_task",
    "operations.cancel",
    "operations.renew",
    "operations.take_back_question_page",
    "operations.take_back_asked",
    "operations.give",
    "operations.send_back_page",
    "operations.send_back_task",
    "operations.end",
    "operations.copy_page",
    "operations.copy",
    "operations.read",
    "operations.supervise_page",
    "operations.supervise_case",
    "operations.close_supervision_page",
    "operations.close",
    "operations.instruct_page",
    "operations.instruct_case",
    "operations.suspend_page",
    "operations.suspend_case",
    "operations.resume_page",
    "operations.resume_case",
    "ledger.zone",
    "ledger.enterprise",
    "ledger.organise",
    "ledger.without_union",
    "ledger.export_zone",
    "ledger.new_import",
    "ledger.upload",
    "ledger.preview",
    "ledger.confirm",
    "ledger.refused_rows",
    "documents.paper",
    "documents.pdf",
    "documents.docx",
    "documents.void",
    "documents.attachment",
    "api.get_task",
    "api.decide",
    "api.claim",
    "api.release",
    "api.get_case",
}
OVERSEERS = {  # whoever manages or leads something, and administrators; cut to what lies under the own organisations
    "event_log.index",
    "event_log.export",
    "event_log.export_names",
}
MONITOR = "monitor."  # whoever manages or leads something; for everybody else there is no such page
ADMINISTRATORS = "admin."
BEFORE_PASSWORD_CHANGE = {"auth.sign_out", "auth.password", "auth.change_password"}


def endpoints(site: Site) -> set[str]:
    return {rule.endpoint for rule in site.app.url_map.iter_rules()}


def requests(site: Site, wanted: set[str]) -> list[tuple[str, str, str]]:
    """Endpoint, method and an address for every way to reach these endpoints; numbers are those of the first rows."""
    found = []
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in wanted:
            path = re.sub(r"<(?:[^:<>]+:)?([a-z_]+)>", lambda m: _VALUES.get(m.group(1), "1"), rule.rule)
            found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


_VALUES = {
    "procedure": "zone_union",
    "key": "zone_union",
    "form": "xlsx",
    "name": "sla.applicant",
    "rest": "x",
    "number": "2026",
    "topic": "election",
}


def test_every_address_has_an_expected_access_and_none_is_stale(site: Site) -> None:
    known = endpoints(site)
    administration = {name for name in known if name.startswith((ADMINISTRATORS, MONITOR))}
    assert administration
    listed = PUBLIC | ANYBODY | ITS_PEOPLE | OVERSEERS | administration
    assert known - listed == set(), "say here who may open these"
    assert listed - known == set(), "these are gone"


def test_nobody_gets_in_without_signing_in(site: Site) -> None:
    browser = site.browser()
    site.app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, path in requests(site, endpoints(site) - PUBLIC):
        answer = browser.client.open(path, method=method)
        if path.startswith("/api/"):
            assert answer.status_code == 401, endpoint
        elif method == "GET":
            assert answer.status_code == 302, endpoint
            assert answer.headers["Location"].startswith("/sign-in"), endpoint
        else:
            assert answer.status_code == 401, endpoint


def test_views_that_are_public_say_so_and_no_others(site: Site) -> None:
    views = site.app.view_functions
    said = {name for name, view in views.items() if getattr(view, "is_public", False)} | {"static"}
    assert said == PUBLIC
    assert {n for n, view in views.items() if getattr(view, "before_password_change", False)} == BEFORE_PASSWORD_CHANGE


def test_administration_is_for_administrators(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    official, admin = site.browser("superior_leader"), site.browser("admin")
    administration = {name for name in endpoints(site) if name.startswith(ADMINISTRATORS)}
    for endpoint, method, path in requests(site, administration):
        assert official.client.open(path, method=method).status_code == 403, endpoint
        if method == "GET":
            assert admin.client.get(path).status_code != 403, endpoint


def test_what_one_oversees_is_for_those_who_oversee_something(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, path in requests(site, OVERSEERS):
        for who in ("zone_secretary", "superior_clerk"):
            answer = site.browser(who).client.open(path, method=method)
            assert answer.status_code == 403, f"{endpoint} answered {answer.status_code} to {who}"
        for who in ("superior_manager", "superior_leader", "admin"):
            answer = site.browser(who).client.open(path, method=method)
            assert answer.status_code not in (403, 404), f"{endpoint} answered {answer.status_code} to {who}"


def test_the_monitor_is_for_those_who_manage_or_lead(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    monitor = {name for name in endpoints(site) if name.startswith(MONITOR)}
    for endpoint, method, path in requests(site, monitor):
        for who in ("zone_secretary", "superior_clerk", "admin"):
            answer = site.browser(who).client.open(path, method=method)
            assert answer.status_code == 404, f"{endpoint} answered {answer.status_code} to {who}"
        if endpoint not in ("monitor.open_filter", "monitor.delete_filter"):  # of which there is none yet
            for who in ("superior_manager", "superior_leader"):
                answer = site.browser(who).client.open(path, method=method)
                assert answer.status_code in (200, 302), f"{endpoint} answered {answer.status_code} to {who}"


def test_what_belongs_to_others_does_not_exist(site: Site) -> None:
    """The second zone's secretary knows the numbers of the first zone's case, tasks, ledger and papers."""
    task = site.started()
    assert task == 1
    stranger = site.browser("other_zone_secretary")
    site.app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, path in requests(site, ITS_PEOPLE - {"cases.start", "cases.begin"}):
        body = {"json": {"outcome": "approve"}} if path.startswith("/api/") and method == "POST" else {}
        answer = stranger.client.open(path, method=method, **body)
        assert answer.status_code == 404, f"{endpoint} {method} answered {answer.status_code}"
        assert "新安县" not in answer.get_data(as_text=True), endpoint
    applicant = site.world.applicants["zone_secretary"]
    assert stranger.client.get(f"/start/zone_union?applicant={applicant}").status_code == 404
    begun = stranger.client.post("/start/zone_union", data={"applicant": applicant})
    assert begun.status_code in (403, 404)
    assert "新安县" not in begun.get_data(as_text=True)


@pytest.mark.parametrize("who", ["zone_secretary", "superior_leader", "admin"])
def test_everybody_may_open_their_own_pages(site: Site, who: str) -> None:
    browser = site.browser(who)
    for endpoint, method, path in requests(site, ANYBODY - {"auth.sign_out", "api.nothing_here"}):
        if method == "GET":
            assert browser.client.get(path).status_code == 200, endpoint

"""The API as a program uses it: with the session's cookie, the CSRF token in a header, JSON in and out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.webapp.conftest import PASSWORD, Site
from workflows.storage.cases import Case, Task
from workflows.storage.events import Event

REASON = {"reason": "企业一百二十家、职工六千人，拟成立总工会。"}


@dataclass
class Client:
    """One person's program."""

    site: Site
    who: str
    token: str = ""
    language: str = "zh-CN"

    def __post_init__(self) -> None:
        self.http = self.site.app.test_client()
        fields = _sign_in_fields(self.http)
        self.http.post("/sign-in", data={**fields, "username": self.who, "password": PASSWORD})
        self.token = self.get("/session").json["csrf_token"]

    def get(self, path: str, **options: Any) -> Any:
        return self.http.get(f"/api/v1{path}", headers={"Accept-Language": self.language}, **options)

    def post(self, path: str, body: object = None, *, key: str | None = None, token: str | None = None) -> Any:
        headers = {"X-CSRFToken": self.token if token is None else token, "Accept-Language": self.language}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.http.post(f"/api/v1{path}", json={} if body is None else body, headers=headers)


def _sign_in_fields(http: Any) -> dict[str, str]:
    page = http.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return {"csrf_token": token[1]}


@pytest.fixture
def secretary(site: Site) -> Client:
    return Client(site, "zone_secretary")


@pytest.fixture
def task(site: Site) -> int:
    """The first task of a case the secretary started on the page."""
    return site.started()


def _decide(client: Client, task: int, **more: Any) -> Any:
    body = {"outcome": "general_union", "answers": REASON, **more.pop("body", {})}
    return client.post(f"/tasks/{task}/decision", body, **more)


# ---- the description ------------------------------------------------------------------------------------------------


def test_the_description_is_open_to_everybody_and_names_every_operation(site: Site) -> None:
    document = site.app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    routed = {
        (re.sub(r"<[^:>]*:?(\w+)>", r"{\1}", rule.rule).removeprefix("/api/v1"), method.lower())
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.") and rule.endpoint not in ("api.describe", "api.nothing_here")
    }
    assert described == routed


def test_every_reference_of_the_description_leads_somewhere(site: Site) -> None:
    document = site.app.test_client().get("/api/v1/openapi.json").json
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    used = set(re.findall(r'"(#/components/schemas/[^"]+)"', json.dumps(document)))
    assert used <= known
    for methods in document["paths"].values():
        for operation in methods.values():
            assert "401" in operation["responses"]
            if "requestBody" in operation:
                assert operation["requestBody"]["required"] is True
                assert {"400", "422"} <= operation["responses"].keys()


# ---- who asks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/session", "/tasks", "/tasks/1", "/cases/1"])
def test_without_a_session_nothing_is_told(site: Site, path: str) -> None:
    response = site.app.test_client().get(f"/api/v1{path}")
    assert response.status_code == 401
    assert response.json["code"] == "signed_out"


def test_a_request_that_changes_something_needs_the_token(secretary: Client, task: int) -> None:
    response = _decide(secretary, task, token="made up")
    assert response.status_code == 400
    assert response.json["code"] == "csrf"
    assert secretary.site.task(task).status == "open"


def test_the_session_says_who_one_is(secretary: Client) -> None:
    answer = secretary.get("/session").json
    assert answer["name"] == "刘芳"
    assert answer["seats"][0]["role"] == "secretary"


# ---- reading --------------------------------------------------------------------------------------------------------


def test_my_tasks_are_listed_with_their_dates(secretary: Client, task: int) -> None:
    answer = secretary.get("/tasks").json
    assert answer["total"] == 1
    row = answer["items"][0]
    assert (row["task_id"], row["step_id"], row["late"]) == (task, "choose_form", "none")
    assert row["days_left"] > 0
    assert secretary.get("/tasks?view=done").json["total"] == 0
    assert secretary.get("/tasks?view=started").json["items"][0]["case_id"] == row["case_id"]
    assert secretary.get("/tasks?search=没有这个").json["items"] == []


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("view=all", "/view"),
        ("size=0", "/size"),
        ("page=x", "/page"),
        ("size=9999", "/size"),
        ("nothing=1", "/nothing"),
    ],
)
def test_a_wrong_question_names_the_parameter(secretary: Client, query: str, path: str) -> None:
    response = secretary.get(f"/tasks?{query}")
    assert response.status_code == 422
    assert [mistake["path"] for mistake in response.json["mistakes"]] == [path]


def test_a_task_tells_what_is_needed_to_do_it(secretary: Client, task: int) -> None:
    answer = secretary.get(f"/tasks/{task}").json
    assert {outcome["key"] for outcome in answer["outcomes"]} >= {"general_union", "work_committee", "federation"}
    assert "reason" in answer["form"]["properties"]
    assert "decide" in answer["may"]
    assert answer["findings"][0]["verdict"] == "eligible"
    assert answer["deadline"]


def test_names_come_in_the_language_of_the_request(secretary: Client, task: int) -> None:
    chinese = secretary.get(f"/tasks/{task}").json
    secretary.language = "en"
    english = secretary.get(f"/tasks/{task}").json
    assert chinese["step_title"] == "选择组建形式"
    assert english["step_title"] != chinese["step_title"]
    assert english["findings"][0]["reasons"] != chinese["findings"][0]["reasons"]


def test_a_case_tells_why_it_waits(secretary: Client, task: int) -> None:
    answer = secretary.get(f"/cases/{secretary.site.task(task).case_id}").json
    assert answer["status"] == "open"
    assert answer["waits"][0]["task_id"] == task
    assert answer["marks"]["choose_form"] == "current"
    assert answer["may_withdraw"] is True
    assert answer["sentence"]


@pytest.mark.parametrize("path", ["/tasks/{}", "/cases/{}"])
def test_what_belongs_to_others_does_not_exist(site: Site, secretary: Client, task: int, path: str) -> None:
    other = Client(site, "other_zone_secretary")
    number = task if "tasks" in path else site.task(task).case_id
    assert other.get(path.format(number)).status_code == 404
    assert secretary.get(path.format(number)).status_code == 200


@pytest.mark.parametrize("path", ["/tasks/0", "/tasks/99999999999999999999", "/cases/-1", "/nothing", "/"])
def test_addresses_that_lead_nowhere_answer_in_json(secretary: Client, path: str) -> None:
    response = secretary.get(path)
    assert response.status_code == 404
    assert response.json["code"] == "not_found"


# ---- deciding -------------------------------------------------------------------------------------------------------


def test_a_decision_moves_the_case_on(secretary: Client, task: int) -> None:
    response = _decide(secretary, task)
    assert response.status_code == 200, response.json
    assert response.json["outcome"] == "general_union"
    assert [one["step_id"] for one in response.json["opened"]] == ["party_resolution"]
    assert secretary.site.task(task).answers == REASON


def test_every_mistake_is_told_at_once(secretary: Client, task: int) -> None:
    response = _decide(secretary, task, body={"answers": {"reason": "短"}})
    assert response.status_code == 422
    assert response.json["code"] == "invalid"
    assert "/reason" in [mistake["path"] for mistake in response.json["mistakes"]]
    assert secretary.site.task(task).status == "open"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"outcome": "general_union", "note": "x"}, "/note"),
        ({"answers": REASON}, "/outcome"),
        ({"outcome": 7}, "/outcome"),
        ({"outcome": "x", "answers": []}, "/answers"),
        ([], ""),
    ],
)
def test_a_body_of_another_shape_is_refused_by_name(secretary: Client, task: int, body: object, path: str) -> None:
    response = secretary.post(f"/tasks/{task}/decision", body)
    assert response.status_code == 422
    assert path in [mistake["path"] for mistake in response.json["mistakes"]]


def test_a_body_that_is_no_json_is_refused(secretary: Client, task: int) -> None:
    headers = {"X-CSRFToken": secretary.token, "Content-Type": "application/json"}
    response = secretary.http.post(f"/api/v1/tasks/{task}/decision", data="{not json", headers=headers)
    assert response.status_code == 400
    assert response.json["code"] == "bad_file"


@pytest.mark.parametrize("levels", [100, 900, 200_000])
def test_a_body_that_is_nested_too_deeply_is_refused(secretary: Client, task: int, levels: int) -> None:
    headers = {"X-CSRFToken": secretary.token, "Content-Type": "application/json"}
    body = '{"outcome": "done", "answers": {"reason": ' + "[" * levels + "]" * levels + "}}"
    response = secretary.http.post(f"/api/v1/tasks/{task}/decision", data=body, headers=headers)
    assert response.status_code == 400
    assert response.json["code"] == "bad_file"


def test_the_second_to_decide_is_told_who_was_faster_and_when(site: Site, secretary: Client, task: int) -> None:
    secretary.post(f"/tasks/{task}/release")
    assert _decide(secretary, task).status_code == 200
    late = _decide(Client(site, "zone_secretary_2"), task)
    assert late.status_code == 409
    assert late.json["code"] == "conflict"
    assert late.json["details"]["by"] == "刘芳"
    assert late.json["details"]["at"].startswith("2026-03-09")
    assert late.json["details"]["outcome"] == "general_union"


def test_sending_twice_with_a_key_acts_once_and_answers_the_same(secretary: Client, task: int) -> None:
    first = _decide(secretary, task, key="decision-1")
    second = _decide(secretary, task, key="decision-1")
    assert first.status_code == second.status_code == 200
    assert second.json["task_id"] == first.json["task_id"]
    with secretary.site.db.read() as session:
        done = select(func.count()).where(Event.kind == "task_completed", Event.task_id == task)
        assert session.scalar(done) == 1


def test_the_same_key_of_somebody_else_is_another_key(site: Site, secretary: Client, task: int) -> None:
    _decide(secretary, task, key="1")
    leader = Client(site, "party_leader")
    opened = leader.get("/tasks").json["items"][0]["task_id"]
    assert leader.post(f"/tasks/{opened}/claim", key="1").json["claimed_by"] == "陈建国"


@pytest.mark.parametrize("key", ["", "x" * 129])
def test_a_key_must_be_usable(secretary: Client, task: int, key: str) -> None:
    response = _decide(secretary, task, key=key)
    assert response.status_code == 422
    assert secretary.site.task(task).status == "open"


def test_a_task_of_another_lane_is_seen_but_not_done(site: Site, secretary: Client, task: int) -> None:
    response = _decide(Client(site, "superior_leader"), task)
    assert response.status_code == 403
    assert response.json["message"]


# ---- claiming -------------------------------------------------------------------------------------------------------


def test_claiming_and_releasing(site: Site, secretary: Client, task: int) -> None:
    assert secretary.post(f"/tasks/{task}/release").json["claimed_by"] == ""
    colleague = Client(site, "zone_secretary_2")
    assert colleague.post(f"/tasks/{task}/claim").json["claimed_by"] == "周敏"
    refused = secretary.post(f"/tasks/{task}/claim")
    assert refused.status_code == 403
    assert "周敏" in refused.json["message"]
    assert secretary.get("/tasks").json["total"] == 0


def test_nothing_of_a_refused_request_remains(site: Site, secretary: Client, task: int) -> None:
    with site.db.read() as session:
        version = session.scalars(select(Case.version)).one()
        tasks = session.scalar(select(func.count()).select_from(Task))
    _decide(secretary, task, body={"outcome": "nothing"})
    with site.db.read() as session:
        assert session.scalars(select(Case.version)).one() == version
        assert session.scalar(select(func.count()).select_from(Task)) == tasks

"""The operations of the API: each calls one read or one verb."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint, Response, jsonify
from flask_wtf.csrf import generate_csrf

from webapp.api import models, openapi, shapes
from webapp.api.operation import Call, Operation, operation
from webapp.auth.gate import public
from webapp.clock import OFFICE_ZONE
from workflows import cases, catalogue, inbox
from workflows.cases import views
from workflows.errors import NotFound
from workflows.text import Text

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
OPERATIONS: list[Operation] = []
_ID = "<int(min=1, max=2147483647):{}>"
_TASK = f"/tasks/{_ID.format('task_id')}"
_CASE = f"/cases/{_ID.format('case_id')}"


@operation(
    blueprint,
    OPERATIONS,
    "GET",
    "/session",
    summary=Text("谁在登录，以及提交用的令牌", "Who is signed in, and the token for requests that change something"),
    answer=models.SessionOut,
)
def who_is_signed_in(call: Call) -> models.SessionOut:
    seats = [models.Seat.model_validate(seat) for seat in call.actor.seats]
    return models.SessionOut(
        person_id=call.actor.person_id, name=call.actor.name, seats=seats, csrf_token=generate_csrf()
    )


@operation(
    blueprint,
    OPERATIONS,
    "GET",
    "/tasks",
    summary=Text("待办、已办、我发起", "My tasks: what I owe, what I did, what I started"),
    answer=models.TaskPage,
    query=models.TaskQuery,
)
def list_tasks(call: Call, *, query: models.TaskQuery) -> models.TaskPage:
    on = call.now.astimezone(OFFICE_ZONE).date()
    if query.view == "todo":
        found = inbox.todo(
            call.session,
            call.actor,
            on=on,
            search=query.search,
            sort=query.sort,
            page=query.page,
            size=query.size,
        )
    else:
        read = inbox.done if query.view == "done" else inbox.started
        found = read(call.session, call.actor, on=on, search=query.search, page=query.page, size=query.size)
    return shapes.page(found)


@operation(
    blueprint,
    OPERATIONS,
    "GET",
    _TASK,
    summary=Text("一项任务", "One task, with its form, checklist and what may be done"),
    answer=models.TaskOut,
    errors=(404,),
)
def get_task(call: Call, *, task_id: int) -> models.TaskOut:
    return shapes.task(views.task_view(call.session, call.actor, task_id, now=call.now))


@operation(
    blueprint,
    OPERATIONS,
    "POST",
    f"{_TASK}/decision",
    summary=Text("办理", "Decide"),
    answer=models.DecisionOut,
    body=models.DecisionIn,
    errors=(403, 404, 409),
)
def decide(call: Call, *, task_id: int, body: models.DecisionIn) -> models.DecisionOut:
    result = cases.decide(
        call.session,
        call.actor,
        task_id,
        outcome=body.outcome,
        answers=body.answers,
        opinion=body.opinion,
        now=call.now,
        key=call.key,
    )
    return shapes.decided(result, catalogue.definition_of(call.session, result.case.definition_id))


@operation(
    blueprint,
    OPERATIONS,
    "POST",
    f"{_TASK}/claim",
    summary=Text("领取", "Claim a task for oneself"),
    answer=models.ClaimOut,
    errors=(403, 404, 409),
)
def claim(call: Call, *, task_id: int) -> models.ClaimOut:
    return shapes.claim(cases.claim(call.session, call.actor, task_id, now=call.now, key=call.key))


@operation(
    blueprint,
    OPERATIONS,
    "POST",
    f"{_TASK}/release",
    summary=Text("释放", "Give a claimed task back"),
    answer=models.ClaimOut,
    errors=(403, 404, 409),
)
def release(call: Call, *, task_id: int) -> models.ClaimOut:
    return shapes.claim(cases.release(call.session, call.actor, task_id, now=call.now, key=call.key))


@operation(
    blueprint,
    OPERATIONS,
    "GET",
    _CASE,
    summary=Text("一个办件", "One case: where it stands and why it waits"),
    answer=models.CaseOut,
    errors=(404,),
)
def get_case(call: Call, *, case_id: int) -> models.CaseOut:
    return shapes.case(views.case_view(call.session, call.actor, case_id, now=call.now))


@blueprint.get("/openapi.json")
@public
def describe() -> Response:
    """The OpenAPI document; it says nothing about anybody, so nobody has to sign in for it."""
    return jsonify(openapi.document(OPERATIONS, _version()))


@blueprint.route("/", defaults={"rest": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@blueprint.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing_here(rest: str) -> Response:
    raise NotFound(Text("没有这个接口。", "There is no such operation."), path=rest)


def _version() -> str:
    try:
        return version("jianhui")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"

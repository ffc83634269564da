"""Operations on a task: 加签, 委派, 转办, 延期, 撤回."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.cases.blueprint import said
from webapp.clock import now
from webapp.database import session
from webapp.languages import CHINESE, language
from webapp.operations.blueprint import Answer, Field, Page, blueprint, show, submit, ticked_people, typed, typed_date
from workflows.cases import (
    ask,
    cancel_decision,
    extend,
    hand_over,
    receivers,
    renew_group,
    take_back,
    take_back_question,
    views,
)
from workflows.errors import Invalid, Mistake, NotFound
from workflows.organisations.lanes import Holder
from workflows.storage.consulting import Opinion, OpinionKind
from workflows.text import Text


@blueprint.get("/tasks/<int:task_id>/ask")
def ask_page(task_id: int) -> str:
    return show(_ask(task_id))


@blueprint.post("/tasks/<int:task_id>/ask")
def ask_others(task_id: int) -> Answer:
    def act(key: str | None) -> None:
        ask(
            session(),
            actor(),
            task_id,
            kind=typed("kind"),
            people=ticked_people(),
            question=typed("question"),
            due_on=typed_date("due_on"),
            now=now(),
            key=key,
        )

    return submit(lambda: _ask(task_id), act, _("已发出，对方会在待办里看到。"), _task(task_id))


@blueprint.get("/tasks/<int:task_id>/delegate")
def delegate_page(task_id: int) -> str:
    return show(_delegate(task_id))


@blueprint.post("/tasks/<int:task_id>/delegate")
def delegate(task_id: int) -> Answer:
    def act(key: str | None) -> None:
        holder = _colleague(task_id)
        ask(
            session(),
            actor(),
            task_id,
            kind=OpinionKind.DELEGATED,
            people=[(holder.person_id, holder.organisation_id)],
            question=typed("question"),
            due_on=typed_date("due_on"),
            now=now(),
            key=key,
        )

    return submit(lambda: _delegate(task_id), act, _("已委派；对方回复意见后，任务回到您这里。"), _task(task_id))


@blueprint.get("/tasks/<int:task_id>/hand-over")
def hand_over_page(task_id: int) -> str:
    return show(_hand_over(task_id))


@blueprint.post("/tasks/<int:task_id>/hand-over")
def hand_over_task(task_id: int) -> Answer:
    def act(key: str | None) -> None:
        to = int(typed("to")) if typed("to").isdecimal() else 0
        hand_over(session(), actor(), task_id, to=to, reason=typed("reason"), now=now(), key=key)

    return submit(lambda: _hand_over(task_id), act, _("已转办，对方会在待办里看到。"), url_for("inbox.index"))


@blueprint.get("/tasks/<int:task_id>/extend")
def extend_page(task_id: int) -> str:
    return show(_extend(task_id))


@blueprint.post("/tasks/<int:task_id>/extend")
def extend_task(task_id: int) -> Answer:
    def act(key: str | None) -> None:
        to_on = typed_date("to_on")
        if to_on is None:
            raise Invalid([Mistake("/to_on", Text("请填写新的期限。", "Enter the new last day."))])
        extend(
            session(),
            actor(),
            task_id,
            to_on=to_on,
            reason=typed("reason"),
            rule=typed("rule"),
            now=now(),
            key=key,
        )

    return submit(lambda: _extend(task_id), act, _("期限已延长，承办人和申请单位会收到通知。"), _task(task_id))


@blueprint.get("/tasks/<int:task_id>/take-back")
def take_back_page(task_id: int) -> str:
    return show(_take_back(task_id))


@blueprint.post("/tasks/<int:task_id>/take-back")
def take_back_task(task_id: int) -> Answer:
    def act(key: str | None) -> None:
        take_back(session(), actor(), task_id, reason=typed("reason"), now=now(), key=key)

    return submit(lambda: _take_back(task_id), act, _("已撤回，任务重新回到您这里。"), _task(task_id))


@blueprint.post("/tasks/<int:task_id>/cancel-decision")
def cancel(task_id: int) -> Response:
    cancel_decision(session(), actor(), task_id, now=now(), key=request.form.get("key"))
    flash(_("决定已收回，内容保留为草稿。"), "success")
    return redirect(_task(task_id))


@blueprint.post("/tasks/<int:task_id>/renew-group")
def renew(task_id: int) -> Response:
    renew_group(session(), actor(), task_id, now=now(), key=request.form.get("key"))
    flash(_("共同决定的人员已按现任岗位更新。"), "success")
    return redirect(_task(task_id))


@blueprint.get("/opinions/<int:opinion_id>/take-back")
def take_back_question_page(opinion_id: int) -> str:
    return show(_question(opinion_id))


@blueprint.post("/opinions/<int:opinion_id>/take-back")
def take_back_asked(opinion_id: int) -> Answer:
    def act(key: str | None) -> None:
        take_back_question(session(), actor(), opinion_id, reason=typed("reason"), now=now(), key=key)

    to = _task(_asked(opinion_id).task_id or 0)
    return submit(lambda: _question(opinion_id), act, _("已减签，不再等待这个人的意见。"), to)


# ---- the pages ------------------------------------------------------------------------------------------------------


def page_of(task_id: int, title: str, intro: str, button: str, *fields: Field, danger: bool = False) -> Page:
    """The page of an operation on a task, with the way back; raises what looking at the task raises."""
    view = views.task_view(session(), actor(), task_id, now=now())
    trail = (
        (_("我的工作"), url_for("inbox.index")),
        (view.case.number, url_for("cases.case", case_id=view.case.id)),
        (said(view.definition, view.step.title), _task(task_id)),
    )
    return Page(title, intro, button, fields, trail, _task(task_id), danger)


def _ask(task_id: int) -> Page:
    ways = (
        (OpinionKind.BEFORE, _("前加签"), _("先听他们的意见，然后由我决定")),
        (OpinionKind.ALONGSIDE, _("并加签"), _("同时征求意见，意见到齐后我的决定才生效")),
        (OpinionKind.AFTER, _("后加签"), _("我先决定，再征求他们的意见，意见到齐后决定生效")),
    )
    return page_of(
        task_id,
        _("加签"),
        _("请其他人对这项任务提出意见。意见记入办件，决定仍由您作出。"),
        _("发出"),
        Field("kind", _("方式"), "radios", True, options=ways, value=OpinionKind.BEFORE),
        Field("people", _("请谁提出意见"), "people", True, _("按姓名或单位查找，可以选多人。")),
        Field("question", _("要问什么")),
        Field("due_on", _("希望何时答复"), "date"),
    )


def _delegate(task_id: int) -> Page:
    return page_of(
        task_id,
        _("委派"),
        _("请一位同事先办，附上意见后任务回到您这里，由您决定。"),
        _("委派"),
        _colleagues(task_id),
        Field("question", _("要办什么")),
        Field("due_on", _("希望何时答复"), "date"),
    )


def _hand_over(task_id: int) -> Page:
    return page_of(
        task_id,
        _("转办"),
        _("任务从此由对方办理，草稿、材料和期限不变。不能转给参与提出申请的人。"),
        _("转办"),
        _colleagues(task_id),
        Field("reason", _("转办理由"), required=True),
    )


def _extend(task_id: int) -> Page:
    return page_of(
        task_id,
        _("延期"),
        _("给这项任务更长的办理时间。规定的期限仍保留在期限说明里。"),
        _("延长期限"),
        Field("to_on", _("新的期限"), "date", True),
        Field("reason", _("延期理由"), required=True),
        Field("rule", _("依据"), "text", help=_("允许延期的规定或批准文号。")),
    )


def _take_back(task_id: int) -> Page:
    return page_of(
        task_id,
        _("撤回"),
        _("任务重新回到您这里，内容保留。只有在没有人接着办理、也没有签发公文时才能撤回。"),
        _("撤回"),
        Field("reason", _("撤回理由")),
    )


def _question(opinion_id: int) -> Page:
    row = _asked(opinion_id)
    return page_of(
        row.task_id or 0,
        _("减签"),
        _("不再等待 %(name)s 的意见。", name=_name(row)),
        _("减签"),
        Field("reason", _("理由"), required=row.kind == OpinionKind.JOINT),
    )


def _asked(opinion_id: int) -> Opinion:
    row = session().get(Opinion, opinion_id)
    if row is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    return row


def _name(row: Opinion) -> str:
    return row.person.name if language() == CHINESE else row.person.name_en or row.person.name


def _colleagues(task_id: int) -> Field:
    found = receivers(session(), actor(), task_id, now=now())
    chinese = language() == CHINESE
    options = tuple(
        (str(each.person_id), each.name if chinese else each.name_en, each.title if chinese else "") for each in found
    )
    nobody = "" if options else _("本单位没有其他可以接办的同事。")
    return Field("to", _("同事"), "radios", True, nobody, options)


def _colleague(task_id: int) -> Holder:
    wanted = typed("to")
    for each in receivers(session(), actor(), task_id, now=now()):
        if str(each.person_id) == wanted:
            return each
    raise Invalid([Mistake("/to", Text("请选择一位同事。", "Choose a colleague."))])


def _task(task_id: int) -> str:
    return url_for("cases.task", task_id=task_id)

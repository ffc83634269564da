"""Operations on a case: 抄送, 督办, 批示, 中止 and its end."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import session
from webapp.operations.blueprint import Answer, Field, Page, blueprint, show, submit, ticked_people, typed, typed_date
from workflows.cases import close_supervision, copy_case, instruct, read_copy, resume, supervise, suspend, views
from workflows.errors import NotFound
from workflows.storage.organisations import Role
from workflows.storage.watching import Supervision
from workflows.text import Text


@blueprint.get("/cases/<int:case_id>/copy")
def copy_page(case_id: int) -> str:
    return show(_copy(case_id))


@blueprint.post("/cases/<int:case_id>/copy")
def copy(case_id: int) -> Answer:
    def act(key: str | None) -> None:
        people = [person for person, _organisation in ticked_people()]
        copy_case(session(), actor(), case_id, people=people, note=typed("note"), now=now(), key=key)

    return submit(lambda: _copy(case_id), act, _("已抄送，对方可以查看这个办件。"), _case(case_id))


@blueprint.post("/copies/<int:copy_id>/read")
def read(copy_id: int) -> Response:
    copied = read_copy(session(), actor(), copy_id, now=now())
    flash(_("已标为已阅。"), "success")
    back = request.form.get("back", "")
    return redirect(url_for("inbox.index", tab="copies") if back == "list" else _case(copied.case_id))


@blueprint.get("/cases/<int:case_id>/supervise")
def supervise_page(case_id: int) -> str:
    return show(_supervise(case_id))


@blueprint.post("/cases/<int:case_id>/supervise")
def supervise_case(case_id: int) -> Answer:
    def act(key: str | None) -> None:
        demand, due_on = typed("demand"), typed_date("due_on")
        supervise(session(), actor(), case_id, demand=demand, due_on=due_on, now=now(), key=key)

    return submit(lambda: _supervise(case_id), act, _("已督办，承办人会收到通知。"), _case(case_id))


@blueprint.get("/cases/<int:case_id>/close-supervision")
def close_supervision_page(case_id: int) -> str:
    return show(_close(case_id))


@blueprint.post("/cases/<int:case_id>/close-supervision")
def close(case_id: int) -> Answer:
    def act(key: str | None) -> None:
        standing = _standing(case_id)
        close_supervision(session(), actor(), standing.id, conclusion=typed("conclusion"), now=now(), key=key)

    return submit(lambda: _close(case_id), act, _("督办已办结。"), _case(case_id))


@blueprint.get("/cases/<int:case_id>/instruct")
def instruct_page(case_id: int) -> str:
    return show(_instruct(case_id))


@blueprint.post("/cases/<int:case_id>/instruct")
def instruct_case(case_id: int) -> Answer:
    def act(key: str | None) -> None:
        instruct(session(), actor(), case_id, text=typed("text"), now=now(), key=key)

    return submit(lambda: _instruct(case_id), act, _("批示已记入办件，经办人会收到通知。"), _case(case_id))


@blueprint.get("/cases/<int:case_id>/suspend")
def suspend_page(case_id: int) -> str:
    return show(_suspend(case_id))


@blueprint.post("/cases/<int:case_id>/suspend")
def suspend_case(case_id: int) -> Answer:
    def act(key: str | None) -> None:
        reason, until = typed("reason"), typed_date("until")
        suspend(session(), actor(), case_id, reason=reason, until=until, now=now(), key=key)

    return submit(lambda: _suspend(case_id), act, _("办件已中止，期限停止计算。"), _case(case_id))


@blueprint.get("/cases/<int:case_id>/resume")
def resume_page(case_id: int) -> str:
    return show(_resume(case_id))


@blueprint.post("/cases/<int:case_id>/resume")
def resume_case(case_id: int) -> Answer:
    def act(key: str | None) -> None:
        resume(session(), actor(), case_id, reason=typed("reason"), now=now(), key=key)

    return submit(lambda: _resume(case_id), act, _("办件已恢复，期限继续计算。"), _case(case_id))


# ---- the pages ------------------------------------------------------------------------------------------------------


def _page(case_id: int, title: str, intro: str, button: str, *fields: Field) -> Page:
    view = views.case_view(session(), actor(), case_id, now=now())
    trail = ((_("我的工作"), url_for("inbox.index")), (view.case.number, _case(case_id)))
    return Page(title, intro, button, fields, trail, _case(case_id))


def _copy(case_id: int) -> Page:
    return _page(
        case_id,
        _("抄送"),
        _("让其他人知道这个办件。对方可以查看，不能办理；看过后由对方标为已阅。"),
        _("抄送"),
        Field("people", _("抄送给谁"), "people", True, _("按姓名或单位查找，可以选多人。")),
        Field("note", _("附言")),
    )


def _supervise(case_id: int) -> Page:
    return _page(
        case_id,
        _("督办"),
        _("这个办件一直督办到办结督办为止，督办情况在办件上显示。"),
        _("督办"),
        Field("demand", _("督办要求"), required=True),
        Field("due_on", _("督办期限"), "date"),
    )


def _close(case_id: int) -> Page:
    page = _page(case_id, _("办结督办"), "", _("办结督办"), Field("conclusion", _("督办结果"), required=True))
    standing = _standing(case_id)
    return Page(page.title, standing.demand, page.button, page.fields, page.trail, page.back)


def _standing(case_id: int) -> Supervision:
    """The open supervision of an organisation the reader leads."""
    own = {seat.organisation_id for seat in actor().seats if seat.role in (Role.LEADER, Role.MANAGER)}
    found = session().scalars(
        select(Supervision).where(
            Supervision.case_id == case_id, Supervision.closed_at.is_(None), Supervision.organisation_id.in_(own)
        )
    )
    standing = found.first()
    if standing is None:
        raise NotFound(Text("本单位没有在督办这个办件。", "Your organisation does not supervise this case."))
    return standing


def _instruct(case_id: int) -> Page:
    return _page(
        case_id,
        _("批示"),
        _("写给经办人的话，记入办件并通知经办人。批示不代替任何环节的决定。"),
        _("批示"),
        Field("text", _("批示内容"), required=True),
    )


def _suspend(case_id: int) -> Page:
    return _page(
        case_id,
        _("中止"),
        _("所有环节停止计时，恢复前不能办理。子办件照常进行。"),
        _("中止办件"),
        Field("reason", _("中止理由"), required=True),
        Field("until", _("预计恢复日期"), "date", help=_("可以不填；到期不会自动恢复。")),
    )


def _resume(case_id: int) -> Page:
    return _page(
        case_id,
        _("恢复"),
        _("期限继续计算，各环节的期限按中止的天数顺延。"),
        _("恢复办理"),
        Field("reason", _("说明")),
    )


def _case(case_id: int) -> str:
    return url_for("cases.case", case_id=case_id)

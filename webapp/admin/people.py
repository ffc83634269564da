"""People, their posts and their accounts."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from webapp.admin import reads
from webapp.admin.blueprint import blueprint
from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from workflows import accounts, administration
from workflows.errors import Invalid, Mistake, NotFound
from workflows.storage.organisations import Account, Role
from workflows.text import Text


@blueprint.get("/people")
def people() -> str:
    search = request.args.get("search", "")
    page = request.args.get("page", 1, type=int)
    found = reads.people(session(), today(), search=search, page=page)
    return render_template("admin/people.html", found=found, search=search, now=now())


@blueprint.get("/people/new")
def new_person() -> str:
    return render_template("admin/new_person.html", organisations=_choices(), values=request.args, mistakes=())


@blueprint.post("/people")
def add_person() -> BaseResponse | tuple[str, int]:
    form = request.form
    try:
        role, organisation_id = _post_of_form()
        added = administration.add_person(
            session(),
            actor(),
            name=form.get("name", ""),
            name_en=form.get("name_en", ""),
            phone=form.get("phone", ""),
            email=form.get("email", ""),
            now=now(),
        )
        administration.begin_post(
            session(),
            actor(),
            person_id=added.id,
            organisation_id=organisation_id,
            role=role,
            title=form.get("title", ""),
            now=now(),
        )
    except Invalid as error:
        abandon()
        page = render_template("admin/new_person.html", organisations=_choices(), values=form, mistakes=error.mistakes)
        return page, 422
    flash(_("已新增 %(name)s。", name=added.name), "success")
    return redirect(url_for("admin.person", person_id=added.id))


@blueprint.get("/people/<int:person_id>")
def person(person_id: int) -> str:
    return _page(person_id)


@blueprint.post("/people/<int:person_id>/posts")
def begin_post(person_id: int) -> BaseResponse | tuple[str, int]:
    try:
        role, organisation_id = _post_of_form()
    except Invalid as error:
        abandon()
        return _page(person_id, mistakes=error.mistakes), 422
    administration.begin_post(
        session(),
        actor(),
        person_id=person_id,
        organisation_id=organisation_id,
        role=role,
        title=request.form.get("title", ""),
        now=now(),
    )
    flash(_("岗位已生效。"), "success")
    return redirect(url_for("admin.person", person_id=person_id))


@blueprint.post("/posts/<int:post_id>/end")
def end_post(post_id: int) -> BaseResponse:
    post = administration.end_post(session(), actor(), post_id, now=now())
    flash(_("岗位已结束；没有其他岗位的，账号同时停用，全部会话已结束。"), "success")
    return redirect(url_for("admin.person", person_id=post.person_id))


@blueprint.post("/people/<int:person_id>/account")
def create_account(person_id: int) -> BaseResponse | tuple[str, int]:
    if accounts.done_before(session(), _key()):
        return _password_was_shown(person_id)
    password = accounts.new_password()
    try:
        account = accounts.create(
            session(),
            actor(),
            person_id=person_id,
            username=request.form.get("username", ""),
            password_hash=accounts.hash_password(password),
            now=now(),
            key=_key(),
        )
    except Invalid as error:
        abandon()
        return _page(person_id, mistakes=error.mistakes), 422
    return _password_page(account, password)


@blueprint.post("/accounts/<int:account_id>/reset")
def reset_account(account_id: int) -> BaseResponse:
    if accounts.done_before(session(), _key()):
        return _password_was_shown(session().get_one(Account, account_id).person_id)
    password = accounts.new_password()
    hashed = accounts.hash_password(password)
    account = accounts.reset_password(session(), actor(), account_id, password_hash=hashed, now=now(), key=_key())
    return _password_page(account, password)


@blueprint.post("/accounts/<int:account_id>/unlock")
def unlock_account(account_id: int) -> BaseResponse:
    account = administration.unlock(session(), actor(), account_id, now=now())
    flash(_("已解除锁定。"), "success")
    return redirect(url_for("admin.person", person_id=account.person_id))


@blueprint.post("/accounts/<int:account_id>/deactivate")
def deactivate_account(account_id: int) -> BaseResponse:
    account = accounts.deactivate(session(), actor(), account_id, now=now())
    flash(_("账号已停用，全部会话已结束。"), "success")
    return redirect(url_for("admin.person", person_id=account.person_id))


@blueprint.post("/accounts/<int:account_id>/reactivate")
def reactivate_account(account_id: int) -> BaseResponse:
    account = accounts.reactivate(session(), actor(), account_id, now=now())
    flash(_("账号已恢复。"), "success")
    return redirect(url_for("admin.person", person_id=account.person_id))


@blueprint.post("/accounts/<int:account_id>/sessions/end")
def end_sessions(account_id: int) -> BaseResponse:
    account = accounts.end_sessions(session(), actor(), account_id, now=now())
    flash(_("全部会话已结束。"), "success")
    return redirect(url_for("admin.person", person_id=account.person_id))


def _page(person_id: int, mistakes: tuple[Mistake, ...] = ()) -> str:
    found = reads.person(session(), person_id)
    if found is None:
        raise NotFound(Text("没有这个人员。", "There is no such person."))
    row, posts = found
    return render_template(
        "admin/person.html",
        row=row,
        posts=posts,
        organisations=_choices(),
        values=request.form,
        mistakes=mistakes,
        now=now(),
        today=today(),
    )


def _password_page(account: Account, password: str) -> Response:
    """The only time the password is seen: never stored by the browser, never behind an address that can be reopened."""
    person = session().scalar(select(Account).where(Account.id == account.id))
    page = render_template("admin/password.html", account=account, person=person and person.person, password=password)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _password_was_shown(person_id: int) -> BaseResponse:
    """The page with the password was loaded again: the password stays as it is and is not shown a second time."""
    flash(_("一次性密码已经显示过，没有再次更改；如未记下，请重新重置。"), "warning")
    return redirect(url_for("admin.person", person_id=person_id))


def _key() -> str | None:
    return request.form.get("key") or None


def _choices() -> list[tuple[int, str]]:
    from webapp.languages import named

    return [(o.id, named(o)) for o in reads.organisations(session(), today())]


def _post_of_form() -> tuple[Role, int]:
    mistakes = []
    role = request.form.get("role", "")
    organisation_id = request.form.get("organisation_id", "")
    if role not in {known.value for known in Role}:
        mistakes.append(Mistake("/role", Text("请选择岗位。", "Choose the role.")))
    if not organisation_id.isdecimal() or int(organisation_id) not in {o for o, _title in _choices()}:
        mistakes.append(Mistake("/organisation_id", Text("请选择组织。", "Choose the organisation.")))
    if not request.form.get("name", "x").strip():
        mistakes.append(Mistake("/name", Text("请填写姓名。", "Enter the name.")))
    if mistakes:
        raise Invalid(mistakes)
    return Role(role), int(organisation_id)

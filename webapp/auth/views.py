"""Sign-in, sign-out, own password, language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser_session
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from webapp.auth import kept
from webapp.auth.current import begin_session
from webapp.auth.demo import DEMO_PASSWORD, demo_accounts
from webapp.auth.gate import actor, before_password_change, public
from webapp.clock import now
from webapp.config import Settings
from webapp.database import begin_again, keep_changes, look, session
from webapp.languages import COOKIE, COOKIE_SECONDS, LANGUAGES
from workflows import accounts
from workflows.errors import Conflict, Invalid, Mistake
from workflows.text import Text

blueprint = Blueprint("auth", __name__, template_folder="templates")


@blueprint.get("/sign-in")
@public
def sign_in() -> Response | str:
    if current_user.is_authenticated:
        return redirect(safe_target(request.args.get("next")))
    return sign_in_page()


@blueprint.post("/sign-in")
@public
def sign_in_with_password() -> Response | str | tuple[str, int]:
    """The slow check of the password happens between a short read and the transaction, never inside one."""
    password = request.form.get("password", "")
    with look() as beside:
        who = accounts.candidate(beside, request.form.get("username", ""))
    right = accounts.verify(who, password)
    if not right or not who.active or who.is_locked(now()):
        return _refused(who, right)
    try:
        account = accounts.signed_in(session(), who, password=password, now=now())
    except Conflict:
        return _refused(who, right)
    begin_session(account)
    return _after_sign_in()


@blueprint.post("/sign-out")
@before_password_change
def sign_out() -> Response:
    chosen = browser_session.get(COOKIE)
    logout_user()
    browser_session.clear()
    if chosen:
        browser_session[COOKIE] = chosen
    flash(_("您已退出登录。"), "success")
    return redirect(url_for("auth.sign_in"))


@blueprint.get("/account/password")
@before_password_change
def password() -> str:
    return render_template("auth/password.html", mistakes=(), first=current_user.must_change)


@blueprint.post("/account/password")
@before_password_change
def change_password() -> Response | tuple[str, int]:
    try:
        hashed = _checked_new_password()
    except Invalid as error:
        return render_template("auth/password.html", mistakes=error.mistakes, first=current_user.must_change), 422
    account = accounts.change_password(
        session(), current_user.account_id, password_hash=hashed, actor=actor(), now=now()
    )
    begin_session(account)
    flash(_("密码已更改，其他设备上的登录均已结束。"), "success")
    return redirect(url_for("inbox.index"))


@blueprint.post("/language/<chosen>")
@public
def switch_language(chosen: str) -> Response:
    response = make_response(redirect(safe_target(request.form.get("next"))))
    if chosen in LANGUAGES:
        browser_session[COOKIE] = chosen
        response.set_cookie(COOKIE, chosen, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True)
        if current_user.is_authenticated:
            accounts.set_locale(session(), current_user.account_id, chosen)
    return response


def sign_in_page(**more: object) -> str:
    """The page; `kept` is a packed form that waits, `interrupted` says that a session was lost."""
    settings: Settings = current_app.config["SETTINGS"]
    demo = demo_accounts() if settings.demo else ()
    wanted = request.values.get("next", "")
    return render_template("auth/sign_in.html", demo=demo, demo_password=DEMO_PASSWORD, next=wanted, **more)


def safe_target(wanted: str | None) -> str:
    """An address of this site, or the start page: never another site."""
    home = url_for("home")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home
    parts = urlsplit(wanted)
    return home if parts.scheme or parts.netloc else wanted


def _refused(who: accounts.Candidate, right: bool) -> tuple[str, int]:
    settings: Settings = current_app.config["SETTINGS"]
    if not right:
        accounts.attempt_failed(session(), who, limit=settings.lock_after, minutes=settings.lock_minutes, now=now())
        keep_changes()
    refusal = _(
        "用户名或密码不正确，或者账号已锁定、停用。连续输错 %(times)s 次，账号锁定 %(minutes)s 分钟；忘记密码请联系管理员重置。",
        times=settings.lock_after,
        minutes=settings.lock_minutes,
    )
    return sign_in_page(
        refusal=refusal, username=request.form.get("username", ""), kept=request.form.get("kept", "")
    ), 401


def _after_sign_in() -> Response | str:
    form = kept.unpacked(request.form.get("kept", ""))
    if form is None:
        return redirect(safe_target(request.form.get("next")))
    if form.person_id != current_user.person_id:
        flash(_("登录前未提交的内容属于另一位用户，已不再显示。"), "warning")
        return redirect(url_for("inbox.index"))
    target = kept.restore(form)
    return redirect(target) if target else render_template("auth/confirm.html", form=form)


def _checked_new_password() -> str:
    """The hash of the new password; the slow work is done before the transaction begins."""
    begin_again()
    new, repeated = request.form.get("new", ""), request.form.get("repeated", "")
    with look() as beside:
        who = accounts.candidate(beside, current_user.username)
    if not accounts.verify(who, request.form.get("current", "")):
        raise Invalid([Mistake("/current", Text("当前密码不正确。", "The current password is wrong."))])
    accounts.check_new_password(new, repeated, current_user.username)
    if accounts.verify(who, new):
        raise Invalid(
            [Mistake("/new", Text("新密码不能与当前密码相同。", "The new password must differ from the current one."))]
        )
    return accounts.hash_password(new)

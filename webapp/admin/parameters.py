"""The numbers of the rule set, and what the office chose instead."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.admin import reads
from webapp.admin.blueprint import blueprint
from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from workflows import administration
from workflows.errors import Invalid, Mistake, NotFound
from workflows.law.rule_sets import CURRENT, Value, rule_set
from workflows.text import Text


@blueprint.get("/parameters")
def parameters() -> str:
    views = reads.parameters(session(), today())
    return render_template("admin/parameters.html", views=views, rules=rule_set(CURRENT), today=today())


@blueprint.get("/parameters/<name>")
def parameter(name: str) -> str:
    return _page(name, {"valid_from": today().isoformat()}, ())


@blueprint.post("/parameters/<name>")
def set_parameter(name: str) -> Response | tuple[str, int]:
    form = request.form
    try:
        administration.set_parameter(
            session(),
            actor(),
            name,
            value=_value(name, form.get("value", "")),
            reason=form.get("reason", ""),
            valid_from=_day(form.get("valid_from", "")),
            now=now(),
        )
    except Invalid as error:
        abandon()
        return _page(name, form, error.mistakes), 422
    flash(_("参数已设定。"), "success")
    return redirect(url_for("admin.parameters"))


def _page(name: str, values: object, mistakes: tuple[Mistake, ...]) -> str:
    view = next((v for v in reads.parameters(session(), today()) if v.parameter.name == name), None)
    if view is None:
        raise NotFound(Text("没有这个参数。", "There is no such parameter."))
    return render_template("admin/parameter.html", view=view, values=values, mistakes=mistakes)


def _value(name: str, typed: str) -> Value:
    """What was typed, as the kind of value the parameter has."""
    known = rule_set(CURRENT).parameters.get(name)
    typed = typed.strip()
    if known is not None and isinstance(known.value, bool):
        return typed == "true"
    if known is not None and isinstance(known.value, int):
        if not typed.removeprefix("-").isdecimal() or len(typed) > 12:
            raise Invalid([Mistake("/value", Text("请填写整数。", "Enter a whole number."))])
        return int(typed)
    return typed


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid([Mistake("/valid_from", Text("请填写日期。", "Enter a day."))]) from None

"""代理: naming somebody who may act in one's posts for a time, and seeing whom one stands in for."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from webapp.languages import language
from webapp.operations.blueprint import Answer, blueprint, people_found, ticked_people, typed, typed_date
from workflows import catalogue
from workflows.errors import Invalid, Mistake
from workflows.organisations.proxies import end_proxy, name_proxy, proxies_of
from workflows.text import Text


@blueprint.get("/proxies")
def proxies() -> str:
    return _page()


@blueprint.post("/proxies")
def name() -> Answer:
    if request.form.get("do") == "find":
        abandon()
        return _page()
    people = ticked_people()
    try:
        if len(people) != 1:
            raise Invalid([Mistake("/proxy", Text("请选择一位代理人。", "Choose one person."))])
        first, last = typed_date("valid_from"), typed_date("valid_to")
        missing = [("/valid_from", first), ("/valid_to", last)]
        if first is None or last is None:
            wanted = Text("请填写日期。", "Enter the day.")
            raise Invalid([Mistake(place, wanted) for place, day in missing if day is None])
        name_proxy(
            session(),
            actor(),
            principal_id=actor().person_id,
            proxy_id=people[0][0],
            valid_from=first,
            valid_to=last,
            procedures=request.form.getlist("procedures"),
            reason=typed("reason"),
            today=today(),
            now=now(),
            key=request.form.get("key"),
        )
    except Invalid as error:
        abandon()
        return _page(error.mistakes), 422
    flash(_("已设定代理。代理期间两人都可以办理，记录写明由谁代谁。"), "success")
    return redirect(url_for("operations.proxies"))


@blueprint.post("/proxies/<int:proxy_id>/end")
def end(proxy_id: int) -> Response:
    end_proxy(session(), actor(), proxy_id, now=now(), key=request.form.get("key"))
    flash(_("代理已结束。"), "success")
    return redirect(url_for("operations.proxies"))


def _page(mistakes: tuple[Mistake, ...] = ()) -> str:
    standing = proxies_of(session(), actor().person_id, today())
    found, ticked = people_found()
    titles = {
        row.key: definition.say(definition.title, language())
        for row in catalogue.all_current(session())
        for definition in [catalogue.definition_of(session(), row.id)]
    }
    return render_template(
        "operations/proxies.html",
        mine=[each for each in standing if each.mine],
        theirs=[each for each in standing if not each.mine],
        titles=titles,
        chosen=request.form.getlist("procedures"),
        found=found,
        ticked=ticked,
        typed={name: typed(name) for name in ("query", "valid_from", "valid_to", "reason")},
        mistakes=mistakes,
    )

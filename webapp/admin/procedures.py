"""Procedures: the folders there are, their versions, what keeps them from being published, publishing."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from webapp.admin.blueprint import blueprint
from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import abandon, session
from webapp.procedure_folders import places
from workflows import catalogue
from workflows.engine.definition import DefinitionRefused, content_hash
from workflows.engine.folder import published
from workflows.errors import NotFound
from workflows.storage.cases import Case
from workflows.storage.organisations import Person
from workflows.text import Text


@blueprint.get("/procedures")
def procedures() -> str:
    current = {row.key: row for row in catalogue.all_current(session())}
    return render_template(
        "admin/procedures.html", folders=_folders(), current=current, broken=catalogue.verify_published(session())
    )


@blueprint.get("/procedures/<key>")
def procedure(key: str) -> str:
    return _page(key)


@blueprint.post("/procedures/<key>/publish")
def publish(key: str) -> Response | tuple[str, int]:
    found = _folder(key)
    if found is None:
        raise NotFound(Text("没有这个程序文件夹。", "There is no such procedure folder."))
    try:
        row = catalogue.publish(session(), actor(), found.path, now())
    except DefinitionRefused:
        abandon()
        return _page(key), 422
    flash(_("现行版本是第 %(number)s 版。", number=row.number), "success")
    return redirect(url_for("admin.procedure", key=key))


def _page(key: str) -> str:
    found = _folder(key)
    versions = catalogue.versions(session(), key)
    if found is None and not versions:
        raise NotFound(Text("没有这个程序。", "There is no such procedure."))
    current = next((row for row in versions if row.is_current), None)
    counts = dict(
        session()
        .execute(select(Case.definition_id, func.count()).where(Case.procedure == key).group_by(Case.definition_id))
        .tuples()
        .all()
    )
    people = {
        row.published_by_id: session().get(Person, row.published_by_id) for row in versions if row.published_by_id
    }
    return render_template(
        "admin/procedure.html",
        key=key,
        found=found,
        in_folder=content_hash(published(catalogue.read_folder(found.path))) if found else "",
        versions=versions,
        current=current,
        definition=catalogue.definition_of(session(), current.id) if current else None,
        counts=counts,
        people=people,
    )


def _folders() -> tuple[catalogue.Found, ...]:
    return catalogue.find(places(current_app.config["SETTINGS"]))


def _folder(key: str) -> catalogue.Found | None:
    return next((found for found in _folders() if found.key == key), None)

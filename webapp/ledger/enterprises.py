"""One enterprise: what the ledger knows of it, by when it should have a union, and who organises it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from webapp.ledger import reads
from webapp.ledger.blueprint import blueprint
from workflows import access
from workflows.access import Permission
from workflows.errors import Invalid, Mistake
from workflows.ledger import enterprises
from workflows.ledger.columns import COLUMNS

PAGE_SIZE = 50


@blueprint.get("/zones/<int:zone_id>/enterprises/<int:enterprise_id>")
def enterprise(zone_id: int, enterprise_id: int) -> str:
    return _page(zone_id, enterprise_id)


@blueprint.post("/zones/<int:zone_id>/enterprises/<int:enterprise_id>/organisation")
def organise(zone_id: int, enterprise_id: int) -> BaseResponse | tuple[str, int]:
    """Enter the preparatory group of an enterprise, so that it can apply."""
    reads.zone(session(), actor(), zone_id, today())
    found = reads.enterprise(session(), zone_id, enterprise_id)
    form = request.form
    try:
        group = enterprises.organise(
            session(),
            actor(),
            found.id,
            secretary=form.get("secretary", ""),
            leader=form.get("leader", ""),
            paper_prefix=form.get("paper_prefix", ""),
            phone=form.get("phone", ""),
            now=now(),
            key=form.get("key") or None,
        )
    except Invalid as error:
        abandon()
        return _page(zone_id, enterprise_id, form, error.mistakes), 422
    flash(_("已登记%(name)s，请管理员为经办人和负责人开通账号。", name=group.name), "success")
    return redirect(url_for("ledger.enterprise", zone_id=zone_id, enterprise_id=enterprise_id))


@blueprint.get("/zones/<int:zone_id>/without-union")
def without_union(zone_id: int) -> str:
    """R-108: who should have a union by when, the overdue first."""
    row = reads.zone(session(), actor(), zone_id, today())
    found = enterprises.without_union(session(), zone_id, today())
    overdue = [one for one in found if one.overdue]
    shown = overdue if request.args.get("overdue") == "yes" else found
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "ledger/without_union.html",
        zone=row.zone,
        rows=shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        shown=len(shown),
        total=len(found),
        overdue=len(overdue),
        only_overdue=shown is overdue,
        page_number=number,
        pages=pages,
    )


def _page(
    zone_id: int, enterprise_id: int, values: Mapping[str, str] | None = None, mistakes: tuple[Mistake, ...] = ()
) -> str:
    row = reads.zone(session(), actor(), zone_id, today())
    found = reads.enterprise(session(), zone_id, enterprise_id)
    return render_template(
        "ledger/enterprise.html",
        zone=row.zone,
        enterprise=found,
        fields=[column.field for column in COLUMNS],
        duties=reads.duties(session(), found, today()),
        people=reads.people_of(session(), found, today()),
        cases=reads.cases_of(session(), found),
        may_organise=access.allowed(session(), actor(), Permission.IMPORT_LEDGER, row.zone, today()),
        values=values or {},
        mistakes=mistakes,
    )

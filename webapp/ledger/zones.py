"""Zones: the list, one page each, export."""

from __future__ import annotations

from flask import Response, render_template, request

from webapp.auth.gate import actor
from webapp.clock import today
from webapp.database import session
from webapp.documents.download import attachment
from webapp.ledger import reads
from webapp.ledger.blueprint import blueprint
from workflows import access
from workflows.access import Permission
from workflows.errors import NotFound
from workflows.ledger import enterprises, export, zones
from workflows.ledger.columns import STAGES
from workflows.text import Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
def index() -> str:
    return render_template("ledger/index.html", rows=reads.zones(session(), actor(), today()))


@blueprint.get("/zones/<int:zone_id>")
def zone(zone_id: int) -> str:
    row = reads.zone(session(), actor(), zone_id, today())
    wanted = reads.Filter(
        search=request.args.get("search", ""),
        stage=request.args.get("stage", ""),
        operating=request.args.get("operating", ""),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "ledger/zone.html",
        row=row,
        zone=row.zone,
        wanted=wanted,
        independence=zones.independence_finding(row.zone),
        found=reads.enterprises(session(), zone_id, wanted),
        funnel=reads.funnel(session(), zone_id),
        imports=reads.imports(session(), zone_id),
        overdue=sum(one.overdue for one in enterprises.without_union(session(), zone_id, today())),
        may_import=access.allowed(session(), actor(), Permission.IMPORT_LEDGER, row.zone, today()),
        stages=[str(choice.value) for choice in STAGES],
    )


@blueprint.get("/zones/<int:zone_id>/export.<form>")
def export_zone(zone_id: int, form: str) -> Response:
    """The whole ledger of a zone: xlsx, csv (UTF-8) or, with `?encoding=gb18030`, CSV for older office programs."""
    row = reads.zone(session(), actor(), zone_id, today())
    name = f"{row.zone.name}企业台账 {today().isoformat()}"
    if form == "xlsx":
        return attachment(export.ledger_xlsx(session(), zone_id), f"{name}.xlsx", XLSX)
    if form != "csv":
        raise NotFound(Text("没有这种格式。", "There is no such format."))
    encoding = "gb18030" if request.args.get("encoding") == "gb18030" else "utf-8-sig"
    media = f"text/csv; charset={'gb18030' if encoding == 'gb18030' else 'utf-8'}"
    return attachment(export.ledger_csv(session(), zone_id, encoding), f"{name}.csv", media)

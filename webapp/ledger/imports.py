"""Import of a zone's workbook: template, upload, preview, confirmation, refused rows."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, begin_again, session
from webapp.documents.download import attachment
from webapp.languages import language, text
from webapp.ledger import reads
from webapp.ledger.blueprint import blueprint
from webapp.ledger.zones import XLSX
from workflows import access
from workflows.access import Permission
from workflows.errors import BadFile, Conflict
from workflows.ledger import export, importing, template
from workflows.ledger.importing import Preview, Scope
from workflows.storage.ledger import Zone
from workflows.text import Text
from workflows.workbooks.judging import Status
from workflows.workbooks.opening import open_workbook

ROWS_SHOWN = 100


@blueprint.get("/template.xlsx")
def workbook_template() -> Response:
    return attachment(template.template(), text(template.FILENAME), XLSX)


@blueprint.get("/zones/<int:zone_id>/import")
def new_import(zone_id: int) -> str:
    return _upload_page(zone_id)


@blueprint.post("/zones/<int:zone_id>/import")
def upload(zone_id: int) -> BaseResponse | tuple[str, int]:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise BadFile(Text("请选择要导入的文件。", "Choose the file to import."))
        content = file.read()
        _require_import(zone_id)
        begin_again()  # opening a large workbook takes seconds in which nobody should wait for us
        sheets = open_workbook(content, file.filename)
        shown = importing.preview(session(), actor(), zone_id, content, file.filename, now=now(), sheets=sheets)
    except BadFile as error:
        abandon()
        return _upload_page(zone_id, error.message), 400
    return redirect(url_for("ledger.preview", import_id=shown.import_id))


@blueprint.get("/imports/<int:import_id>")
def preview(import_id: int) -> str:
    return _preview_page(importing.read_preview(session(), actor(), import_id, now=now()))


@blueprint.post("/imports/<int:import_id>")
def confirm(import_id: int) -> BaseResponse | tuple[str, int]:
    scope = Scope.ACCEPTED if request.form.get("scope") == Scope.ACCEPTED else Scope.ALL
    try:
        done = importing.apply(
            session(), actor(), import_id, scope=scope, now=now(), key=request.form.get("key") or None
        )
    except Conflict as error:
        abandon()
        shown = importing.read_preview(session(), actor(), import_id, now=now())
        return _preview_page(shown, error.message), 409
    flash(
        _("台账已更新：新增 %(new)s 家，变更 %(changed)s 家。", new=done.counts["new"], changed=done.counts["changed"]),
        "success",
    )
    shown = importing.read_preview(session(), actor(), import_id, now=now())
    return redirect(url_for("ledger.zone", zone_id=shown.zone_id))


@blueprint.get("/imports/<int:import_id>/refused.xlsx")
def refused_rows(import_id: int) -> Response:
    shown = importing.read_preview(session(), actor(), import_id, now=now())
    name = f"{shown.filename.rpartition('.')[0] or shown.filename} {_('未导入的行')}.xlsx"
    return attachment(export.refused_xlsx(shown, language()), name, XLSX)


def _upload_page(zone_id: int, refusal: Text | None = None) -> str:
    return render_template("ledger/import.html", zone=_require_import(zone_id), refusal=refusal)


def _require_import(zone_id: int) -> Zone:
    zone = reads.zone(session(), actor(), zone_id, today()).zone
    access.require(session(), actor(), Permission.IMPORT_LEDGER, zone, today())
    return zone


def _preview_page(shown: Preview, refusal: Text | None = None) -> str:
    row = reads.zone(session(), actor(), shown.zone_id, today())
    wanted = request.args.get("tab", "")
    tab = Status(wanted) if wanted in set(Status) else _first_tab(shown)
    rows = shown.of(tab)
    pages = max(1, -(-len(rows) // ROWS_SHOWN))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "ledger/preview.html",
        zone=row.zone,
        shown=shown,
        tab=tab.value,
        rows=rows[(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN],
        total=len(rows),
        number=page,
        pages=pages,
        refusal=refusal,
        to_store=shown.counts["new"] + shown.counts["changed"],
    )


def _first_tab(shown: Preview) -> Status:
    """What needs looking at first: refused rows, then what changes."""
    order = (Status.REFUSED, Status.CHANGED, Status.NEW, Status.UNCHANGED)
    return next((status for status in order if shown.counts[status.value]), Status.NEW)

"""Import of organisations, people, posts and zones: preview, then all of it or nothing.

The file travels with the confirmation, so that nothing lies about on the server; what is confirmed is read and judged
again, and held to the fingerprint of the preview that was shown.
"""

from __future__ import annotations

import base64
import binascii

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.admin.blueprint import blueprint
from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import abandon, session
from webapp.documents.download import attachment
from webapp.languages import text
from workflows.errors import BadFile, Conflict
from workflows.organisations import importing, workbook
from workflows.organisations.importing import Preview
from workflows.organisations.workbook import COLUMNS, SheetName
from workflows.text import Text
from workflows.workbooks.judging import Status
from workflows.workbooks.opening import Limits

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 2 * 1024 * 1024  # bytes; the confirmation carries the file inside its form


@blueprint.get("/import")
def import_organisations() -> str:
    return render_template("admin/import.html", refusal=None)


@blueprint.get("/import/template.xlsx")
def organisations_template() -> Response:
    return attachment(workbook.template(), text(workbook.FILENAME), XLSX)


@blueprint.post("/import")
def preview_organisations() -> str | tuple[str, int]:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise BadFile(Text("请选择要导入的文件。", "Choose the file to import."))
        content = file.read()
        shown = importing.preview(
            session(), actor(), content, file.filename, now=now(), limits=Limits(size=LARGEST, rows=5_000)
        )
    except BadFile as error:
        abandon()
        return render_template("admin/import.html", refusal=error.message), 400
    return _page(shown, content)


@blueprint.post("/import/confirm")
def apply_organisations() -> BaseResponse | tuple[str, int]:
    filename = request.form.get("filename", "")
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error as error:
        raise BadFile(
            Text("文件没有完整送达，请重新上传。", "The file did not arrive whole: upload it again.")
        ) from error
    try:
        done = importing.apply(
            session(),
            actor(),
            content,
            filename,
            now=now(),
            fingerprint=request.form.get("fingerprint"),
            key=request.form.get("key") or None,
        )
    except Conflict as error:
        abandon()
        return _page(importing.preview(session(), actor(), content, filename, now=now()), content, error.message), 409
    counts = done.counts()
    flash(_("已导入：新增 %(new)s 行，变更 %(changed)s 行。", new=counts["new"], changed=counts["changed"]), "success")
    return redirect(url_for("admin.organisations"))


def _page(shown: Preview, content: bytes, refusal: Text | None = None) -> str:
    return render_template(
        "admin/import_preview.html",
        shown=shown,
        counts=shown.counts(),
        groups=[(status.value, shown.of(status)) for status in (Status.REFUSED, Status.CHANGED, Status.NEW)],
        content=base64.b64encode(content).decode("ascii"),
        refusal=refusal,
    )


@blueprint.app_template_global()
def imported_value(value: object, field: str, sheet: SheetName) -> str:
    """A value of the organisations' workbook in words."""
    column = next((c for c in COLUMNS[sheet] if c.field == field), None)
    for choice in column.choices if column else ():
        if choice.value == value:
            return text(choice.label)
    return "—" if value in (None, "") else str(value)


@blueprint.app_template_global()
def imported_column(field: str, sheet: SheetName) -> str:
    column = next((c for c in COLUMNS[sheet] if c.field == field), None)
    return text(column.title) if column else field

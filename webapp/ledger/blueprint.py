"""The blueprint of the ledger, and the words its templates use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Blueprint
from flask_babel import gettext as _

from webapp.languages import language
from workflows.law.zone_forms import ZoneForm
from workflows.ledger.columns import BY_FIELD, STAGES
from workflows.workbooks.columns import Value

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger", template_folder="templates")


@blueprint.app_template_filter()
def zone_form_name(form: str | None) -> str:
    """The form of a zone's union in words; that there is none, when there is none."""
    return ZoneForm(form).label.to(language()) if form else _("尚未建会")


@blueprint.app_template_filter()
def stage_name(stage: str) -> str:
    name = next((choice.label.to(language()) for choice in STAGES if choice.value == stage), stage)
    return name[:1].upper() + name[1:]


@blueprint.app_template_filter()
def ledger_column(field: str) -> str:
    """The heading of a column of the ledger."""
    title = BY_FIELD[field].title.to(language())
    return title[:1].upper() + title[1:]


@blueprint.app_template_filter()
def ledger_value(value: Value, field: str) -> str:
    """A value of the ledger as it stands in a workbook; empty values as a dash."""
    if value is None or value == "":
        return "—"
    for choice in BY_FIELD[field].choices:
        if choice.value == value and isinstance(choice.value, bool) == isinstance(value, bool):
            return choice.label.to(language())
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return value

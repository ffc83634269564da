"""The blueprint of the calendar, and its words."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _

from workflows.due import Due, DueKind

blueprint = Blueprint("calendar", __name__, template_folder="templates", url_prefix="/calendar")


@blueprint.app_template_global()
def due_kind(kind: DueKind) -> str:
    """What falls due, in a word or two."""
    return {
        DueKind.FATAL: _("办理期限"),
        DueKind.TARGET: _("目标日期"),
        DueKind.CORRECTION: _("补正期限"),
        DueKind.OPINION: _("意见期限"),
        DueKind.SUPERVISION: _("督办期限"),
        DueKind.TERM: _("任期届满"),
        DueKind.CERTIFICATE: _("证书到期"),
        DueKind.FOLLOW_ON: _("自动发起"),
        DueKind.REMINDER: _("提醒"),
        DueKind.SUSPENSION: _("中止预计期满"),
    }[kind]


@blueprint.app_template_global()
def due_address(due: Due) -> str:
    """The page of what falls due; empty where there is none, or none the reader may open."""
    if due.task_id is not None:
        return url_for("cases.task", task_id=due.task_id)
    return url_for("cases.case", case_id=due.case_id) if due.case_id is not None else ""

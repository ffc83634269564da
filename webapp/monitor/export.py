"""The list of waits as CSV and as a workbook: exactly what is filtered, all its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.languages import day, language, moment, named
from webapp.monitor import words
from workflows.deadlines import Unit
from workflows.monitor.scope import Scope
from workflows.monitor.stuck import Row, rows
from workflows.monitor.waits import Waits
from workflows.monitor.wanted import Wanted, chosen
from workflows.text import Text
from workflows.workbooks.columns import CellKind, Column, Value
from workflows.workbooks.writing import Page, to_csv, to_xlsx

CSV = "text/csv; charset=utf-8"


def waits(session: Session, scope: Scope, everything: Waits, wanted: Wanted, form: str) -> bytes:
    """The waits that pass the filter, in its order. `form`: "csv" or "xlsx"."""
    entries = chosen(session, scope, everything, wanted)
    lines = (_line(row, everything) for row in rows(session, scope, entries))
    return table(_("等待清单"), _columns(), lines, form)


def table(title: str, columns: Sequence[Column], lines: Iterator[Sequence[Value]], form: str) -> bytes:
    """Any table of the monitor. Text stays text: nothing of it becomes a formula."""
    return to_csv(columns, lines) if form == "csv" else to_xlsx([Page(title, columns, lines)])


def column(title: str, kind: CellKind = CellKind.TEXT) -> Column:
    """A column with a heading in the reader's language."""
    return Column(title, Text(title, title), kind, Text("", ""))


def filename(form: str, on: date, title: str = "") -> str:
    return f"{title or _('等待清单')} {on.isoformat()}.{form}"


def _columns() -> list[Column]:
    count, when = CellKind.COUNT, CellKind.DATE
    return [
        *(column(_("办件编号")), column(_("事项")), column(_("程序")), column(_("环节")), column(_("申请单位"))),
        *(column(_("产业集聚区")), column(_("等待单位")), column(_("责任人")), column(_("等待类型"))),
        *(
            column(_("等待开始"), when),
            column(_("已等天数"), count),
            column(_("期限"), when),
            column(_("第几天"), count),
        ),
        *(column(_("共几天"), count), column(_("计算单位")), column(_("依据")), column(_("状态"))),
        *(column(_("超期天数"), count), column(_("为什么等")), column(_("催办次数"), count), column(_("最近催办"))),
    ]


def _line(row: Row, everything: Waits) -> list[Value]:
    entry, wait, say = row.entry, row.wait, row.definition.say
    unit = "" if wait is None or wait.days is None else _unit(wait.unit)
    last = row.nudges[-1] if row.nudges else None
    return [
        *(entry.number, entry.title, say(row.definition.title, language()), row.step_title.to(language())),
        *(named(everything.directory.bodies.get(entry.applicant_id)), named(entry.zone), named(entry.body)),
        *(words.names(row.holders), words.kind_name(entry.kind), date.fromisoformat(day(entry.since)), entry.waited),
        *(entry.limit_on, wait.day if wait and unit else None, wait.days if wait else None, unit),
        *(wait.rule if wait else "", words.late_name(entry.late), entry.over, row.sentence.to(language())),
        *(len(row.nudges), f"{moment(last.sent_at)} {named(last.sent_by)}" if last is not None else ""),
    ]


def _unit(unit: Unit) -> str:
    return _("工作日") if unit is Unit.WORKING_DAYS else _("日历日")

"""The lists behind the figures in words: their titles and their exports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.cases import words as case_words
from webapp.cases.blueprint import outcome_title
from webapp.languages import day, language, named
from webapp.monitor import export as tables
from webapp.monitor import words
from workflows import catalogue
from workflows.engine.definition import Definition
from workflows.errors import NotFound
from workflows.monitor import history
from workflows.monitor.history import Ended, Past, Visit
from workflows.monitor.scope import Scope
from workflows.storage.cases import CaseStatus
from workflows.workbooks.columns import CellKind, Value

VISITS, CASES = "visits", "cases"


def titles(session: Session, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Procedures by key with their titles, by title."""
    found = []
    for key in keys:
        definition = _definition(session, key)
        found.append((key, definition.say(definition.title, language()) if definition is not None else key))
    return sorted(found, key=lambda pair: pair[1])


def title(session: Session, wanted: Past) -> str:
    """What a list of the past shows, in words."""
    parts = []
    definition = _definition(session, wanted.procedure)
    if definition is not None:
        parts.append(definition.say(definition.title, language()))
        if wanted.step:
            parts.append(definition.say(definition.element_name(wanted.step), language()))
        if wanted.outcome and wanted.step in definition.steps:
            parts.append(outcome_title(definition, wanted.step, wanted.outcome))
    if wanted.status:
        parts.append(case_words.case_status(wanted.status))
    if wanted.began:
        parts.append(_("%(month)s 发起", month=wanted.began))
    if wanted.ended:
        parts.append(_("%(month)s 结束", month=wanted.ended))
    return " · ".join(parts) or _("近 12 个月")


def export(session: Session, scope: Scope, wanted: Past, kind: str, title: str, form: str) -> bytes:
    """A list of the past with all its pages; `form`: "csv" or "xlsx"."""
    text, when = CellKind.TEXT, CellKind.DATE
    if kind == VISITS:
        names = [
            (_("办件编号"), text),
            (_("事项"), text),
            (_("环节"), text),
            (_("办理单位"), text),
            (_("办理人"), text),
        ]
        names += [
            (_("到达"), when),
            (_("办理时间"), when),
            (_("用时（天）"), text),
            (_("办理结果"), text),
            (_("意见"), text),
        ]
        lines = (_visit(each) for each in history.all_visits(session, scope, wanted))
    else:
        names = [(_("办件编号"), text), (_("事项"), text), (_("程序"), text), (_("申请单位"), text)]
        names += [
            (_("发起时间"), when),
            (_("结束时间"), when),
            (_("用时（天）"), text),
            (_("状态"), text),
            (_("办理结果"), text),
        ]
        lines = (_case(each) for each in history.all_cases(session, scope, wanted))
    return tables.table(title, [tables.column(name, kind) for name, kind in names], lines, form)


def end_title(row: Ended) -> str:
    """How a case ended, in the reader's language."""
    if row.case.status == CaseStatus.COMPLETED:
        return row.definition.say(row.definition.element_name(row.case.end or ""), language())
    return case_words.case_status(row.case.status)


def _visit(row: Visit) -> list[Value]:
    task, case, definition = row.task, row.task.case, row.definition
    closed = date.fromisoformat(day(task.closed_at)) if task.closed_at is not None else None
    step = definition.say(definition.element_name(task.step), language())
    result = outcome_title(definition, task.step, task.outcome) if task.outcome else ""
    who = (named(task.closed_for), named(task.closed_by))
    opened = date.fromisoformat(day(task.opened_at))
    return [case.number, case.title, step, *who, opened, closed, words.days(row.took), result, task.opinion]


def _case(row: Ended) -> list[Value]:
    case, definition = row.case, row.definition
    began = date.fromisoformat(day(case.started_at))
    ended = date.fromisoformat(day(case.ended_at)) if case.ended_at is not None else None
    procedure = definition.say(definition.title, language())
    state = case_words.case_status(case.status)
    return [
        *(case.number, case.title, procedure, named(case.applicant), began, ended),
        *(words.days(row.took), state, end_title(row)),
    ]


def _definition(session: Session, key: str) -> Definition | None:
    try:
        return catalogue.definition_of(session, catalogue.current(session, key).id) if key else None
    except NotFound:
        return None


__all__ = ["CASES", "VISITS", "end_title", "export", "title", "titles"]

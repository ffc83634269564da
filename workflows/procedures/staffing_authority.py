"""R-424: what is shown of the staffing authority that decides, where a procedure routes by rank."""

from __future__ import annotations

from workflows.engine.operations import Context, fact
from workflows.law import leaders
from workflows.law.finding import Finding
from workflows.procedures.answers import latest_answers

TABLE = "routing.dmn"


@fact
def staffing_approver(context: Context) -> Finding:
    """R-424: which staffing authority decides, by the rank that was asked for and the office's table. "routed" or "own"."""
    table = context.tables.get(TABLE)
    if table is None:
        return leaders.staffing_route(None)
    rule = table.decide({column.step: latest_answers(context, column.step) for column in table.inputs})
    return leaders.staffing_route(rule.answer, rule.note) if rule is not None else leaders.staffing_route(None)

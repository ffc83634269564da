"""Which relation acts in a lane of a case: the lane's own, or the one its decision table names for what was answered."""

from __future__ import annotations

from workflows.cases.action import Action
from workflows.engine.definition import Step
from workflows.engine.settings import Lane
from workflows.errors import Conflict
from workflows.storage.cases import TaskStatus
from workflows.storage.organisations import Organisation
from workflows.text import Text


def relation_of(action: Action, step: Step) -> str:
    """The relation a task of this step opens with. Conflict when the table names a body that nobody registered."""
    relation = _routed(action, step.lane)
    if relation != step.relation and relation not in action.organisations:
        raise Conflict(
            Text(
                f"按决策表 {step.lane.routing}，“{step.title}”由上级机关办理（{relation}），但它还没有登记。"
                "请管理员在“组织”导入表中填写，再提交。",
                f"The decision table {step.lane.routing} gives “{action.definition.text(step.title).en}” to a higher "
                f"body ({relation}), which is not registered. An administrator names it in the workbook of "
                "organisations.",
            ),
            relation=relation,
        )
    return relation


def parties(action: Action) -> dict[str, Organisation]:
    """Who stands behind each relation in the papers of this case: where a lane is routed, the body that decides."""
    found = dict(action.organisations)
    for lane in action.definition.lanes.values():
        relation = _routed(action, lane)
        if relation != lane.relation and relation in action.organisations:
            found[lane.relation] = action.organisations[relation]
    return found


def _routed(action: Action, lane: Lane) -> str:
    if not lane.routing:
        return lane.relation
    answers = {task.step: task.answers or {} for task in action.tasks if task.token and task.status == TaskStatus.DONE}
    rule = action.definition.tables[lane.routing].decide(answers)
    return rule.answer if rule is not None else lane.relation

"""From a checked diagram to what SpiffWorkflow runs.

Only plain elements are built. Service tasks and user tasks are of our own kind, so that data lives in one place, the
:class:`Desk` of an instance, and not in copies that travel from task to task.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.event_parsers import EndEventParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, ServiceTask, UserTask

from workflows.engine import expressions
from workflows.engine.bpmn_file import BPMN, NotADiagram
from workflows.engine.diagram import FILE, Diagram, Element, Operator
from workflows.text import Text

Call = Callable[[str, dict[str, Any]], object]


@dataclass(frozen=True)
class Specs:
    """What SpiffWorkflow needs to run a procedure; shared by all its instances and never changed by them."""

    process: Any
    subprocesses: Mapping[str, Any]


class Desk:
    """What the tasks of one instance share: the data, the operations, and who is told when a step opens.

    It takes the place of SpiffWorkflow's script engine, and runs no scripts.
    """

    def __init__(self, data: dict[str, Any], opened: Callable[[Any], None]) -> None:
        self.data = data
        self.call: Call | None = None
        self.opened = opened
        self.end: str | None = None

    def evaluate(self, task: Any, expression: str, external_context: object = None) -> Any:
        """Called by SpiffWorkflow for the conditions at gateways."""
        return expressions.evaluate(expression, self.data)

    def execute(self, task: Any, script: str, external_context: object = None) -> None:
        """Called by SpiffWorkflow for scripts, which a procedure cannot have."""
        raise expressions.ExpressionRefused(script, _NO_SCRIPTS)

    def operate(self, operator: Operator) -> None:
        """Run an operation with its parameters evaluated, and keep what it answers."""
        if self.call is None:
            raise RuntimeError(f"nothing here carries out the operation {operator.name}")
        values = {name: expressions.evaluate(value, self.data) for name, value in operator.parameters}
        answer = json.dumps(self.call(operator.name, values))  # TypeError for what is no JSON
        if operator.result is not None:
            self.data[operator.result] = json.loads(answer)


_NO_SCRIPTS = Text("程序中不能有脚本。", "A procedure cannot contain scripts.")


class Step(UserTask):
    """A user task that announces itself when somebody has to act."""

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)
        my_task.workflow.script_engine.opened(my_task)


class Operation(ServiceTask):
    """A service task that calls an operation."""

    operator: Operator | None = None

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.operate(self.operator)
        return True


class End(EndEvent):
    """An end event that notes which one the process itself reached last."""

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        if my_task.workflow.parent_workflow is None:
            my_task.workflow.script_engine.end = self.name


class _Parser(BpmnParser):
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - SpiffWorkflow's own protocol
        full_tag("userTask"): (TaskParser, Step),
        full_tag("serviceTask"): (TaskParser, Operation),
        full_tag("endEvent"): (EndEventParser, End),
    }


def build(diagram: Diagram) -> Specs:
    """The specs of a diagram the checks have passed; raises NotADiagram for what SpiffWorkflow still objects to."""
    parser = _Parser()
    try:
        parser.add_bpmn_xml(_without_extensions(diagram), FILE)
        process = parser.get_spec(diagram.process_id)
        subprocesses = parser.get_subprocess_specs(diagram.process_id)
    except ValidationException as error:
        raise NotADiagram(Text(f"流程引擎无法读取：{error}", f"The process engine cannot read it: {error}")) from error
    for spec in (process, *subprocesses.values()):
        for name, task_spec in spec.task_specs.items():
            if isinstance(task_spec, Operation):
                task_spec.operator = diagram.nodes[name].operator
    return Specs(process=process, subprocesses=subprocesses)


def _without_extensions(diagram: Diagram) -> Element:
    """The XML without what this program reads for itself, and whose ids SpiffWorkflow takes for those of elements.

    A call activity runs as a case of its own, so to the engine it is a task that waits for an outcome like any other.
    """
    xml = deepcopy(diagram.xml)
    for call in xml.iter(f"{{{BPMN}}}callActivity"):
        call.tag = f"{{{BPMN}}}userTask"
    for extension in list(xml.iter(f"{{{BPMN}}}extensionElements")):
        extension.getparent().remove(extension)
    return xml

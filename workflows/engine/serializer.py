"""The state of an instance as bytes: the tree of tasks and the data, never the definition.

Compact JSON, compressed. A row per task: name of its element, state, row of its parent, and only where there is one its
token and internal data. The rows of a workflow stand in the order of its tree, so that reading them rebuilds it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import astuple
from importlib.metadata import version
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflows.engine.detours import Detour, Detours
from workflows.engine.specs import Desk, Specs
from workflows.errors import DomainError
from workflows.text import Text

FORMAT = 2  # 2 knows detours
ENGINE = version("spiffworkflow")

_READABLE_FORMATS = (1, 2)
_READABLE_ENGINES = ("3.2",)

Row = list[Any]


class StateNotReadable(DomainError):
    """The state of a case was written by a version of this program, or for a procedure, that is not the one here."""

    code = "state_not_readable"


def dump(workflow: Any, desk: Desk, detours: Iterable[Detour], content_hash: str) -> bytes:
    """The state of a workflow; ``content_hash`` is that of the definition it needs to be read again."""
    places: dict[UUID, tuple[int, int]] = {}
    workflows = [_dump_one(workflow, 0, places)]
    for subprocess in sorted(workflow.subprocesses.values(), key=lambda each: int(each.depth)):
        inside = places[subprocess.parent_task_id]
        workflows.append({"in": inside, **_dump_one(subprocess, len(workflows), places)})
    state = {
        "format": FORMAT,
        "engine": ENGINE,
        "definition": content_hash,
        "data": desk.data,
        "end": desk.end,
        "workflows": workflows,
    }
    if open_detours := [astuple(detour) for detour in detours]:
        state["detours"] = open_detours
    return zlib.compress(json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode())


def load(state: bytes, specs: Specs, desk: Desk, content_hash: str) -> tuple[Any, Detours]:
    """The workflow and the detours that :func:`dump` wrote, and its data and end put on the ``desk``."""
    values = _read(state, content_hash)
    desk.data.update(values["data"])
    desk.end = values["end"]
    workflow = BpmnWorkflow(specs.process, specs.subprocesses, script_engine=desk, deserializing=True)
    loaded = [_load_one(workflow, values["workflows"][0])]
    for saved in values["workflows"][1:]:
        number, row = saved["in"]
        task = loaded[number][row]
        subprocess = BpmnSubWorkflow(specs.subprocesses[task.task_spec.spec], task.id, workflow, deserializing=True)
        workflow.subprocesses[task.id] = subprocess
        subprocess.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        loaded.append(_load_one(subprocess, saved))
    return workflow, Detours(Detour(*saved) for saved in values.get("detours", ()))


def _read(state: bytes, content_hash: str) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(zlib.decompress(state))
    except (zlib.error, ValueError) as error:
        raise StateNotReadable(
            Text("办件状态已损坏，无法读取。", "The state of the case is damaged and cannot be read.")
        ) from error
    if values.get("format") not in _READABLE_FORMATS or not str(values.get("engine")).startswith(_READABLE_ENGINES):
        found = f"{values.get('format')}/{values.get('engine')}"
        raise StateNotReadable(
            Text(
                f"办件状态的版本是 {found}，本程序（{FORMAT}/{ENGINE}）不能读取。",
                f"The state of the case has version {found}, which this program ({FORMAT}/{ENGINE}) does not read.",
            ),
            found=found,
        )
    if values["definition"] != content_hash:
        raise StateNotReadable(
            Text("办件状态属于程序的另一个版本。", "The state of the case belongs to another version of the procedure.")
        )
    return values


def _dump_one(workflow: Any, number: int, places: dict[UUID, tuple[int, int]]) -> dict[str, Any]:
    rows: list[Row] = []
    waiting = [(workflow.task_tree, -1)]
    while waiting:
        task, parent = waiting.pop()
        places[task.id] = (number, len(rows))
        waiting += [(child, len(rows)) for child in reversed(task.children)]
        rows.append(_row(task, parent))
    last = workflow.last_task
    return {
        "rows": rows,
        "last": places[last.id][1] if last is not None and last.id in places else -1,
        "completed": workflow.completed,
        "success": workflow.success,
    }


def _row(task: Any, parent: int) -> Row:
    row: Row = [task.task_spec.name, task.state, parent]
    if task.has_state(TaskState.FINISHED_MASK | TaskState.PREDICTED_MASK):
        return row
    token = task.id.hex if task.task_spec.manual and task.state != TaskState.FUTURE else None
    if token or task.internal_data:
        row.append(token)
    if task.internal_data:
        row.append(task.internal_data)
    return row


def _load_one(workflow: Any, saved: dict[str, Any]) -> list[Any]:
    """The tasks of one workflow in the order of their rows."""
    specs = workflow.spec.task_specs
    manager = workflow.top_workflow.event_manager
    tasks: list[Any] = []
    for name, state, parent, *rest in saved["rows"]:
        opened = rest and rest[0] and state != TaskState.FUTURE  # what has not opened has no token yet
        token = UUID(rest[0]) if opened else None
        task = Task(workflow, specs[name], tasks[parent] if parent >= 0 else None, state=state, id=token)
        if len(rest) > 1:
            task.internal_data = rest[1]
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            manager.add_task(task)
        tasks.append(task)
    workflow.task_tree = tasks[0]
    workflow.last_task = tasks[saved["last"]] if saved["last"] >= 0 else None
    workflow.completed, workflow.success = saved["completed"], saved["success"]
    return tasks

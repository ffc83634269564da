"""Going back to a step that was done: what led to an open step, and what has to be undone to open one of those again.

Every task of SpiffWorkflow's tree follows from its parent; the one task a parallel gateway goes on with follows from all
that arrived there; and what comes after a subprocess follows from everything in it. A step is undone together with all
that follows from it and nothing else, so that what is left is a state the run could have reached by itself: a gateway
that had let a branch through waits for it again, a subprocess that was done is entered again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task as EngineTask
from SpiffWorkflow.util.task import TaskState

from workflows.engine.fold import ancestors, below, path_through_subprocesses
from workflows.engine.specs import Step

Task = Any
Workflow = Any


@dataclass(frozen=True)
class Undoing:
    """What has to be undone so that a done step can be done again; nothing is changed before :func:`undo`.

    ``gone`` are the tasks that follow from the step ``first``, itself included, by id; ``joins`` those where the others
    that arrived have to wait again; ``entered`` the subprocesses that were done and are entered again, innermost first.
    """

    first: Task
    gone: Mapping[UUID, Task]
    joins: tuple[Task, ...]
    entered: tuple[Task, ...]


def passed(task: Task) -> dict[str, Task]:
    """The steps and calls that were done on the way to a task, by the ids of their elements; the task itself is not one.

    A subprocess that was left before all of it was done, by an error or a terminating end, is not on the way: whoever
    comes back into it would find the others gone.
    """
    found: dict[str, Task] = {}
    seen, waiting = {task.id}, list(_before(task))
    for earlier in waiting:  # grows while it is read
        if earlier.id in seen:
            continue
        seen.add(earlier.id)
        waiting += _before(earlier)
        if earlier.state == TaskState.COMPLETED and isinstance(earlier.task_spec, Step):
            found.setdefault(earlier.task_spec.name, earlier)
    return found


def undoing(first: Task) -> Undoing:
    """What has to be undone to do a completed step again."""
    line = {task.id for around in path_through_subprocesses(first) for task in ancestors(around)}
    gone: dict[UUID, Task] = {}
    joins: list[Task] = []
    entered: list[Task] = []
    here, tops = first.workflow, [first]
    while tops:
        while tops:
            gone.update((task.id, task) for task in below(tops.pop()))
            for join in _fired(here):
                held = join.id in gone or join.id in line or join in joins
                if not held and any(arrived.id in gone for arrived in _arrived_with(join)):
                    joins.append(join)
                    tops += join.children
        if here.completed and here.parent_task_id is not None:
            around = here.top_workflow.get_task_from_id(here.parent_task_id)
            entered.append(around)
            here, tops = around.workflow, list(around.children)
    return Undoing(first, gone, tuple(joins), tuple(entered))


def undo(undoing: Undoing, token: UUID | None = None) -> Task:
    """Undo it and open the step; its new task, with the id ``token`` or one never used before."""
    first = undoing.first
    top, parent, spec = first.workflow.top_workflow, first.parent, first.task_spec
    levels = [first.workflow, *(around.workflow for around in undoing.entered)]
    for task in undoing.gone.values():
        if task.parent is not None and task.parent.id not in undoing.gone:
            task.parent._children.remove(task.id)
    for task in undoing.gone.values():
        top.subprocesses.pop(task.id, None)
        top.event_manager.remove_task(task)
        del task.workflow.tasks[task.id]
    for level, place in zip(levels, [parent, *(around.parent for around in undoing.entered)], strict=True):
        if level.last_task is not None and level.last_task.id in undoing.gone:
            level.last_task = place
    for join in (*undoing.joins, *_left_waiting(undoing, levels)):
        _wait(join)
    for around in undoing.entered:
        _enter_again(around)
    opened = EngineTask(parent.workflow, spec, parent, state=TaskState.FUTURE, id=token)
    spec._predict(opened, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
    spec._update(opened)
    return opened


def renewed(task: Task) -> Task:
    """Put a new task in the place of one that is ready, which is what it was but for its id."""
    parent, spec = task.parent, task.task_spec
    task.workflow._remove_task(task.id)
    opened = EngineTask(parent.workflow, spec, parent, state=TaskState.FUTURE)
    spec._predict(opened, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
    opened._set_state(TaskState.READY)
    return opened


def _before(task: Task) -> Iterator[Task]:
    """The tasks a task follows from directly."""
    if task.parent is not None:
        yield task.parent
    elif task.workflow.parent_task_id is not None:
        yield task.workflow.top_workflow.get_task_from_id(task.workflow.parent_task_id)
    if task.state != TaskState.COMPLETED:
        return
    if isinstance(task.task_spec, UnstructuredJoin):
        yield from (arrived.parent for arrived in _arrived_with(task))
    elif isinstance(task.task_spec, SubWorkflowTask):
        inside = task.workflow.top_workflow.subprocesses[task.id]
        yield from (end for end in inside.tasks.values() if end.task_spec.name == "End" and _done(end))


def _fired(workflow: Workflow) -> Iterator[Task]:
    return (task for task in workflow.tasks.values() if isinstance(task.task_spec, UnstructuredJoin) and _done(task))


def _arrived_with(join: Task) -> list[Task]:
    """The other tasks of a gateway that joins, where branches arrived that did not go on from there themselves."""
    return [
        task
        for task in join.workflow.tasks.values()
        if task is not join
        and task.task_spec is join.task_spec
        and task.has_state(TaskState.FINISHED_MASK)
        and _done(task.parent)
    ]


def _left_waiting(undoing: Undoing, levels: list[Workflow]) -> Iterator[Task]:
    """Of the branches that arrived at a gateway whose last one is undone, the one that waits for it."""
    for level in levels:
        names = {
            task.task_spec.name
            for task in undoing.gone.values()
            if task.workflow is level and isinstance(task.task_spec, UnstructuredJoin)
        }
        for name in sorted(names):
            kept = [task for task in level.tasks.values() if task.task_spec.name == name and _done(task.parent)]
            if kept and all(task.state == TaskState.CANCELLED for task in kept):
                yield kept[-1]


def _wait(join: Task) -> None:
    join._set_state(TaskState.WAITING)
    join.task_spec._predict(join, mask=TaskState.NOT_FINISHED_MASK)


def _enter_again(around: Task) -> None:
    """Let a subprocess that was done run once more, watched by the events on its border."""
    inside = around.workflow.top_workflow.subprocesses[around.id]
    inside.completed = False
    around._set_state(TaskState.STARTED)
    around.task_spec._predict(around, mask=TaskState.NOT_FINISHED_MASK)
    if not isinstance(around.parent.task_spec, BoundaryEventSplit):
        return
    for event in around.parent.children:
        if isinstance(event.task_spec, BoundaryEvent):
            around.workflow._remove_task(event.id)
            watching = around.parent._add_child(event.task_spec, TaskState.MAYBE)
            watching.task_spec._predict(watching)
            watching._set_state(TaskState.WAITING)
            around.workflow.top_workflow.event_manager.add_task(watching)


def _done(task: Task | None) -> bool:
    return task is not None and task.state == TaskState.COMPLETED

"""Folding finished rounds away, so that going back a thousand times costs no more than going back once.

SpiffWorkflow appends: when a way leads back to an element, a second task of that element hangs below the first, with
everything of the first round in between. Once nothing of that round is open any more, the new task takes the place of
the old one and the round is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

Task = Any
Workflow = Any
Round = tuple[Task, Task]


def rounds_above(task: Task) -> Iterator[Round]:
    """The finished rounds on the way from the start to a task, outermost process first.

    A round is the pair of an element's first task and the last one on the way: everything below the first and not
    below the last was the round.
    """
    for workflow_task in path_through_subprocesses(task):
        found = _first_repeated(ancestors(workflow_task))
        if found is not None:
            yield found


def done_in(finished: Round) -> frozenset[str]:
    """The ids of the elements that were completed in a round, also in its subprocesses, and not again since."""
    old, new = finished
    since = {task.task_spec.name for task in below(new) if task.state == TaskState.COMPLETED}
    before = {task.task_spec.name for task in below(old, without=new) if task.state == TaskState.COMPLETED}
    return frozenset(before - since)


def fold(workflow: Workflow, open_tasks: list[Task]) -> None:
    """Drop every finished round of a workflow and its subprocesses."""
    for task in open_tasks:
        while (finished := _foldable(task)) is not None:
            _drop(workflow, finished)


def _foldable(task: Task) -> Round | None:
    for finished in rounds_above(task):
        old, new = finished
        if not any(other.has_state(TaskState.NOT_FINISHED_MASK) for other in below(old, without=new)):
            return finished
    return None


def _drop(workflow: Workflow, finished: Round) -> None:
    old, new = finished
    home = old.workflow
    dropped = list(below(old, without=new))
    old.parent._children = [new.id if child == old.id else child for child in old.parent._children]
    new.parent = old.parent
    for task in dropped:
        workflow.subprocesses.pop(task.id, None)
        workflow.event_manager.remove_task(task)
        if task.workflow is home:
            del home.tasks[task.id]
    if home.last_task is not None and home.last_task.id not in home.tasks:
        home.last_task = new


def path_through_subprocesses(task: Task) -> list[Task]:
    """The task, the task of the subprocess it lies in, and so on; outermost first."""
    path = [task]
    while (parent_id := path[-1].workflow.parent_task_id) is not None:
        path.append(path[-1].workflow.top_workflow.get_task_from_id(parent_id))
    return path[::-1]


def ancestors(task: Task) -> list[Task]:
    """The task and what lies above it in its own workflow, from the start down."""
    line = [task]
    while (parent := line[-1].parent) is not None:
        line.append(parent)
    return line[::-1]


def _first_repeated(line: list[Task]) -> Round | None:
    last = {task.task_spec.name: task for task in line}
    return next(((task, last[task.task_spec.name]) for task in line if last[task.task_spec.name] is not task), None)


def below(task: Task, without: Task | None = None) -> Iterator[Task]:
    """A task and everything below it, subprocesses included, but nothing of the branch ``without``."""
    waiting = [task]
    while waiting:
        current = waiting.pop()
        if current is without:
            continue
        yield current
        waiting += current.children
        subprocess = current.workflow.top_workflow.subprocesses.get(current.id)
        if subprocess is not None:
            waiting.append(subprocess.task_tree)

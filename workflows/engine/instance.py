"""One running procedure: what is open, what was decided, where it ended. States of tasks never leave this module."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows.engine import serializer
from workflows.engine.definition import Definition
from workflows.engine.fold import done_in, fold, rounds_above
from workflows.engine.specs import Call, Desk, Step

# SpiffWorkflow gathers much for its log at every change of state, most of it only below this level.
for _name in ("spiff.workflow", "spiff.task"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that somebody must do now. The token stays the same until it is done or closed, and is never used again."""

    token: str
    step: str


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call activity that waits for its child case. Its token is like that of a step."""

    token: str
    element: str
    procedure: str


class Instance:
    """A run of a definition. Its data are the outcomes of steps by step id, the answers of operations, and ids."""

    def __init__(self, definition: Definition, data: Mapping[str, Any]) -> None:
        """For :meth:`start` and :meth:`restore` only."""
        self.definition = definition
        self._desk = Desk(dict(data), self._forget_what_will_be_done_again)
        self._workflow: Any = None

    @classmethod
    def start(cls, definition: Definition, data: Mapping[str, Any]) -> Instance:
        """A new run that has not moved yet; ``data`` are ids such as ``case_id``."""
        instance = cls(definition, data)
        specs = definition.specs
        instance._workflow = BpmnWorkflow(specs.process, specs.subprocesses, script_engine=instance._desk)
        return instance

    @classmethod
    def restore(cls, definition: Definition, state: bytes) -> Instance:
        """The run that :meth:`save` wrote; raises StateNotReadable when it belongs to another definition or version."""
        instance = cls(definition, {})
        instance._workflow = serializer.load(state, definition.specs, instance._desk, definition.content_hash)
        return instance

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return bool(self._workflow.completed)

    @property
    def end(self) -> str | None:
        """The id of the end event that the process reached; None while it runs and when it was cancelled."""
        return self._desk.end if self.finished else None

    def advance(self, call: Call) -> None:
        """Run everything that needs no human. Service tasks go through ``call(operation, parameters)``.

        When the call raises, the run is left half way: drop it, together with the transaction.
        """
        self._desk.call = call
        try:
            while self._run_ready_tasks():
                pass
        finally:
            self._desk.call = None
        fold(self._workflow, self._open_tasks())

    def open_steps(self) -> tuple[OpenStep, ...]:
        """What somebody must do now, in the order of the diagram."""
        steps = self.definition.steps
        open_now = [task for task in self._open_tasks() if task.task_spec.name in steps]
        open_now.sort(key=lambda task: steps[task.task_spec.name].order)
        return tuple(OpenStep(token=task.id.hex, step=task.task_spec.name) for task in open_now)

    def open_calls(self) -> tuple[OpenCall, ...]:
        """The child cases it waits for, in the order of the diagram."""
        calls = self.definition.calls
        open_now = [task for task in self._open_tasks() if task.task_spec.name in calls]
        open_now.sort(key=lambda task: calls[task.task_spec.name].order)
        return tuple(
            OpenCall(task.id.hex, task.task_spec.name, calls[task.task_spec.name].procedure) for task in open_now
        )

    def is_open(self, token: str) -> bool:
        """Whether a step or call still waits."""
        return any(task.id.hex == token for task in self._open_tasks())

    def complete(self, token: str, outcome: str) -> None:
        """Do an open step with one of its outcomes; then :meth:`advance`.

        Raises KeyError when no such step is open, and ValueError when the step has no such outcome.
        """
        task = self._open_task(token)
        step = self.definition.steps[task.task_spec.name]
        if outcome not in {known.key for known in step.outcomes}:
            raise ValueError(f"the step {step.id} has no outcome {outcome!r}")
        self._desk.data[step.id] = outcome
        task.run()

    def complete_call(self, token: str, outcome: str) -> None:
        """End an open call with the end its child case reached; then :meth:`advance`. KeyError when it is not open."""
        task = self._open_task(token)
        self._desk.data[self.definition.calls[task.task_spec.name].id] = outcome
        task.run()

    def data(self) -> dict[str, Any]:
        """A copy of what is known: outcomes that still hold, answers of operations, and ids."""
        return dict(self._desk.data)

    def cancel(self) -> None:
        """End the run where it is; nothing is open any more."""
        self._workflow.cancel()
        self._desk.end = None

    def save(self) -> bytes:
        """The state, for :meth:`restore` with the same definition."""
        return serializer.dump(self._workflow, self._desk, self.definition.content_hash)

    def _workflows(self) -> list[Any]:
        """All workflows that run, innermost first."""
        running = [subprocess for subprocess in self._workflow.subprocesses.values() if not subprocess.completed]
        return [*sorted(running, key=lambda each: -int(each.depth)), self._workflow]

    def _run_ready_tasks(self) -> bool:
        """Run what is ready; whether anything was."""
        moved = False
        for workflow in self._workflows():
            for task in list(workflow.tasks.values()):
                if task.state == TaskState.READY and not task.task_spec.manual and task.id in workflow.tasks:
                    task.run()
                    moved = True
            if workflow.parent_task_id is not None and workflow.completed:
                around = self._workflow.get_task_from_id(workflow.parent_task_id)
                around.task_spec._update(around)
                moved = True
        return moved

    def _open_tasks(self) -> list[Any]:
        return [
            task
            for workflow in self._workflows()
            for task in workflow.tasks.values()
            if task.state == TaskState.READY and isinstance(task.task_spec, Step)
        ]

    def _open_task(self, token: str) -> Any:
        try:
            wanted = UUID(hex=token)
        except ValueError:
            raise KeyError(token) from None
        for task in self._open_tasks():
            if task.id == wanted:
                return task
        raise KeyError(token)

    def _forget_what_will_be_done_again(self, opened: Any) -> None:
        """Called when a step opens: what was decided in the round that led back to it no longer holds."""
        self._desk.data.pop(opened.task_spec.name, None)
        for finished in rounds_above(opened):
            for element in done_in(finished):
                if (result := self.definition.result_of(element)) is not None:
                    self._desk.data.pop(result, None)

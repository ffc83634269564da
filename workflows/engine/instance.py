"""One running procedure: what is open, what was decided, where it ended. States of tasks never leave this module."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows.engine import rewind, serializer
from workflows.engine.definition import Definition
from workflows.engine.detours import Detour, Detours
from workflows.engine.fold import done_in, fold, rounds_above
from workflows.engine.rewind import Undoing
from workflows.engine.specs import Call, Desk, Step
from workflows.text import Text

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


@dataclass(frozen=True, slots=True)
class Return:
    """What sending back to ``step`` does, or did.

    ``again``: the ids of the steps that were done and will be done again, that one included, in the order of the
    diagram. ``steps`` and ``calls``: what is open beside the returner's own step and is closed by it. ``others``:
    the ids of the service tasks and calls that were done and will be done again.
    """

    step: str
    straight: bool
    again: tuple[str, ...]
    steps: tuple[OpenStep, ...]
    calls: tuple[OpenCall, ...]
    others: tuple[str, ...] = ()


class CannotReturn(ValueError):
    """An open step cannot be sent back to that step; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class Instance:
    """A run of a definition. Its data are the outcomes of steps by step id, the answers of operations, and ids."""

    def __init__(self, definition: Definition, data: Mapping[str, Any]) -> None:
        """For :meth:`start` and :meth:`restore` only."""
        self.definition = definition
        self._desk = Desk(dict(data), self._forget_what_will_be_done_again)
        self._workflow: Any = None
        self._detours = Detours()

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
        instance._workflow, instance._detours = serializer.load(
            state, definition.specs, instance._desk, definition.content_hash
        )
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
        self._drop_detours_without_end()

    def open_steps(self) -> tuple[OpenStep, ...]:
        """What somebody must do now, in the order of the diagram."""
        steps = self.definition.steps
        open_now = [OpenStep(task.id.hex, task.task_spec.name) for task in self._open_tasks()]
        open_now += [OpenStep(detour.token, detour.step) for detour in self._detours]
        waiting = self._detours.waiting()
        here = [each for each in open_now if each.step in steps and each.token not in waiting]
        return tuple(sorted(here, key=lambda each: steps[each.step].order))

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
        return token in {each.token for each in self.open_steps()} | {each.token for each in self.open_calls()}

    def complete(self, token: str, outcome: str) -> None:
        """Do an open step with one of its outcomes; then :meth:`advance`.

        A step to which somebody sent back straight leads back to them when it decides as before. When it decides
        otherwise, what followed from it no longer holds, and the run goes on from there as it is drawn.

        Raises KeyError when no such step is open, and ValueError when the step has no such outcome.
        """
        step = self.definition.steps[self._open_step(token).step]
        if outcome not in {known.key for known in step.outcomes}:
            raise ValueError(f"the step {step.id} has no outcome {outcome!r}")
        detour = self._detours.at(token)
        if detour is not None and self._desk.data.get(step.id) == outcome:
            self._detours.end(detour)
            return
        if detour is not None:
            self._undo(rewind.undoing(self._passed(detour)[step.id]), UUID(hex=token))
        self._desk.data[step.id] = outcome
        self._open_task(token).run()

    def passed_from(self, token: str) -> tuple[str, ...]:
        """The ids of the steps an open step may be sent back to, in the order of the diagram.

        Those that were done on the way to it, branches included that joined before it; never one of a branch beside it.
        Raises KeyError when no such step is open.
        """
        return self._in_order(self._way_to(token))

    def preview_return(self, token: str, step: str, straight: bool = False) -> Return:
        """What :meth:`send_back` would do; raises the same, and changes nothing."""
        passed = self._require_passed(token, step)
        if straight:
            if any(each.step == step for each in self.open_steps()):
                raise CannotReturn(_OPEN_ALREADY)
            return Return(step, True, (step,), (), ())
        undoing = rewind.undoing(passed)
        gone = frozenset(task.id.hex for task in undoing.gone.values())
        done = frozenset(task.task_spec.name for task in undoing.gone.values() if task.state == TaskState.COMPLETED)
        closed = gone | self._detours.ending_with(gone)
        return Return(
            step,
            False,
            self._in_order(done),
            tuple(each for each in self.open_steps() if each.token in closed and each.token != token),
            tuple(each for each in self.open_calls() if each.token in closed),
            tuple(sorted(e for e in done if e in self.definition.calls or self.definition.operation_of(e) is not None)),
        )

    def send_back(self, token: str, step: str, straight: bool = False) -> Return:
        """Close an open step undecided and open one again that was done on the way to it; then :meth:`advance`.

        Everything after that step is undone and runs again as it is drawn; branches it does not concern stay as they
        are. Straight: nothing is undone, branches beside stay open with their tokens, and when the step has been done
        as before, the run is back at the returner's step, with a new token.

        Raises CannotReturn, a ValueError: for a token that is not open, an unknown step, one that lies ahead or in
        another branch, and straight to one that is open already.
        """
        what = self.preview_return(token, step, straight)
        if straight:
            self._detours.begin(step, back=self._renew(token))
        else:
            self._undo(rewind.undoing(self._way_to(token)[step]))
        return what

    def complete_call(self, token: str, outcome: str) -> None:
        """End an open call with the end its child case reached; then :meth:`advance`. KeyError when it is not open."""
        task = self._open_task(token)
        self._desk.data[self.definition.calls[task.task_spec.name].id] = outcome
        task.run()

    def data(self) -> dict[str, Any]:
        """A copy of what is known: outcomes that still hold, answers of operations, and ids.

        A step to which somebody sent back straight keeps its outcome until it is done again.
        """
        return dict(self._desk.data)

    def cancel(self) -> None:
        """End the run where it is; nothing is open any more."""
        self._workflow.cancel()
        self._detours.clear()
        self._desk.end = None

    def save(self) -> bytes:
        """The state, for :meth:`restore` with the same definition."""
        return serializer.dump(self._workflow, self._desk, self._detours, self.definition.content_hash)

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

    def _open_step(self, token: str) -> OpenStep:
        for each in self.open_steps():
            if each.token == token:
                return each
        raise KeyError(token)

    def _passed(self, detour: Detour) -> dict[str, Any]:
        """What was done on the way to the step a detour leads back to; the step of the detour is one of it."""
        return rewind.passed(self._open_task(self._detours.place(detour)))

    def _way_to(self, token: str) -> dict[str, Any]:
        """The steps and calls that were done on the way to an open step, by the ids of their elements."""
        self._open_step(token)
        detour = self._detours.at(token)
        if detour is None:
            return rewind.passed(self._open_task(token))
        return rewind.passed(self._passed(detour)[detour.step])

    def _require_passed(self, token: str, step: str) -> Any:
        if not any(each.token == token for each in self.open_steps()):
            raise CannotReturn(_NOT_OPEN)
        if step not in self.definition.steps:
            raise CannotReturn(_UNKNOWN)
        passed = self._way_to(token).get(step)
        if passed is not None:
            return passed
        was_done = any(
            task.task_spec.name == step and task.state == TaskState.COMPLETED
            for workflow in (self._workflow, *self._workflow.subprocesses.values())
            for task in workflow.tasks.values()
        )
        raise CannotReturn(_ELSEWHERE if was_done else _AHEAD)

    def _undo(self, undoing: Undoing, token: UUID | None = None) -> None:
        self._forget(task.task_spec.name for task in undoing.gone.values() if task.state == TaskState.COMPLETED)
        rewind.undo(undoing, token)
        self._drop_detours_without_end()

    def _renew(self, token: str) -> str:
        """Give an open step, which stays what it is, a token never used before."""
        detour = self._detours.at(token)
        if detour is None:
            return str(rewind.renewed(self._open_task(token)).id.hex)
        return self._detours.renew(detour)

    def _drop_detours_without_end(self) -> None:
        self._detours.keep(task.id.hex for task in self._open_tasks())

    def _in_order(self, elements: Iterable[str]) -> tuple[str, ...]:
        steps = self.definition.steps
        return tuple(sorted({each for each in elements if each in steps}, key=lambda each: steps[each].order))

    def _forget(self, elements: Iterable[str]) -> None:
        for element in elements:
            result = element if element in self.definition.calls else self.definition.result_of(element)
            if result is not None:
                self._desk.data.pop(result, None)

    def _forget_what_will_be_done_again(self, opened: Any) -> None:
        """Called when a step opens: what was decided in the round that led back to it no longer holds."""
        self._desk.data.pop(opened.task_spec.name, None)
        for finished in rounds_above(opened):
            self._forget(done_in(finished))


_NOT_OPEN = Text("这一环节已不在办理中。", "This step is no longer open.")
_UNKNOWN = Text("程序中没有这个环节。", "The procedure has no such step.")
_AHEAD = Text(
    "这个环节还没有办过，不能退回到那里。", "That step has not been done yet, so nothing can be sent back to it."
)
_ELSEWHERE = Text(
    "这个环节在另一分支，或者所在的部分已经中途退出，不能退回到那里。",
    "That step lies in another branch, or in a part that was left before it was finished; choose another one.",
)
_OPEN_ALREADY = Text(
    "这个环节已经由别人退回、正在重办，请等它办完，或者选择从那里重新办理。",
    "Somebody else has sent back to that step and it is being done again: wait for it, or let everything after it run again.",
)

"""The normal way through a procedure: it is run in memory, and every step ends with its first outcome.

Operations that only read answer for real. What an operation will say of things that have not happened, such as who
attends a meeting, is not known: then each answer that a gateway asks for is tried, and the first that leads to an end
counts. Nothing is stored, and nobody is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows import catalogue
from workflows.engine import expressions
from workflows.engine.definition import Definition, Step
from workflows.engine.instance import Instance
from workflows.engine.operations import Context, reads_only, registry
from workflows.errors import NotFound

DEEPEST = 3  # procedures that use procedures that use procedures
LONGEST = 60  # steps; a procedure whose normal way is longer is shown up to here
MOST_TRIES = 40  # of answers to what is not known yet


@dataclass(frozen=True, slots=True)
class Passed:
    """A step of the way, and the procedure it belongs to."""

    definition: Definition
    step: Step


@dataclass(frozen=True, slots=True)
class NormalWay:
    """The steps passed, those of child cases among them, and the end reached; None when none was found."""

    steps: tuple[Passed, ...]
    end: str | None


@dataclass
class Foresight:
    """Looks ahead for one applicant. The ways of child cases are found once, however often they are used."""

    context: Context
    _children: dict[str, NormalWay] = field(default_factory=dict)

    def begin(self, definition: Definition) -> Instance:
        """The procedure as it stands when its first step opens."""
        return self._begin(definition, self.context.subject_id or 0, _Guesses(self.context, definition, known=True))

    def way(self, definition: Definition, chosen: Mapping[str, str]) -> NormalWay:
        """The normal way when the steps in `chosen` end with these outcomes and all others with their first."""
        return self._way(definition, chosen, depth=0)

    def _way(self, definition: Definition, chosen: Mapping[str, str], depth: int) -> NormalWay:
        guesses = _Guesses(self.context, definition, known=depth == 0)
        longest = NormalWay((), None)
        for _ in range(MOST_TRIES):
            found = self._walk(definition, chosen, guesses, depth)
            if found.end is not None:
                return found
            longest = max(longest, found, key=lambda way: len(way.steps))
            if not guesses.try_another():
                break
        return longest

    def _walk(self, definition: Definition, chosen: Mapping[str, str], guesses: _Guesses, depth: int) -> NormalWay:
        instance = self._begin(definition, 0 if depth else self.context.subject_id or 0, guesses)
        passed: dict[str, tuple[Passed, ...]] = {}
        while not instance.finished and len(passed) < LONGEST:
            steps, calls = instance.open_steps(), instance.open_calls()
            here = [waiting.step for waiting in steps] + [call.element for call in calls]
            if not here or any(name in passed for name in here):
                break
            for waiting in steps:
                step = definition.steps[waiting.step]
                passed[step.id] = (Passed(definition, step),)
                instance.complete(waiting.token, chosen.get(step.id, step.outcomes[0].key))
            for call in calls:
                inner = self._child(call.procedure, depth)
                passed[call.element] = inner.steps
                instance.complete_call(call.token, inner.end or "")
            instance.advance(guesses.answer)
        return NormalWay(tuple(one for own in passed.values() for one in own), instance.end)

    def _begin(self, definition: Definition, subject_id: int, guesses: _Guesses) -> Instance:
        instance = Instance.start(definition, {"case_id": 0, f"{definition.settings.subject}_id": subject_id})
        instance.advance(guesses.answer)
        return instance

    def _child(self, procedure: str, depth: int) -> NormalWay:
        """The normal way of a procedure that is called; nothing for one that is not published, or called in a circle."""
        if depth >= DEEPEST:
            return NormalWay((), None)
        if procedure not in self._children:
            try:
                published = catalogue.current(self.context.session, procedure)
            except NotFound:
                return NormalWay((), None)
            definition = catalogue.definition_of(self.context.session, published.id)
            self._children[procedure] = self._way(definition, {}, depth + 1)
        return self._children[procedure]


@dataclass
class _Guesses:
    """What operations answer in one look ahead; `known`: there is a subject that those which only read may look at."""

    context: Context
    definition: Definition
    known: bool
    _options: dict[tuple[str, str], list[Any]] = field(default_factory=dict)  # the first of each is the answer

    def answer(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """What an operation says this time."""
        place = (name, repr(sorted(parameters.items(), key=lambda item: item[0])))
        if place not in self._options:
            self._options[place] = self._possible(name, parameters)
        return self._options[place][0]

    def try_another(self) -> bool:
        """Let the operation that was asked last answer otherwise; False when everything was tried."""
        while self._options:
            place, options = self._options.popitem()
            if len(options) > 1:
                self._options[place] = options[1:]
                return True
        return False

    def _possible(self, name: str, parameters: Mapping[str, Any]) -> list[Any]:
        operation = registry().operations[name]
        real = operation.call(self.context, **parameters) if self.known and reads_only(operation) else None
        asked = self._asked_for(name)
        return [*([real] if real is not None else []), *(value for value in asked if value != real), None][
            : 1 + len(asked)
        ]

    def _asked_for(self, name: str) -> list[Any]:
        """The answers that gateways ask for, in the order of the file; the default flow is taken for any other."""
        drawing = self.definition.drawing
        results = {
            node.operator.result for node in drawing.nodes.values() if node.operator and node.operator.name == name
        }
        wanted: list[Any] = []
        for flow in drawing.flows:
            if flow.condition and not results.isdisjoint(expressions.names(flow.condition)):
                literals = [value for result, value in expressions.expected_values(flow.condition) if result in results]
                wanted += [value for value in literals or [True] if value not in wanted]
        return wanted

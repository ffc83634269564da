"""The way ahead before anything is submitted: the chain of steps with the people who will act, for each first choice.

The chain is not written down anywhere: the procedure is run in memory along its normal way, the first outcome of every
step, and operations that only read answer for real.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import catalogue
from workflows.cases import timing
from workflows.engine.definition import Definition, Step
from workflows.engine.instance import Instance
from workflows.engine.operations import Context, reads_only, registry
from workflows.engine.settings import Outcome
from workflows.errors import Mistake, NotFound
from workflows.law.rule_sets import RuleSet
from workflows.organisations import lanes
from workflows.text import Text

DEEPEST = 3  # procedures that use procedures that use procedures
LONGEST = 60  # steps; a procedure whose normal way is longer is shown up to here


@dataclass(frozen=True, slots=True)
class Passed:
    """A step of the way, and the procedure it belongs to."""

    definition: Definition
    step: Step


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A step of the way: which organisation, who there, how long. `definition` is the child's for a step of a child case."""

    definition: Definition
    step: Step
    organisation: str
    organisation_en: str
    holders: tuple[str, ...]
    holders_en: tuple[str, ...]
    offline: bool
    limit: Text


@dataclass(frozen=True, slots=True)
class Way:
    """The chain that follows when the first step ends with `outcome`; `why_not` when the law closes it today."""

    outcome: Outcome
    chain: tuple[ChainStep, ...]
    why_not: tuple[Text, ...]


def ways_of(context: Context, definition: Definition, rules: RuleSet) -> tuple[Way, ...]:
    """One way per outcome of the first step."""
    organisations = lanes.acting_organisations(context.session, context.applicant_id or 0, context.today)
    people: dict[tuple[str, str], tuple[lanes.Holder, ...]] = {}

    def chain_step(passed: Passed) -> ChainStep:
        step = passed.step
        organisation = organisations.get(step.relation)
        key = (step.relation, step.role)
        if key not in people:
            people[key] = (
                lanes.people_in(context.session, organisation, step.role, context.today) if organisation else ()
            )
        rule = timing.rule_of(step, rules)
        return ChainStep(
            definition=passed.definition,
            step=step,
            organisation=organisation.name if organisation else "",
            organisation_en=(organisation.name_en or organisation.name) if organisation else "",
            holders=tuple(holder.name for holder in people[key]),
            holders_en=tuple(holder.name_en for holder in people[key]),
            offline=bool(organisation and not organisation.has_accounts),
            limit=Text(
                f"{rule.length} {rule.unit.label.zh}（{rule.rule}）",
                f"{_counted(rule.length, rule.unit.label.en)} ({rule.rule})",
            ),
        )

    instance = _begun(context, definition)
    first = definition.steps[instance.open_steps()[0].step]
    return tuple(
        Way(
            outcome,
            tuple(chain_step(passed) for passed in _run(context, definition, first, outcome)),
            tuple(mistake.message for mistake in _mistakes(context, first, outcome)),
        )
        for outcome in first.outcomes
    )


def _begun(context: Context, definition: Definition) -> Instance:
    instance = Instance.start(definition, {"case_id": 0, f"{definition.settings.subject}_id": context.subject_id or 0})
    instance.advance(lambda name, parameters: _answer(context, name, parameters))
    return instance


def _run(context: Context, definition: Definition, first: Step, choice: Outcome) -> list[Passed]:
    """The steps of the normal way after a first choice."""
    return _walk(context, definition, _begun(context, definition), {first.id: choice.key})[0]


def _walk(
    context: Context, definition: Definition, instance: Instance, chosen: Mapping[str, str], depth: int = 0
) -> tuple[list[Passed], str | None]:
    """The steps passed from where an instance stands, those of its child cases among them, and the end reached."""
    passed: dict[str, Passed | None] = {}
    children: list[tuple[str, list[Passed]]] = []
    while not instance.finished and len(passed) < LONGEST:
        steps, calls = instance.open_steps(), instance.open_calls()
        if not (steps or calls) or any(name in passed for name in [s.step for s in steps] + [c.element for c in calls]):
            break
        for waiting in steps:
            step = definition.steps[waiting.step]
            passed[step.id] = Passed(definition, step)
            instance.complete(waiting.token, chosen.get(step.id, step.outcomes[0].key))
        for call in calls:
            inner, end = _child(context, call.procedure, depth)
            passed[call.element] = None
            children.append((call.element, inner))
            instance.complete_call(call.token, end or "")
        instance.advance(lambda name, parameters: None if depth else _answer(context, name, parameters))
    below = dict(children)
    way = [one for name, own in passed.items() for one in ([own] if own is not None else below[name])]
    return way, instance.end


def _child(context: Context, procedure: str, depth: int) -> tuple[list[Passed], str | None]:
    """The normal way of a procedure that is called; nothing for one that is not published, or called in a circle."""
    if depth >= DEEPEST:
        return [], None
    try:
        published = catalogue.current(context.session, procedure)
    except NotFound:
        return [], None
    definition = catalogue.definition_of(context.session, published.id)
    instance = Instance.start(definition, {"case_id": 0, f"{definition.settings.subject}_id": 0})
    instance.advance(lambda name, parameters: None)  # it has no subject yet that an operation could look at
    return _walk(context, definition, instance, {}, depth + 1)


def _answer(context: Context, name: str, parameters: Mapping[str, Any]) -> Any:
    registered = registry().operations[name]
    return registered.call(context, **parameters) if reads_only(registered) else None


def _mistakes(context: Context, first: Step, outcome: Outcome) -> list[Mistake]:
    """What the checks of the first step say to an outcome before anything is filled in."""
    return [
        mistake
        for name in first.checks
        for mistake in registry().checks[name].call(context, outcome=outcome.key, answers={})
        if mistake.path in ("", "/outcome")
    ]


def _counted(number: int, plural: str) -> str:
    return f"{number} {plural.removesuffix('s') if number == 1 else plural}"

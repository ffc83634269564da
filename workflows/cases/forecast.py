"""The way ahead before anything is submitted: the chain of steps with the people who will act, for each first choice.

The chain is not written down anywhere: the procedure is run in memory along its normal way, the first outcome of every
step, and operations that only read answer for real.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.cases import timing
from workflows.engine.definition import Definition, Step
from workflows.engine.instance import Instance
from workflows.engine.operations import Context, reads_only, registry
from workflows.engine.settings import Outcome
from workflows.errors import Mistake
from workflows.law.rule_sets import RuleSet
from workflows.organisations import lanes
from workflows.text import Text

LONGEST = 60  # steps; a procedure whose normal way is longer is shown up to here


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A step of the way: which organisation, who there, how long."""

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

    def chain_step(step: Step) -> ChainStep:
        organisation = organisations.get(step.relation)
        key = (step.relation, step.role)
        if key not in people:
            people[key] = (
                lanes.people_in(context.session, organisation, step.role, context.today) if organisation else ()
            )
        rule = timing.rule_of(step, rules)
        return ChainStep(
            step=step,
            organisation=organisation.name if organisation else "",
            organisation_en=(organisation.name_en or organisation.name) if organisation else "",
            holders=tuple(holder.name for holder in people[key]),
            holders_en=tuple(holder.name_en for holder in people[key]),
            offline=bool(organisation and not organisation.has_accounts),
            limit=Text(
                f"{rule.length} {rule.unit.label.zh}（{rule.rule}）",
                f"{rule.length} {rule.unit.label.en} ({rule.rule})",
            ),
        )

    instance = _begun(context, definition)
    first = definition.steps[instance.open_steps()[0].step]
    return tuple(
        Way(
            outcome,
            tuple(chain_step(step) for step in _run(context, definition, first, outcome)),
            tuple(mistake.message for mistake in _mistakes(context, first, outcome)),
        )
        for outcome in first.outcomes
    )


def _begun(context: Context, definition: Definition) -> Instance:
    instance = Instance.start(definition, {"case_id": 0, f"{definition.settings.subject}_id": context.subject_id or 0})
    instance.advance(lambda name, parameters: _answer(context, name, parameters))
    return instance


def _run(context: Context, definition: Definition, first: Step, choice: Outcome) -> list[Step]:
    instance = _begun(context, definition)
    passed: dict[str, Step] = {}
    while not instance.finished and len(passed) < LONGEST:
        waiting = instance.open_steps()
        if not waiting or any(open_.step in passed for open_ in waiting):
            break
        for open_ in waiting:
            step = passed[open_.step] = definition.steps[open_.step]
            instance.complete(open_.token, (choice if step is first else step.outcomes[0]).key)
        instance.advance(lambda name, parameters: _answer(context, name, parameters))
    return list(passed.values())


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

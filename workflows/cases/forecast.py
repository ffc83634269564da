"""The way ahead before anything is submitted: the chain of steps with the people who will act, for each first choice.

The chain is not written down anywhere: it is the normal way through the procedure (workflows.cases.normal_way).
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.cases import timing
from workflows.cases.normal_way import Foresight, Passed
from workflows.engine.definition import Definition, Step
from workflows.engine.operations import Context, registry
from workflows.engine.settings import Outcome
from workflows.errors import Mistake
from workflows.law.rule_sets import RuleSet
from workflows.organisations import lanes
from workflows.text import Text


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

    foresight = Foresight(context)
    first = definition.steps[foresight.begin(definition).open_steps()[0].step]
    return tuple(
        Way(
            outcome,
            tuple(chain_step(passed) for passed in foresight.way(definition, {first.id: outcome.key}).steps),
            tuple(mistake.message for mistake in _mistakes(context, first, outcome)),
        )
        for outcome in first.outcomes
    )


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

"""The figures of each step of a procedure, for its diagram and the table beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.cases.diagram import Badge
from webapp.languages import language
from webapp.monitor import words
from workflows import catalogue
from workflows.cases import timing
from workflows.deadlines import Unit
from workflows.engine.definition import Definition, Step
from workflows.law.rule_sets import RuleSet
from workflows.monitor.figures import Duration, Figures
from workflows.monitor.waits import Entry, Late, Waits

_NO_VISITS = Duration(0, None, None)
HOT = 25  # per cent over the limit, from which on a step is hot


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What waits at a step now, and how long its visits took. `limit` is the length its deadline has, in words."""

    element: str
    title: str
    open: int
    late: int
    soon: int
    visits: Duration
    limit: str
    rule: str

    @property
    def heat(self) -> str:
        """How it is coloured: by the share over the limit of what waits here."""
        if not self.open:
            return "ahead"
        if not self.late:
            return "calm"
        return "hot" if 100 * self.late >= HOT * self.open else "warm"

    @property
    def badge(self) -> Badge:
        pill = ""
        if self.open:
            pill = _("%(open)s 项 · 超期 %(share)s", open=self.open, share=words.percent(self.late, self.open))
        note = ""
        if self.visits.count:
            note = _(
                "中位 %(median)s · 九成 %(p90)s 天",
                median=words.days(self.visits.median),
                p90=words.days(self.visits.p90),
            )
        return Badge(pill, note)


def procedures(session: Session, everything: Waits) -> dict[str, tuple[str, int]]:
    """Every published procedure with its title and how much waits in it, the most first."""
    counts: dict[str, int] = {}
    for entry in everything.entries:
        counts[entry.procedure] = counts.get(entry.procedure, 0) + 1
    found = {}
    for row in catalogue.all_current(session):
        definition = catalogue.definition_of(session, row.id)
        found[row.key] = (definition.say(definition.title, language()), counts.get(row.key, 0))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1][1], pair[1][0])))


def steps(definition: Definition, everything: Waits, figures: Figures, rules: RuleSet) -> list[StepFigures]:
    """The steps and child cases of a procedure in their order; then those of earlier versions where something waits.

    `rules`: those of today, for limits that are a parameter.
    """
    here: dict[str, list[Entry]] = {}
    for entry in everything.entries:
        if entry.procedure == definition.key:
            here.setdefault(entry.step, []).append(entry)
    known = [*definition.steps, *definition.calls]
    return [
        _step(definition, element, here.get(element, []), figures.visits, rules)
        for element in [*known, *(each for each in here if each not in known)]
    ]


def _step(
    definition: Definition,
    element: str,
    entries: list[Entry],
    visits: Mapping[tuple[str, str], Duration],
    rules: RuleSet,
) -> StepFigures:
    step = definition.steps.get(element)
    return StepFigures(
        element=element,
        title=definition.say(definition.element_name(element), language()) or element,
        open=len(entries),
        late=sum(entry.late is Late.FATAL for entry in entries),
        soon=sum(entry.late is Late.SOON for entry in entries),
        visits=visits.get((definition.key, element), _NO_VISITS),
        limit=_limit(step, rules) if step is not None else "",
        rule=step.deadline.rule if step is not None else "",
    )


def _limit(step: Step, rules: RuleSet) -> str:
    """The length of a step's deadline in words."""
    rule = timing.rule_of(step, rules)
    if rule.unit is Unit.WORKING_DAYS:
        return _("%(length)s 个工作日", length=rule.length)
    return (
        _("%(length)s 个月", length=rule.length) if rule.unit is Unit.MONTHS else _("%(length)s 天", length=rule.length)
    )

"""What the filters of the list of waits offer: only what something waits for now."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.languages import ENGLISH, language, named
from webapp.monitor import words
from workflows.monitor.scope import Scope
from workflows.monitor.waits import BUCKETS, Late, Waits
from workflows.monitor.wanted import KINDS, Wanted
from workflows.storage.organisations import Person

PAGE = "monitor"  # the page that saved filters belong to

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of each filter: value and words. `person`: the name behind the filter by person."""

    procedures: Options
    steps: Options
    organisations: Options
    zones: Options
    lates: Options
    kinds: Options
    ages: Options
    person: str


def options(session: Session, everything: Waits, wanted: Wanted) -> Choices:
    """The options; steps only once a procedure is chosen."""
    titles, steps = {}, {}
    for entry in everything.entries:
        definition = everything.definitions[entry.definition_id]
        titles[entry.procedure] = definition.say(definition.title, language())
        if entry.procedure == wanted.procedure:
            steps[entry.step] = definition.say(definition.element_name(entry.step), language())
    return Choices(
        procedures=_sorted(titles),
        steps=_sorted(steps),
        organisations=_sorted({str(body): named(everything.directory.bodies[body]) for body in _bodies(everything)}),
        zones=[(str(zone.id), named(zone)) for zone in everything.zones],
        lates=[(late.value, words.late_name(late.value)) for late in (Late.FATAL, Late.SOON, Late.TARGET, Late.NONE)],
        kinds=[(kind, words.kind_name(kind)) for kind in KINDS],
        ages=[(str(place), words.age_name(place)) for place in range(len(BUCKETS) + 1)],
        person=_person(session, wanted.person) if wanted.person else "",
    )


def shares(scope: Scope) -> Options:
    """With whom a filter may be shared: nobody, or an organisation the reader manages or leads."""
    own = {s.organisation_id: s for s in scope.actor.seats if s.organisation_id in scope.roots}
    names = {key: seat.organisation_en if language() == ENGLISH else seat.organisation for key, seat in own.items()}
    return [("", _("只有我自己"))] + [
        (str(key), _("与%(organisation)s共享", organisation=n)) for key, n in names.items()
    ]


def _bodies(everything: Waits) -> set[int]:
    """Who is waited for, and what lies above them."""
    waited_for = {entry.body.id for entry in everything.entries if entry.body is not None}
    return {above for body in waited_for for above in everything.directory.above(body)}


def _person(session: Session, person_id: int) -> str:
    person = session.get(Person, person_id)
    return named(person) if person is not None else "—"


def _sorted(titles: dict[str, str]) -> Options:
    return sorted(titles.items(), key=lambda pair: pair[1])

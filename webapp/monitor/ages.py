"""The tables of the ageing page: for each line its words, the filter of the list behind it, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.languages import language, named
from webapp.monitor import words
from workflows.monitor.scope import Scope
from workflows.monitor.summary import Aged, aged, people
from workflows.monitor.waits import Waits

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `query` are the parameters of the list behind it."""

    name: str
    note: str
    query: dict[str, Any]
    numbers: Aged


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `id` of its place in the page, title, heading of the first column. At most `SHOWN` lines are shown."""

    id: str
    title: str
    heading: str
    lines: list[Line]

    @property
    def shown(self) -> list[Line]:
        return self.lines[:SHOWN]


def tables(session: Session, scope: Scope, everything: Waits) -> list[Table]:
    """By organisation, person, step and zone."""
    return [
        Table("by-organisation", _("按等待单位"), _("单位（含下级）"), _bodies(everything)),
        Table("by-person", _("按责任人"), _("责任人"), _people(session, scope, everything)),
        Table("by-step", _("按环节"), _("环节"), _steps(everything)),
        Table("by-zone", _("按产业集聚区"), _("产业集聚区"), _zones(everything)),
    ]


def _bodies(everything: Waits) -> list[Line]:
    """Each organisation with those below it, as the list filters."""
    known = everything.directory
    found = aged(everything.entries, lambda e: known.above(e.body.id) if e.body is not None else ())
    return [Line(named(known.bodies[body]), "", {"organisation": body}, line) for body, line in found]


def _people(session: Session, scope: Scope, everything: Waits) -> list[Line]:
    held = people(session, scope, everything)
    found = aged(everything.entries, lambda e: held.get(e.task_id, ()) if e.task_id is not None else ())
    return [
        Line(named(person), words.names(person.organisations), {"person": person.id}, line) for person, line in found
    ]


def _steps(everything: Waits) -> list[Line]:
    definitions = {(e.procedure, e.step): everything.definitions[e.definition_id] for e in everything.entries}
    lines = []
    for (procedure, step), line in aged(everything.entries, lambda e: [(e.procedure, e.step)]):
        definition = definitions[procedure, step]
        title = definition.say(definition.element_name(step), language())
        query = {"procedure": procedure, "step": step}
        lines.append(Line(title, definition.say(definition.title, language()), query, line))
    return lines


def _zones(everything: Waits) -> list[Line]:
    found = aged(everything.entries, lambda e: [e.zone] if e.zone is not None else [])
    return [Line(named(zone), "", {"zone": zone.id}, line) for zone, line in found]

"""Whose cases a manager sees: those of the applicants under the own organisations, nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from workflows import access
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations import tree
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case


@dataclass(frozen=True, slots=True)
class Scope:
    """The organisations somebody manages or leads; everything under them in the union tree is in view."""

    actor: Actor
    roots: frozenset[int]
    now: datetime

    @property
    def on(self) -> date:
        """The office's day."""
        return self.now.astimezone(OFFICE_ZONE).date()

    def has_case(self) -> ColumnElement[bool]:
        """The condition on `Case` that it is in view."""
        return Case.applicant_id.in_(tree.under(self.roots, self.on))


def scope_of(session: Session, actor: Actor, now: datetime) -> Scope:
    """What the actor may look at. Raises `NotFound` for whoever neither manages nor leads."""
    on = now.astimezone(OFFICE_ZONE).date()
    access.require(session, actor, access.Permission.VIEW_MONITOR, None, on)
    return Scope(actor, access.overseen_from(actor), now)

"""What somebody may see, as questions for the database: for searching over everything, where `access` asks of one thing.

The alternatives are those of `access.ALTERNATIVES`, in their order; a test compares the two for every person and case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, and_, or_, select

from workflows import access
from workflows.organisations import tree
from workflows.organisations.actors import Actor
from workflows.organisations.taking_part import applicants_of
from workflows.storage.cases import Case, Task
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.ledger import Zone
from workflows.storage.papers import Paper
from workflows.storage.watching import Copy


def visible_cases(actor: Actor, on: date) -> Select[int]:
    """The ids of the cases that `access.Permission.VIEW_CASE` opens to the actor on a day."""
    return select(Case.id).where(or_(*_ways_to_a_case(actor, on)))


def visible_zones(actor: Actor, on: date) -> Select[int]:
    """The ids of the zones whose ledger `access.Permission.VIEW_LEDGER` opens to the actor on a day."""
    return select(Zone.id).where(or_(*_at_home(actor, Zone.office_id, on)))


def visible_papers(actor: Actor, on: date) -> Select[int]:
    """The ids of the papers the actor may open: of a case that may be seen, or in a register that may be read."""
    return select(Paper.id).where(
        or_(
            Paper.case_id.in_(visible_cases(actor, on)),
            Paper.organisation_id.in_(actor.organisation_ids),
            Paper.organisation_id.in_(tree.under(access.overseen_from(actor), on)),
        )
    )


def _ways_to_a_case(actor: Actor, on: date) -> Iterator[ColumnElement[bool]]:
    yield from _at_home(actor, Case.applicant_id, on)
    yield from _by_proxy(actor, on)
    yield Case.id.in_(select(Task.case_id).where(Task.closed_by_id == actor.person_id))  # has_acted
    yield Case.id.in_(_was_asked(actor))


def _at_home(actor: Actor, applicant_id: SQLColumnExpression[int], on: date) -> Iterator[ColumnElement[bool]]:
    """applies_for_it, takes_part, oversees."""
    if actor.organisation_ids:
        yield applicant_id.in_(actor.organisation_ids)
        yield applicant_id.in_(applicants_of(actor.organisation_ids, on))
    overseen = access.overseen_from(actor)
    yield applicant_id.in_(tree.under(overseen, on))


def _by_proxy(actor: Actor, on: date) -> Iterator[ColumnElement[bool]]:
    """stands_in_by_proxy: one condition for each choice of procedures."""
    for procedures in {proxied.procedures for proxied in actor.proxied}:
        seats = {p.seat.organisation_id for p in actor.proxied if p.procedures == procedures}
        of_these = Case.applicant_id.in_(applicants_of(seats, on))
        yield and_(of_these, Case.procedure.in_(sorted(procedures))) if procedures else of_these


def _was_asked(actor: Actor) -> CompoundSelect[int]:
    """Asked for an opinion, sent a copy, or handed a task."""
    asked = select(Opinion.case_id).where(Opinion.person_id == actor.person_id, Opinion.status != OpinionStatus.WAITING)
    copied = select(Copy.case_id).where(Copy.person_id == actor.person_id)
    return asked.union(copied, select(Task.case_id).where(Task.assignee_id == actor.person_id))

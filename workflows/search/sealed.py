"""What two parties must find independently is not found by the other one: `workflows.cases.sight`, as a condition.

Where `sight` asks whether somebody stands in the lane of a step, this asks only whether they have its role anywhere: what
it leaves out is never less, and only while the case is open.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from workflows import catalogue
from workflows.engine.definition import Definition, Step
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.consulting import Opinion, OpinionStatus

_visit, _question = aliased(Task), aliased(Opinion)  # made once: an alias costs more than the rest of the question
_READ_ALL_THE_SAME = (
    "approve",
    "return",
    "refuse",
)  # the kinds of outcome whose opinion is written for the other party


def is_sealed(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition on `Task`, joined to its `Case`, that its words are kept from the actor now."""
    running = session.scalars(select(Case.definition_id).where(Case.status == CaseStatus.OPEN).distinct())
    definitions = [(key, catalogue.definition_of(session, key)) for key in running.all()]
    ways = [
        and_(Case.definition_id == key, way)
        for key, definition in definitions
        for step in definition.steps.values()
        if step.unseen
        for way in _kept_from(actor, definition, step)
    ]
    of_others = Task.closed_by_id.is_distinct_from(actor.person_id)
    return and_(Case.status == CaseStatus.OPEN, of_others, or_(*ways)) if ways else false()


def _kept_from(actor: Actor, definition: Definition, step: Step) -> Iterator[ColumnElement[bool]]:
    """One condition for each step that the people of `step` do not see until they have done it."""
    visits = (_visit.case_id == Case.id, _visit.step == step.id, _visit.kind == TaskKind.STEP)
    done = select(func.coalesce(func.max(_visit.id), 0)).where(*visits, _visit.status == TaskStatus.DONE)
    last_done = done.correlate(Case).scalar_subquery()
    for unseen in step.unseen:
        told = [o.key for o in definition.steps[unseen].outcomes if o.kind in _READ_ALL_THE_SAME]
        open_to_all = and_(Task.kind == TaskKind.STEP, func.coalesce(Task.outcome, "").in_(told))
        yield and_(Task.step == unseen, Task.id > last_done, ~open_to_all, _is_of_its_people(actor, step))


def _is_of_its_people(actor: Actor, step: Step) -> ColumnElement[bool]:
    roles = {seat.role for seat in actor.seats} | {proxied.seat.role for proxied in actor.proxied}
    if step.role in roles:
        return true()
    asked = exists().where(
        _question.task_id == _visit.id,
        _question.person_id == actor.person_id,
        _question.status.in_((OpinionStatus.OPEN, OpinionStatus.WAITING)),
    )
    its = or_(_visit.assignee_id == actor.person_id, _visit.role.in_(roles), asked)
    return exists().where(_visit.case_id == Case.id, _visit.step == step.id, _visit.kind == TaskKind.STEP, its)

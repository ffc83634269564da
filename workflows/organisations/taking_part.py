"""From organisations to the applicants in whose matters they take part: `lanes`, asked from the other side and in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, or_, select, union
from sqlalchemy.orm import aliased

from workflows.organisations.actors import valid
from workflows.organisations.lanes import GENERAL_UNIONS, REGISTRATION_AUTHORITY
from workflows.storage.organisations import Authority, Organisation

# made once: an alias costs more than the rest of the question
_newer, _its = aliased(Authority), aliased(Organisation)
_child, _further = aliased(Organisation), aliased(Organisation)


def applicants_of(organisation_ids: Iterable[int], on: date) -> CompoundSelect[int]:
    """The question for every applicant that has one of the organisations among its `lanes.acting_organisations` on a day:
    the organisations themselves, whom they are the superior union, an authority or the registration authority of."""
    own = select(Organisation.id).where(Organisation.id.in_(set(organisation_ids)), valid(Organisation, on))
    return union(
        own,
        select(Organisation.id).where(Organisation.parent_id.in_(own)),
        _charges(own, on),
        _registered(own, on),
    )


def _charges(own: Select[int], on: date) -> Select[int]:
    """Those over whom one of the organisations was named as an authority, as far as no newer one of the kind counts."""
    return select(Authority.organisation_id).where(
        Authority.authority_id.in_(own), valid(Authority, on), ~_another_counts(on)
    )


def _another_counts(on: date) -> ColumnElement[bool]:
    return exists().where(
        _newer.organisation_id == Authority.organisation_id,
        _newer.kind == Authority.kind,
        *(valid(_newer, on), _newer.authority_id == _its.id, valid(_its, on)),
        or_(
            _newer.valid_from > Authority.valid_from,
            and_(_newer.valid_from == Authority.valid_from, _newer.id > Authority.id),
        ),
    )


def _registered(own: Select[int], on: date) -> Select[int]:
    """C-09, R-503: those whose nearest general union above is one of the organisations, and no other was named."""
    general = own.where(Organisation.kind.in_(GENERAL_UNIONS))
    below = select(_child.id, _child.kind).where(_child.parent_id.in_(general)).cte(recursive=True)
    below = below.union(
        select(_further.id, _further.kind).where(_further.parent_id == below.c.id, below.c.kind.not_in(GENERAL_UNIONS))
    )
    named = (
        select(Authority.organisation_id)
        .join(_its, _its.id == Authority.authority_id)
        .where(Authority.kind == REGISTRATION_AUTHORITY, valid(Authority, on), valid(_its, on))
    )
    return select(below.c.id).where(below.c.id.not_in(named))

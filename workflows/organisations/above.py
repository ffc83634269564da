"""The post above: before whom it is brought when an organisation is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.organisations import lanes
from workflows.organisations.actors import valid
from workflows.storage.organisations import Organisation, Post, Role

IN_CHARGE = (Role.LEADER, Role.MANAGER)
_HIGHEST = 9  # levels of the union tree


def post_above(
    session: Session, organisation: Organisation | None, applicant_id: int, on: date
) -> tuple[Organisation, Role] | None:
    """The nearest organisation above one in which somebody leads, or manages, on a day; None when there is nobody.

    A body outside the union tree, and one that nobody named, has the applicant's superior union above it: it leads the
    founding, and it alone can take the matter up.
    """
    for above in _upwards(session, organisation, applicant_id, on):
        held = set(session.scalars(select(Post.role).where(Post.organisation_id == above.id, valid(Post, on))))
        for role in IN_CHARGE:
            if role in held:
                return above, role
    return None


def _upwards(
    session: Session, organisation: Organisation | None, applicant_id: int, on: date
) -> Iterator[Organisation]:
    above = organisation.parent if organisation is not None else None
    if above is None:
        superior = lanes.acting_organisation(session, lanes.SUPERIOR_UNION, applicant_id, on)
        above = superior if superior is not None and superior is not organisation else None
    for _ in range(_HIGHEST):
        if above is None:
            return
        if above.valid_from <= on and (above.valid_to is None or above.valid_to >= on):
            yield above
        above = above.parent

"""The union tree: what lies below an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflows.organisations.actors import valid
from workflows.storage.organisations import Organisation


def below(session: Session, organisation_ids: Iterable[int], on: date) -> frozenset[int]:
    """The organisations themselves and everything under them in the union tree on a day."""
    return frozenset(session.scalars(under(organisation_ids, on)))


def under(organisation_ids: Iterable[int], on: date) -> Select[int]:
    """The question behind `below`, to stand inside another."""
    tree = (
        select(Organisation.id)
        .where(Organisation.id.in_(set(organisation_ids)), valid(Organisation, on))
        .cte(recursive=True)
    )
    children = select(Organisation.id).join(tree, Organisation.parent_id == tree.c.id).where(valid(Organisation, on))
    return select(tree.union(children).c.id)

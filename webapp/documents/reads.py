"""Papers and uploads as the actor may see them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import access
from workflows.access import Permission
from workflows.cases import sight
from workflows.errors import NotFound
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text

_NOT_FOUND = Text("没有找到，或您无权查看。", "Not found, or not yours to see.")


def registers(session: Session, actor: Actor, on: date) -> list[Organisation]:
    """The organisations whose registers the actor may read: those that issued something first."""
    issued = set(session.scalars(select(Paper.organisation_id).distinct()))
    wanted = issued | actor.organisation_ids
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.id))
    readable = [o for o in rows if access.allowed(session, actor, Permission.VIEW_REGISTER, o, on)]
    return sorted(readable, key=lambda o: (o.id not in issued, o.id not in actor.organisation_ids, o.id))


def paper(session: Session, actor: Actor, paper_id: int, on: date) -> Paper:
    """An issued paper: for whoever may read the issuer's register, or see the case it belongs to."""
    found = session.get(Paper, paper_id)
    if found is None:
        raise NotFound(_NOT_FOUND)
    if not access.allowed(session, actor, Permission.VIEW_REGISTER, found.organisation, on):
        access.require(session, actor, Permission.VIEW_CASE, session.get_one(Case, found.case_id), on)
    return found


def attachment(session: Session, actor: Actor, attachment_id: int, on: date) -> Attachment:
    """An upload: for whoever may see its case, once what it belongs to is decided and no longer kept from them."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound(_NOT_FOUND)
    access.require(session, actor, Permission.VIEW_CASE, session.get_one(Case, found.case_id), on)
    sight.require_open_to(session, actor, found, on)
    return found

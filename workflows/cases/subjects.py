"""What a case is about. A procedure names a kind of subject; here the kind is looked up for an applicant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.errors import NotFound
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing a case is about; `id` is a row of the table its kind names."""

    kind: str
    id: int
    name: str


def subject_of(session: Session, kind: str, applicant_id: int) -> Subject:
    """The subject of a kind that belongs to an applicant. Raises `NotFound` when the applicant has none."""
    return KINDS[kind](session, applicant_id)


def _zone(session: Session, applicant_id: int) -> Subject:
    zone = session.scalar(select(Zone).where(Zone.office_id == applicant_id))
    if zone is None:
        raise NotFound(
            Text(
                "台账里没有由您的单位负责的产业集聚区；请先由管理员登记。",
                "The ledger has no zone that your organisation answers for; ask an administrator to enter it.",
            )
        )
    return Subject("zone", zone.id, zone.name)


def _enterprise(session: Session, applicant_id: int) -> Subject:
    enterprise = session.scalar(select(Enterprise).where(Enterprise.organisation_id == applicant_id))
    if enterprise is None:
        raise NotFound(
            Text(
                "台账里没有与您的单位对应的企业；请由集聚区工会干事在台账中登记。",
                "The ledger has no enterprise that your organisation belongs to; ask the zone's secretary to enter it.",
            )
        )
    return Subject("enterprise", enterprise.id, enterprise.name)


def _applicant_itself(session: Session, applicant_id: int) -> Subject:
    organisation = session.get(Organisation, applicant_id)
    if organisation is None:
        raise NotFound(Text("没有这个单位。", "There is no such organisation."))
    return Subject("organisation", organisation.id, organisation.name)


KINDS: dict[str, Callable[[Session, int], Subject]] = {
    "zone": _zone,
    "enterprise": _enterprise,
    "organisation": _applicant_itself,
}

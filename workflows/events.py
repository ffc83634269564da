"""The record: what happened, by whom, for whom, in hash chains that show every later change.

A chain belongs to one case, to administration or to the ledger. Each event's hash covers its own fields and the hash
before it, so changing, removing or inserting one breaks every later link (workflows.audit finds the first).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflows.storage.cases import Case
from workflows.storage.events import Chain, Event

if TYPE_CHECKING:
    from workflows.organisations.actors import Actor

ADMINISTRATION = "administration"
LEDGER = "ledger"

HASHED = (
    "chain",
    "sequence",
    "case_id",
    "task_id",
    "kind",
    "actor_id",
    "actor_name",
    "organisation_id",
    "on_behalf_of_id",
    "data",
    "key",
    "previous_hash",
)


_BY_KEY = select(Event).where(Event.key == bindparam("key"))


def chain_of(case_id: int) -> str:
    """The name of a case's chain."""
    return f"case:{case_id}"


def hash_of(event: Event) -> str:
    """SHA-256 (hex) over the canonical JSON of every field but `id` and `hash`."""
    fields: dict[str, Any] = {name: getattr(event, name) for name in HASHED}
    fields["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def canonical(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces, no escapes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 (hex) of a JSON value, to put into an event what stands elsewhere at length."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def record(
    session: Session,
    chain: str,
    kind: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
    actor: Actor | None = None,
    organisation_id: int | None = None,
    on_behalf_of_id: int | None = None,
    case: Case | None = None,
    task_id: int | None = None,
    key: str | None = None,
) -> Event:
    """Append one event in the caller's transaction.

    `chain` is `ADMINISTRATION` or `LEDGER`; with `case` it is the case's own chain and `chain` is not looked at. The
    caller holds the lock on the case row; the head of the other chains is locked here until the transaction ends.
    `data` is JSON; times and dates go in as ISO text.
    """
    head: Case | Chain = case if case is not None else _lock_head(session, chain)
    event = Event(
        chain=chain_of(case.id) if case is not None else chain,
        sequence=head.last_sequence + 1,
        case_id=case.id if case is not None else None,
        task_id=task_id,
        kind=kind,
        at=now,
        actor_id=actor.person_id if actor else None,
        actor_name=actor.name if actor else "",
        organisation_id=organisation_id,
        on_behalf_of_id=on_behalf_of_id,
        data=json.loads(canonical(dict(data))),
        key=key,
        previous_hash=head.last_hash,
    )
    event.hash = hash_of(event)
    head.last_sequence, head.last_hash = event.sequence, event.hash
    session.add(event)
    return event


def already(session: Session, key: str | None) -> Event | None:
    """The event an earlier submit with the same idempotency key left behind."""
    return session.scalar(_BY_KEY, {"key": key}) if key else None


def of_case(session: Session, case_id: int) -> list[Event]:
    """Everything recorded about a case, oldest first."""
    return list(session.scalars(select(Event).where(Event.chain == chain_of(case_id)).order_by(Event.sequence)))


def _lock_head(session: Session, name: str) -> Chain:
    head = session.get(Chain, name, with_for_update=True)
    if head is None:
        head = Chain(name=name, last_sequence=0, last_hash="")
        with session.begin_nested():
            session.add(head)
    return head

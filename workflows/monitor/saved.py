"""Lists kept under a name: the filter only. What it shows is always what the reader may see, whoever kept it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from workflows.errors import Invalid, Mistake, NotFound
from workflows.organisations.actors import Actor, valid
from workflows.storage.organisations import Organisation, Post
from workflows.storage.watching import SavedFilter
from workflows.text import Text, written

LONGEST = 40  # characters of a name


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved filter as its reader finds it. `left`: its owner no longer holds a post where it is shared."""

    filter: SavedFilter
    own: bool
    shared_with: Organisation | None
    left: bool

    @property
    def may_delete(self) -> bool:
        """One's own; and, so that nothing stays for ever, a colleague's who has left."""
        return self.own or self.left


def filters(session: Session, actor: Actor, page: str, on: date) -> tuple[Kept, ...]:
    """The filters of a page that are one's own or shared with an organisation one holds a post in, by name."""
    found = session.execute(
        select(SavedFilter, Organisation)
        .outerjoin(Organisation, Organisation.id == SavedFilter.organisation_id)
        .where(
            SavedFilter.page == page,
            or_(SavedFilter.owner_id == actor.person_id, SavedFilter.organisation_id.in_(actor.organisation_ids)),
        )
        .options(joinedload(SavedFilter.owner))
        .order_by(SavedFilter.name, SavedFilter.id)
    ).all()
    there = _posts(session, [kept for kept, _ in found], on)
    return tuple(
        Kept(
            filter=kept,
            own=kept.owner_id == actor.person_id,
            shared_with=organisation,
            left=organisation is not None and (kept.owner_id, organisation.id) not in there,
        )
        for kept, organisation in found
    )


def keep(
    session: Session,
    actor: Actor,
    *,
    page: str,
    name: str,
    query: str,
    share_with: int | None,
    now: datetime,
) -> SavedFilter:
    """Keep a filter under a name; one's own of the same name is replaced. Raises `Invalid` for a name or organisation."""
    name = written(name)
    mistakes = []
    if not name:
        mistakes.append(Mistake("/name", Text("请填写名称。", "Give it a name.")))
    elif len(name) > LONGEST:
        mistakes.append(Mistake("/name", Text(f"名称最多 {LONGEST} 字。", f"At most {LONGEST} characters.")))
    if share_with is not None and not actor.holds(share_with):
        mistakes.append(Mistake("/share", Text("只能与自己的单位共享。", "Share it with an organisation of your own.")))
    if mistakes:
        raise Invalid(mistakes)
    kept = session.scalar(
        select(SavedFilter).where(
            SavedFilter.owner_id == actor.person_id, SavedFilter.page == page, SavedFilter.name == name
        )
    )
    if kept is None:
        kept = SavedFilter(owner_id=actor.person_id, page=page, name=name, query=query, created_at=now)
        session.add(kept)
    kept.query, kept.organisation_id = query, share_with
    session.flush()
    return kept


def forget(session: Session, actor: Actor, filter_id: int, page: str, on: date) -> SavedFilter:
    """Delete a filter of one's own, or a shared one whose owner has left. Raises `NotFound` for any other."""
    found = next((kept for kept in filters(session, actor, page, on) if kept.filter.id == filter_id), None)
    if found is None or not found.may_delete:
        raise NotFound(Text("没有找到，或您无权删除。", "Not found, or not yours to delete."))
    session.delete(found.filter)
    session.flush()
    return found.filter


def _posts(session: Session, kept: Sequence[SavedFilter], on: date) -> set[tuple[int, int]]:
    """Who of the owners still holds a post in which organisation."""
    owners = {each.owner_id for each in kept if each.organisation_id is not None}
    if not owners:
        return set()
    query = select(Post.person_id, Post.organisation_id).where(Post.person_id.in_(owners), valid(Post, on))
    return {(person, organisation) for person, organisation in session.execute(query)}

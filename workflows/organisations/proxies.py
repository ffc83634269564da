"""代理: for a time, somebody may act in another person's posts as well. Either of the two may; the record names both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from workflows import departures, events
from workflows.errors import Conflict, Forbidden, Invalid, Mistake, NotFound
from workflows.organisations.actors import NOT_BY_PROXY, Actor, valid
from workflows.storage.organisations import Account, Person, Post, Proxy
from workflows.text import Text, written

LONGEST = 366  # days: an absence that is longer is a change of post


@dataclass(frozen=True, slots=True)
class Standing:
    """A proxy as its two people see it on a day."""

    proxy: Proxy
    state: Literal["scheduled", "active", "expired", "ended"]
    mine: bool  # the viewer is the one who is stood in for


def name_proxy(
    session: Session,
    actor: Actor,
    *,
    principal_id: int,
    proxy_id: int,
    valid_from: date,
    valid_to: date,
    procedures: Sequence[str] = (),
    reason: str = "",
    today: date,
    now: datetime,
    key: str | None = None,
) -> Proxy:
    """Let `proxy_id` act in the posts of `principal_id` from one day to another, both included.

    By the principal; or by an administrator, for somebody who cannot. It covers what lies in the principal's list
    already, claimed tasks included, and what comes. `procedures` are keys; empty means all. Counting, scrutiny, managing
    and administering are never done by proxy. A proxy has no proxy of the first person's posts: naming somebody who is
    away, or who has named the principal, is refused, so no chain can lead back to an applicant. Raises `Invalid` at
    `/proxy`, `/valid_from`, `/valid_to`, `/reason`.
    """
    if (event := events.already(session, key)) is not None:
        return session.get_one(Proxy, event.data["proxy"])
    if principal_id != actor.person_id and not actor.is_administrator:
        raise Forbidden(
            Text("代理由本人设定，或由管理员代为设定。", "A proxy is named by oneself or by an administrator.")
        )
    principal, proxy = session.get(Person, principal_id), session.get(Person, proxy_id)
    if principal is None:
        raise NotFound(Text("没有这个人员。", "There is no such person."))
    mistakes = _mistaken_dates(valid_from, valid_to, today)
    if principal_id != actor.person_id and not written(reason):
        mistakes.append(Mistake("/reason", Text("代他人设定时请写明理由。", "Say why you name it for somebody else.")))
    if proxy is None or proxy_id == principal_id:
        mistakes.append(Mistake("/proxy", Text("请选择另一个人。", "Choose another person.")))
    elif not mistakes:
        mistakes += _unsuitable(session, principal_id, proxy, valid_from, valid_to, today)
    if mistakes:
        raise Invalid(mistakes)
    row = Proxy(
        principal_id=principal_id,
        proxy_id=proxy_id,
        valid_from=valid_from,
        valid_to=valid_to,
        procedures=sorted(set(procedures)),
        reason=written(reason),
        created_at=now,
        created_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    departures.look_again(session, proxy_id, departures.day_after(valid_to))
    told = {
        "proxy": row.id,
        "principal": principal_id,
        "person": proxy_id,
        "from": valid_from.isoformat(),
        "to": valid_to.isoformat(),
        "procedures": row.procedures,
        "reason": row.reason,
    }
    events.record(session, events.ADMINISTRATION, "proxy_named", told, now=now, actor=actor, key=key)
    return row


def end_proxy(session: Session, actor: Actor, proxy_row_id: int, *, now: datetime, key: str | None = None) -> Proxy:
    """End a proxy before its day: by either of the two, or an administrator. What the proxy had claimed is free again."""
    if events.already(session, key) is not None:
        return session.get_one(Proxy, proxy_row_id)
    row = session.get(Proxy, proxy_row_id, with_for_update=True)
    if row is None or (actor.person_id not in (row.principal_id, row.proxy_id) and not actor.is_administrator):
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    if row.ended_at is not None:
        raise Conflict(Text("这项代理已经结束。", "This proxy has ended already."))
    row.ended_at, row.ended_by_id = now, actor.person_id
    session.flush()
    departures.let_go(session, actor, row.proxy_id, now=now)
    events.record(session, events.ADMINISTRATION, "proxy_ended", {"proxy": row.id}, now=now, actor=actor, key=key)
    return row


def proxies_of(session: Session, person_id: int, today: date) -> tuple[Standing, ...]:
    """Those a person has named and those the person stands in by; the newest first."""
    rows = session.scalars(
        select(Proxy)
        .where(or_(Proxy.principal_id == person_id, Proxy.proxy_id == person_id))
        .options(joinedload(Proxy.principal), joinedload(Proxy.proxy))
        .order_by(Proxy.valid_from.desc(), Proxy.id.desc())
    )
    return tuple(Standing(row, _state(row, today), row.principal_id == person_id) for row in rows)


def _state(row: Proxy, today: date) -> Literal["scheduled", "active", "expired", "ended"]:
    if row.ended_at is not None:
        return "ended"
    if today < row.valid_from:
        return "scheduled"
    return "active" if today <= row.valid_to else "expired"


def _mistaken_dates(valid_from: date, valid_to: date, today: date) -> list[Mistake]:
    mistakes = []
    if valid_from < today:
        mistakes.append(Mistake("/valid_from", Text("开始日期不能早于今天。", "It cannot begin before today.")))
    if valid_to < valid_from:
        mistakes.append(Mistake("/valid_to", Text("结束日期不能早于开始日期。", "It cannot end before it begins.")))
    elif valid_to - valid_from > timedelta(days=LONGEST):
        text = Text("代理不超过一年；更长的请变更岗位。", "A proxy lasts a year at most; beyond that change the posts.")
        mistakes.append(Mistake("/valid_to", text))
    return mistakes


def _unsuitable(
    session: Session, principal_id: int, proxy: Person, valid_from: date, valid_to: date, today: date
) -> list[Mistake]:
    def overlapping(principal: int, person: int | None = None) -> bool:
        rows = select(Proxy.id).where(
            Proxy.principal_id == principal,
            Proxy.ended_at.is_(None),
            Proxy.valid_from <= valid_to,
            Proxy.valid_to >= valid_from,
        )
        return session.scalar((rows if person is None else rows.where(Proxy.proxy_id == person)).limit(1)) is not None

    name = proxy.name
    if session.scalar(select(Account.id).where(Account.person_id == proxy.id, Account.active)) is None:
        return [Mistake("/proxy", Text(f"{name}没有可用的账号。", f"{name} has no account."))]
    if overlapping(proxy.id):
        text = Text(
            f"{name}在这段时间已请他人代理，不能再代理您；请直接选择在岗的人。",
            f"{name} is away then and has a proxy: choose somebody who is there.",
        )
        return [Mistake("/proxy", text)]
    if overlapping(principal_id, proxy.id):
        text = Text(f"{name}在这段时间已是代理人。", f"{name} is the proxy for that time already.")
        return [Mistake("/proxy", text)]
    shareable = select(Post.id).where(
        Post.person_id == principal_id, valid(Post, today), Post.role.not_in(NOT_BY_PROXY)
    )
    if session.scalar(shareable.limit(1)) is None:
        text = Text("没有可以代理的岗位。", "There is no post that could be acted in by proxy.")
        return [Mistake("/proxy", text)]
    return []

"""What an administrator changes: people, posts, parameters, the calendar. Dated, recorded, nothing overwritten.

`actor` is None on the command line, where whoever may run it is trusted; otherwise it must be an administrator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from workflows import access, accounts, departures, events, settings
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Invalid, Mistake, NotFound
from workflows.law.rule_sets import CURRENT, Value, rule_set
from workflows.organisations.actors import Actor, valid
from workflows.storage.organisations import Account, CalendarDay, Organisation, Parameter, Person, Post, Role
from workflows.text import Text, written


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day off, or a Saturday or Sunday that is worked, as a notice of the State Council names it."""

    day: date
    working: bool
    name: str


def add_person(
    session: Session,
    actor: Actor | None,
    *,
    name: str,
    name_en: str = "",
    phone: str = "",
    email: str = "",
    now: datetime,
) -> Person:
    """Somebody new, with the next free code. Raises `Invalid` without a name."""
    _require(session, actor, now)
    if not written(name):
        raise Invalid([Mistake("/name", Text("请填写姓名。", "Enter the name."))])
    person = Person(
        code=_next_code(session),
        name=written(name),
        name_en=written(name_en),
        phone=written(phone),
        email=written(email),
    )
    session.add(person)
    session.flush()
    _record(session, "person_added", actor, now, person_id=person.id, code=person.code, name=person.name)
    return person


def begin_post(
    session: Session,
    actor: Actor | None,
    *,
    person_id: int,
    organisation_id: int,
    role: Role,
    title: str = "",
    now: datetime,
) -> Post:
    """The person holds the role from today on. Raises `Conflict` when they hold it already."""
    _require(session, actor, now)
    today = _today(now)
    if session.get(Person, person_id) is None or session.get(Organisation, organisation_id) is None:
        raise NotFound(Text("没有这个人员或组织。", "There is no such person or organisation."))
    held = session.scalar(
        select(func.count())
        .select_from(Post)
        .where(
            Post.person_id == person_id,
            Post.organisation_id == organisation_id,
            Post.role == role.value,
            valid(Post, today),
        )
    )
    if held:
        raise Conflict(Text("此人已任该岗位。", "The person holds this post already."))
    post = Post(
        person_id=person_id, organisation_id=organisation_id, role=role.value, title=written(title), valid_from=today
    )
    session.add(post)
    session.flush()
    _record(
        session,
        "post_begun",
        actor,
        now,
        post_id=post.id,
        person_id=person_id,
        organisation_id=organisation_id,
        role=role.value,
        title=post.title,
    )
    return post


def end_post(session: Session, actor: Actor | None, post_id: int, *, now: datetime) -> Post:
    """The post counts no more from now on; whoever has no post left is signed out everywhere and cannot sign in.

    A post counts by whole days, so its last day is yesterday: work that is open goes to the other holders at once, with
    what the person had claimed or was handed (workflows.departures).
    Raises `Conflict` for the post of the last administrator who can sign in.
    """
    _require(session, actor, now)
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        raise NotFound(Text("没有这个岗位。", "There is no such post."))
    today = _today(now)
    if post.valid_to is not None and post.valid_to < today:
        raise Conflict(Text("这个岗位已经结束。", "This post has ended already."))
    account = session.scalar(select(Account).where(Account.person_id == post.person_id))
    if account is not None and _is_only_administration(session, post, today):
        accounts.require_another_administrator(session, account.id, now)
    post.valid_to = today - timedelta(days=1)
    session.flush()
    left = session.scalar(
        select(func.count()).select_from(Post).where(Post.person_id == post.person_id, valid(Post, today))
    )
    departures.leave(session, actor, post.person_id, now=now)
    _record(session, "post_ended", actor, now, post_id=post.id, person_id=post.person_id, last_day=post.valid_to)
    if not left and account is not None:
        accounts.deactivate(session, actor, account.id, now=now)
    return post


def _is_only_administration(session: Session, post: Post, today: date) -> bool:
    """Whether the person administers through this post and no other."""
    if post.role != Role.ADMINISTRATOR:
        return False
    others = select(Post.id).where(
        Post.person_id == post.person_id, Post.role == Role.ADMINISTRATOR, Post.id != post.id, valid(Post, today)
    )
    return session.scalar(others) is None


def unlock(session: Session, actor: Actor | None, account_id: int, *, now: datetime) -> Account:
    """Let somebody try again who entered too many wrong passwords; the password stays."""
    _require(session, actor, now)
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound(Text("没有这个账号。", "There is no such account."))
    account.failed_count = 0
    account.locked_until = None
    _record(session, "account_unlocked", actor, now, account_id=account.id, username=account.username)
    return account


def set_parameter(
    session: Session, actor: Actor | None, name: str, *, value: Value, reason: str, valid_from: date, now: datetime
) -> Parameter:
    """The office's own value of a parameter from a day on, which is not in the past. Raises `Invalid`.

    Cases that are under way are decided with the value of the day of each decision; nothing decided changes.
    """
    _require(session, actor, now)
    known = rule_set(CURRENT).parameters.get(name)
    if known is None:
        raise NotFound(Text("没有这个参数。", "There is no such parameter."))
    mistakes = [Mistake("/value", refusal)] if (refusal := known.refusal(value)) else []
    if not written(reason):
        mistakes.append(Mistake("/reason", Text("请写明理由或依据。", "Give the reason or the basis.")))
    if valid_from < _today(now):
        mistakes.append(Mistake("/valid_from", Text("不能对过去的日期设定。", "A day in the past cannot be set.")))
    if session.scalar(select(Parameter.id).where(Parameter.name == name, Parameter.valid_from == valid_from)):
        mistakes.append(
            Mistake(
                "/valid_from", Text("这一天已有设定，请另选日期。", "This day has a value already: choose another.")
            )
        )
    if mistakes:
        raise Invalid(mistakes)
    row = Parameter(
        name=name,
        value={"value": value},
        source=written(reason),
        confidence="chosen",
        valid_from=valid_from,
        set_by_id=actor.person_id if actor else None,
    )
    session.add(row)
    settings.bump(session)
    session.flush()
    _record(session, "parameter_set", actor, now, name=name, value=value, reason=row.source, valid_from=valid_from)
    return row


def read_notice(text: str, year: int) -> tuple[NoticeDay, ...]:
    """The days of a pasted notice, one a line: `2027-01-01 休 元旦` or `2027-01-03 班`. Raises `Invalid` by line."""
    days: dict[date, NoticeDay] = {}
    mistakes = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _notice_day(line, year)
        if isinstance(found, Text):
            mistakes.append(Mistake("/days", Text(f"第 {number} 行：{found.zh}", f"Line {number}: {found.en}")))
        elif found.day in days:
            mistakes.append(
                Mistake("/days", Text(f"第 {number} 行：日期重复。", f"Line {number}: this day stands here twice."))
            )
        else:
            days[found.day] = found
    if not days and not mistakes:
        mistakes.append(Mistake("/days", Text("没有填写任何日期。", "No day was entered.")))
    if mistakes:
        raise Invalid(mistakes)
    return tuple(days[day] for day in sorted(days))


def load_year(
    session: Session, actor: Actor | None, year: int, days: Iterable[NoticeDay], *, source: str, now: datetime
) -> int:
    """Replace the loaded days of a year by those of a notice; answers their number. The event keeps what was before."""
    _require(session, actor, now)
    if not written(source):
        raise Invalid([Mistake("/source", Text("请写明通知的文号。", "Give the number of the notice."))])
    old = session.scalars(select(CalendarDay).where(extract("year", CalendarDay.day) == year)).all()
    before = {row.day.isoformat(): [row.working, row.name] for row in old}
    for row in old:
        session.delete(row)
    session.flush()
    new = [CalendarDay(day=d.day, working=d.working, name=d.name, source=written(source)) for d in days]
    session.add_all(new)
    settings.bump(session)
    session.flush()
    after = {row.day.isoformat(): [row.working, row.name] for row in new}
    _record(session, "calendar_loaded", actor, now, year=year, source=written(source), before=before, after=after)
    return len(new)


def _notice_day(line: str, year: int) -> NoticeDay | Text:
    parts = line.split(maxsplit=2)
    try:
        day = date.fromisoformat(parts[0].replace("/", "-"))
    except ValueError:
        return Text(f"“{parts[0]}”不是日期，应为 {year}-01-01 的样式。", f"“{parts[0]}” is no date like {year}-01-01.")
    if day.year != year:
        return Text(f"“{parts[0]}”不在 {year} 年。", f"“{parts[0]}” is not in {year}.")
    kind = parts[1] if len(parts) > 1 else ""
    if kind not in ("休", "班", "off", "work"):
        return Text("日期后请写“休”或“班”。", "After the date write “off” or “work”.")
    return NoticeDay(day, kind in ("班", "work"), parts[2].strip() if len(parts) > 2 else "")


def _next_code(session: Session) -> str:
    highest = session.scalar(select(func.max(Person.id))) or 0
    taken = set(session.scalars(select(Person.code)))
    number = highest + 1
    while f"P{number:03d}" in taken:
        number += 1
    return f"P{number:03d}"


def _require(session: Session, actor: Actor | None, now: datetime) -> None:
    if actor is not None:
        access.require(session, actor, access.Permission.ADMINISTER, None, _today(now))


def _today(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()


def _record(session: Session, kind: str, actor: Actor | None, now: datetime, **data: Any) -> None:
    plain: Mapping[str, Any] = {key: v.isoformat() if isinstance(v, date) else v for key, v in data.items()}
    events.record(session, events.ADMINISTRATION, kind, plain, now=now, actor=actor)

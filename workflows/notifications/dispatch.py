"""From notices to messages: who stands in the role today, by which channels, and when each may be told.

A notice is taken up once. What is not sent yet and may still be held back is gathered: one message for each channel of a
person, however many notices it tells of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, joinedload

from workflows import catalogue, settings
from workflows.engine.operations import OFFICE_ZONE
from workflows.notifications.hours import Hours, due_at
from workflows.notifications.letters import Line, Site, compose
from workflows.notifications.sentences import sentence_of
from workflows.organisations.actors import NOT_BY_PROXY, valid
from workflows.storage import Database
from workflows.storage.cases import Case, Notice
from workflows.storage.notifications import Channel, Message, NotificationSettings
from workflows.storage.organisations import Account, Post, Proxy
from workflows.text import Text

AT_ONCE = 500  # notices of one transaction


def dispatch(database: Database, now: datetime, site: Site) -> int:
    """Put everything that people were told into the outbox; answers how many messages are new. Sends nothing."""
    made = 0
    while _waits(database):
        with database.write() as session:
            notices = session.scalars(
                select(Notice)
                .where(Notice.dispatched_at.is_(None))
                .order_by(Notice.id)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            ).all()
            made += _Run(session, now, site).take_up(notices)
        if len(notices) < AT_ONCE:
            break
    return made


def _waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(select(exists().where(Notice.dispatched_at.is_(None)))))


@dataclass(slots=True)
class _Run:
    session: Session
    now: datetime
    site: Site
    _lines: dict[int, Line] = field(default_factory=dict)

    def take_up(self, notices: Sequence[Notice]) -> int:
        """Make or lengthen the messages about these notices, and mark them as taken up."""
        told = recipients(self.session, [n for n in notices if n.read_at is None], self.today)
        made = 0
        for channel, account in _channels(self.session, told):
            made += self._tell(channel, account, told[channel.person_id])
        self.session.execute(
            update(Notice).where(Notice.id.in_([notice.id for notice in notices])).values(dispatched_at=self.now)
        )
        return made

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    def _tell(self, channel: Channel, account: Account | None, notice_ids: Sequence[int]) -> int:
        hours = Hours.of(self.session.get(NotificationSettings, channel.person_id))
        locale = (account.locale if account is not None else "") or "zh"
        waiting = self._held_back(channel)
        if waiting is not None:
            waiting.notices = [*waiting.notices, *notice_ids]
            waiting.subject, waiting.body = self._composed(waiting.notices, locale)
            return 0
        subject, body = self._composed(notice_ids, locale)
        self.session.add(
            Message(
                message_id=f"<notice-{notice_ids[0]}.channel-{channel.id}@{self.site.host}>",
                person_id=channel.person_id,
                channel_id=channel.id,
                notices=list(notice_ids),
                subject=subject,
                body=body,
                created_at=self.now,
                due_at=due_at(self.now, hours, settings.load(self.session).calendar),
            )
        )
        return 1

    def _held_back(self, channel: Channel) -> Message | None:
        """The message of a channel that waits for its hour, and was never tried."""
        waiting = select(Message).where(
            *(Message.channel_id == channel.id, Message.sent_at.is_(None), Message.failed_at.is_(None)),
            *(Message.attempts == 0, Message.due_at > self.now),
        )
        rows = self.session.scalars(waiting.order_by(Message.id).with_for_update())
        return next((message for message in rows if message.notices), None)

    def _composed(self, notice_ids: Sequence[int], locale: str) -> tuple[str, str]:
        self._read([notice_id for notice_id in notice_ids if notice_id not in self._lines])
        return compose([self._lines[notice_id] for notice_id in notice_ids], locale, self.site)

    def _read(self, notice_ids: Collection[int]) -> None:
        """Read what notices are about; once in a run, whoever is told."""
        if not notice_ids:
            return
        rows = self.session.execute(
            select(Notice, Case)
            .join(Case, Case.id == Notice.case_id)
            .where(Notice.id.in_(notice_ids))
            .options(joinedload(Case.applicant))
        )
        for notice, case in rows:
            definition = catalogue.definition_of(self.session, case.definition_id)
            name, title = case.applicant.name_en or case.applicant.name, definition.text(definition.title)
            self._lines[notice.id] = Line(
                case_id=case.id,
                number=case.number,
                title=Text(case.title, f"{name}: {title.en}"),
                sentence=sentence_of(notice, definition),
            )


def recipients(session: Session, notices: Iterable[Notice], on: date) -> dict[int, list[int]]:
    """Who is told of what: ids of notices, in order, by person. A role is held by its holders of the day.

    Whoever stands in for one of them today, in cases of the procedure, is told as well.
    """
    by_id = {notice.id: notice for notice in notices}
    told: dict[int, dict[int, None]] = {}

    def tell(person_id: int, notice_id: int) -> None:
        told.setdefault(person_id, {})[notice_id] = None

    held = (
        select(Notice.id, Notice.case_id, Post.person_id, Post.role)
        .join(Post, (Post.organisation_id == Notice.organisation_id) & (Post.role == Notice.role))
        .where(Notice.id.in_(by_id), valid(Post, on))
    )
    reached = [(n.id, n.case_id, n.person_id, "") for n in by_id.values() if n.person_id is not None]
    reached += [(notice_id, case_id, person_id, role) for notice_id, case_id, person_id, role in session.execute(held)]
    for notice_id, _, person_id, _ in reached:
        tell(person_id, notice_id)
    proxies = _proxies(session, {person_id for _, _, person_id, role in reached if role not in NOT_BY_PROXY}, on)
    if proxies:
        procedures = _procedures(session, {case_id for _, case_id, _, _ in reached})
        for notice_id, case_id, person_id, role in reached:
            for proxy in proxies.get(person_id, ()) if role not in NOT_BY_PROXY else ():
                if not proxy.procedures or procedures[case_id] in proxy.procedures:
                    tell(proxy.proxy_id, notice_id)
    return {person_id: sorted(ids) for person_id, ids in told.items()}


def _proxies(session: Session, people: Collection[int], on: date) -> Mapping[int, list[Proxy]]:
    found: dict[int, list[Proxy]] = {}
    in_force = (Proxy.valid_from <= on, Proxy.valid_to >= on, Proxy.ended_at.is_(None))
    for proxy in session.scalars(select(Proxy).where(Proxy.principal_id.in_(people), *in_force)):
        found.setdefault(proxy.principal_id, []).append(proxy)
    return found


def _procedures(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Case.id, Case.procedure).where(Case.id.in_(case_ids)))
    return {case_id: procedure for case_id, procedure in rows}  # noqa: C416 - rows are no plain tuples


def _channels(session: Session, people: Collection[int]) -> list[tuple[Channel, Account | None]]:
    """The channels in use of people whose account is not ended, locked: two runs gather into one message."""
    if not people:
        return []
    rows = session.execute(
        select(Channel, Account)
        .outerjoin(Account, Account.person_id == Channel.person_id)
        .where(Channel.person_id.in_(people), Channel.active.is_(True))
        .order_by(Channel.id)
        .with_for_update(of=Channel)
    )
    return [(channel, account) for channel, account in rows if account is None or account.active]

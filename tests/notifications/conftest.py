"""An office with a case, people with channels, and carriers that keep what they were given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.cases.conftest import Office, office
from workflows.notifications.carriers import Carriers, Letter, Undelivered
from workflows.notifications.delivery import Delivered, deliver
from workflows.notifications.dispatch import dispatch
from workflows.notifications.letters import Site
from workflows.notifications.reasons import Reason
from workflows.storage import Database
from workflows.storage.cases import Notice
from workflows.storage.notifications import Channel, Message, NotificationSettings
from workflows.worker import Outside, Swept, sweep

SITE = Site(lambda case_id: f"https://jianhui.example.cn/cases/{case_id}", "https://jianhui.example.cn/set", "test.cn")
KINDS = ("mail", "wecom", "dingtalk", "feishu")


@dataclass
class Post:
    """Stands for the services outside: takes letters, unless a kind is down or a letter is refused."""

    letters: list[Letter] = field(default_factory=list)
    attempts: int = 0
    down: set[str] = field(default_factory=set)
    refuses: Callable[[Letter], bool] = lambda letter: False

    @property
    def carriers(self) -> Carriers:
        return {kind: self._carrier(kind) for kind in KINDS}

    def _carrier(self, kind: str) -> Callable[[Letter], None]:
        def carry(letter: Letter) -> None:
            self.attempts += 1
            if kind in self.down or self.refuses(letter):
                raise Undelivered(Reason.UNREACHABLE)
            self.letters.append(letter)

        return carry

    @property
    def outside(self) -> Outside:
        return Outside(SITE, self.carriers)

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.address == address]


@dataclass
class Told:
    """The office, the post, and short ways to let time pass."""

    office: Office
    post: Post = field(default_factory=Post)

    @property
    def db(self) -> Database:
        return self.office.db

    def person(self, who: str) -> int:
        return self.office.world.people[who]

    def channel(self, who: str, kind: str = "mail", address: str = "", **wishes: Any) -> int:
        """Give somebody a channel, with wishes of when to be told."""
        with self.db.write() as session:
            person_id = self.person(who)
            row = Channel(
                person_id=person_id, kind=kind, address=address or f"{who}@example.cn", created_at=self.office.now
            )
            session.add(row)
            if wishes:
                session.merge(NotificationSettings(person_id=person_id, **wishes))
            session.flush()
            return row.id

    def tell(self, who: str = "", kind: str = "case_completed", **more: Any) -> int:
        """Leave a notice about the case: for a person, or `organisation_id` and `role`."""
        with self.db.write() as session:
            person_id = self.person(who) if who else None
            values = {"case_id": self.office.case_id, "data": {}, "created_at": self.office.now, **more}
            notice = Notice(kind=kind, person_id=person_id, **values)
            session.add(notice)
            session.flush()
            return notice.id

    def dispatch(self) -> int:
        return dispatch(self.db, self.office.now, SITE)

    def deliver(self) -> Delivered:
        return deliver(self.db, self.office.now, self.post.carriers)

    def sweep(self) -> Swept:
        return sweep(self.db, self.office.now, outside=self.post.outside)

    def wait(self, **time: float) -> None:
        self.office.now += timedelta(**time)

    def at(self, moment: datetime) -> Told:
        self.office.now = moment
        return self

    def messages(self) -> list[Message]:
        with self.db.read() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def notices(self, kind: str) -> list[Notice]:
        with self.db.read() as session:
            return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))

    def channel_row(self, channel_id: int) -> Channel:
        with self.db.read() as session:
            return session.get_one(Channel, channel_id)


@pytest.fixture
def told(office: Office) -> Told:
    office.start()
    return Told(office)


__all__ = ["Post", "Told", "office", "told"]

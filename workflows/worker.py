"""The sweep: what has fallen due is done, and what people were told is sent outside.

It decides and approves nothing. Everything it takes is a row under a lock and a transaction of its own, so a crash
loses nothing, and any number of workers may sweep at once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event as Signal

from sqlalchemy import Select, literal_column, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from workflows import due_timers
from workflows.cases.remind import Looked, look_at
from workflows.due_timers import DROPPED, OPENED, POSTPONED, REMINDED
from workflows.engine.operations import OFFICE_ZONE
from workflows.notifications.carriers import Carriers
from workflows.notifications.delivery import Delivered, deliver
from workflows.notifications.dispatch import dispatch
from workflows.notifications.letters import Site
from workflows.storage import Database
from workflows.storage.cases import Task, TaskStatus

LIMIT = 200  # timers, and tasks, of one sweep; the rest waits for the next
EVERY_SECONDS = 60
ESCALATED = "escalated"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    """How people are reached outside the application, and where the application is reached from there."""

    site: Site
    carriers: Carriers


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: timers and tasks by what came of them, and messages.

    `postponed`: timers that are due again tomorrow, with the reason. `undelivered`: messages that were not taken.
    """

    reminded: int = 0
    opened: int = 0
    postponed: int = 0
    dropped: int = 0  # what they were about has ended, or was done already
    escalated: int = 0
    sent: int = 0
    undelivered: int = 0

    @property
    def taken(self) -> int:
        due = self.reminded + self.opened + self.postponed + self.dropped + self.escalated
        return due + self.sent + self.undelivered


def sweep(database: Database, now: datetime, limit: int = LIMIT, outside: Outside | None = None) -> Swept:
    """Take what is due at `now`, the longest due first; what is not due is not read.

    Whatever fails is taken up another day and keeps nobody else from theirs. Without `outside` nothing is sent. Raises
    only when the database is away.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    with database.read() as session:
        timers = session.execute(due_timers.due(today, limit)).all()
        tasks = session.execute(_due_tasks(today, limit)).all()
    counted = Counter(due_timers.take(database, timer_id, case_id, now) for timer_id, case_id in timers)
    looked = [_look_at(database, task_id, case_id, now) for task_id, case_id in tasks]
    counted[REMINDED] += sum(one.said is not None for one in looked)
    counted[ESCALATED] += sum(one.escalated for one in looked)
    delivered = Delivered()
    if outside is not None:
        dispatch(database, now, outside.site)
        delivered = deliver(database, now, outside.carriers)
    return Swept(
        reminded=counted[REMINDED],
        opened=counted[OPENED],
        postponed=counted[POSTPONED],
        dropped=counted[DROPPED],
        escalated=counted[ESCALATED],
        sent=delivered.sent,
        undelivered=delivered.postponed + delivered.given_up,
    )


def sweep_in(session: Session, now: datetime, *, timers: int = LIMIT, tasks: int = LIMIT) -> int:
    """Take due timers and tasks within the caller's transaction, at most so many; answers how many.

    For days that lie in the past: nothing is sent outside.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    due = session.execute(due_timers.due(today, timers)).all()
    for timer_id, case_id in due:
        due_timers.take_in(session, timer_id, case_id, now)
    late = session.execute(_due_tasks(today, tasks)).all()
    for task_id, task_case_id in late:
        look_at(session, task_id, task_case_id, now)
    return len(due) + len(late)


def run(
    database: Database,
    clock: Callable[[], datetime],
    stop: Signal,
    *,
    every: float = EVERY_SECONDS,
    outside: Outside | None = None,
    on_swept: Callable[[Swept], None] = lambda swept: None,
) -> None:
    """Sweep at once and then every so many seconds, until `stop` is set. A database that is away is asked again later."""
    while True:
        try:
            on_swept(sweep(database, clock(), outside=outside))
        except Exception:
            _log.exception("the sweep failed; it is tried again in %s seconds", every)
        if stop.wait(every):
            return


def _due_tasks(today: date, limit: int) -> Select[int, int]:
    is_open = Task.status == literal_column(
        f"'{TaskStatus.OPEN}'"
    )  # written out: a parameter may miss the partial index
    return (
        select(Task.id, Task.case_id)
        .where(is_open, Task.remind_on.is_not(None), Task.remind_on <= today)
        .order_by(Task.remind_on, Task.id)
        .limit(limit)
    )


def _look_at(database: Database, task_id: int, case_id: int, now: datetime) -> Looked:
    try:
        with database.write() as session:
            return look_at(session, task_id, case_id, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _log.exception("task %s could not be reminded of; it is looked at again tomorrow", task_id)
        with database.write() as session:
            task = session.get_one(Task, task_id, with_for_update=True)
            task.remind_on = now.astimezone(OFFICE_ZONE).date() + timedelta(days=1)
        return Looked()

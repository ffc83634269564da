"""Timers that have fallen due: a reminder is left for whom it concerns, or a follow-on case is opened.

They decide and approve nothing. Each is one transaction that also marks it done, so a crash repeats nothing and loses
nothing, and any number of workers may take them at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from workflows import cases, catalogue, departures, events
from workflows.cases.clock import SUSPENSION_ENDS
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, DomainError, NotFound
from workflows.ledger import enterprises
from workflows.organisations import lanes
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, CaseStatus, Notice, Task
from workflows.storage.organisations import Organisation
from workflows.storage.unions import Timer
from workflows.storage.watching import Suspension
from workflows.text import Text

REMIND, OPEN_CASE = "remind", "open_case"  # the kinds of timer

REMINDED, OPENED, POSTPONED, DROPPED = "reminded", "opened", "postponed", "dropped"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What came of one timer; `note` stays with it."""

    came_of_it: str
    note: str


def due(today: date, limit: int) -> Select[int, int | None]:
    """The timers due on a day, the longest due first: id and case."""
    return (
        select(Timer.id, Timer.case_id)
        .where(Timer.done_at.is_(None), Timer.due_on <= today)
        .order_by(Timer.due_on, Timer.id)
        .limit(limit)
    )


def take(database: Database, timer_id: int, case_id: int | None, now: datetime) -> str:
    """Take a timer and answer what came of it. One that fails is due again tomorrow, with the reason."""
    today = _day(now)
    try:
        with database.write() as session:
            return take_in(session, timer_id, case_id, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _log.exception("timer %s failed", timer_id)
        with database.write() as session:
            timer = _locked(session, timer_id, today)
            if timer is not None:
                _postpone(timer, f"failed: {type(error).__name__}", today)
        return POSTPONED


def take_in(session: Session, timer_id: int, case_id: int | None, now: datetime) -> str:
    """Take a timer in the caller's transaction, which a failure ends; empty when another worker was faster."""
    today = _day(now)
    # The case before the timer, in the order in which people's actions lock them.
    case = session.get(Case, case_id, with_for_update=True) if case_id is not None else None
    timer = _locked(session, timer_id, today)
    if timer is None:
        return ""  # another worker was faster, or what it was about has been done
    taken = _TAKE[timer.kind](session, timer, case, now, today) if timer.kind in _TAKE else _unknown(timer)
    if taken.came_of_it == POSTPONED:
        _postpone(timer, taken.note, today)
    else:
        timer.done_at, timer.outcome = now, taken.note
    return taken.came_of_it


def _locked(session: Session, timer_id: int, today: date) -> Timer | None:
    """The timer, if it is still due and nobody else has it in hand."""
    return session.scalars(
        select(Timer)
        .where(Timer.id == timer_id, Timer.done_at.is_(None), Timer.due_on <= today)
        .with_for_update(skip_locked=True)
    ).first()


def _day(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()


def _postpone(timer: Timer, note: str, today: date) -> None:
    timer.due_on, timer.outcome = today + timedelta(days=1), note


# ---- what a timer does ----------------------------------------------------------------------------------------------


def _remind(session: Session, timer: Timer, case: Case | None, now: datetime, today: date) -> _Taken:
    """A line for whoever holds `role` behind `relation`, and an event in the case. `data`: relation, role, text.

    With `while_open` it is only for as long as the case is open.
    """
    if case is None:
        return _Taken(DROPPED, "no case")
    if timer.data.get("while_open") and case.status != CaseStatus.OPEN:
        return _Taken(DROPPED, f"case {case.status}")
    relation, role = timer.data["relation"], timer.data["role"]
    told = lanes.acting_organisation(session, relation, timer.organisation_id or case.applicant_id, today)
    if told is None:
        return _Taken(POSTPONED, f"no {relation}")
    text = {"zh": timer.data["text"]["zh"], "en": timer.data["text"]["en"]}
    session.add(
        Notice(
            case_id=case.id,
            kind="reminder",
            organisation_id=told.id,
            role=role,
            data={"text": text, "rule": timer.rule},
            created_at=now,
        )
    )
    events.record(
        session,
        "",
        "reminded",
        {"text": text, "rule": timer.rule, "relation": relation, "role": role, "timer": timer.name},
        now=now,
        organisation_id=told.id,
        case=case,
    )
    return _Taken(REMINDED, "reminded")


def _open_case(session: Session, timer: Timer, case: Case | None, now: datetime, today: date) -> _Taken:
    """A case of `data["procedure"]` for the organisation, begun for whoever may start it there today.

    The case says that it was begun because something fell due, and the case it follows names it.
    """
    procedure, organisation = timer.data["procedure"], session.get(Organisation, timer.organisation_id)
    if organisation is None or (organisation.valid_to is not None and organisation.valid_to < today):
        return _Taken(DROPPED, "organisation ended")
    try:
        definition = catalogue.definition_of(session, catalogue.current(session, procedure).id)
    except NotFound:
        return _Taken(POSTPONED, f"{procedure} is not published")
    holders = lanes.people_in(session, organisation, definition.settings.start.role, today)
    if not holders:
        return _Taken(POSTPONED, f"vacant: {definition.settings.start.role}")
    try:
        with session.begin_nested():
            opened = cases.start_case(
                session,
                actor_of(session, holders[0].person_id, today),
                procedure,
                applicant_id=organisation.id,
                now=now,
                key=f"timer:{timer.name}",
            )
    except Conflict as already:
        return _Taken(DROPPED, f"open already: {already.details.get('number', '')}")
    except DomainError as refused:
        return _Taken(DROPPED, f"refused: {refused.code}")
    _say_why(session, timer, opened, now)
    if case is not None:
        link = {"case": opened.id, "number": opened.number, "timer": timer.name}
        events.record(session, "", "follow_on_started", link, now=now, case=case)
    return _Taken(OPENED, f"opened: {opened.number}")


def _suspension_ends(session: Session, timer: Timer, case: Case | None, now: datetime, today: date) -> _Taken:
    """The day on which a suspension was expected to end: whoever suspended the case is told. It does not end by itself."""
    suspension = session.get(Suspension, timer.data["suspension"])
    if case is None or suspension is None or suspension.ended_at is not None:
        return _Taken(DROPPED, "resumed")
    text = _plain(
        Text(
            f"办件预计于 {suspension.until} 恢复，目前仍在中止；到期不会自动恢复。",
            f"The case was expected to go on by {suspension.until} and is still suspended; it does not go on by itself.",
        )
    )
    notice = Notice(
        case_id=case.id, kind="reminder", person_id=suspension.begun_by_id, data={"text": text}, created_at=now
    )
    session.add(notice)
    events.record(session, "", "reminded", {"text": text, "timer": timer.name}, now=now, case=case)
    return _Taken(REMINDED, "reminded")


def _departure(session: Session, timer: Timer, case: Case | None, now: datetime, today: date) -> _Taken:
    """The last day of a post or a proxy has passed: what the person may no longer do is free again."""
    departures.leave(session, None, timer.data["person"], now=now)
    return _Taken(DROPPED, "let go")


def _fall_back(session: Session, timer: Timer, case: Case | None, now: datetime, today: date) -> _Taken:
    """8.2: a standard that no longer holds is entered in the ledger and told to whoever it concerns."""
    if not enterprises.fall_back(session, timer, now):
        return _Taken(DROPPED, "still holds, or was left before")
    return _remind(session, timer, case, now, today)


def _say_why(session: Session, timer: Timer, opened: Case, now: datetime) -> None:
    """Nobody asked for the case: its tasks are free for every colleague, and its record begins with the reason."""
    session.flush()
    session.execute(update(Task).where(Task.case_id == opened.id).values(assignee_id=None, claimed_at=None))
    why = timer.data.get("text") or _plain(Text("到期自动发起。", "Begun because it fell due."))
    data = {"text": dict(why), "rule": timer.rule, "timer": timer.name, "from_case": timer.case_id}
    events.record(session, "", "begun_when_due", data, now=now, case=opened)


def _plain(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _unknown(timer: Timer) -> _Taken:
    return _Taken(POSTPONED, f"unknown kind: {timer.kind}")


_TAKE: Mapping[str, Callable[[Session, Timer, Case | None, datetime, date], _Taken]] = {
    REMIND: _remind,
    OPEN_CASE: _open_case,
    enterprises.FALL_BACK: _fall_back,
    SUSPENSION_ENDS: _suspension_ends,
    departures.DEPARTURE: _departure,
}

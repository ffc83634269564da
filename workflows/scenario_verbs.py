"""The actions of a scenario beside starting and deciding: each by the verb the pages use.

A person is written as scenarios name people; two verbs that a page offers on one opinion find it by whom it was asked of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import cases
from workflows.cases.nudge import nudge
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import NotFound
from workflows.organisations.actors import Actor, actor_of
from workflows.organisations.proxies import end_proxy, name_proxy
from workflows.sample_world import World
from workflows.storage.cases import Task, TaskKind
from workflows.storage.consulting import Opinion
from workflows.storage.organisations import Proxy
from workflows.storage.watching import Copy, Supervision
from workflows.text import Text

Do = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """One action: who does it, when, in which world, and what the scenario says of it."""

    session: Session
    actor: Actor
    world: World
    now: datetime
    do: Do

    @property
    def reason(self) -> str:
        return str(self.do.get("reason", ""))

    def day(self, name: str) -> date | None:
        value = self.do.get(name)
        return value if value is None or isinstance(value, date) else date.fromisoformat(value)

    def people(self, name: str) -> list[int]:
        wanted = self.do.get(name, [])
        return [self.world.people[who] for who in ([wanted] if isinstance(wanted, str) else wanted)]


def _child(turn: Turn, task: Task, kind: TaskKind) -> int:
    query = select(Task.id).where(Task.parent_id == task.id, Task.kind == kind).order_by(Task.id.desc())
    return turn.session.scalars(query).first() or 0


def _opinion(turn: Turn, task: Task) -> int:
    """The newest opinion on the task asked of `of`, or of whoever acts."""
    [person] = turn.people("of") or [turn.actor.person_id]
    query = select(Opinion.id).where(Opinion.task_id == task.id, Opinion.person_id == person)
    return turn.session.scalars(query.order_by(Opinion.id.desc())).first() or 0


def _pairs(turn: Turn) -> list[tuple[int, int]]:
    today = turn.now.astimezone(OFFICE_ZONE).date()
    actors = [actor_of(turn.session, person, today) for person in turn.people("people")]
    return [(each.person_id, each.seats[0].organisation_id) for each in actors]


def _newest(turn: Turn, row: type[Copy | Supervision | Proxy], *conditions: Any) -> int:
    found = turn.session.scalars(select(row.id).where(*conditions).order_by(row.id.desc())).first()
    if found is None:
        raise NotFound(Text("没有找到。", "Not found."))
    return found


ON_TASK: dict[str, Callable[[Turn, Task], object]] = {
    "claim": lambda t, task: cases.claim(t.session, t.actor, task.id, now=t.now),
    "release": lambda t, task: cases.release(t.session, t.actor, task.id, now=t.now),
    "hand_over": lambda t, task: cases.hand_over(
        t.session, t.actor, task.id, to=t.people("to")[0], reason=t.reason, now=t.now
    ),
    "ask": lambda t, task: cases.ask(
        t.session,
        t.actor,
        task.id,
        kind=t.do.get("kind", "before"),
        people=_pairs(t),
        question=t.do.get("question", ""),
        due_on=t.day("due_on"),
        now=t.now,
    ),
    "give_opinion": lambda t, task: cases.give_opinion(
        t.session, t.actor, _opinion(t, task), verdict=t.do.get("verdict", ""), text=t.do.get("text", ""), now=t.now
    ),
    "take_back_question": lambda t, task: cases.take_back_question(
        t.session, t.actor, _opinion(t, task), reason=t.reason, now=t.now
    ),
    "cancel_decision": lambda t, task: cases.cancel_decision(t.session, t.actor, task.id, now=t.now),
    "renew_group": lambda t, task: cases.renew_group(t.session, t.actor, task.id, now=t.now),
    "send_back": lambda t, task: cases.send_back(
        t.session,
        t.actor,
        task.id,
        to_step=t.do["to"],
        straight=t.do.get("straight", False),
        reason=t.reason,
        now=t.now,
    ),
    "take_back": lambda t, task: cases.take_back(t.session, t.actor, task.id, reason=t.reason, now=t.now),
    "request_correction": lambda t, task: cases.request_correction(
        t.session, t.actor, task.id, items=t.do["items"], reply_by=t.day("reply_by"), now=t.now
    ),
    "answer_correction": lambda t, task: cases.answer_correction(
        t.session, t.actor, _child(t, task, TaskKind.CORRECTION), answer=t.do.get("answer", ""), now=t.now
    ),
    "take_back_correction": lambda t, task: cases.take_back_correction(t.session, t.actor, task.id, now=t.now),
    "confirm_reply": lambda t, task: cases.confirm_reply(
        t.session, t.actor, _child(t, task, TaskKind.CONFIRMATION), now=t.now
    ),
    "reject_reply": lambda t, task: cases.reject_reply(
        t.session, t.actor, _child(t, task, TaskKind.CONFIRMATION), reason=t.reason, now=t.now
    ),
    "nudge": lambda t, task: nudge(t.session, t.actor, task.id, text=t.do.get("text", ""), now=t.now),
    "extend": lambda t, task: cases.extend(
        t.session,
        t.actor,
        task.id,
        to_on=t.day("to_on") or date.min,
        reason=t.reason,
        rule=t.do.get("rule", ""),
        now=t.now,
    ),
}

ON_CASE: dict[str, Callable[[Turn, int], object]] = {
    "withdraw": lambda t, case_id: cases.withdraw(
        t.session, t.actor, case_id, reason=t.reason, children=t.do.get("children", ""), now=t.now
    ),
    "copy": lambda t, case_id: cases.copy_case(
        t.session, t.actor, case_id, people=t.people("people"), note=t.do.get("note", ""), now=t.now
    ),
    "read_copy": lambda t, case_id: cases.read_copy(
        t.session,
        t.actor,
        _newest(t, Copy, Copy.case_id == case_id, Copy.person_id == t.actor.person_id),
        now=t.now,
    ),
    "supervise": lambda t, case_id: cases.supervise(
        t.session, t.actor, case_id, demand=t.do.get("demand", ""), due_on=t.day("due_on"), now=t.now
    ),
    "close_supervision": lambda t, case_id: cases.close_supervision(
        t.session,
        t.actor,
        _newest(t, Supervision, Supervision.case_id == case_id),
        conclusion=t.do.get("conclusion", ""),
        now=t.now,
    ),
    "instruct": lambda t, case_id: cases.instruct(t.session, t.actor, case_id, text=t.do.get("text", ""), now=t.now),
    "suspend": lambda t, case_id: cases.suspend(
        t.session, t.actor, case_id, reason=t.reason, until=t.day("until"), now=t.now
    ),
    "resume": lambda t, case_id: cases.resume(t.session, t.actor, case_id, reason=t.reason, now=t.now),
}


def _name_proxy(turn: Turn) -> Proxy:
    today = turn.now.astimezone(OFFICE_ZONE).date()
    return name_proxy(
        turn.session,
        turn.actor,
        principal_id=turn.actor.person_id,
        proxy_id=turn.people("proxy")[0],
        valid_from=turn.day("valid_from") or today,
        valid_to=turn.day("valid_to") or today,
        procedures=turn.do.get("procedures", ()),
        reason=turn.reason,
        today=today,
        now=turn.now,
    )


BESIDE: dict[str, Callable[[Turn], object]] = {
    "name_proxy": _name_proxy,
    "end_proxy": lambda t: end_proxy(
        t.session, t.actor, _newest(t, Proxy, Proxy.principal_id == t.actor.person_id), now=t.now
    ),
}

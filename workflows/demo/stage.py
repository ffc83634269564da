"""Plays invented people through the real verbs on days that lie in the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import cases
from workflows.calendar import Calendar
from workflows.demo.organisations import Cast
from workflows.demo.scans import scan
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations.actors import Actor, actor_of
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.papers import Paper

PROCEDURE = "zone_union"


@dataclass(slots=True)
class Stage:
    """`days_ago` counts back from `today` and moves on to the next working day, never beyond today."""

    session: Session
    cast: Cast
    now: datetime
    calendar: Calendar

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    def day(self, days_ago: int) -> date:
        return min(self.today, self.calendar.next_working_day(self.today - timedelta(days=days_ago)))

    def moment(self, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """Office hours of that day, and never later than now."""
        at = datetime.combine(self.day(days_ago), time(hour, minute), OFFICE_ZONE).astimezone(UTC)
        return min(at, self.now)

    def start(self, username: str, zone: str, days_ago: int) -> Case:
        now = self.moment(days_ago, 9, 10)
        office = self.cast.zones[zone].office_id
        return cases.start_case(self.session, self.actor(username, now), PROCEDURE, applicant_id=office, now=now)

    def decide(
        self,
        case: Case,
        step: str,
        username: str,
        days_ago: int,
        outcome: str,
        answers: Mapping[str, Any] | None = None,
        *,
        opinion: str = "",
        uploads: Sequence[tuple[str, str]] = (),
        hour: int = 10,
    ) -> None:
        """Claim the step's open task, upload what is named (material, title) and decide."""
        now = self.moment(days_ago, hour, (case.id * 7 + len(step)) % 50)
        who = self.actor(username, now)
        task = self.task(case, step)
        if task.assignee_id is None:
            cases.claim(self.session, who, task.id, now=now)
        for material, title in uploads:
            self.attach(task, username, material, title, now)
        cases.decide(self.session, who, task.id, outcome=outcome, answers=answers or {}, opinion=opinion, now=now)

    def attach(self, task: Task, username: str, material: str, title: str, now: datetime) -> None:
        self.attach_as(self.actor(username, now), task, material, title, now)

    def attach_as(self, who: Actor, task: Task, material: str, title: str, now: datetime) -> None:
        content = scan(title, who.seats[0].organisation, now.astimezone(OFFICE_ZONE).date())
        cases.attach(self.session, who, task.id, material=material, filename=f"{title}.pdf", content=content, now=now)

    def request_correction(
        self, case: Case, step: str, username: str, days_ago: int, items: Sequence[Mapping[str, str]], reply_in: int
    ) -> None:
        now = self.moment(days_ago, 15, 20)
        cases.request_correction(
            self.session,
            self.actor(username, now),
            self.task(case, step).id,
            items=items,
            reply_by=self.calendar.next_working_day(self.today + timedelta(days=reply_in)),
            now=now,
        )

    def void(self, case: Case, paper: str, username: str, days_ago: int, reason: str) -> None:
        found = self.session.scalars(
            select(Paper).where(Paper.case_id == case.id, Paper.name == paper).order_by(Paper.id.desc())
        ).first()
        if found is None:
            raise LookupError(f"case {case.number} issued no {paper}")
        now = self.moment(days_ago, 9, 5)
        cases.void_paper(self.session, self.actor(username, now), found.id, reason=reason, now=now)

    def withdraw(self, case: Case, username: str, days_ago: int, reason: str) -> None:
        now = self.moment(days_ago, 16, 30)
        cases.withdraw(self.session, self.actor(username, now), case.id, reason=reason, now=now)

    def actor(self, username: str, now: datetime) -> Actor:
        return self.actor_of(self.cast.people[username].id, now)

    def actor_of(self, person_id: int, now: datetime) -> Actor:
        return actor_of(self.session, person_id, now.astimezone(OFFICE_ZONE).date())

    def task(self, case: Case, step: str) -> Task:
        """The open task of a step; LookupError says what is open instead, for when the diagram changes."""
        open_tasks = self.session.scalars(
            select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.kind == TaskKind.STEP)
        ).all()
        for task in open_tasks:
            if task.step == step:
                return task
        raise LookupError(f"{case.number} waits at {[task.step for task in open_tasks]}, not at {step}")

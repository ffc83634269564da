"""What somebody knows who is about to act on a task, and what may be done with it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflows.deadlines import Derivation
from workflows.demo.province.names import Name, distinct
from workflows.engine.operations import OFFICE_ZONE
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation

MOST_RETURNS = 3


@dataclass(frozen=True, slots=True)
class Deed:
    """How a task is done. ``also``: keys of the checklist that are uploaded besides the required ones."""

    outcome: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    opinion: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """The task waits for a day: that of a meeting, the end of a publicity."""

    on: date


@dataclass(slots=True)
class Story:
    """What a case remembers of itself: its own dice, how often it was sent back, and whom it is about."""

    dice: random.Random
    parent: Story | None = None
    returned: dict[str, int] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """What was made up the first time it was needed."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def people(self, count: int, key: str = "people") -> list[Name]:
        """So many people without accounts, the same ones whenever the case names them."""
        found: list[Name] = self.once(f"{key}:{count}", lambda: distinct(self.dice, count))
        return found


@dataclass(frozen=True, slots=True)
class Scene:
    """A task at the moment somebody sits down to do it."""

    session: Session
    case: Case
    task: Task
    story: Story
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    @property
    def earliest(self) -> date:
        """The first day on which the task may be done: a minimum period is never shortened."""
        period = Derivation.from_json(self.task.derivation).continue_from if self.task.derivation else None
        return period or self.task.opened_at.astimezone(OFFICE_ZONE).date()

    @property
    def dice(self) -> random.Random:
        return self.story.dice

    @property
    def zone(self) -> Zone:
        """The zone the case is about, or in which its enterprise lies."""
        if self.case.subject_kind == "zone":
            return self.session.get_one(Zone, self.case.subject_id)
        enterprise = self.enterprise
        if enterprise is not None:
            return self.session.get_one(Zone, enterprise.zone_id)
        return self.session.scalars(select(Zone).where(Zone.office_id == self.case.applicant_id)).one()

    @property
    def enterprise(self) -> Enterprise | None:
        """The enterprise that applies; None where a zone or a federation does."""
        return self.session.scalars(
            select(Enterprise).where(Enterprise.organisation_id == self.case.applicant_id)
        ).first()

    @property
    def applicant(self) -> Organisation:
        return self.session.get_one(Organisation, self.case.applicant_id)

    def done(self, step: str, case: Case | None = None) -> dict[str, Any]:
        """The answers of the last time a step of the case was done."""
        return self._last(Task.answers, step, case or self.case) or {}

    def outcome_of(self, step: str, case: Case | None = None) -> str | None:
        """How a step of the case was decided the last time."""
        found: str | None = self._last(Task.outcome, step, case or self.case)
        return found

    def _last(self, column: InstrumentedAttribute[Any], step: str, case: Case) -> Any:
        return self.session.scalar(
            select(column)
            .where(
                Task.case_id == case.id,
                Task.step == step,
                Task.kind == TaskKind.STEP,
                Task.status == TaskStatus.DONE,
            )
            .order_by(Task.id.desc())
            .limit(1)
        )

    def ago(self, days: int) -> str:
        """A day so many days before this one."""
        return (self.today - timedelta(days=days)).isoformat()

    def decide(
        self,
        agreed: Deed,
        *,
        returned: tuple[str, float, Sequence[str]] | None = None,
        refused: tuple[str, float, Sequence[str]] | None = None,
    ) -> Deed:
        """Most requests are agreed to; some are sent back, three times at the most, and some refused, with a reason.

        ``returned`` and ``refused``: the outcome, how likely it is, and the reasons to choose from.
        """
        if returned is not None:
            outcome, chance, reasons = returned
            times = self.story.returned.get(self.task.step, 0)
            stubborn = self.story.once("stubborn", lambda: self.dice.random() < 0.05)
            if times < MOST_RETURNS and self.dice.random() < (0.9 if stubborn else chance / (times + 1)):
                self.story.returned[self.task.step] = times + 1
                return Deed(outcome, opinion=self.dice.choice(reasons))
        if refused is not None and self.dice.random() < refused[1]:
            return Deed(refused[0], opinion=self.dice.choice(refused[2]))
        return agreed


Doing = Callable[[Scene], Deed | Later | None]
DEEDS: dict[tuple[str, str], Doing] = {}


def deed(procedure: str, *steps: str) -> Callable[[Doing], Doing]:
    """Register how a step of a procedure is done. None as the answer: nobody gets round to it."""

    def register(doing: Doing) -> Doing:
        for step in steps:
            DEEDS[procedure, step] = doing
        return doing

    return register


def meeting(scene: Scene, body: str = "党工委会议") -> dict[str, Any]:
    """A meeting of a Party committee on this day."""
    return {
        "meeting": f"{scene.today.year}年第{scene.dice.randrange(1, 22)}次{body}",
        "held_on": scene.today.isoformat(),
    }


def vote(scene: Scene) -> dict[str, Any]:
    """How many of a Party group's members came and agreed: always enough of them."""
    due = scene.dice.choice((5, 7, 7, 9))
    present = due - scene.dice.choice((0, 0, 1))
    return {"held_on": scene.today.isoformat(), "due": due, "present": present, "in_favour": present}

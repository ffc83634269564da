"""Telling the holder of a task that its day comes near, is here or has passed; and the post above that it has passed.

Nothing is decided by it, and the case does not move: no state is loaded, and nobody who acts on the case is kept waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import catalogue, events, reminders, settings
from workflows.engine.definition import Definition
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations import lanes
from workflows.organisations.above import post_above
from workflows.reminders import Reminder, Stage
from workflows.storage.cases import Case, Notice, Task, TaskKind, TaskStatus
from workflows.storage.consulting import NAMED, Opinion, OpinionStatus
from workflows.storage.organisations import Organisation, Role
from workflows.text import Text, inside_quotes

REMINDER, ESCALATION = "reminder", "escalation"  # the kinds of notice
REMINDED, ESCALATED = "reminded", "escalated"  # the kinds of event
_PAST = (Stage.OVERDUE, Stage.REPEATED)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at a task: what was said, and whether the post above was told."""

    said: Stage | None = None
    escalated: bool = False


def look_at(session: Session, task_id: int, case_id: int, now: datetime) -> Looked:
    """Say what is to be said about a task today, in the caller's transaction, and set the next day to look at it.

    A case somebody has in hand at this moment is left for the next sweep. A task whose clock stands is not spoken of
    until it runs again, which sets its day.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    case = session.get(Case, case_id, with_for_update={"skip_locked": True})
    task = session.get(Task, task_id, populate_existing=True) if case is not None else None
    if case is None or task is None or task.status != TaskStatus.OPEN or (task.remind_on or date.max) > today:
        return Looked()
    if task.paused_at is not None or case.suspended_at is not None:
        task.remind_on = None
        return Looked()
    office = settings.load(session)
    plan = reminders.Plan.of(office.rules(case.rule_set, today).parameters)
    since = task.remind_on or today
    said, coming = reminders.due(task.target_on, task.fatal_on, since, today, office.calendar, plan)
    task.remind_on = coming.day if coming is not None else None
    return _Telling(session, case, task, now).tell(said) if said is not None else Looked()


@dataclass(slots=True)
class _Telling:
    session: Session
    case: Case
    task: Task
    now: datetime

    def tell(self, reminder: Reminder) -> Looked:
        definition = catalogue.definition_of(self.session, self.case.definition_id)
        acting = lanes.acting_organisation(self.session, self.task.relation, self.task.applicant_id, self.today)
        rule = str((self.task.derivation or {}).get("rule", ""))
        escalates = reminder.stage in _PAST and reminders.escalates(rule)
        above = post_above(self.session, acting, self.task.applicant_id, self.today) if escalates else None
        if reminder.stage is not Stage.REPEATED or above is None:
            self._tell_holder(definition, acting, reminder.stage, rule)
        if above is not None:
            self._tell_above(definition, acting, above, rule)
        return Looked(reminder.stage, above is not None)

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    def _tell_holder(self, definition: Definition, acting: Organisation | None, stage: Stage, rule: str) -> None:
        text = _sentence(definition, self.task, stage, rule, self.today)
        told = list(self._holders(acting))
        for person_id, organisation_id, role in told:
            self._notice(REMINDER, text, stage, person_id, organisation_id, role)
        self._record(REMINDED, text, stage, rule, acting)

    def _tell_above(
        self, definition: Definition, acting: Organisation | None, above: tuple[Organisation, Role], rule: str
    ) -> None:
        organisation, role = above
        text = _escalation(definition, self.task, acting, rule, self.today)
        self._notice(ESCALATION, text, Stage.OVERDUE, None, organisation.id, role)
        self._record(ESCALATED, text, Stage.OVERDUE, rule, organisation, role=role)

    def _holders(self, acting: Organisation | None) -> Iterator[tuple[int | None, int | None, str | None]]:
        """Whom to tell, as (person, organisation, role): those asked for an opinion, and whoever holds the task.

        A body without accounts, or one that nobody named, is asked after by the applicant's secretary.
        """
        asked = self._asked()
        yield from ((person_id, None, None) for person_id in asked)
        if acting is None or (not acting.has_accounts and self.task.kind == TaskKind.STEP):
            yield None, self.task.applicant_id, Role.SECRETARY
            return
        holders = {holder.person_id for holder in lanes.people_in(self.session, acting, self.task.role, self.today)}
        handed_over = self.task.assigned_by_id is not None
        if self.task.assignee_id is not None and (handed_over or self.task.assignee_id in holders):
            yield self.task.assignee_id, None, None
        elif self.task.role == NAMED and not asked:
            yield None, acting.id, Role.LEADER  # nobody is left in the group, which its leader may renew
        elif holders or not asked:
            yield None, acting.id, self.task.role

    def _asked(self) -> list[int]:
        waiting = (Opinion.task_id == self.task.id, Opinion.status == OpinionStatus.OPEN)
        return list(self.session.scalars(select(Opinion.person_id).where(*waiting).order_by(Opinion.id)))

    def _notice(
        self, kind: str, text: Text, stage: Stage, person_id: int | None, organisation_id: int | None, role: str | None
    ) -> None:
        self.session.add(
            Notice(
                case_id=self.case.id,
                task_id=self.task.id,
                kind=kind,
                person_id=person_id,
                organisation_id=organisation_id,
                role=role,
                data={"text": {"zh": text.zh, "en": text.en}, "step": self.task.step, "stage": stage.value},
                created_at=self.now,
            )
        )

    def _record(self, kind: str, text: Text, stage: Stage, rule: str, told: Organisation | None, **more: str) -> None:
        data = {"text": {"zh": text.zh, "en": text.en}, "step": self.task.step, "stage": stage.value, "rule": rule}
        events.record(
            self.session,
            "",
            kind,
            {**data, **more},
            now=self.now,
            organisation_id=told.id if told is not None else None,
            case=self.case,
            task_id=self.task.id,
        )


def _sentence(definition: Definition, task: Task, stage: Stage, rule: str, today: date) -> Text:
    title = _titled(definition, task)
    basis, basis_en = _basis(task, rule)
    if stage is Stage.TARGET:
        return Text(
            f"“{title.zh}”的目标日期是今天{basis}，请及时办理。",
            f"The target date of “{title.en}” is today{basis_en}.",
        )
    if stage in (Stage.BEFORE, Stage.FATAL):
        day = task.fatal_on
        return Text(
            f"“{title.zh}”应于 {day} 前办结{basis}，请及时办理。",
            f"“{title.en}” is due by {day}{basis_en}.",
        )
    late = _days_late(task, today)
    return Text(
        f"“{title.zh}”已于 {task.fatal_on} 到期，逾期 {late} 天{basis}，请尽快办理。",
        f"“{title.en}” was due by {task.fatal_on} and is {_days(late)} late{basis_en}.",
    )


def _escalation(definition: Definition, task: Task, acting: Organisation | None, rule: str, today: date) -> Text:
    title, late = _titled(definition, task), _days_late(task, today)
    who, who_en = ("尚未登记的单位", "an organisation that is not registered")
    if acting is not None:
        who, who_en = acting.name, acting.name_en or acting.name
    basis, basis_en = _basis(task, rule)
    return Text(
        f"{who}办理“{title.zh}”已于 {task.fatal_on} 到期，逾期 {late} 天{basis}，请督促办理。",
        f"“{title.en}” of {who_en} was due by {task.fatal_on} and is {_days(late)} late{basis_en}; please follow it up.",
    )


def _titled(definition: Definition, task: Task) -> Text:
    step = definition.steps.get(task.step)
    title = inside_quotes(definition.text(step.title) if step is not None else Text(task.step, task.step))
    if task.kind == TaskKind.CORRECTION:
        return Text(f"补正：{title.zh}", f"Correction: {title.en}")
    if task.kind == TaskKind.CONFIRMATION:
        return Text(f"确认书面回复：{title.zh}", f"Confirm the paper reply: {title.en}")
    return title


def _basis(task: Task, rule: str) -> tuple[str, str]:
    """The rule of the limit, and that a year whose holidays are not published yet makes it provisional."""
    provisional = bool((task.derivation or {}).get("provisional"))
    zh = "，".join(part for part in (rule, "放假安排未公布，日期暂定" if provisional else "") if part)
    en = ", ".join(
        part for part in (rule, "provisional until the holidays are published" if provisional else "") if part
    )
    return f"（{zh}）" if zh else "", f" ({en})" if en else ""


def _days_late(task: Task, today: date) -> int:
    return (today - (task.fatal_on or today)) // timedelta(days=1)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"

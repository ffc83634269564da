"""Two years of work, action after action in the order of time, through the same verbs as everybody's."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from heapq import heappop, heappush
from itertools import count

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows import cases, catalogue, settings, worker
from workflows.cases.offline_office import SCAN
from workflows.deadlines import Derivation
from workflows.demo.province import beginnings, habits
from workflows.demo.province.habits import Neglect, WorkingDays
from workflows.demo.province.scene import DEEDS, Deed, Later, Scene, Story
from workflows.demo.province.world import World
from workflows.demo.scans import scan
from workflows.documents import attachments
from workflows.engine.definition import Definition
from workflows.engine.operations import OFFICE_ZONE
from workflows.engine.settings import Material
from workflows.errors import Conflict, DomainError, Invalid
from workflows.organisations import lanes
from workflows.organisations.actors import Actor, actor_of
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Organisation, Role

YEARS = timedelta(days=731)
SWEEP_EVERY, REPORT_EVERY = 5, 20  # working days
REMINDERS, LAST_REMINDERS = 30, 400  # of one sweep, those longest due first; of the last one
_AHEAD = timedelta(days=30)  # days that are named today and lie in the future
_PATIENCE = 8  # how often somebody comes back to what another case holds up
_TRIES = 60  # to find somebody who may begin a case
_OPENS_CASES = {  # the steps after which a child or a following case may begin
    "zone_union": None,
    "cadre_staffing": {"select_person", "install"},
    "chair_consent": {"party_decision", "answer_letter"},
    "election": {"result_reply"},
    "enterprise_union": {"form_groups", "founding_reply", "recruit_members"},
    "industry_federation": {"allocate_seats", "founding_reply"},
    "term_changes": None,
}


@dataclass(slots=True)
class Play:
    """The state of the simulation. ``wanted``: how many cases the database holds in the end."""

    session: Session
    world: World
    wanted: int
    now: datetime
    progress: Callable[[int], None]
    refusals: Counter[str] = field(default_factory=Counter)  # what the verbs did not let pass; the task stays open
    actions: int = 0
    _days: WorkingDays = field(init=False)
    _queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _serial: count[int] = field(default_factory=count)
    _stories: dict[int, Story] = field(default_factory=dict)
    _actors: dict[int, Actor] = field(default_factory=dict)
    _holders: dict[tuple[str, str, int], tuple[lanes.Holder, ...]] = field(default_factory=dict)
    _organisations: dict[int, dict[str, Organisation]] = field(default_factory=dict)
    _last_task: int = 0
    _cases: int = 0
    _idle: int = 0  # how often nobody was found, at the end, who could begin a case
    _dice: random.Random = field(default_factory=lambda: random.Random(20263))  # noqa: S311 - the same every time

    def run(self) -> None:
        """Play from two years ago until now."""
        today = self.now.astimezone(OFFICE_ZONE).date()
        self._days = WorkingDays(settings.load(self.session).calendar, today - YEARS, today + _AHEAD)
        self._cases = self._count_cases()
        self._last_task = self.session.scalar(select(func.max(Task.id))) or 0
        self._plan_days()
        while self._queue:
            at, _, do = heappop(self._queue)
            do(at)

    # ---- the days ----------------------------------------------------------------------------------------------------

    def _plan_days(self) -> None:
        """Each working day some cases begin, more of them in spring and autumn; now and then reports and reminders."""
        days = [day for day in self._days.days if day <= self.now.astimezone(OFFICE_ZONE).date()]
        weights = [habits.STARTS[day.month - 1] * (1 + 0.35 * n / len(days)) for n, day in enumerate(days)]
        so_far, whole, before = 0.0, sum(weights), self._cases
        for number, (day, weight) in enumerate(zip(days, weights, strict=True)):
            so_far += weight
            quota = before + round((self.wanted - before) * so_far / whole)
            morning = min(habits.moment(day, self._dice), self.now)
            self._at(morning, partial(self._begin, quota=quota))
            if number % REPORT_EVERY == 0:
                self._at(min(habits.moment(day, self._dice), self.now), self._report)
            if number % SWEEP_EVERY == 0 and number:
                self._at(min(habits.moment(day, self._dice), self.now), self._sweep)
        self._at(self.now, self._sweep)
        self._at(self.now, partial(self._begin, quota=self.wanted))

    def _at(self, moment: datetime, do: Callable[[datetime], None]) -> None:
        if moment <= self.now:
            heappush(self._queue, (moment, next(self._serial), do))

    def _begin(self, now: datetime, quota: int) -> None:
        """Begin a case, and another a little later, until there are as many as there should be by this day."""
        missing = quota - self._cases
        if missing <= 0:
            return
        if any(self._begins(now) for _ in range(_TRIES)):
            self._idle = 0
        elif now >= self.now:
            self._idle += 1
            if self._idle > _TRIES:
                raise LookupError(f"nobody is left who could begin a case; there are {self._cases}")
        later = now + timedelta(minutes=self._dice.randrange(1, max(2, min(20, 300 // missing))))
        self._at(min(later, self.now), partial(self._begin, quota=quota))

    def _begins(self, now: datetime) -> bool:
        wish = beginnings.wish(self.session, self.world, self._dice, now.astimezone(OFFICE_ZONE).date())
        person = self._someone(lanes.APPLICANT, Role.SECRETARY, wish.applicant_id, now) if wish is not None else None
        if wish is None or person is None:
            return False
        actor = self._actor(person, now)
        try:
            cases.start_case(self.session, actor, wish.procedure, applicant_id=wish.applicant_id, now=now)
        except Conflict:  # a case of the subject is open already
            return False
        self._acted(now)
        return True

    def _report(self, now: datetime) -> None:
        """The zones report: their counts are true for this day."""
        day = now.astimezone(OFFICE_ZONE).date()
        zones = list(self.world.zones.values())
        self.session.execute(
            update(Enterprise)
            .where(Enterprise.operating, Enterprise.zone_id.in_(zones))
            .values(data_on=day)
            .execution_options(synchronize_session=False)
        )
        self.session.expire_all()

    def _sweep(self, now: datetime) -> None:
        """What has fallen due is done and people are reminded, as the worker does it every minute of a real day."""
        tasks = LAST_REMINDERS if now >= self.now else REMINDERS
        while (room := self.wanted - self._cases) > 0:
            taken = worker.sweep_in(self.session, now, timers=min(room, worker.LIMIT), tasks=tasks)
            self._acted(now)
            if taken < min(room, worker.LIMIT):
                break
            tasks = 0

    # ---- the tasks ---------------------------------------------------------------------------------------------------

    def _acted(self, now: datetime) -> None:
        """Somebody has acted: whoever has something to do now is told."""
        self.actions += 1
        self.session.flush()
        opened = self.session.scalars(
            select(Task).where(Task.id > self._last_task, Task.status == TaskStatus.OPEN).order_by(Task.id)
        ).all()
        if opened:
            self._last_task = opened[-1].id
            self._cases = self._count_cases()
            for task in opened:
                self._plan_task(task, now)
        self.progress(self._cases)

    def _count_cases(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Case)) or 0

    def _plan_task(self, task: Task, now: datetime) -> None:
        case = self.session.get_one(Case, task.case_id)
        story = self._story(case)
        today = now.astimezone(OFFICE_ZONE).date()
        if case.applicant_id not in self.world.counties:
            self.world.counties[case.applicant_id] = self.world.counties[self._parent_of(case.applicant_id)]
        person = self._someone(task.relation, task.role, case.applicant_id, now)
        planned = habits.plan(
            self._days, today, task.relation, self.world.counties.get(case.applicant_id), person or 0, story.dice
        )
        if planned.claim_on is not None and person is not None and task.assignee_id is None:
            if planned.neglect is Neglect.CORRECTION and task.kind == TaskKind.STEP:
                self._on(planned.claim_on, now, partial(self._ask_to_correct, task.id, person), story)
            elif planned.neglect is not Neglect.UNCLAIMED:
                self._on(planned.claim_on, now, partial(self._claim, task.id, person), story)
        if planned.act_on is not None:
            self._on(planned.act_on, now, partial(self._act, task.id), story)

    def _parent_of(self, organisation_id: int) -> int:
        return self.session.get_one(Organisation, organisation_id).parent_id or 0

    def _on(self, day: date, now: datetime, do: Callable[[datetime], None], story: Story) -> None:
        """Some time on that day, and after what has just happened."""
        self._at(max(habits.moment(day, story.dice), now + timedelta(minutes=story.dice.randrange(4, 50))), do)

    def _claim(self, task_id: int, person: int, now: datetime) -> None:
        task = self.session.get_one(Task, task_id)
        if task.status == TaskStatus.OPEN and task.assignee_id is None:
            self._try(task, lambda: cases.claim(self.session, self._actor(person, now), task_id, now=now), now)

    def _ask_to_correct(self, task_id: int, person: int, now: datetime) -> None:
        task = self.session.get_one(Task, task_id)
        if task.status != TaskStatus.OPEN or task.paused_at is not None:
            return
        story = self._story(task.case)
        reply_by = self._days.after(now.astimezone(OFFICE_ZONE).date(), 10)
        item, what = story.dice.choice(_CORRECTIONS)
        items = [{"item": item, "rule": "", "what": what}]
        actor = self._actor(person, now)
        self._try(
            task,
            lambda: cases.request_correction(self.session, actor, task_id, items=items, reply_by=reply_by, now=now),
            now,
        )

    def _act(self, task_id: int, now: datetime) -> None:
        task = self.session.get_one(Task, task_id)
        if task.status != TaskStatus.OPEN or (task.kind == TaskKind.STEP and self._waits_for_reply(task)):
            return
        case = self.session.get_one(Case, task.case_id)
        scene = Scene(self.session, case, task, self._story(case), now)
        {TaskKind.STEP: self._do_step, TaskKind.CORRECTION: self._answer, TaskKind.CONFIRMATION: self._confirm}[
            TaskKind(task.kind)
        ](scene)

    def _waits_for_reply(self, task: Task) -> bool:
        """Whether the answer to a request for correction is awaited, or an entered reply to be confirmed."""
        return bool(
            self.session.scalar(
                select(Task.id)
                .where(Task.case_id == task.case_id, Task.parent_id == task.id, Task.status == TaskStatus.OPEN)
                .limit(1)
            )
        )

    def _do_step(self, scene: Scene) -> None:
        task, case, now = scene.task, scene.case, scene.now
        definition = catalogue.definition_of(self.session, case.definition_id)
        if self._cases >= self.wanted and self._opens_cases(definition, task.step):
            return
        earliest = Derivation.from_json(task.derivation).continue_from if task.derivation else None
        if earliest is not None and scene.today < earliest:
            self._on(earliest, now, partial(self._act, task.id), scene.story)
            return
        doing = DEEDS.get((case.procedure, task.step))
        done = doing(scene) if doing is not None else None
        if isinstance(done, Later):
            self._on(self._days.after(done.on, 0) or done.on, now, partial(self._act, task.id), scene.story)
        elif done is not None and self._withdraws(scene):
            self._withdraw(scene)
        elif done is not None:
            self._decide(scene, definition, done)

    def _decide(self, scene: Scene, definition: Definition, done: Deed) -> None:
        task, now = scene.task, scene.now
        organisation = self._acting(scene.case.applicant_id, task.relation, now)
        if organisation is not None and not organisation.has_accounts:
            self._enter_reply(scene, done)
            return
        person = task.assignee_id or self._someone(task.relation, task.role, scene.case.applicant_id, now)
        if person is None:
            return
        actor = self._actor(person, now)
        wanted = [item for item in definition.steps[task.step].materials if _is_uploaded(item, done)]
        there = {row.material for row in attachments.of_task(self.session, task.id)} if wanted else set()
        for item in wanted:
            if item.key not in there:
                self._attach(scene, actor, item.key, item.title)

        def act() -> None:
            cases.decide(
                self.session,
                actor,
                task.id,
                outcome=done.outcome,
                answers=done.answers,
                opinion=done.opinion,
                now=now,
            )

        self._try(task, act, now)

    def _attach(self, scene: Scene, actor: Actor, material: str, title: str) -> None:
        self.actions += 1
        cases.attach(
            self.session,
            actor,
            scene.task.id,
            material=material,
            filename=f"{title}.pdf",
            content=_scan(title),
            now=scene.now,
        )

    def _enter_reply(self, scene: Scene, done: Deed) -> None:
        """An office without accounts has answered on paper; the applicant's secretary enters its reply."""
        task, now = scene.task, scene.now
        person = self._someone(lanes.APPLICANT, Role.SECRETARY, scene.case.applicant_id, now)
        if person is None:
            return
        actor = self._actor(person, now)
        number = f"{self.world.counties[scene.case.applicant_id].name[:-1]}编办〔{scene.today.year}〕"
        self._attach(scene, actor, SCAN, "复函扫描件")

        def act() -> None:
            cases.enter_reply(
                self.session,
                actor,
                task.id,
                number=f"{number}{scene.dice.randrange(3, 140)}号",
                dated_on=max(task.opened_at.astimezone(OFFICE_ZONE).date(), scene.today - timedelta(days=3)),
                outcome=done.outcome,
                answers=done.answers,
                opinion=done.opinion,
                now=now,
            )

        self._try(task, act, now)

    def _answer(self, scene: Scene) -> None:
        person = self._someone(scene.task.relation, scene.task.role, scene.case.applicant_id, scene.now)
        if person is None:
            return
        actor, parent = self._actor(person, scene.now), scene.task.parent_id
        self._try(
            scene.task,
            lambda: cases.answer_correction(
                self.session, actor, scene.task.id, answer="已按要求补充，材料重新上传。", now=scene.now
            ),
            scene.now,
        )
        if parent is not None:  # whoever asked takes it up again
            self._on(
                self._days.after(scene.today, scene.dice.randrange(2, 9)) or scene.today + timedelta(days=9),
                scene.now,
                partial(self._act, parent),
                scene.story,
            )

    def _confirm(self, scene: Scene) -> None:
        person = self._someone(scene.task.relation, scene.task.role, scene.case.applicant_id, scene.now)
        if person is None:
            return
        actor = self._actor(person, scene.now)
        if self._cases >= self.wanted and scene.case.procedure in _OPENS_CASES:
            return
        self._try(scene.task, lambda: cases.confirm_reply(self.session, actor, scene.task.id, now=scene.now), scene.now)

    def _withdraws(self, scene: Scene) -> bool:
        """Now and then an applicant thinks better of it, once the case is under way."""
        return (
            scene.task.relation == lanes.APPLICANT
            and scene.case.parent_token is None
            and scene.case.last_sequence > 4
            and scene.dice.random() < 0.013
        )

    def _withdraw(self, scene: Scene) -> None:
        person = self._someone(lanes.APPLICANT, Role.SECRETARY, scene.case.applicant_id, scene.now)
        if person is not None:
            actor, reason = self._actor(person, scene.now), scene.dice.choice(_WITHDRAWALS)
            self._try(
                scene.task,
                lambda: cases.withdraw(
                    self.session, actor, scene.case.id, reason=reason, children="withdraw", now=scene.now
                ),
                scene.now,
            )

    def _try(self, task: Task, act: Callable[[], object], now: datetime) -> None:
        """Act. What the verb refuses leaves the task as it was; what only has to wait for another case is tried again."""
        case = self.session.get_one(Case, task.case_id)
        try:
            with self.session.begin_nested():
                act()
        except Conflict as busy:
            story = self._story(case)
            again = self._days.after(now.astimezone(OFFICE_ZONE).date(), 12)
            if again is not None and story.returned.setdefault("busy", 0) < _PATIENCE:
                story.returned["busy"] += 1
                self._on(again, now, partial(self._act, task.id), story)
            self.refusals[f"{case.procedure}/{task.step}: {busy.message.zh[-30:]}"] += 1
        except DomainError as refused:
            self.refusals[f"{case.procedure}/{task.step}: {_told(refused)}"] += 1
        self._acted(now)

    # ---- who ---------------------------------------------------------------------------------------------------------

    def _story(self, case: Case) -> Story:
        if case.id not in self._stories:
            parent = self._stories.get(case.parent_id or 0)
            self._stories[case.id] = Story(random.Random(f"{case.number}"), parent)  # noqa: S311 - as above
        return self._stories[case.id]

    def _actor(self, person_id: int, now: datetime) -> Actor:
        if person_id not in self._actors:
            self._actors[person_id] = actor_of(self.session, person_id, now.astimezone(OFFICE_ZONE).date())
        return self._actors[person_id]

    def _acting(self, applicant_id: int, relation: str, now: datetime) -> Organisation | None:
        if applicant_id not in self._organisations:
            on = now.astimezone(OFFICE_ZONE).date()
            self._organisations[applicant_id] = lanes.acting_organisations(self.session, applicant_id, on)
            for holder in lanes.holders(self.session, lanes.APPLICANT, Role.SECRETARY, applicant_id, on):
                self._actors.pop(holder.person_id, None)  # a new organisation: its people have new posts
        return self._organisations[applicant_id].get(relation)

    def _someone(self, relation: str, role: str, applicant_id: int, now: datetime) -> int | None:
        """Who does the tasks of a lane: mostly the first of those who may."""
        self._acting(applicant_id, relation, now)
        key = (relation, role, applicant_id)
        if key not in self._holders:
            self._holders[key] = lanes.holders(
                self.session, relation, role, applicant_id, now.astimezone(OFFICE_ZONE).date()
            )
        found = self._holders[key]
        if not found:
            return None
        return found[0 if self._dice.random() < 0.7 else -1].person_id

    def _opens_cases(self, definition: Definition, step: str) -> bool:
        if definition.key not in _OPENS_CASES:
            return False
        steps = _OPENS_CASES[definition.key]
        return steps is None or step in steps


def _told(refused: DomainError) -> str:
    mistakes = refused.mistakes if isinstance(refused, Invalid) else ()
    return " | ".join((refused.message.zh, *(f"{one.path}: {one.message.zh}" for one in mistakes)))


def _is_uploaded(item: Material, done: Deed) -> bool:
    needed = item.required and (not item.outcomes or done.outcome in item.outcomes)
    return item.source == "upload" and (needed or item.key in done.also)


@cache
def _scan(title: str) -> bytes:
    """The same page for every upload of this kind, so that it is kept once."""
    return scan(title, "演示单位", date(2026, 1, 5))


_CORRECTIONS = (
    ("材料", "附件扫描不清晰，请重新扫描上传。"),
    ("人数", "职工人数与台账不一致，请核对后说明。"),
    ("会议纪要", "会议纪要缺少到会人员名单，请补充。"),
    ("理由", "理由过于简略，请补充具体情况和数据。"),
)
_WITHDRAWALS = (
    "情况有变化，拟重新研究后再申请。",
    "单位领导调整，暂缓办理。",
    "与上级工会沟通后，改为另一事项办理。",
)

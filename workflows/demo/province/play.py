"""Two years of work, action after action in the order of time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows import cases, catalogue, settings, worker
from workflows.demo.province import acts, beginnings, habits
from workflows.demo.province.habits import Neglect, WorkingDays
from workflows.demo.province.scene import DEEDS, Deed, Later, Scene, Story
from workflows.demo.province.who import Who
from workflows.demo.province.world import World
from workflows.engine.definition import Step
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, DomainError, Invalid
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Organisation

YEARS = timedelta(days=731)
AHEAD = timedelta(days=30)  # days that are named today and lie in the future
SWEEP_EVERY, REPORT_EVERY = 5, 20  # working days
REMINDERS, LAST_REMINDERS = 30, 400  # of one sweep, those longest due first; of the last one
SEED = 20263
_WITHDRAWN = 0.013  # how often an applicant withdraws instead of going on
_PATIENCE = 8  # how often somebody comes back to what another case holds up
_COMES_BACK_AFTER = 12  # working days
_TRIES = 60  # to find somebody who may begin a case
_OPENS_CASES: dict[str, frozenset[str] | None] = {  # steps after which a child or a following case may begin; None: any
    "zone_union": None,
    "cadre_staffing": frozenset({"select_person", "install"}),
    "chair_consent": frozenset({"party_decision", "answer_letter"}),
    "election": frozenset({"result_reply"}),
    "enterprise_union": frozenset({"form_groups", "founding_reply", "recruit_members"}),
    "industry_federation": frozenset({"allocate_seats", "founding_reply"}),
    "term_changes": None,
}


class Play:
    """The simulation. `refusals`: what the verbs did not let pass, by step and reason; such a task stays open."""

    def __init__(
        self, session: Session, world: World, wanted: int, now: datetime, progress: Callable[[int], None]
    ) -> None:
        self.session, self.world, self.wanted, self.now, self.progress = session, world, wanted, now, progress
        self.refusals: Counter[str] = Counter()
        self.actions = 0
        self.cases = 0
        self._dice = random.Random(SEED)  # noqa: S311 - the same every time; nothing secret comes from it
        self._who = Who(session, self._dice)
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._serial = count()
        self._stories: dict[int, Story] = {}
        self._last_task = session.scalar(select(func.max(Task.id))) or 0
        self._idle = 0  # how often nobody was found, at the end, who could begin a case
        self._today = now.astimezone(OFFICE_ZONE).date()
        self._days = WorkingDays(settings.load(session).calendar, self._today - YEARS, self._today + AHEAD)

    def run(self) -> None:
        """Play from two years ago until now."""
        self.cases = self._count_cases()
        self._plan_days()
        while self._queue:
            at, _, do = heappop(self._queue)
            do(at)

    # ---- the days ----------------------------------------------------------------------------------------------------

    def _plan_days(self) -> None:
        """Each working day some cases begin, more of them in spring and autumn; now and then reports and reminders."""
        days = [day for day in self._days.days if day <= self._today]
        weights = [habits.STARTS[day.month - 1] * (1 + 0.35 * n / len(days)) for n, day in enumerate(days)]
        so_far, whole, before = 0.0, sum(weights), self.cases
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
        missing = quota - self.cases
        if missing <= 0:
            return
        if any(self._begins(now) for _ in range(_TRIES)):
            self._idle = 0
        elif now >= self.now:
            self._idle += 1
            if self._idle > _TRIES:
                raise LookupError(f"nobody is left who could begin a case; there are {self.cases}")
        later = now + timedelta(minutes=self._dice.randrange(1, max(2, min(20, 300 // missing))))
        self._at(min(later, self.now), partial(self._begin, quota=quota))

    def _begins(self, now: datetime) -> bool:
        wish = beginnings.wish(self.session, self.world, self._dice, _day(now))
        secretary = self._who.secretary(wish.applicant_id, now) if wish is not None else None
        if wish is None or secretary is None:
            return False
        try:
            cases.start_case(self.session, secretary, wish.procedure, applicant_id=wish.applicant_id, now=now)
        except Conflict:  # a case of the subject is open already
            return False
        self._acted(now)
        return True

    def _report(self, now: datetime) -> None:
        """The zones report: their counts are true for this day."""
        zones = list(self.world.zones.values())
        self.session.execute(
            update(Enterprise)
            .where(Enterprise.operating, Enterprise.zone_id.in_(zones))
            .values(data_on=_day(now))
            .execution_options(synchronize_session=False)
        )
        self.session.expire_all()

    def _sweep(self, now: datetime) -> None:
        """What has fallen due is done and people are reminded, as the worker does it every minute of a real day."""
        tasks = LAST_REMINDERS if now >= self.now else REMINDERS
        while (room := self.wanted - self.cases) > 0:
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
            self.cases = self._count_cases()
            for task in opened:
                self._plan_task(task, now)
        self.progress(self.cases)

    def _count_cases(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Case)) or 0

    def _plan_task(self, task: Task, now: datetime) -> None:
        """When the task is claimed and done, and what keeps it otherwise."""
        case = self.session.get_one(Case, task.case_id)
        story, counties = self._story(case), self.world.counties
        if case.applicant_id not in counties:  # entered by a case, under an organisation that is known
            counties[case.applicant_id] = counties[self.session.get_one(Organisation, case.applicant_id).parent_id or 0]
        actor = self._who.someone(task.relation, task.role, case.applicant_id, now)
        planned = habits.plan(
            self._days,
            _day(now),
            task.relation,
            counties[case.applicant_id],
            actor.person_id if actor is not None else 0,
            story.dice,
            corrects=task.kind == TaskKind.CORRECTION,
        )
        if planned.claim_on is not None and actor is not None and task.assignee_id is None:
            if planned.neglect is Neglect.CORRECTION and task.kind == TaskKind.STEP:
                self._on(planned.claim_on, now, partial(self._ask_to_correct, task.id, actor), story)
            elif planned.neglect is not Neglect.UNCLAIMED:
                self._on(planned.claim_on, now, partial(self._claim, task.id, actor), story)
        if planned.act_on is not None:
            self._on(planned.act_on, now, partial(self._act, task.id), story)

    def _on(self, day: date, now: datetime, do: Callable[[datetime], None], story: Story) -> None:
        """Some time on that day, and after what has just happened."""
        self._at(max(habits.moment(day, story.dice), now + timedelta(minutes=story.dice.randrange(4, 50))), do)

    def _scene(self, task_id: int, now: datetime) -> Scene | None:
        """The task as it is now; None when it no longer waits."""
        task = self.session.get_one(Task, task_id)
        if task.status != TaskStatus.OPEN:
            return None
        case = self.session.get_one(Case, task.case_id)
        return Scene(self.session, case, task, self._story(case), now)

    def _claim(self, task_id: int, actor: Actor, now: datetime) -> None:
        scene = self._scene(task_id, now)
        if scene is not None:
            self._try(scene, lambda: acts.claim(scene, actor))

    def _ask_to_correct(self, task_id: int, actor: Actor, now: datetime) -> None:
        scene = self._scene(task_id, now)
        if scene is not None:
            reply_by = self._days.after(_day(now), 10)
            self._try(scene, lambda: acts.ask_to_correct(scene, actor, reply_by))

    def _act(self, task_id: int, now: datetime) -> None:
        scene = self._scene(task_id, now)
        if scene is None:
            return
        if scene.task.kind == TaskKind.STEP:
            if not acts.waits_for_another(scene):
                self._do_step(scene)
            return
        actor = self._who.someone(scene.task.relation, scene.task.role, scene.case.applicant_id, now)
        if actor is None:
            return
        if scene.task.kind == TaskKind.CORRECTION:
            self._try(scene, lambda: acts.answer(scene, actor))
            again = self._days.after(scene.today, scene.dice.randrange(2, 9))
            if again is not None and scene.task.parent_id is not None:  # whoever asked takes it up again
                self._on(again, now, partial(self._act, scene.task.parent_id), scene.story)
        elif self.cases < self.wanted or scene.case.procedure not in _OPENS_CASES:
            self._try(scene, lambda: acts.confirm(scene, actor))

    def _do_step(self, scene: Scene) -> None:
        task, case = scene.task, scene.case
        if self.cases >= self.wanted and _opens_cases(case.procedure, task.step):
            return
        doing = DEEDS.get((case.procedure, task.step))
        done: Deed | Later | None = Later(scene.earliest) if scene.today < scene.earliest else None
        if done is None and doing is not None:
            done = doing(scene)
        if isinstance(done, Later):
            self._on(self._days.after(done.on, 0) or done.on, scene.now, partial(self._act, task.id), scene.story)
        elif done is not None:
            self._do(scene, catalogue.definition_of(self.session, case.definition_id).steps[task.step], done)

    def _do(self, scene: Scene, step: Step, done: Deed) -> None:
        task, case, now = scene.task, scene.case, scene.now
        secretary = self._who.secretary(case.applicant_id, now)
        organisation = self._who.acting(case.applicant_id, task.relation, now)
        if secretary is not None and self._withdraws(scene):
            self._try(scene, lambda: acts.withdraw(scene, secretary))
        elif organisation is not None and not organisation.has_accounts:
            if secretary is not None:
                acts.upload_reply(scene, secretary)
                self._try(scene, lambda: acts.enter_reply(scene, secretary, organisation.paper_prefix, done))
        else:
            actor = self._who.someone(task.relation, task.role, case.applicant_id, now)
            actor = self._who.actor(task.assignee_id, now) if task.assignee_id is not None else actor
            if actor is not None:
                acts.upload(scene, actor, step, done)
                self._try(scene, lambda: acts.decide(scene, actor, done))

    def _withdraws(self, scene: Scene) -> bool:
        """Now and then an applicant thinks better of it, once the case is under way."""
        own = scene.task.relation == lanes.APPLICANT and scene.case.parent_token is None
        return own and scene.case.last_sequence > 4 and scene.dice.random() < _WITHDRAWN

    def _try(self, scene: Scene, act: Callable[[], object]) -> None:
        """Act. What the verb refuses leaves the task as it was; what only waits for another case is tried again.

        A verb refuses before it changes anything, but for a case it begins that somebody else has open already.
        """
        case = scene.case
        before = case.last_sequence
        try:
            with self.session.begin_nested() if _opens_cases(case.procedure, scene.task.step) else nullcontext():
                act()
        except DomainError as refused:
            if case.last_sequence != before:
                raise
            self.refusals[f"{case.procedure}/{scene.task.step}: {_told(refused)}"] += 1
            again = self._days.after(scene.today, _COMES_BACK_AFTER)
            tried = scene.story.returned.setdefault("busy", 0)
            if isinstance(refused, Conflict) and again is not None and tried < _PATIENCE:
                scene.story.returned["busy"] = tried + 1
                self._on(again, scene.now, partial(self._act, scene.task.id), scene.story)
        self._acted(scene.now)

    def _story(self, case: Case) -> Story:
        if case.id not in self._stories:
            parent = self._stories.get(case.parent_id or 0)
            self._stories[case.id] = Story(random.Random(case.number), parent)  # noqa: S311 - as above
        return self._stories[case.id]


def _day(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()


def _opens_cases(procedure: str, step: str) -> bool:
    steps = _OPENS_CASES.get(procedure, frozenset())
    return steps is None or step in steps


def _told(refused: DomainError) -> str:
    mistakes = refused.mistakes if isinstance(refused, Invalid) else ()
    return " | ".join((refused.message.zh, *(f"{one.path}: {one.message.zh}" for one in mistakes)))

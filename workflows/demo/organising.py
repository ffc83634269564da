"""Enterprises on their way to a union: one has it and was standardised, one is counting votes, one is overdue.

Each step is done the way the people of the province do it (workflows.demo.province.deeds), one after another, through
the real verbs. The days are fixed; nobody sends anything back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import cases, catalogue
from workflows.demo.cases import Story
from workflows.demo.organisations import Cast
from workflows.demo.province import deeds as _deeds  # noqa: F401 - registers how each step is done
from workflows.demo.province.scene import DEEDS, MOST_RETURNS, Deed, Later, Scene
from workflows.demo.province.scene import Story as Memory
from workflows.demo.stage import Stage
from workflows.errors import NotFound
from workflows.organisations import lanes
from workflows.storage.cases import Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Account, Organisation, OrganisationKind, Person, Post, Role

PROCEDURE = "enterprise_union"
NEEDED = (PROCEDURE, "election", "legal_person")
ZONE = "ZZ-JS"
_LONGEST = 120  # actions of one story


@dataclass(frozen=True, slots=True)
class _Unit:
    """An enterprise and its people: user name (also for those without an account), name, English name, role, title."""

    code: str
    name: str
    name_en: str
    prefix: str
    employees: int
    women: int
    opened: int  # days ago
    people: tuple[tuple[str, str, str, Role, str], ...]
    accounts: bool = False


STANDARDISED = _Unit(
    "ZZ-JS-YH",
    "郑州悦禾食品有限公司",
    "Yuehe Foods",
    "悦禾工",
    86,
    51,
    1130,
    (
        ("baixue", "白雪", "Bai Xue", Role.SECRETARY, "工会干事"),
        ("jiangping", "江平", "Jiang Ping", Role.COUNTER, "计票人"),
        ("shaoning", "邵宁", "Shao Ning", Role.SCRUTINEER, "监票人"),
    ),
)
COUNTING = _Unit(
    "ZZ-JS-BH",
    "郑州百卉包装印刷有限公司",
    "Baihui Packaging and Printing",
    "百卉工筹",
    64,
    28,
    300,
    (
        ("tianjing", "田静", "Tian Jing", Role.SECRETARY, "工会筹备组干事"),
        ("renfeng", "任峰", "Ren Feng", Role.COUNTER, "计票人"),
        ("yaolan", "姚兰", "Yao Lan", Role.SCRUTINEER, "监票人"),
    ),
    accounts=True,
)
OVERDUE = _Unit(
    "ZZ-JS-QM",
    "郑州启明星电子科技有限公司",
    "Qimingxing Electronics",
    "启明星工筹",
    139,
    66,
    432,
    (("qinyu", "秦宇", "Qin Yu", Role.SECRETARY, "行政部经办人"),),
)


def is_possible(session: Session) -> bool:
    """Whether the procedures these stories need are published."""
    try:
        return all(catalogue.current(session, key) is not None for key in NEEDED)
    except NotFound:
        return False


def founded_and_standardised(stage: Stage) -> None:
    """From the first visit to the certificate and the inspection of a union that works."""
    teller = _Teller.of(stage, STANDARDISED)
    teller.memory["standard"] = stage.day(118)
    teller.tell(560)


def counting_votes(stage: Stage) -> None:
    """The founding waits for its election; the votes are counted, and the scrutineer has to count for herself."""
    teller = _Teller.of(stage, COUNTING)
    teller.earliest = {"plan_election": 62, "open_meeting": 6, "adopt_method": 4, "enter_count": 1}
    teller.tell(124, until="confirm_count")


def overdue_for_a_union(stage: Stage) -> None:
    """Open for more than twelve months, visited twice, and no union yet (R-108)."""
    teller = _Teller.of(stage, OVERDUE)
    case = teller.begin(76)
    stage.decide(
        case,
        "first_visit",
        "liuxin",
        69,
        "submit",
        {
            "contact": "刘欣",
            "visited_on": stage.day(69).isoformat(),
            "before_opening": False,
            "founding_discussed": True,
            "content": "介绍工会法和建会程序，企业表示先与总部沟通。",
        },
    )
    visit = {
        "visited_on": stage.day(9).isoformat(),
        "content": "企业称总部尚未答复；已提示开业满十二个月仍未建会。",
        "employees": OVERDUE.employees,
        "women": OVERDUE.women,
        "members": 0,
        "women_members": 0,
    }
    stage.decide(case, "service_visit", "liuxin", 9, "follow_up", visit)


@dataclass
class _Teller:
    """Does one task after the other of an organisation's cases. ``earliest``: step → days ago, before which it waits."""

    stage: Stage
    organisation: Organisation
    dice: random.Random
    memory: dict[str, object] = field(default_factory=dict)
    earliest: dict[str, int] = field(default_factory=dict)
    _memories: dict[int, Memory] = field(default_factory=dict)

    @classmethod
    def of(cls, stage: Stage, unit: _Unit) -> _Teller:
        return cls(stage, _settle(stage, unit), random.Random(unit.code))  # noqa: S311 - the same every time

    def begin(self, days_ago: int) -> Case:
        """The enterprise's secretary begins the case."""
        stage, now = self.stage, self.stage.moment(days_ago, 9, 20)
        secretary = lanes.people_in(stage.session, self.organisation, Role.SECRETARY, stage.day(days_ago))[0]
        actor = stage.actor_of(secretary.person_id, now)
        return cases.start_case(stage.session, actor, PROCEDURE, applicant_id=self.organisation.id, now=now)

    def tell(self, days_ago: int, until: str = "") -> None:
        """Begin, and go on until nothing is left to do, or a step is reached that somebody shall find open."""
        self.begin(days_ago)
        day = self.stage.day(days_ago)
        later: dict[int, date] = {}
        for _ in range(_LONGEST):
            waiting = [(max(self._ready(task, day), later.get(task.id, day)), task) for task in self._open(until)]
            if not waiting or (soonest := min(waiting, key=lambda each: each[0]))[0] > self.stage.today:
                return
            day, task = soonest
            done = self._scene(task, day)
            if isinstance(done, Later):
                later[task.id] = max(done.on, day + timedelta(days=1))
            else:
                self._do(task, done, day)
                free = self.stage.calendar.next_working_day(day + timedelta(days=self.dice.randrange(1, 4)))
                day = min(free, self.stage.today)

    def _open(self, until: str) -> Iterator[Task]:
        tasks = self.stage.session.scalars(
            select(Task)
            .join(Case, Case.id == Task.case_id)
            .where(
                *(Case.applicant_id == self.organisation.id, Case.status == CaseStatus.OPEN),
                *(Task.status == TaskStatus.OPEN, Task.kind == TaskKind.STEP, Task.step != until),
            )
            .order_by(Task.id)
        )
        return (task for task in tasks.all() if (task.case.procedure, task.step) in DEEDS)

    def _ready(self, task: Task, day: date) -> date:
        wanted = self.stage.day(self.earliest[task.step]) if task.step in self.earliest else day
        continue_from = (task.derivation or {}).get("continue_from")
        return max(day, wanted, date.fromisoformat(continue_from) if continue_from else day)

    def _moment(self, day: date, task: Task) -> datetime:
        days_ago = (self.stage.today - day).days
        return self.stage.moment(days_ago, 10 + task.id % 7, task.id * 7 % 60)

    def _scene(self, task: Task, day: date) -> Deed | Later:
        case = task.case
        if case.id not in self._memories:
            returned = dict.fromkeys(
                catalogue.definition_of(self.stage.session, case.definition_id).steps, MOST_RETURNS
            )
            memory = Memory(self.dice, self._memories.get(case.parent_id or 0), returned)
            memory.memo |= {"stubborn": False, "obstructed": False, **self.memory}
            self._memories[case.id] = memory
        scene = Scene(self.stage.session, case, task, self._memories[case.id], self._moment(day, task))
        done = DEEDS[case.procedure, task.step](scene)
        if done is None:
            return Later(self.stage.today + timedelta(days=1))
        return done

    def _do(self, task: Task, done: Deed, day: date) -> None:
        stage, now = self.stage, self._moment(day, task)
        holder = lanes.holders(stage.session, task.relation, task.role, task.applicant_id, day)[0]
        actor = stage.actor_of(holder.person_id, now)
        step = catalogue.definition_of(stage.session, task.case.definition_id).steps[task.step]
        for item in step.materials:
            needed = item.required and (not item.outcomes or done.outcome in item.outcomes)
            if item.source == "upload" and (needed or item.key in done.also):
                stage.attach_as(actor, task, item.key, item.title, now)
        cases.decide(
            stage.session,
            actor,
            task.id,
            outcome=done.outcome,
            answers=done.answers,
            opinion=done.opinion,
            now=now,
        )
        stage.session.flush()


def _settle(stage: Stage, unit: _Unit) -> Organisation:
    """An enterprise of the zone becomes this unit, with its preparatory group and people; the zone's totals stay."""
    session, cast = stage.session, stage.cast
    since, zone = stage.today - timedelta(days=3 * 365), cast.zones[ZONE]
    organisation = Organisation(
        code=unit.code,
        name=f"{unit.name}工会筹备组",
        name_en=f"{unit.name_en}, union preparatory group",
        kind=OrganisationKind.ENTERPRISE.value,
        parent=cast.organisations[f"{ZONE}-GH"],
        paper_prefix=unit.prefix,
        valid_from=since,
    )
    session.add(organisation)
    session.flush()
    _enter_people(session, cast, unit, organisation, since)
    _enter_in_the_ledger(session, zone.id, unit, organisation, stage.today)
    return organisation


def _enter_people(session: Session, cast: Cast, unit: _Unit, organisation: Organisation, since: date) -> None:
    sample = session.scalars(select(Account).order_by(Account.id)).first()
    for username, name, name_en, role, title in unit.people:
        serial = len(cast.people) + 1
        person = Person(
            code=f"P{serial:03d}",
            name=name,
            name_en=name_en,
            phone=f"1990371{serial:04d}",
            email=f"{username}@example.invalid",
        )
        cast.people[username] = person
        session.add(Post(person=person, organisation=organisation, role=role.value, title=title, valid_from=since))
        if unit.accounts and sample is not None:
            session.add(
                Account(
                    person=person,
                    username=username,
                    password_hash=sample.password_hash,
                    must_change=False,
                    session_key=f"{sample.session_key}-{username}",
                )
            )
    session.flush()


def _enter_in_the_ledger(session: Session, zone_id: int, unit: _Unit, organisation: Organisation, today: date) -> None:
    rows = session.scalars(
        select(Enterprise)
        .where(
            *(Enterprise.zone_id == zone_id, Enterprise.operating, Enterprise.stage == "settled"),
            Enterprise.organisation_id.is_(None),
        )
        .order_by(Enterprise.id)
    ).all()
    largest = max((row for row in rows), key=lambda row: row.employees or 0)
    row = next(row for row in rows if row is not largest)
    largest.employees = (largest.employees or 0) + (row.employees or 0) - unit.employees
    row.name, row.organisation_id = unit.name, organisation.id
    row.employees, row.women, row.members, row.women_members = unit.employees, unit.women, 0, 0
    row.migrant_workers, row.dispatched_workers = unit.employees // 3, 0
    row.opened_on = today - timedelta(days=unit.opened)
    row.settled_on = row.opened_on - timedelta(days=60)
    session.flush()


STORIES: tuple[Story, ...] = (
    (562, founded_and_standardised),
    (126, counting_votes),
    (78, overdue_for_a_union),
)

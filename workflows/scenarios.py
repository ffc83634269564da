"""Statute tests: a procedure folder carries scenarios that run it with simulated dates and say how it must end.

A scenario is a TOML file under `scenarios/`: what the ledger holds, one entry per action with its day and its actor, and
the end expected. It runs through the same verbs as the pages, in a world made for it: a county union with its people, a
zone with its office and Party work committee, and a staffing authority with or without accounts.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows import audit, cases, catalogue, events, inbox, worker
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import DomainError, Invalid
from workflows.notifications.sentences import sentence_of
from workflows.organisations.actors import actor_of
from workflows.sample_world import SMALL_PDF, World, build
from workflows.scenario_verbs import BESIDE, ON_CASE, ON_TASK, Turn
from workflows.storage import Database
from workflows.storage.cases import Case, Notice, Task, TaskKind, TaskStatus
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Account
from workflows.storage.papers import Paper

NINE_O_CLOCK = time(9, 0)


class ScenarioFailed(AssertionError):
    """A scenario did not go as it says; the message names the action and what happened instead."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one scenario ended; `failure` is empty when it went as written."""

    procedure: str
    name: str
    title: str
    failure: str = ""

    @property
    def ok(self) -> bool:
        return not self.failure


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as written."""

    folder: Path
    name: str
    title: str
    uses: tuple[str, ...]
    ledger: Mapping[str, Any]
    actions: tuple[Mapping[str, Any], ...]
    end: Mapping[str, Any]


def find(folder: Path) -> tuple[Scenario, ...]:
    """The scenarios of a procedure folder, by name."""
    return tuple(_read(folder, path) for path in sorted((folder / "scenarios").glob("*.toml")))


def run_all(
    folders: Iterable[Path], keys: Iterable[str] = (), on_result: Callable[[Result], None] = lambda result: None
) -> tuple[Result, ...]:
    """Run every scenario of the folders, or of those named in `keys`, each in an embedded database of its own."""
    wanted = set(keys)
    results = []
    for folder in folders:
        if wanted and folder.name not in wanted:
            continue
        for scenario in find(folder):
            with tempfile.TemporaryDirectory() as place:
                database = Database(f"sqlite:///{place}/scenario.db")
                database.create_all()
                result = attempt(database, scenario)
                database.dispose()
            results.append(result)
            on_result(result)
    return tuple(results)


def attempt(database: Database, scenario: Scenario) -> Result:
    """Run a scenario in an empty database and say how it ended."""
    failure = ""
    try:
        run(database, scenario)
    except (ScenarioFailed, DomainError) as error:
        failure = _told(error)
    return Result(scenario.folder.name, scenario.name, scenario.title, failure)


def run(database: Database, scenario: Scenario) -> None:
    """Run a scenario in an empty database. Raises `ScenarioFailed`, or the error of an action that should have worked."""
    first_day = _day(scenario.actions[0]["on"])
    with database.write() as session:
        world = build(session, scenario.ledger, first_day)
        _give_accounts(session, world)
        for key in (*scenario.uses, scenario.folder.name):  # those it calls lie beside it
            catalogue.publish(session, None, scenario.folder.parent / key, _at(first_day, {}))
    play = _Play(database, scenario, world)
    for number, action in enumerate(scenario.actions, 1):
        try:
            play.act(action)
        except ScenarioFailed as failed:
            raise ScenarioFailed(f"action {number} ({action.get('on')}): {failed}") from failed
        except DomainError as error:
            raise ScenarioFailed(f"action {number} ({action.get('on')}): {_told(error)}") from error
    play.check_end()


def _give_accounts(session: Session, world: World) -> None:
    """Everybody has an account nobody can sign in with: only people with one are asked, copied or handed a task."""
    for person_id in dict.fromkeys(world.people.values()):
        name = f"scenario-{person_id}"
        session.add(Account(person_id=person_id, username=name, password_hash="!", session_key=name))  # noqa: S106


@dataclass(slots=True)
class _Play:
    database: Database
    scenario: Scenario
    world: World
    case_id: int = 0

    def act(self, do: Mapping[str, Any]) -> None:
        """One action; `case` names the procedure whose newest case is meant, instead of the case of the scenario."""
        now = _at(_day(do["on"]), do)
        before = self._newest_notice()
        if do.get("sweep"):
            worker.sweep(self.database, now)
        main, self.case_id = self.case_id, self._newest(do["case"]) if "case" in do else self.case_id
        try:
            self._act(do, now)
        finally:
            self.case_id = main or self.case_id
        for who, words in do.get("told", {}).items():
            self._check_told(who, words, before, now)

    def _newest_notice(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.max(Notice.id))) or 0

    def _check_told(self, who: str, words: str, before: int, now: datetime) -> None:
        """What the action and its sweep told somebody contains the words; without words, nothing was told."""
        with self.database.read() as session:
            actor = actor_of(session, self.world.people[who], now.astimezone(OFFICE_ZONE).date())
            new = [(notice, case) for notice, case in inbox.notices(session, actor) if notice.id > before]
            said = [sentence_of(n, catalogue.definition_of(session, case.definition_id)).zh for n, case in new]
        if not any(words in sentence for sentence in said) if words else said:
            raise ScenarioFailed(f"{who} was told {said}, should be told {words!r}")

    def _newest(self, procedure: str) -> int:
        with self.database.read() as session:
            newest = session.scalar(select(func.max(Case.id)).where(Case.procedure == procedure))
        if newest is None:
            raise ScenarioFailed(f"there is no case of {procedure} yet")
        return newest

    def _act(self, do: Mapping[str, Any], now: datetime) -> None:
        if "ledger" in do:
            with self.database.write() as session:
                self.world.set_ledger(session, do["ledger"])
        if "by" in do:
            self._attempt(do, now)
        self._check(do, now)

    def _attempt(self, do: Mapping[str, Any], now: datetime) -> None:
        refused = do.get("refused", "")
        before = self._events()
        try:
            with self.database.write() as session:
                self._perform(session, do, now)
        except DomainError as error:
            if not refused:
                raise
            if refused not in _told(error) and refused != error.code:
                raise ScenarioFailed(f"refused, but because {_told(error)!r} and not {refused!r}") from error
            if self._events() != before:
                raise ScenarioFailed("a refused action left something behind") from error
            return
        if refused:
            raise ScenarioFailed(f"should have been refused with {refused!r}")

    def _perform(self, session: Session, do: Mapping[str, Any], now: datetime) -> None:
        actor = actor_of(session, self.world.people[do["by"]], now.astimezone(OFFICE_ZONE).date())
        turn = Turn(session, actor, self.world, now, do)
        if do.get("start"):
            applicant = self.world.applicants[do["by"]]
            case = cases.start_case(session, actor, self.scenario.folder.name, applicant_id=applicant, now=now)
            self.case_id = self.case_id or case.id
        elif (verb := do.get("verb", "")) in BESIDE:
            BESIDE[verb](turn)
        elif verb in ON_CASE:
            ON_CASE[verb](turn, self.case_id)
        elif verb == "void":
            paper = session.scalars(
                select(Paper).where(Paper.case_id == self.case_id, Paper.name == do["paper"]).order_by(Paper.id.desc())
            ).first()
            if paper is None:
                raise ScenarioFailed(f"there is no paper {do['paper']}")
            cases.void_paper(session, actor, paper.id, reason=do.get("reason", ""), now=now)
        else:
            task = self._task(session, do["step"])
            for material in do.get("attach", []):
                cases.attach(
                    session, actor, task.id, material=material, filename=f"{material}.pdf", content=SMALL_PDF, now=now
                )
            if verb == "enter_reply":
                self._enter_reply(session, actor, task, do, now)
            elif verb:
                ON_TASK[verb](turn, task)
            else:
                cases.decide(
                    session,
                    actor,
                    task.id,
                    outcome=do.get("outcome", "done"),
                    answers=_plain(do.get("answers", {})),
                    opinion=do.get("opinion", ""),
                    now=now,
                )

    def _enter_reply(self, session: Session, actor: Any, task: Task, do: Mapping[str, Any], now: datetime) -> None:
        if do.get("scan", True):
            cases.attach(
                session, actor, task.id, material="reply_scan", filename="scan.pdf", content=SMALL_PDF, now=now
            )
        cases.enter_reply(
            session,
            actor,
            task.id,
            number=do.get("number", ""),
            dated_on=_optional_day(do.get("dated_on")),
            outcome=do.get("outcome", ""),
            answers=_plain(do.get("answers", {})),
            opinion=do.get("opinion", ""),
            now=now,
        )

    def _task(self, session: Session, step: str) -> Task:
        task = session.scalars(
            select(Task)
            .where(Task.case_id == self.case_id, Task.step == step, Task.kind == TaskKind.STEP)
            .order_by(Task.id.desc())
        ).first()
        if task is None:
            raise ScenarioFailed(f"the case never reached {step}; open: {', '.join(self._open(session)) or 'nothing'}")
        return task

    def _open(self, session: Session) -> list[str]:
        query = select(Task.step).where(
            Task.case_id == self.case_id, Task.status == TaskStatus.OPEN, Task.kind == TaskKind.STEP
        )
        return sorted(session.scalars(query))

    def _check(self, do: Mapping[str, Any], now: datetime) -> None:
        today = now.astimezone(OFFICE_ZONE).date()
        with self.database.read() as session:
            if "waits" in do and self._open(session) != sorted(do["waits"]):
                raise ScenarioFailed(f"waits at {self._open(session)}, should wait at {sorted(do['waits'])}")
            tasks = list(
                session.scalars(select(Task).where(Task.case_id == self.case_id, Task.status == TaskStatus.OPEN))
            )
            if "expect_late" in do:
                late = sorted(t.step for t in tasks if t.fatal_on and today > t.fatal_on and not t.paused_at)
                if late != sorted(do["expect_late"]):
                    raise ScenarioFailed(f"late are {late}, should be {sorted(do['expect_late'])}")
            for step, day in do.get("due", {}).items():
                found = next((t.fatal_on for t in tasks if t.step == step and t.kind == TaskKind.STEP), None)
                if found != _day(day):
                    raise ScenarioFailed(f"{step} is due on {found}, should be due on {day}")

    def _events(self) -> int:
        with self.database.read() as session:
            return len(session.execute(select(Event.id)).all())

    def check_end(self) -> None:
        expected = self.scenario.end
        with self.database.read() as session:
            case = session.get(Case, self.case_id)
            zone = session.get_one(Zone, self.world.zone_id)
            papers = list(session.scalars(select(Paper).where(Paper.case_id == self.case_id).order_by(Paper.id)))
            found: dict[str, Any] = {
                "status": case.status if case else None,
                "end": case.end if case else None,
                "papers": [paper.name for paper in papers],
                "papers_voided": [paper.name for paper in papers if paper.status == "voided"],
                "zone_form": zone.form,
                "open": self._open(session),
            }
            if "enterprise" in expected:
                found["enterprise"] = self._columns(session, expected["enterprise"])
            for name in expected.keys() & found.keys():
                if found[name] != expected[name]:
                    raise ScenarioFailed(f"end: {name} is {found[name]!r}, should be {expected[name]!r}")
            unknown = expected.keys() - found.keys() - {"events"}
            if unknown:
                raise ScenarioFailed(f"end: {', '.join(sorted(unknown))} cannot be checked")
            kinds = iter([event.kind for event in events.of_case(session, self.case_id)])
            for wanted in expected.get("events", []):
                if wanted not in kinds:  # consumes, so that the order counts
                    raise ScenarioFailed(f"end: event {wanted} is missing, or comes in another order")
            report = audit.verify(session)
            if not report.ok:
                raise ScenarioFailed(f"end: the record is broken: {report.broken[0]}")

    def _columns(self, session: Session, names: Iterable[str]) -> dict[str, Any]:
        """What the ledger says of the enterprise that organises."""
        organisation_id = self.world.enterprise_organisation_id
        enterprise = session.scalars(select(Enterprise).where(Enterprise.organisation_id == organisation_id)).one()
        return {name: getattr(enterprise, name) for name in names}


def _read(folder: Path, path: Path) -> Scenario:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Scenario(
        folder=folder,
        name=path.stem,
        title=data["title"],
        uses=tuple(data.get("uses", ())),
        ledger=data.get("ledger", {}),
        actions=tuple(data["do"]),
        end=data.get("end", {}),
    )


def _at(day: date, do: Mapping[str, Any]) -> datetime:
    clock = do.get("at", NINE_O_CLOCK)
    return datetime.combine(day, clock, OFFICE_ZONE).astimezone(UTC)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _optional_day(value: date | str | None) -> date | None:
    return None if value is None else _day(value)


def _plain(value: Any) -> Any:
    """TOML's dates as a form would send them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _walk(error: DomainError) -> Iterator[str]:
    yield error.message.zh
    if isinstance(error, Invalid):
        for mistake in error.mistakes:
            yield f"{mistake.path}: {mistake.message.zh}"


def _told(error: BaseException) -> str:
    return " | ".join(_walk(error)) if isinstance(error, DomainError) else str(error)

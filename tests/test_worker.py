"""The sweep: what has fallen due is done once, whoever sweeps, and nothing else is touched."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from tests.cases.conftest import FOLDERS, MONDAY, Office, office  # noqa: F401 - the fixture
from webapp.cli import cli
from workflows import audit, catalogue, events, worker
from workflows.cases import withdraw
from workflows.notifications.letters import Site
from workflows.organisations.actors import actor_of
from workflows.sample_world import build
from workflows.storage import Database
from workflows.storage.cases import Case, Notice, Task
from workflows.storage.migrations import newest, upgrade
from workflows.storage.organisations import Organisation, Post
from workflows.storage.unions import Timer

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 3, 9)
TOLD = {"relation": "superior_union", "role": "leader", "text": {"zh": "尚未答复。", "en": "Not answered yet."}}


def set_timer(session: Session, office: Office, name: str, **more: Any) -> None:  # noqa: F811
    values = {"kind": "remind", "due_on": TODAY, "rule": "R-413", "data": TOLD, "case_id": office.case_id or None}
    organisation_id = office.world.applicants["zone_secretary"]
    session.add(Timer(name=name, organisation_id=organisation_id, **values | more))


def timer(database: Database, name: str) -> Timer:
    with database.read() as session:
        return session.scalars(select(Timer).where(Timer.name == name)).one()


def notices(database: Database) -> list[Notice]:
    with database.read() as session:
        return list(session.scalars(select(Notice).where(Notice.kind == "reminder").order_by(Notice.id)))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Everything sent to the database inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def waiting(office: Office) -> Office:  # noqa: F811
    """An open case with one reminder that is due today and one that is due tomorrow."""
    office.start()
    with office.db.write() as session:
        set_timer(session, office, "today")
        set_timer(session, office, "tomorrow", due_on=TODAY + timedelta(days=1))
    return office


# ---- reminders ------------------------------------------------------------------------------------------------------


def test_a_due_reminder_is_told_to_whoever_stands_there_now_and_is_on_record(waiting: Office) -> None:
    assert worker.sweep(waiting.db, MONDAY) == worker.Swept(reminded=1)
    (notice,) = notices(waiting.db)
    with waiting.db.read() as session:
        told = session.get_one(Organisation, notice.organisation_id)
        last = events.of_case(session, waiting.case_id)[-1]
        assert audit.verify(session).ok
    assert (told.code, notice.role, notice.data["text"]["en"]) == ("U-C", "leader", "Not answered yet.")
    assert (last.kind, last.actor_id, last.data["text"]["zh"]) == ("reminded", None, "尚未答复。")
    assert timer(waiting.db, "today").outcome == "reminded"


def test_what_is_done_is_not_done_again_and_what_is_not_due_is_left_alone(waiting: Office) -> None:
    worker.sweep(waiting.db, MONDAY)
    assert worker.sweep(waiting.db, MONDAY) == worker.Swept()
    assert len(notices(waiting.db)) == 1
    assert timer(waiting.db, "tomorrow").done_at is None
    assert worker.sweep(waiting.db, MONDAY + timedelta(days=1)).reminded == 1


def test_the_day_is_the_offices_day(waiting: Office) -> None:
    """16:00 in Greenwich is midnight in Beijing."""
    worker.sweep(waiting.db, MONDAY)
    assert worker.sweep(waiting.db, datetime(2026, 3, 9, 15, 59, tzinfo=UTC)).taken == 0
    assert worker.sweep(waiting.db, datetime(2026, 3, 9, 16, 0, tzinfo=UTC)).reminded == 1


def test_what_is_not_due_is_not_read(waiting: Office) -> None:
    """One question about timers and one about tasks; no case is looked at, and nothing is locked."""
    worker.sweep(waiting.db, MONDAY)
    outside = worker.Outside(Site(), {})
    worker.sweep(waiting.db, MONDAY, outside=outside)
    with statements(waiting.db) as sent:
        worker.sweep(waiting.db, MONDAY)
    asked = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(asked) == 2, asked
    assert not [statement for statement in sent if "FROM cases" in statement or "IMMEDIATE" in statement]
    with statements(waiting.db) as sent:
        worker.sweep(waiting.db, MONDAY, outside=outside)
    asked = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(asked) == 4, asked
    assert not [statement for statement in sent if "FROM cases" in statement or "IMMEDIATE" in statement]


def test_a_sweep_takes_no_more_than_its_limit_and_the_longest_due_first(waiting: Office) -> None:
    with waiting.db.write() as session:
        set_timer(session, waiting, "older", due_on=TODAY - timedelta(days=3))
    assert worker.sweep(waiting.db, MONDAY, limit=1).reminded == 1
    assert timer(waiting.db, "older").done_at is not None
    assert timer(waiting.db, "today").done_at is None


def test_a_reminder_for_an_open_case_ends_with_it(waiting: Office) -> None:
    with waiting.db.write() as session:
        set_timer(session, waiting, "open only", data={**TOLD, "while_open": True})
        withdraw(session, waiting.actor(session, "zone_secretary"), waiting.case_id, reason="不办了", now=MONDAY)
    assert worker.sweep(waiting.db, MONDAY) == worker.Swept(reminded=1, dropped=1)
    assert timer(waiting.db, "open only").outcome == "case withdrawn"


def test_nobody_there_means_again_tomorrow(waiting: Office) -> None:
    with waiting.db.write() as session:
        set_timer(session, waiting, "nobody", data={**TOLD, "relation": "no_such_relation"})
    assert worker.sweep(waiting.db, MONDAY).postponed == 1
    postponed = timer(waiting.db, "nobody")
    assert (postponed.due_on, postponed.done_at) == (TODAY + timedelta(days=1), None)
    assert postponed.outcome == "no no_such_relation"


def test_a_timer_that_fails_keeps_nobody_from_theirs(waiting: Office) -> None:
    with waiting.db.write() as session:
        set_timer(session, waiting, "broken", due_on=TODAY - timedelta(days=9), data={})
        set_timer(session, waiting, "strange", kind="explode")
    assert worker.sweep(waiting.db, MONDAY) == worker.Swept(reminded=1, postponed=2)
    assert timer(waiting.db, "broken").outcome == "failed: KeyError"
    assert timer(waiting.db, "strange").outcome == "unknown kind: explode"


# ---- follow-on cases ------------------------------------------------------------------------------------------------


def open_later(office: Office, **more: Any) -> None:  # noqa: F811
    with office.db.write() as session:
        values = {"kind": "open_case", "data": {"procedure": "review"}, "rule": "R-509", "case_id": None}
        set_timer(session, office, "renewal", **values | more)


def cases_open(office: Office) -> list[Case]:  # noqa: F811
    with office.db.read() as session:
        return list(session.scalars(select(Case).where(Case.status == "open").order_by(Case.id)))


def test_a_follow_on_case_is_begun_for_whoever_may_start_it_and_is_free_for_every_colleague(office: Office) -> None:  # noqa: F811
    open_later(office)
    assert worker.sweep(office.db, MONDAY) == worker.Swept(opened=1)
    (case,) = cases_open(office)
    secretaries = {office.world.people[name] for name in ("zone_secretary", "zone_secretary_2")}
    assert (case.procedure, case.started_by_id in secretaries) == ("review", True)
    with office.db.read() as session:
        assert set(session.scalars(select(Task.assignee_id))) == {None}
        kinds = [one.kind for one in events.of_case(session, case.id)]
        assert kinds == ["case_started", "begun_when_due"]
        assert audit.verify(session).ok
    assert timer(office.db, "renewal").outcome == f"opened: {case.number}"


def test_the_case_it_follows_names_it(office: Office) -> None:  # noqa: F811
    first = office.start()
    with office.db.write() as session:
        withdraw(session, office.actor(session, "zone_secretary"), first, reason="以后再办", now=MONDAY)
    open_later(office, case_id=first)
    worker.sweep(office.db, MONDAY)
    with office.db.read() as session:
        last = events.of_case(session, first)[-1]
    assert (last.kind, last.data["case"]) == ("follow_on_started", cases_open(office)[0].id)


def test_a_vacant_post_is_waited_for(office: Office) -> None:  # noqa: F811
    """Postponed by a day with a note; begun once somebody holds the post."""
    open_later(office)
    with office.db.write() as session:
        for post in session.scalars(
            select(Post).where(Post.organisation_id == office.world.applicants["zone_secretary"])
        ):
            post.valid_to = TODAY - timedelta(days=1)
    assert worker.sweep(office.db, MONDAY) == worker.Swept(postponed=1)
    vacant = timer(office.db, "renewal")
    assert (vacant.due_on, vacant.done_at, vacant.outcome) == (TODAY + timedelta(days=1), None, "vacant: secretary")
    assert cases_open(office) == []
    with office.db.write() as session:
        organisation_id = office.world.applicants["zone_secretary"]
        person_id = office.world.people["zone_secretary_2"]
        session.add(Post(person_id=person_id, organisation_id=organisation_id, role="secretary", valid_from=TODAY))
    assert worker.sweep(office.db, MONDAY + timedelta(days=1)).opened == 1
    assert cases_open(office)[0].started_by_id == person_id


def test_a_case_that_is_open_already_stays_the_only_one(office: Office) -> None:  # noqa: F811
    office.start()
    open_later(office)
    assert worker.sweep(office.db, MONDAY) == worker.Swept(dropped=1)
    assert len(cases_open(office)) == 1
    assert timer(office.db, "renewal").outcome.startswith("open already")


def test_a_procedure_that_is_not_published_is_waited_for_and_an_ended_organisation_is_not(office: Office) -> None:  # noqa: F811
    open_later(office, data={"procedure": "unheard_of"})
    assert worker.sweep(office.db, MONDAY).postponed == 1
    with office.db.write() as session:
        organisation = session.get_one(Organisation, office.world.applicants["zone_secretary"])
        organisation.valid_to = TODAY
    assert worker.sweep(office.db, MONDAY + timedelta(days=1)).dropped == 1
    assert timer(office.db, "renewal").outcome == "organisation ended"


def test_who_may_not_start_it_is_not_made_to(office: Office) -> None:  # noqa: F811
    """The county's leader holds no post that starts the procedure; a county union is no applicant of it."""
    with office.db.read() as session:
        county = actor_of(session, office.world.people["superior_leader"], TODAY).seats[0].organisation_id
    with office.db.write() as session:
        person_id = office.world.people["superior_clerk"]
        session.add(Post(person_id=person_id, organisation_id=county, role="secretary", valid_from=TODAY))
        data = {"procedure": "review"}
        session.add(Timer(name="wrong", kind="open_case", due_on=TODAY, organisation_id=county, rule="", data=data))
    assert worker.sweep(office.db, MONDAY).dropped == 1
    assert timer(office.db, "wrong").outcome == "refused: forbidden"


# ---- crashes and company --------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


def test_killed_before_the_commit_nothing_is_lost_and_nothing_is_done_twice(waiting: Office) -> None:
    def die(_session: Session) -> None:
        raise Killed

    event.listen(waiting.db.session_class, "before_commit", die)
    with pytest.raises(Killed):
        worker.sweep(waiting.db, MONDAY)
    event.remove(waiting.db.session_class, "before_commit", die)
    assert notices(waiting.db) == []
    assert timer(waiting.db, "today").done_at is None
    assert worker.sweep(waiting.db, MONDAY).reminded == 1
    assert len(notices(waiting.db)) == 1


def test_several_workers_at_once_do_each_thing_once(waiting: Office) -> None:
    with waiting.db.write() as session:
        for number in range(12):
            set_timer(session, waiting, f"reminder {number}")
        session.flush()
        data = {"procedure": "review"}
        other = waiting.world.applicants["other_zone_secretary"]
        session.add(Timer(name="follow-on", kind="open_case", due_on=TODAY, organisation_id=other, rule="", data=data))
    begin, swept = threading.Barrier(4), []

    def sweeping() -> None:
        database = Database(waiting.db.url.render_as_string(hide_password=False))
        begin.wait()
        swept.append(worker.sweep(database, MONDAY))
        database.dispose()

    threads = [threading.Thread(target=sweeping) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(one.reminded for one in swept) == len(notices(waiting.db)) == 13
    assert sum(one.opened for one in swept) == 1
    assert sum(one.postponed + one.dropped for one in swept) == 0
    assert len(cases_open(waiting)) == 2
    with waiting.db.read() as session:
        assert audit.verify(session).ok


# ---- the command and the server -------------------------------------------------------------------------------------


def test_the_command_sweeps_once_and_says_what_it_did(waiting: Office, tmp_path: Path) -> None:
    mark_as_current(waiting.db)
    environment = {
        "JIANHUI_DATABASE": waiting.db.url.render_as_string(hide_password=False),
        "JIANHUI_DATA": str(tmp_path),
        "JIANHUI_DEMO": "1",
        "JIANHUI_NOW": MONDAY.isoformat(),
    }
    first = CliRunner().invoke(cli, ["--lang", "en", "worker", "--once"], env=environment)
    assert (first.exit_code, first.output) == (
        0,
        "1 reminded, 0 escalated, 0 opened, 0 postponed, 0 no longer needed; 0 messages sent, 0 not delivered\n",
    )
    again = CliRunner().invoke(cli, ["--lang", "zh", "worker", "--once"], env=environment)
    assert again.output == "提醒 0，上报 0，发起办件 0，推迟 0，不再需要 0；发出消息 0，未送达 0\n"
    assert "case:" in (tmp_path / "anchor.log").read_text()


def mark_as_current(database: Database) -> None:
    """Tables that were made at once carry no mark of their version, which a command asks for."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})


@pytest.mark.parametrize("arguments", [["serve", "--workers", "2"], ["worker", "--every", "1"]], ids=" ".join)
def test_the_server_and_the_worker_sweep_until_they_are_stopped(arguments: list[str], tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/data/jianhui.db")
    upgrade(database)
    with database.write() as session:
        world = build(session, {"enterprises": 3, "employees": 60, "data_on": date(2026, 3, 1)}, TODAY)
        catalogue.publish(session, None, FOLDERS / "review", MONDAY)
    here = Office(database, world)
    here.start()
    with database.write() as session:
        set_timer(session, here, "long ago", due_on=date(2020, 1, 6))
    environment = {**os.environ, "JIANHUI_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    for name in ("JIANHUI_DATABASE", "JIANHUI_DEMO", "JIANHUI_NOW"):
        environment.pop(name, None)
    if arguments[0] == "serve":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            arguments = [*arguments, "--port", str(free.getsockname()[1])]
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", *arguments], env=environment, stdout=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while not notices(database) and time.monotonic() < deadline:
            time.sleep(0.2)
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "reminder")) == 1
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        database.dispose()

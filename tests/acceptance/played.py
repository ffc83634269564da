"""Scenarios of the shipped procedures, played as far as a row needs them, and the pages people then see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.procedures.played import BPMN
from tests.webapp.browsing import Browser
from webapp import create_app
from webapp.config import Settings
from workflows import accounts, scenarios
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations.actors import Actor, actor_of
from workflows.storage import Database
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.organisations import Account, Person

PASSWORD = "correct horse battery"

Do = Mapping[str, Any]


def play(
    db: Database, procedure: str, name: str, *, before: str = "", change: Callable[[Do], Do] = lambda do: do
) -> None:
    """A scenario from its start, to its end or to just before the first action at a step; `change` rewrites actions."""
    written = next(one for one in scenarios.find(BPMN / procedure) if one.name == name)
    actions = [change(do) for do in written.actions]
    if before:
        actions = actions[: next(place for place, do in enumerate(actions) if do.get("step") == before)]
    scenarios.run(db, replace(written, actions=tuple(actions), end={} if before else written.end))


def at(day: date) -> datetime:
    """Ten in the morning in the office's zone."""
    return datetime.combine(day, time(10), OFFICE_ZONE).astimezone(UTC)


def newest(session: Session, procedure: str) -> Case:
    """The newest case of a procedure."""
    return session.scalars(select(Case).where(Case.procedure == procedure).order_by(Case.id.desc())).first()  # type: ignore[return-value]


def open_steps(session: Session, case: Case) -> list[str]:
    """Where a case waits."""
    query = select(Task.step).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.kind == TaskKind.STEP)
    return sorted(session.scalars(query))


def open_task(session: Session, step: str) -> int:
    """The open task of a step."""
    query = select(Task.id).where(Task.step == step, Task.status == TaskStatus.OPEN, Task.kind == TaskKind.STEP)
    return session.scalars(query).one()


def person(session: Session, name: str, on: date) -> Actor:
    """Somebody of the sample world by name, with the posts of a day."""
    return actor_of(session, session.scalars(select(Person.id).where(Person.name == name)).one(), on)


def browser_of(db: Database, folder: Path, name: str, on: date) -> Browser:
    """A browser in which a person of the sample world has signed in on a day."""
    with db.write() as session:  # everybody in a scenario has an account, which nobody can sign in with
        account = session.scalars(select(Account).join(Account.person).where(Person.name == name)).one()
        account.username, account.password_hash = "somebody", accounts.hash_password(PASSWORD)
        account.must_change = False
    app: Flask = create_app(Settings(data=folder, secret_key="for tests only"), clock=lambda: at(on), store=db)
    app.config["TESTING"] = True
    browser = Browser(app.test_client())
    assert browser.sign_in("somebody", PASSWORD).location == "/work/"
    return browser

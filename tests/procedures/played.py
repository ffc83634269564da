"""A scenario of a shipped procedure, played to its end in the database of a test, and questions about what it left."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import scenarios
from workflows.engine.operations import OFFICE_ZONE, Context
from workflows.law.rule_sets import rule_set
from workflows.storage import Database
from workflows.storage.cases import Case

BPMN = Path(__file__).resolve().parents[2] / "bpmn"


def play(db: Database, procedure: str, name: str) -> None:
    """Run one scenario of a folder by its name."""
    scenarios.run(db, next(one for one in scenarios.find(BPMN / procedure) if one.name == name))


def context_of(session: Session, procedure: str, on: date) -> Context:
    """What operations and facts are asked with, in the newest case of a procedure on a day."""
    case = session.scalars(select(Case).where(Case.procedure == procedure).order_by(Case.id.desc())).first()
    assert case is not None
    return Context(
        session=session,
        case=case,
        applicant_id=case.applicant_id,
        subject_id=case.subject_id,
        now=datetime.combine(on, time(10), OFFICE_ZONE),
        rule_set=rule_set(case.rule_set),
        record_event=lambda kind, data: None,
    )


def proven(*procedures: str) -> dict[str, list[str]]:
    """Number of a rule or of an acceptance row -> the scenarios that name it."""
    found: dict[str, list[str]] = {}
    for procedure in procedures:
        for path in sorted((BPMN / procedure / "scenarios").glob("*.toml")):
            for rule in scenarios_rules(path):
                found.setdefault(rule, []).append(path.stem)
    return found


def scenarios_rules(path: Path) -> list[str]:
    """The rules a scenario proves."""
    rules: list[str] = tomllib.loads(path.read_text(encoding="utf-8"))["rules"]
    return rules

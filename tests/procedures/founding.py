"""A zone on a given day with a case of zone_union, and good answers to its later steps, for tests to bend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.make import Neighbourhood, make_enterprises, make_neighbourhood
from workflows.engine.operations import Context
from workflows.law.rule_sets import rule_set
from workflows.storage.cases import Case, Task, TaskStatus
from workflows.storage.definitions import PublishedDefinition

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class Founding:
    """The case, what its context recorded, and a way to do a step without the engine."""

    session: Session
    neighbourhood: Neighbourhood
    case: Case
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def context(self) -> Context:
        return Context(
            session=self.session,
            case=self.case,
            applicant_id=self.neighbourhood.zone.office_id,
            subject_id=self.neighbourhood.zone.id,
            now=NOW,
            rule_set=rule_set(),
            record_event=lambda kind, data: self.events.append((kind, data)),
        )

    def did(self, step: str, outcome: str, answers: dict[str, Any]) -> None:
        self.session.add(
            Task(
                case_id=self.case.id,
                step=step,
                relation="applicant",
                role="secretary",
                applicant_id=self.case.applicant_id,
                status=TaskStatus.DONE,
                opened_at=NOW,
                outcome=outcome,
                answers=answers,
            )
        )
        self.session.flush()


def make_founding(session: Session, *, enterprises: int = 105, employees: int | None = 6200) -> Founding:
    """A zone with a ledger and an open case."""
    neighbourhood = make_neighbourhood(session)
    make_enterprises(session, neighbourhood.zone, enterprises, employees=employees)
    return Founding(session, neighbourhood, make_case(session, neighbourhood, "1"))


def make_case(session: Session, neighbourhood: Neighbourhood, number: str) -> Case:
    """Another case of the same zone."""
    version = PublishedDefinition(
        key="zone_union", number=int(number), content_hash=number, files=b"", published_at=NOW, is_current=number == "1"
    )
    session.add(version)
    session.flush()
    case = Case(
        number=number,
        procedure="zone_union",
        definition_id=version.id,
        rule_set="RS-2025",
        title=f"{neighbourhood.zone.name}：产业集聚区组建工会",
        subject_kind="zone",
        subject_id=neighbourhood.zone.id,
        applicant_id=neighbourhood.zone.office_id,
        started_by_id=neighbourhood.zone_secretary.person_id,
        started_at=NOW,
        status="open" if number == "1" else "completed",
        state=b"",
    )
    session.add(case)
    session.flush()
    return case


CANDIDATES = [
    {"name": "张建国", "current_post": "管委会副主任", "post": "chair", "tenure": "part_time"},
    {"name": "李红梅", "current_post": "办公室主任", "post": "vice_chair", "tenure": "full_time"},
]


def congress(**changes: Any) -> dict[str, Any]:
    """An election of 187 representatives that breaks no rule."""
    names = ("张建国", "李红梅", "赵强", "孙丽", "周涛", "吴敏", "郑凯")
    answers: dict[str, Any] = {
        "held_on": date(2026, 11, 19).isoformat(),
        "publicity_from": date(2026, 11, 9).isoformat(),
        "term_years": "5",
        "due": 187,
        "present": 150,
        "issued": 150,
        "returned": 149,
        "seats": 7,
        "nominees": 8,
        "women_members": 61,
        "committee": [{"name": name, "votes": 140 - place} for place, name in enumerate(names)],
        "leaders": [
            {"name": "张建国", "post": "chair", "elected_by": "committee", "votes": 7},
            {"name": "李红梅", "post": "vice_chair", "elected_by": "committee", "votes": 6},
        ],
        "auditors": [
            {"name": "王国庆", "post": "head", "votes": 138},
            {"name": "冯伟", "post": "member", "votes": 127},
            {"name": "刘洋", "post": "member", "votes": 119},
        ],
        "women": [{"name": "李红梅", "post": "head"}, {"name": "孙丽", "post": "member"}],
    }
    return answers | changes

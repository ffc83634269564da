"""An enterprise with a case of enterprise_union, and ways to do its steps without the engine, for tests to bend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.make import Neighbourhood, make_enterprise, make_neighbourhood, make_organisation
from workflows.engine.operations import Context
from workflows.law.rule_sets import rule_set
from workflows.storage.cases import Case, Task, TaskStatus
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.storage.papers import Blob, Paper
from workflows.storage.unions import OfficeHolder, Term

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ELECTED_ON = date(2026, 11, 12)


@dataclass
class Organising:
    """The case with what its context recorded and asked for."""

    session: Session
    neighbourhood: Neighbourhood
    enterprise: Enterprise
    group: Organisation
    case: Case
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = Context(
            session=self.session,
            case=self.case,
            applicant_id=self.case.applicant_id,
            subject_id=self.case.subject_id,
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

    def replied(self, name: str = "founding_approval") -> Paper:
        """The superior union's reply is issued."""
        self.session.merge(Blob(sha256="0" * 64, size=1, media_type="application/pdf", content=b"%"))
        paper = Paper(
            case_id=self.case.id,
            name=name,
            code="DOC-35",
            form="批复",
            organisation_id=self.neighbourhood.zone.office_id,
            number_prefix="测工发",
            number_year=2026,
            number=1,
            number_text="测工发〔2026〕1号",
            title="关于批准建会的批复",
            recipient=self.group.name,
            dated_on=date(2026, 11, 20),
            body="",
            facts={},
            pdf_sha256="0" * 64,
            docx_sha256="0" * 64,
            issued_at=NOW,
        )
        self.session.add(paper)
        self.session.flush()
        return paper

    def elected(self, *, chair: str = "周涛", years: int = 3) -> Term:
        """The election has begun a term."""
        term = Term(
            organisation_id=self.group.id,
            number=1,
            began_on=ELECTED_ON,
            years=years,
            ends_on=date(ELECTED_ON.year + years, 11, 11),
            case_id=self.case.id,
        )
        self.session.add(term)
        self.session.flush()
        self.session.add(
            OfficeHolder(
                organisation_id=self.group.id,
                name=chair,
                office="chair",
                route="elected",
                since=ELECTED_ON,
                term_id=term.id,
                details={},
            )
        )
        self.session.flush()
        return term


def make_organising(session: Session, *, employees: int = 60, members: int = 0, stage: str = "served") -> Organising:
    """An enterprise of a zone with its preparatory group and an open case."""
    neighbourhood = make_neighbourhood(session)
    group = make_organisation(session, "工会筹备组", kind=OrganisationKind.ENTERPRISE, parent=neighbourhood.zone.office)
    enterprise = make_enterprise(session, neighbourhood.zone, employees=employees, members=members)
    enterprise.organisation_id, enterprise.stage = group.id, stage
    case = make_case(session, "enterprise_union", group, enterprise.id, neighbourhood.zone_secretary.person_id)
    return Organising(session, neighbourhood, enterprise, group, case)


def make_case(session: Session, procedure: str, applicant: Organisation, subject_id: int, person_id: int) -> Case:
    """An open case of a procedure whose folder is not looked at."""
    version = publish(session, procedure)
    case = Case(
        number=f"{procedure}-{subject_id}",
        procedure=procedure,
        definition_id=version.id,
        rule_set="RS-2025",
        title=procedure,
        subject_kind="enterprise",
        subject_id=subject_id,
        applicant_id=applicant.id,
        started_by_id=person_id,
        started_at=NOW,
        status="open",
        state=b"",
    )
    session.add(case)
    session.flush()
    return case


def publish(session: Session, procedure: str) -> PublishedDefinition:
    """A current version of a procedure, without its files."""
    version = PublishedDefinition(
        key=procedure, number=1, content_hash=procedure, files=b"", published_at=NOW, is_current=True
    )
    session.add(version)
    session.flush()
    return version

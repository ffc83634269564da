"""The register of numbers 发文登记簿: what an organisation issued in a year, voided papers included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.documents.numbering import counter_name
from workflows.storage.cases import Case
from workflows.storage.events import Counter
from workflows.storage.papers import Paper


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register."""

    paper_id: int
    number: int
    number_text: str
    dated_on: date
    form: str
    title: str
    recipient: str
    signer: str
    case_id: int
    case_number: str
    voided: bool
    void_reason: str


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one prefix in one year. ``last`` is the counter; ``missing`` lists numbers without a paper."""

    prefix: str
    year: int
    last: int
    entries: tuple[Entry, ...]
    missing: tuple[int, ...]


def register(session: Session, organisation_id: int, year: int) -> tuple[Series, ...]:
    """Every series of that organisation and year, each in the order of its numbers."""
    rows = session.execute(
        select(Paper, Case.number)
        .join(Case, Case.id == Paper.case_id)
        .where(Paper.organisation_id == organisation_id, Paper.number_year == year)
        .order_by(Paper.number_prefix, Paper.number)
    ).all()
    by_prefix: dict[str, list[Entry]] = {}
    for paper, case_number in rows:
        by_prefix.setdefault(paper.number_prefix, []).append(_entry(paper, case_number))
    return tuple(_series(session, organisation_id, year, prefix, entries) for prefix, entries in by_prefix.items())


def years(session: Session, organisation_id: int) -> list[int]:
    """The years in which the organisation issued papers, newest first."""
    found = select(Paper.number_year).where(Paper.organisation_id == organisation_id).distinct()
    return sorted(session.scalars(found), reverse=True)


def _series(session: Session, organisation_id: int, year: int, prefix: str, entries: list[Entry]) -> Series:
    counter = session.scalar(select(Counter.value).where(Counter.name == counter_name(organisation_id, prefix, year)))
    used = {entry.number for entry in entries}
    last = max(counter or 0, *used)
    missing = tuple(number for number in range(1, last + 1) if number not in used)
    return Series(prefix, year, last, tuple(entries), missing)


def _entry(paper: Paper, case_number: str) -> Entry:
    return Entry(
        paper_id=paper.id,
        number=paper.number,
        number_text=paper.number_text,
        dated_on=paper.dated_on,
        form=paper.form,
        title=paper.title,
        recipient=paper.recipient,
        signer=paper.signer,
        case_id=paper.case_id,
        case_number=case_number,
        voided=paper.status == "voided",
        void_reason=paper.void_reason,
    )

"""Numbers of papers 发文字号: per organisation, prefix and year, counted from 1 without gaps, never used twice.

The counter row is raised in the transaction that issues the paper, which holds its lock until the commit: a rollback
gives the number back, and nobody else can have taken a later one meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from workflows.documents.paper_text import PaperForm
from workflows.errors import Conflict
from workflows.storage.organisations import Organisation
from workflows.text import Text

_NEXT = text(
    "INSERT INTO counters (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
)


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """The number of one paper; its text is 某总工发〔2026〕3号 (GB/T 9704-2012, 7.2.5: 六角括号, no leading zero, no 第)."""

    prefix: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.number}号"


def prefix_for(organisation: Organisation, form: PaperForm) -> str:
    """The organisation's 机关代字; letters have their own series: 某总工发 → 某总工函.

    Raises ``Conflict`` if the organisation has none: without it, it cannot issue papers.
    """
    prefix = organisation.paper_prefix.strip()
    if not prefix:
        raise Conflict(
            Text(
                f"“{organisation.name}”没有设置机关代字，不能编发文字号；请管理员补充。",
                f"“{organisation.name}” has no prefix for paper numbers; an administrator must set one.",
            ),
            organisation=organisation.id,
        )
    return prefix.removesuffix("发") + "函" if form is PaperForm.LETTER and not prefix.endswith("函") else prefix


def take(session: Session, organisation_id: int, prefix: str, year: int) -> PaperNumber:
    """The next number of this series, taken in the caller's transaction."""
    value = session.execute(_NEXT, {"name": counter_name(organisation_id, prefix, year)}).scalar_one()
    return PaperNumber(prefix, year, int(value))


def counter_name(organisation_id: int, prefix: str, year: int) -> str:
    """The name of the counter of one series."""
    return f"paper:{organisation_id}:{year}:{prefix}"

"""Ledger 8.3: when the union of an enterprise counts as standardised 规范.

The policy names the items; that all of them together make the stage, and how old a meeting may be, is a choice of this
system.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.deadlines import add_months
from workflows.law.basis import Basis
from workflows.law.finding import Confidence, Finding
from workflows.text import Text

MONTHS = 12  # how long a meeting, a congress or a publication counts
DUES_MONTHS = 3  # months in a row for which dues are paid


class Item(StrEnum):
    """The items of the checklist, in the order of 8.3."""

    COMMITTEE = "committee"
    AUDIT = "audit"
    WOMEN = "women"
    LEGAL_PERSON = "legal_person"
    ACCOUNT = "account"
    DUES = "dues"
    ASSEMBLY = "assembly"
    CONGRESS = "congress"
    OPENNESS = "openness"
    MEDIATION = "mediation"
    DISPLAY = "display"
    SERVICE = "service"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    Item.COMMITTEE: Text("委员会依法选举并经批复，任期未满", "committee elected and approved, term not ended"),
    Item.AUDIT: Text("经费审查委员会（委员）", "audit committee (or member)"),
    Item.WOMEN: Text("女职工委员会（委员）", "women's committee (or member)"),
    Item.LEGAL_PERSON: Text("工会法人资格证书有效", "legal person's certificate valid"),
    Item.ACCOUNT: Text("独立工会账户", "account of its own"),
    Item.DUES: Text(f"连续{DUES_MONTHS}个月足额拨缴经费", f"dues paid for {DUES_MONTHS} months"),
    Item.ASSEMBLY: Text(f"{MONTHS}个月内召开会员（代表）大会", f"members' meeting within {MONTHS} months"),
    Item.CONGRESS: Text(f"{MONTHS}个月内召开职工（代表）大会", f"workers' congress within {MONTHS} months"),
    Item.OPENNESS: Text(f"{MONTHS}个月内公开厂务", f"open affairs within {MONTHS} months"),
    Item.MEDIATION: Text("劳动争议调解委员会（人员）", "mediation committee (or persons)"),
    Item.DISPLAY: Text("工会亮牌子、主席亮身份", "sign and chair's identity displayed"),
    Item.SERVICE: Text("服务职工记录", "service records"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a union. Days are None where nothing is known.

    ``approved``: the result of the election has the superior union's reply; ``term_ends_on``; ``women_members``: without
    any there is no women's body (R-201); ``certificate_valid_to``; ``dues_months``: months in a row up to now;
    ``assembly_on``, ``congress_on``, ``openness_on``: the last ones.
    """

    approved: bool
    term_ends_on: date | None
    audit_body: bool
    women_body: bool
    women_members: int
    certificate_valid_to: date | None
    account: bool
    dues_months: int
    assembly_on: date | None
    congress_on: date | None
    openness_on: date | None
    mediation: bool
    display: bool
    service: bool


def standardisation(union: Standing, today: date) -> Finding:
    """8.3: verdict "complete" or "not_complete" with what is missing."""
    state = items(union, today)
    missing = tuple(item.label for item, holds in state.items() if not holds)
    basis = Basis("8.3, 4.3", "豫工发〔2015〕13号 4.3–4.7、7.1、8.4、9.1、13.3–13.5", Confidence.CHOSEN)
    numbers = {"items": len(state), "done": len(state) - len(missing)}
    if missing:
        title = Text("规范化清单尚未完成", "The checklist is not complete")
        return basis.finding("not_complete", title, numbers, missing=missing)
    done = Text(f"{len(state)} 项全部完成。", f"All {len(state)} items are done.")
    return basis.finding("complete", Text("规范化清单已完成", "The checklist is complete"), numbers, done)


def items(union: Standing, today: date) -> Mapping[Item, bool]:
    """Whether each item holds on a day."""
    return {
        Item.COMMITTEE: union.approved and _runs(union.term_ends_on, today),
        Item.AUDIT: union.audit_body,
        Item.WOMEN: union.women_body or union.women_members == 0,
        Item.LEGAL_PERSON: _runs(union.certificate_valid_to, today),
        Item.ACCOUNT: union.account,
        Item.DUES: union.dues_months >= DUES_MONTHS,
        Item.ASSEMBLY: _recent(union.assembly_on, today),
        Item.CONGRESS: _recent(union.congress_on, today),
        Item.OPENNESS: _recent(union.openness_on, today),
        Item.MEDIATION: union.mediation,
        Item.DISPLAY: union.display,
        Item.SERVICE: union.service,
    }


def _runs(until: date | None, today: date) -> bool:
    return until is not None and today <= until


def _recent(on: date | None, today: date) -> bool:
    return on is not None and on <= today <= add_months(on, MONTHS)

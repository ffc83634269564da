"""Which matter 办理事项 of registration is open to a union, and what its certificate must say (D-13, R-501 to R-510)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.deadlines import add_months
from workflows.errors import Mistake
from workflows.law import credit_code, legal_person
from workflows.law.rule_sets import Parameters
from workflows.law.zone_forms import ZoneForm
from workflows.text import Text

UNION = "8"  # GB 32100-2015: the first character of a code that a trade union issued
SHORTEST, LONGEST = 36, 60  # months a certificate is valid, where no term is on record


class Matter(StrEnum):
    """What is applied for. The values stand in diagrams and certificates."""

    REGISTER = "register"
    CHANGE = "change"
    RENEW = "renew"
    REPLACE = "replace"
    CANCEL = "cancel"
    CREDIT_CODE = "credit_code"

    @property
    def label(self) -> Text:
        return _MATTERS[self]


_MATTERS = {
    Matter.REGISTER: Text("设立登记", "registration"),
    Matter.CHANGE: Text("变更登记", "registration of a change"),
    Matter.RENEW: Text("期满换领证书", "renewal"),
    Matter.REPLACE: Text("补领证书", "replacement"),
    Matter.CANCEL: Text("注销登记", "cancellation"),
    Matter.CREDIT_CODE: Text("统一社会信用代码", "unified social credit code"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate on record. ``valid_to`` is None for a credit code, which has no term."""

    number: str
    credit_code: str
    valid_from: date
    valid_to: date | None

    @property
    def certificate(self) -> legal_person.Certificate | None:
        return legal_person.Certificate(self.valid_from, self.valid_to) if self.valid_to else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A union before the registering authority. ``form``: of a zone's union, None for a union of an enterprise.

    ``held``: its certificate on record; a union that registered before its office used this system has none.
    """

    founded: bool
    form: ZoneForm | None
    held: Held | None = None


def refusal(matter: Matter, standing: Standing, today: date, parameters: Parameters) -> Text | None:
    """Why a matter is closed to the union today; None when it is open."""
    if not standing.founded:
        return Text(
            "工会尚未成立，不能办理；先取得建会批复和选举结果批复（R-504）。",
            "There is no union yet: the replies on founding and on the election come first (R-504).",
        )
    if standing.form is ZoneForm.WORK_COMMITTEE:
        return _to_a_work_committee(matter, standing, parameters)
    if matter is Matter.CREDIT_CODE:
        return Text(
            "应当办理工会法人资格登记，登记时一并取得统一社会信用代码；只办信用代码仅限派出机构（R-502、R-510）。",
            "It registers as a legal person and gets its credit code with that; the code alone is for dispatched bodies "
            "(R-502, R-510).",
        )
    if matter is Matter.REGISTER and standing.held is not None:
        return Text(
            f"已有工会法人资格证书（{standing.held.number}），请办理变更、换领或者补领（R-502）。",
            f"There is a certificate already ({standing.held.number}): apply for a change, renewal or replacement (R-502).",
        )
    if matter is Matter.RENEW and standing.held is not None and standing.held.valid_to is not None:
        return too_early_to_renew(standing.held.valid_to, today, parameters)
    return None


def too_early_to_renew(valid_to: date, today: date, parameters: Parameters) -> Text | None:
    """R-509: a new certificate is applied for in the last days before expiry. After it, late is better than never."""
    opens, closes = legal_person.Certificate(valid_to, valid_to).renewal_window(parameters)
    if today >= opens:
        return None
    return Text(
        f"证书有效期至 {closes}，自 {opens} 起方可申请换领（R-509）。",
        f"The certificate is valid until {closes}; a new one is applied for from {opens} (R-509).",
    )


def _to_a_work_committee(matter: Matter, standing: Standing, parameters: Parameters) -> Text | None:
    if matter is Matter.REGISTER:
        finding = legal_person.application(ZoneForm.WORK_COMMITTEE, {}, parameters)
        (reason,), (instead,) = finding.reasons, finding.alternatives
        return Text(f"{reason.zh}{instead.zh}", f"{reason.en} {instead.en}")
    if matter is Matter.RENEW:
        return Text(
            "工会工作委员会没有届期，信用代码证书不因届满换领（R-509、R-510）。",
            "A work committee has no term, so nothing of it is renewed at the end of one (R-509, R-510).",
        )
    if matter is Matter.CREDIT_CODE and standing.held is not None:
        return Text(
            f"已有统一社会信用代码（{standing.held.credit_code}），请办理变更或者补领（R-510）。",
            f"There is a credit code already ({standing.held.credit_code}): apply for a change or replacement (R-510).",
        )
    return None


# ---- what a certificate says ----------------------------------------------------------------------------------------


def code_refusal(code: str) -> Text | None:
    """What is wrong with the credit code of a union (normalised), or None."""
    found = credit_code.refusal(code)
    if found is None and code[0] != UNION:
        return Text(
            f"工会的统一社会信用代码以 {UNION} 开头，这是“{code[0]}”开头的（GB 32100）。",
            f"The credit code of a union begins with {UNION}, not with {code[0]} (GB 32100).",
        )
    return found


def certificate_mistakes(
    matter: Matter,
    code: str,
    valid_from: date,
    valid_to: date | None,
    *,
    form: ZoneForm | None,
    held: Held | None,
    term_ends_on: date | None,
    today: date,
) -> Iterator[Mistake]:
    """R-509, R-510: code and validity of a certificate about to be issued; the paths are the names of a form's fields.

    ``term_ends_on``: the end of the term it is issued for; None when unknown, and for a dispatched body.
    """
    wrong = code_refusal(code)
    if wrong is not None:
        yield Mistake("/credit_code", wrong)
    elif held is not None and matter is not Matter.REGISTER and code != held.credit_code:
        kept = Text(
            f"{matter.label.zh}不改变统一社会信用代码，应为 {held.credit_code}。",
            f"A {matter.label.en} keeps the credit code {held.credit_code}.",
        )
        yield Mistake("/credit_code", kept)
    if valid_from > today:
        yield Mistake("/valid_from", Text("有效期不能从将来开始。", "A certificate is not valid from a day to come."))
    if form is ZoneForm.WORK_COMMITTEE:
        if valid_to is not None and valid_to <= valid_from:
            yield Mistake("/valid_to", _NOT_AFTER)
        return
    wrong = _validity(matter, valid_from, valid_to, held, term_ends_on)
    if wrong is not None:
        yield Mistake("/valid_to", wrong)


def _validity(
    matter: Matter, valid_from: date, valid_to: date | None, held: Held | None, term_ends_on: date | None
) -> Text | None:
    if valid_to is None:
        return Text(
            "请填写有效期届满日，与任期一致（R-509）。", "Give the last day, which is that of the term (R-509)."
        )
    if valid_to <= valid_from:
        return _NOT_AFTER
    expected = term_ends_on
    if matter in (Matter.CHANGE, Matter.REPLACE) and held is not None and held.valid_to is not None:
        expected = held.valid_to
    if expected is not None:
        if valid_to == expected:
            return None
        return Text(
            f"证书有效期与任期一致，应至 {expected}（R-509）。",
            f"A certificate is valid as long as the term, until {expected} (R-509).",
        )
    if add_months(valid_from, SHORTEST) <= valid_to + _DAY and valid_to <= add_months(valid_from, LONGEST):
        return None
    return Text(
        "证书有效期为三至五年，与任期一致（R-509）。", "A certificate is valid for three to five years (R-509)."
    )


_DAY = date(2000, 1, 2) - date(2000, 1, 1)
_NOT_AFTER = Text("届满日应在起始日之后。", "The last day comes after the first.")

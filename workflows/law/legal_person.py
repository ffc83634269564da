"""Legal personality, certificate and account of a union (D-13, R-501–R-521, R-537)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.deadlines import Derivation, derive
from workflows.law.basis import Basis
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.law.timers import timer
from workflows.law.zone_forms import ZoneForm
from workflows.text import Text

CONDITIONS: Mapping[str, Text] = {
    "founded": Text("依照工会法和章程成立", "founded under the Trade Union Law and the Charter"),
    "name": Text("有自己的名称", "a name of its own"),
    "organisation": Text("有自己的组织机构", "an organisation of its own"),
    "domicile": Text("有自己的住所", "a domicile of its own"),
    "dues": Text("有经费来源保障", "secured income from dues"),
}


class Filing(StrEnum):
    """What is filed with the registering union."""

    APPLICATION = "application"
    REVIEW = "review"
    CHANGE = "change"


_TIMER = {Filing.APPLICATION: "T-09", Filing.REVIEW: "T-10", Filing.CHANGE: "T-11"}


def application(form: ZoneForm | None, met: Mapping[str, bool], parameters: Parameters) -> Finding:
    """R-502, R-504, R-510, L07: may this union apply for legal personality? "eligible", "refused" or "not_complete".

    ``form``: the form of a zone's union, None for a union of an enterprise; ``met``: which of :data:`CONDITIONS` are
    met; one that is not named is not met.
    """
    basis = Basis.of(parameters["legal_person.authority"], "D-13, R-502, R-504, R-510")
    numbers: dict[str, Scalar] = {"form": form.value if form else "grass_roots"}
    if form is ZoneForm.WORK_COMMITTEE:
        return basis.finding(
            "refused",
            Text("不能申请工会法人资格", "It cannot apply for legal personality"),
            numbers,
            Text(
                "工会工作委员会是派出机构，不取得工会法人资格（R-510）。",
                "A work committee is a dispatched body and gets no legal personality (R-510).",
            ),
            alternatives=(
                Text("请办理统一社会信用代码（R-510）。", "Apply for a unified social credit code instead (R-510)."),
            ),
        )
    missing = [
        Text(f"缺少条件：{text.zh}（R-504）。", f"Missing: {text.en} (R-504).")
        for key, text in CONDITIONS.items()
        if not met.get(key)
    ]
    numbers["conditions_met"] = len(CONDITIONS) - len(missing)
    numbers["conditions"] = len(CONDITIONS)
    free = Text(
        "向县级以上地方总工会申请，不收费用（R-501、R-503）。"
        if parameters.word("legal_person.authority") == "county"
        else "向省或者省辖市总工会申请，不收费用（R-501、R-503）。",
        "It is applied for with a general union of "
        + (
            "county level or above"
            if parameters.word("legal_person.authority") == "county"
            else "a city or the province"
        )
        + ", free of charge (R-501, R-503).",
    )
    if missing:
        title = Text("条件不齐，不能申请", "Not all conditions are met")
        return basis.finding("not_complete", title, numbers, free, missing=missing)
    return basis.finding("eligible", Text("可以申请工会法人资格登记", "It may apply"), numbers, free)


def filing_deadline(filing: Filing, start: date, parameters: Parameters, calendar: Calendar) -> Derivation:
    """R-505, R-507, R-508: when an application (after founding), a review (after acceptance) or a change is due."""
    which = timer(_TIMER[filing])
    return derive(start, which.deadline_rule(parameters), calendar, event=which.event)


@dataclass(frozen=True, slots=True)
class Certificate:
    """R-509: a certificate is valid as long as the term; it is renewed in the days before ``valid_to``."""

    valid_from: date
    valid_to: date

    def renewal_window(self, parameters: Parameters) -> tuple[date, date]:
        """First and last day to apply for a new certificate."""
        return self.valid_to - timedelta(days=parameters.integer("legal_person.renewal")), self.valid_to

    def state(self, today: date, parameters: Parameters) -> Finding:
        """Verdict "valid", "renew" (the window is open) or "expired"."""
        opens, closes = self.renewal_window(parameters)
        parameter = parameters["legal_person.renewal"]
        basis = Basis.of(parameter, "R-509, T-12")
        numbers: dict[str, Scalar] = {
            "valid_to": closes.isoformat(),
            "renew_from": opens.isoformat(),
            "days_left": (closes - today).days,
        }
        reason = Text(
            f"证书有效期至 {closes}，{opens} 至 {closes} 申请换发（R-509）。",
            f"Valid until {closes}; a new one is applied for from {opens} to {closes} (R-509).",
        )
        if today > closes:
            return basis.finding("expired", Text("证书已过期", "The certificate expired"), numbers, reason)
        if today >= opens:
            return basis.finding("renew", Text("应当申请换发证书", "A new certificate is due"), numbers, reason)
        return basis.finding("valid", Text("证书有效", "The certificate is valid"), numbers, reason)


def account(form: ZoneForm | None, *, certificate: bool, founding_reply: bool) -> Finding:
    """D-13, R-521: which account a union may open. "basic", "special", "bank_rules" or "none_yet"."""
    basis = Basis("D-13, R-521", "河南省工会条例（2024）第35条；开户办法为地方指南", Confidence.MEDIUM)
    numbers: dict[str, Scalar] = {"certificate": certificate, "founding_reply": founding_reply}
    if form is ZoneForm.WORK_COMMITTEE:
        reason = Text(
            "派出机构凭统一社会信用代码按银行规定开户。",
            "A dispatched body opens an account under the rules of the bank.",
        )
        return basis.finding("bank_rules", Text("按银行规定开户", "As the bank rules"), numbers, reason)
    if certificate:
        reason = Text("持工会法人资格证书可以开立基本账户（R-521）。", "With the certificate a basic account (R-521).")
        return basis.finding("basic", Text("可以开立基本账户", "A basic account"), numbers, reason)
    if founding_reply:
        reason = Text(
            "尚无法人证书，凭建会批复可以在单位基本账户下开立专用账户（R-521）。",
            "Without a certificate the founding reply opens a special account beside the employer's (R-521).",
        )
        return basis.finding("special", Text("可以开立专用账户", "A special account"), numbers, reason)
    reason = Text(
        "开户须有建会批复或者法人证书（R-521）。", "An account needs the founding reply or the certificate (R-521)."
    )
    return basis.finding("none_yet", Text("暂时不能开户", "No account yet"), numbers, reason)


def funds_unit(form: ZoneForm, *, registered: bool, approved: bool) -> Finding:
    """13.2, D-13, R-537: 一级经费管理单位. "refused", "not_complete", "needs_approval" or "approved"; never automatic."""
    basis = Basis("13.2, D-13, R-537", "豫工发〔2015〕13号 13.2；河南的具体审批办法未见", Confidence.LOW)
    numbers: dict[str, Scalar] = {"form": form.value, "registered": registered}
    if form is not ZoneForm.GENERAL_UNION:
        reason = Text(
            f"只有产业集聚区总工会可以成为一级经费管理单位，{form.label.zh}不能（13.2）。",
            f"Only a zone's general union may become a first-level budget unit, a {form.label.en} may not (13.2).",
        )
        return basis.finding("refused", Text("不能申请", "It cannot apply"), numbers, reason)
    if not registered:
        reason = Text("须先取得工会法人资格（13.4）。", "Legal personality comes first (13.4).")
        return basis.finding("not_complete", Text("先办理法人登记", "Register first"), numbers, reason)
    if not approved:
        reason = Text(
            "须经上级工会财务部门批准（R-537）。", "The finance department of the superior union approves (R-537)."
        )
        return basis.finding("needs_approval", Text("须经批准", "It needs approval"), numbers, reason)
    done = Text("已经上级工会批准（R-537）。", "The superior union approved it (R-537).")
    return basis.finding("approved", Text("一级经费管理单位", "First-level budget unit"), numbers, done)

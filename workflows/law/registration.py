"""D-13: how a zone's union becomes a body that can own and sign, and how long its committee serves (C-11)."""

from __future__ import annotations

from enum import StrEnum

from workflows.law.basis import doubt
from workflows.law.finding import Confidence, Finding
from workflows.law.rule_sets import RuleSet
from workflows.law.zone_forms import ZoneForm
from workflows.text import Text


class Route(StrEnum):
    """What is applied for after founding. The values stand in the ledger."""

    REGISTRATION = "registration"
    CREDIT_CODE_ONLY = "credit_code_only"

    @property
    def label(self) -> Text:
        return _ROUTE[self]


_ROUTE = {
    Route.REGISTRATION: Text("办理工会法人资格登记", "Register as a union legal person"),
    Route.CREDIT_CODE_ONLY: Text("只办理统一社会信用代码", "Apply for a unified social credit code only"),
}
_AUTHORITY = {
    "county": Text("县级以上地方总工会", "a general union of county level or above"),
    "city": Text("省或者省辖市总工会", "the general union of the province or of a city"),
}


def legal_route(form: ZoneForm) -> Route:
    """D-13: a work committee gets a credit code only (R-510), every other form registers (R-502)."""
    return Route.CREDIT_CODE_ONLY if form is ZoneForm.WORK_COMMITTEE else Route.REGISTRATION


def route(form: ZoneForm, rule_set: RuleSet) -> Finding:
    """D-13 explained: verdict "registration" or "credit_code_only".

    ``numbers``: "funds_unit" whether the union may become a 一级经费管理单位 (13.2: general unions only);
    "apply_within_days" where there is a registration to apply for.
    """
    parameters = rule_set.parameters
    if legal_route(form) is Route.CREDIT_CODE_ONLY:
        return Finding(
            verdict=Route.CREDIT_CODE_ONLY.value,
            title=Route.CREDIT_CODE_ONLY.label,
            rule="D-13, R-510",
            numbers={"funds_unit": False},
            reasons=(
                Text(
                    "工会工作委员会是上级总工会的派出机构，不取得工会法人资格，按统一社会信用代码的程序办理（R-510）。",
                    "A work committee is dispatched by the superior union and gets no legal personality; "
                    "it follows the procedure for the unified social credit code (R-510).",
                ),
            ),
            source="基层工会法人登记管理办法（总工办发〔2020〕20号）",
            confidence=Confidence.SOURCED.value,
        )
    authority = _AUTHORITY[parameters.word("legal_person.authority")]
    days = parameters["legal_person.apply_within"]
    return Finding(
        verdict=Route.REGISTRATION.value,
        title=Route.REGISTRATION.label,
        rule="D-13, R-502",
        numbers={
            "funds_unit": form is ZoneForm.GENERAL_UNION,
            "apply_within_days": parameters.integer("legal_person.apply_within"),
        },
        reasons=(
            Text(
                f"{form.label.zh}向{authority.zh}申请工会法人资格登记（R-501，R-502）。",
                f"A {form.label.en} applies to {authority.en} for registration as a legal person (R-501, R-502).",
            ),
        ),
        source=parameters["legal_person.authority"].source,
        confidence=parameters["legal_person.authority"].confidence.value,
        flags=(
            *(doubt(parameters["legal_person.zone_general_union"]) if form is ZoneForm.GENERAL_UNION else ()),
            *((_reminder_only(parameters.integer("legal_person.apply_within")),) if days.settable else ()),
        ),
    )


def terms_in_years(form: ZoneForm, rule_set: RuleSet) -> tuple[int, ...]:
    """The terms of office a form allows (C-11); empty for a work committee, whose members are appointed."""
    if form is ZoneForm.WORK_COMMITTEE:
        return ()
    return tuple(int(years) for years in rule_set.parameters.word(f"term.{form.value}").split(","))


def _reminder_only(days: int) -> Text:
    return Text(
        f"{days} 天内申请只是提醒，现行办法未见此期限（R-505）。",
        f"Applying within {days} days is a reminder only; the rules in force were not seen to set this limit (R-505).",
    )

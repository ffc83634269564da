"""Dues (R-531–R-536): what an employer owes for a month, how it is split, what follows when it is not paid.

Money is yuan as Decimal with two places; every rounding is half up to the cent, and the shares add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from workflows.deadlines import add_months
from workflows.errors import Mistake
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.text import Text

CENT = Decimal("0.01")
MOST = Decimal(10) ** 15  # yuan; above it a number is a slip of the finger


@dataclass(frozen=True, slots=True)
class Split:
    """What is due and who gets it, in yuan; ``basic`` and ``upper`` add up to ``due``."""

    finding: Finding
    due: Decimal
    basic: Decimal
    upper: Decimal


def cents(amount: Decimal) -> Decimal:
    """An amount to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def monthly(wages: Decimal, parameters: Parameters, share: Decimal | None = None) -> Split:
    """R-531, R-536: 2 % of the wage total of a month and the share that stays with the grass-roots union.

    ``wages``: total wages of all employees, six parts of 1990 (R-532); ``share``: between 0 and 1, default the parameter.
    Verdict "due" or, for a share below the least, "share_too_low". Invalid for amounts that are none.
    """
    least = Decimal(parameters.integer("dues.basic_share")) / 100
    share = least if share is None else share
    mistakes = []
    if not wages.is_finite() or not 0 <= wages < MOST or cents(wages) != wages:
        mistakes.append(
            Mistake(
                "/wages",
                Text(
                    "工资总额是不小于 0、至多两位小数的金额。", "Wages are an amount from 0 with at most two decimals."
                ),
            )
        )
    if not share.is_finite() or not 0 <= share <= 1 or round(share, 4) != share:
        mistakes.append(
            Mistake(
                "/share",
                Text(
                    "留成比例在 0 与 1 之间，至多四位小数。",
                    "The share is between 0 and 1, with at most four decimals.",
                ),
            )
        )
    refuse(mistakes)
    wages, share = abs(wages), abs(share)  # minus zero is zero
    percent = parameters.integer("dues.rate")
    due = cents(wages * percent / 100)
    basic = cents(due * share)
    upper = due - basic
    numbers: dict[str, Scalar] = {
        "wages": f"{wages:.2f}",
        "rate": f"{percent}%",
        "dues": f"{due:.2f}",
        "share": f"{share.normalize():f}",
        "basic": f"{basic:.2f}",
        "upper": f"{upper:.2f}",
    }
    reasons = (
        Text(
            f"每月全部职工工资总额 {wages:,.2f} 元 × {percent}% = {due:,.2f} 元，四舍五入到分（R-531）。",
            f"Wages of the month {wages:,.2f} yuan × {percent} % = {due:,.2f} yuan, half up to the cent (R-531).",
        ),
        Text(
            f"基层工会留成 {due:,.2f} × {share.normalize():f} = {basic:,.2f} 元，上解 {upper:,.2f} 元（R-536）。",
            f"The grass-roots union keeps {due:,.2f} × {share.normalize():f} = {basic:,.2f} yuan; {upper:,.2f} go up "
            "(R-536).",
        ),
    )
    basis = Basis.of(parameters["dues.rate"], "R-531, R-536")
    flags = doubt(parameters["dues.basic_share"])
    if share < least:
        low = Text(f"留成比例不低于 {least:.0%}（R-536）。", f"The share is at least {least:.0%} (R-536).")
        title = Text("留成比例过低", "The share is too low")
        return Split(basis.finding("share_too_low", title, numbers, *reasons, low, flags=flags), due, basic, upper)
    title = Text(f"应拨缴 {due:,.2f} 元", f"{due:,.2f} yuan are due")
    return Split(basis.finding("due", title, numbers, *reasons, flags=flags), due, basic, upper)


def base_month(month: date, parameters: Parameters) -> Finding:
    """R-531, L05: the month whose wages are the base of the dues of ``month`` (any day in it). Verdict "same" or "previous".

    ``numbers["base"]`` is the month as 2026-03.
    """
    back = parameters.integer("dues.months_back")
    base = add_months(month.replace(day=1), -back)
    parameter = parameters["dues.months_back"]
    numbers = {"month": f"{month:%Y-%m}", "base": f"{base:%Y-%m}"}
    reason = Text(
        f"{month:%Y-%m} 的工会经费按 {base:%Y-%m} 的工资总额计提（R-531）。",
        f"The dues of {month:%Y-%m} are taken from the wages of {base:%Y-%m} (R-531).",
    )
    title = Text(f"基数为 {base:%Y-%m}", f"Base: {base:%Y-%m}")
    return Basis.of(parameter).finding("previous" if back else "same", title, numbers, reason, flags=doubt(parameter))


def of_member(basic_wage: Decimal, parameters: Parameters) -> Decimal:
    """R-535: dues of a member for a month, 0.5 % of the basic wage, in yuan."""
    if not basic_wage.is_finite() or not 0 <= basic_wage < MOST:
        refuse([Mistake("/basic_wage", Text("金额不小于 0。", "An amount from 0."))])
    return cents(basic_wage * parameters.integer("dues.member_per_mille") / 1000)


def payee(*, founded: bool) -> Finding:
    """R-533: before founding the same 2 % are 建会筹备金 for the superior union. "union" or "superior_union"."""
    if founded:
        basis = Basis("R-531", "工会法（2021）第43条", Confidence.SOURCED)
        reason = Text("向本单位工会拨缴工会经费（R-531）。", "The dues go to the unit's union (R-531).")
        return basis.finding("union", Text("拨缴给工会", "To the union"), {"founded": True}, reason)
    basis = Basis("R-533", "中国工会章程第37条", Confidence.SOURCED)
    reason = Text(
        "尚未建会的，向上级工会拨缴建会筹备金（R-533）。",
        "Before founding, preparatory dues for the superior union (R-533).",
    )
    return basis.finding("superior_union", Text("拨缴建会筹备金", "Preparatory dues"), {"founded": False}, reason)


class Step(StrEnum):
    """What comes next when dues are in arrears (R-534)."""

    NOTHING = "nothing"
    REMIND = "remind"
    DEMAND = "demand"
    WAIT = "wait"
    PAYMENT_ORDER = "payment_order"
    ENFORCEMENT = "enforcement"

    @property
    def label(self) -> Text:
        return _STEP[self]


_STEP = {
    Step.NOTHING: Text("没有欠缴", "Nothing is owed"),
    Step.REMIND: Text("提醒", "Remind"),
    Step.DEMAND: Text("书面催缴", "Demand in writing"),
    Step.WAIT: Text("等待答复期满", "Wait for the answer"),
    Step.PAYMENT_ORDER: Text("申请支付令", "Apply for a payment order"),
    Step.ENFORCEMENT: Text("申请强制执行", "Ask for enforcement"),
}


def arrears(
    owed_cents: int,
    *,
    reminded: bool,
    demanded: bool,
    answer_overdue: bool,
    order_issued: bool = False,
    order_obeyed: bool = True,
) -> Finding:
    """R-534, L06: the next step; ``numbers["court"]`` is where a payment order is applied for."""
    refuse(negative(owed_cents=owed_cents))
    if owed_cents == 0:
        step = Step.NOTHING
    elif order_issued:
        step = Step.WAIT if order_obeyed else Step.ENFORCEMENT
    elif demanded:
        step = Step.PAYMENT_ORDER if answer_overdue else Step.WAIT
    else:
        step = Step.DEMAND if reminded else Step.REMIND
    basis = Basis("R-534", "工会法（2021）第44条；河南省工会条例（2024）第34条", Confidence.SOURCED)
    numbers: dict[str, Scalar] = {"owed": f"{Decimal(owed_cents) / 100:.2f}"}
    reason = Text(
        "逾期未缴或者少缴的应补足；无正当理由拖延或者拒不拨缴的，基层或者上级工会可以申请支付令，拒不执行的申请强制执行（R-534）。",
        "What is late or short is made up; without good reason the union applies for a payment order, then for "
        "enforcement (R-534).",
    )
    if step is not Step.PAYMENT_ORDER:
        return basis.finding(step.value, step.label, numbers, reason)
    numbers["court"] = "debtor"
    where = Text(
        "书面催缴无答复：向债务人所在地基层人民法院申请支付令，先就没有争议的部分（R-534）。",
        "No answer to the written demand: a payment order from the basic court at the debtor's place, first for the "
        "part not in dispute (R-534).",
    )
    return basis.finding(step.value, step.label, numbers, reason, where)

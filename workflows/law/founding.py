"""Founding a union in an enterprise (R-101–R-118, D-02, D-10–D-12): which form, by when, with which bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from workflows.calendar import Calendar
from workflows.deadlines import Derivation
from workflows.law.bands import Band, band_for
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.committees import audit_committee
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.law.timers import Dated, date_of, timer
from workflows.text import Text


def union_form(members: int, employees: int, parameters: Parameters) -> Finding:
    """D-02: which union an enterprise must or may found. Verdict "must", "policy_duty" or "choice".

    ``members``: union members in the enterprise, the number the law counts; ``employees``: its employees, the number the
    policy counts (C-01). Invalid for a negative number.
    """
    refuse(negative(members=members, employees=employees))
    law = parameters["founding.members"]
    needed, asked = parameters.integer("founding.members"), parameters.integer("founding.employees")
    numbers: dict[str, Scalar] = {
        "members": members,
        "members_needed": needed,
        "employees": employees,
        "employees_needed": asked,
        "legal_duty": members >= needed,
        "policy_duty": employees >= asked,
    }
    flags = list(doubt(law))
    if members > employees:
        flags.append(Text("会员数多于职工数，请核对数据。", "There are more members than employees: check the data."))
    by_law = Text(
        f"会员 {members} 人，{'达到' if members >= needed else '不足'}法律规定的 {needed} 人（R-101）。",
        f"{members} members, {'reaching' if members >= needed else 'below'} the {needed} of the law (R-101).",
    )
    by_policy = Text(
        f"职工 {employees} 人，{'达到' if employees >= asked else '不足'}政策要求的 {asked} 人（豫工发〔2015〕13号 4.4）。",
        f"{employees} employees, {'reaching' if employees >= asked else 'below'} the {asked} of the policy (4.4).",
    )
    basis = Basis.of(law, "D-02, R-101")
    if members >= needed:
        title = Text("应当建立基层工会委员会", "A committee must be founded")
        return basis.finding("must", title, numbers, by_law, by_policy, flags=flags)
    forms = _forms(parameters)
    if employees >= asked:
        title = Text("政策要求建会，先发展会员", "The policy asks for a union: recruit members first")
        first = Text(
            f"第一步发展会员，还差 {needed - members} 人即达到法律规定的人数。",
            f"The first task is to recruit members; {needed - members} more reach the number of the law.",
        )
        committees = forms[:2]  # the policy asks for a committee, which an organiser is not (4.4)
        return basis.finding(
            "policy_duty", title, numbers, by_policy, by_law, first, flags=flags, alternatives=committees
        )
    title = Text("可以建立工会", "A union may be founded")
    return basis.finding("choice", title, numbers, by_law, by_policy, flags=flags, alternatives=forms)


def _forms(parameters: Parameters) -> tuple[Text, ...]:
    units = parameters.integer("founding.joint")
    return (
        Text("可以单独建立基层工会委员会。", "A union of its own."),
        Text(
            f"可以与其他单位联合建立（至少 {units} 个单位，会员总数可以不足 25 人）。",
            f"A joint union with others (at least {units} units; together there may be fewer than 25 members).",
        ),
        Text("可以选举组织员一人，组织会员开展活动。", "One elected organiser 组织员."),
    )


def joint_union(units: int, parameters: Parameters) -> Finding:
    """R-101, 4.5: a joint union of this many units. "allowed" or "refused"; Invalid for a negative number."""
    refuse(negative(units=units))
    needed = parameters.integer("founding.joint")
    numbers = {"units": units, "units_needed": needed}
    reason = Text(
        f"联合基层工会由 {needed} 个以上单位的会员联合建立，现有 {units} 个（R-101、4.5）。",
        f"A joint union is founded by the members of {needed} units or more; there are {units} (R-101, 4.5).",
    )
    basis = Basis.of(parameters["founding.joint"])
    if units < needed:
        return basis.finding("refused", Text("不能联合建会", "No joint union"), numbers, reason)
    return basis.finding("allowed", Text("可以联合建会", "A joint union is possible"), numbers, reason)


def preparatory_group(people: int, parameters: Parameters) -> Finding:
    """R-102: the preparatory group has three to five members. "fits" or "warned": this is practice, no text."""
    refuse(negative(people=people))
    parameter = parameters["founding.preparatory"]
    band = band_for(parameters.word("founding.preparatory"), 0) or Band(0, 0, 0)
    reason = Text(
        f"筹备组一般由 {band.least} 至 {band.most} 人组成，现有 {people} 人。",
        f"A preparatory group usually has {band.least} to {band.most} members; this one has {people}.",
    )
    fits = people in band
    title = Text("筹备组人数合适", "The group fits") if fits else Text("筹备组人数不合惯例", "Not the usual size")
    return Basis.of(parameter).finding(
        "fits" if fits else "warned", title, {"people": people}, reason, flags=doubt(parameter)
    )


# ---- bodies founded at the same time --------------------------------------------------------------------------------


class WomensBody(StrEnum):
    """D-10: what a union has for its women members."""

    COMMITTEE = "committee"
    MEMBER = "member"
    NOT_APPLICABLE = "not_applicable"


_WOMENS = {
    WomensBody.COMMITTEE: Text("同时建立女职工委员会", "A women's committee at the same time"),
    WomensBody.MEMBER: Text("设女职工委员", "One member for women's affairs"),
    WomensBody.NOT_APPLICABLE: Text("不设女职工组织", "No women's body"),
}


def womens_body(women: int, parameters: Parameters) -> Finding:
    """D-10, R-201: verdict "committee", "member" or "not_applicable" for this many women members."""
    refuse(negative(women=women))
    parameter = parameters["women.committee"]
    needed = parameters.integer("women.committee")
    numbers = {"women_members": women, "women_for_committee": needed}
    if women >= needed:
        verdict = WomensBody.COMMITTEE
        reason = Text(
            f"女会员 {women} 人，达到 {needed} 人，应同时建立女职工委员会（R-201）。",
            f"{women} women members, {needed} and more: a women's committee is founded at the same time (R-201).",
        )
    elif women:
        verdict = WomensBody.MEMBER
        reason = Text(
            f"女会员 {women} 人，不足 {needed} 人，设女职工委员（R-201、4.6）。",
            f"{women} women members, fewer than {needed}: one 女职工委员 (R-201, 4.6).",
        )
    else:
        verdict = WomensBody.NOT_APPLICABLE
        reason = Text("没有女会员，记录在案（R-201）。", "There are no women members; this is recorded (R-201).")
    return Basis.of(parameter, "D-10, R-201").finding(
        verdict.value, _WOMENS[verdict], numbers, reason, flags=doubt(parameter)
    )


@dataclass(frozen=True, slots=True)
class FoundingFile:
    """What a founding file says about the bodies that come with the committee.

    ``auditors``: members elected for the audit; ``womens_head``: there is a head of the women's committee;
    ``womens_members``: people in the women's body, its head included; ``own_accounts``: one level of financial
    management of its own.
    """

    women: int
    auditors: int
    womens_members: int
    womens_head: bool
    own_accounts: bool = True


def bodies_founded_together(file: FoundingFile, parameters: Parameters) -> Finding:
    """4.6, R-201, R-211, R-214, C-12: may the founding file be submitted? "complete" or "not_complete" with what is missing."""
    refuse(negative(women=file.women, auditors=file.auditors, womens_members=file.womens_members))
    audit = audit_committee(file.auditors, parameters, own_accounts=file.own_accounts)
    women = womens_body(file.women, parameters)
    missing = [] if audit.verdict == "complete" else [_AUDIT_MISSING if not file.auditors else audit.reasons[0]]
    if women.verdict == WomensBody.COMMITTEE and not (file.womens_head and file.womens_members):
        missing.append(
            Text(
                "女职工委员会及其主任须同时产生（R-201、4.6）。",
                "The women's committee and its head are founded at the same time (R-201, 4.6).",
            )
        )
    elif women.verdict == WomensBody.MEMBER and not file.womens_members:
        missing.append(Text("缺少女职工委员 1 人（R-201、4.6）。", "One 女职工委员 is missing (R-201, 4.6)."))
    numbers: dict[str, Scalar] = {
        "women_members": file.women,
        "auditors": file.auditors,
        "women": file.womens_members,
        "own_accounts": file.own_accounts,
    }
    basis = Basis("4.6, D-10, D-11, R-201, R-211", "豫工发〔2015〕13号 4.6", Confidence.SOURCED)
    flags = (*audit.flags, *women.flags)
    if missing:
        title = Text("不能提交：同时建立的组织不齐", "Cannot be submitted: a body is missing")
        return basis.finding("not_complete", title, numbers, missing=missing, flags=flags)
    title = Text("经审组织和女职工组织齐全", "The audit body and the women's body are there")
    return basis.finding("complete", title, numbers, *audit.reasons, *women.reasons, flags=flags)


_AUDIT_MISSING = Text(
    "缺少经费审查委员会（没有独立账户的小型工会可以设经费审查委员，C-12）。",
    "The audit committee is missing (a small union without accounts of its own may have one audit member, C-12).",
)


def full_time_chair(
    employees: int, parameters: Parameters, *, full_time_chair: bool = False, full_time_vice_chair: bool = False
) -> Finding:
    """D-12, R-106, R-107: verdict "fulfilled", "obliged" (a warning, never a block, C-14) or "optional".

    ``numbers["reference_staff"]``: full-time staff by the reference share, rounded up, at least one.
    """
    refuse(negative(employees=employees))
    parameter, share = parameters["full_time.duty"], parameters["full_time.staff"]
    border, per_mille = parameters.integer("full_time.employees"), parameters.integer("full_time.staff")
    staff = max(1, ceil(Fraction(employees * per_mille, 1000)))
    numbers: dict[str, Scalar] = {
        "employees": employees,
        "employees_needed": border,
        "reference_staff": staff,
        "full_time": full_time_chair or full_time_vice_chair,
    }
    reference = Text(
        f"专职工作人员参照职工总数的千分之三：{employees}×{per_mille}‰ 进位为 {staff} 人，与单位协商确定（R-107）。",
        f"Reference for full-time staff: {employees} × {per_mille} ‰, rounded up: {staff}, agreed with the unit (R-107).",
    )
    basis, flags = Basis.of(parameter, "D-12, R-106, R-107"), doubt(parameter, share)
    if employees < border or parameters.word("full_time.duty") != "shall":
        reason = Text(
            f"职工 {employees} 人，可以设专职或者兼职工会主席（R-106）。",
            f"{employees} employees: the chair may be full-time or part-time (R-106).",
        )
        title = Text("可以设专职主席", "A full-time chair is optional")
        return basis.finding("optional", title, numbers, reason, reference, flags=flags)
    reason = Text(
        f"职工 {employees} 人，达到 {border} 人，应当设专职主席或者副主席（R-106）。",
        f"{employees} employees, {border} and more: a full-time chair or vice-chair shall be set (R-106).",
    )
    if full_time_chair or full_time_vice_chair:
        title = Text("已设专职主席或者副主席", "There is a full-time chair or vice-chair")
        return basis.finding("fulfilled", title, numbers, reason, reference, flags=flags)
    block = Text("这是义务提示，不阻止办理（C-14）。", "A duty that is shown; it blocks nothing (C-14).")
    title = Text("应当设专职主席或者副主席", "A full-time chair or vice-chair shall be set")
    return basis.finding("obliged", title, numbers, reason, reference, flags=(block, *flags))


# ---- time and membership --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundingDue:
    """By when a union is due, and whether it is late."""

    finding: Finding
    due_on: date
    derivation: Derivation | None


def founding_due(
    opened_on: date, today: date, parameters: Parameters, calendar: Calendar, *, founded: bool = False
) -> FoundingDue:
    """R-108, T-08: verdict "founded", "in_time" or "overdue". The last day shifts off rest days (Civil Code 203)."""
    dated = _due(opened_on, parameters, calendar)
    numbers: dict[str, Scalar] = {
        "opened_on": opened_on.isoformat(),
        "due_on": dated.day.isoformat(),
        "today": today.isoformat(),
        "days_left": (dated.day - today).days,
    }
    if founded:
        verdict, title = "founded", Text("已建立工会", "A union is founded")
    elif today > dated.day:
        verdict, title = "overdue", Text("逾期未建立工会", "No union in time: on the overdue list")
    else:
        verdict, title = "in_time", Text(f"应于 {dated.day} 前建立工会", f"A union is due by {dated.day}")
    parameter = parameters["founding.within"]
    finding = Basis.of(parameter, "R-108, T-08").finding(
        verdict, title, numbers, *dated.finding.reasons, flags=doubt(parameter)
    )
    return FoundingDue(finding, dated.day, dated.derivation)


def _due(opened_on: date, parameters: Parameters, calendar: Calendar) -> Dated:
    dated = date_of(timer("T-08"), opened_on, parameters, calendar)
    if dated is None:
        raise ValueError("founding.within is at least one month")
    return dated


def is_member(approved_on: date | None, on: date) -> Finding:
    """R-117, I-02: somebody counts as a member from the day of approval. "member" or "applicant"."""
    basis = Basis("R-117", "中国工会章程第2条：自愿申请，基层委员会批准", Confidence.SOURCED)
    if approved_on is not None and approved_on <= on:
        reason = Text(
            f"{approved_on} 经批准入会，计入入会率（R-117）。", f"Approved on {approved_on}: counted (R-117)."
        )
        return basis.finding("member", Text("会员", "Member"), {"approved_on": approved_on.isoformat()}, reason)
    reason = Text("申请尚未批准，不计入入会率（R-117）。", "The application is not approved yet: not counted (R-117).")
    numbers = {"approved_on": approved_on.isoformat() if approved_on else None}
    return basis.finding("applicant", Text("申请人", "Applicant"), numbers, reason)


def membership_lapses(months_inactive: int, parameters: Parameters, *, admonished: bool) -> Finding:
    """R-118: no dues and no taking part for six months, after admonition. "left", "admonish" or "member"."""
    refuse(negative(months_inactive=months_inactive))
    limit = parameters.integer("membership.inactive")
    numbers = {"months_inactive": months_inactive, "limit": limit}
    reason = Text(
        f"连续 {months_inactive} 个月不交会费、不参加活动，界限 {limit} 个月（R-118）。",
        f"{months_inactive} months without dues and without taking part; the limit is {limit} (R-118).",
    )
    basis = Basis.of(parameters["membership.inactive"])
    if months_inactive < limit:
        return basis.finding("member", Text("仍是会员", "Still a member"), numbers, reason)
    if not admonished:
        first = Text("须先经教育劝告（R-118）。", "Admonition comes first (R-118).")
        return basis.finding("admonish", Text("先教育劝告", "Admonish first"), numbers, reason, first)
    return basis.finding("left", Text("视为自动退会", "Counts as having left"), numbers, reason)


class Act(StrEnum):
    """What happens to a union as a body."""

    FOUNDING = "founding"
    DISSOLUTION = "dissolution"
    DIVISION = "division"
    MERGER = "merger"


def approval_needed(act: Act, parameters: Parameters, *, employer_ended: bool = False) -> Finding:
    """R-102–R-104, R-109: verdict "approval" of the next higher union, or "report" when the employer ended."""
    numbers: dict[str, Scalar] = {"act": act.value}
    if act is Act.DISSOLUTION and employer_ended:
        basis = Basis("R-104", "工会法（2021）第13条", Confidence.SOURCED)
        reason = Text(
            "所在单位终止或者被撤销的，工会相应撤销，报告上一级工会（R-104）。",
            "When the employer ends its union ends, and this is reported to the next higher union (R-104).",
        )
        return basis.finding("report", Text("报告上一级工会", "A report"), numbers, reason)
    reason = Text(
        "须报上一级工会批准（R-102、R-103、R-109）。", "The next higher union approves (R-102, R-103, R-109)."
    )
    title = Text("须经上一级工会批准", "Approval of the next higher union")
    if act in (Act.DIVISION, Act.MERGER):
        parameter = parameters["founding.merger"]
        return Basis.of(parameter).finding("approval", title, numbers, reason, flags=doubt(parameter))
    basis = Basis("R-102, R-103, R-109", "工会法（2021）第12条；中国工会章程第16条", Confidence.SOURCED)
    return basis.finding("approval", title, numbers, reason)


def independence(merged_into: str) -> Finding:
    """11.2, R-103, R-104, P48: a union's office is merged into no other department. "independent" or "alert".

    ``merged_into``: the department that the office was put into or under, empty when it stands by itself.
    """
    basis = Basis("11.2, R-103, R-104, R-109", "豫工发〔2015〕13号 11.2；工会法（2021）第13条", Confidence.SOURCED)
    rule = Text(
        "不得把工会组织的机构撤销、合并或者归属其他工作部门（11.2，R-103、R-104）。",
        "A union's office is not dissolved, merged or put under another department (11.2, R-103, R-104).",
    )
    numbers: dict[str, Scalar] = {"merged_into": merged_into}
    if not merged_into.strip():
        return basis.finding("independent", Text("机构独立", "The office stands by itself"), numbers, rule)
    found = Text(f"工会机构归属“{merged_into}”。", f"The union's office is under “{merged_into}”.")
    steps = Text(
        "通知、责令恢复，必要时提请政府处理（P48）。",
        "Notify, order it to be restored, and ask the government to act if need be (P48).",
    )
    title = Text("机构不独立，应当纠正", "Not independent: this must be corrected")
    return basis.finding("alert", title, numbers, found, rule, alternatives=(steps,))

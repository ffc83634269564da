"""D-01: which form of union a zone may have (policy 豫工发〔2015〕13号, 11.3–11.5).

A zone with about 100 enterprises and 5,000 employees or more may found a general union with two approvals; every other
zone, and one that does not want to, has a work committee or, on a good foundation, a federation.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.text import Text

RULE = "D-01"
SOURCE = "豫工发〔2015〕13号 11.3–11.5"


class ZoneForm(StrEnum):
    """The forms a zone's union can have. The values stand in the ledger, in forms and in diagrams."""

    GENERAL_UNION = "general_union"
    WORK_COMMITTEE = "work_committee"
    FEDERATION = "federation"

    @property
    def label(self) -> Text:
        return _FORM[self]


_FORM = {
    ZoneForm.GENERAL_UNION: Text("总工会", "general union"),
    ZoneForm.WORK_COMMITTEE: Text("工会工作委员会", "work committee"),
    ZoneForm.FEDERATION: Text("工会联合会", "federation of unions"),
}


class Verdict(StrEnum):
    """Whether a zone may found a general union."""

    ELIGIBLE = "eligible"
    BAND = "band"  # "about 100" is a question for a human, who answers it in writing (C-02)
    NOT_ELIGIBLE = "not_eligible"
    NO_VERDICT = "no_verdict"  # counts are missing

    @property
    def label(self) -> Text:
        return _VERDICT[self]


_VERDICT = {
    Verdict.ELIGIBLE: Text("可以成立总工会", "A general union may be founded"),
    Verdict.BAND: Text("是否达到“100家左右”，须人工判断", "Whether this is “about 100” needs a human judgement"),
    Verdict.NOT_ELIGIBLE: Text("暂时不能设立总工会", "A general union cannot be founded for now"),
    Verdict.NO_VERDICT: Text("数据不全，暂不能判断", "No verdict: data are missing"),
}


def zone_form(
    enterprises: int | None,
    employees: int | None,
    data_on: date | None,
    today: date,
    parameters: Parameters,
    missing: tuple[Text, ...] = (),
) -> Finding:
    """May this zone found a general union? Verdict "eligible", "band", "not_eligible" or "no_verdict" (D-01).

    ``enterprises``: enterprises in operation; ``employees``: their employees (persons); None = not known. ``data_on``:
    the day the counts are true for. ``missing``: what else is not known, in sentences; anything missing means no
    verdict, because a sum with gaps is not the number the law asks for. Eligible is never an obligation. ValueError for
    a negative count.
    """
    if (enterprises is not None and enterprises < 0) or (employees is not None and employees < 0):
        raise ValueError("counts are not negative")
    numbers = _numbers(enterprises, employees, data_on, today, parameters)
    flags = _age_flags(data_on, today, parameters)
    gaps = _gaps(enterprises, employees, missing)
    if enterprises is None or employees is None or gaps:
        return _finding(Verdict.NO_VERDICT, numbers, (_COMPLETE_FIRST,), Confidence.SOURCED, flags, missing=gaps)

    needed = parameters.integer("zone.general_union.enterprises")
    band_from = needed - parameters.integer("zone.general_union.enterprise_tolerance")
    employees_needed = parameters.integer("zone.general_union.employees")
    verdict = _verdict(enterprises, employees, needed, band_from, employees_needed)
    reasons: tuple[Text, ...] = (
        _about_enterprises(enterprises, needed, band_from),
        _about_employees(employees, employees_needed),
    )
    if verdict is not Verdict.NOT_ELIGIBLE:
        reasons = (*reasons, _MAY_NOT_MUST)
    rests_on_the_band = enterprises < needed and employees >= employees_needed
    if rests_on_the_band:
        flags = (*flags, _no_exact_border(band_from, needed))
    confidence = Confidence.CHOSEN if rests_on_the_band else Confidence.SOURCED
    return _finding(verdict, numbers, reasons, confidence, flags, _alternatives(parameters))


def _verdict(enterprises: int, employees: int, needed: int, band_from: int, employees_needed: int) -> Verdict:
    if employees < employees_needed:  # 5,000人以上 includes the number and is exact
        return Verdict.NOT_ELIGIBLE
    if enterprises >= needed:
        return Verdict.ELIGIBLE
    return Verdict.BAND if enterprises >= band_from else Verdict.NOT_ELIGIBLE


def may_choose(form: str, finding: Finding, written_reason: str = "") -> Text | None:
    """Why ``form`` may not be chosen on this finding, or None if it may.

    ``written_reason``: the reason a human gave; needed for a general union in the band (C-02) and for every federation,
    whose good foundation (基础较好, 11.5) is a human judgement. Without a verdict nothing is chosen, because the
    request states the counts.
    """
    if form not in set(ZoneForm):
        return Text("没有这种组织形式。", "There is no such form.")
    if finding.verdict == Verdict.NO_VERDICT:
        return Text(
            "请先补齐数据再选择组织形式：" + "".join(text.zh for text in finding.missing),
            "Complete the data before choosing a form: " + " ".join(text.en for text in finding.missing),
        )
    if form == ZoneForm.GENERAL_UNION and finding.verdict == Verdict.NOT_ELIGIBLE:
        return Text(
            "暂时不能设立总工会（D-01），可以选择工会工作委员会或者工会联合会。"
            + "".join(text.zh for text in finding.reasons),
            "A general union cannot be founded for now (D-01); a work committee or a federation can be chosen. "
            + " ".join(text.en for text in finding.reasons),
        )
    if written_reason.strip():
        return None
    if form == ZoneForm.GENERAL_UNION and finding.verdict == Verdict.BAND:
        return Text(
            "企业数在“100家左右”的浮动范围内，选择总工会须书面说明理由（C-02）。",
            "The number of enterprises is in the band of “about 100”: a general union needs a written reason (C-02).",
        )
    if form == ZoneForm.FEDERATION:
        return Text(
            "建立工会联合会须书面说明工会工作基础较好的理由（11.5）。",
            "A federation needs a written reason why the foundation of union work is good (11.5).",
        )
    return None


_COMPLETE_FIRST = Text(
    "企业数和职工数都完整，才能判断能否成立总工会。",
    "Whether a general union may be founded can be said only when both counts are complete.",
)
_MAY_NOT_MUST = Text(
    "成立总工会须经上级工会和机构编制部门批准；这是“可以”，不是“必须”（11.3）。",
    "A general union needs the approval of the superior union and of the staffing authority; "
    "it is an option, not a duty (11.3).",
)


def _finding(
    verdict: Verdict,
    numbers: dict[str, Scalar],
    reasons: tuple[Text, ...],
    confidence: Confidence,
    flags: tuple[Text, ...],
    alternatives: tuple[Text, ...] = (),
    missing: tuple[Text, ...] = (),
) -> Finding:
    return Finding(
        verdict=verdict.value,
        title=verdict.label,
        rule=RULE,
        numbers=numbers,
        reasons=reasons,
        source=SOURCE,
        confidence=confidence.value,
        flags=flags,
        alternatives=alternatives,
        missing=missing,
    )


def _numbers(
    enterprises: int | None, employees: int | None, data_on: date | None, today: date, parameters: Parameters
) -> dict[str, Scalar]:
    needed = parameters.integer("zone.general_union.enterprises")
    return {
        "enterprises": enterprises,
        "employees": employees,
        "data_on": data_on.isoformat() if data_on else None,
        "data_age_days": (today - data_on).days if data_on else None,
        "enterprises_needed": needed,
        "band_from": needed - parameters.integer("zone.general_union.enterprise_tolerance"),
        "employees_needed": parameters.integer("zone.general_union.employees"),
    }


def _gaps(enterprises: int | None, employees: int | None, missing: tuple[Text, ...]) -> tuple[Text, ...]:
    gaps = list(missing)
    if enterprises is None:
        gaps.append(Text("缺少在营企业数。", "The number of enterprises in operation is missing."))
    if employees is None and not missing:
        gaps.append(Text("缺少职工数。", "The number of employees is missing."))
    return tuple(gaps)


def _about_enterprises(enterprises: int, needed: int, band_from: int) -> Text:
    if enterprises >= needed:
        return Text(
            f"在营企业 {enterprises} 家，达到“{needed}家左右”。",
            f"{enterprises} enterprises in operation: this reaches “about {needed}”.",
        )
    if enterprises >= band_from:
        return Text(
            f"在营企业 {enterprises} 家，在“{needed}家左右”的浮动范围 {band_from}–{needed - 1} 家之内。",
            f"{enterprises} enterprises in operation: within {band_from}–{needed - 1}, the band of “about {needed}”.",
        )
    return Text(
        f"在营企业 {enterprises} 家，低于“{needed}家左右”的浮动范围（{band_from} 家起），"
        f"差 {band_from - enterprises} 家。",
        f"{enterprises} enterprises in operation: below the band of “about {needed}”, which starts at {band_from}; "
        f"{band_from - enterprises} short.",
    )


def _about_employees(employees: int, needed: int) -> Text:
    if employees >= needed:
        return Text(
            f"职工 {employees} 人，达到“{needed}人以上”（含 {needed} 人）。",
            f"{employees:,} employees: this reaches “{needed:,} and more”, which includes {needed:,}.",
        )
    return Text(
        f"职工 {employees} 人，不足 {needed} 人，差 {needed - employees} 人；“{needed}人以上”是准确数，没有浮动。",
        f"{employees:,} employees: fewer than {needed:,}, {needed - employees:,} short; "
        "this number is exact, there is no band.",
    )


def _alternatives(parameters: Parameters) -> tuple[Text, ...]:
    basis = parameters.word("zone.federation.basis")
    return (
        Text(
            "可以设立工会工作委员会：上级总工会的派出机构，组成人员由上级工会任命，不取得工会法人资格，"
            "只办理统一社会信用代码（11.4，R-113，R-510）。",
            "A work committee can be set up: dispatched and appointed by the superior union, without "
            "legal personality, with a unified social credit code only (11.4, R-113, R-510).",
        ),
        Text(
            f"工会工作基础较好的，可以按照代表制、联合制原则建立工会联合会，由选举产生，须书面说明理由（{basis}）。",
            "On a good foundation of union work a federation can be founded with elected representatives; "
            "the foundation needs a written reason (11.5, R-105).",
        ),
    )


def _age_flags(data_on: date | None, today: date, parameters: Parameters) -> tuple[Text, ...]:
    limit = parameters.integer("zone.data_max_age")
    if data_on is None:
        return (Text("没有数据日期，无法判断数据是否过期。", "The data have no date, so their age is unknown."),)
    age = (today - data_on).days
    if age < 0:
        return (
            Text(
                f"数据日期 {data_on} 在今天之后，请核对。",
                f"The date of the data, {data_on}, is in the future: please check.",
            ),
        )
    if age > limit:
        return (
            Text(
                f"数据日期 {data_on}，距今 {age} 天，超过 {limit} 天，请先更新台账。",
                f"The data are of {data_on}, {age} days old, more than {limit}: update the ledger first.",
            ),
        )
    return ()


def _no_exact_border(band_from: int, needed: int) -> Text:
    return Text(
        f"“{needed}家左右”没有明文界限，{band_from}–{needed - 1} 家由人工判断是本系统的约定（C-02）。",
        f"“About {needed}” has no border in the text; leaving {band_from}–{needed - 1} to a human is a convention "
        "of this system (C-02).",
    )

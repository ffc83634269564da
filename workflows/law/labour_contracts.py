"""R-340: how an office in the union extends somebody's labour contract (工会法 2021 art. 19)."""

from __future__ import annotations

from datetime import date, timedelta

from workflows.deadlines import add_months
from workflows.errors import Mistake
from workflows.law.basis import Basis, refuse
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.text import Text

_BASIS = Basis("R-340", "工会法（2021）第19条", Confidence.SOURCED)
_MONTHS_OF_THE_LONGEST_OFFICE = 12 * 40

FULL_TIME = Text(
    "专职主席、副主席、委员自任职之日起，劳动合同期限自动延长，延长期限相当于其任职期间（R-340）。",
    "The labour contract of a full-time chair, vice-chair or member is extended by the length of the office (R-340).",
)
PART_TIME = Text(
    "非专职主席、副主席、委员自任职之日起，尚未履行的劳动合同期限短于任期的，自动延长至任期期满（R-340）。",
    "The contract of a part-time chair, vice-chair or member that would end before the term is extended to its end "
    "(R-340).",
)
EXCEPTIONS = (
    Text(
        "任职期间个人严重过失或者达到法定退休年龄的除外（R-340）。",
        "Not after serious personal fault, and not beyond the legal age of retirement (R-340).",
    ),
)


def extension(contract_ends: date, office_from: date, office_until: date, *, full_time: bool) -> Finding:
    """When a contract ends that an office extends: "extended" or "unchanged", with "extended_until" among the numbers.

    ``office_until``: the last day of the office, for somebody just elected the end of the term. A whole number of months
    in office is added as months, anything else as days. Invalid when the office ends before it begins, or the contract
    had ended before.
    """
    mistakes = []
    if office_until < office_from:
        mistakes.append(Mistake("/office_until", Text("任期在任职之前结束。", "The office ends before it begins.")))
    if contract_ends < office_from:
        ended = Text("劳动合同在任职之前已经期满。", "The contract had ended before the office began.")
        mistakes.append(Mistake("/contract_ends", ended))
    refuse(mistakes)
    until = _added(contract_ends, office_from, office_until) if full_time else max(contract_ends, office_until)
    numbers: dict[str, Scalar] = {
        "contract_ends": contract_ends.isoformat(),
        "office_from": office_from.isoformat(),
        "office_until": office_until.isoformat(),
        "extended_until": until.isoformat(),
    }
    if until == contract_ends:
        return _BASIS.finding(
            "unchanged",
            Text("劳动合同期限不变", "The contract stays as it is"),
            numbers,
            Text(
                f"劳动合同至 {contract_ends}，不短于任期（至 {office_until}）。",
                f"The contract runs until {contract_ends}, no shorter than the term (until {office_until}).",
            ),
            FULL_TIME if full_time else PART_TIME,
            flags=EXCEPTIONS,
        )
    way = (
        Text(
            f"原至 {contract_ends}，加任职期间（{office_from} 至 {office_until}），至 {until}。",
            f"It ran until {contract_ends}; with the office from {office_from} to {office_until} it runs until {until}.",
        )
        if full_time
        else Text(
            f"原至 {contract_ends}，短于任期，延长至任期期满 {until}。",
            f"It ran until {contract_ends}, shorter than the term: it is extended to the end of the term, {until}.",
        )
    )
    title = Text(f"劳动合同延长至 {until}", f"The contract is extended until {until}")
    return _BASIS.finding("extended", title, numbers, way, FULL_TIME if full_time else PART_TIME, flags=EXCEPTIONS)


def notice(full_time: tuple[str, ...], part_time: tuple[str, ...], office_from: date, office_until: date) -> Finding:
    """What the personnel department is told of an election: whose contracts are extended. "due", or "not_applicable"."""
    if not full_time and not part_time:
        title = Text("没有当选的主席、副主席、委员", "Nobody was elected chair, vice-chair or member")
        return _BASIS.finding("not_applicable", title, {}, FULL_TIME)
    reasons = []
    if full_time:
        reasons.append(
            Text(
                f"专职：{'、'.join(full_time)}，任职期间（自 {office_from} 起）加在原合同期限上。",
                f"Full-time: {', '.join(full_time)}: the time in office, from {office_from}, is added to the contract.",
            )
        )
    if part_time:
        reasons.append(
            Text(
                f"兼职：{'、'.join(part_time)}，原合同在 {office_until} 以前期满的，延长至 {office_until}。",
                f"Part-time: {', '.join(part_time)}: a contract that ends before {office_until} is extended to that day.",
            )
        )
    numbers: dict[str, Scalar] = {"office_from": office_from.isoformat(), "office_until": office_until.isoformat()}
    title = Text("请人力资源部门延长劳动合同期限", "The personnel department extends labour contracts")
    return _BASIS.finding("due", title, numbers, *reasons, flags=EXCEPTIONS)


def pending(why: Text) -> Finding:
    """Before anybody is elected: "pending"."""
    return _BASIS.finding("pending", Text("劳动合同期限的延长", "Extension of labour contracts"), {}, why)


def _added(contract_ends: date, office_from: date, office_until: date) -> date:
    """The contract's end moved by the length of the office: in months where these are whole, else in days."""
    months = (office_until.year - office_from.year) * 12 + office_until.month - office_from.month
    if 0 < months <= _MONTHS_OF_THE_LONGEST_OFFICE and add_months(office_from, months) == office_until:
        return add_months(contract_ends, months)
    return contract_ends + timedelta(days=(office_until - office_from).days)

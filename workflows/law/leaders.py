"""The leaders of a zone's union (12.1–12.7, R-204, R-411–R-416, R-421–R-424): posts, ranks and the consent that comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.deadlines import DeadlineRule, Derivation, Kind, Unit, add_months, derive
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.names import same_name
from workflows.law.rule_sets import Parameters
from workflows.text import Text

_SEED = "豫工发〔2015〕13号"


class Route(StrEnum):
    """How a full-time vice-chair comes to the zone (12.2, 12.3)."""

    STAFFING = "staffing"
    DISPATCH = "dispatch"

    @property
    def label(self) -> Text:
        return _ROUTE[self]


_ROUTE = {
    Route.STAFFING: Text("经机构编制部门批准配备（12.2）", "a post granted by the staffing authority (12.2)"),
    Route.DISPATCH: Text("由上级工会选派（12.3）", "a cadre sent by the superior union (12.3)"),
}


def full_time_vice_chair(existing: int, parameters: Parameters) -> Finding:
    """R-423: 12.2 and 12.3 are two ways to one post. "allowed" or "refused" for one more besides the ``existing`` ones."""
    refuse(negative(existing=existing))
    parameter = parameters["leaders.full_time_vice_chairs"]
    most = parameters.integer("leaders.full_time_vice_chairs")
    numbers = {"existing": existing, "most": most}
    reason = Text(
        f"12.2（编制）和 12.3（选派）二者择一，专职副主席共 {most} 名，现有 {existing} 名（R-423）。",
        f"12.2 (staffing) and 12.3 (dispatch) are alternatives for {most} full-time vice-chair; there are {existing} "
        "(R-423).",
    )
    basis = Basis(parameter.rule, parameter.source, parameter.confidence)
    if existing >= most:
        other = Text(
            "再配备的专职人员按 12.7 作为专职工会干部报机构编制部门批准。",
            "A further full-time person comes under 12.7, as a cadre granted by the staffing authority.",
        )
        title = Text("不能再设专职副主席", "No second full-time vice-chair")
        return basis.finding("refused", title, numbers, reason, alternatives=(other,))
    title = Text("可以配备专职副主席", "A full-time vice-chair may be set")
    return basis.finding("allowed", title, numbers, reason, alternatives=tuple(route.label for route in Route))


def rank_of_full_time_vice_chair(rank: str) -> Finding:
    """12.2: the rank is that of a head of an internal department 内设机构正职. "fits" or "refused"."""
    basis = Basis("12.2", f"{_SEED} 12.2", Confidence.SOURCED)
    reason = Text(
        "专职副主席可按产业集聚区内设机构正职级别配备（12.2）。",
        "A full-time vice-chair has the rank of the head of an internal department of the zone (12.2).",
    )
    fits = rank == "department_head"
    title = Text("职级符合规定", "The rank fits") if fits else Text("职级不符合规定", "The rank does not fit")
    return basis.finding("fits" if fits else "refused", title, {"rank": rank}, reason)


def rank_of_audit_head(rank: str) -> Finding:
    """12.4: the head of the audit committee may be ranked as a deputy of the union's leadership. "fits" or "warned"."""
    basis = Basis("12.4", f"{_SEED} 12.4", Confidence.SOURCED)
    reason = Text(
        "经费审查委员会主任可按同级工会领导班子副职配备（12.4，可以而非必须）。",
        "The head of the audit committee may be ranked as a deputy of the union's leadership (12.4: may, not must).",
    )
    fits = rank == "leadership_deputy"
    title = (
        Text("按领导班子副职配备", "Ranked as a deputy")
        if fits
        else Text("未按领导班子副职配备", "Not ranked as a deputy")
    )
    return basis.finding("fits" if fits else "warned", title, {"rank": rank}, reason)


def womens_head(head: str, leadership: Iterable[str]) -> Finding:
    """12.5, R-204: the head of a zone's women's committee is a member of the union's leadership. "allowed" or "refused"."""
    basis = Basis("12.5, R-204", f"{_SEED} 12.5", Confidence.SOURCED)
    reason = Text(
        "女职工委员会主任由同级工会领导班子成员兼任（12.5，R-204）。",
        "A member of the union's leadership is also head of the women's committee (12.5, R-204).",
    )
    if same_name(head) in {same_name(name) for name in leadership}:
        title = Text("是领导班子成员", "A member of the leadership")
        return basis.finding("allowed", title, {"head": head}, reason)
    not_in = Text(f"{head}不是同级工会领导班子成员。", f"{head} is no member of the union's leadership.")
    title = Text("不是领导班子成员，不能担任", "Not a member of the leadership")
    return basis.finding("refused", title, {"head": head}, not_in, reason)


# ---- consent ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consent:
    """What the superior union answered on one person for one post; ``deemed``: recorded as 视为同意 (R-413)."""

    person: str
    post: str
    given_on: date
    agrees: bool = True
    deemed: bool = False


def consent(consents: Sequence[Consent], person: str, post: str, on: date, parameters: Parameters) -> Finding:
    """R-411, R-414: does a consent cover this person for this post on this day? "consented" or "missing".

    Of several answers on the same person and post the latest counts. An answer for another person or post covers nothing.
    """
    months = parameters.integer("consent.validity")
    basis = Basis.of(parameters["consent.validity"], "R-411, R-414, 12.6")
    numbers: dict[str, Scalar] = {"person": person, "post": post, "on": on.isoformat()}
    gate = Text(
        "未征得上级工会同意，不得作出任免决定（12.6，R-411）。",
        "Nobody is appointed or removed before the superior union agreed (12.6, R-411).",
    )
    about = [entry for entry in consents if same_name(entry.person) == same_name(person)]
    same_post = sorted((entry for entry in about if entry.post == post), key=lambda entry: entry.given_on)
    flags = doubt(parameters["consent.validity"])

    def missing(why: Text) -> Finding:
        title = Text("没有上级工会的同意", "No consent of the superior union")
        return basis.finding("missing", title, numbers, why, gate, flags=flags)

    if not same_post:
        if about:
            return missing(Text("上级工会同意的是另一职务（R-414）。", "The consent is for another post (R-414)."))
        return missing(
            Text(
                f"没有对{person}的同意意见；另换人选须重新发函（R-414）。",
                f"There is no consent for {person}; another candidate needs a new letter (R-414).",
            )
        )
    latest = same_post[-1]
    if not latest.agrees:
        return missing(
            Text("上级工会不同意，须另行考虑人选（R-411）。", "The superior union refused: choose again (R-411).")
        )
    good_until = add_months(latest.given_on, months)
    numbers |= {"given_on": latest.given_on.isoformat(), "good_until": good_until.isoformat(), "deemed": latest.deemed}
    if on > good_until:
        return missing(
            Text(f"同意意见已于 {good_until} 过期（R-414）。", f"The consent expired on {good_until} (R-414).")
        )
    if latest.deemed:
        flags = (
            *flags,
            Text("这是“视为同意”，不是明示的同意（R-413）。", "This is a deemed consent, no express one (R-413)."),
        )
    reason = Text(
        f"{latest.given_on} 上级工会同意{person}的任免，有效至 {good_until}（R-414）。",
        f"The superior union agreed on {latest.given_on}; this is good until {good_until} (R-414).",
    )
    return basis.finding(
        "consented", Text("已征得上级工会同意", "The superior union agreed"), numbers, reason, flags=flags
    )


def consent_watch(received_on: date, parameters: Parameters, calendar: Calendar) -> tuple[Derivation, Derivation]:
    """R-412, R-413, T-13: when to remind, and when to escalate to both heads. Silence is never a consent."""
    remind = DeadlineRule(parameters.integer("consent.remind_after"), Unit.CALENDAR_DAYS, Kind.ACT_BY, "R-413")
    escalate = DeadlineRule(parameters.integer("consent.leaders"), Unit.MONTHS, Kind.ACT_BY, "R-412")
    event = Text("收到征求意见函", "request for consent received")
    return derive(received_on, remind, calendar, event=event), derive(received_on, escalate, calendar, event=event)


def deemed_consent(
    received_on: date, today: date, parameters: Parameters, *, authorised: bool, legal_basis: str, attached: bool
) -> Finding:
    """R-412, R-413: may 视为同意 be recorded? "allowed" or "refused"; nothing records it by itself (C-13)."""
    due = add_months(received_on, parameters.integer("consent.leaders"))
    basis = Basis.of(parameters["consent.leaders"], "R-412, R-413")
    numbers: dict[str, Scalar] = {
        "received_on": received_on.isoformat(),
        "due_on": due.isoformat(),
        "today": today.isoformat(),
    }
    missing = []
    if today <= due:
        missing.append(Text(f"一个月期限 {due} 届满后才可以记录。", f"The month runs until {due}."))
    if not authorised:
        missing.append(Text("须由有权限的人员记录。", "Somebody with that right has to record it."))
    if not legal_basis.strip():
        missing.append(Text("须写明依据。", "The legal basis is needed."))
    if not attached:
        missing.append(Text("须附收件证明。", "Proof of receipt has to be attached."))
    never = Text(
        "逾期未答复不自动视为同意；记录后标明不是明示的同意（R-413，C-13）。",
        "Silence is no consent by itself; what is recorded is shown as not express (R-413, C-13).",
    )
    flags = doubt(parameters["consent.leaders"])
    if missing:
        title = Text("不能记录“视为同意”", "A deemed consent cannot be recorded")
        return basis.finding("refused", title, numbers, never, missing=missing, flags=flags)
    return basis.finding("allowed", Text("可以记录“视为同意”", "It may be recorded"), numbers, never, flags=flags)


def appointment_in_one_reply(form: str) -> bool:
    """R-415: for a work committee consent and appointment may be in one reply, because nothing is elected."""
    return form == "work_committee"


# ---- full-time cadres ---------------------------------------------------------------------------------------------------


STAFFING_LEVELS = {
    "staffing_authority": Text("产业集聚区登记的机构编制部门", "the staffing authority named for the zone"),
    "city_staffing_authority": Text("省辖市机构编制部门", "the staffing authority of the city"),
    "provincial_staffing_authority": Text("省机构编制部门", "the staffing authority of the province"),
}


def staffing_route(authority: str | None, note: str = "") -> Finding:
    """12.7, R-424: which staffing authority decides for the rank of a body. "routed" or "own".

    ``authority``: a key of `STAFFING_LEVELS` that the office's table names for the rank, with the ``note`` beside its
    row; None when no row holds, and then the zone's own authority decides.
    """
    basis = Basis("12.7, R-424", f"{_SEED} 12.7；审批层级由各地设定", Confidence.CHOSEN)
    decides = STAFFING_LEVELS[authority or "staffing_authority"]
    title = Text(f"由{decides.zh}审批", f"Decided by {decides.en}")
    flags = (
        Text(
            "按级别由哪一级审批没有统一规定，是本系统的约定，由本单位在决策表中设定（R-424）。",
            "No rule found says which level decides for a rank: the office sets it in the decision table (R-424).",
        ),
    )
    if authority is None:
        reason = Text(
            f"决策表没有为这一级别写规则，由{decides.zh}办理（R-424）。",
            f"No row of the table holds for this rank: {decides.en} decides (R-424).",
        )
        return basis.finding("own", title, {}, reason, flags=flags)
    said = f"：{note}" if note else ""
    reason = Text(f"按决策表由{decides.zh}审批{said}（R-424）。", f"By the table, {decides.en} decides (R-424).")
    return basis.finding("routed", title, {}, reason, flags=flags)


def cadre_request(posts: int, employees: int | None, enterprises: int | None, development: str) -> Finding:
    """12.7: what a request for full-time cadres must state. "complete" or "not_complete"."""
    refuse(negative(posts=posts, employees=employees, enterprises=enterprises))
    missing = []
    if posts == 0:
        missing.append(Text("申请的职数至少 1 名。", "At least one post is asked for."))
    if employees is None:
        missing.append(Text("缺少职工人数。", "The number of employees is missing."))
    if enterprises is None:
        missing.append(Text("缺少企业家数。", "The number of enterprises is missing."))
    if not development.strip():
        missing.append(Text("缺少经济社会发展情况。", "The state of economic and social development is missing."))
    basis = Basis("12.7", f"{_SEED} 12.7", Confidence.SOURCED)
    numbers: dict[str, Scalar] = {"posts": posts, "employees": employees, "enterprises": enterprises}
    reason = Text(
        "根据经济社会发展和职工人数情况，经机构编制部门批准配备；没有按人数计算的公式（12.7）。",
        "By development and number of employees, granted by the staffing authority; there is no formula (12.7).",
    )
    if missing:
        title = Text("申请材料不全", "The request is not complete")
        return basis.finding("not_complete", title, numbers, reason, missing=missing)
    return basis.finding("complete", Text("申请材料齐全", "The request is complete"), numbers, reason)

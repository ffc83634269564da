"""The plan of an election and who stands: held against the rules before anything is stored (D-03–D-05, D-10–D-12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from workflows import settings
from workflows.deadlines import Derivation
from workflows.documents.text_forms import cn_number
from workflows.engine.operations import JSON, Context, check, draft, fact, operation, reading
from workflows.errors import Mistake
from workflows.law import committees, congress, elections, founding, terms, timers
from workflows.law.basis import Basis
from workflows.law.eligibility import Candidate, Kinship, Position, Relative, Standing, eligibility
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.names import by_surname_strokes
from workflows.organisations import lanes
from workflows.procedures.answers import rows
from workflows.procedures.election_consents import LEADERS, consented_candidates, without_consent
from workflows.procedures.election_office import current_term
from workflows.procedures.election_record import (
    BY_ELECTION,
    Body,
    Plan,
    Record,
    is_enterprise,
    is_zone,
    ledger_row,
    term_of,
    twice,
)
from workflows.procedures.election_zone import (
    FOUNDING,
    founding_case,
    union_named,
    zone_outlook,
    zone_plan,
    zone_plan_mistakes,
)
from workflows.procedures.zone_leaders import parent_of
from workflows.storage.organisations import Organisation
from workflows.text import Text

Answers = Mapping[str, Any]

FOUNDING_CASES = ("zone_union", "enterprise_union", "industry_federation")  # whoever waits here founds a union
REVIEW = Basis("R-303, R-310", "工会基层组织选举工作条例（总工发〔2016〕27号）第6条、第15条", Confidence.HIGH)

# ---- operations and facts -------------------------------------------------------------------------------------------


@operation
@reading
def party_organisation(context: Context) -> JSON:
    """R-303: "present" when there is a Party organisation of the same level to review with, else "none"."""
    found = lanes.acting_organisation(context.session, "party_committee", context.applicant_id or 0, context.today)
    return "present" if found is not None else "none"


@fact
def election_outlook(context: Context) -> Finding:
    """What the ledger's number of members means for an election, before anything is typed: "known" or "no_verdict"."""
    if context.applicant_id is not None and is_zone(context):
        return zone_outlook(context)
    row = ledger_row(context) if context.applicant_id is not None else None
    if row is None or row.members is None:
        missing = Text(
            "台账中没有本单位的会员人数；请准备会员名册，方案中如实填写。",
            "The ledger has no number of members for this unit; have the roll of members at hand.",
        )
        title = Text("按方案中填报的会员人数核定", "Assessed by the number of members in the plan")
        return REVIEW.finding("no_verdict", title, {}, missing=(missing,))
    parameters = context.rule_set.parameters
    meeting = elections.meeting_type(row.members, parameters)
    seats = committees.committee(row.members, parameters)
    numbers: dict[str, Scalar] = {
        "members": row.members,
        "quorum": elections.quorum(row.members),
        "votes_needed": elections.majority(row.members),
        "seats_least": seats.numbers["seats_least"],
        "seats_most": seats.numbers["seats_most"],
    }
    needed = Text(
        f"召开会员大会的，到会须达 {numbers['quorum']} 人，当选须得 {numbers['votes_needed']} 票（R-312、R-323）。",
        f"In an assembly {numbers['quorum']} must attend and {numbers['votes_needed']} votes elect (R-312, R-323).",
    )
    return Basis("D-04, D-05, D-07, D-09", REVIEW.source, Confidence.HIGH).finding(
        "known",
        meeting.title,
        numbers,
        *meeting.reasons,
        *seats.reasons,
        needed,
        flags=(*meeting.flags, *seats.flags),
        alternatives=seats.alternatives,
    )


@fact
def election_plan_review(context: Context) -> Finding:
    """The submitted plan with its numbers and what the rules only recommend: "allowed", "warned" or "pending"."""
    record = Record(context)
    if record.plan is None:
        return REVIEW.finding("pending", Text("还没有选举方案", "There is no plan yet"), {})
    plan = record.plan
    warnings = tuple(_plan_warnings(context, plan))
    numbers: dict[str, Scalar] = {
        "members": plan.members,
        "due": plan.due,
        "quorum": elections.quorum(plan.due),
        "votes_needed": elections.majority(plan.due),
        "committee": plan.seats(Body.COMMITTEE),
        "auditors": plan.seats(Body.AUDIT),
    }
    reason = Text(
        f"应到会 {plan.due} 人，到会须达 {numbers['quorum']} 人（三分之二以上），当选须得 {numbers['votes_needed']} 票。",
        f"{plan.due} should attend, {numbers['quorum']} must (two thirds), {numbers['votes_needed']} votes elect "
        "(more than half of those who should attend).",
    )
    title = (
        Text("方案可以报批，有提示", "The plan may go on; please look at this")
        if warnings
        else Text("方案符合规定", "The plan fits")
    )
    return REVIEW.finding("warned" if warnings else "allowed", title, numbers, reason, flags=warnings)


@fact
def candidate_review(context: Context) -> Finding:
    """Who stands for what, in the order of surname strokes, with every warning of D-03: "allowed", "warned", "pending"."""
    record = Record(context)
    if not record.candidates:
        return REVIEW.finding("pending", Text("还没有候选人名单", "There is no list of candidates yet"), {})
    lines, flags = [], list(_candidate_warnings(context, record.plan, record.candidates))
    for body in (Body.COMMITTEE, Body.CHAIR, Body.VICE_CHAIR, Body.AUDIT):
        ordered = by_surname_strokes(record.nominated(body))
        if ordered.names:
            seats = record.plan.seats(body) if record.plan else 0
            lines.append(
                Text(
                    f"{body.label.zh}候选人 {len(ordered.names)} 名，应选 {seats} 名（按姓氏笔画为序）：{'、'.join(ordered.names)}。",
                    f"{len(ordered.names)} stand for {seats} seat(s), {body.label.en}, in the order of surname strokes: "
                    f"{', '.join(ordered.names)}.",
                )
            )
            flags += ordered.flags
    title = (
        Text("候选人没有不得任职的情形，有提示", "Nobody is barred; please look at this")
        if flags
        else Text("候选人没有不得任职的情形", "Nobody is barred from standing")
    )
    numbers = {"nominees": len(record.candidates)}
    basis = Basis("D-03, R-313, R-319", REVIEW.source, Confidence.HIGH)
    return basis.finding("warned" if flags else "allowed", title, numbers, *lines, flags=flags)


@fact
def election_named(context: Context) -> Finding:
    """How papers name this election; the verdict is whose it is: "enterprise", "zone_founding", "zone" or "other"."""
    record = Record(context)
    if record.plan is None:
        return REVIEW.finding("other", Text("还没有选举方案", "There is no plan yet"), {})
    purpose = _PURPOSES[record.plan.purpose]
    number = cn_number(int(record.plan.answers["session_number"]))
    if (union := union_named(context)) is not None:
        committee = f"{union}第{number}届委员会"
    else:
        committee = f"{context.session.get_one(Organisation, context.applicant_id).name}第{number}届工会委员会"
    verdict = "enterprise" if is_enterprise(context) else "other"
    if is_zone(context):
        verdict = "zone_founding" if founding_case(context) is not None else "zone"
    title = Text(f"{committee}{purpose.zh}", f"Committee no. {record.plan.answers['session_number']}, {purpose.en}")
    return REVIEW.finding(verdict, title, {})


@fact
def publicity_period(context: Context) -> Finding:
    """R-310, R-355: until when the candidates are shown, counted from the day the notice went up."""
    periods = _publicity(context, Record(context))
    if not periods:
        return REVIEW.finding("pending", Text("还没有公示", "Nothing is on display yet"), {})
    latest = max(periods, key=lambda period: period.end)
    reasons = [
        Text(zh, en) for period in periods for zh, en in zip(period.explain("zh"), period.explain("en"), strict=True)
    ]
    following = latest.end + timedelta(days=1)
    title = Text(f"公示至 {latest.end}，最早 {following} 继续", f"On display until {latest.end}; on from {following}")
    numbers = {"start": latest.start.isoformat(), "end": latest.end.isoformat()}
    basis = Basis("R-310, R-355, T-02, T-03", REVIEW.source, Confidence.HIGH)
    return basis.finding("continue_from", title, numbers, *reasons)


# ---- drafts ---------------------------------------------------------------------------------------------------------


@draft
def plan_from_the_ledger(context: Context, *, earlier: Answers) -> dict[str, Any]:
    """A plan begins with what the ledger counts and the number of the next committee."""
    if earlier:
        return dict(earlier)
    term, row = current_term(context), ledger_row(context)
    begun: dict[str, Any] = {
        "session_number": term.number + 1 if term else 1,
        "elect_chair": True,
        "own_accounts": True,
    }
    if is_zone(context):
        begun |= zone_plan(context)
    if row is not None:
        counts = {"members": row.members, "women_members": row.women_members, "employees": row.employees}
        begun |= {name: count for name, count in counts.items() if count is not None}
    return begun


@draft
def candidates_with_consent(context: Context, *, earlier: Answers) -> dict[str, Any]:
    """A zone's list begins with those to whom the superior union agreed (R-411); any other list with no name."""
    if earlier or not is_zone(context):
        return dict(earlier)
    people = consented_candidates(context)
    return {"candidates": people} if people else {}


# ---- checks ---------------------------------------------------------------------------------------------------------


@check
def plan_is_lawful(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-04, D-05, D-11, R-110, R-310, R-332, R-362: what a plan may not say; and what it may, once it has been noted."""
    plan = Plan(0, outcome, answers)
    if not answers:  # a look ahead asks what stands in the way before anything is typed
        return list(_purpose(context, plan))
    mistakes = [
        *_purpose(context, plan),
        *_people(plan),
        *_meeting_kind(context, plan),
        *_seats(context, plan),
        *_term(context, plan),
        *_days(context, plan),
        *zone_plan_mistakes(context, plan),
    ]
    return mistakes or _unnoted(answers, _plan_warnings(context, plan))


@check
def candidates_may_stand(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-03, R-302, R-308, R-313, R-338, R-352: nobody who is barred, enough for every seat, nobody twice."""
    record = Record(context)
    people = rows(answers, "candidates")
    mistakes = [
        Mistake(
            f"/candidates/{number}/name",
            Text(f"{people[number]['name']}重复填写。", f"{people[number]['name']} is there twice."),
        )
        for number in twice(people)
    ]
    for number, row in enumerate(people):
        for finding in _eligibility(context, row):
            if finding.verdict == "refused":
                mistakes += [
                    Mistake(
                        f"/candidates/{number}/name",
                        Text(f"{row['name']}：{reason.zh}", f"{row['name']}: {reason.en}"),
                    )
                    for reason in finding.reasons
                ]
    mistakes += [*_enough(context, record, people), *_consents(context, record.plan, people)]
    return mistakes or _unnoted(answers, _candidate_warnings(context, record.plan, people))


@check
def publicity_is_over(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-310, R-355: five full working days, and seven days where an enterprise's chair is elected."""
    if outcome != "settled":
        return []
    return [
        Mistake(
            "",
            Text(
                f"候选人公示须满 {period.length} {period.unit.label.zh}，{period.end} 届满，最早 "
                f"{period.end + timedelta(days=1)} 继续（{period.rule}）。",
                f"Candidates are shown for {period.length} {period.unit.label.en}, until {period.end}; it goes on from "
                f"{period.end + timedelta(days=1)} ({period.rule}).",
            ),
        )
        for period in _publicity(context, Record(context))
        if context.today <= period.end
    ]


@check
def objections_are_settled(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-310: every objection has its answer, and one that was found true leads to another candidate."""
    mistakes = []
    upheld = False
    for number, row in enumerate(rows(answers, "objections")):
        upheld = upheld or row["finding"] == "upheld"
        if not str(row.get("handled") or "").strip():
            mistakes.append(
                Mistake(
                    f"/objections/{number}/handled",
                    Text("写明异议如何处理（R-310）。", "Say how the objection was settled (R-310)."),
                )
            )
    if upheld and outcome == "settled":
        mistakes.append(
            Mistake(
                "/outcome",
                Text(
                    "有异议经核实成立，应调整候选人，重新审查和公示（R-310）。",
                    "An objection was found true: another candidate is needed, with review and publicity (R-310).",
                ),
            )
        )
    return mistakes


@check
def notice_fits_the_publicity(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-310: no meeting before the publicity has ended, and none announced for a day that has passed."""
    meeting_on = date.fromisoformat(answers["meeting_on"])
    ended = max((period.end for period in _publicity(context, Record(context))), default=None)
    if ended is not None and meeting_on <= ended:
        return [_meeting_too_early(meeting_on, ended)]
    if meeting_on < context.today:
        return [Mistake("/meeting_on", Text("会议日期已经过去。", "The day of the meeting has passed."))]
    return []


# ---- the plan -------------------------------------------------------------------------------------------------------


def _purpose(context: Context, plan: Plan) -> Iterator[Mistake]:
    """What the case that waits wants; and the union of a zone is founded nowhere but in its founding case (P02, P04)."""
    parent = parent_of(context)
    waits = parent is not None and bool(context.case.parent_token)
    wanted = None
    if parent is not None and waits and parent.procedure in FOUNDING_CASES:
        wanted = FOUNDING
    elif parent is not None and waits and parent.procedure == "term_changes":
        wanted = BY_ELECTION if context.case.parent_element == BY_ELECTION else "re_election"
    elif plan.purpose == FOUNDING and is_zone(context):
        yield Mistake(
            "/outcome",
            Text(
                "产业集聚区工会的成立选举在“产业集聚区组建工会”办件中办理，不能单独发起（P02、P04）。",
                "A zone's first committee is elected within the case that founds its union, not on its own (P02, P04).",
            ),
        )
    if wanted is not None and plan.purpose != wanted:
        title, name = _PURPOSES[wanted], parent.title if parent is not None else ""
        yield Mistake(
            "/outcome",
            Text(f"“{name}”等待本次选举，应按{title.zh}办理。", f"The case that waits for it wants a {title.en}."),
        )


def _people(plan: Plan) -> Iterator[Mistake]:
    retained, women = int(plan.answers.get("retained") or 0), int(plan.answers.get("women_members") or 0)
    if retained >= plan.members:
        yield Mistake(
            "/retained",
            Text("保留会籍人数应少于会员人数（R-302）。", "Fewer keep membership only than there are members (R-302)."),
        )
    if women > plan.members:
        yield Mistake("/women_members", Text("女会员多于会员人数。", "More women members than members."))


def _meeting_kind(context: Context, plan: Plan) -> Iterator[Mistake]:
    parameters = context.rule_set.parameters
    if plan.answers["meeting_kind"] == "assembly":
        return
    if plan.in_committee:
        if not plan.by_election or plan.seats(Body.COMMITTEE) or plan.seats(Body.AUDIT):
            yield Mistake(
                "/meeting_kind",
                Text(
                    "委员由会员（代表）大会选举；委员会全体会议只能从现任委员中补选主席、副主席（R-301、R-335）。",
                    "Members are elected by the assembly or congress; a session of the committee only fills the post of chair "
                    "or vice-chair out of its members (R-301, R-335).",
                ),
            )
        elif not plan.due:
            yield _committee_size_missing()
        return
    if is_zone(context):
        if not plan.due:
            yield _representatives_missing()
        return
    kind = elections.meeting_type(plan.voters, parameters)
    if kind.verdict == "assembly":
        yield Mistake("/meeting_kind", kind.reasons[0])
        return
    if not plan.due:
        yield _representatives_missing()
        return
    fits = congress.representatives(plan.voters, parameters, plan.due)
    if fits.verdict == "outside":
        yield Mistake("/representatives", fits.reasons[0])


def _representatives_missing() -> Mistake:
    return Mistake(
        "/representatives",
        Text("召开会员代表大会的，填写代表人数。", "Give the number of representatives of the congress."),
    )


def _seats(context: Context, plan: Plan) -> Iterator[Mistake]:
    parameters = context.rule_set.parameters
    seats, auditors = plan.seats(Body.COMMITTEE), plan.seats(Body.AUDIT)
    if plan.by_election:
        if not any(plan.seats(body) for body in (Body.COMMITTEE, Body.AUDIT, Body.CHAIR, Body.VICE_CHAIR)):
            yield Mistake("/committee_seats", Text("没有要补选的名额。", "There is no seat to fill."))
        if not plan.direct and any(plan.seats(body) for body in LEADERS) and not plan.answers.get("committee_size"):
            yield _committee_size_missing()
        return
    if not is_zone(context):
        fits = committees.committee(plan.members, parameters, seats)
        if fits.verdict == "outside":
            yield Mistake("/committee_seats", fits.reasons[0])
    elif seats < 3:
        yield Mistake(
            "/committee_seats", Text("委员会至少3人（R-305）。", "A committee has 3 members at least (R-305).")
        )
    audit = committees.audit_committee(auditors, parameters, own_accounts=bool(plan.answers.get("own_accounts", True)))
    if audit.verdict != "complete":
        yield Mistake("/audit_seats", audit.reasons[0])
    if not plan.seats(Body.CHAIR):
        yield Mistake("/elect_chair", Text("本次选举应产生主席（R-301）。", "The chair is elected with it (R-301)."))
    if plan.seats(Body.CHAIR) + plan.seats(Body.VICE_CHAIR) > seats:
        yield Mistake(
            "/vice_chairs",
            Text("主席、副主席从委员中产生，名额多于委员（R-314）。", "More posts than members to fill them (R-314)."),
        )


def _committee_size_missing() -> Mistake:
    return Mistake(
        "/committee_size",
        Text(
            "由委员会补选主席、副主席的，填写委员会全体委员人数（含本次补选的委员）。",
            "Where the committee fills the post, give its full number, with those elected now.",
        ),
    )


def _term(context: Context, plan: Plan) -> Iterator[Mistake]:
    if plan.by_election:
        return
    years = int(plan.answers.get("term_years") or 0)
    finding = terms.years_of_office(term_of(context), years, context.rule_set.parameters)
    if finding.verdict != "allowed":
        yield Mistake("/term_years", finding.reasons[0])


def _days(context: Context, plan: Plan) -> Iterator[Mistake]:
    meeting_on = date.fromisoformat(plan.answers["meeting_on"])
    start = date.fromisoformat(plan.answers["publicity_from"])
    if start < context.today:
        yield Mistake(
            "/publicity_from", Text("公示开始日期已经过去。", "The day on which the publicity begins has passed.")
        )
        return
    ended = max(period.end for period in _periods(context, start, chair=bool(plan.seats(Body.CHAIR))))
    if meeting_on <= ended:
        yield _meeting_too_early(meeting_on, ended)
    elif plan.purpose == "re_election" and (term := current_term(context)) is not None:
        finding = terms.change_of_term(term.ends_on, meeting_on, context.rule_set.parameters, superior_agrees=True)
        if finding.verdict == "refused" and meeting_on < term.ends_on:
            yield Mistake("/meeting_on", finding.reasons[0])


def _meeting_too_early(meeting_on: date, ended: date) -> Mistake:
    earliest = ended + timedelta(days=1)
    return Mistake(
        "/meeting_on",
        Text(
            f"候选人公示 {ended} 届满，{meeting_on} 不能开会选举，最早 {earliest}（R-310、R-355）。",
            f"The candidates are on display until {ended}: no election on {meeting_on}, {earliest} at the earliest "
            "(R-310, R-355).",
        ),
    )


def _plan_warnings(context: Context, plan: Plan) -> Iterator[Text]:
    """What the rules only recommend, or leave to the superior union."""
    parameters = context.rule_set.parameters
    if not plan.by_election and not is_zone(context):
        if plan.answers["meeting_kind"] == "congress":
            kind = elections.meeting_type(plan.voters, parameters)
            if kind.verdict == "assembly_by_default":
                yield kind.reasons[0]
        seats = plan.seats(Body.COMMITTEE)
        if seats % 2 == 0:
            yield Text(
                f"委员 {seats} 名是双数；建议为单数，不是硬性规定（R-305）。",
                f"{seats} seats are an even number; an odd one is recommended, not required (R-305).",
            )
        employees = plan.answers.get("employees")
        if employees is not None:
            full = str(plan.answers.get("full_time") or "none")
            duty = founding.full_time_chair(
                int(employees),
                parameters,
                full_time_chair=full == "chair",
                full_time_vice_chair=full == "vice_chair",
            )
            if duty.verdict == "obliged":
                yield from duty.reasons
    unusual = plan.answers.get("chair_competition") not in (None, parameters.word("chair.competition"))
    if unusual and is_enterprise(context) and plan.seats(Body.CHAIR):
        yield Text(
            "企业工会主席候选人应多于应选人（R-354）；选举条例允许等额，按选举办法执行（C-04）。",
            "More should stand for an enterprise's chair than are elected (R-354); the later regulation also allows as "
            "many as seats (C-04).",
        )
    if plan.direct and not plan.in_committee:
        yield Text(
            "主席由会员（代表）大会直接选举，一般适用于经营正常、劳动关系和谐、职工队伍稳定的中小企事业单位（R-315）。",
            "Direct election of the chair is meant for small and medium units in good order (R-315).",
        )
    term = current_term(context) if plan.purpose == "re_election" else None
    if term is not None:
        meeting_on, ends = date.fromisoformat(plan.answers["meeting_on"]), term.extended_to or term.ends_on
        if meeting_on > ends:
            yield Text(
                f"本届任期 {ends} 届满，换届已经超期，须经上级工会批准（R-332、R-341）。",
                f"The term ended on {ends}: the re-election is late and needs the superior union's approval "
                "(R-332, R-341).",
            )


_PURPOSES = {
    FOUNDING: Text("成立选举", "founding election"),
    "re_election": Text("换届选举", "re-election"),
    BY_ELECTION: Text("补选", "by-election"),
}


def _unnoted(answers: Answers, warnings: Iterator[Text]) -> list[Mistake]:
    """A warning blocks nothing, but it is seen before anything is stored."""
    if answers.get("warnings_noted"):
        return []
    return [
        Mistake(
            "/warnings_noted",
            Text(
                f"提示：{warning.zh}如仍按此办理，请勾选“已知悉提示”。",
                f"Please note: {warning.en} Tick “noted” to go on with it.",
            ),
        )
        for warning in warnings
    ]


# ---- who stands -----------------------------------------------------------------------------------------------------


def _eligibility(context: Context, row: Mapping[str, Any]) -> Iterator[Finding]:
    """D-03 for what the person stands for; whoever stands for a post stands for the committee as well."""
    candidate = _candidate(row, in_a_zone=is_zone(context))
    standing = Standing(row["standing"])
    asked = (Standing.COMMITTEE, standing) if standing in (Standing.CHAIR, Standing.VICE_CHAIR) else (standing,)
    for each in asked:
        finding = eligibility(candidate, each, context.rule_set.parameters)
        yield finding
        if finding.verdict == "refused":
            return


def _candidate(row: Mapping[str, Any], *, in_a_zone: bool) -> Candidate:
    """The person as D-03 looks at them. A zone's chair may be a deputy of its leadership (12.1): there it bars nobody."""
    position, kinship = str(row.get("position") or "none"), str(row.get("kinship") or "none")
    if in_a_zone and position == Position.DEPUTY_HEAD:
        position = "none"
    relatives: tuple[Relative, ...] = ()
    if kinship != "none" and row.get("relative_of"):
        of = str(row["relative_of"])
        both = {Position.LABOUR_HEAD, Position.DEPUTY_HEAD}
        held = both if of == "labour_deputy" else {Position(of)}
        relatives = (Relative(Kinship(kinship), frozenset(held)),)
    outsider = bool(row.get("recommended"))
    return Candidate(
        name=row["name"],
        positions=frozenset() if position == "none" else frozenset({Position(position)}),
        relatives=relatives,
        member=not outsider,
        retained=bool(row.get("retained")),
        foreign=bool(row.get("foreign")),
        recommended_by_superior=outsider,
    )


def _candidate_warnings(context: Context, plan: Plan | None, people: list[dict[str, Any]]) -> Iterator[Text]:
    for row in people:
        for finding in _eligibility(context, row):
            if finding.verdict == "warned":
                yield from (Text(f"{row['name']}：{flag.zh}", f"{row['name']}: {flag.en}") for flag in finding.flags)
    women = plan.answers.get("women_members") if plan is not None and not plan.by_election else None
    if women and not any(row.get("woman") for row in people):
        yield Text(
            "候选人中没有女性；委员候选人应有适当比例的女职工（R-307）。",
            "No woman stands; a suitable share of the candidates should be women (R-307).",
        )


def _enough(context: Context, record: Record, people: list[dict[str, Any]]) -> Iterator[Mistake]:
    plan = record.plan
    if plan is None:
        return
    standing = [row["standing"] for row in people]
    nominees = sum(row["standing"] != "audit" and not row.get("on_committee") for row in people)
    seats = plan.seats(Body.COMMITTEE)
    if seats:
        enough = elections.nomination(seats, nominees, context.rule_set.parameters)
        if enough.verdict == "too_few":
            yield Mistake("/candidates", enough.reasons[0])
    elif nominees:
        yield Mistake(
            "/candidates",
            Text(
                "本次不选举委员，主席、副主席候选人须是现任委员（R-335）。",
                "No members are elected this time, so only members of the committee may stand (R-335).",
            ),
        )
    competitive = plan.answers.get("chair_competition") != "equal"
    for body in (Body.CHAIR, Body.VICE_CHAIR, Body.AUDIT):
        seats, stand = plan.seats(body), standing.count(body)
        least = seats + 1 if body is Body.CHAIR and competitive and seats else seats
        if stand < least:
            yield Mistake(
                "/candidates",
                Text(
                    f"{body.label.zh}应选 {seats} 名，候选人至少 {least} 名，现有 {stand} 名（R-313、C-04）。",
                    f"{seats} seat(s), {body.label.en}: at least {least} must stand, {stand} do (R-313, C-04).",
                ),
            )
        elif stand and not seats:
            yield Mistake(
                "/candidates",
                Text(f"方案中没有{body.label.zh}名额，不能提名。", f"The plan has no seat for this: {body.label.en}."),
            )


def _consents(context: Context, plan: Plan | None, people: list[dict[str, Any]]) -> Iterator[Mistake]:
    """R-411, R-414 (12.6): a zone's leaders have the superior union's consent, and still have it on the planned day."""
    planned = date.fromisoformat(plan.answers["meeting_on"]) if plan is not None else context.today
    leaders = [(row["name"], row["standing"]) for row in people]
    for number, why in without_consent(context, leaders, max(planned, context.today)):
        yield Mistake(f"/candidates/{number}/name", why)


# ---- publicity ------------------------------------------------------------------------------------------------------


def _publicity(context: Context, record: Record) -> tuple[Derivation, ...]:
    """The periods that run since the notice went up; none before that."""
    posted = record.last("post_publicity")
    if posted is None or record.plan is None or posted.id < record.since:
        return ()
    return _periods(context, posted.on, chair=bool(record.plan.seats(Body.CHAIR)))


def _periods(context: Context, start: date, *, chair: bool) -> tuple[Derivation, ...]:
    calendar, parameters = settings.load(context.session).calendar, context.rule_set.parameters
    wanted = ["T-02", *(["T-03"] if chair and is_enterprise(context) else [])]
    found = (timers.date_of(timers.timer(number), start, parameters, calendar) for number in wanted)
    return tuple(dated.derivation for dated in found if dated is not None and dated.derivation is not None)

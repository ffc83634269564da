"""term_changes: what changes during and after a term (P16; R-103, R-104, R-331–R-336, R-341, T-04–T-07).

By-elections and re-elections are child cases of `election`. A transfer or a removal leaves a vacancy, and the by-election
follows as a case of its own that nobody waits for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflows import settings
from workflows.engine.operations import JSON, Context, check, fact, operation, reading
from workflows.errors import Invalid, Mistake
from workflows.law import changes, elections, founding, terms
from workflows.law.basis import Basis
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.names import same_name
from workflows.law.timers import Dated
from workflows.organisations import lanes
from workflows.procedures.answers import latest_answers, latest_outcome
from workflows.procedures.election_office import (
    books_of,
    current_holders,
    current_term,
    set_reminders,
    set_timer,
    stop_timers,
)
from workflows.procedures.election_record import is_enterprise, is_zone, ledger_row
from workflows.storage.ledger import Zone
from workflows.storage.unions import Certificate, OfficeHolder
from workflows.text import Text

Answers = Mapping[str, Any]

OFFICE = {"chair": Text("主席", "chair"), "vice_chair": Text("副主席", "vice-chair")}
ACTING = "acting_chair"
BOOKS = Basis("R-110, R-331", "工会法（2021）第16条；工会基层组织选举工作条例（总工发〔2016〕27号）", Confidence.HIGH)
WARNING = timedelta(days=30)  # before the last day of a by-election or of an acting chair

# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def union_in_office(context: Context) -> Finding:
    """The present term and who leads, as the books have it: "known" or "no_verdict"."""
    if context.applicant_id is None:
        return BOOKS.finding("no_verdict", Text("尚无任期记录", "No term on record"), {})
    term = current_term(context)
    leaders = current_holders(context, "chair", ACTING, "vice_chair")
    if term is None and not leaders:
        missing = Text(
            "系统中没有本届任期和任职的记录，请按批复如实填写。",
            "The books have neither term nor leaders of this union; give them as the reply says.",
        )
        return BOOKS.finding("no_verdict", Text("尚无任期记录", "No term on record"), {}, missing=(missing,))
    numbers: dict[str, Scalar] = {}
    reasons = []
    if term is not None:
        ends = term.extended_to or term.ends_on
        numbers = {"term_ends": ends.isoformat()}
        reasons.append(
            Text(
                f"第 {term.number} 届，{term.began_on} 选举产生，任期 {term.years} 年，{ends} 届满"
                f"{'（已延期）' if term.extended_to else ''}（R-110、R-331）。",
                f"Term {term.number}, elected on {term.began_on} for {term.years} years, ends on {ends}"
                f"{' (extended)' if term.extended_to else ''} (R-110, R-331).",
            )
        )
    for holder in leaders:
        office = OFFICE.get(holder.office, Text("代理主席", "acting chair"))
        reasons.append(
            Text(
                f"{office.zh}：{holder.name}，{holder.since} 起。", f"{office.en}: {holder.name}, since {holder.since}."
            )
        )
    return BOOKS.finding("known", Text("本届任期和任职", "Term and leaders"), numbers, *reasons)


@fact
def vacancy_clock(context: Context) -> Finding:
    """T-04, R-335, R-336: by when the by-election is due, counted from the vacancy; "act_by" or "pending"."""
    vacancy = _vacancy(context)
    if vacancy is None:
        title = Text("没有登记空缺", "No vacancy is on record")
        return BOOKS.finding("pending", title, {})
    dated = _due(context, *vacancy)
    if dated is None:
        title = Text("没有规定补选期限", "No limit is laid down")
        return BOOKS.finding("pending", title, {})
    return dated.finding


@fact
def transfer_consents(context: Context) -> Finding:
    """R-333: the two consents that a transfer in mid-term needs: "allowed" or "blocked"."""
    return changes.transfer(
        own_committee_agrees=latest_outcome(context, "propose_transfer") == "agreed",
        superior_agrees=latest_outcome(context, "transfer_reply") == "approve",
    )


@fact
def removal_result(context: Context) -> Finding:
    """R-334: what the vote on the removal led to: "removed", "not_removed", "no_quorum", "void" or "pending"."""
    answers = latest_answers(context, "hold_removal")
    if not answers:
        return BOOKS.finding("pending", Text("还没有表决", "There was no vote yet"), {})
    return _removal(context, answers)


@fact
def shift_review(context: Context) -> Finding:
    """R-332, T-07: early or late by how much, and whether that is possible."""
    answers = latest_answers(context, "propose_shift")
    if not answers:
        return BOOKS.finding("pending", Text("还没有申请", "Nothing has been asked yet"), {})
    return _shift(context, answers, superior_agrees=latest_outcome(context, "shift_reply") == "approve")


# ---- operations -----------------------------------------------------------------------------------------------------


@operation
@reading
def kind_of_union(context: Context) -> JSON:
    """Whether chair and vice-chairs need the superior union's consent first (12.6): "zone", else "other"."""
    return "zone" if is_zone(context) else "other"


@operation
def enter_vacancy(context: Context) -> JSON:
    """R-335, R-336, T-04: the post is vacant from its day on, and the clock of the by-election runs.

    Answers "acting" when somebody is proposed to act until then, else "none".
    """
    answers = latest_answers(context, "report_vacancy")
    _vacate(context, answers["office"], answers["person"], date.fromisoformat(answers["vacated_on"]))
    return "acting" if str(answers.get("acting") or "").strip() else "none"


@operation
def enter_acting(context: Context) -> JSON:
    """R-335, R-336, T-05: somebody acts as chair once the superior union has agreed; "acting" or "none"."""
    answers = latest_answers(context, "report_vacancy")
    if latest_outcome(context, "acting_reply") != "approve":
        return "none"
    term = current_term(context)
    context.session.add(
        OfficeHolder(
            organisation_id=books_of(context),
            name=answers["acting"],
            office=ACTING,
            route="appointed",
            since=context.today,
            term_id=term.id if term else None,
            case_id=context.case.id,
            details={},
        )
    )
    calendar, parameters = settings.load(context.session).calendar, context.rule_set.parameters
    dated = terms.acting_until(_post(context, "chair"), context.today, parameters, calendar)
    if dated is not None:
        text = Text(
            f"代理主席{answers['acting']}的代理期限 {dated.day} 届满，请完成补选（{dated.timer.rule}）。",
            f"{answers['acting']} may act as chair until {dated.day}: finish the by-election ({dated.timer.rule}).",
        )
        _warn(context, f"acting:{context.case.id}", dated.day, "T-05", text)
    context.record(
        "acting_chair_entered", {"name": answers["acting"], "until": dated.day.isoformat() if dated else None}
    )
    return "acting"


@operation
def enter_departure(context: Context, *, step: str) -> JSON:
    """R-333, R-334: after a transfer or a removal the post is vacant, and the by-election follows as a case of its own."""
    answers = latest_answers(context, step)
    left_on = context.today if step == "propose_transfer" else date.fromisoformat(latest_held_on(context))
    _vacate(context, answers["office"], answers["person"], left_on)
    context.open_case("election", int(context.applicant_id or 0))
    return left_on.isoformat()


@operation
@reading
def decide_removal(context: Context) -> JSON:
    """R-334: "removed", "not_removed", "no_quorum" or "void", from the numbers both parties gave."""
    finding = removal_result(context)
    if context.case is not None:
        context.record("removal_decided", {"finding": finding.to_json()})
    return finding.verdict


@operation
def shift_term(context: Context) -> JSON:
    """R-332: the approved change of the term: "late" extends it once, "early" leads to the election before its end."""
    answers = latest_answers(context, "propose_shift")
    held_on, ends = date.fromisoformat(answers["held_on"]), _term_ends(context, answers)
    term = current_term(context)
    if held_on <= ends:
        return "early"
    if term is not None:
        before = {"extended_to": term.extended_to.isoformat() if term.extended_to else None}
        term.extended_to = held_on
        set_reminders(context, term, held_on)
        after = {"extended_to": held_on.isoformat()}
        context.record("term_extended", {"term": term.number, "before": before, "after": after})
    return "late"


@operation
def dissolve_union(context: Context) -> JSON:
    """R-103, R-104: term and offices end, and nothing falls due any more but the certificate's cancellation."""
    on = context.today
    stop_timers(context, "dissolved")
    term = current_term(context)
    if term is not None:
        term.ended_on = on
    for holder in current_holders(context):
        holder.until = max(holder.since, on)
    row = ledger_row(context)
    if row is not None:
        zone = context.session.get_one(Zone, row.zone_id, with_for_update=True)
        zone.ledger_version += 1
        before = {"union_form": row.union_form, "chair": row.chair}
        row.union_form = row.chair = row.chair_phone = row.audit_body = row.women_body = ""
        row.term_years = row.term_ends_on = None
        if row.stage in ("founded", "standardised"):
            row.stage = "served"
        context.record(
            "ledger_changed", {"enterprise": row.id, "before": before, "after": {"union_form": "", "chair": ""}}
        )
    certificate = context.session.scalar(
        select(Certificate.id).where(
            Certificate.organisation_id == books_of(context), Certificate.cancelled_on.is_(None)
        )
    )
    if certificate is not None:
        text = Text(
            "工会已经撤销，请办理法人资格注销登记，并由上级工会处理经费财产（DOC-41）。",
            "The union is dissolved: apply for the cancellation of its certificate; the superior union settles funds and "
            "property (DOC-41).",
        )
        set_timer(
            context, f"cancel:{context.case.id}", on + timedelta(days=1), "DOC-41", "applicant", "secretary", text
        )
    context.record("union_dissolved", {"on": on.isoformat(), "term": term.number if term else None})
    return on.isoformat()


# ---- checks ---------------------------------------------------------------------------------------------------------


@check
def vacancy_is_on_record(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-335, R-336: a post that was held, a day that has come, and an acting chair out of the committee."""
    mistakes = [*_in_office(context, answers)]
    if date.fromisoformat(answers["vacated_on"]) > context.today:
        mistakes.append(Mistake("/vacated_on", Text("空缺日期不能晚于今天。", "The vacancy cannot lie in the future.")))
    acting = str(answers.get("acting") or "").strip()
    if not acting:
        return mistakes
    if answers["office"] != "chair":
        mistakes.append(Mistake("/acting", Text("副主席空缺不设代理。", "Nobody acts for a vice-chair (R-335).")))
    party = lanes.acting_organisation(context.session, "party_committee", context.applicant_id or 0, context.today)
    committee = {same_name(one.name) for one in current_holders(context, "member", "vice_chair")}
    finding = terms.acting_chair(
        on_the_committee=not committee or same_name(acting) in committee,
        party_agrees=bool(answers.get("party_agrees")) if party else None,
        superior_agrees=True,
        parameters=context.rule_set.parameters,
    )
    if finding.verdict == "refused":
        mistakes += [Mistake("/acting", reason) for reason in finding.reasons]
    return mistakes


@check
def transfer_has_own_consent(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-333: the own committee agreed in a session with its quorum, by more than half of its members."""
    mistakes = [*_in_office(context, answers), *_past(context, answers, "held_on")]
    due, attending, in_favour = answers["committee_size"], answers["attending"], answers["in_favour"]
    if in_favour > attending:
        mistakes.append(Mistake("/in_favour", Text("赞成人数多于到会人数。", "More agree than attend.")))
    try:
        present = elections.attendance(due, attending, context.rule_set.parameters)
    except Invalid as invalid:
        return [*mistakes, *invalid.mistakes]
    needed = elections.majority(due)
    if outcome == "agreed" and present.verdict == "no_quorum":
        mistakes.append(Mistake("/attending", present.reasons[0]))
    elif outcome == "agreed" and in_favour < needed:
        mistakes.append(
            Mistake(
                "/in_favour",
                Text(
                    f"赞成 {in_favour} 人，不足全体委员过半数的 {needed} 人，本级工会委员会没有同意（R-333）。",
                    f"{in_favour} agree, more than half of all members is {needed}: the own committee has not agreed "
                    "(R-333).",
                ),
            )
        )
    return mistakes


@check
def removal_is_grounded(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-334, R-111: against somebody in office, after democratic evaluation, and by those who may call the meeting."""
    mistakes = [*_in_office(context, answers)]
    if not answers.get("evaluated"):
        mistakes.append(
            Mistake(
                "/evaluated",
                Text("罢免前须经民主测评（R-334）。", "A democratic evaluation comes before a removal (R-334)."),
            )
        )
    signatures, members = answers.get("signatures") or 0, answers["members"]
    try:
        called = changes.extraordinary_meeting(
            members,
            signatures,
            context.rule_set.parameters,
            committee_proposes=answers["proposed_by"] == "committee",
        )
    except Invalid as invalid:
        return [*mistakes, *invalid.mistakes]
    if called.verdict == "not_called":
        mistakes.append(Mistake("/signatures", called.reasons[0]))
    return mistakes


@check
def removal_vote_is_possible(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-334: numbers that can be true. Too few, or an open vote, are no mistake: they are stored and decided."""
    try:
        _removal(context, answers)
    except Invalid as invalid:
        return [*invalid.mistakes, *_past(context, answers, "held_on")]
    return list(_past(context, answers, "held_on"))


@check
def removal_vote_is_confirmed(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-318: the scrutineer's numbers are those of the record, or the vote is counted again."""
    if outcome != "confirm":
        return []
    held = latest_answers(context, "hold_removal")
    return [
        Mistake(
            f"/{field}",
            Text(
                f"与填报的不一致：{title.zh}，填报 {held[field]}，监票人 {answers[field]}。",
                f"This differs from the record: {title.en}, {held[field]} there, {answers[field]} here.",
            ),
        )
        for field, title in (("attending", Text("到会人数", "attending")), ("in_favour", Text("赞成票", "in favour")))
        if held[field] != answers[field]
    ]


@check
def shift_is_within_the_limit(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-332, R-341, T-07: early or late by six months at the most, and late only once."""
    term = current_term(context)
    if term is None and not answers.get("term_ends"):
        return [Mistake("/term_ends", Text("填写本届任期届满日期。", "Give the day on which the present term ends."))]
    finding = _shift(context, answers, superior_agrees=True)
    if finding.verdict == "on_time":
        return [
            Mistake(
                "/held_on",
                Text(
                    "与届满日期相同，按期换届即可，不需申请。",
                    "That is the last day of the term: nothing to apply for.",
                ),
            )
        ]
    if finding.verdict == "refused":
        return [Mistake("/held_on", reason) for reason in finding.reasons]
    return []


@check
def dissolution_is_adopted(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-103, R-104, R-109: the members adopt it, unless the employer has ended; nobody dissolves a union at will."""
    finding = founding.approval_needed(
        founding.Act.DISSOLUTION, context.rule_set.parameters, employer_ended=answers["cause"] == "employer_ended"
    )
    if finding.verdict == "report":
        return []
    due, attending, in_favour = (answers.get(field) or 0 for field in ("due", "attending", "in_favour"))
    mistakes = []
    if attending > due or in_favour > attending:
        mistakes.append(Mistake("/in_favour", Text("人数前后不符。", "These numbers cannot be true together.")))
    elif attending < elections.quorum(due) or in_favour < elections.majority(due) or not due:
        mistakes.append(
            Mistake(
                "/in_favour",
                Text(
                    f"撤销工会须经会员（代表）大会通过：到会 {elections.quorum(due)} 人以上，赞成 {elections.majority(due)} 人以上，"
                    "再报上一级工会批准（R-103、R-104）。",
                    f"A union is dissolved by its assembly: {elections.quorum(due)} attend and {elections.majority(due)} "
                    "agree; then the next higher union approves (R-103, R-104).",
                ),
            )
        )
    return mistakes


# ---- how ------------------------------------------------------------------------------------------------------------


def latest_held_on(context: Context) -> str:
    """The day of the meeting that voted on the removal."""
    return str(latest_answers(context, "hold_removal")["held_on"])


def _post(context: Context, office: str) -> terms.Post:
    if office == "vice_chair":
        return terms.Post.VICE_CHAIR
    return terms.Post.ENTERPRISE_CHAIR if is_enterprise(context) else terms.Post.CHAIR


def _vacancy(context: Context) -> tuple[str, date] | None:
    """The office and the day of the vacancy this case is about; None as long as there is none."""
    reported = latest_answers(context, "report_vacancy")
    if reported:
        return reported["office"], date.fromisoformat(reported["vacated_on"])
    return None


def _due(context: Context, office: str, vacated_on: date) -> Dated | None:
    calendar, parameters = settings.load(context.session).calendar, context.rule_set.parameters
    return terms.vacancy(_post(context, office), vacated_on, parameters, calendar)


def _vacate(context: Context, office: str, person: str, on: date) -> None:
    """End the office of a person, and set the clock of the by-election (T-04)."""
    ended = []
    for holder in current_holders(context, office):
        if same_name(holder.name) == same_name(person):
            holder.until = max(holder.since, on)
            ended.append(holder.id)
    row = ledger_row(context)
    if row is not None and office == "chair" and same_name(row.chair) == same_name(person):
        row.chair = row.chair_phone = ""
        context.session.get_one(Zone, row.zone_id, with_for_update=True).ledger_version += 1
    dated = _due(context, office, on)
    title = OFFICE[office]
    if dated is not None:
        text = Text(
            f"{title.zh}{person}的职位自 {on} 空缺，补选最迟 {dated.day}（{dated.timer.rule}）。",
            f"The post of {title.en}, {person}, is vacant since {on}: by-election by {dated.day} ({dated.timer.rule}).",
        )
        _warn(context, f"vacancy:{context.case.id}:{office}", dated.day, "T-04", text)
    context.record(
        "post_vacant",
        {
            "office": office,
            "person": person,
            "on": on.isoformat(),
            "due": dated.day.isoformat() if dated else None,
            "ended": ended,
        },
    )


def _warn(context: Context, name: str, last: date, rule: str, text: Text) -> None:
    """Remind the union a month before the last day, and its superior union once it has passed."""
    early = max(context.today + timedelta(days=1), last - WARNING)
    set_timer(context, f"{name}:remind", early, rule, "applicant", "secretary", text)
    set_timer(context, f"{name}:late", last + timedelta(days=1), rule, "superior_union", "leader", text)


def _in_office(context: Context, answers: Answers) -> Iterator[Mistake]:
    """The person holds the office, where the books know who does."""
    known = current_holders(context, answers["office"])
    if known and same_name(answers["person"]) not in {same_name(one.name) for one in known}:
        office = OFFICE[answers["office"]]
        names = "、".join(one.name for one in known)
        yield Mistake(
            "/person",
            Text(
                f"现任{office.zh}是{names}，不是{answers['person']}。",
                f"The {office.en} on record is {names}, not {answers['person']}.",
            ),
        )


def _past(context: Context, answers: Answers, field: str) -> Iterator[Mistake]:
    if date.fromisoformat(answers[field]) > context.today:
        yield Mistake(f"/{field}", Text("日期不能晚于今天。", "This day cannot lie in the future."))


def _removal(context: Context, answers: Answers) -> Finding:
    return changes.removal(
        answers["total"],
        answers["attending"],
        answers["in_favour"],
        context.rule_set.parameters,
        secret=bool(answers.get("secret")),
    )


def _term_ends(context: Context, answers: Answers) -> date:
    term = current_term(context)
    return term.ends_on if term is not None else date.fromisoformat(answers["term_ends"])


def _shift(context: Context, answers: Answers, *, superior_agrees: bool) -> Finding:
    term = current_term(context)
    return terms.change_of_term(
        _term_ends(context, answers),
        date.fromisoformat(answers["held_on"]),
        context.rule_set.parameters,
        superior_agrees=superior_agrees,
        extended_before=term is not None and term.extended_to is not None,
    )

"""After the superior union's reply: the term, who holds office, and what falls due later (R-110, R-331, T-06, T-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from workflows import settings
from workflows.deadlines import add_months
from workflows.engine.operations import JSON, Context, check, fact, operation
from workflows.errors import Mistake
from workflows.law import founding, terms, timers
from workflows.law.finding import Finding
from workflows.law.names import by_surname_strokes, same_name
from workflows.procedures.answers import rows
from workflows.procedures.election_record import Body, Record, is_zone, ledger_row, twice
from workflows.procedures.election_zone import founding_case
from workflows.procedures.legal_person_record import certificate_of, union_of
from workflows.storage.cases import Case
from workflows.storage.ledger import Zone
from workflows.storage.unions import Consent, OfficeHolder, Term, Timer
from workflows.text import Text

Answers = Mapping[str, Any]

OFFICES = {
    Body.COMMITTEE: "member",
    Body.CHAIR: "chair",
    Body.VICE_CHAIR: "vice_chair",
    Body.AUDIT: "audit_member",
    Body.AUDIT_HEAD: "audit_head",
}
LEADERS = ("chair", "vice_chair")
TERM_TEXT = "本届工会委员会任期 {ends} 届满，请按时换届（R-110、R-332）。"
TERM_TEXT_EN = "The committee's term ends on {ends}; hold the re-election in time (R-110, R-332)."
OVERDUE = Text(
    "下级工会任期 {ends} 已经届满，尚未换届；延期须经批准，不超过六个月（R-332、R-341）。",
    "The term of a union below ended on {ends} without re-election; an extension needs approval and is six months at "
    "most (R-332, R-341).",
)

# ---- the women's body (P15) -----------------------------------------------------------------------------------------


@fact
def womens_body_due(context: Context) -> Finding:
    """D-10 on the number of women members in the plan."""
    record = Record(context)
    women = int(record.plan.answers.get("women_members") or 0) if record.plan else 0
    return founding.womens_body(women, context.rule_set.parameters)


@check
def womens_body_fits(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-10, R-201–R-204, 4.6: founded together with the committee; its head leads, and sits in the committee."""
    record = Record(context)
    people = rows(answers, "women")
    mistakes = [
        Mistake(f"/women/{number}/name", Text("姓名重复填写。", "This name is there twice."))
        for number in twice(people)
    ]
    if record.plan is None or record.plan.by_election:
        return mistakes
    due = womens_body_due(context)
    posts = [row["post"] for row in people]
    fits = {
        "committee": posts.count("head") == 1 and "sole" not in posts,
        "member": posts == ["sole"],
        "not_applicable": not posts,
    }
    if not fits[due.verdict]:
        mistakes.append(Mistake("/women", due.reasons[0]))
    leaders = _names(record, Body.CHAIR, Body.VICE_CHAIR)
    committee = _names(record, Body.COMMITTEE)
    for number, row in enumerate(people):
        if row["post"] != "head":
            continue
        name = same_name(row["name"])
        if name not in leaders and (is_zone(context) or not row.get("deputy_treatment")):
            mistakes.append(
                Mistake(
                    f"/women/{number}/name",
                    Text(
                        "女职工委员会主任由工会女主席或者女副主席担任，也可以由享受同级副职待遇的人员担任（R-203）；集聚区工会"
                        "须由领导班子成员兼任（12.5，R-204）。",
                        "The head is the union's female chair or vice-chair, or somebody with a deputy's treatment "
                        "(R-203); in a zone a member of the leadership (12.5, R-204).",
                    ),
                )
            )
        elif name not in leaders | committee:
            mistakes.append(
                Mistake(
                    f"/women/{number}/name",
                    Text(
                        "女职工委员会主任应提名为工会委员会委员候选人（R-203）。",
                        "The head is put up for the union's committee (R-203).",
                    ),
                )
            )
    return mistakes


def _names(record: Record, *bodies: Body) -> set[str]:
    stands = record.everything()
    return {same_name(name) for body in bodies if body in stands for name in stands[body].elected}


# ---- the reply and what it brings about -----------------------------------------------------------------------------


@operation
def register_election(context: Context) -> JSON:
    """Enter the approved result: a new term, or the rest of the present one; who holds office; reminders.

    Answers the id of the term; None where a by-election knows of none, and where a zone's union is only being founded:
    its founding case makes the union and enters the result with it. Running it again changes nothing.
    """
    return None if founding_case(context) is not None else _enter_result(context)


def register_first_election(context: Context) -> int | None:
    """Enter, in the case that founded a zone's union, what its congress elected; answers the id of the term.

    The union is in the books already. None where the case held no election: a work committee is appointed (R-113). Running
    it again changes nothing.
    """
    election = context.session.scalars(
        select(Case)
        .where(Case.parent_id == context.case.id, Case.procedure == "election", Case.end == "elected")
        .order_by(Case.id.desc())
        .limit(1)
    ).first()
    if election is None:
        return None
    return _enter_result(
        replace(context, case=election, applicant_id=election.applicant_id, subject_id=election.subject_id)
    )


def _enter_result(context: Context) -> int | None:
    done = context.session.scalar(select(OfficeHolder.id).where(OfficeHolder.case_id == context.case.id).limit(1))
    if done is not None:
        return context.session.scalar(select(OfficeHolder.term_id).where(OfficeHolder.id == done))
    record = Record(context)
    held = record.last("open_meeting")
    if record.plan is None or held is None:
        raise LookupError("an election is registered that has not been held")
    elected_on = date.fromisoformat(held.answers["held_on"])
    chair_before = current_holders(context, "chair")
    if record.plan.by_election:
        term = current_term(context)
        _end_replaced(context, record, elected_on)
    else:
        term = _new_term(context, elected_on, int(record.plan.answers["term_years"]))
    _enter_holders(context, record, term, elected_on)
    context.session.flush()
    _use_consents(context, record)
    _tell_ledger(context, record, term)
    _tell_registration(context, record, chair_before)
    context.record(
        "election_registered",
        {
            "purpose": record.plan.purpose,
            "elected_on": elected_on.isoformat(),
            "term": term.number if term else None,
            "ends_on": term.ends_on.isoformat() if term else None,
            "elected": {body.value: list(stand.elected) for body, stand in record.everything().items()},
        },
    )
    return term.id if term else None


def books_of(context: Context) -> int:
    """The organisation in whose books terms and offices are entered: a zone's union once it is founded, else the applicant."""
    return union_of(context).organisation_id


def _read_for(context: Context) -> tuple[int, ...]:
    """Where terms and offices may stand: what was entered for a zone's office before its union was, still counts."""
    return (books_of(context), int(context.applicant_id or 0))


def current_term(context: Context) -> Term | None:
    """The term that runs, of the applicant's union."""
    query = (
        select(Term)
        .where(Term.organisation_id.in_(_read_for(context)), Term.ended_on.is_(None))
        .order_by(Term.began_on.desc(), Term.id.desc())
    )
    return context.session.scalars(query).first()


def current_holders(context: Context, *offices: str) -> list[OfficeHolder]:
    """Who holds these offices of the applicant's union now; all offices where none is named."""
    query = select(OfficeHolder).where(
        OfficeHolder.organisation_id.in_(_read_for(context)), OfficeHolder.until.is_(None)
    )
    if offices:
        query = query.where(OfficeHolder.office.in_(offices))
    return list(context.session.scalars(query.order_by(OfficeHolder.id)))


def set_reminders(context: Context, term: Term, ends: date) -> None:
    """T-06: reminders six, three and one month before a term ends, and once to the superior union when it has ended."""
    context.session.execute(
        update(Timer)
        .where(Timer.organisation_id == context.applicant_id, Timer.rule == "T-06", Timer.done_at.is_(None))
        .values(done_at=context.now, outcome="superseded")
    )
    for months in terms.REMINDERS:
        due = add_months(ends, -months)
        if due > context.today:
            text = {"zh": TERM_TEXT.format(ends=ends), "en": TERM_TEXT_EN.format(ends=ends)}
            data = {"relation": "applicant", "role": "secretary", "text": text}
            _set(context, f"term:{term.id}:{ends}:-{months}", "remind", due, "T-06", data)
    first = add_months(ends, -terms.REMINDERS[0])
    if first > context.today:
        _set(context, f"term:{term.id}:{ends}:case", "open_case", first, "T-06", {"procedure": "term_changes"})
    text = {"zh": OVERDUE.zh.format(ends=ends), "en": OVERDUE.en.format(ends=ends)}
    data = {"relation": "superior_union", "role": "leader", "text": text}
    _set(context, f"term:{term.id}:{ends}:overdue", "remind", ends + timedelta(days=1), "T-06", data)


def stop_timers(context: Context, because: str, *rules: str) -> None:
    """What was to fall due for the applicant's union no longer does."""
    query = update(Timer).where(Timer.organisation_id == context.applicant_id, Timer.done_at.is_(None))
    if rules:
        query = query.where(Timer.rule.in_(rules))
    context.session.execute(query.values(done_at=context.now, outcome=because))


def set_timer(context: Context, name: str, due: date, rule: str, relation: str, role: str, text: Text) -> None:
    """Remind whoever holds a role; setting it twice sets it once."""
    data = {"relation": relation, "role": role, "text": {"zh": text.zh, "en": text.en}}
    _set(context, name, "remind", due, rule, data)


def _set(context: Context, name: str, kind: str, due: date, rule: str, data: dict[str, Any]) -> None:
    if context.session.scalar(select(Timer.id).where(Timer.name == name)) is None:
        context.session.add(
            Timer(
                name=name,
                kind=kind,
                due_on=due,
                organisation_id=context.applicant_id,
                case_id=context.case.id,
                rule=rule,
                data=data,
            )
        )


def _new_term(context: Context, elected_on: date, years: int) -> Term:
    numbers = list(context.session.scalars(select(Term.number).where(Term.organisation_id.in_(_read_for(context)))))
    before = current_term(context)
    if before is not None:
        before.ended_on = elected_on
    stop_timers(context, "filled", "T-04", "T-05")
    for holder in current_holders(context):
        if holder.office != "cadre":
            holder.until = max(holder.since, elected_on)
    term = Term(
        organisation_id=books_of(context),
        number=max(numbers, default=0) + 1,
        began_on=elected_on,
        years=years,
        ends_on=terms.term(elected_on, years).ends,
        case_id=context.case.id,
    )
    context.session.add(term)
    context.session.flush()
    set_reminders(context, term, term.ends_on)
    return term


def _end_replaced(context: Context, record: Record, elected_on: date) -> None:
    """What a by-election fills is no longer vacant; whoever still stands in the books as chair, or acts, is not any more."""
    if record.plan is None:
        return
    if record.plan.seats(Body.CHAIR):
        for holder in current_holders(context, "chair", "acting_chair"):
            holder.until = max(holder.since, elected_on)
        stop_timers(context, "filled", "T-05")
    for body in (Body.CHAIR, Body.VICE_CHAIR):
        if record.plan.seats(body):
            context.session.execute(
                update(Timer)
                .where(
                    Timer.organisation_id == context.applicant_id,
                    Timer.rule == "T-04",
                    Timer.name.like(f"vacancy:%:{body.value}:%"),
                    Timer.done_at.is_(None),
                )
                .values(done_at=context.now, outcome="filled")
            )


def _enter_holders(context: Context, record: Record, term: Term | None, elected_on: date) -> None:
    for body, stand in record.everything().items():
        votes = {each.name: each.in_favour for each in stand.result.count.votes} if stand.result else {}
        for name in by_surname_strokes(stand.elected).names:
            _enter(context, term, elected_on, name, OFFICES[body], is_full_time(record, body), votes.get(name))
    for row in rows(record.answers("form_womens_body"), "women"):
        office = "women_head" if row["post"] == "head" else "women_member"
        _enter(context, term, elected_on, row["name"], office, False, None)


def _enter(
    context: Context, term: Term | None, since: date, name: str, office: str, full_time: bool, votes: int | None
) -> None:
    context.session.add(
        OfficeHolder(
            organisation_id=books_of(context),
            name=name,
            office=office,
            full_time=full_time,
            route="elected",
            since=since,
            term_id=term.id if term else None,
            case_id=context.case.id,
            details={} if votes is None else {"votes": votes},
        )
    )


def is_full_time(record: Record, body: Body) -> bool:
    """D-12: the plan says whether the chair, or the one vice-chair, is full-time."""
    if record.plan is None or record.plan.answers.get("full_time") != body.value:
        return False
    return body is Body.CHAIR or record.plan.seats(body) == 1


def _use_consents(context: Context, record: Record) -> None:
    """R-414: a consent ends when the person has been elected into the post."""
    if not is_zone(context):
        return
    stands = record.everything()
    taken = {
        (same_name(name), body.value)
        for body in (Body.CHAIR, Body.VICE_CHAIR)
        if body in stands
        for name in stands[body].elected
    }
    for consent in context.session.scalars(
        select(Consent).where(Consent.applicant_id == context.applicant_id, Consent.valid_until > context.today)
    ):
        if (same_name(consent.person), consent.office) in taken:
            consent.valid_until = context.today


def _tell_ledger(context: Context, record: Record, term: Term | None) -> None:
    """The ledger of an enterprise that has its union names the new chair and the new term."""
    row = ledger_row(context)
    if row is None or record.plan is None or not row.union_approval:
        return
    before = {"chair": row.chair, "term_ends_on": row.term_ends_on.isoformat() if row.term_ends_on else None}
    chairs = current_holders(context, "chair")
    if chairs:
        row.chair = chairs[-1].name
    if term is not None:
        row.term_years, row.term_ends_on = term.years, term.ends_on
    after = {"chair": row.chair, "term_ends_on": row.term_ends_on.isoformat() if row.term_ends_on else None}
    if before != after:
        zone = context.session.get_one(Zone, row.zone_id, with_for_update=True)
        zone.ledger_version += 1
        context.record("ledger_changed", {"enterprise": row.id, "before": before, "after": after})


def _tell_registration(context: Context, record: Record, chair_before: list[OfficeHolder]) -> None:
    """R-358, R-508, T-11: another chair is another legal representative; the certificate is to be changed in time."""
    chairs = current_holders(context, "chair")
    certificate = certificate_of(context, union_of(context))
    same = {same_name(one.name) for one in chair_before} == {same_name(one.name) for one in chairs}
    if certificate is None or certificate.kind != "legal_person" or not chairs or same:
        return
    calendar = settings.load(context.session).calendar
    dated = timers.date_of(timers.timer("T-11"), context.today, context.rule_set.parameters, calendar)
    if dated is None:
        return
    text = Text(
        f"工会主席变更为{chairs[-1].name}，法定代表人变更登记最迟 {dated.day} 申请（R-508）。",
        f"{chairs[-1].name} is the new chair: apply for the change of the legal representative by {dated.day} (R-508).",
    )
    remind = max(context.today + timedelta(days=1), dated.day - timedelta(days=15))
    set_timer(context, f"legal-person-change:{context.case.id}", remind, "T-11", "applicant", "secretary", text)

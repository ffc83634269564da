"""chair_consent 征得上级工会同意: what its diagram calls by name (P05; 豫工发〔2015〕13号 12.6, R-411 to R-415).

The law is asked, never restated: workflows.law.leaders says when a consent covers somebody and when silence may be
recorded, workflows.law.party_meetings what a meeting needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from workflows import settings
from workflows.deadlines import DeadlineRule, Kind, Unit, add_months, derive
from workflows.engine.operations import JSON, OFFICE_ZONE, Context, check, fact, operation
from workflows.errors import Mistake
from workflows.law import leaders, party_meetings
from workflows.law.finding import Confidence, Finding
from workflows.law.zone_forms import ZoneForm
from workflows.procedures.answers import latest_answers, rows, same_name
from workflows.procedures.zone_leaders import (
    enter_office,
    form_of,
    in_office,
    is_founding,
    leave_office,
    office_title,
    outcome_in,
    parent_of,
)
from workflows.storage.cases import Task, TaskKind, TaskStatus
from workflows.storage.papers import Attachment, Paper
from workflows.storage.unions import Consent, Timer
from workflows.text import Text

Answers = Mapping[str, Any]
EXPRESS, DEEMED = "express", "deemed"
ACTIONS = {"appoint": Text("任", "appoint"), "remove": Text("免", "remove"), "move": Text("调整", "move")}

# ---- operations -----------------------------------------------------------------------------------------------------


@operation
def watch_consent_letter(context: Context) -> JSON:
    """R-413, T-13: remind the superior union before the month is over, and both heads when it is. Decides nothing."""
    letter = _letter(context)
    number = letter.number_text if letter is not None else context.case.number
    rules = context.rule_set.parameters
    remind, escalate = leaders.consent_watch(context.today, rules, settings.load(context.session).calendar)
    reminder = Text(
        f"《征求意见函》（{number}）尚未答复，{escalate.end}满一个月。",
        f"The letter {number} asking for consent is not answered; the month ends on {escalate.end}.",
    )
    expired = Text(
        f"《征求意见函》（{number}）已满一个月未答复，请双方负责人处理；逾期不视为同意（R-413）。",
        f"The letter {number} has not been answered for a month: both heads are asked; silence is no consent (R-413).",
    )
    _remind(context, "remind", remind.end, "superior_union", reminder)
    _remind(context, "escalate", escalate.end, "superior_union", expired)
    _remind(context, "escalate", escalate.end, "party_committee", expired)
    return number


@operation
def record_consent_answer(context: Context, *, answer: str | None, silence: str | None) -> JSON:
    """Write what came of the letter: consents to each person and post, appointments of a work committee, or nothing.

    `answer` is the outcome of the superior union's step, `silence` that of the step for a letter nobody answered. The
    answer of this operation is "express", "deemed", "appointed" or "none". Idempotent.
    """
    _end_watch(context)
    given_on = context.today
    if answer in ("consent", "appoint"):
        kind, basis = EXPRESS, ""
    elif silence == "deemed":
        kind, basis = DEEMED, str(latest_answers(context, "no_reply").get("legal_basis", ""))
    else:
        return "none"
    people = rows(latest_answers(context, "propose"), "people")
    letter = _letter(context)
    recorded = [_record_consent(context, row, kind, given_on, basis, used=answer == "appoint") for row in people]
    context.record(
        "consent_recorded",
        {
            "kind": kind,
            "given_on": given_on.isoformat(),
            "legal_basis": basis,
            "letter": letter.number_text if letter else "",
            "people": [{"name": row["name"], "office": row["post"], "action": row["action"]} for row in people],
            "consents": recorded,
        },
    )
    if answer == "appoint":
        _appoint(context, people)
        return "appointed"
    return kind


def _record_consent(
    context: Context, row: Mapping[str, Any], kind: str, given_on: date, basis: str, *, used: bool
) -> int:
    """One person, one post, one action (R-414). A consent that is used at once, by an appointment, ends at once."""
    already = context.session.scalars(
        select(Consent).where(
            Consent.case_id == context.case.id,
            Consent.person == row["name"],
            Consent.office == row["post"],
            Consent.action == row["action"],
            Consent.given_on == given_on,
        )
    ).first()
    if already is None:
        months = context.rule_set.parameters.integer("consent.validity")
        already = Consent(
            applicant_id=context.applicant_id,
            person=row["name"],
            office=row["post"],
            action=row["action"],
            kind=kind,
            given_on=given_on,
            valid_until=context.today if used else add_months(given_on, months),
            legal_basis=basis,
            case_id=context.case.id,
        )
        context.session.add(already)
        context.session.flush()
    return already.id


def _appoint(context: Context, people: list[dict[str, Any]]) -> None:
    """R-113, R-415: in a work committee the superior union's reply is the appointment."""
    for row in people:
        if row["action"] == "appoint":
            enter_office(
                context, row["name"], row["post"], full_time=row["tenure"] == "full_time", route=_route(context, row)
            )
        else:
            leave_office(context, row["name"], row["post"], row["action"])
    changes = [{"name": row["name"], "office": row["post"], "action": row["action"]} for row in people]
    context.record("leaders_appointed", {"changes": changes})


def _route(context: Context, row: Mapping[str, Any]) -> str:
    """How a full-time vice-chair came, when a staffing case asked for the consent (12.2, 12.3)."""
    parent = parent_of(context)
    if parent is None or parent.procedure != "cadre_staffing" or row["post"] != "vice_chair":
        return "appointed"
    chosen = outcome_in(context, parent, "choose_matter")
    return {"staffing_route": "staffing", "dispatch_route": "dispatch"}.get(chosen or "", "appointed")


def _remind(context: Context, sort: str, due_on: date, relation: str, text: Text) -> None:
    name = f"chair_consent:{context.case.id}:{_round(context)}:{sort}:{relation}"
    if context.session.scalar(select(exists().where(Timer.name == name))):
        return
    context.session.add(
        Timer(
            name=name,
            kind="remind",
            due_on=due_on,
            organisation_id=context.applicant_id,
            case_id=context.case.id,
            rule="R-413",
            data={
                "relation": relation,
                "role": "leader",
                "text": {"zh": text.zh, "en": text.en},
                "while_open": True,
            },
        )
    )


def _end_watch(context: Context) -> None:
    """An answered letter is no longer reminded of."""
    waiting = select(Timer).where(
        Timer.case_id == context.case.id, Timer.name.like("chair_consent:%"), Timer.done_at.is_(None)
    )
    for timer in context.session.scalars(waiting):
        timer.done_at, timer.outcome = context.now, "answered"


def _round(context: Context) -> int:
    """How many letters the case has sent."""
    query = select(Task.id).where(
        Task.case_id == context.case.id, Task.step == "propose", Task.status == TaskStatus.DONE
    )
    return len(context.session.scalars(query).all())


# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def consent_state(context: Context) -> Finding:
    """R-411, R-413, R-414: what the superior union answered and until when it holds.

    "consented", "deemed", "missing", or "not_asked" before there is a letter.
    """
    people = rows(latest_answers(context, "propose"), "people")
    found = [_consent(context, row) for row in people]
    verdict = "missing" if found else "not_asked"
    if found and all(one.verdict == "consented" for one in found):
        verdict = DEEMED if any(one.numbers.get("deemed") for one in found) else "consented"
    return Finding(
        verdict=verdict,
        title=_STATES[verdict],
        rule="R-411, R-413, R-414",
        numbers={},
        reasons=tuple(one.reasons[0] for one in found) or (_GATE,),
        source="豫工发〔2015〕13号 12.6",
        confidence=Confidence.SOURCED.value,
        flags=tuple(dict.fromkeys(flag for one in found for flag in one.flags)),
    )


_STATES = {
    "consented": Text("已征得上级工会同意", "The superior union agreed"),
    DEEMED: Text("记录为视为同意，不是明示的同意", "Recorded as deemed consent, not an express one"),
    "not_asked": Text("尚未征求上级工会意见", "The superior union has not been asked yet"),
    "missing": Text("还没有上级工会的同意", "No consent of the superior union yet"),
}
_GATE = Text(
    "没有征得上级工会对该人选、该职务的同意，不得作出任免决定（12.6，R-411）。",
    "Nothing is decided without the superior union's consent to the person and the post (12.6, R-411).",
)


def _consent(context: Context, row: Mapping[str, Any]) -> Finding:
    """Whether a consent covers this person, post and action today."""
    given = context.session.scalars(
        select(Consent).where(Consent.applicant_id == context.applicant_id, Consent.action == row["action"])
    )
    return leaders.consent(
        [leaders.Consent(one.person, one.office, one.given_on, deemed=one.kind == DEEMED) for one in given],
        row["name"],
        row["post"],
        context.today,
        context.rule_set.parameters,
    )


# ---- checks: the letter ---------------------------------------------------------------------------------------------


@check
def letter_fits_the_posts(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.1–12.5, R-423: who is proposed for what, held against who is in office."""
    if outcome != "submit":
        return []
    people = rows(answers, "people")
    if not people:
        return [Mistake("/people", Text("请填写人选。", "Enter who is proposed."))]
    form = form_of(context)
    return [
        *_twice(people),
        *_one_chair(context, people),
        *_known_offices(people, form),
        *_leaving(context, people, form),
        *_full_time(context, people),
    ]


def _twice(people: list[dict[str, Any]]) -> Iterator[Mistake]:
    seen: Counter[tuple[str, str]] = Counter()
    for number, row in enumerate(people):
        key = (same_name(row["name"]), row["post"])
        seen[key] += 1
        if seen[key] == 2:
            yield Mistake(
                f"/people/{number}/name", Text(f"{row['name']}重复填写。", f"{row['name']} is entered twice.")
            )


def _one_chair(context: Context, people: list[dict[str, Any]]) -> Iterator[Mistake]:
    chairs = sum(row["post"] == "chair" and row["action"] == "appoint" for row in people)
    if chairs > 1 or (is_founding(context) and chairs != 1):
        yield Mistake("/people", Text("主席（主任）人选须为1名。", "There is exactly one candidate for chair."))
    if is_founding(context) and any(row["action"] != "appoint" for row in people):
        yield Mistake("/people", Text("新建工会只提出任职人选。", "For a new union persons are only appointed."))


def _known_offices(people: list[dict[str, Any]], form: str | None) -> Iterator[Mistake]:
    for number, row in enumerate(people):
        if row["post"] == "member" and form != ZoneForm.WORK_COMMITTEE:
            yield Mistake(
                f"/people/{number}/post",
                Text(
                    "委员由选举产生，不须征求任免意见；只有工会工作委员会的委员由上级工会任命（R-113、R-415）。",
                    "Members are elected; only those of a work committee are appointed by the superior union (R-113).",
                ),
            )
        if row["action"] != "appoint" and not str(row.get("reason", "")).strip():
            yield Mistake(
                f"/people/{number}/reason",
                Text(
                    "免职、调整的，请写明事由和去向。", "For a removal or move, say why and what the person does next."
                ),
            )


def _leaving(context: Context, people: list[dict[str, Any]], form: str | None) -> Iterator[Mistake]:
    """Nobody is removed from an office that, by the register, somebody else holds."""
    holders = in_office(context)
    for number, row in enumerate(people):
        held_by = [same_name(holder.name) for holder in holders if holder.office == row["post"]]
        if row["action"] != "appoint" and held_by and same_name(row["name"]) not in held_by:
            title = office_title(row["post"], form)
            yield Mistake(
                f"/people/{number}/name",
                Text(f"{row['name']}不是现任{title.zh}。", f"{row['name']} is not {title.en} now."),
            )


def _full_time(context: Context, people: list[dict[str, Any]]) -> Iterator[Mistake]:
    """R-423: 12.2 and 12.3 are two ways to one post."""
    leaving = {same_name(row["name"]) for row in people if row["post"] == "vice_chair" and row["action"] != "appoint"}
    filled = {
        same_name(holder.name) for holder in in_office(context) if holder.office == "vice_chair" and holder.full_time
    } - leaving
    for number, row in enumerate(people):
        if row["post"] != "vice_chair" or row["action"] != "appoint" or row["tenure"] != "full_time":
            continue
        name = same_name(row["name"])
        finding = leaders.full_time_vice_chair(len(filled - {name}), context.rule_set.parameters)
        if finding.verdict == "refused":
            yield Mistake(
                f"/people/{number}/tenure",
                Text(
                    f"专职副主席只配备1名：{finding.reasons[0].zh}{finding.alternatives[0].zh}",
                    f"One full-time vice-chair only: {finding.reasons[0].en} {finding.alternatives[0].en}",
                ),
            )
        filled.add(name)


@check
def letter_has_its_enclosures(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """DOC-13, R-333, R-415: what must be enclosed depends on what the letter asks for."""
    if outcome != "submit":
        return []
    actions = {row["action"] for row in rows(answers, "people")}
    form = form_of(context)
    wanted = {
        "inspection": "appoint" in actions,
        "committee_resolution": "move" in actions and form != ZoneForm.WORK_COMMITTEE,
        "minutes": form == ZoneForm.WORK_COMMITTEE,
    }
    attached = _attached(context, "propose")
    return [
        Mistake(f"/materials/{key}", _ENCLOSURES[key])
        for key, needed in wanted.items()
        if needed and key not in attached
    ]


_ENCLOSURES = {
    "inspection": Text(
        "提出任职人选的，请上传考察材料（DOC-13）。", "For an appointment upload the inspection report (DOC-13)."
    ),
    "committee_resolution": Text(
        "任期内调动主席、副主席，须经本级工会委员会同意，请上传委员会会议决议（R-333）。",
        "To transfer a chair or vice-chair in mid-term the union's own committee agrees: upload its resolution (R-333).",
    ),
    "minutes": Text(
        "工会工作委员会的任免由上级工会一并批复，请上传党工委会议纪要（R-415）。",
        "For a work committee one reply agrees and appoints: upload the minutes of the Party work committee (R-415).",
    ),
}


# ---- checks: the answer ---------------------------------------------------------------------------------------------


@check
def answer_fits_the_union(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-113, R-415: a work committee is appointed in the same reply; every other leader is elected afterwards."""
    one_reply = leaders.appointment_in_one_reply(form_of(context) or "")
    if outcome == "consent" and one_reply:
        return [
            Mistake(
                "/outcome",
                Text(
                    "工会工作委员会由上级工会任命，请选择“同意并任命”（R-415）。",
                    "The superior union appoints a work committee: choose “Agree and appoint” (R-415).",
                ),
            )
        ]
    if outcome == "appoint" and not one_reply:
        return [
            Mistake(
                "/outcome",
                Text(
                    "总工会、工会联合会的主席、副主席由选举产生，不能任命，请选择“同意”（R-113）。",
                    "Leaders of a general union or federation are elected, not appointed: choose “Agree” (R-113).",
                ),
            )
        ]
    return []


@check
def party_group_met(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """Practice 4.1: the superior union answers by its Party group, after the letter came, with the attendance needed."""
    return [*_meeting(context, answers, _letter_day(context), agrees=outcome in ("consent", "appoint"))]


def _meeting(context: Context, answers: Answers, not_before: date | None, *, agrees: bool) -> Iterator[Mistake]:
    wrong_day = party_meetings.day_mistake(date.fromisoformat(answers["held_on"]), not_before, context.today)
    if wrong_day is not None:
        yield Mistake("/held_on", wrong_day)
    yield from party_meetings.mistakes(answers["due"], answers["present"], answers["in_favour"], agrees=agrees)


@check
def silence_may_be_recorded(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-412, R-413: a month after receipt, with legal basis and proof; never for a work committee, which is appointed."""
    if outcome != "deemed":
        return []
    if leaders.appointment_in_one_reply(form_of(context) or ""):
        return [
            Mistake(
                "/outcome",
                Text(
                    "工会工作委员会须由上级工会任命，不能以视为同意代替（R-113、R-415）。",
                    "A work committee has to be appointed; a deemed consent cannot replace that (R-113, R-415).",
                ),
            )
        ]
    mistakes = [
        Mistake(f"/{name}", text)
        for name, text in _NEEDED_FOR_SILENCE.items()
        if not str(answers.get(name, "")).strip()
    ]
    if mistakes:
        return mistakes
    received_on, sent_on = date.fromisoformat(answers["received_on"]), _letter_day(context)
    if sent_on is not None and received_on < sent_on:
        return [Mistake("/received_on", Text("收函日期早于发函日期。", "The letter was received before it was sent."))]
    return [*_month_after(context, received_on)]


def _month_after(context: Context, received_on: date) -> Iterator[Mistake]:
    """The month ends as every deadline does: on the next working day when it ends on a day off (Civil Code 203)."""
    rule = DeadlineRule(context.rule_set.parameters.integer("consent.leaders"), Unit.MONTHS, Kind.ACT_BY, "R-412")
    last = derive(received_on, rule, settings.load(context.session).calendar).end
    if context.today <= last:
        yield Mistake(
            "/received_on",
            Text(
                f"自{received_on}收函起一个月，{last}届满；届满后才可以记录视为同意（R-412、R-413）。",
                f"A month from receipt on {received_on} ends on {last}; only then may it be recorded (R-412, R-413).",
            ),
        )


_NEEDED_FOR_SILENCE = {
    "received_on": Text("请填写上级工会收函日期。", "Give the day on which the superior union received the letter."),
    "legal_basis": Text("记录视为同意，须写明依据（R-413）。", "A deemed consent needs its legal basis (R-413)."),
}


# ---- checks: the decision -------------------------------------------------------------------------------------------


@check
def decision_has_consent(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-411, R-414 (12.6): the Party work committee decides on nobody to whom the superior union did not agree."""
    if outcome != "decide":
        return []
    mistakes = []
    people = rows(answers, "people")
    if not people:
        mistakes.append(Mistake("/people", Text("请填写决定的人选。", "Enter on whom it was decided.")))
    for number, row in enumerate(people):
        finding = _consent(context, row)
        if finding.verdict != "consented":
            done, title = ACTIONS[row["action"]], office_title(row["post"], form_of(context))
            mistakes.append(
                Mistake(
                    f"/people/{number}/name",
                    Text(
                        f"{row['name']}（{done.zh}{title.zh}）没有征得上级工会同意：{finding.reasons[0].zh}",
                        f"{row['name']} ({done.en}, {title.en}): the superior union did not agree. "
                        f"{finding.reasons[0].en}",
                    ),
                )
            )
    return mistakes


@check
def party_committee_met(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """Practice 4.1, step 6: the meeting decides after the consent, never before, with the attendance needed."""
    if outcome != "decide":
        return []
    empty = [Mistake(f"/{name}", text) for name, text in _NEEDED_TO_DECIDE.items() if name not in answers]
    return empty or [*_meeting(context, answers, _consented_on(context), agrees=True)]


_NEEDED_TO_DECIDE = {
    "meeting": Text("请填写作出决定的会议名称。", "Name the meeting that decided."),
    "held_on": Text("请填写会议日期。", "Give the day of the meeting."),
    "due": Text("请填写应到人数。", "Give how many should attend."),
    "present": Text("请填写实到人数。", "Give how many came."),
    "in_favour": Text("请填写同意人数。", "Give how many agreed."),
}


# ---- what the case holds --------------------------------------------------------------------------------------------


def _letter(context: Context) -> Paper | None:
    return context.session.scalars(
        select(Paper)
        .where(Paper.case_id == context.case.id, Paper.name == "consent_letter", Paper.status == "issued")
        .order_by(Paper.id.desc())
    ).first()


def _letter_day(context: Context) -> date | None:
    """When the letter was sent: the day the last proposal was submitted."""
    sent = context.session.scalar(
        select(Task.closed_at)
        .where(Task.case_id == context.case.id, Task.step == "propose", Task.status == TaskStatus.DONE)
        .order_by(Task.id.desc())
        .limit(1)
    )
    return sent.astimezone(OFFICE_ZONE).date() if sent is not None else None


def _consented_on(context: Context) -> date | None:
    return context.session.scalar(
        select(Consent.given_on).where(Consent.case_id == context.case.id).order_by(Consent.id.desc()).limit(1)
    )


def _attached(context: Context, step: str) -> set[str]:
    """The materials uploaded at the open task of a step; none before there is a case."""
    if context.case is None:
        return set()
    return set(
        context.session.scalars(
            select(Attachment.material)
            .join(Task, Task.id == Attachment.task_id)
            .where(
                Task.case_id == context.case.id,
                Task.step == step,
                Task.kind == TaskKind.STEP,
                Task.status == TaskStatus.OPEN,
                Attachment.removed_at.is_(None),
            )
        )
    )

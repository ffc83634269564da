"""The superior union's consent to those who lead a zone's union, held against an election (12.6, R-411, R-414)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import Context, check
from workflows.errors import Mistake
from workflows.law.names import by_surname_strokes, same_name
from workflows.procedures.answers import rows
from workflows.procedures.election_record import Body, Record, Stage, is_zone
from workflows.storage.cases import Task, TaskStatus
from workflows.storage.unions import Consent
from workflows.text import Text

LEADERS = (Body.CHAIR, Body.VICE_CHAIR)
_STANDS_FOR = {"chair": Body.CHAIR, "vice_chair": Body.VICE_CHAIR, "audit_head": Body.AUDIT}


def consents_on(context: Context, day: date) -> list[Consent]:
    """The consents to an appointment that count on a day, in the order in which they were given."""
    return list(
        context.session.scalars(
            select(Consent)
            .where(
                Consent.applicant_id == context.applicant_id,
                Consent.action == "appoint",
                Consent.given_on <= day,
                Consent.valid_until >= day,
            )
            .order_by(Consent.id)
        )
    )


def consented_candidates(context: Context) -> list[dict[str, Any]]:
    """Rows of the form of candidates for those the superior union agreed to, with the post they have now."""
    found: dict[str, dict[str, Any]] = {}
    for consent in consents_on(context, context.today):
        name, standing = same_name(consent.person), _STANDS_FOR.get(consent.office)
        if standing is not None and name not in found:
            row = _proposed(context, consent)
            post = {"current_post": row["current_post"]} if row.get("current_post") else {}
            found[name] = {"name": consent.person, **post, "standing": standing.value}
    return list(found.values())


def consented_to(context: Context, body: Body) -> list[dict[str, Any]]:
    """Who may stand for a leading post today, each person once, as last proposed to the superior union."""
    agreed = [consent for consent in consents_on(context, context.today) if consent.office == body.value]
    return [_proposed(context, consent) for consent in {same_name(one.person): one for one in agreed}.values()]


def _proposed(context: Context, consent: Consent) -> dict[str, Any]:
    """What the letter said of the person; only the name where the letter is not on record here."""
    answers = context.session.scalar(
        select(Task.answers)
        .where(Task.case_id == consent.case_id, Task.step == "propose", Task.status == TaskStatus.DONE)
        .order_by(Task.id.desc())
        .limit(1)
    )
    return next(
        (
            row
            for row in rows(answers or {}, "people")
            if row.get("post") == consent.office and same_name(row["name"]) == same_name(consent.person)
        ),
        {"name": consent.person},
    )


def without_consent(context: Context, leaders: Iterable[tuple[str, str]], day: date) -> Iterator[tuple[int, Text]]:
    """R-411, R-414: which of these (name, post) are not covered by a consent on a day, by place, and what is wrong.

    Only the union of a zone needs one, and only for its chair and vice-chairs.
    """
    if not is_zone(context):
        return
    given = {(same_name(consent.person), consent.office) for consent in consents_on(context, day)}
    for number, (name, post) in enumerate(leaders):
        if post in LEADERS and (same_name(name), post) not in given:
            label = Body(post).label
            yield (
                number,
                Text(
                    f"{name}任{label.zh}没有征得上级工会同意，或者同意到 {day} 已经失效；同意只对所报人选和职务有效"
                    "（R-411、R-414）。",
                    f"The superior union did not agree to {name} as {label.en}, or no longer on {day}; consent covers the "
                    "person and the post (R-411, R-414).",
                ),
            )


def elected_without_consent(record: Record) -> list[Text]:
    """Who was elected to lead without a consent that counted on election day. Empty where none is needed."""
    found: list[Text] = []
    if record.plan is None:
        return found
    in_meeting = record.plan.bodies(Stage.MEETING)
    for body, stand in record.everything().items():
        direct = any(body in turn for turn in in_meeting)
        held = record.last("open_meeting" if direct else "open_first_session")
        if body in LEADERS and held is not None:
            names = by_surname_strokes(stand.elected).names
            day = date.fromisoformat(held.answers["held_on"])
            found += [why for _, why in without_consent(record.context, [(name, body.value) for name in names], day)]
    return found


@check
def result_has_consent(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """R-411, R-414 (12.6): a zone's chair or vice-chair elected without consent is never approved, only refused."""
    if outcome != "approve":
        return []
    return [Mistake("/outcome", why) for why in elected_without_consent(Record(context))]

"""What is special about electing the committee of a zone's union: its congress, its ledger, and the case that founds it.

P02, P04, R-114, R-337: the rules of basic-level elections apply correspondingly; delegates elect, out of all enterprises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, select

from workflows.engine.operations import Context
from workflows.errors import Mistake
from workflows.law.basis import Basis
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.terms import allowed_years
from workflows.law.zone_forms import ZoneForm
from workflows.procedures.answers import latest_answers
from workflows.procedures.election_consents import consented_to
from workflows.procedures.election_record import Body, Plan, is_zone, term_of
from workflows.procedures.zone_leaders import outcome_in, parent_of
from workflows.storage.cases import Case
from workflows.storage.ledger import Enterprise, Zone
from workflows.text import Text

FOUNDING = "founding"  # the purpose of an election
CONGRESS = Basis(
    "R-114, R-337", "中国工会章程第12条；工会基层组织选举工作条例（总工发〔2016〕27号）第41条", Confidence.HIGH
)


def founding_case(context: Context) -> Case | None:
    """The case of zone_union that waits for this election."""
    parent = parent_of(context)
    return parent if parent is not None and parent.procedure == "zone_union" and context.case.parent_token else None


def seats_allotted(context: Context) -> int | None:
    """R-114: how many delegates the founding case of a federation has allotted; None where it allots none."""
    founding = founding_case(context)
    if founding is None or outcome_in(context, founding, "choose_form") != ZoneForm.FEDERATION:
        return None
    total = latest_answers(replace(context, case=founding), "allocate_seats").get("total")
    return None if total is None else int(total)


def zone_outlook(context: Context) -> Finding:
    """What the zone's ledger means for the election of its union, before anything is typed: "known" or "no_verdict"."""
    found = _ledger(context)
    if found.get("members") is None:
        missing = Text(
            "台账中没有各企业的会员人数；请准备会员统计，方案中如实填写。",
            "The ledger has no numbers of members of the enterprises; have them at hand.",
        )
        title = Text("由会员代表大会选举", "A congress of delegates elects")
        return CONGRESS.finding("no_verdict", title, {}, missing=(missing,))
    numbers: dict[str, Scalar] = {name: count for name, count in found.items() if count is not None}
    reason = Text(
        f"台账中各企业会员合计 {found['members']} 人；由会员代表大会选举，法定人数和当选票数按代表人数计算（R-312、R-323）。",
        f"The ledger counts {found['members']} members in all enterprises; a congress elects, and quorum and majority count "
        "from its delegates (R-312, R-323).",
    )
    consent = Text(
        "主席、副主席候选人须是征得上级工会同意的人选（12.6，R-411）。",
        "Only those to whom the superior union agreed may stand for chair or vice-chair (12.6, R-411).",
    )
    return CONGRESS.finding(
        "known", Text("由会员代表大会选举", "A congress of delegates elects"), numbers, reason, consent
    )


def zone_plan(context: Context) -> dict[str, Any]:
    """With what the plan of a zone begins: the ledger's counts, the seats allotted, and the posts that have consent."""
    found = {name: count for name, count in _ledger(context).items() if count is not None}
    begun: dict[str, Any] = {**found, "meeting_kind": "congress", "chair_mode": "by_committee"}
    if founding_case(context) is None:
        return begun
    years = allowed_years(term_of(context), context.rule_set.parameters)
    vice_chairs = consented_to(context, Body.VICE_CHAIR)
    full_time = [
        body.value
        for body in (Body.CHAIR, Body.VICE_CHAIR)
        if any(row.get("tenure") == "full_time" for row in consented_to(context, body))
    ]
    begun |= {
        "session_number": 1,
        "chair_competition": "equal",
        "vice_chairs": len(vice_chairs),
        "full_time": full_time[0] if full_time else "none",
        "organisers": "产业集聚区工会筹备组",
    }
    if len(years) == 1:
        begun["term_years"] = years[0]
    if (delegates := seats_allotted(context)) is not None:
        begun["representatives"] = delegates
    return begun


def zone_plan_mistakes(context: Context, plan: Plan) -> Iterator[Mistake]:
    """R-114, R-304, R-411: what the plan of a zone may not say beside what no plan may say."""
    if not is_zone(context):
        return
    if plan.answers["meeting_kind"] == "assembly":
        yield Mistake(
            "/meeting_kind",
            Text(
                "产业集聚区工会由会员代表大会选举（R-114、R-337）。",
                "The union of a zone is elected by a congress of delegates (R-114, R-337).",
            ),
        )
    allotted = seats_allotted(context)
    if allotted is not None and plan.due != allotted:
        yield Mistake(
            "/representatives",
            Text(
                f"组建办件分配了 {allotted} 个代表名额，与填报的 {plan.due} 人不符（R-114）。",
                f"The founding case allotted {allotted} seats; {plan.due} delegates were given (R-114).",
            ),
        )
    if founding_case(context) is not None:
        yield from _posts_have_consent(context, plan)


def _posts_have_consent(context: Context, plan: Plan) -> Iterator[Mistake]:
    """Nobody but those agreed to may stand, so a plan with more candidates than these could not be carried out."""
    competitive = plan.answers.get("chair_competition") != "equal"
    wanted = {Body.CHAIR: plan.seats(Body.CHAIR) + int(competitive), Body.VICE_CHAIR: plan.seats(Body.VICE_CHAIR)}
    fields = {Body.CHAIR: "/chair_competition", Body.VICE_CHAIR: "/vice_chairs"}
    for body, number in wanted.items():
        agreed = len(consented_to(context, body))
        if number > agreed:
            label = body.label
            yield Mistake(
                fields[body],
                Text(
                    f"上级工会同意的{label.zh}人选为 {agreed} 名，按方案须有 {number} 名（R-411、R-414）。",
                    f"The superior union agreed to {agreed} candidate(s), {label.en}; the plan needs {number} "
                    "(R-411, R-414).",
                ),
            )


def union_named(context: Context) -> str | None:
    """The union of a zone by its form, also while it is being founded; None for any other."""
    zone = context.session.scalars(select(Zone).where(_is_of(context))).first()
    form = term_of(context).value
    return f"{zone.name}{ZoneForm(form).label.zh}" if zone is not None and form in set(ZoneForm) else None


def _ledger(context: Context) -> dict[str, int | None]:
    """Members, women members and employees of the zone's enterprises in operation; None where none is reported."""
    totals = context.session.execute(
        select(func.sum(Enterprise.members), func.sum(Enterprise.women_members), func.sum(Enterprise.employees))
        .join(Zone, Zone.id == Enterprise.zone_id)
        .where(_is_of(context), Enterprise.operating.is_(True))
    ).one()
    return {
        name: None if total is None else int(total)
        for name, total in zip(("members", "women_members", "employees"), totals, strict=True)
    }


def _is_of(context: Context) -> ColumnElement[bool]:
    return (Zone.office_id == context.applicant_id) | (Zone.union_id == context.applicant_id)

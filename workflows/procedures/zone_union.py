"""zone_union 产业集聚区组建工会: what its diagram calls by name (P01–P04; policy 豫工发〔2015〕13号, articles 11 and 12).

The law is asked, never restated: which form a zone may have in workflows.law.zone_forms. Its leaders get their consent in a
child case of chair_consent and are elected in one of election. What earlier versions of the diagram name stands in
workflows.procedures.zone_union_earlier_versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import JSON, Context, check, fact, operation, reading
from workflows.errors import Mistake
from workflows.law.finding import Finding
from workflows.law.zone_forms import ZoneForm, may_choose
from workflows.ledger import zones
from workflows.procedures import new_unions
from workflows.procedures.answers import latest_answers, latest_outcome, rows
from workflows.procedures.election_office import register_first_election
from workflows.procedures.election_record import twice
from workflows.procedures.legal_person_record import open_registration
from workflows.procedures.zone_leaders import enter_office, office_title
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.storage.unions import OfficeHolder, Term
from workflows.text import Text

SHORTEST_REASON = 10  # characters

# ---- operations and facts -------------------------------------------------------------------------------------------


@fact
def zone_form(context: Context) -> Finding:
    """D-01 on today's ledger: which form of union the zone may have, with numbers, reasons and what is missing."""
    return zones.zone_form_finding(context.session, _zone_id(context), context.today, context.rule_set)


@fact
def office_independence(context: Context) -> Finding:
    """11.2, P48: whether the zone's union office stands by itself, or was put into a department: "independent" or "alert"."""
    return zones.independence_finding(context.session.get_one(Zone, _zone_id(context)))


@operation
@reading
def assess_zone_form(context: Context, *, zone_id: int) -> JSON:
    """The verdict of D-01 on today's ledger ("eligible", "band", …); the whole finding goes on the record of the case.

    A look ahead, before there is a case, gets the verdict and leaves no record.
    """
    finding = zones.zone_form_finding(context.session, zone_id, context.today, context.rule_set)
    if context.case is not None:
        context.record("zone_form_assessed", {"zone_id": zone_id, "finding": finding.to_json()})
    return finding.verdict


@operation
def register_zone_union(context: Context, *, zone_id: int, form: str) -> JSON:
    """Enter the founded union in the union tree and the zone's record; answers the id of its organisation.

    The union stands under the zone's superior union. A union that the zone had in another form ends the day before:
    one form at a time (D-01). Who was elected in the child case of this one, or appointed here, holds office in it from
    now on. It has a prefix for its papers, and its chair leads it here, too, when that is somebody of the zone's office.
    A case of registration, or of the credit code, follows (D-13). Idempotent: what this case has registered
    already stays as it is.
    """
    zone = context.session.get_one(Zone, zone_id, with_for_update=True)
    if zone.union_id is not None and zone.form == form and zone.form_case_id == context.case.id:
        return zone.union_id
    union = _enter_in_the_union_tree(context, zone, ZoneForm(form))
    change = zones.register_form(context.session, zone, form, union.id, context.case, context.now)
    _appoint_members(context, ZoneForm(form))
    register_first_election(context)
    title = office_title("chair", form).zh
    post = new_unions.give_chair_a_post(context, union, zone.office, title)
    told = {"zone_id": zone_id, "before": change.before, "after": change.after}
    context.record("zone_union_registered", told | ({"leader_post": post.id} if post is not None else {}))
    open_registration(context, zone.office_id)
    return union.id


def _enter_in_the_union_tree(context: Context, zone: Zone, form: ZoneForm) -> Organisation:
    if zone.union is not None:
        last_day = zone.union.valid_to = max(zone.union.valid_from, context.today - timedelta(days=1))
        for holder in context.session.scalars(
            select(OfficeHolder).where(OfficeHolder.organisation_id == zone.union_id, OfficeHolder.until.is_(None))
        ):
            holder.until = max(holder.since, last_day)
        for term in context.session.scalars(
            select(Term).where(Term.organisation_id == zone.union_id, Term.ended_on.is_(None))
        ):
            term.ended_on = max(term.began_on, last_day)
    union = Organisation(
        code=f"{zone.code}-U{context.case.id}",
        name=f"{zone.name}{form.label.zh}",
        name_en=f"{zone.name_en} {form.label.en}" if zone.name_en else "",
        kind=OrganisationKind.ZONE_UNION.value,
        parent_id=zone.office.parent_id,
        paper_prefix=new_unions.prefix_for(context, zone.office, "", _PREFIXES[form]),
        valid_from=context.today,
    )
    context.session.add(union)
    context.session.flush()
    return union


def _appoint_members(context: Context, form: ZoneForm) -> None:
    """R-113: the members of a work committee hold office by the superior union's notice; nobody elects them."""
    if form is not ZoneForm.WORK_COMMITTEE:
        return
    for row in rows(latest_answers(context, "agree_composition"), "members"):
        enter_office(context, row["name"], _OFFICES[row["post"]], full_time=False, route="appointed")


_PREFIXES = {ZoneForm.GENERAL_UNION: "总", ZoneForm.WORK_COMMITTEE: "委", ZoneForm.FEDERATION: "联"}
_OFFICES = {"director": "chair", "vice_director": "vice_chair", "member": "member"}


def _zone_id(context: Context) -> int:
    if context.subject_id is None:
        raise LookupError("a zone's form is asked without a zone")
    return context.subject_id


# ---- checks ---------------------------------------------------------------------------------------------------------


@check
def form_is_open_to_the_zone(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """D-01: the chosen form must be open to the zone on today's ledger, and be another one than it has already."""
    if outcome not in set(ZoneForm):
        return []
    finding, reason = zone_form(context), str(answers.get("reason", ""))
    refusal = may_choose(outcome, finding, reason)
    if refusal is not None:
        closed = may_choose(outcome, finding, "any reason") is not None
        return [Mistake("/outcome" if closed else "/reason", refusal)]
    if context.session.get_one(Zone, _zone_id(context)).form == outcome:
        label = ZoneForm(outcome).label
        return [
            Mistake(
                "/outcome",
                Text(
                    f"产业集聚区现在就是{label.zh}，不需要再次申请同一种形式（D-01）。",
                    f"The zone already has a {label.en}; the same form is not founded twice (D-01).",
                ),
            )
        ]
    return []


@check
def form_is_still_open_to_the_zone(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """D-01: the request states today's counts, so the form chosen earlier must still be open on today's ledger."""
    chosen = latest_outcome(context, "choose_form")
    refusal = may_choose(
        chosen or "", zone_form(context), str(latest_answers(context, "choose_form").get("reason", ""))
    )
    if refusal is None:
        return []
    return [
        Mistake(
            "",
            Text(
                f"选择形式之后台账有变化。{refusal.zh}请更新台账，或者撤销后重新发起。",
                f"The ledger has changed since the form was chosen. {refusal.en} Update the ledger, or withdraw "
                "and start again.",
            ),
        )
    ]


@check
def judgement_has_a_reason(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """D-01, 11.5: whoever accepts "about 100" or a good foundation writes down why; a refusal has its opinion for that."""
    if outcome not in ("accept", "good") or len(str(answers.get("reason", "")).strip()) >= SHORTEST_REASON:
        return []
    return [
        Mistake(
            "/reason",
            Text(
                f"认可须写明判断理由，至少{SHORTEST_REASON}个字（D-01）。",
                f"A positive judgement needs its reason in at least {SHORTEST_REASON} characters (D-01).",
            ),
        )
    ]


@check
def party_meeting_is_recorded(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """P02: approving and refusing is done in a meeting, which has a name and a day that is not in the future."""
    if outcome == "return":
        return []
    mistakes = []
    if not str(answers.get("meeting", "")).strip():
        mistakes.append(Mistake("/meeting", Text("请填写作出决议的会议名称。", "Name the meeting that resolved.")))
    held_on = answers.get("held_on")
    if not held_on:
        mistakes.append(Mistake("/held_on", Text("请填写作出决议的会议日期。", "Give the day of the meeting.")))
    elif date.fromisoformat(held_on) > context.today:
        mistakes.append(Mistake("/held_on", Text("会议日期不能晚于今天。", "The meeting cannot lie in the future.")))
    return mistakes


@check
def composition_has_one_director(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """P03: a work committee has one director 主任, and nobody twice."""
    members = rows(answers, "members")
    mistakes = _twice(members)
    if sum(row.get("post") == "director" for row in members) != 1:
        mistakes.append(Mistake("/members", Text("主任须为1名。", "There must be exactly one director.")))
    return mistakes


@check
def seats_follow_both_principles(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """11.5, R-114: seats come from both principles 联合制 and 代表制, and add up to the total."""
    seats = rows(answers, "seats")
    mistakes = []
    allotted = sum(row["seats"] for row in seats)
    if allotted != answers["total"]:
        mistakes.append(
            Mistake(
                "/total",
                Text(
                    f"各行名额合计 {allotted} 名，与总数 {answers['total']} 名不符。",
                    f"The rows add up to {allotted} seats, the total says {answers['total']}.",
                ),
            )
        )
    if {row["principle"] for row in seats} != {"joint", "representative"}:
        mistakes.append(
            Mistake(
                "/seats",
                Text(
                    "名额须同时体现联合制（下级工会主要负责人）和代表制（有关方面代表）（R-114）。",
                    "Seats go to chairs of member unions and to representatives of others, both (R-114).",
                ),
            )
        )
    return mistakes


@check
def preparatory_group_is_mixed(context: Context, *, outcome: str, answers: Mapping[str, Any]) -> list[Mistake]:
    """R-304: the group has representatives of the Party organisation and of the employees, and one head."""
    members = rows(answers, "members")
    mistakes = _twice(members)
    present = {row["represents"] for row in members}
    for side, title in (("party", Text("党组织代表", "representative of the Party organisation")),
                        ("employees", Text("职工代表", "representative of the employees"))):  # fmt: skip
        if side not in present:
            mistakes.append(
                Mistake("/members", Text(f"筹备组须有{title.zh}（R-304）。", f"The group needs a {title.en} (R-304)."))
            )
    if sum(row["duty"] == "head" for row in members) != 1:
        mistakes.append(Mistake("/members", Text("组长须为1名。", "The group has exactly one head.")))
    return mistakes


def _twice(members: list[dict[str, Any]]) -> list[Mistake]:
    return [
        Mistake(
            f"/members/{number}/name",
            Text(f"{members[number]['name']}重复填写。", f"{members[number]['name']} is entered twice."),
        )
        for number in twice(members)
    ]

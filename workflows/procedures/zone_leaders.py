"""Who leads the union of a zone: its form, who is in office, and how somebody enters or leaves an office.

Shared by the procedures that change leaders. Rows of office holders are ended, never overwritten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from workflows.engine.operations import Context, fact
from workflows.law.finding import Confidence, Finding
from workflows.law.zone_forms import ZoneForm
from workflows.procedures.answers import same_name
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.ledger import Zone
from workflows.storage.unions import OfficeHolder
from workflows.text import Text

SOURCE = "豫工发〔2015〕13号 12.1–12.7"
LEADERSHIP = ("chair", "vice_chair", "leadership_member")

OFFICES = {
    "chair": Text("主席", "chair"),
    "vice_chair": Text("副主席", "vice-chair"),
    "leadership_member": Text("领导班子成员", "member of the leadership"),
    "member": Text("委员", "member"),
    "audit_head": Text("经费审查委员会主任", "head of the audit committee"),
    "women_head": Text("女职工委员会主任", "head of the women's committee"),
    "cadre": Text("专职工会干部", "full-time cadre"),
}
_IN_A_WORK_COMMITTEE = {"chair": Text("主任", "director"), "vice_chair": Text("副主任", "deputy director")}


def office_title(office: str, form: str | None) -> Text:
    """What an office is called; in a work committee the chair is its director."""
    if form == ZoneForm.WORK_COMMITTEE and office in _IN_A_WORK_COMMITTEE:
        return _IN_A_WORK_COMMITTEE[office]
    return OFFICES[office]


def zone_of(context: Context) -> Zone:
    """The zone a case is about."""
    return context.session.get_one(Zone, context.subject_id)


def union_id_of(context: Context) -> int:
    """The organisation in which leaders hold office: the zone's union, or its office while there is none."""
    zone = zone_of(context)
    return zone.union_id or zone.office_id


def parent_of(context: Context) -> Case | None:
    """The case that waits for this one, or asked for it."""
    if context.case is None or context.case.parent_id is None:
        return None
    return context.session.get_one(Case, context.case.parent_id)


def outcome_in(context: Context, case: Case, step: str) -> str | None:
    """The outcome of the last time a step was done in a case."""
    return context.session.scalar(
        select(Task.outcome)
        .where(Task.case_id == case.id, Task.step == step, Task.kind == TaskKind.STEP, Task.status == TaskStatus.DONE)
        .order_by(Task.id.desc())
        .limit(1)
    )


def is_founding(context: Context) -> bool:
    """Whether the leaders are those of a union that is just being founded."""
    parent = parent_of(context)
    return parent is not None and parent.procedure == "zone_union"


def form_of(context: Context) -> str | None:
    """The form of the union whose leaders these are: the one being founded, else the one the zone has."""
    parent = parent_of(context)
    if parent is not None and parent.procedure == "zone_union":
        return outcome_in(context, parent, "choose_form")
    return zone_of(context).form


def in_office(context: Context) -> list[OfficeHolder]:
    """Who holds an office of the zone's union today; nobody yet while the union is being founded."""
    if is_founding(context):
        return []
    return list(
        context.session.scalars(
            select(OfficeHolder)
            .where(
                OfficeHolder.organisation_id == union_id_of(context),
                OfficeHolder.since <= context.today,
                or_(OfficeHolder.until.is_(None), OfficeHolder.until >= context.today),
            )
            .order_by(OfficeHolder.id)
        )
    )


def enter_office(
    context: Context, name: str, office: str, *, full_time: bool, route: str, rank: str = "", **details: Any
) -> OfficeHolder:
    """Write that somebody holds an office from today. Who holds it already in the same way stays as entered.

    A holder whose tenure differs gets a new row, and the old one ends the day before.
    """
    held = [row for row in in_office(context) if row.office == office and same_name(row.name) == same_name(name)]
    for row in held:
        if row.full_time == full_time and (not rank or row.rank == rank):
            return row
        row.until = max(row.since, context.today - timedelta(days=1))
    holder = OfficeHolder(
        organisation_id=union_id_of(context),
        name=name,
        office=office,
        full_time=full_time,
        rank=rank,
        route=route,
        since=context.today,
        case_id=context.case.id,
        details=details,
    )
    context.session.add(holder)
    context.session.flush()
    return holder


def leave_office(context: Context, name: str, office: str, reason: str) -> list[int]:
    """End today what somebody holds; answers the rows that ended. Nothing to end is no error: the register may be young."""
    held = [row for row in in_office(context) if row.office == office and same_name(row.name) == same_name(name)]
    for row in held:
        row.until = context.today
        row.details = {**row.details, "left": reason}
    context.session.flush()
    return [row.id for row in held]


@fact
def zone_leaders(context: Context) -> Finding:
    """Who leads the zone's union today. The verdict is its form, or "none" while there is no union."""
    form = form_of(context)
    holders = in_office(context)
    reasons = tuple(_line(holders, office, form) for office in ("chair", "vice_chair", "audit_head", "women_head"))
    missing = () if holders else (Text("还没有登记在任的领导人。", "No office holders are entered yet."),)
    label = ZoneForm(form).label if form in set(ZoneForm) else Text("尚未建立工会", "no union yet")
    return Finding(
        verdict=form or "none",
        title=Text(f"现有组织：{label.zh}", f"Union of the zone: {label.en}"),
        rule="12.1–12.5",
        numbers={},
        reasons=reasons if holders else (),
        source=SOURCE,
        confidence=Confidence.SOURCED.value,
        missing=missing,
    )


def _line(holders: list[OfficeHolder], office: str, form: str | None) -> Text:
    rows = [row for row in holders if row.office == office]
    title = office_title(office, form)
    if not rows:
        return Text(f"{title.zh}：空缺。", f"{title.en.capitalize()}: vacant.")
    zh = "、".join(f"{row.name}（专职）" if row.full_time else row.name for row in rows)
    en = ", ".join(f"{row.name} (full-time)" if row.full_time else row.name for row in rows)
    return Text(f"{title.zh}：{zh}。", f"{title.en.capitalize()}: {en}.")

"""industry_federation 行业性工会联合会: what its diagram calls by name (P18; policy 4.8, R-105, R-114, R-331).

Second coverage: enterprises that have a union join; it founds none, so no enterprise's stage changes (section 5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import JSON, Context, check, fact, operation
from workflows.errors import Conflict, Mistake
from workflows.law.basis import Basis
from workflows.law.finding import Confidence, Finding
from workflows.ledger import enterprises
from workflows.organisations.actors import valid
from workflows.procedures.answers import latest_answers, rows, same_name
from workflows.procedures.new_unions import prefix_for
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Post, Role
from workflows.storage.papers import Paper
from workflows.storage.unions import FederationMember
from workflows.text import Text

FEWEST = 2  # unions that join; an association of one is none
SOURCE = "豫工发〔2015〕13号 4.8；河南省工会条例（2024）第9条"
PREPARES = (Role.SECRETARY, Role.LEADER, Role.CLERK, Role.COUNTER, Role.SCRUTINEER)

Answers = Mapping[str, Any]

# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def federation_members(context: Context) -> Finding:
    """4.8: the enterprise unions of the zone that could join, by industry; "enough" or "too_few"."""
    known = context.session.execute(
        select(Enterprise.industry, Enterprise.name)
        .where(
            Enterprise.zone_id == context.subject_id,
            Enterprise.operating.is_(True),
            Enterprise.stage.in_(enterprises.WITH_UNION),
        )
        .order_by(Enterprise.id)
    ).all()
    by_industry = Counter(industry or "—" for industry, _ in known)
    basis = Basis("4.8, R-105", SOURCE, Confidence.SOURCED)
    second = Text(
        "加入行业性工会联合会是二次覆盖，不计入工会组建率。",
        "Joining a federation is second coverage; it does not count as founded.",
    )
    lines = [
        Text(f"{industry}：{number} 家企业工会。", f"{industry}: {number} enterprise unions.")
        for industry, number in by_industry.most_common(5)
    ]
    if len(known) < FEWEST:
        title = Text("已建会的企业不足两家", "Fewer than two enterprises have a union")
        return basis.finding("too_few", title, {"unions": len(known)}, *lines, second)
    title = Text("可以建立行业性工会联合会", "An industry federation is possible")
    return basis.finding("enough", title, {"unions": len(known)}, *lines, second)


# ---- operations -----------------------------------------------------------------------------------------------------


@operation
def enter_federation(context: Context, *, zone_id: int) -> JSON:
    """Enter the federation being prepared, led by the zone's union, whose people prepare it; answers its organisation.

    The election is a case of this organisation. Idempotent: one for each case.
    """
    zone = context.session.get_one(Zone, zone_id, with_for_update=True)
    code = f"{zone.code}-F{context.case.id}"
    entered = context.session.scalar(select(Organisation).where(Organisation.code == code))
    if entered is not None:
        return entered.id
    federation = Organisation(
        code=code,
        name=str(latest_answers(context, "propose")["name"]),
        kind=OrganisationKind.FEDERATION.value,
        parent_id=zone.office_id,
        paper_prefix=prefix_for(context, zone.office, "行联"),
        valid_from=context.today,
    )
    context.session.add(federation)
    context.session.flush()
    _lend_people(context, zone.office_id, federation.id)
    context.session.flush()
    context.record("federation_entered", {"organisation_id": federation.id, "name": federation.name})
    return federation.id


@operation
def register_federation(context: Context, *, zone_id: int, federation_id: int) -> JSON:
    """4.8: the federation exists, with its members from today on; answers how many. No enterprise counts as founded by it."""
    known = set(
        context.session.scalars(
            select(FederationMember.enterprise_id).where(
                FederationMember.federation_id == federation_id, FederationMember.until.is_(None)
            )
        )
    )
    if known:
        return len(known)
    reply = context.session.scalars(
        select(Paper)
        .where(Paper.case_id == context.case.id, Paper.name == "federation_reply", Paper.status == "issued")
        .order_by(Paper.id.desc())
    ).first()
    if reply is None:
        raise Conflict(Text("没有批复，不能登记（R-102）。", "Nothing is registered without the reply (R-102)."))
    members = [one for one in _listed(context, zone_id) if one is not None]
    context.session.add_all(
        FederationMember(
            federation_id=federation_id, enterprise_id=one.id, since=context.today, case_id=context.case.id
        )
        for one in members
    )
    context.session.flush()
    context.record(
        "federation_registered",
        {"organisation_id": federation_id, "members": [one.id for one in members], "approval": reply.number_text},
    )
    return len(members)


@operation
def give_federation_up(context: Context, *, zone_id: int) -> JSON:
    """The federation that was being prepared ends with the case; answers whether there was one."""
    zone = context.session.get_one(Zone, zone_id)
    entered = context.session.scalar(select(Organisation).where(Organisation.code == f"{zone.code}-F{context.case.id}"))
    if entered is None:
        return False
    entered.valid_to = max(entered.valid_from, context.today - timedelta(days=1))
    context.record("federation_given_up", {"organisation_id": entered.id})
    return True


def _lend_people(context: Context, office_id: int, federation_id: int) -> None:
    """Whoever works in the zone's office works for the federation, too; the zone's authorities stand over it."""
    for post in context.session.scalars(
        select(Post).where(
            Post.organisation_id == office_id,
            Post.role.in_([role.value for role in PREPARES]),
            valid(Post, context.today),
        )
    ).all():
        context.session.add(
            Post(
                person_id=post.person_id,
                organisation_id=federation_id,
                role=post.role,
                title=post.title,
                valid_from=context.today,
            )
        )
    for authority in context.session.scalars(
        select(Authority).where(Authority.organisation_id == office_id, valid(Authority, context.today))
    ).all():
        context.session.add(
            Authority(
                organisation_id=federation_id,
                kind=authority.kind,
                authority_id=authority.authority_id,
                valid_from=context.today,
            )
        )


# ---- checks ---------------------------------------------------------------------------------------------------------


@check
def members_have_unions(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """4.8: two or more enterprise unions of the zone, each founded, of the same industry or chain."""
    people = rows(answers, "members")
    codes = Counter(row["credit_code"].strip().upper() for row in people)
    mistakes = []
    if len(codes) < FEWEST:
        text = Text(
            f"行业性工会联合会至少由 {FEWEST} 家企业工会组成，现有 {len(codes)} 家（4.8、R-105）。",
            f"A federation has {FEWEST} unions or more; there are {len(codes)} (4.8, R-105).",
        )
        mistakes.append(Mistake("/members", text))
    known = _by_code(context, codes)
    for number, row in enumerate(people):
        code = row["credit_code"].strip().upper()
        path = f"/members/{number}/credit_code"
        if codes[code] > 1:
            mistakes.append(
                Mistake(path, Text("同一企业填写了不止一次。", "This enterprise is entered more than once."))
            )
            continue
        refused = _no_member(known.get(code), row)
        if refused is not None:
            mistakes.append(Mistake(path, refused))
    return mistakes


@check
def enough_agree_to_join(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """P18: every union on the list was asked, and two or more agree."""
    if outcome != "agreed":
        return []
    listed = {same_name(row["name"]) for row in rows(latest_answers(context, "list_members"), "members")}
    replies = rows(answers, "replies")
    asked = {same_name(row["name"]) for row in replies}
    mistakes = [
        Mistake(
            f"/replies/{number}/name",
            Text("不在成员名单中，请按名单填写。", "Not on the list of members."),
        )
        for number, row in enumerate(replies)
        if same_name(row["name"]) not in listed
    ]
    if listed - asked:
        text = Text(
            f"还有 {len(listed - asked)} 家没有征求意见（P18）。", f"{len(listed - asked)} were not asked yet (P18)."
        )
        mistakes.append(Mistake("/replies", text))
    refused = [row["name"] for row in replies if not row["agrees"]]
    if refused and not mistakes:
        text = Text(
            f"{'、'.join(refused)}不同意加入，入会自愿，请调整成员名单（P18）。",
            f"{', '.join(refused)}: joining is voluntary; take them off the list (P18).",
        )
        mistakes.append(Mistake("/replies", text))
    for number, row in enumerate(replies):
        if date.fromisoformat(row["replied_on"]) > context.today:
            text = Text("日期不能晚于今天。", "The day cannot lie in the future.")
            mistakes.append(Mistake(f"/replies/{number}/replied_on", text))
    return mistakes


@check
def members_still_have_unions(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """4.8 on the day of the report: whose union has ended since is no member."""
    if outcome != "submit":
        return []
    listed = rows(latest_answers(context, "list_members"), "members")
    known = _by_code(context, Counter(row["credit_code"].strip().upper() for row in listed))
    refusals = [_no_member(known.get(row["credit_code"].strip().upper()), row) for row in listed]
    return [Mistake("", refusal) for refusal in refusals if refusal is not None]


def _no_member(enterprise: Enterprise | None, row: Mapping[str, Any]) -> Text | None:
    if enterprise is None or not enterprise.operating:
        return Text(
            f"本集聚区台账中没有“{row['name']}”这家在营企业。",
            f"The zone's ledger has no “{row['name']}” in operation.",
        )
    if same_name(enterprise.name) != same_name(row["name"]):
        return Text(f"与台账不符，台账中为“{enterprise.name}”。", f"The ledger says “{enterprise.name}”.")
    if enterprise.stage not in enterprises.WITH_UNION or enterprise.union_form == "organiser":
        return Text(
            f"{enterprise.name}还没有建会；行业性工会联合会是对已建工会的二次覆盖（4.8）。",
            f"{enterprise.name} has no union yet; a federation covers unions a second time (4.8).",
        )
    return None


def _by_code(context: Context, codes: Mapping[str, int]) -> dict[str, Enterprise]:
    found = context.session.scalars(
        select(Enterprise).where(Enterprise.zone_id == context.subject_id, Enterprise.credit_code.in_(codes))
    )
    return {one.credit_code: one for one in found}


def _listed(context: Context, zone_id: int) -> list[Enterprise | None]:
    listed = rows(latest_answers(context, "list_members"), "members")
    codes = [row["credit_code"].strip().upper() for row in listed]
    found = {
        one.credit_code: one
        for one in context.session.scalars(
            select(Enterprise).where(Enterprise.zone_id == zone_id, Enterprise.credit_code.in_(codes))
        )
    }
    return [found.get(code) for code in codes]

"""enterprise_union 企业建会: what its diagram calls by name (P11–P13 with P17; policy 豫工发〔2015〕13号 4.2–4.6).

The law is asked, never restated: workflows.law.founding, .union_forms, .standardisation. What is held back stands in
workflows.procedures.enterprise_union_checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows import settings
from workflows.engine.operations import JSON, Context, fact, operation, reading
from workflows.errors import Conflict
from workflows.law.basis import Basis
from workflows.law.finding import Confidence, Finding
from workflows.law.founding import FoundingFile, bodies_founded_together, founding_due, full_time_chair, union_form
from workflows.law.standardisation import Standing
from workflows.law.standardisation import standardisation as standardised_by
from workflows.law.union_forms import UnionForm
from workflows.ledger import enterprises
from workflows.organisations import lanes
from workflows.procedures.answers import latest_answers, latest_outcome, rows, same_name
from workflows.procedures.enterprise_members import counted
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.ledger import Enterprise
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.storage.papers import Paper
from workflows.storage.unions import Certificate, OfficeHolder, Term
from workflows.text import Text

COMMITTEE_NAME = "工会委员会"
NAMES_OF_BODIES = {
    "audit": ("经费审查委员会", "经费审查委员"),
    "women": ("女职工委员会", "女职工委员"),
}
BODY_FIELDS = {"audit": "auditors", "women": "women"}
FOLLOW_ON = "legal_person"

# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def enterprise_union_form(context: Context) -> Finding:
    """D-02 on the ledger: which union the enterprise must or may found, the two thresholds kept apart (C-01)."""
    enterprise = of_case(context)
    if enterprise.employees is None or enterprise.members is None:
        return _unknown(
            "D-02",
            Text("职工数、会员数不齐，不能判断", "Employees or members are not known"),
            Text(
                f"台账中没有{enterprise.name}的职工数或者会员数，请由集聚区工会走访后登记。",
                f"The ledger lacks employees or members of {enterprise.name}: a visit enters them.",
            ),
        )
    return union_form(enterprise.members, enterprise.employees, context.rule_set.parameters)


@fact
def enterprise_founding_due(context: Context) -> Finding:
    """R-108, T-08: by when the enterprise should have a union."""
    enterprise = of_case(context)
    if enterprise.opened_on is None:
        return _unknown(
            "R-108",
            Text("没有开业日期，不计算建会期限", "No day of opening, so nothing is due"),
            Text("台账中没有开业日期。", "The ledger has no day of opening."),
        )
    known = settings.load(context.session)
    founded = enterprise.stage in enterprises.WITH_UNION
    return founding_due(
        enterprise.opened_on, context.today, context.rule_set.parameters, known.calendar, founded=founded
    ).finding


@fact
def enterprise_founding_file(context: Context) -> Finding:
    """4.6, C-12: whether audit body and women's body, or the substitute member, are founded together with the union."""
    answers = latest_answers(context, "founding_file")
    if not answers:
        return _unknown(
            "4.6",
            Text("还没有报送建会材料", "The founding file is not in yet"),
            Text(
                "经费审查委员会和女职工委员会（或者经审委员、女职工委员）须同时产生。",
                "The audit body and the women's body (or the substitute members) are founded at the same time.",
            ),
        )
    return bodies(context, answers)


@fact
def enterprise_full_time_chair(context: Context) -> Finding:
    """D-12, R-106: the duty to have a full-time chair or vice-chair; shown, it blocks nothing."""
    enterprise = of_case(context)
    full_time = bool(latest_answers(context, "founding_file").get("full_time"))
    return full_time_chair(enterprise.employees or 0, context.rule_set.parameters, full_time_chair=full_time)


@fact
def enterprise_standardisation(context: Context) -> Finding:
    """8.3: which items of the checklist hold."""
    return standardised_by(standing(context, latest_answers(context, "standardisation")), context.today)


def bodies(context: Context, answers: dict[str, Any]) -> Finding:
    """What the law says of the bodies in a founding file; who was elected into one already need not be named again."""
    auditors, women = together(context, answers, "audit"), together(context, answers, "women")
    file = FoundingFile(
        women=women_members(context),
        auditors=len(auditors),
        womens_members=len(women),
        womens_head="head" in women.values(),
        own_accounts=bool(answers.get("own_accounts")),
    )
    return bodies_founded_together(file, context.rule_set.parameters)


def together(context: Context, answers: Mapping[str, Any], kind: str) -> dict[str, str]:
    """A body ("audit", "women") by name with the post: whom the election put there, and whom the founding file names."""
    elected = in_office(context, f"{kind}_head", f"{kind}_member")
    found = {same_name(one.name): "head" if one.office.endswith("_head") else "member" for one in elected}
    return found | {same_name(row["name"]): row["post"] for row in rows(answers, BODY_FIELDS[kind])}


def women_members(context: Context) -> int:
    """Women among the members that were admitted in this case."""
    return sum(women for _, women in counted(latest_answers(context, "recruit_members"), context.today).values())


def standing(context: Context, answers: dict[str, Any]) -> Standing:
    """What tables and answers say of the union, for the checklist of 8.3."""
    enterprise, certificate = of_case(context), _certificate(context)
    valid_to = certificate.valid_to if certificate else None
    return Standing(
        approved=bool(enterprise.union_approval),
        term_ends_on=enterprise.term_ends_on,
        audit_body=bool(enterprise.audit_body),
        women_body=bool(enterprise.women_body),
        women_members=enterprise.women_members or 0,
        certificate_valid_to=valid_to or _date(answers.get("certificate_valid_to")),
        account=bool((certificate and certificate.account) or answers.get("account")),
        dues_months=answers.get("dues_months") or 0,
        assembly_on=_date(answers.get("assembly_on")),
        congress_on=_date(answers.get("congress_on")),
        openness_on=_date(answers.get("openness_on")),
        mediation=bool(answers.get("mediation")),
        display=bool(answers.get("display")),
        service=bool(answers.get("service")),
    )


# ---- operations: settling and service -------------------------------------------------------------------------------


@operation
@reading
def read_enterprise_stage(context: Context, *, enterprise_id: int) -> JSON:
    """The stage of the enterprise in the ledger."""
    return context.session.get_one(Enterprise, enterprise_id).stage


@operation
@reading
def enterprise_has_party_organisation(context: Context, *, enterprise_id: int) -> JSON:
    """R-303: whether a Party organisation is named for the enterprise; without one the superior union alone leads."""
    applicant = context.applicant_id or 0
    return lanes.acting_organisation(context.session, "party_committee", applicant, context.today) is not None


@operation
def record_first_visit(context: Context, *, enterprise_id: int) -> JSON:
    """8.2: with a contact and a first visit the enterprise is served; answers its stage."""
    enterprise = _locked(context, enterprise_id)
    if enterprise.stage != enterprises.SETTLED:
        return enterprise.stage
    visit = latest_answers(context, "first_visit")
    enterprise.contact = visit["contact"]
    enterprise.first_visit_on = enterprise.first_visit_on or date.fromisoformat(visit["visited_on"])
    enterprises.move(enterprise, enterprises.SERVED)
    context.record(enterprises.STAGE_CHANGED, {"enterprise_id": enterprise.id, "stage": enterprise.stage})
    return enterprise.stage


@operation
def record_service_visit(context: Context, *, enterprise_id: int) -> JSON:
    """4.2: what a visit of follow-up service found; reported counts go into the ledger with their date.

    An enterprise that closed or moved away no longer operates.
    """
    enterprise, visit = _locked(context, enterprise_id), latest_answers(context, "service_visit")
    reported = ("employees", "women", "members", "women_members")
    counts: dict[str, Any] = {name: visit[name] for name in reported if name in visit}
    if counts:
        counts["data_on"] = date.fromisoformat(visit["visited_on"])
    if latest_outcome(context, "service_visit") == "closed":
        counts["operating"] = False
    changed = {name: value for name, value in counts.items() if getattr(enterprise, name) != value}
    for name, value in changed.items():
        setattr(enterprise, name, value)
    if changed:
        context.record(
            "enterprise_counted",
            {"enterprise_id": enterprise.id, "after": {name: _plain(value) for name, value in changed.items()}},
        )
    return len(changed)


# ---- operations: members, registration, standardisation -------------------------------------------------------------


@operation
def register_members(context: Context, *, enterprise_id: int) -> JSON:
    """P17, R-117: who was admitted counts from the day of approval; the ledger gets the numbers. Answers the members."""
    answers = latest_answers(context, "recruit_members")
    by_unit = counted(answers, context.today)
    for enterprise in united(context, enterprise_id):
        members, women = by_unit.get(enterprise.name, (0, 0))
        if not _is_joint(context):
            members, women = (sum(column) for column in zip(*by_unit.values(), strict=True)) if by_unit else (0, 0)
        if (enterprise.members, enterprise.women_members) != (members, women):
            enterprise.members, enterprise.women_members, enterprise.data_on = members, women, context.today
            context.record(
                "members_registered", {"enterprise_id": enterprise.id, "members": members, "women_members": women}
            )
    return sum(members for members, _ in by_unit.values())


@operation
def register_enterprise_union(context: Context, *, enterprise_id: int, form: str) -> JSON:
    """The preparatory group becomes the union; the ledger gets approval, chair, term and bodies. Answers its organisation.

    Every enterprise of a joint union is founded by it. A union registers as a legal person next (R-502), an organiser
    does not. Idempotent.
    """
    applicant = context.session.get_one(Organisation, context.applicant_id, with_for_update=True)
    reply = _reply(context)
    founded = united(context, enterprise_id)
    if all(one.union_approval == reply.number_text for one in founded):
        return applicant.id
    before = {"name": applicant.name, "kind": applicant.kind}
    if form != UnionForm.ORGANISER:
        applicant.kind = OrganisationKind.ENTERPRISE_UNION.value
        applicant.name = _union_name(context, founded[0])
        _enter_bodies(context, applicant.id)
    for enterprise in founded:
        enterprises.move(enterprise, enterprises.FOUNDED)
        _enter_union(context, enterprise, form, reply)
    context.session.flush()
    context.record(
        "enterprise_union_registered",
        {
            "organisation_id": applicant.id,
            "form": form,
            "enterprises": [one.id for one in founded],
            "approval": reply.number_text,
            "before": before,
            "after": {"name": applicant.name, "kind": applicant.kind},
        },
    )
    if form != UnionForm.ORGANISER and _is_published(context, FOLLOW_ON):
        context.open_case(FOLLOW_ON, applicant.id)
    return applicant.id


@operation
def standardise_enterprise(context: Context, *, enterprise_id: int) -> JSON:
    """8.2, 8.3: the checklist is complete, the enterprise (each of a joint union) is standardised for as long as it lasts."""
    certificate_until = _date(latest_answers(context, "standardisation").get("certificate_valid_to"))
    for enterprise in united(context, enterprise_id):
        if enterprises.move(enterprise, enterprises.STANDARDISED):
            context.record(enterprises.STAGE_CHANGED, {"enterprise_id": enterprise.id, "stage": enterprise.stage})
        enterprises.watch_standard(context.session, enterprise, context.case.id, certificate_until)
    return enterprises.STANDARDISED


# ---- what stands where ----------------------------------------------------------------------------------------------


def of_case(context: Context) -> Enterprise:
    """The enterprise the case is about."""
    if context.subject_id is None:
        raise LookupError("an enterprise's founding is asked without an enterprise")
    return context.session.get_one(Enterprise, context.subject_id)


def united(context: Context, enterprise_id: int) -> list[Enterprise]:
    """The enterprise, and with a joint union those that found it together, the one of the case first."""
    first = _locked(context, enterprise_id)
    if not _is_joint(context):
        return [first]
    codes = [row["credit_code"] for row in rows(latest_answers(context, "joint_agreement"), "units")]
    others = context.session.scalars(
        select(Enterprise)
        .where(Enterprise.zone_id == first.zone_id, Enterprise.credit_code.in_(codes), Enterprise.id != first.id)
        .order_by(Enterprise.id)
        .with_for_update()
    )
    return [first, *others]


def current_term(context: Context) -> Term | None:
    """The term the election of this union began; None before."""
    return context.session.scalars(
        select(Term)
        .where(Term.organisation_id == context.applicant_id, Term.ended_on.is_(None))
        .order_by(Term.number.desc())
    ).first()


def in_office(context: Context, *offices: str) -> list[OfficeHolder]:
    """Who holds these offices of the applicant's union today."""
    found = context.session.scalars(
        select(OfficeHolder)
        .where(
            OfficeHolder.organisation_id == context.applicant_id,
            OfficeHolder.office.in_(offices),
            OfficeHolder.until.is_(None),
        )
        .order_by(OfficeHolder.id)
    )
    return list(found)


def _locked(context: Context, enterprise_id: int) -> Enterprise:
    return context.session.get_one(Enterprise, enterprise_id, with_for_update=True)


def _is_joint(context: Context) -> bool:
    return latest_outcome(context, "choose_form") == UnionForm.JOINT


def _union_name(context: Context, enterprise: Enterprise) -> str:
    if _is_joint(context):
        return str(latest_answers(context, "joint_agreement")["name"])
    return f"{enterprise.name}{COMMITTEE_NAME}"


def _reply(context: Context) -> Paper:
    reply = context.session.scalars(
        select(Paper)
        .where(Paper.case_id == context.case.id, Paper.name == "founding_approval", Paper.status == "issued")
        .order_by(Paper.id.desc())
    ).first()
    if reply is None:
        raise Conflict(Text("没有建会批复，不能登记（R-102）。", "Nothing is registered without the reply (R-102)."))
    return reply


def _enter_union(context: Context, enterprise: Enterprise, form: str, reply: Paper) -> None:
    file, term = latest_answers(context, "founding_file"), current_term(context)
    enterprise.union_form = form
    enterprise.union_approval = reply.number_text
    enterprise.union_approved_on = reply.dated_on
    if form == UnionForm.ORGANISER:
        return
    chairs = in_office(context, "chair")
    enterprise.chair = chairs[0].name if chairs else ""
    enterprise.chair_phone = file.get("chair_phone", "")
    enterprise.term_years = term.years if term else None
    enterprise.term_ends_on = term.ends_on if term else None
    enterprise.audit_body = _body("audit", together(context, file, "audit"))
    enterprise.women_body = _body("women", together(context, file, "women"))


def _body(kind: str, people: Mapping[str, str]) -> str:
    committee, member = NAMES_OF_BODIES[kind]
    if not people:
        return ""
    return committee if "head" in people.values() else member


def _enter_bodies(context: Context, organisation_id: int) -> None:
    """Audit and women's body by name; who is in that office already, because the election entered it, stays."""
    file, term = latest_answers(context, "founding_file"), current_term(context)
    for kind in BODY_FIELDS:
        head, member = f"{kind}_head", f"{kind}_member"
        known = {same_name(one.name) for one in in_office(context, head, member)}
        for row in _not_yet(rows(file, BODY_FIELDS[kind]), known):
            context.session.add(
                OfficeHolder(
                    organisation_id=organisation_id,
                    name=row["name"],
                    office=head if row["post"] == "head" else member,
                    route="elected",
                    since=term.began_on if term else context.today,
                    term_id=term.id if term else None,
                    case_id=context.case.id,
                    details={"post": row["post"]},
                )
            )


def _not_yet(people: Iterable[dict[str, Any]], known: set[str]) -> list[dict[str, Any]]:
    return [row for row in people if same_name(row["name"]) not in known]


def _certificate(context: Context) -> Certificate | None:
    return context.session.scalars(
        select(Certificate)
        .where(
            Certificate.organisation_id == context.applicant_id,
            Certificate.kind == "legal_person",
            Certificate.cancelled_on.is_(None),
        )
        .order_by(Certificate.id.desc())
    ).first()


def _is_published(context: Context, procedure: str) -> bool:
    current = select(PublishedDefinition.id).where(
        PublishedDefinition.key == procedure, PublishedDefinition.is_current.is_(True)
    )
    return context.session.scalar(current) is not None


def _unknown(rule: str, title: Text, missing: Text) -> Finding:
    return Basis(rule, "豫工发〔2015〕13号第4条", Confidence.SOURCED).finding(
        "no_verdict", title, {}, missing=(missing,)
    )


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

"""legal_person 工会法人资格登记和账户: what its diagram calls by name (P09, P19, P19b, P20; 豫工发〔2015〕13号 13.2–13.5).

The law is asked, never restated: workflows.law.legal_person and .certificates. What is held back stands in
workflows.procedures.legal_person_checks, what is on record of a union in workflows.procedures.legal_person_record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows import settings
from workflows.engine.operations import JSON, Context, fact, operation, reading
from workflows.law import credit_code, legal_person, registration, timers
from workflows.law.basis import Basis
from workflows.law.certificates import Matter
from workflows.law.finding import Confidence, Finding
from workflows.procedures import legal_person_record as record
from workflows.procedures.answers import latest_answers, rows
from workflows.procedures.legal_person_record import Union, certificate_of, union_of
from workflows.storage.unions import Certificate
from workflows.text import Text

SOURCE = "基层工会法人登记管理办法（总工办发〔2020〕20号）；河南省工会条例（2024）第15条、第35条"
APPLICATIONS = {
    Matter.REGISTER: "fill_registration",
    Matter.CHANGE: "fill_change",
    Matter.RENEW: "fill_renewal",
    Matter.REPLACE: "fill_replacement",
    Matter.CANCEL: "fill_cancellation",
    Matter.CREDIT_CODE: "fill_credit_code",
}

# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def legal_person_route(context: Context) -> Finding:
    """D-13: which route is the union's: registration or the credit code alone. ``numbers``: "union" is its name."""
    union = union_of(context)
    if not union.founded:
        found = _nothing(
            "D-13",
            Text("尚未成立工会", "There is no union yet"),
            Text("成立工会后办理登记（R-504）。", "Registration follows founding (R-504)."),
        )
    elif union.form is None:
        found = legal_person.application(
            None, dict.fromkeys(legal_person.CONDITIONS, True), context.rule_set.parameters
        )
    else:
        found = registration.route(union.form, context.rule_set)
    name = latest_answers(context, "fill_registration").get("name") or union.name
    return replace(found, numbers={**found.numbers, "union": name})


@fact
def certificate_state(context: Context) -> Finding:
    """R-509, T-12: the certificate on record: "valid", "renew", "expired", "no_term" or "none"."""
    certificate = certificate_of(context, union_of(context))
    if certificate is None:
        return _nothing(
            "R-509",
            Text("没有登记在案的证书", "No certificate is on record"),
            Text("本系统中没有证书记录。", "This system has no certificate of the union."),
            verdict="none",
        )
    about = {"number": certificate.number, "credit_code": certificate.credit_code}
    if certificate.valid_to is None:
        reason = Text(
            f"统一社会信用代码 {certificate.credit_code}，不设届期（R-510）。",
            f"Credit code {certificate.credit_code}, without a term (R-510).",
        )
        basis = Basis("R-510", SOURCE, Confidence.SOURCED)
        return basis.finding("no_term", Text("证书有效", "The certificate is valid"), about, reason)
    state = legal_person.Certificate(certificate.valid_from, certificate.valid_to).state(
        context.today, context.rule_set.parameters
    )
    return replace(state, numbers={**state.numbers, **about})


@fact
def application_clock(context: Context) -> Finding:
    """T-09, R-505: the time to apply after founding; a reminder, no limit of the law."""
    return _clock(context, "T-09", union_of(context).founded_on)


@fact
def change_clock(context: Context) -> Finding:
    """T-11, R-508: the time to register a change, counted from the day that was reported."""
    changed_on = latest_answers(context, "fill_change").get("changed_on")
    return _clock(context, "T-11", date.fromisoformat(changed_on) if changed_on else None)


@fact
def conditions_of_registration(context: Context) -> Finding:
    """R-502, R-504: the conditions of legal personality, as the union reported them."""
    answers = latest_answers(context, "fill_registration")
    if not answers:
        return _nothing(
            "R-504",
            Text("本事项不审查设立条件", "No conditions of founding are reviewed"),
            Text("只有设立登记审查法人条件（R-504）。", "Only a registration is held against them (R-504)."),
        )
    return legal_person.application(union_of(context).form, conditions(answers), context.rule_set.parameters)


@fact
def account_kind(context: Context) -> Finding:
    """D-13, R-521: which account the union may open."""
    union = union_of(context)
    return legal_person.account(union.form, certificate=certificate_of(context, union) is not None, founding_reply=True)


@fact
def funds_unit(context: Context) -> Finding:
    """13.2, R-537: whether the union may become a 一级经费管理单位, and what it still needs."""
    union = union_of(context)
    certificate = certificate_of(context, union)
    if union.form is None:
        return _nothing(
            "R-537",
            Text("不适用", "Does not apply"),
            Text("只适用于产业集聚区工会（13.2）。", "It concerns unions of zones (13.2)."),
        )
    approved = bool(certificate and (certificate.account or {}).get("funds_unit"))
    return legal_person.funds_unit(union.form, registered=certificate is not None, approved=approved)


def conditions(answers: dict[str, Any]) -> dict[str, bool]:
    """R-504: which conditions an application says are met."""
    return {
        "founded": bool(answers.get("founding_reply") and answers.get("result_reply")),
        "name": bool(answers.get("name")),
        "organisation": bool(answers.get("own_organisation")),
        "domicile": bool(answers.get("domicile")),
        "dues": bool(answers.get("dues_secured")),
    }


def _clock(context: Context, number: str, start: date | None) -> Finding:
    which = timers.timer(number)
    if start is None:
        return _nothing(
            f"{number}, {which.rule}",
            Text("起算日未知", "The day it runs from is not known"),
            Text("没有起算日，不计算期限。", "Without it nothing is counted."),
        )
    calendar = settings.load(context.session).calendar
    dated = timers.date_of(which, start, context.rule_set.parameters, calendar)
    if dated is None:
        raise LookupError(f"{number} has no length")
    if dated.day >= context.today:
        return dated.finding
    late = Text(
        f"已超过 {(context.today - dated.day).days} 天；仍应办理，逾期记入办件。",
        f"{(context.today - dated.day).days} days late; it is done all the same, and the delay is on record.",
    )
    return replace(dated.finding, verdict="late", flags=(*dated.finding.flags, late))


def _nothing(rule: str, title: Text, missing: Text, verdict: str = "no_verdict") -> Finding:
    return Basis(rule, SOURCE, Confidence.SOURCED).finding(verdict, title, {}, missing=(missing,))


# ---- operations -----------------------------------------------------------------------------------------------------


@operation
@reading
def assess_legal_person_route(context: Context, *, organisation_id: int) -> JSON:
    """D-13: "general_union", "federation", "work_committee", "grass_roots" or "none".

    With a case the finding goes on record and the clock after founding begins (T-09); a look ahead leaves nothing.
    """
    union = union_of(context)
    if context.case is not None:
        record.remind_to_apply(context, union)
        finding = legal_person_route(context)
        context.record(
            "legal_person_route_assessed",
            {"union": union.form_word, "finding": finding.to_json(), "text": _said(finding.title)},
        )
    return union.form_word


@operation
def note_legal_person_filing(context: Context, *, matter: str) -> JSON:
    """The application is filed today: its reminders end, and whether it was in time goes on record. Answers the day."""
    chosen = Matter(matter)
    record.application_is_filed(context)
    if chosen is Matter.CHANGE:
        record.change_is_filed(context)
    clock = change_clock(context) if chosen is Matter.CHANGE else application_clock(context)
    timed = chosen in (Matter.CHANGE, Matter.REGISTER, Matter.CREDIT_CODE)
    due_on = clock.numbers.get("end") if timed else None
    late = bool(due_on and str(due_on) < context.today.isoformat())
    context.record(
        "legal_person_filed",
        {
            "matter": chosen.value,
            "due_on": due_on,
            "late": late,
            "text": {
                "zh": f"报送{chosen.label.zh}申请" + (f"（逾期，应于 {due_on} 前报送）" if late else ""),
                "en": f"Application filed: {chosen.label.en}" + (f" (late, it was due on {due_on})" if late else ""),
            },
        },
    )
    return context.today.isoformat()


@operation
def enter_certificate(context: Context, *, matter: str) -> JSON:
    """DOC-42: the issued certificate, in place of the one before, with its reminders (T-12). Answers its id. Idempotent."""
    chosen, union = Matter(matter), union_of(context)
    issued = latest_answers(context, "issue_certificate")
    already = _issued_here(context, union)
    if already is not None:
        return already.id
    before = certificate_of(context, union)
    if before is not None:
        before.cancelled_on = context.today
        record.end_watch(context, before, chosen.value)
    facts = _registered_facts(context, chosen, union, before)
    certificate = Certificate(
        organisation_id=union.organisation_id,
        kind=record.kind_for(union),
        number=issued["certificate_number"],
        credit_code=credit_code.normalised(issued["credit_code"]),
        valid_from=date.fromisoformat(issued["valid_from"]),
        valid_to=date.fromisoformat(issued["valid_to"]) if issued.get("valid_to") else None,
        account=before.account if before else None,
        case_id=context.case.id,
        **facts,
    )
    context.session.add(certificate)
    context.session.flush()
    record.watch_certificate(context, certificate)
    context.record(
        "certificate_entered",
        {
            "certificate": certificate.id,
            "replaces": before.id if before else None,
            "matter": chosen.value,
            "number": certificate.number,
            "credit_code": certificate.credit_code,
            "valid_to": certificate.valid_to.isoformat() if certificate.valid_to else None,
            "text": {
                "zh": f"证书已登记：{certificate.number}，统一社会信用代码 {certificate.credit_code}",
                "en": f"Certificate entered: {certificate.number}, credit code {certificate.credit_code}",
            },
        },
    )
    return certificate.id


@operation
def cancel_certificate(context: Context) -> JSON:
    """R-540: the certificate on record no longer counts. Answers its id, or None when none was on record. Idempotent."""
    number = latest_answers(context, "fill_cancellation").get("certificate_number", "")
    certificate = record.certificate_named(context, union_of(context), number)
    if certificate is not None:
        certificate.cancelled_on = context.today
        record.end_watch(context, certificate, Matter.CANCEL.value)
    context.record(
        "certificate_cancelled",
        {
            "certificate": certificate.id if certificate else None,
            "number": number,
            "text": {"zh": f"证书已注销：{number}", "en": f"Certificate cancelled: {number}"},
        },
    )
    return certificate.id if certificate else None


@operation
def record_account(context: Context) -> JSON:
    """P20: the account stands with the certificate (R-521). Answers its kind. Idempotent."""
    opened = latest_answers(context, "open_account")
    certificate = _current(context)
    certificate.account = {
        **(certificate.account or {}),
        **{name: opened[name] for name in ("bank", "kind", "number", "opened_on")},
    }
    bank = opened["bank"]
    said = {"zh": f"账户已登记：{bank}", "en": f"Account entered: {bank}"}
    context.record("account_recorded", {"certificate": certificate.id, "account": certificate.account, "text": said})
    return str(opened["kind"])


@operation
def record_funds_unit(context: Context) -> JSON:
    """R-537: approved as 一级经费管理单位 from a budget year; it stands with the account. Idempotent."""
    certificate = _current(context)
    from_year = latest_answers(context, "designation_decision")["from_year"]
    certificate.account = {
        **(certificate.account or {}),
        "funds_unit": {"from_year": from_year, "since": context.today.isoformat(), "case": context.case.id},
    }
    said = {"zh": f"自 {from_year} 年起作为一级经费管理单位", "en": f"First-level budget unit from {from_year}"}
    context.record("funds_unit_designated", {"certificate": certificate.id, "from_year": from_year, "text": said})
    return True


def _issued_here(context: Context, union: Union) -> Certificate | None:
    """The certificate this case has entered already."""
    return context.session.scalars(
        select(Certificate).where(
            Certificate.case_id == context.case.id,
            Certificate.organisation_id == union.organisation_id,
            Certificate.cancelled_on.is_(None),
        )
    ).first()


def _current(context: Context) -> Certificate:
    certificate = certificate_of(context, union_of(context))
    if certificate is None:
        raise LookupError("the union has no certificate on record")
    return certificate


def _registered_facts(context: Context, matter: Matter, union: Union, before: Certificate | None) -> dict[str, str]:
    """Who represents the union and where it sits, after this matter."""
    answers = latest_answers(context, APPLICATIONS[matter])
    facts = {
        "legal_representative": before.legal_representative if before else record.chair_of(context, union) or "",
        "domicile": before.domicile if before else "",
    }
    if matter is Matter.REGISTER:
        facts = {name: answers[name] for name in facts}
    elif matter is Matter.CREDIT_CODE:
        facts = {"legal_representative": answers["head"], "domicile": answers["domicile"]}
    for row in rows(answers, "changes"):
        if row["item"] in facts:
            facts[row["item"]] = row["after"]
    return facts


def _said(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}

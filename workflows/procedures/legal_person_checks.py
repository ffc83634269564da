"""What legal_person holds back: the route, incomplete or untrue applications, wrong certificates and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import Context, check
from workflows.errors import Mistake
from workflows.law import certificates, credit_code, legal_person
from workflows.law.certificates import Matter
from workflows.law.registration import terms_in_years
from workflows.law.zone_forms import ZoneForm
from workflows.procedures import legal_person_record as record
from workflows.procedures.answers import latest_answers, latest_outcome, rows, same_name
from workflows.procedures.legal_person import APPLICATIONS, conditions
from workflows.procedures.legal_person_record import certificate_of, held, union_of
from workflows.storage.papers import Attachment
from workflows.storage.unions import Certificate
from workflows.text import Text

Answers = Mapping[str, Any]

_FIELD = {"name": "/name", "domicile": "/domicile", "organisation": "/own_organisation", "dues": "/dues_secured"}
_YEARS_OF_A_TERM = (3, 5)
_PROOF = {  # what proves a change, by the item that changed
    "name": ("superior_reply", Text("上级工会批复", "the reply of the superior union")),
    "legal_representative": ("superior_reply", Text("上级工会批复", "the reply of the superior union")),
    "authority": ("superior_reply", Text("上级工会批复", "the reply of the superior union")),
    "domicile": ("domicile_statement", Text("加盖公章的住所变更说明", "the sealed statement on the domicile")),
}


@check
def matter_is_open_to_the_union(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-13, L07, R-509, R-510: what this union may apply for today."""
    standing = record.standing_of(context, union_of(context))
    closed = certificates.refusal(Matter(outcome), standing, context.today, context.rule_set.parameters)
    return [] if closed is None else [Mistake("/outcome", closed)]


@check
def conditions_of_registration_are_met(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-501, R-504: founded, name, organisation, domicile, dues; the chair is the legal representative."""
    union = union_of(context)
    met = conditions(dict(answers))
    finding = legal_person.application(union.form, met, context.rule_set.parameters)
    open_now = [key for key in legal_person.CONDITIONS if not met[key]]
    mistakes = [Mistake(_FIELD.get(key, ""), text) for key, text in zip(open_now, finding.missing, strict=False)]
    chair = record.chair_of(context, union)
    if chair is not None and same_name(chair) != same_name(answers.get("legal_representative")):
        mistakes.append(
            Mistake(
                "/legal_representative",
                Text(
                    f"工会主席为法定代表人，在任主席是{chair}（R-501）。",
                    f"The chair is the legal representative; {chair} is in office (R-501).",
                ),
            )
        )
    return mistakes


@check
def term_is_as_on_record(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-110, R-509: the term the certificate will follow: 3 or 5 years, and the one on record where there is one."""
    begins, ends = date.fromisoformat(answers["term_from"]), date.fromisoformat(answers["term_to"])
    if ends <= begins:
        return [Mistake("/term_to", Text("任期届满日应在起始日之后。", "A term ends after it begins."))]
    union = union_of(context)
    if union.term_ends_on is not None and union.term_ends_on >= context.today and ends != union.term_ends_on:
        return [
            Mistake(
                "/term_to",
                Text(
                    f"登记在案的本届任期至 {union.term_ends_on}，与填报的不一致（R-509）。",
                    f"The term on record ends on {union.term_ends_on}, not as entered (R-509).",
                ),
            )
        ]
    allowed = terms_in_years(union.form, context.rule_set) if union.form else _YEARS_OF_A_TERM
    if not any(_is_after(begins, ends, years) for years in allowed):
        told = "、".join(str(years) for years in allowed)
        return [
            Mistake(
                "/term_to",
                Text(
                    f"每届任期为 {told} 年，起止日期不符（R-110）。",
                    f"A term is {told.replace('、', ' or ')} years; these days are not that far apart (R-110).",
                ),
            )
        ]
    return []


def _is_after(begins: date, ends: date, years: int) -> bool:
    """Whether a term of so many years runs between the two, its last day written as the same day or the one before."""
    months = (ends.year - begins.year) * 12 + ends.month - begins.month
    return (months == years * 12 and -1 <= ends.day - begins.day <= 0) or (
        ends.day > 27 and begins.day == 1 and months == years * 12 - 1
    )


@check
def present_certificate_is_named(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-506, R-508: the certificate named is the one on record; one that was issued before this system is taken as told."""
    union, named = union_of(context), answers["certificate_number"]
    certificate = certificate_of(context, union)
    is_on_record = certificate is not None and same_name(named) == same_name(certificate.number)
    if "ground" in answers:  # what is struck off may be the union of a form the zone had before
        is_on_record = record.certificate_named(context, union, named) is not None
    mistakes = []
    if certificate is not None and not is_on_record:
        mistakes.append(
            Mistake(
                "/certificate_number",
                Text(
                    f"登记在案的证书编号是 {certificate.number}。",
                    f"The certificate on record has the number {certificate.number}.",
                ),
            )
        )
    happened = answers.get("happened_on")
    if happened is not None and date.fromisoformat(happened) > context.today:
        mistakes.append(Mistake("/happened_on", _TO_COME))
    return mistakes


@check
def change_is_filed_whole(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-508: what changed, each once, really changed, with its proof. A late application is taken and shown as late."""
    mistakes = []
    if date.fromisoformat(answers["changed_on"]) > context.today:
        mistakes.append(Mistake("/changed_on", _TO_COME))
    attached = _attached(context)
    seen: set[str] = set()
    for number, row in enumerate(rows(answers, "changes")):
        item = row["item"]
        if item in seen:
            mistakes.append(
                Mistake(f"/changes/{number}/item", Text("同一事项只填一次。", "Each item is entered once."))
            )
        seen.add(item)
        if same_name(row["before"]) == same_name(row["after"]):
            mistakes.append(
                Mistake(f"/changes/{number}/after", Text("变更前后相同。", "Before and after are the same."))
            )
        mistakes += _not_the_chair(context, number, row)
    for key, text in {_PROOF[item] for item in seen}:
        if key not in attached:
            mistakes.append(
                Mistake(f"/materials/{key}", Text(f"请上传{text.zh}（R-508）。", f"Attach {text.en} (R-508)."))
            )
    return mistakes


def _not_the_chair(context: Context, number: int, row: Mapping[str, Any]) -> list[Mistake]:
    chair = record.chair_of(context, union_of(context)) if row["item"] == "legal_representative" else None
    if chair is None or same_name(chair) == same_name(row["after"]):
        return []
    text = Text(
        f"工会主席为法定代表人，在任主席是{chair}（R-501）。",
        f"The chair is the legal representative; {chair} is in office (R-501).",
    )
    return [Mistake(f"/changes/{number}/after", text)]


@check
def renewal_is_due(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-509: not before the last days of the certificate, whose last day is the one on record."""
    certificate = certificate_of(context, union_of(context))
    valid_to = date.fromisoformat(answers["valid_to"])
    if certificate is not None and certificate.valid_to is not None and certificate.valid_to != valid_to:
        text = Text(
            f"登记在案的证书有效期至 {certificate.valid_to}。",
            f"The certificate on record is valid until {certificate.valid_to}.",
        )
        return [Mistake("/valid_to", text)]
    early = certificates.too_early_to_renew(valid_to, context.today, context.rule_set.parameters)
    return [] if early is None else [Mistake("/valid_to", early)]


@check
def cancellation_ground_has_come(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-540: a union is struck off for what has happened, not for what is planned."""
    if date.fromisoformat(answers["decided_on"]) <= context.today:
        return []
    return [Mistake("/decided_on", _TO_COME)]


@check
def missing_items_are_told_at_once(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-507: who asks for completion says for what; who accepts asks for nothing."""
    missing = rows(answers, "missing")
    if outcome == "incomplete" and not missing:
        text = Text("请逐项写明需要补正的材料（R-507）。", "List what must be completed (R-507).")
        return [Mistake("/missing", text)]
    if outcome == "accept" and missing:
        text = Text("列有需要补正的材料，不能受理。", "What still needs completion is not accepted.")
        return [Mistake("/missing", text)]
    return []


@check
def certificate_is_well_formed(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-509, R-510, GB 32100: the credit code, and a validity as long as the term."""
    matter, union = Matter(latest_outcome(context, "choose_matter") or ""), union_of(context)
    code = credit_code.normalised(answers["credit_code"])
    mistakes = list(
        certificates.certificate_mistakes(
            matter,
            code,
            date.fromisoformat(answers["valid_from"]),
            date.fromisoformat(answers["valid_to"]) if answers.get("valid_to") else None,
            form=union.form,
            held=held(certificate_of(context, union)),
            term_ends_on=_term_filed(context, matter),
            today=context.today,
        )
    )
    if not mistakes and _is_taken(context, code, union.organisation_id):
        text = Text("这个统一社会信用代码已属于另一个工会。", "This credit code belongs to another union already.")
        mistakes.append(Mistake("/credit_code", text))
    return mistakes


@check
def account_fits_the_certificate(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-13, R-521: a dispatched body opens what the bank allows; a special account stands beside an employer's own."""
    union, kind = union_of(context), answers["kind"]
    mistakes = []
    if union.form is ZoneForm.WORK_COMMITTEE and kind != "bank_rules":
        text = Text(
            "派出机构没有法人资格，账户按银行规定开立（R-510、R-521）。",
            "A dispatched body is no legal person; its account follows the rules of the bank (R-510, R-521).",
        )
        mistakes.append(Mistake("/kind", text))
    elif union.form is not ZoneForm.WORK_COMMITTEE and kind == "bank_rules":
        text = Text("有法人资格证书的，开立基本存款账户（R-521）。", "With the certificate a basic account (R-521).")
        mistakes.append(Mistake("/kind", text))
    elif union.form is not None and kind == "special":
        text = Text(
            "专用存款账户设在所在单位的基本账户之下，产业集聚区工会没有所在单位（R-521）。",
            "A special account stands beside that of an employer, which the union of a zone has not (R-521).",
        )
        mistakes.append(Mistake("/kind", text))
    if date.fromisoformat(answers["opened_on"]) > context.today:
        mistakes.append(Mistake("/opened_on", _TO_COME))
    return mistakes


@check
def designation_names_its_year(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-537: an approval says from which budget year it holds, this one at the earliest."""
    if outcome != "approve":
        return []
    year = answers.get("from_year")
    if year is None:
        return [Mistake("/from_year", Text("请填写自哪一预算年度起。", "Say from which budget year."))]
    if year < context.today.year:
        return [Mistake("/from_year", Text("不能早于本年度。", "Not before this year."))]
    return []


def _term_filed(context: Context, matter: Matter) -> date | None:
    """The end of the term the certificate is issued for, as filed and checked."""
    ends = latest_answers(context, APPLICATIONS[matter]).get("term_to")
    return date.fromisoformat(ends) if ends else union_of(context).term_ends_on


def _attached(context: Context) -> set[str]:
    """What is uploaded in this case."""
    if context.case is None:
        return set()
    uploaded = select(Attachment.material).where(Attachment.case_id == context.case.id, Attachment.removed_at.is_(None))
    return set(context.session.scalars(uploaded))


def _is_taken(context: Context, code: str, organisation_id: int) -> bool:
    other = select(Certificate.id).where(
        Certificate.credit_code == code,
        Certificate.organisation_id != organisation_id,
        Certificate.cancelled_on.is_(None),
    )
    return context.session.scalar(other.limit(1)) is not None


_TO_COME = Text("日期不能晚于今天。", "The day cannot lie in the future.")

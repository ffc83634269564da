"""legal_person: applications, their examination, the certificate and the account."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from workflows.demo.province.scene import Deed, Scene, deed
from workflows.demo.province.standing import new_credit_code
from workflows.law.zone_forms import ZoneForm
from workflows.storage.organisations import OrganisationKind
from workflows.storage.unions import Certificate, OfficeHolder, Term

_PHONE = "0379-67280000"


def _unions(scene: Scene) -> tuple[int, ...]:
    """The organisations to which terms, chairs and certificates of the applicant belong."""
    if scene.applicant.kind != OrganisationKind.ZONE_OFFICE:
        return (scene.case.applicant_id,)
    zone = scene.zone
    return (zone.union_id or zone.office_id, zone.office_id)


def _form(scene: Scene) -> str | None:
    return scene.zone.form if scene.applicant.kind == OrganisationKind.ZONE_OFFICE else None


def _chair(scene: Scene) -> str:
    found = scene.session.scalar(
        select(OfficeHolder.name)
        .where(
            OfficeHolder.organisation_id.in_(_unions(scene)),
            OfficeHolder.office == "chair",
            or_(OfficeHolder.until.is_(None), OfficeHolder.until >= scene.today),
        )
        .order_by(OfficeHolder.id.desc())
        .limit(1)
    )
    return found or scene.story.people(1, "chair")[0].written


def _certificate(scene: Scene) -> Certificate | None:
    return scene.session.scalars(
        select(Certificate)
        .where(Certificate.organisation_id == _unions(scene)[0], Certificate.cancelled_on.is_(None))
        .order_by(Certificate.id.desc())
    ).first()


def _term(scene: Scene) -> tuple[date, date]:
    """The running term; a new one of five years where none is on record."""
    found = scene.session.scalars(
        select(Term)
        .where(Term.organisation_id.in_(_unions(scene)), Term.ended_on.is_(None))
        .order_by(Term.began_on.desc(), Term.id.desc())
    ).first()
    if found is not None and (found.extended_to or found.ends_on) >= scene.today:
        return found.began_on, found.extended_to or found.ends_on
    years = 5 if _form(scene) else 3
    begins = date(scene.today.year, scene.today.month, 1)
    return begins, date(begins.year + years, begins.month, 1)


def _handler(scene: Scene) -> dict[str, str]:
    return {"handler": scene.story.people(1, "handler")[0].written, "phone": _PHONE}


@deed("legal_person", "choose_matter")
def choose_matter(scene: Scene) -> Deed | None:
    certificate, form = _certificate(scene), _form(scene)
    if certificate is None:
        return Deed("credit_code" if form == ZoneForm.WORK_COMMITTEE else "register")
    if certificate.valid_to is not None and 0 <= (certificate.valid_to - scene.today).days <= 29:
        return Deed("renew")
    if certificate.kind != "legal_person" or form == ZoneForm.WORK_COMMITTEE:
        return Deed("replace")
    moved = certificate.legal_representative != _chair(scene) or scene.dice.random() < 0.7
    wanted = "change" if moved else "replace"
    return Deed(scene.story.once("matter", lambda: wanted))


@deed("legal_person", "fill_registration")
def fill_registration(scene: Scene) -> Deed:
    begins, ends = _term(scene)
    enterprise = scene.enterprise
    answers = {
        "name": scene.applicant.name.replace("工会办公室", "总工会"),
        "domicile": f"{scene.zone.name}创业大道{scene.dice.randrange(1, 90)}号",
        "legal_representative": _chair(scene),
        "members": max(1, enterprise.members or 1) if enterprise else 5120,
        "founding_reply": f"工发〔{begins.year}〕{scene.dice.randrange(3, 60)}号",
        "result_reply": f"工发〔{begins.year}〕{scene.dice.randrange(60, 99)}号",
        "term_from": begins.isoformat(),
        "term_to": ends.isoformat(),
        "own_organisation": True,
        "dues_secured": True,
        **_handler(scene),
    }
    return Deed("submit", answers)


@deed("legal_person", "fill_credit_code")
def fill_credit_code(scene: Scene) -> Deed:
    answers = {
        "name": f"{scene.zone.name}工会工作委员会",
        "domicile": f"{scene.zone.name}创业大道{scene.dice.randrange(1, 90)}号",
        "head": _chair(scene),
        "notice": f"工发〔{scene.today.year}〕{scene.dice.randrange(3, 60)}号",
        **_handler(scene),
    }
    return Deed("submit", answers)


@deed("legal_person", "fill_change")
def fill_change(scene: Scene) -> Deed:
    certificate = _certificate(scene)
    before = certificate.legal_representative if certificate else "原主席"
    item, after, also = "legal_representative", _chair(scene), "superior_reply"
    if before == after:
        item, before, also = "domicile", certificate.domicile if certificate else "原址", "domicile_statement"
        after = f"{scene.zone.name}创业大道{scene.dice.randrange(90, 180)}号"
    answers = {
        "certificate_number": certificate.number if certificate else "",
        "changed_on": scene.ago(scene.dice.randrange(6, 50)),
        "changes": [{"item": item, "before": before, "after": after}],
        **_handler(scene),
    }
    return Deed("submit", answers, also=(also,))


@deed("legal_person", "fill_renewal")
def fill_renewal(scene: Scene) -> Deed:
    certificate = _certificate(scene)
    begins, ends = _term(scene)
    answers = {
        "certificate_number": certificate.number if certificate else "",
        "valid_to": str(certificate.valid_to) if certificate else "",
        "result_reply": f"工发〔{scene.today.year}〕{scene.dice.randrange(3, 60)}号",
        "term_from": begins.isoformat(),
        "term_to": ends.isoformat(),
        **_handler(scene),
    }
    return Deed("submit", answers)


@deed("legal_person", "fill_replacement")
def fill_replacement(scene: Scene) -> Deed:
    certificate = _certificate(scene)
    answers: dict[str, Any] = {
        "certificate_number": certificate.number if certificate else "",
        "happened_on": scene.ago(scene.dice.randrange(3, 30)),
        "circumstances": "办公室搬迁时遗失，多方查找未果。",
        **_handler(scene),
    }
    return Deed("lost", answers)


@deed("legal_person", "superior_opinion")
def superior_opinion(scene: Scene) -> Deed:
    return scene.decide(
        Deed("support"),
        returned=("return", 0.1, ("申请表缺少公章，请补齐后报送。", "任期起止日期与批复不一致，请更正。")),
        refused=("refuse", 0.03, ("单位正在改制，暂不同意申请。",)),
    )


@deed("legal_person", "check_file")
def check_file(scene: Scene) -> Deed:
    missing = [{"material": "主席和经办人身份证件", "what": "复印件不清晰，请重新提供。"}]
    found = scene.decide(Deed("accept"), returned=("incomplete", 0.18, ("材料不齐，请一次补正。",)))
    return found if found.outcome == "accept" else Deed("incomplete", {"missing": missing}, found.opinion)


@deed("legal_person", "registration_decision")
def registration_decision(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.04, ("独立经费来源没有保障，不予登记。",)))


@deed("legal_person", "issue_certificate")
def issue_certificate(scene: Scene) -> Deed:
    matter, held = scene.outcome_of("choose_matter"), _certificate(scene)
    answers: dict[str, Any] = {
        "certificate_number": f"豫工法证字第41{scene.case.id:07d}号",
        "credit_code": held.credit_code if held else new_credit_code(scene.dice),
        "valid_from": scene.today.isoformat(),
    }
    if matter in ("register", "renew"):
        step = "fill_registration" if matter == "register" else "fill_renewal"
        answers["valid_to"] = scene.done(step)["term_to"]
    elif matter != "credit_code" and held is not None and held.valid_to is not None:
        answers["valid_to"] = held.valid_to.isoformat()
    return Deed("issue", answers)


@deed("legal_person", "open_account")
def open_account(scene: Scene) -> Deed:
    form = _form(scene)
    answers = {
        "bank": scene.dice.choice(("中国工商银行", "中国农业银行", "中原银行")) + "开发区支行",
        "kind": "bank_rules" if form == ZoneForm.WORK_COMMITTEE else "basic",
        "number": f"1705 {scene.dice.randrange(10**4):04d} {scene.dice.randrange(10**4):04d} 0001",
        "opened_on": scene.today.isoformat(),
    }
    return Deed("opened", answers)


@deed("legal_person", "request_designation")
def request_designation(scene: Scene) -> Deed:
    if scene.dice.random() < 0.5:
        return Deed(
            "later", {"grounds": "本年度暂不申请，待下一年度预算编制时再定。", "accounting": "由上级工会代管。"}
        )
    answers = {
        "grounds": "职工五千余人，经费收支规模较大，需要单独管理。",
        "accounting": "配备专职会计1名、出纳1名，制度健全。",
    }
    return Deed("request", answers)


@deed("legal_person", "finance_review")
def finance_review(scene: Scene) -> Deed:
    found = scene.decide(Deed("agree"), returned=("return", 0.1, ("预算草案缺少支出明细。",)))
    return Deed(found.outcome, {"review": found.opinion or "人员和制度符合要求。"}, found.opinion)


@deed("legal_person", "designation_decision")
def designation_decision(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve", {"from_year": scene.today.year + 1}), refused=("refuse", 0.1, ("经费规模未达到要求。",))
    )

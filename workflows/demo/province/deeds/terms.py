"""term_changes: what happens to a union in and at the end of its term."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from workflows.demo.province.scene import Deed, Scene, deed
from workflows.storage.unions import OfficeHolder, Term


def _holder(scene: Scene, office: str) -> str | None:
    return scene.session.scalar(
        select(OfficeHolder.name)
        .where(
            OfficeHolder.organisation_id == scene.case.applicant_id,
            OfficeHolder.office == office,
            or_(OfficeHolder.until.is_(None), OfficeHolder.until >= scene.today),
        )
        .order_by(OfficeHolder.id)
        .limit(1)
    )


def _term(scene: Scene) -> Term | None:
    return scene.session.scalars(
        select(Term)
        .where(Term.organisation_id == scene.case.applicant_id, Term.ended_on.is_(None))
        .order_by(Term.began_on.desc())
    ).first()


@deed("term_changes", "state_change")
def state_change(scene: Scene) -> Deed | None:
    term = _term(scene)
    if term is None:
        return None
    left = ((term.extended_to or term.ends_on) - scene.today).days
    matters: list[tuple[str, str]] = []
    if left < 150:
        matters.append(("re_election", "本届任期即将届满。"))
        if term.extended_to is None and left > 0:
            matters += [("shift", "单位搬迁，拟延期换届。")] * 2
    else:
        if _holder(scene, "vice_chair"):
            matters += [("transfer", "因生产组织调整。")] * 2
        if _holder(scene, "chair"):
            matters += [("by_election", "主席辞去职务。"), ("removal", "会员联名提出。")]
        matters += [("dissolution", "企业终止经营。")] * 2
    outcome, reason = scene.dice.choice(matters)
    return Deed(outcome, {"reason": reason})


@deed("term_changes", "propose_shift")
def propose_shift(scene: Scene) -> Deed | None:
    term = _term(scene)
    if term is None:
        return None
    held_on = term.ends_on + timedelta(days=scene.dice.randrange(60, 160))
    return Deed("submit", {"held_on": held_on.isoformat(), "reason": "搬迁期间无法召开会员大会。"})


@deed("term_changes", "shift_reply")
def shift_reply(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.15, ("延期理由不充分，请按期换届。",)))


@deed("term_changes", "propose_transfer")
def propose_transfer(scene: Scene) -> Deed | None:
    person = _holder(scene, "vice_chair")
    if person is None:
        return None
    answers = {
        "office": "vice_chair",
        "person": person,
        "new_post": "生产部副经理",
        "reason": "因生产组织调整，需要调任生产部副经理。",
        "held_on": scene.today.isoformat(),
        "committee_size": 7,
        "attending": 7,
        "in_favour": scene.dice.choice((5, 6, 7)),
    }
    if scene.dice.random() < 0.08:
        return Deed("not_agreed", {**answers, "in_favour": 3})
    return Deed("agreed", answers)


@deed("term_changes", "transfer_reply")
def transfer_reply(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.12, ("任期未满，不同意随意调动。",)))


@deed("term_changes", "propose_removal")
def propose_removal(scene: Scene) -> Deed | None:
    person, row = _holder(scene, "chair"), scene.enterprise
    if person is None or row is None:
        return None
    members = max(25, row.members or 25)
    answers = {
        "office": "chair",
        "person": person,
        "grounds": "长期不履行职责，民主测评不称职。",
        "proposed_by": "members",
        "members": members,
        "signatures": members // 2,
        "evaluated": True,
    }
    return Deed("submit", answers)


@deed("term_changes", "removal_review")
def removal_review(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.3, ("民主测评程序不完整，不同意交付表决。",)))


@deed("term_changes", "hold_removal")
def hold_removal(scene: Scene) -> Deed:
    total = int(scene.done("propose_removal")["members"])
    attending = total - scene.dice.randrange(3)
    answers = {
        "held_on": scene.today.isoformat(),
        "total": total,
        "attending": attending,
        "in_favour": total // 2 + (2 if scene.dice.random() < 0.6 else -3),
        "secret": True,
    }
    return Deed("done", answers)


@deed("term_changes", "confirm_removal")
def confirm_removal(scene: Scene) -> Deed:
    held: dict[str, Any] = scene.done("hold_removal")
    return Deed("confirm", {"attending": held["attending"], "in_favour": held["in_favour"]})


@deed("term_changes", "report_vacancy")
def report_vacancy(scene: Scene) -> Deed | None:
    person = _holder(scene, "chair")
    if person is None:
        return None
    answers = {"office": "chair", "person": person, "vacated_on": scene.ago(2), "cause": "resigned"}
    return Deed("done", answers)


@deed("term_changes", "acting_reply")
def acting_reply(scene: Scene) -> Deed:
    return Deed("approve")


@deed("term_changes", "propose_dissolution")
def propose_dissolution(scene: Scene) -> Deed:
    happened: date = scene.today - timedelta(days=scene.dice.randrange(8, 60))
    answers = {
        "cause": "employer_ended",
        "happened_on": happened.isoformat(),
        "explanation": "企业破产清算终结，已注销。",
        "funds": "经费结余交上级工会。",
    }
    return Deed("submit", answers)


@deed("term_changes", "dissolution_reply")
def dissolution_reply(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.06, ("企业尚未注销，不予撤销。",)))

"""chair_consent: who is to lead a zone's union, and what the superior union says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from workflows.demo.province.names import Name
from workflows.demo.province.scene import Deed, Scene, Story, deed, meeting, vote
from workflows.law.zone_forms import ZoneForm
from workflows.storage.cases import Case
from workflows.storage.ledger import Zone
from workflows.storage.unions import Consent, OfficeHolder

_ELSEWHERE = ("到龄退休", "调任县农业农村局副局长", "调任县市场监督管理局四级调研员", "工作需要，另有任用")


def in_office(scene: Scene, office: str, *, full_time: bool | None = None) -> list[str]:
    """Who holds an office of the zone's union on this day."""
    zone = scene.zone
    query = select(OfficeHolder.name).where(
        OfficeHolder.organisation_id == (zone.union_id or zone.office_id),
        OfficeHolder.office == office,
        or_(OfficeHolder.until.is_(None), OfficeHolder.until >= scene.today),
    )
    if full_time is not None:
        query = query.where(OfficeHolder.full_time == full_time)
    return list(scene.session.scalars(query))


@deed("chair_consent", "propose")
def propose(scene: Scene) -> Deed:
    parent = scene.session.get(Case, scene.case.parent_id) if scene.case.parent_token else None
    people = _asked_for(scene, parent) if parent is not None else _changes(scene)
    scene.story.memo["proposed"] = people
    if not people:
        return Deed("drop")
    also = ["committee_resolution"] if any(row["action"] == "move" for row in people) else []
    if any(row["action"] == "appoint" for row in people):
        also.append("inspection")
    if _form(scene, parent) == ZoneForm.WORK_COMMITTEE:
        also.append("minutes")
    return Deed("submit", {"inspection": "joined", "people": people}, also=tuple(also))


def _asked_for(scene: Scene, parent: Case) -> list[dict[str, Any]]:
    """The leaders of a union being founded, the full-time vice-chair, or who follows in a vacant post."""
    if parent.procedure == "cadre_staffing":
        chosen = scene.done("select_person", parent)
        return [_appointed(chosen["name"], chosen["current_post"], "vice_chair", "full_time")]
    story = scene.story.parent or scene.story
    if parent.procedure == "zone_union":
        chair, vice, head, *_ = _leaders(story)
        return [
            _appointed(chair.written, "管委会副主任", "chair", "part_time"),
            _appointed(vice.written, "集聚区工会办公室主任", "vice_chair", "full_time"),
            _appointed(head.written, "企业工会主席", "audit_head", "part_time"),
        ]
    return [_appointed(_leaders(story)[0].written, "管委会副主任", "chair", "part_time")]


def _leaders(story: Story) -> list[Name]:
    return story.people(12, "leaders")


def _changes(scene: Scene) -> list[dict[str, Any]]:
    """A chair or vice-chair leaves and somebody follows, or one post is filled."""
    chairs, vices = in_office(scene, "chair"), in_office(scene, "vice_chair")
    new, other = scene.story.people(2, "new")
    office, held = ("chair", chairs) if scene.dice.random() < 0.55 else ("vice_chair", vices)
    rows = [_appointed(new.written, "管委会副主任", office, "part_time")]
    if held:
        action = scene.dice.choice(("remove", "remove", "move"))
        if office == "chair" or scene.dice.random() < 0.5:
            title = "主席" if office == "chair" else "副主席"
            rows.append(_row(action, held[0], title, office, "part_time") | {"reason": scene.dice.choice(_ELSEWHERE)})
    elif office == "chair" and not vices:
        rows.append(_appointed(other.written, "集聚区工会办公室主任", "vice_chair", "part_time"))
    return rows


def _appointed(name: str, current: str, post: str, tenure: str) -> dict[str, Any]:
    return _row("appoint", name, current, post, tenure)


def _row(action: str, name: str, current: str, post: str, tenure: str) -> dict[str, Any]:
    return {"action": action, "name": name, "current_post": current, "post": post, "tenure": tenure}


def _form(scene: Scene, parent: Case | None) -> str | None:
    if parent is not None and parent.procedure == "zone_union":
        return scene.outcome_of("choose_form", parent)
    return scene.session.get_one(Zone, scene.case.subject_id).form


@deed("chair_consent", "answer_letter")
def answer_letter(scene: Scene) -> Deed:
    parent = scene.session.get(Case, scene.case.parent_id) if scene.case.parent_token else None
    outcome = "appoint" if _form(scene, parent) == ZoneForm.WORK_COMMITTEE else "consent"
    answers = vote(scene)
    agreed = Deed(outcome, {"meeting": f"{scene.today.year}年第{scene.dice.randrange(1, 20)}次党组会议", **answers})
    other = scene.decide(
        agreed,
        returned=("adjust", 0.12, ("人选任现职不满一年，建议另行考虑。", "建议人选从集聚区内产生。")),
        refused=("refuse", 0.04, ("人选不符合任职资格，不同意。",)),
    )
    return other if other is agreed else Deed(other.outcome, answers, other.opinion)


@deed("chair_consent", "no_reply")
def no_reply(scene: Scene) -> Deed | None:
    """Once in a while the Party committee takes a letter back that nobody answers; mostly it goes on waiting."""
    if scene.story.once("recall", lambda: scene.dice.random() > 0.08):
        return None
    return Deed("recall", {"urging": "多次电话催问，未获答复。"}, opinion="逾期未复，撤回来函，另提人选。")


@deed("chair_consent", "party_decision")
def party_decision(scene: Scene) -> Deed:
    """What was agreed to is decided; an agreement that has expired in the meantime is asked for again (R-414)."""
    holding = (Consent.case_id == scene.case.id, Consent.valid_until >= scene.today)
    if scene.session.scalar(select(Consent.id).where(*holding).limit(1)) is None:
        return Deed("other", opinion="上级工会的同意已经过期，重新征求意见。")
    people = [
        {"action": row["action"], "name": row["name"], "post": row["post"]}
        for row in scene.done("propose").get("people", [])
    ]
    return Deed("decide", {**meeting(scene), "due": 9, "present": 8, "in_favour": 8, "people": people})

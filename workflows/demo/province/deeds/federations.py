"""industry_federation: enterprise unions of one industry found a federation."""

from __future__ import annotations

from sqlalchemy import select

from workflows.demo.province.beginnings import industry_of
from workflows.demo.province.scene import Deed, Scene, deed
from workflows.storage.ledger import Enterprise

_MOST = 8  # unions on the list


def _unions(scene: Scene, industry: str) -> list[Enterprise]:
    return list(
        scene.session.scalars(
            select(Enterprise)
            .where(
                Enterprise.zone_id == scene.case.subject_id,
                Enterprise.operating,
                Enterprise.industry == industry,
                Enterprise.stage.in_(("founded", "standardised")),
                Enterprise.union_form.in_(("single", "joint")),
                Enterprise.members > 0,
            )
            .order_by(Enterprise.id)
            .limit(_MOST)
        )
    )


@deed("industry_federation", "propose")
def propose(scene: Scene) -> Deed | None:
    industries = industry_of(scene.session, scene.case.subject_id)
    if not industries:
        return None
    industry = scene.story.once("industry", lambda: industries[0])
    answers = {
        "name": f"{scene.zone.name}{industry.split('、')[0]}行业工会联合会",
        "basis": "industry",
        "industry": industry,
        "necessity": "行业企业集中，工资和劳动标准需要统一协商。",
    }
    return Deed("submit", answers)


@deed("industry_federation", "list_members")
def list_members(scene: Scene) -> Deed | None:
    found = _unions(scene, scene.done("propose")["industry"])
    members = [
        {
            "credit_code": row.credit_code,
            "name": row.name,
            "chair": row.chair or row.hr_head or "主席",
            "members": row.members,
        }
        for row in found
    ]
    return Deed("submit", {"members": members}) if len(members) > 1 else None


@deed("industry_federation", "consult")
def consult(scene: Scene) -> Deed:
    if scene.dice.random() < 0.12:
        return Deed("give_up", {"summary": "多数企业工会认为时机不成熟，暂不建立。"})
    replies = [
        {"name": row["name"], "replied_on": scene.today.isoformat(), "agrees": True}
        for row in scene.done("list_members")["members"]
    ]
    return Deed("agreed", {"replies": replies})


@deed("industry_federation", "draft_request")
def draft_request(scene: Scene) -> Deed:
    listed = scene.done("list_members")["members"]
    members = sum(row["members"] for row in listed)
    answers = {
        "situation": f"集聚区现有同行业企业工会{len(listed)}家，会员{members}人。",
        "plan": "两个月内召开代表大会，选举委员会。",
    }
    return Deed("submit", answers)


@deed("industry_federation", "superior_decision")
def superior_decision(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve"),
        returned=("return", 0.15, ("请补充各企业工会的书面意见。",)),
        refused=("refuse", 0.05, ("成员工会过少。",)),
    )


@deed("industry_federation", "allocate_seats")
def allocate_seats(scene: Scene) -> Deed:
    seats = [
        {"unit": "各成员工会主席", "principle": "joint", "seats": 18},
        {"unit": "一线职工和女职工", "principle": "representative", "seats": 12},
    ]
    return Deed("submit", {"total": 30, "seats": seats})


@deed("industry_federation", "report_founding")
def report_founding(scene: Scene) -> Deed:
    answers = {"held_on": scene.ago(12), "attending": 28, "process": "大会选举产生第一届委员会和主席。"}
    return Deed("submit", answers)


@deed("industry_federation", "founding_reply")
def founding_reply(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), returned=("return", 0.1, ("请补充代表大会决议。",)))

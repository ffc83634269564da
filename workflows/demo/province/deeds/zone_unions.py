"""zone_union: from the choice of a form to the union's registration."""

from __future__ import annotations

from typing import Any

from workflows.demo.province.scene import Deed, Scene, deed, meeting
from workflows.law.rule_sets import rule_set
from workflows.law.zone_forms import ZoneForm
from workflows.ledger import zones

_REASONS = (
    "企业集中、职工较多，现有工会力量不足，需要统一领导。",
    "入驻企业逐年增加，职工维权和服务需求上升，需要有专门的工会组织。",
    "集聚区列入省重点园区，建立工会有利于统筹组建和集体协商。",
)
_RETURNS = (
    "请示中的职工人数与台账不一致，请核对后重新报送。",
    "机构设置部分过于笼统，请补充人员和经费安排。",
    "缺少基层工会情况，请补充后报送。",
)


@deed("zone_union", "choose_form")
def choose_form(scene: Scene) -> Deed:
    zone = scene.zone
    verdict = zones.zone_form_finding(scene.session, zone.id, scene.today, rule_set(scene.case.rule_set)).verdict
    tried = scene.story.once("tried", list)
    wanted = "work_committee" if zone.form != ZoneForm.WORK_COMMITTEE else "federation"
    if verdict in ("eligible", "band") and "general_union" not in tried:
        wanted = "general_union"
    elif verdict not in ("eligible", "band") and zone.form is None and scene.dice.random() < 0.3:
        wanted = "federation"
    if wanted in tried:
        wanted = "give_up" if len(tried) > 1 or zone.form == ZoneForm.WORK_COMMITTEE else "federation"
    tried.append(wanted)
    return Deed(wanted, {"reason": scene.dice.choice(_REASONS)})


@deed("zone_union", "agree_composition")
def agree_composition(scene: Scene) -> Deed:
    people = scene.story.people(5)
    posts = ("director", "vice_director", "member", "member", "member")
    now = ("党工委副书记", "集聚区工会办公室主任", "管委会综合科科长", "企业职工代表", "企业职工代表")
    members = [
        {"name": name.written, "current_post": at, "post": post}
        for name, at, post in zip(people, now, posts, strict=True)
    ]
    return Deed("submit", {"members": members})


@deed("zone_union", "appoint_work_committee")
def appoint_work_committee(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve", {"remarks": "请于一个月内挂牌。"}),
        returned=("return", 0.12, ("委员中一线职工偏少，请调整人选。", "请补充拟任人员的任免呈报表。")),
        refused=("refuse", 0.06, ("集聚区企业过少，暂不派出工作委员会。",)),
    )


@deed("zone_union", "judge_band")
def judge_band(scene: Scene) -> Deed:
    if scene.dice.random() < 0.85:
        reason = "企业数接近一百家，职工人数明显超过五千人，认可属于“100家左右”。"
        return Deed("accept", {"reason": reason})
    reason = "年内新增企业少，与一百家尚有差距，建议先设立工作委员会。"
    return Deed("reject", {"reason": reason}, opinion=reason)


@deed("zone_union", "judge_foundation")
def judge_foundation(scene: Scene) -> Deed:
    if scene.dice.random() < 0.85:
        return Deed("good", {"reason": "已建会企业运转正常，经费独立核算，具备建立联合会的基础。"})
    reason = "已建会企业不足半数，活动不经常，工会工作基础还不够好。"
    return Deed("not_good", {"reason": reason}, opinion=reason)


@deed("zone_union", "party_resolution")
def party_resolution(scene: Scene) -> Deed:
    agreed = Deed("approve", {**meeting(scene), "resolution": "同意申请成立，落实办公场所和经费。"})
    return scene.decide(agreed, returned=("return", 0.05, ("请补充经费测算后再上会。",)))


@deed("zone_union", "draft_request")
def draft_request(scene: Scene) -> Deed:
    answers = {
        "necessity": "企业和职工快速增长，需要一级地方工会组织统一领导。",
        "preparation": "台账按月更新，办公场所和启动经费已落实，筹备工作就绪。",
        "structure": "设主席1名，专职副主席1名，内设办公室和权益保障部。",
    }
    return Deed("submit", answers)


@deed("zone_union", "superior_opinion")
def superior_opinion(scene: Scene) -> Deed:
    return scene.decide(
        Deed("support", {"remarks": "支持成立，请机构编制部门予以核定。"}),
        returned=("return", 0.2, _RETURNS),
        refused=("refuse", 0.04, ("辖区正在整合园区，暂不支持单独成立总工会。",)),
    )


@deed("zone_union", "staffing_request")
def staffing_request(scene: Scene) -> Deed:
    return Deed("submit", staffing_answers(scene))


def staffing_answers(scene: Scene) -> dict[str, Any]:
    """Grounds, duties and the posts asked for."""
    posts = scene.story.once("posts", lambda: scene.dice.choice((3, 4, 5, 5, 6)))
    return {
        "grounds": "豫工发〔2015〕13号第十一条；职工人数较多，需要专门机构和人员开展工会工作。",
        "duties": "组建工会、维护职工权益、开展民主管理和集体协商、服务职工。",
        "rank": "群团组织，正科级",
        "posts": posts,
        "leaders": 2,
        "funding": "both",
    }


@deed("zone_union", "superior_decision")
def superior_decision(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve"),
        returned=("return", 0.06, _RETURNS),
        refused=("refuse", 0.04, ("条件尚不成熟，待基层工会组建率提高后再报。",)),
    )


@deed("zone_union", "staffing_decision")
def staffing_decision(scene: Scene) -> Deed:
    posts = scene.story.once("posts", lambda: 5)
    return scene.decide(
        Deed("approve", {"rank": "正科级", "posts": max(2, posts - scene.dice.randrange(2)), "leaders": 2}),
        returned=("return", 0.16, ("请补充同级单位编制使用情况。", "三定方案中的职责与现有机构重复，请调整。")),
        refused=("refuse", 0.07, ("编制总量已满，今年不再新增机构。",)),
    )


@deed("zone_union", "allocate_seats")
def allocate_seats(scene: Scene) -> Deed:
    joint = scene.dice.randrange(40, 64)
    seats = [
        {"unit": "各基层工会", "principle": "joint", "seats": joint},
        {"unit": "一线职工和劳动模范", "principle": "representative", "seats": 12},
        {"unit": "党群和管理部门", "principle": "representative", "seats": 6},
    ]
    return Deed("submit", {"total": joint + 18, "seats": seats})


@deed("zone_union", "draft_federation_request")
def draft_federation_request(scene: Scene) -> Deed:
    answers = {
        "foundation": "已建基层工会三十余家，会员率达到百分之八十以上。",
        "necessity": "需要把分散的基层工会联合起来，实现统一服务。",
        "preparation": "已召开基层工会主席会议，一致同意建立联合会。",
    }
    return Deed("submit", answers)


@deed("zone_union", "federation_decision")
def federation_decision(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve"),
        returned=("return", 0.14, ("女职工和一线职工代表名额偏少，请调整分配。",)),
        refused=("refuse", 0.05, ("基层工会数量不足，暂缓建立联合会。",)),
    )


@deed("zone_union", "preparatory_group")
def preparatory_group(scene: Scene) -> Deed:
    first, second, third = scene.story.people(3, "group")
    members = [
        {"name": first.written, "current_post": "党工委副书记", "represents": "party", "duty": "head"},
        {"name": second.written, "current_post": "集聚区工会办公室主任", "represents": "employees", "duty": "deputy"},
        {"name": third.written, "current_post": "企业工会主席", "represents": "employees", "duty": "member"},
    ]
    return Deed("submit", {"members": members})

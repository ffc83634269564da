"""The invented cases: one withdrawn, one waiting for the second of two decisions and late, one done, one asked to correct.

The zone that may found a general union has no open case, so that a visitor can start one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflows.demo.stage import Stage

# How many days before today the ledger had last been reported when the story begins, and the story.
Story = tuple[int, Callable[[Stage], None]]

_REQUEST = {
    "necessity": "集聚区企业集中、职工人数多，现有工会筹备组难以覆盖全部企业，成立总工会有利于统筹组建、维权和服务。",
    "preparation": "已完成企业和职工情况摸底，台账按月更新，党工委会议已研究通过，办公场所和启动经费已落实。",
    "structure": "拟设办公室、组织部、权益保障部，配备主席一名（兼职）、专职副主席一名、专职干事三名。",
}


def withdrawn_by_the_applicant(stage: Stage) -> None:
    """Jinshui River: began in spring with the federation in mind and withdrew after the counts had risen."""
    case = stage.start("liuxin", "ZZ-JS", 214)
    reason = {"reason": "集聚区已有二十余家企业建会，先以联合会形式把各企业工会联合起来。"}
    stage.decide(case, "choose_form", "liuxin", 213, "federation", reason)
    good = {"reason": "已建会企业运转正常，职代会、集体协商覆盖面较好，具备建立联合会的基础。"}
    stage.decide(case, "judge_foundation", "lihua", 203, "good", good)
    minutes = [("minutes", "金水河产业集聚区党工委会议纪要")]
    meeting = {
        "meeting": "党工委第3次会议",
        "held_on": stage.day(199).isoformat(),
        "resolution": "同意筹备建立工会联合会。",
    }
    stage.decide(case, "party_resolution", "chenjun", 198, "approve", meeting, uploads=minutes)
    stage.withdraw(case, "liuxin", 181, "职工人数已超过五千人，拟改为申请成立总工会，待台账核实后重新提出。")


def founded_work_committee(stage: Stage) -> None:
    """Heluo: too small for a general union; its superior union appointed a work committee."""
    case = stage.start("sunlei", "LY-HL", 176)
    reason = {"reason": "企业和职工人数未达到总工会条件，先由上级工会派出工作委员会开展工作。"}
    stage.decide(case, "choose_form", "sunlei", 175, "work_committee", reason)
    members = {
        "members": [
            {"name": "郭涛", "current_post": "集聚区党工委书记", "post": "director"},
            {"name": "孙磊", "current_post": "集聚区工会办公室干事", "post": "vice_director"},
            {"name": "邓红梅", "current_post": "集聚区管委会综合科科长", "post": "member"},
            {"name": "许国庆", "current_post": "企业职工代表", "post": "member"},
            {"name": "苏晓燕", "current_post": "企业职工代表", "post": "member"},
        ]
    }
    uploads = [("minutes", "河洛县产业集聚区党工委会议纪要"), ("appointment_forms", "干部任免呈报表")]
    stage.decide(case, "agree_composition", "guotao", 165, "submit", members, uploads=uploads)
    minutes = [("minutes", "河洛县总工会党组会议纪要")]
    remarks = {"remarks": "请于一个月内挂牌，并报送首季度工作安排。"}
    stage.decide(case, "appoint_work_committee", "zhengli", 146, "approve", remarks, uploads=minutes)


def waits_for_the_second_decision(stage: Stage) -> None:
    """Songyang: in the band, judged by a human; the superior union has approved, the staffing authority is late."""
    case = stage.start("zhaomin", "ZZ-SY", 141)
    reason = {"reason": "企业八十八家、职工六千一百人，产业链完整，拟成立总工会统筹各项工作。"}
    stage.decide(case, "choose_form", "zhaomin", 140, "general_union", reason)
    judged = {"reason": "企业数接近一百家，职工人数明显超过五千人，年内还有十余家企业投产，认可属于“100家左右”。"}
    stage.decide(case, "judge_band", "lihua", 132, "accept", judged)
    meeting = {
        "meeting": "党工委第7次会议",
        "held_on": stage.day(126).isoformat(),
        "resolution": "同意申请成立总工会，落实办公场所和经费。",
    }
    minutes = [("minutes", "嵩阳产业集聚区党工委会议纪要")]
    stage.decide(case, "party_resolution", "hejie", 124, "approve", meeting, uploads=minutes)
    statistics = [("statistics", "企业和职工情况统计表")]
    stage.decide(case, "draft_request", "zhaomin", 119, "submit", _REQUEST, uploads=statistics)
    stage.decide(
        case,
        "superior_opinion",
        "lihua",
        110,
        "return",
        opinion="请示中机构设置的人数与台账不一致，请核对后重新报送。",
    )
    stage.void(case, "request_general_union", "zhaomin", 108, "人数有误，已重新起草。")
    stage.decide(case, "draft_request", "zhaomin", 106, "submit", _REQUEST)
    supported = {"remarks": "支持成立，请机构编制部门予以核定。"}
    stage.decide(case, "superior_opinion", "lihua", 96, "support", supported)
    stage.decide(case, "superior_decision", "lihua", 84, "approve", uploads=[("minutes", "郑州市总工会党组会议纪要")])
    stage.decide(case, "staffing_request", "hejie", 79, "submit", _staffing(), uploads=_staffing_papers())


def asked_to_correct(stage: Stage) -> None:
    """Heluo again: wants to turn its work committee into a federation; the superior union asks for more."""
    case = stage.start("sunlei", "LY-HL", 16)
    reason = {"reason": "工作委员会运行半年，已建会企业增加较快，拟改建为工会联合会，由代表选举产生领导机构。"}
    stage.decide(case, "choose_form", "sunlei", 15, "federation", reason)
    items = [
        {"item": "选择理由", "rule": "D-01", "what": "请补充已建会企业名单和各企业会员人数，说明“基础较好”的依据。"},
        {"item": "台账", "rule": "D-01", "what": "有三家企业职工数与上月相差较大，请核实后更新台账。"},
    ]
    stage.request_correction(case, "judge_foundation", "zhengli", 6, items, reply_in=9)


STORIES: tuple[Story, ...] = (
    (220, withdrawn_by_the_applicant),
    (183, founded_work_committee),
    (149, waits_for_the_second_decision),
    (25, asked_to_correct),
)


def _staffing() -> dict[str, Any]:
    return {
        "grounds": "豫工发〔2015〕13号第十一条；集聚区职工六千一百人，需要专门机构和人员开展工会工作。",
        "duties": "组建工会、维护职工权益、开展民主管理和集体协商、服务职工。",
        "rank": "群团组织，正科级",
        "units": [
            {"name": "办公室", "posts": 2, "duties": "综合协调、经费管理"},
            {"name": "组织权益部", "posts": 3, "duties": "组建工会、集体协商、劳动争议调解"},
        ],
        "posts": 5,
        "leaders": 2,
        "funding": "both",
    }


def _staffing_papers() -> list[tuple[str, str]]:
    return [
        ("minutes", "党工委集体讨论动议的会议纪要"),
        ("three_plans", "嵩阳产业集聚区总工会三定方案（草案）"),
        ("funding", "经费保障说明"),
        ("current_posts", "现有编制和人员情况表"),
    ]

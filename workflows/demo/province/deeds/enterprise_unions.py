"""enterprise_union: from the first visit to the founded union, or to an organiser in a small enterprise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from workflows.demo.province.scene import Deed, Later, Scene, deed
from workflows.storage.ledger import Enterprise
from workflows.storage.unions import Term

_LARGE = 25  # employees from which an enterprise founds alone (D-02)


def _enterprise(scene: Scene) -> Enterprise:
    found = scene.enterprise
    if found is None:
        raise LookupError(f"{scene.case.number} has no enterprise")
    return found


@deed("enterprise_union", "first_visit")
def first_visit(scene: Scene) -> Deed:
    answers = {
        "contact": scene.story.people(1, "contact")[0].written,
        "visited_on": scene.today.isoformat(),
        "before_opening": False,
        "founding_discussed": True,
        "content": "介绍工会法和建会程序，了解职工情况。",
    }
    return Deed("submit", answers)


@deed("enterprise_union", "service_visit")
def service_visit(scene: Scene) -> Deed:
    row = _enterprise(scene)
    dice, employees = scene.dice, row.employees or 20
    answers: dict[str, Any] = {
        "visited_on": scene.today.isoformat(),
        "content": dice.choice(("核实职工数和会员数，商定建会时间。", "帮助解决用工问题，企业同意启动建会。")),
        "employees": employees,
        "women": min(row.women or 0, employees),
        "members": 0,
        "women_members": 0,
    }
    closed = dice.random() < 0.05
    if not closed and dice.random() < 0.1 and scene.story.returned.setdefault("visit", 0) < 2:
        scene.story.returned["visit"] += 1
        return Deed("follow_up", {**answers, "content": "企业暂无建会意愿，继续跟踪服务。"})
    return Deed("closed" if closed else "found", answers)


@deed("enterprise_union", "choose_form")
def choose_form(scene: Scene) -> Deed:
    small = (_enterprise(scene).employees or 0) < _LARGE
    return Deed("organiser" if small else "single", {"reason": "职工有建会意愿，企业支持建立工会组织。"})


@deed("enterprise_union", "consult")
def consult(scene: Scene) -> Deed:
    attending = max(4, min(40, (_enterprise(scene).employees or 8) // 2))
    answers: dict[str, Any] = {
        "met_on": scene.today.isoformat(),
        "attending": attending,
        "in_favour": attending - scene.dice.randrange(2),
        "wishes": "希望尽快建立工会，重点做好工资集体协商。",
        "management": "support",
    }
    if scene.story.once("obstructed", lambda: scene.dice.random() < 0.06) and "removed" not in scene.story.memo:
        note = "行政方要求职工不得参加筹备。"
        return Deed("obstructed", {**answers, "management": "against", "management_note": note})
    return Deed("agreed", answers)


@deed("enterprise_union", "remove_obstruction")
def remove_obstruction(scene: Scene) -> Deed:
    scene.story.memo["removed"] = True
    result = "已约谈企业负责人，企业书面承诺支持建会。"
    return Deed("resolved", {"measure": "talk", "taken_on": scene.today.isoformat(), "result": result})


@deed("enterprise_union", "party_opinion")
def party_opinion(scene: Scene) -> Deed:
    return Deed("support", {"held_on": scene.today.isoformat(), "view": "同意建会，做好职工工作。"})


@deed("enterprise_union", "draft_request")
def draft_request(scene: Scene) -> Deed:
    row = _enterprise(scene)
    answers = {
        "established_on": str(row.opened_on or row.settled_on),
        "nature": row.ownership,
        "business": row.industry,
        "registered_capital": scene.dice.choice((300, 500, 800, 1000, 2000, 5000)),
        "leaders": f"总经理{row.legal_representative}",
        "plan": "成立筹备组，两个月内召开会员大会，同时建立经审和女职工组织。",
    }
    return Deed("submit", answers)


@deed("enterprise_union", "founding_decision")
def founding_decision(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve"),
        returned=("return", 0.14, ("职工人数与台账不一致，请核对。", "请补充营业执照复印件。")),
        refused=("refuse", 0.03, ("企业即将搬迁，暂不同意筹建。",)),
    )


@deed("enterprise_union", "preparatory_group")
def preparatory_group(scene: Scene) -> Deed:
    first, second, third = scene.story.people(3, "group")
    rows = (
        (first, "办公室主任", "party", "head"),
        (second, "车间班长", "employees", "deputy"),
        (third, "车间职工", "employees", "member"),
    )
    members = [
        {"name": name.written, "current_post": post, "represents": side, "duty": duty}
        for name, post, side, duty in rows
    ]
    return Deed("submit", {"members": members})


@deed("enterprise_union", "recruit_members")
def recruit_members(scene: Scene) -> Deed | Later:
    """Three weeks or more until most employees have applied and were admitted."""
    until = scene.story.once("recruited", lambda: scene.today + timedelta(days=scene.dice.randrange(7, 30)))
    if scene.today < until:
        return Later(until)
    row = _enterprise(scene)
    people = max(3, round((row.employees or 8) * scene.dice.uniform(0.8, 0.95)))
    if scene.outcome_of("choose_form") == "organiser":
        people = min(people, _LARGE - 1)
    women = min(row.women or 0, people // 2)
    admissions = [
        {
            "kind": "new",
            "applied_on": scene.ago(6),
            "approved_on": scene.today.isoformat(),
            "people": people,
            "women": women,
        }
    ]
    return Deed("submit", {"admissions": admissions})


@deed("enterprise_union", "form_groups")
def form_groups(scene: Scene) -> Deed:
    members = sum(row["people"] for row in scene.done("recruit_members")["admissions"])
    first, second = scene.story.people(2, "groups")
    half = max(1, members // 2)
    groups = [
        {"name": "第1工会小组", "people": half, "head": first.written},
        {"name": "第2工会小组", "people": max(1, members - half), "head": second.written},
    ]
    return Deed("submit", {"groups": groups})


@deed("enterprise_union", "elect_organiser")
def elect_organiser(scene: Scene) -> Deed:
    members = sum(row["people"] for row in scene.done("recruit_members")["admissions"])
    answers = {
        "held_on": scene.today.isoformat(),
        "due": members,
        "present": members,
        "name": scene.story.people(1, "organiser")[0].written,
        "votes": max(members - scene.dice.randrange(3), members // 2 + 1),
        "position": "none",
    }
    return Deed("submit", answers)


@deed("enterprise_union", "founding_file")
def founding_file(scene: Scene) -> Deed:
    organiser = scene.outcome_of("choose_form") == "organiser"
    held_on = scene.done("elect_organiser").get("held_on") if organiser else _elected_on(scene)
    answers = {
        "held_on": held_on or scene.today.isoformat(),
        "own_accounts": not organiser,
        "full_time": False,
        "chair_phone": "1990000" + f"{scene.dice.randrange(10**4):04d}",
    }
    return Deed("submit", answers)


def _elected_on(scene: Scene) -> str | None:
    """The day of the meeting that elected the committee (R-331)."""
    began = scene.session.scalar(
        select(Term.began_on)
        .where(Term.organisation_id == scene.case.applicant_id, Term.ended_on.is_(None))
        .order_by(Term.began_on.desc())
        .limit(1)
    )
    return began.isoformat() if began else None


@deed("enterprise_union", "founding_reply")
def founding_reply(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve"), returned=("return", 0.1, ("会员大会决议缺少到会人数，请补充。", "请补充会员名册。"))
    )


@deed("enterprise_union", "standardisation")
def standardisation(scene: Scene) -> Deed | Later:
    """A new union works for some months, with certificate, account and dues, before it asks for the inspection."""
    ready = scene.story.once("standard", lambda: scene.today + timedelta(days=scene.dice.randrange(100, 330)))
    if scene.today < ready:
        return Later(ready)
    answers = {
        "certificate_number": f"豫工法证字第41{scene.case.id:07d}号",
        "certificate_valid_to": (scene.today + timedelta(days=500)).isoformat(),
        "account": True,
        "dues_months": 4,
        "assembly_on": scene.ago(90),
        "congress_on": scene.ago(60),
        "openness_on": scene.ago(20),
        "mediation": True,
        "display": True,
        "service": True,
    }
    return Deed("submit", answers)


@deed("enterprise_union", "standardisation_review")
def standardisation_review(scene: Scene) -> Deed:
    return Deed("confirm", {"checked_on": scene.today.isoformat()})

"""election: plan, candidates, reviews, publicity, meeting, counts, first session, result."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from workflows.demo.province.scene import Deed, Later, Scene, deed, meeting
from workflows.law.committees import committee
from workflows.law.congress import representatives
from workflows.law.rule_sets import Parameters, rule_set
from workflows.storage.cases import Case
from workflows.storage.organisations import OrganisationKind
from workflows.storage.unions import OfficeHolder, Term

_FOUND = ("zone_union", "enterprise_union", "industry_federation")
_AUDITORS = 3


def _holders(scene: Scene, office: str) -> list[str]:
    zone = scene.zone
    unions = {scene.case.applicant_id}
    if scene.applicant.kind == OrganisationKind.ZONE_OFFICE and zone.union_id is not None:
        unions.add(zone.union_id)
    query = select(OfficeHolder.name).where(
        OfficeHolder.organisation_id.in_(unions),
        OfficeHolder.office == office,
        or_(OfficeHolder.until.is_(None), OfficeHolder.until >= scene.today),
    )
    return list(scene.session.scalars(query.order_by(OfficeHolder.id)))


def _purpose(scene: Scene) -> str:
    parent = scene.session.get(Case, scene.case.parent_id) if scene.case.parent_id else None
    if parent is not None and parent.procedure in _FOUND:
        return "founding"
    term = scene.session.scalar(
        select(func.count()).where(Term.organisation_id == scene.case.applicant_id, Term.ended_on.is_(None))
    )
    if not term:
        return "founding"
    if not _holders(scene, "chair") or not _holders(scene, "vice_chair"):
        return "by_election"
    return "re_election"


@deed("election", "plan_election")
def plan_election(scene: Scene) -> Deed:
    purpose = scene.story.once("purpose", lambda: _purpose(scene))
    drafted = dict((scene.task.draft or {}).get("answers", {}))
    members = int(drafted.get("members") or 165)
    rules = rule_set(scene.case.rule_set).parameters
    seats = committee(members, rules).numbers["seats_least"]
    answers: dict[str, Any] = {
        "session_number": 1,
        "members": members,
        "women_members": members // 3,
        "meeting_kind": "assembly",
        "committee_seats": max(3, int(seats or 3)),
        "audit_seats": _AUDITORS,
        "own_accounts": True,
        "elect_chair": True,
        "vice_chairs": 0,
        "chair_mode": "by_committee",
        "chair_competition": "competitive",
        "full_time": "none",
        "organisers": "工会筹备组" if purpose == "founding" else "工会委员会",
        "arrangements": "提名、审查、公示后召开会议选举。",
        "warnings_noted": True,
        **drafted,
        "publicity_from": (scene.today + timedelta(days=20)).isoformat(),
        "meeting_on": (scene.today + timedelta(days=48)).isoformat(),
    }
    if purpose == "by_election":
        answers |= _vacant_post(scene)
    elif scene.applicant.kind in (OrganisationKind.ZONE_OFFICE, OrganisationKind.FEDERATION):
        answers |= {"meeting_kind": "congress", "representatives": _delegates(drafted, members, rules)}
        answers.setdefault("term_years", 5)
    else:
        answers["term_years"] = 3
    return Deed(purpose, answers)


def _delegates(drafted: dict[str, Any], members: int, rules: Parameters) -> int:
    """As many as were allotted, or as few as the number of members allows (R-362)."""
    fewest = representatives(members, rules).numbers.get("representatives_least")
    return int(drafted.get("representatives") or fewest or 30)


def _vacant_post(scene: Scene) -> dict[str, Any]:
    """The committee fills the post of a chair or vice-chair out of its own members (R-336)."""
    chair = not _holders(scene, "chair")
    size = len(set(_holders(scene, "member")))
    return {
        "meeting_kind": "committee",
        "committee_seats": 0,
        "audit_seats": 0,
        "elect_chair": chair,
        "vice_chairs": 0 if chair else 1,
        "committee_size": size,
    }


@deed("election", "nominate_candidates")
def nominate_candidates(scene: Scene) -> Deed:
    plan = scene.done("plan_election")
    drafted = list((scene.task.draft or {}).get("answers", {}).get("candidates", ()))
    if plan["meeting_kind"] == "committee":
        people = _from_the_committee(scene, plan)
    else:
        people = _new_candidates(scene, plan, [row for row in drafted if row["standing"] in ("chair", "vice_chair")])
    scene.story.memo["ranked"] = [row["name"] for row in people]
    return Deed("submit", {"candidates": people, "nominated_by": "groups", "warnings_noted": True})


def _from_the_committee(scene: Scene, plan: dict[str, Any]) -> list[dict[str, Any]]:
    taken = {*_holders(scene, "chair"), *_holders(scene, "vice_chair")}
    free = [name for name in dict.fromkeys(_holders(scene, "member")) if name not in taken]
    standing = "chair" if plan["elect_chair"] else "vice_chair"
    wanted = 2 if standing == "chair" else 1
    return [
        {"name": name, "current_post": "工会委员", "standing": standing, "on_committee": True} for name in free[:wanted]
    ]


def _new_candidates(scene: Scene, plan: dict[str, Any], agreed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One more for the committee than there are seats, leaders among them, and one more auditor."""
    seats = int(plan["committee_seats"])
    names = scene.story.people(seats + 9 + _AUDITORS, "candidates")
    taken = {row["name"] for row in agreed}
    women = [name for name in names if name.of_a_woman and name.written not in taken]
    others = iter(name for name in names if name not in women[:2] and name.written not in taken)
    leaders = list(agreed)
    chairs = 1 if plan.get("chair_competition") == "equal" else 2
    while sum(row["standing"] == "chair" for row in leaders) < chairs:
        leaders.append(_stands(next(others).written, "chair"))
    while sum(row["standing"] == "vice_chair" for row in leaders) < int(plan["vice_chairs"]):
        leaders.append(_stands(next(others).written, "vice_chair"))
    ranked = [*leaders, *(_stands(name.written, "committee", woman=True) for name in women[:2])]
    while len(ranked) < seats + 1:
        ranked.append(_stands(next(others).written, "committee"))
    auditors = [_stands(next(others).written, "audit") for _ in range(_AUDITORS + 1)]
    return [*ranked[: max(seats + 1, len(leaders))], *auditors]


def _stands(name: str, standing: str, *, woman: bool = False) -> dict[str, Any]:
    return {"name": name, "current_post": "车间职工", "standing": standing, "woman": woman, "position": "none"}


@deed("election", "party_review")
def party_review(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve", meeting(scene, "支部委员会会议")), returned=("return", 0.05, ("请补充候选人简历。",))
    )


@deed("election", "superior_review")
def superior_review(scene: Scene) -> Deed:
    return scene.decide(
        Deed("approve"), returned=("return", 0.1, ("女职工候选人偏少，请调整。", "选举办法缺少计票规定。"))
    )


@deed("election", "post_publicity")
def post_publicity(scene: Scene) -> Deed:
    return Deed("done", {"places": "厂区公告栏、食堂", "contact": "工会办公室 0379-67280000"})


@deed("election", "publicity")
def publicity(scene: Scene) -> Deed | Later:
    over = max(scene.earliest, scene.task.opened_at.date() + timedelta(days=10))
    return Later(over) if scene.today < over else Deed("settled", {"objections": []})


@deed("election", "notify_meeting")
def notify_meeting(scene: Scene) -> Deed:
    planned = date.fromisoformat(scene.done("plan_election")["meeting_on"])
    held_on = max(planned, scene.today + timedelta(days=4))
    scene.story.memo["meeting_on"] = held_on
    answers = {
        "meeting_on": held_on.isoformat(),
        "at": "14:00",
        "place": "会议室",
        "agenda": "筹备报告；介绍候选人；投票；宣布结果。",
    }
    return Deed("done", answers)


def _due(plan: dict[str, Any]) -> int:
    kind = plan["meeting_kind"]
    return int(
        plan["committee_size" if kind == "committee" else "representatives" if kind == "congress" else "members"]
    )


@deed("election", "open_meeting")
def open_meeting(scene: Scene) -> Deed | Later:
    held_on: date = scene.story.memo["meeting_on"]
    if scene.today < held_on:
        return Later(held_on)
    due = _due(scene.done("plan_election"))
    attending = due - scene.dice.randrange(max(1, due // 12))
    scene.story.memo["attending"] = attending
    chaired_by = scene.story.people(1, "presiding")[0].written
    return Deed("done", {"held_on": held_on.isoformat(), "attending": attending, "chaired_by": chaired_by})


@deed("election", "adopt_method")
def adopt_method(scene: Scene) -> Deed:
    drafted = dict((scene.task.draft or {}).get("answers", {}))
    scrutineers = [{**row, "head": not place} for place, row in enumerate(drafted.get("scrutineers", ()))]
    attending = int(scene.story.memo["attending"])
    return Deed("adopted", {**drafted, "scrutineers": scrutineers, "in_favour": attending, "introduced": True})


def _counted(scene: Scene, attending: dict[str, int], plan: dict[str, Any]) -> dict[str, Any]:
    """The drafted ballot with its numbers: who was nominated first gets the most votes, so that every seat is filled."""
    drafted = (scene.task.draft or {}).get("answers", {})
    ranked: list[str] = scene.story.memo.get("ranked", [])
    seats = {
        "committee": int(plan["committee_seats"]),
        "audit": int(plan["audit_seats"]),
        "chair": 1,
        "vice_chair": max(1, int(plan["vice_chairs"])),
        "audit_head": 1,
    }
    ballots = [
        {**row, **dict.fromkeys(("attending", "issued", "returned"), attending[row["body"]]), "invalid": 0}
        for row in drafted["ballots"]
    ]
    votes = []
    for row in drafted["votes"]:
        names = [one["name"] for one in drafted["votes"] if one["body"] == row["body"]]
        names.sort(key=lambda name: ranked.index(name) if name in ranked else len(ranked))
        place, came = names.index(row["name"]), attending[row["body"]]
        wins = place < seats[row["body"]]
        votes.append({**row, "in_favour": came - came // 6 if wins else came // 8})
    return {"ballots": ballots, "votes": votes}


@deed("election", "enter_count", "confirm_count")
def count(scene: Scene) -> Deed:
    attending = int(scene.story.memo["attending"])
    answers = _counted(
        scene, dict.fromkeys(("committee", "audit", "chair", "vice_chair"), attending), scene.done("plan_election")
    )
    return Deed("done" if scene.task.step == "enter_count" else "confirm", answers)


@deed("election", "announce")
def announce(scene: Scene) -> Deed:
    return Deed("done", {"announced_by": scene.story.people(1, "presiding")[0].written})


@deed("election", "open_first_session")
def open_first_session(scene: Scene) -> Deed:
    plan = scene.done("plan_election")
    answers = {
        "held_on": scene.today.isoformat(),
        "chaired_by": scene.story.memo["ranked"][0],
        "attending": int(plan["committee_seats"]),
        "audit_attending": int(plan["audit_seats"]),
    }
    return Deed("done", answers)


@deed("election", "enter_leader_count", "confirm_leader_count")
def leader_count(scene: Scene) -> Deed:
    plan = scene.done("plan_election")
    size = int(plan["committee_seats"])
    attending = {"chair": size, "vice_chair": size, "audit_head": int(plan["audit_seats"])}
    outcome = "done" if scene.task.step == "enter_leader_count" else "confirm"
    return Deed(outcome, _counted(scene, attending, plan))


@deed("election", "form_womens_body")
def form_womens_body(scene: Scene) -> Deed:
    plan = scene.done("plan_election")
    if plan["meeting_kind"] == "committee":
        return Deed("done")
    ranked = [row for row in scene.done("nominate_candidates")["candidates"] if row["standing"] != "audit"]
    leading = [row["name"] for row in ranked if row["standing"] == "vice_chair"]
    women_on_it = [row["name"] for row in ranked[:-1] if row.get("woman")]
    head = (leading or women_on_it or [ranked[0]["name"]])[0]
    others = [name for name in (*women_on_it, *(n.written for n in scene.story.people(4, "women"))) if name != head]
    women: list[dict[str, Any]] = [{"name": head, "post": "head", "deputy_treatment": True}]
    women += [{"name": name, "post": "member"} for name in others[:2]]
    return Deed("done", {"way": "nominated", "women": women})


@deed("election", "report_result")
def report_result(scene: Scene) -> Deed:
    return Deed("submit", {"process": "会议按选举办法进行，选举有效。"})


@deed("election", "result_reply")
def result_reply(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.03, ("公示时间不足，不予批准，重新选举。",)))

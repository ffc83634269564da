"""cadre_staffing: a full-time vice-chair, full-time cadres, and the heads of two committees."""

from __future__ import annotations

from workflows.demo.province.deeds.leaders import in_office
from workflows.demo.province.scene import Deed, Later, Scene, deed, meeting, vote

_SHORT = "工会工作任务重，现有力量不足。"


@deed("cadre_staffing", "choose_matter")
def choose_matter(scene: Scene) -> Deed:
    matters = ["cadres", "cadres", "heads", "heads"]
    if not in_office(scene, "vice_chair", full_time=True):
        matters += ["staffing_route", "staffing_route", "dispatch_route"]
    return Deed(scene.dice.choice(matters), {"reason": _SHORT})


@deed("cadre_staffing", "draft_request")
def draft_request(scene: Scene) -> Deed:
    for_vice_chair = scene.outcome_of("choose_matter") == "staffing_route"
    answers = {
        "posts": 1 if for_vice_chair else scene.dice.choice((1, 2, 2, 3)),
        "rank": "department_head" if for_vice_chair else "staff",
        "grounds": "企业和职工达到一定规模，需要专人负责。",
        "duties": "主持工会日常工作。" if for_vice_chair else "组织建设、权益保障和职工服务。",
        "funding": "finance",
        "development": f"年产值{scene.dice.randrange(40, 380)}亿元，年内新增企业{scene.dice.randrange(3, 16)}家。",
    }
    sender = "by_party" if scene.dice.random() < 0.75 else "by_union"
    return Deed(sender, answers, also=("post_description",) if for_vice_chair else ())


@deed("cadre_staffing", "party_request")
def party_request(scene: Scene) -> Deed:
    return scene.decide(Deed("submit", meeting(scene)), returned=("return", 0.08, ("请补充经费来源说明后再上会。",)))


@deed("cadre_staffing", "staffing_decision", "staffing_answer")
def staffing_decision(scene: Scene) -> Deed:
    asked = int(scene.done("draft_request").get("posts", 1))
    granted = asked if asked == 1 or scene.dice.random() < 0.6 else asked - 1
    return scene.decide(
        Deed("approve", {"posts": granted, "rank": "内设机构正职", "decided_by": "commission"}),
        returned=("return", 0.15, ("请补充现有人员在岗情况。", "经费保障说明缺少财政部门意见。")),
        refused=("refuse", 0.12, ("编制总量已满，不予增加。", "可通过购买服务解决，不单独核定编制。")),
    )


@deed("cadre_staffing", "recruit")
def recruit(scene: Scene) -> Deed | Later:
    wanted = scene.task.opened_at.date().toordinal() + scene.story.once("search", lambda: scene.dice.randrange(20, 70))
    if scene.today.toordinal() < wanted:
        return Later(type(scene.today).fromordinal(wanted))
    answers = (scene.done("staffing_decision"), scene.done("staffing_answer"))
    granted = next(int(one["posts"]) for one in answers if one.get("posts"))
    people = [
        {"name": name.written, "duty": duty, "way": "recruited", "began_on": scene.today.isoformat()}
        for name, duty in zip(
            scene.story.people(3, "cadres")[:granted],
            ("组织建设", "权益保障", "职工服务"),
            strict=False,
        )
    ]
    return Deed("submit", {"people": people})


@deed("cadre_staffing", "draft_dispatch")
def draft_dispatch(scene: Scene) -> Deed:
    return Deed("submit", {"grounds": "集聚区现有力量不足，请上级工会选派专职副主席。"})


@deed("cadre_staffing", "dispatch_decision")
def dispatch_decision(scene: Scene) -> Deed:
    sent = scene.story.people(1, "sent")[0]
    agreed = Deed("approve", {"name": sent.written, "current_post": "县总工会组织部副部长", **vote(scene)})
    return scene.decide(
        agreed,
        returned=("return", 0.08, ("请说明现有副主席的分工。",)),
        refused=("refuse", 0.1, ("目前没有适合选派的干部。",)),
    )


@deed("cadre_staffing", "select_person")
def select_person(scene: Scene) -> Deed:
    dispatched = scene.outcome_of("choose_matter") == "dispatch_route"
    if dispatched:
        sent = scene.done("dispatch_decision")
        name, current = sent["name"], sent["current_post"]
    else:
        name, current = scene.story.people(1, "vice")[0].written, "集聚区工会办公室主任"
    return Deed("submit", {"name": name, "current_post": current, "way": "dispatched" if dispatched else "recommended"})


@deed("cadre_staffing", "install")
def install(scene: Scene) -> Deed:
    answers = {
        "name": scene.done("select_person")["name"],
        "held_on": scene.today.isoformat(),
        "elected_by": "committee",
        "reply_number": f"工发〔{scene.today.year}〕{scene.dice.randrange(5, 90)}号",
    }
    return Deed("submit", answers)


@deed("cadre_staffing", "report_heads")
def report_heads(scene: Scene) -> Deed:
    audit = scene.story.people(1, "heads")[0].written
    heads = [_head("audit_head", audit, "none")]
    for office in ("vice_chair", "chair"):
        if leading := in_office(scene, office):
            heads.append(_head("women_head", leading[0], office))
            break
    return Deed("submit", {"heads": heads, "held_on": scene.ago(4)})


def _head(post: str, name: str, leadership: str) -> dict[str, str]:
    return {
        "post": post,
        "name": name,
        "leadership_post": leadership,
        "rank": "leadership_deputy",
        "produced_by": "own_committee",
    }


@deed("cadre_staffing", "heads_reply")
def heads_reply(scene: Scene) -> Deed:
    return scene.decide(Deed("approve"), refused=("refuse", 0.07, ("经费审查委员会产生程序不规范，重新产生。",)))

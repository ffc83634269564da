"""cadre_staffing 产业集聚区工会干部配备: what its diagram calls by name (P06, P07, P08; 豫工发〔2015〕13号 12.2–12.5, 12.7).

One full-time vice-chair by a staffed post or sent by the superior union (R-423), full-time cadres granted by the staffing
authority, the heads of the audit and women's committees with their ranks. The rules stand in workflows.law.leaders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import JSON, Context, check, fact, operation
from workflows.errors import Mistake
from workflows.law import leaders, party_meetings
from workflows.law.finding import Confidence, Finding
from workflows.ledger import zones
from workflows.procedures.answers import latest_answers, latest_outcome, rows, same_name
from workflows.procedures.zone_leaders import LEADERSHIP, enter_office, in_office, zone_of
from workflows.storage.cases import Case, Task, TaskKind, TaskStatus
from workflows.storage.papers import Attachment
from workflows.storage.unions import Consent
from workflows.text import Text

Answers = Mapping[str, Any]
ROUTES = {"staffing_route": leaders.Route.STAFFING, "dispatch_route": leaders.Route.DISPATCH}
SOURCE = "豫工发〔2015〕13号 12.7"

# ---- operations -----------------------------------------------------------------------------------------------------


@operation
def enter_full_time_vice_chair(context: Context, *, matter: str) -> JSON:
    """The elected or appointed person holds the one full-time post; answers the id of the row. Idempotent."""
    name = str(latest_answers(context, "install").get("name") or _consented_person(context))
    chosen = latest_answers(context, "select_person")
    rank = "department_head" if matter == "staffing_route" else ""
    holder = enter_office(
        context,
        name,
        "vice_chair",
        full_time=True,
        route=ROUTES[matter].value,
        rank=rank,
        current_post=chosen.get("current_post", ""),
    )
    context.record("full_time_vice_chair_entered", {"name": name, "route": holder.route, "holder": holder.id})
    return holder.id


@operation
def enter_cadres(context: Context) -> JSON:
    """12.7: whoever was taken on holds a post of a full-time cadre; answers how many posts are filled. Idempotent."""
    people = rows(latest_answers(context, "recruit"), "people")
    holders = [
        enter_office(context, row["name"], "cadre", full_time=True, route="staffing", duty=row["duty"])
        for row in people
    ]
    context.record(
        "cadres_entered", {"granted": _granted(context), "filled": len(people), "holders": [row.id for row in holders]}
    )
    return len(people)


@operation
def enter_heads(context: Context) -> JSON:
    """12.4, 12.5: the confirmed heads hold their offices; who held one before leaves it. Idempotent."""
    entered = []
    for row in rows(latest_answers(context, "report_heads"), "heads"):
        for former in in_office(context):
            if former.office == row["post"] and same_name(former.name) != same_name(row["name"]):
                former.until = context.today
        route = "appointed" if row["produced_by"] == "appointed" else "elected"
        holder = enter_office(context, row["name"], row["post"], full_time=False, route=route, rank=row["rank"])
        entered.append({"name": row["name"], "office": row["post"], "holder": holder.id})
    context.record("heads_entered", {"heads": entered})
    return len(entered)


# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def full_time_post(context: Context) -> Finding:
    """R-423: whether the one full-time post of a vice-chair is free. "allowed" or "refused"."""
    finding = leaders.full_time_vice_chair(len(_full_time(context)), context.rule_set.parameters)
    return replace(finding, numbers={})


@fact
def cadre_workload(context: Context) -> Finding:
    """12.7: what the number of full-time cadres rests on: enterprises, employees, cadres there are."""
    counted = zones.counts(context.session, zone_of(context).id)
    cadres = sum(holder.office == "cadre" for holder in in_office(context))
    reasons = [
        Text(f"现有专职工会干部 {cadres} 名。", f"Full-time cadres now: {cadres}."),
        Text(
            "根据经济社会发展和职工人数情况配备，没有按人数计算的公式（12.7）。",
            "They depend on development and the number of employees; there is no formula (12.7).",
        ),
    ]
    if counted.employees is not None:
        share = context.rule_set.parameters.integer("full_time.staff")
        staff = max(1, ceil(Fraction(counted.employees * share, 1000)))
        reasons.append(
            Text(
                f"企业工会参照比例为职工总数的{share}‰，折合 {staff} 人；对产业集聚区仅供参考（R-107）。",
                f"The reference share for enterprises, {share} ‰, would be {staff}; for a zone only a comparison (R-107).",
            )
        )
    return Finding(
        verdict="no_verdict" if counted.missing else "known",
        title=Text("配备专职工会干部的依据", "What the number of full-time cadres rests on"),
        rule="12.7",
        numbers={
            "enterprises": counted.enterprises,
            "employees": counted.employees,
            "data_on": counted.data_on.isoformat() if counted.data_on else None,
        },
        reasons=tuple(reasons),
        source=SOURCE,
        confidence=Confidence.SOURCED.value,
        missing=counted.missing,
    )


@fact
def heads_ranks(context: Context) -> Finding:
    """12.4, 12.5, R-204, R-212: the reported heads beside what the policy asks for. "fits", "warned" or "refused"."""
    answers = latest_answers(context, "report_heads")
    mistakes = heads_fit_their_posts(context, outcome="submit", answers=answers)
    ranks = [leaders.rank_of_audit_head(row["rank"]) for row in rows(answers, "heads") if row["post"] == "audit_head"]
    warned = [finding for finding in ranks if finding.verdict == "warned"]
    verdict = "refused" if mistakes else "warned" if warned else "fits"
    return Finding(
        verdict=verdict,
        title=_RANKS[verdict],
        rule="12.4, 12.5, R-204, R-212",
        numbers={},
        reasons=tuple(m.message for m in mistakes) or tuple(finding.reasons[0] for finding in ranks),
        source="豫工发〔2015〕13号 12.4、12.5",
        confidence=Confidence.SOURCED.value,
        flags=tuple(finding.title for finding in warned),
    )


_RANKS = {
    "fits": Text("职级和任职符合规定", "Ranks and posts fit"),
    "warned": Text("职级可以另行安排，请注意", "The rank differs from what is possible; please note"),
    "refused": Text("任职不符合规定", "The posts do not fit"),
}

# ---- checks: what is asked for ---------------------------------------------------------------------------------------


@check
def matter_is_open(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-423: neither way to a full-time vice-chair is open while somebody holds the post."""
    return [*_one_post(context, "/outcome")] if outcome in ROUTES else []


def _one_post(context: Context, path: str, besides: str = "") -> Iterator[Mistake]:
    """R-423, with `besides` the person who is to hold the post and may hold it already."""
    others = _full_time(context) - {same_name(besides)}
    finding = leaders.full_time_vice_chair(len(others), context.rule_set.parameters)
    if finding.verdict == "refused":
        yield Mistake(
            path,
            Text(
                f"{finding.title.zh}：{finding.reasons[0].zh}{finding.alternatives[0].zh}",
                f"{finding.title.en}: {finding.reasons[0].en} {finding.alternatives[0].en}",
            ),
        )


def _full_time(context: Context) -> set[str]:
    return {
        same_name(holder.name) for holder in in_office(context) if holder.office == "vice_chair" and holder.full_time
    }


@check
def request_fits_the_matter(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.2, 12.7, DOC-21: one post at the rank of a department head for a vice-chair; for cadres what 12.7 asks for."""
    if latest_outcome(context, "choose_matter") == "staffing_route":
        return [*_one_post(context, "/posts"), *_vice_chairs_post(context, answers)]
    counted = zones.counts(context.session, zone_of(context).id)
    finding = leaders.cadre_request(
        answers["posts"], counted.employees, counted.enterprises, str(answers.get("development", ""))
    )
    return [Mistake("", Text(f"{text.zh}（12.7）", f"{text.en} (12.7)")) for text in finding.missing]


def _vice_chairs_post(context: Context, answers: Answers) -> Iterator[Mistake]:
    if answers["posts"] != 1:
        yield Mistake(
            "/posts", Text("专职副主席只配备1名（12.2，R-423）。", "One full-time vice-chair only (12.2, R-423).")
        )
    rank = leaders.rank_of_full_time_vice_chair(answers["rank"])
    if rank.verdict == "refused":
        yield Mistake("/rank", rank.reasons[0])
    if "post_description" not in _attached(context, "draft_request"):
        yield Mistake(
            "/materials/post_description",
            Text(
                "申请专职副主席的，请上传职位说明（DOC-21）。", "For a vice-chair upload the post description (DOC-21)."
            ),
        )


@check
def granted_posts_fit(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """DOC-22: an approval says how many posts; for a vice-chair one."""
    if outcome != "approve":
        return []
    posts = answers.get("posts")
    if not posts:
        return [Mistake("/posts", Text("请填写核定的编制数。", "Say how many posts are granted."))]
    if latest_outcome(context, "choose_matter") == "staffing_route" and posts != 1:
        return [Mistake("/posts", Text("专职副主席只核定1名（R-423）。", "One post for a vice-chair (R-423)."))]
    return []


# ---- checks: the vice-chair -------------------------------------------------------------------------------------------


@check
def dispatch_is_decided(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.3: the superior union's Party group names one cadre of the union, in a meeting with the attendance needed."""
    if outcome != "approve":
        return []
    missing = [Mistake(f"/{name}", text) for name, text in _NEEDED_TO_SEND.items() if answers.get(name) in (None, "")]
    if missing:
        return missing
    wrong_day = party_meetings.day_mistake(date.fromisoformat(answers["held_on"]), None, context.today)
    mistakes = [Mistake("/held_on", wrong_day)] if wrong_day is not None else []
    counts = party_meetings.mistakes(answers["due"], answers["present"], answers["in_favour"], agrees=True)
    return [*mistakes, *counts, *_one_post(context, "/name", answers["name"])]


_NEEDED_TO_SEND = {
    "name": Text("请填写选派人员姓名。", "Name who is sent."),
    "current_post": Text("请填写选派人员现任职务。", "Give the present post of who is sent."),
    "held_on": Text("请填写党组会议日期。", "Give the day of the Party group's meeting."),
    "due": Text("请填写应到成员。", "Give how many should attend."),
    "present": Text("请填写实到成员。", "Give how many came."),
    "in_favour": Text("请填写同意人数。", "Give how many agreed."),
}


@check
def selected_person_fits(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.2, 12.3, R-423: one person for the post; by dispatch, whom the superior union sends."""
    if outcome != "submit":
        return []
    name = str(answers.get("name", "")).strip()
    if not name or not str(answers.get("current_post", "")).strip():
        return [Mistake("/name", Text("请填写人选姓名和现任职务。", "Give the name and present post of the person."))]
    sent = latest_answers(context, "dispatch_decision").get("name")
    if latest_outcome(context, "choose_matter") == "dispatch_route" and same_name(sent) != same_name(name):
        return [
            Mistake(
                "/name",
                Text(
                    f"上级工会选派的是{sent}，不是{name}（12.3）。",
                    f"The superior union sends {sent}, not {name} (12.3).",
                ),
            )
        ]
    return [*_one_post(context, "/name", name)]


@check
def installed_with_consent(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.6, R-411, R-414, R-423: elected was the person to whom the superior union agreed, while the consent held."""
    if outcome != "submit":
        return []
    missing = [Mistake(f"/{name}", text) for name, text in _NEEDED_TO_ENTER.items() if not answers.get(name)]
    if missing:
        return missing
    held_on = date.fromisoformat(answers["held_on"])
    if held_on > context.today:
        return [Mistake("/held_on", Text("选举日期不能晚于今天。", "The election cannot lie in the future."))]
    given = context.session.scalars(
        select(Consent).where(
            Consent.applicant_id == context.applicant_id,
            Consent.office == "vice_chair",
            Consent.action == "appoint",
            Consent.given_on <= held_on,
            Consent.valid_until >= held_on,
        )
    )
    if same_name(answers["name"]) not in {same_name(consent.person) for consent in given}:
        return [
            Mistake(
                "/name",
                Text(
                    f"{answers['name']}任副主席没有征得上级工会同意，或者同意在选举时已经过期（R-411、R-414）。",
                    f"The superior union did not agree to {answers['name']} as vice-chair, or the consent had expired "
                    "on election day (R-411, R-414).",
                ),
            )
        ]
    return [*_one_post(context, "/name", answers["name"])]


_NEEDED_TO_ENTER = {
    "name": Text("请填写当选人姓名。", "Name who was elected."),
    "held_on": Text("请填写选举日期。", "Give the day of the election."),
    "elected_by": Text("请选择选举方式。", "Say by whom the person was elected."),
}


# ---- checks: cadres and heads ------------------------------------------------------------------------------------------


@check
def recruits_fit_the_posts(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.7: nobody twice, and no more people than the staffing authority granted posts."""
    people = rows(answers, "people")
    mistakes = [*_twice(people, "people")]
    granted = _granted(context)
    if len(people) > granted:
        mistakes.append(
            Mistake(
                "/people",
                Text(
                    f"到岗 {len(people)} 人，多于核定的编制 {granted} 名（12.7）。",
                    f"{len(people)} people were taken on for {granted} granted posts (12.7).",
                ),
            )
        )
    return mistakes


@check
def heads_fit_their_posts(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.5, R-204, R-212: the women's head belongs to the leadership; the chair never heads the audit committee."""
    heads = rows(answers, "heads")
    mistakes = [*_once(heads)]
    for number, row in enumerate(heads):
        if row["post"] == "women_head":
            mistakes += _womens_head(context, number, row)
        else:
            mistakes += _audit_head(context, number, row)
    return mistakes


def _once(heads: list[dict[str, Any]]) -> Iterator[Mistake]:
    for number, row in enumerate(heads):
        if row["post"] in [earlier["post"] for earlier in heads[:number]]:
            yield Mistake(f"/heads/{number}/post", Text("每个职务只报1名。", "One person for each post."))


def _womens_head(context: Context, number: int, row: Mapping[str, Any]) -> Iterator[Mistake]:
    """Where the register knows the leadership it decides; else what was reported does."""
    leadership = [holder.name for holder in in_office(context) if holder.office in LEADERSHIP]
    if not leadership and row["leadership_post"] != "none":
        leadership = [row["name"]]
    finding = leaders.womens_head(row["name"], leadership)
    if finding.verdict == "refused":
        yield Mistake(
            f"/heads/{number}/name",
            Text(
                f"{finding.reasons[0].zh}{finding.reasons[1].zh}",
                f"{finding.reasons[0].en} {finding.reasons[1].en}",
            ),
        )


def _audit_head(context: Context, number: int, row: Mapping[str, Any]) -> Iterator[Mistake]:
    chairs = {same_name(holder.name) for holder in in_office(context) if holder.office == "chair"}
    if row["leadership_post"] == "chair" or same_name(row["name"]) in chairs:
        yield Mistake(
            f"/heads/{number}/name",
            Text("主席不得担任经费审查委员会主任（R-212）。", "The chair does not head the audit committee (R-212)."),
        )


def _twice(people: list[dict[str, Any]], field: str) -> Iterator[Mistake]:
    seen: Counter[str] = Counter()
    for number, row in enumerate(people):
        seen[same_name(row["name"])] += 1
        if seen[same_name(row["name"])] == 2:
            yield Mistake(
                f"/{field}/{number}/name", Text(f"{row['name']}重复填写。", f"{row['name']} is entered twice.")
            )


# ---- what the case holds ----------------------------------------------------------------------------------------------


def _granted(context: Context) -> int:
    """How many posts the staffing authority granted in this case, whichever way it was asked."""
    by_letter = latest_outcome(context, "draft_request") == "by_union"
    return int(latest_answers(context, "staffing_answer" if by_letter else "staffing_decision").get("posts") or 0)


def _consented_person(context: Context) -> str:
    """Whom the superior union agreed to, or appointed, as vice-chair in the child case."""
    return (
        context.session.scalar(
            select(Consent.person)
            .join(Case, Case.id == Consent.case_id)
            .where(Case.parent_id == context.case.id, Consent.office == "vice_chair", Consent.action == "appoint")
            .order_by(Consent.id.desc())
            .limit(1)
        )
        or ""
    )


def _attached(context: Context, step: str) -> set[str]:
    """The materials uploaded at the open task of a step."""
    return set(
        context.session.scalars(
            select(Attachment.material)
            .join(Task, Task.id == Attachment.task_id)
            .where(
                Task.case_id == context.case.id,
                Task.step == step,
                Task.kind == TaskKind.STEP,
                Task.status == TaskStatus.OPEN,
                Attachment.removed_at.is_(None),
            )
        )
    )

"""The goals of the policy (3.2, 3.3, 3.8, I-01–I-04), compared as exact fractions: nothing is rounded to reach a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from workflows.deadlines import add_months
from workflows.errors import Mistake
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.text import Text


class Goal(StrEnum):
    """A goal and its parameter ``goal.…``."""

    UNIONS = "unions"
    MEMBERS = "members"
    POSTS = "posts"
    SIX = "six"

    @property
    def label(self) -> Text:
        return _GOAL[self]


_GOAL = {
    Goal.UNIONS: Text("工会组建率", "enterprises with a union"),
    Goal.MEMBERS: Text("职工入会率", "employees who are members"),
    Goal.POSTS: Text("干部到位率", "planned posts that are filled"),
    Goal.SIX: Text("“六有”达标率", "unions with the “six haves”"),
}


def percentage(share: Fraction) -> str:
    """A share in percent with one place, rounded down, so that no figure looks reached that is not; 179/199 -> "89.9 %"."""
    tenths = share.numerator * 1000 // share.denominator
    return f"{tenths // 10}.{tenths % 10} %"


def reached(done: int, of: int, target: Fraction, basis: Basis | None = None, about: Text | None = None) -> Finding:
    """Is ``done`` of ``of`` at least ``target``? "reached", "not_reached", or "no_verdict" of nothing.

    Invalid for a negative number and for more than there are. ``numbers["missing"]``: how many more would reach it.
    """
    mistakes = negative(done=done, of=of)
    if done > of:
        mistakes.append(Mistake("/done", Text(f"{done} 多于总数 {of}。", f"{done} is more than the {of} there are.")))
    if not 0 <= target <= 1:
        mistakes.append(Mistake("/target", Text("目标在 0 与 1 之间。", "A target is between 0 and 1.")))
    refuse(mistakes)
    basis = basis or Basis("3.2, 3.8, I-01–I-04", "豫工发〔2015〕13号第3条", Confidence.SOURCED)
    name = about or Text("完成率", "share")
    top, bottom = (int(target * 100), 100) if 100 % target.denominator == 0 else target.as_integer_ratio()
    goal = f"{top}/{bottom}"
    if of == 0:
        reason = Text("总数为 0，无从计算。", "There is nothing to take a share of.")
        return basis.finding(
            "no_verdict", Text("无法计算", "No verdict"), {"done": done, "of": of, "target": goal}, reason
        )
    share = Fraction(done, of)
    enough = ceil(target * of)
    numbers: dict[str, Scalar] = {
        "done": done,
        "of": of,
        "target": goal,
        "share": percentage(share),
        "enough": enough,
        "missing": max(0, enough - done),
    }
    ok = share >= target
    sign = "≥" if ok else "<"
    left, right = done * bottom, of * top
    reason = Text(
        f"{name.zh} {done}/{of}（{percentage(share)}），目标 {goal}：{done}×{bottom} = {left} {sign} "
        f"{of}×{top} = {right}，按分数比较，不四舍五入。",
        f"{name.en}: {done}/{of} ({percentage(share)}), target {goal}: {done} × {bottom} = {left} {sign} "
        f"{of} × {top} = {right}; compared as fractions, never rounded.",
    )
    if ok:
        return basis.finding("reached", Text("达到目标", "The goal is reached"), numbers, reason)
    short = Text(f"还差 {enough - done}。", f"{enough - done} more are needed.")
    return basis.finding("not_reached", Text("未达到目标", "The goal is not reached"), numbers, reason, short)


def goal(which: Goal, done: int, of: int, parameters: Parameters) -> Finding:
    """I-01–I-04: a goal of the policy. What counts is a convention of this system and shown as such (C-17)."""
    parameter = parameters[f"goal.{which.value}"]
    target = Fraction(parameters.integer(f"goal.{which.value}"), 100)
    found = reached(done, of, target, Basis.of(parameter), which.label)
    return Basis.of(parameter).finding(
        found.verdict, found.title, found.numbers, *found.reasons, flags=doubt(parameter)
    )


def both_rates(unions: Finding, members: Finding) -> Finding:
    """3.2: 均达到: each of the two rates for itself (G04). "reached", "not_reached" or "no_verdict"."""
    basis = Basis("3.2, I-01, I-02", "豫工发〔2015〕13号 3.2：均达到90%以上", Confidence.SOURCED)
    numbers: dict[str, Scalar] = {
        "unions": unions.numbers.get("share"),
        "members": members.numbers.get("share"),
    }
    verdicts = {unions.verdict, members.verdict}
    reasons = (*unions.reasons, *members.reasons)
    if "no_verdict" in verdicts:
        return basis.finding("no_verdict", Text("无法计算", "No verdict"), numbers, *reasons)
    if verdicts == {"reached"}:
        return basis.finding("reached", Text("两项均达到目标", "Both goals are reached"), numbers, *reasons)
    each = Text(
        "两项均须达到，一项未达到即未完成（3.2）。", "Each has to be reached; one that is not fails both (3.2)."
    )
    return basis.finding("not_reached", Text("未达到目标", "Not reached"), numbers, *reasons, each)


SIX: Mapping[str, Text] = {
    "chair": Text("有依法选举的工会主席", "a lawfully elected chair"),
    "organisation": Text("有独立健全的组织机构", "an independent, complete organisation"),
    "services": Text("有服务职工的活动载体", "places and activities for employees"),
    "rules": Text("有健全完善的制度机制", "complete rules"),
    "funds": Text("有自主管理的工会经费", "funds managed by the union itself"),
    "satisfaction": Text("有会员满意的工作绩效", "work that satisfies the members"),
}


def six_haves(proved: Mapping[str, bool]) -> Finding:
    """D-17, R-901, R-902: all six, each with evidence. "fulfilled" or "not_fulfilled"; what is not named is not proved."""
    missing = [Text(f"缺少：{text.zh}。", f"Missing: {text.en}.") for key, text in SIX.items() if not proved.get(key)]
    basis = Basis("D-17, R-901, R-902", "全总“六有”工会要求；六项全部具备为本系统约定", Confidence.CHOSEN)
    numbers = {"proved": len(SIX) - len(missing), "of": len(SIX)}
    if missing:
        return basis.finding(
            "not_fulfilled", Text("不是“六有”工会", "Not a “six haves” union"), numbers, missing=missing
        )
    reason = Text("六项均有证明（R-902）。", "All six are proved (R-902).")
    return basis.finding("fulfilled", Text("“六有”工会", "A “six haves” union"), numbers, reason)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Between which days the goals are to be reached."""

    earliest: date
    latest: date


def horizon(parameters: Parameters, base: date | None = None) -> Horizon:
    """3.8, T-38, G07: three to five years from the base date; nothing shifts."""
    start = base or date.fromisoformat(parameters.word("goal.base_date"))
    least, most = (int(years) for years in parameters.word("goal.years").split("-"))
    return Horizon(add_months(start, 12 * least), add_months(start, 12 * most))

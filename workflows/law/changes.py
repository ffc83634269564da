"""Changes within a term: extraordinary meetings, transfer, removal (R-111, R-333, R-334)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from workflows.errors import Mistake
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.elections import majority, quorum
from workflows.law.finding import Confidence, Finding
from workflows.law.rule_sets import Parameters
from workflows.text import Text

_LAW_18 = "工会法（2021）第18条；河南省工会条例（2024）第18条"


def extraordinary_meeting(
    members: int, signatures: int, parameters: Parameters, *, committee_proposes: bool = False
) -> Finding:
    """R-111: is an extraordinary assembly called? "called" or "not_called". Invalid when more sign than there are."""
    mistakes = negative(members=members, signatures=signatures)
    if signatures > members:
        mistakes.append(Mistake("/signatures", Text("签名人数多于会员人数。", "More signed than there are members.")))
    refuse(mistakes)
    parameter = parameters["congress.extraordinary"]
    needed = ceil(Fraction(parameters.word("congress.extraordinary")) * members)
    numbers = {"members": members, "signatures": signatures, "signatures_needed": needed}
    reason = Text(
        f"会员 {members} 人，三分之一以上为 {needed} 人，已签名 {signatures} 人（R-111）。",
        f"{members} members, one third and more is {needed}; {signatures} signed (R-111).",
    )
    basis = Basis.of(parameter)
    if committee_proposes or (members and signatures >= needed):
        title = Text("应当召开临时会议", "An extraordinary meeting is called")
        return basis.finding("called", title, numbers, reason)
    title = Text("不足以召开临时会议", "Not enough for an extraordinary meeting")
    return basis.finding("not_called", title, numbers, reason)


def transfer(*, own_committee_agrees: bool, superior_agrees: bool) -> Finding:
    """R-333: a chair or vice-chair moved in mid-term needs two consents. "allowed" or "blocked"."""
    basis = Basis("R-333", _LAW_18, Confidence.SOURCED)
    numbers = {"own_committee_agrees": own_committee_agrees, "superior_agrees": superior_agrees}
    missing = []
    if not own_committee_agrees:
        missing.append(Text("本级工会委员会尚未同意。", "The union's own committee has not agreed."))
    if not superior_agrees:
        missing.append(Text("上一级工会尚未同意。", "The next higher union has not agreed."))
    rule = Text(
        "主席、副主席任期未满不得随意调动；因工作需要调动的，须征得本级工会委员会和上一级工会同意（R-333）。",
        "A chair or vice-chair is not moved at will in mid-term; it needs the consent of the own committee and of the "
        "next higher union (R-333).",
    )
    if missing:
        return basis.finding("blocked", Text("不能调动", "The transfer is blocked"), numbers, rule, missing=missing)
    return basis.finding("allowed", Text("可以调动", "The transfer may go ahead"), numbers, rule)


def removal(total: int, attending: int, in_favour: int, parameters: Parameters, *, secret: bool) -> Finding:
    """R-334: removal of a chair or vice-chair. Verdict "removed", "not_removed", "no_quorum" or "void".

    ``total``: all members, or all representatives: more than half of them must agree, not of those present. The quorum
    of two thirds is taken over from elections (C-16). Invalid when more attend than there are, or agree than attend.
    """
    mistakes = negative(total=total, attending=attending, in_favour=in_favour)
    if attending > total:
        mistakes.append(Mistake("/attending", Text("到会人数多于全体人数。", "More attend than there are.")))
    if in_favour > attending:
        mistakes.append(Mistake("/in_favour", Text("赞成人数多于到会人数。", "More agree than attend.")))
    refuse(mistakes)
    needed, least = majority(total), quorum(total)
    basis = Basis("R-334", "工会法（2021）第18条：全体会员或者会员代表过半数", Confidence.SOURCED)
    numbers = {"total": total, "present": attending, "quorum": least, "votes": in_favour, "votes_needed": needed}
    flags = doubt(parameters["election.other_quorum"])
    reason = Text(
        f"全体 {total} 人，过半数为 {needed} 人；到会 {attending} 人（法定人数 {least}），赞成 {in_favour} 人（R-334）。",
        f"{total} in all, more than half is {needed}; {attending} attend ({least} are needed), {in_favour} agree (R-334).",
    )
    if attending < least:
        return basis.finding("no_quorum", Text("到会人数不足", "Too few attend"), numbers, reason, flags=flags)
    if not secret:
        open_vote = Text("罢免须采用无记名投票（R-334）。", "A removal needs a secret ballot (R-334).")
        return basis.finding("void", Text("表决无效", "The vote is void"), numbers, reason, open_vote, flags=flags)
    if in_favour >= needed:
        return basis.finding("removed", Text("罢免通过", "Removed"), numbers, reason, flags=flags)
    return basis.finding("not_removed", Text("罢免未通过", "Not removed"), numbers, reason, flags=flags)

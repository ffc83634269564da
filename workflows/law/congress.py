"""The members' congress 会员代表大会 (R-361–R-366): how many represent, who they are, how a unit elects and recalls them."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from workflows.errors import Mistake
from workflows.law.bands import band_for
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.elections import least_nominees, majority, quorum
from workflows.law.finding import Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.text import Text


def representatives(members: int, parameters: Parameters, number: int | None = None) -> Finding:
    """R-362, D-05: how many represent. "seats", "fits", "outside", "assembly_only", or "no_rule" in a rule set without one."""
    refuse(negative(members=members, number=number))
    parameter = parameters["congress.sizes"]
    basis, flags = Basis.of(parameter), doubt(parameter)
    numbers: dict[str, Scalar] = {"members": members}
    if members < parameters.integer("meeting.assembly_below"):
        reason = Text(
            f"会员 {members} 人，应当召开会员大会，不选代表（R-361）。",
            f"{members} members: the assembly of all members meets, without representatives (R-361).",
        )
        return basis.finding("assembly_only", Text("召开会员大会", "An assembly"), numbers, reason, flags=flags)
    band = band_for(parameters.word("congress.sizes"), members)
    if band is None:
        reason = Text(
            f"这一规则版本没有会员代表人数的规定（{parameter.source}）。",
            "This version of the rules has no numbers of representatives.",
        )
        return basis.finding("no_rule", Text("没有规定", "No rule"), numbers, reason, flags=flags)
    numbers |= {"representatives_least": band.least, "representatives_most": band.most}
    reason = Text(
        f"会员 {members} 人，会员代表 {band.least} 至 {band.most} 人（R-362）。",
        f"{members} members: {band.least} to {band.most} representatives (R-362).",
    )
    if number is None:
        title = Text(f"代表 {band.least}–{band.most} 人", f"{band.least}–{band.most} representatives")
        return basis.finding("seats", title, numbers, reason, flags=flags)
    numbers["representatives"] = number
    if number in band:
        return basis.finding("fits", Text("代表人数符合规定", "The number fits"), numbers, reason, flags=flags)
    title = Text("代表人数不符合规定", "The number is outside the band")
    return basis.finding("outside", title, numbers, reason, flags=flags)


def composition(number: int, leading: int, parameters: Parameters) -> Finding:
    """R-363: managers among the representatives, normally at most a fifth. "fits" or "warned", never refused."""
    mistakes = negative(number=number, leading=leading)
    if leading > number:
        mistakes.append(Mistake("/leading", Text("领导人员多于代表人数。", "More managers than representatives.")))
    refuse(mistakes)
    parameter = parameters["congress.leading_percent"]
    percent = parameters.integer("congress.leading_percent")
    most = floor(Fraction(number * percent, 100))
    numbers = {"representatives": number, "leading": leading, "leading_most": most}
    reason = Text(
        f"代表 {number} 人，中层正职以上和领导人员一般不超过 {percent}%，即 {most} 人，现有 {leading} 人（R-363）。",
        f"{number} representatives; managers are normally at most {percent} %, {most}; there are {leading} (R-363).",
    )
    basis = Basis.of(parameter)
    if leading <= most:
        return basis.finding("fits", Text("代表结构符合规定", "The composition fits"), numbers, reason)
    return basis.finding("warned", Text("领导人员偏多", "Many managers"), numbers, reason, flags=doubt(parameter))


def unit_election(
    members: int, attending: int, seats: int, nominees: int, in_favour: int, parameters: Parameters
) -> Finding:
    """R-364: one representative's election in a branch or group. "elected", "not_elected", "no_quorum" or "too_few".

    ``members``: of the electing unit; ``in_favour``: votes of the person asked about. Invalid for impossible counts.
    """
    mistakes = negative(members=members, attending=attending, seats=seats, nominees=nominees, in_favour=in_favour)
    if attending > members:
        mistakes.append(Mistake("/attending", Text("到会人数多于会员人数。", "More attend than there are members.")))
    if in_favour > attending:
        mistakes.append(Mistake("/in_favour", Text("得票多于到会人数。", "More votes than people who attend.")))
    if seats == 0:
        mistakes.append(Mistake("/seats", Text("至少选 1 名代表。", "At least one representative is elected.")))
    refuse(mistakes)
    parameter = parameters["congress.extra"]
    must_stand = least_nominees(seats, parameters.integer("congress.extra"))
    least, needed = quorum(members), majority(members)
    numbers = {
        "members": members,
        "present": attending,
        "quorum": least,
        "nominees": nominees,
        "nominees_needed": must_stand,
        "votes": in_favour,
        "votes_needed": needed,
    }
    reason = Text(
        f"选区会员 {members} 人，到会 {attending} 人（三分之二为 {least}）；代表 {seats} 名，候选人 {nominees} 名（至少 {must_stand}）；"
        f"得 {in_favour} 票，过半数为 {needed} 票（R-364）。",
        f"{members} members of the unit, {attending} attend ({least} are needed); {seats} seats, {nominees} stand "
        f"({must_stand} are needed); {in_favour} votes, {needed} elect (R-364).",
    )
    if attending < least:
        verdict, title = "no_quorum", Text("到会人数不足", "Too few attend")
    elif nominees < must_stand:
        verdict, title = "too_few", Text("候选人不足", "Too few people stand")
    elif in_favour >= needed:
        verdict, title = "elected", Text("当选", "Elected")
    else:
        verdict, title = "not_elected", Text("未当选", "Not elected")
    return Basis.of(parameter, "R-364").finding(verdict, title, numbers, reason, flags=doubt(parameter))


def recall(members: int, in_favour: int, parameters: Parameters) -> Finding:
    """R-366: recall by more than half of the members of the electing unit. "recalled" or "not_recalled"."""
    mistakes = negative(members=members, in_favour=in_favour)
    if in_favour > members:
        mistakes.append(Mistake("/in_favour", Text("赞成人数多于会员人数。", "More agree than there are members.")))
    refuse(mistakes)
    parameter, needed = parameters["congress.extra"], majority(members)
    numbers = {"members": members, "votes": in_favour, "votes_needed": needed}
    reason = Text(
        f"选区会员 {members} 人，过半数为 {needed} 人，赞成 {in_favour} 人（R-366）。",
        f"{members} members of the unit, more than half is {needed}; {in_favour} agree (R-366).",
    )
    done = in_favour >= needed
    title = Text("撤换", "Recalled") if done else Text("未撤换", "Not recalled")
    return Basis.of(parameter, "R-366").finding(
        "recalled" if done else "not_recalled", title, numbers, reason, flags=doubt(parameter)
    )

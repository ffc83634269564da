"""Before the ballot: which meeting, who must come, how many must stand, who may count (R-301–R-319).

工会基层组织选举工作条例（总工发〔2016〕27号）; R-337 applies it to the unions of development zones and to regional federations.
The base of every fraction is those who *should* attend (应到会人数), never those who came or the valid ballots. Every number is
an exact integer or fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

from workflows.errors import Mistake
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.finding import Finding
from workflows.law.names import same_name
from workflows.law.rule_sets import Parameters
from workflows.text import Text

COMMITTEE_EXTRA_PERCENT = 5
STANDING_EXTRA_PERCENT = 10
AUDITORS = range(3, 12)  # 3 to 11 members
WOMEN_FOR_COMMITTEE = 10  # from ten women members on a committee, below one member

TWO_THIRDS = Fraction(2, 3)


def quorum(due: int) -> int:
    """R-312: two thirds and more of those who should attend; 187 -> 125."""
    return ceil(TWO_THIRDS * due)


def majority(due: int) -> int:
    """R-323: more than half of those who should attend; 187 -> 94."""
    return floor(Fraction(due, 2)) + 1


def one_third(due: int) -> int:
    """R-111: one third and more; 187 -> 63."""
    return ceil(Fraction(due, 3))


def least_nominees(seats: int, percent: int = COMMITTEE_EXTRA_PERCENT) -> int:
    """R-313: seats plus ``percent`` of the seats, rounded up, at least one more (C-15); 7 -> 8."""
    return seats + max(1, ceil(Fraction(seats * percent, 100)))


def ballots_count(issued: int, returned: int) -> bool:
    """R-322: an election in which more ballots came back than went out is void as a whole."""
    return returned <= issued


def regulation(rule: str, parameters: Parameters) -> Basis:
    """The basis of a rule that stands in the election regulation of a rule set."""
    named = parameters["election.regulation"]
    return Basis(rule, f"{named.value}（{named.source}）", named.confidence)


def meeting_type(members: int, parameters: Parameters) -> Finding:
    """D-04: which meeting elects. Verdict "assembly", "assembly_by_default" (exactly at the border, C-03) or "either".

    ``members``: voting members. Invalid for a negative number.
    """
    refuse(negative(members=members))
    parameter = parameters["meeting.assembly_below"]
    border = parameters.integer("meeting.assembly_below")
    basis = Basis.of(parameter, "D-04, R-311")
    numbers = {"members": members, "border": border}
    if members < border:
        return basis.finding(
            "assembly",
            Text("召开会员大会", "A members' assembly"),
            numbers,
            Text(
                f"会员 {members} 人，不足 {border} 人，应当召开会员大会（R-311）。",
                f"{members} members, fewer than {border}: the members' assembly elects (R-311).",
            ),
        )
    if members == border:
        return basis.finding(
            "assembly_by_default",
            Text("一般召开会员大会", "A members' assembly unless the superior union agrees otherwise"),
            numbers,
            Text(
                f"会员正好 {border} 人：章程的“{border}人以下”和条例的“{border}人以上”都包括本数，一般召开会员大会；"
                "经上级工会同意，可以召开会员代表大会。",
                f"Exactly {border} members: the Charter's “{border} and fewer” and the regulation's “{border} and more” "
                "both include the number. An assembly is the rule here; a congress needs the superior union's consent.",
            ),
            flags=doubt(parameter),
        )
    return basis.finding(
        "either",
        Text("会员大会或者会员代表大会", "An assembly or a congress of representatives"),
        numbers,
        Text(
            f"会员 {members} 人，超过 {border} 人，可以召开会员大会，也可以召开会员代表大会（R-311）。",
            f"{members} members, more than {border}: an assembly or a congress of representatives may elect (R-311).",
        ),
    )


def attendance(due: int, attending: int, parameters: Parameters) -> Finding:
    """D-07, R-312: may the ballot begin? Verdict "may_vote" or "no_quorum".

    ``due``: those who should attend; ``attending``: those who came, voters at the mobile ballot box included (R-321).
    Invalid when more attend than should, for a negative count, and when nobody is due.
    """
    refuse(_presence(due, attending))
    parameter = parameters["election.quorum"]
    share = Fraction(parameters.word("election.quorum"))
    needed = ceil(share * due)
    numbers = {"due": due, "present": attending, "quorum": needed}
    basis = Basis.of(parameter)
    arithmetic = Text(
        f"应到会 {due} 人，三分之二以上为 {needed} 人（{share.numerator}×{due}÷{share.denominator} 进位），"
        f"实到会 {attending} 人（R-312）。",
        f"{due} should attend; two thirds of them are {needed} ({share.numerator} × {due} ÷ {share.denominator}, "
        f"rounded up); {attending} attend (R-312).",
    )
    flags = doubt(parameter)
    if attending >= needed:
        return basis.finding(
            "may_vote",
            Text("到会人数符合规定，可以选举", "Enough attend: the ballot may begin"),
            numbers,
            arithmetic,
            flags=flags,
        )
    return basis.finding(
        "no_quorum",
        Text("到会人数不足，不得进行选举", "Too few attend: no ballot"),
        numbers,
        arithmetic,
        Text(
            f"还差 {needed - attending} 人，改期召开，不发选票。",
            f"{needed - attending} more are needed: a new date is set and no ballot goes out.",
        ),
        flags=flags,
    )


def nomination(seats: int, nominees: int, parameters: Parameters, *, standing: bool = False) -> Finding:
    """R-313: do enough people stand? Verdict "enough" or "too_few".

    ``standing``: for the standing committee. Invalid for a negative number or for no seats.
    """
    mistakes = negative(seats=seats, nominees=nominees)
    if seats == 0:
        mistakes.append(Mistake("/seats", Text("应选名额至少 1 名。", "At least one seat is elected.")))
    refuse(mistakes)
    name = "election.standing_extra" if standing else "election.committee_extra"
    percent = parameters.integer(name)
    needed = least_nominees(seats, percent)
    numbers = {"seats": seats, "nominees": nominees, "nominees_needed": needed}
    reason = Text(
        f"应选 {seats} 名，差额不少于应选名额的 {percent}%（至少 1 名），候选人至少 {needed} 名，现有 {nominees} 名（R-313）。",
        f"{seats} seats and {percent} % of them more, at least one: {needed} must stand, {nominees} do (R-313).",
    )
    enough = nominees >= needed
    title = (
        Text("候选人数符合差额规定", "Enough people stand") if enough else Text("候选人不足", "Too few people stand")
    )
    return Basis.of(parameters[name]).finding(
        "enough" if enough else "too_few", title, numbers, reason, flags=doubt(parameters[name])
    )


def scrutineers(chosen: Sequence[str], candidates: Iterable[str], parameters: Parameters) -> Finding:
    """R-318: scrutineers are no candidates. Verdict "allowed" or "refused"; names are compared without their spaces."""
    standing = {same_name(name) for name in candidates}
    both = tuple(name for name in chosen if same_name(name) in standing)
    basis = regulation("R-318", parameters)
    numbers = {"scrutineers": len(chosen), "candidates_among_them": len(both)}
    if both:
        return basis.finding(
            "refused",
            Text("监票人不能是候选人", "A scrutineer is no candidate"),
            numbers,
            Text(
                f"{'、'.join(both)}是候选人，不能担任监票人（R-318）。",
                f"{', '.join(both)}: a candidate cannot be a scrutineer (R-318).",
            ),
        )
    if not chosen:
        return basis.finding(
            "refused",
            Text("没有监票人", "There is no scrutineer"),
            numbers,
            Text("选举须有监票人监督全过程（R-318）。", "Scrutineers supervise the whole election (R-318)."),
        )
    return basis.finding(
        "allowed",
        Text("监票人符合规定", "The scrutineers fit"),
        numbers,
        Text("监票人都不是候选人（R-318）。", "No scrutineer is a candidate (R-318)."),
    )


def delegated_vote(parameters: Parameters) -> Finding:
    """R-319: a vote for somebody who is absent. Always "refused"."""
    return regulation("R-319", parameters).finding(
        "refused",
        Text("不能委托他人投票", "Nobody votes for somebody else"),
        {},
        Text(
            "选举实行无记名投票，缺席的人不得委托他人代为投票（R-319）。",
            "The ballot is secret and an absent voter may not delegate the vote (R-319).",
        ),
        alternatives=(
            Text(
                "不能离开岗位的人可以由监票人携流动票箱投票，计入到会人数（R-321）。",
                "Who cannot leave the post may vote at a mobile ballot box under a scrutineer and counts as "
                "attending (R-321).",
            ),
        ),
    )


def _presence(due: int, attending: int) -> list[Mistake]:
    mistakes = negative(due=due, attending=attending)
    if due == 0:
        mistakes.append(Mistake("/due", Text("应到会人数至少 1 人。", "At least one person should attend.")))
    if attending > due:
        mistakes.append(
            Mistake(
                "/attending",
                Text(
                    f"实到会 {attending} 人，多于应到会的 {due} 人。",
                    f"{attending} attend, more than the {due} who should.",
                ),
            )
        )
    return mistakes

"""What earlier published versions of zone_union name, and the current one no longer does.

Their running cases go on with it: leaders proposed in the case itself, and a first congress of which only the figures were
reported (R-201–R-214, R-301–R-337, R-411–R-414). The current version runs the procedures chair_consent and election.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from workflows import settings
from workflows.deadlines import DeadlineRule, Derivation, Kind, Unit, derive
from workflows.engine.operations import Context, check, fact
from workflows.errors import Mistake
from workflows.law import elections
from workflows.law.finding import Confidence, Finding
from workflows.law.registration import terms_in_years
from workflows.law.zone_forms import ZoneForm
from workflows.procedures.answers import latest_answers, latest_outcome, rows, same_name
from workflows.procedures.election_consents import consents_on
from workflows.procedures.election_record import twice
from workflows.text import Text

SOURCE = "工会基层组织选举工作条例（总工发〔2016〕27号）；豫工发〔2015〕13号第12条"
CONSENTED_POSTS = ("chair", "vice_chair")

Answers = Mapping[str, Any]


@check
def leaders_fit_their_posts(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """12.1–12.3, R-423: one chair, at most one full-time vice-chair, no person twice in a post."""
    candidates = rows(answers, "candidates")
    mistakes = [
        Mistake(
            f"/candidates/{number}/name",
            Text(f"{candidates[number]['name']}重复填写。", f"{candidates[number]['name']} is entered twice."),
        )
        for number in twice([{"name": f"{row['name']}/{row['post']}"} for row in candidates])
    ]
    if sum(row["post"] == "chair" for row in candidates) != 1:
        mistakes.append(Mistake("/candidates", Text("主席人选须为1名。", "There is exactly one candidate for chair.")))
    if sum(row["post"] == "vice_chair" and row["tenure"] == "full_time" for row in candidates) > 1:
        mistakes.append(
            Mistake(
                "/candidates",
                Text(
                    "专职副主席只配备1名，编制途径和上级选派途径二者择一（12.2、12.3，R-423）。",
                    "There is one full-time vice-chair: by a staffed post or sent by the superior union (R-423).",
                ),
            )
        )
    return mistakes


@check
def election_counts_are_valid(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-310, R-312, R-313, R-322, R-323, C-11: publicity, attendance, ballots, nominees, votes and term."""
    return [*_meeting(context, answers), *_ballots(answers), *_votes(answers), *_term(context, answers)]


@check
def elected_bodies_are_complete(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-201, R-204 (12.5), R-212, R-314: who must sit where, and who must not."""
    return [*_leadership(answers), *_audit_committee(answers), *_womens_body(answers)]


@check
def elected_leaders_have_consent(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-411, R-414 (12.6): the superior union agreed to this person for this post, and to no other."""
    agreed = _agreed(context, date.fromisoformat(answers["held_on"]))
    return [
        Mistake(
            f"/leaders/{number}/name",
            Text(
                f"{row['name']}任{_POSTS[row['post']].zh}没有征得上级工会同意；同意只对所报人选和职务有效（R-414）。",
                f"The superior union did not agree to {row['name']} as {_POSTS[row['post']].en}; "
                "consent covers the person and the post (R-414).",
            ),
        )
        for number, row in enumerate(rows(answers, "leaders"))
        if row["post"] in CONSENTED_POSTS and (same_name(row["name"]), row["post"]) not in agreed
    ]


def _agreed(context: Context, on: date) -> set[tuple[str, str]]:
    """Who was agreed to for which post on a day; in versions without a consent case, what was proposed in this case."""
    if latest_outcome(context, "propose_leaders") is not None:
        proposed = rows(latest_answers(context, "propose_leaders"), "candidates")
        return {(same_name(row["name"]), row["post"]) for row in proposed}
    return {(same_name(consent.person), consent.office) for consent in consents_on(context, on)}


@fact
def election_result(context: Context) -> Finding:
    """What was reported of the first congress, beside what the rules ask for: "valid" or "not_valid"."""
    answers = latest_answers(context, "first_congress")
    if not answers:
        missing = Text("还没有填报选举情况。", "No election has been reported yet.")
        return _finding("no_verdict", {}, (), (missing,))
    mistakes = [
        *election_counts_are_valid(context, outcome="submit", answers=answers),
        *elected_bodies_are_complete(context, outcome="submit", answers=answers),
        *elected_leaders_have_consent(context, outcome="submit", answers=answers),
    ]
    numbers = {
        "due": answers["due"],
        "present": answers["present"],
        "quorum": elections.quorum(answers["due"]),
        "majority": elections.majority(answers["due"]),
        "issued": answers["issued"],
        "returned": answers["returned"],
        "held_on": answers["held_on"],
    }
    if mistakes:
        return _finding("not_valid", numbers, tuple(mistake.message for mistake in mistakes))
    due, present = answers["due"], answers["present"]
    attended = Text(
        f"应到 {due} 人，实到 {present} 人，法定人数 {numbers['quorum']} 人（R-312）。",
        f"{due} should attend, {present} came, {numbers['quorum']} are needed (R-312).",
    )
    elected = Text(
        f"发出选票 {answers['issued']} 张，收回 {answers['returned']} 张；当选至少须得 {numbers['majority']} 票（R-322、R-323）。",
        f"{answers['issued']} ballots went out, {answers['returned']} came back; "
        f"{numbers['majority']} votes elect (R-322, R-323).",
    )
    return _finding("valid", numbers, (attended, elected))


# ---- the meeting and its ballots ------------------------------------------------------------------------------------


def _meeting(context: Context, answers: Answers) -> Iterator[Mistake]:
    due, present, held_on = answers["due"], answers["present"], date.fromisoformat(answers["held_on"])
    needed = elections.quorum(due)
    if held_on > context.today:
        yield Mistake("/held_on", Text("大会日期不能晚于今天。", "The congress cannot lie in the future."))
    if present > due:
        yield Mistake("/present", Text("实到人数多于应到人数。", "More came than should attend."))
    elif present < needed:
        yield Mistake(
            "/present",
            Text(
                f"到会人数不足：应到 {due} 人，三分之二以上为 {needed} 人，实到 {present} 人，不得进行选举（R-312）。",
                f"Below quorum: of {due} who should attend {needed} must come, {present} did: no ballot (R-312).",
            ),
        )
    shown = _publicity(context, date.fromisoformat(answers["publicity_from"]))
    if shown.continue_from is not None and held_on < shown.continue_from:
        yield Mistake(
            "/publicity_from",
            Text(
                f"候选人公示不少于 {shown.length} 个工作日，{shown.end} 届满，最早 {shown.continue_from} 选举（R-310）。",
                f"Candidates are shown for {shown.length} working days, until {shown.end}; "
                f"the ballot is on {shown.continue_from} at the earliest (R-310).",
            ),
        )


def _publicity(context: Context, start: date) -> Derivation:
    length = context.rule_set.parameters.integer("election.candidate_publicity")
    rule = DeadlineRule(length, Unit.WORKING_DAYS, Kind.AT_LEAST, "R-310")
    return derive(start, rule, settings.load(context.session).calendar)


def _ballots(answers: Answers) -> Iterator[Mistake]:
    issued, returned, present = answers["issued"], answers["returned"], answers["present"]
    if not elections.ballots_count(issued, returned):
        yield Mistake(
            "/returned",
            Text(
                f"收回选票 {returned} 张，多于发出的 {issued} 张，选举无效，须重新选举（R-322）。",
                f"{returned} ballots came back of {issued}: the election is void and is repeated (R-322).",
            ),
        )
    if issued > present:
        yield Mistake("/issued", Text("发出选票多于实到人数。", "More ballots went out than people came."))
    seats, nominees = answers["seats"], answers["nominees"]
    if nominees < elections.least_nominees(seats):
        yield Mistake(
            "/nominees",
            Text(
                f"应选 {seats} 名，差额不少于5%，候选人至少 {elections.least_nominees(seats)} 名（R-313）。",
                f"For {seats} seats at least {elections.least_nominees(seats)} must stand, 5 % more (R-313).",
            ),
        )
    if len(rows(answers, "committee")) > seats:
        yield Mistake(
            "/committee", Text("当选委员多于应选名额（R-323）。", "More were elected than there are seats (R-323).")
        )


def _votes(answers: Answers) -> Iterator[Mistake]:
    """R-323 with R-301: the base is the congress, or the committee for leaders whom the committee elects."""
    due, returned, members = answers["due"], answers["returned"], len(rows(answers, "committee"))
    for field in ("committee", "leaders", "auditors"):
        for number, row in enumerate(rows(answers, field)):
            by_committee = row.get("elected_by") == "committee"
            needed = elections.majority(members if by_committee else due)
            cast = members if by_committee else returned
            if row["votes"] < needed:
                yield Mistake(
                    f"/{field}/{number}/votes",
                    Text(
                        f"{row['name']}得 {row['votes']} 票，不足应到会人数过半数的 {needed} 票，不能当选（R-323）。",
                        f"{row['name']} got {row['votes']} votes; more than half of those who should attend "
                        f"is {needed} (R-323).",
                    ),
                )
            elif row["votes"] > cast:
                yield Mistake(
                    f"/{field}/{number}/votes",
                    Text(
                        f"{row['name']}的 {row['votes']} 票多于收回的 {cast} 张。",
                        f"{row['name']} has {row['votes']} votes of {cast} ballots.",
                    ),
                )


def _term(context: Context, answers: Answers) -> Iterator[Mistake]:
    form = latest_outcome(context, "choose_form")
    if form not in set(ZoneForm):
        return
    allowed = terms_in_years(ZoneForm(form), context.rule_set)
    if int(answers["term_years"]) not in allowed:
        years = "、".join(str(year) for year in allowed)
        label = ZoneForm(form).label
        yield Mistake(
            "/term_years",
            Text(f"{label.zh}每届任期 {years} 年（R-110）。", f"The term of a {label.en} is {years} years (R-110)."),
        )


# ---- who sits where -------------------------------------------------------------------------------------------------


def _names(answers: Answers, field: str, *posts: str) -> set[str]:
    return {same_name(row["name"]) for row in rows(answers, field) if not posts or row.get("post") in posts}


def _leadership(answers: Answers) -> Iterator[Mistake]:
    leaders = rows(answers, "leaders")
    if sum(row["post"] == "chair" for row in leaders) != 1:
        yield Mistake("/leaders", Text("主席须为1名。", "There is exactly one chair."))
    committee = _names(answers, "committee")
    for number, row in enumerate(leaders):
        if row["post"] in CONSENTED_POSTS and same_name(row["name"]) not in committee:
            yield Mistake(
                f"/leaders/{number}/name",
                Text(
                    f"{row['name']}不是当选委员；主席、副主席从委员中产生（R-314）。",
                    f"{row['name']} is no member of the committee, from which chairs are elected (R-314).",
                ),
            )


def _audit_committee(answers: Answers) -> Iterator[Mistake]:
    auditors = rows(answers, "auditors")
    if len(auditors) not in elections.AUDITORS:
        yield Mistake("/auditors", Text("经费审查委员会由3至11人组成（R-212）。", "It has 3 to 11 members (R-212)."))
    if sum(row["post"] == "head" for row in auditors) != 1:
        yield Mistake("/auditors", Text("经费审查委员会主任须为1名。", "The audit committee has exactly one head."))
    chair = _names(answers, "leaders", "chair")
    for number, row in enumerate(auditors):
        if same_name(row["name"]) in chair:
            yield Mistake(
                f"/auditors/{number}/name",
                Text(
                    "主席不得担任经费审查委员会成员（R-212）。",
                    "The chair does not sit in the audit committee (R-212).",
                ),
            )


def _womens_body(answers: Answers) -> Iterator[Mistake]:
    women, body = answers["women_members"], rows(answers, "women")
    posts = [row["post"] for row in body]
    if women >= elections.WOMEN_FOR_COMMITTEE:
        if posts.count("head") != 1 or "sole" in posts:
            yield Mistake(
                "/women",
                Text(
                    "女会员10人以上，须同时建立女职工委员会，主任1名（R-201、4.6）。",
                    "With ten women members a women's committee with one head is formed at the same time (R-201).",
                ),
            )
    elif women and posts != ["sole"]:
        yield Mistake(
            "/women",
            Text(
                "女会员不足10人，设女职工委员1人（R-201）。",
                "With fewer than ten women members there is one 女职工委员 (R-201).",
            ),
        )
    elif not women and posts:
        yield Mistake(
            "/women", Text("没有女会员，不设女职工组织（R-201）。", "Without women members there is none (R-201).")
        )
    leadership = _names(answers, "leaders")
    for number, row in enumerate(body):
        if row["post"] == "head" and same_name(row["name"]) not in leadership:
            yield Mistake(
                f"/women/{number}/name",
                Text(
                    "女职工委员会主任须由同级工会领导班子成员兼任（12.5，R-204）。",
                    "The head of the women's committee is a member of the union's leadership (12.5, R-204).",
                ),
            )


_POSTS = {"chair": Text("主席", "chair"), "vice_chair": Text("副主席", "vice-chair")}
_TITLES = {
    "valid": Text("填报数据符合选举规定", "The reported figures meet the election rules"),
    "not_valid": Text("填报数据不符合选举规定", "The reported figures do not meet the election rules"),
    "no_verdict": Text("没有选举数据", "No figures of an election"),
}


def _finding(
    verdict: str, numbers: dict[str, Any], reasons: tuple[Text, ...], missing: tuple[Text, ...] = ()
) -> Finding:
    return Finding(
        verdict=verdict,
        title=_TITLES[verdict],
        rule="R-312, R-322, R-323",
        numbers=numbers,
        reasons=reasons,
        source=SOURCE,
        confidence=Confidence.HIGH.value,
        missing=missing,
    )

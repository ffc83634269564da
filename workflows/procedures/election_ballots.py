"""The meeting, its ballots and its count: two parties, every round, until every seat is filled (R-312–R-325)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from workflows.engine.operations import JSON, Context, check, draft, fact, operation, reading
from workflows.errors import Invalid, Mistake
from workflows.law import committees, elections, rounds
from workflows.law.counts import Difference, differences
from workflows.law.finding import Finding, Scalar
from workflows.law.names import by_surname_strokes, same_name
from workflows.law.protocol import protocol
from workflows.organisations import lanes
from workflows.procedures.answers import rows
from workflows.procedures.election_consents import elected_without_consent
from workflows.procedures.election_record import (
    ENTERED,
    Body,
    Record,
    Stage,
    Stand,
    count_of,
    open_stands,
    standing,
)
from workflows.text import Text

Answers = Mapping[str, Any]

RULES = "D-08, D-09, R-312, R-322, R-323, R-324"
POSTS = (Body.CHAIR, Body.VICE_CHAIR, Body.AUDIT_HEAD)

# ---- operations -----------------------------------------------------------------------------------------------------


@operation
@reading
def assess_quorum(context: Context) -> JSON:
    """R-312, D-07: "may_vote" or "no_quorum", from the attendance of the meeting."""
    finding = _attendance(context)
    if context.case is not None:
        context.record("quorum_assessed", {"stage": Stage.MEETING.value, "finding": finding.to_json()})
    return finding.verdict


@operation
@reading
def assess_first_session(context: Context) -> JSON:
    """R-312: "may_vote" or "no_quorum", each body for itself."""
    record = Record(context)
    verdict = _session_attendance(record)
    if context.case is not None:
        context.record("quorum_assessed", {"stage": Stage.FIRST_SESSION.value, "verdict": verdict})
    return verdict


@operation
@reading
def decide_ballots(context: Context, *, stage: str) -> JSON:
    """D-09: what the confirmed counts lead to: "elected", "tie", "shortage", "void", "no_quorum", "next" or "complete".

    "next": the ballots of another turn, or the further election that a shortage was settled to be met by. "complete": the
    meeting has filled every post itself, and no first session is needed.
    """
    record = Record(context)
    stands = record.stands(Stage(stage))
    verdict = standing(stands)
    if verdict == "shortage" and record.voting_goes_on():
        verdict = "next"
    plan = record.plan
    if verdict == "elected" and stage == Stage.MEETING and plan is not None and not plan.bodies(Stage.FIRST_SESSION):
        verdict = "complete"
    if context.case is not None:
        results = {body.value: stand.result.to_json() for body, stand in stands.items() if stand.result is not None}
        context.record("ballots_decided", {"stage": stage, "verdict": verdict, "results": results})
    return verdict


# ---- facts ----------------------------------------------------------------------------------------------------------


@fact
def meeting_quorum(context: Context) -> Finding:
    """How many should attend the meeting, and how many must (R-312)."""
    return _attendance(context)


@fact
def ballot_papers(context: Context) -> Finding:
    """What the next ballots of the meeting look like: seats and names in the order of surname strokes."""
    return _ballot_papers(Record(context), Stage.MEETING)


@fact
def leader_ballot_papers(context: Context) -> Finding:
    """The same for the first session of the bodies elected."""
    return _ballot_papers(Record(context), Stage.FIRST_SESSION)


@fact
def ballot_results(context: Context) -> Finding:
    """What the ballots of the meeting have led to, with the arithmetic of each body."""
    return _results(Record(context), Stage.MEETING)


@fact
def leader_ballot_results(context: Context) -> Finding:
    """What the ballots of the first session have led to."""
    return _results(Record(context), Stage.FIRST_SESSION)


@fact
def count_protocol(context: Context) -> Finding:
    """计票结果报告单: the arithmetic of the last count of the meeting, line by line (R-322, R-325)."""
    return _protocol(Record(context), Stage.MEETING)


@fact
def leader_count_protocol(context: Context) -> Finding:
    """The same for the first session."""
    return _protocol(Record(context), Stage.FIRST_SESSION)


@fact
def election_result_review(context: Context) -> Finding:
    """Who was elected into what, and whether the audit body and the women's body are there: what the superior confirms."""
    record = Record(context)
    stands = record.everything()
    if record.plan is None or not stands:
        return _finding(record, "pending", Text("还没有选举结果", "There is no result yet"), {})
    reasons = [_elected_line(stand) for stand in stands.values() if stand.elected]
    complete = all(stand.complete for stand in stands.values())
    title = Text("选举已完成", "The election is complete") if complete else Text("选举未完成", "It is not complete")
    numbers: dict[str, Scalar] = {
        "due": record.plan.due,
        "quorum": elections.quorum(record.plan.due),
        "votes_needed": elections.majority(record.plan.due),
    }
    if (held := record.last("open_meeting")) is not None:
        numbers["present"] = held.answers["attending"]
    flags = elected_without_consent(record)
    return _finding(record, "complete" if complete else "not_complete", title, numbers, *reasons, flags=flags)


# ---- drafts ---------------------------------------------------------------------------------------------------------


@draft
def names_on_the_ballot(context: Context, *, earlier: Answers) -> dict[str, Any]:
    """A count begins with the names of this round, in the order of surname strokes, and without a number."""
    return _empty_count(Record(context), Stage.MEETING)


@draft
def names_on_the_leader_ballot(context: Context, *, earlier: Answers) -> dict[str, Any]:
    """The same for the first session."""
    return _empty_count(Record(context), Stage.FIRST_SESSION)


@draft
def tellers_of_the_unit(context: Context, *, earlier: Answers) -> dict[str, Any]:
    """Those who have accounts for counting and supervising, for the meeting to adopt; a later meeting begins with these."""
    if earlier:
        return {key: value for key, value in earlier.items() if key != "in_favour"}
    found = {
        kind: [{"name": one.name} for one in lanes.holders(context.session, "applicant", role, unit, context.today)]
        for kind, role in (("scrutineers", "scrutineer"), ("counters", "counter"))
        if (unit := context.applicant_id) is not None
    }
    return {kind: people for kind, people in found.items() if people}


# ---- checks ---------------------------------------------------------------------------------------------------------


@check
def attendance_is_possible(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-312, R-319, R-321: who came, with no vote for anybody who did not. Too few is no mistake: it postpones."""
    record = Record(context)
    due = record.plan.due if record.plan else 0
    mistakes = list(_held(context, answers, record.answers("notify_meeting").get("meeting_on")))
    attending, mobile = answers["attending"], answers.get("mobile_voters") or 0
    if attending > due:
        mistakes.append(_more("/attending", attending, due, Text("应到会人数", "those who should attend")))
    if mobile > attending:
        mistakes.append(_more("/mobile_voters", mobile, attending, Text("实到会人数", "those who attend")))
    if answers.get("proxies"):
        mistakes.append(Mistake("/proxies", elections.delegated_vote(record.parameters).reasons[0]))
    return mistakes


@check
def tellers_are_no_candidates(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-318: scrutineers and counters do not stand, are not the same people, and were adopted by the meeting."""
    record = Record(context)
    names = [row["name"] for row in record.candidates]
    chosen = {kind: [row["name"] for row in rows(answers, kind)] for kind in ("scrutineers", "counters")}
    mistakes = []
    for kind, people in chosen.items():
        for number, name in enumerate(people):
            if elections.scrutineers([name], names, record.parameters).verdict == "refused":
                what = _TELLERS[kind]
                mistakes.append(
                    Mistake(
                        f"/{kind}/{number}/name",
                        Text(
                            f"{name}是候选人，不能担任{what.zh}（R-318）。",
                            f"{name} stands as a candidate and cannot be a {what.en} (R-318).",
                        ),
                    )
                )
    both = {same_name(name) for name in chosen["scrutineers"]}
    for number, name in enumerate(chosen["counters"]):
        if same_name(name) in both:
            mistakes.append(
                Mistake(
                    f"/counters/{number}/name",
                    Text(
                        f"{name}不能同时担任计票人和监票人（R-318）。",
                        f"{name} cannot both count and supervise (R-318).",
                    ),
                )
            )
    attending = record.answers("open_meeting").get("attending", 0)
    if answers["in_favour"] > attending:
        mistakes.append(_more("/in_favour", answers["in_favour"], attending, Text("实到会人数", "those who attend")))
    elif 2 * answers["in_favour"] <= attending:
        mistakes.append(
            Mistake(
                "/in_favour",
                Text(
                    "选举办法和监票人、计票人名单没有过半数通过，不能开始投票（R-318）。",
                    "Method and tellers were not adopted by more than half; the ballot cannot begin (R-318).",
                ),
            )
        )
    if not answers.get("introduced"):
        mistakes.append(
            Mistake(
                "/introduced", Text("投票前须介绍候选人情况（R-317）。", "Candidates are introduced first (R-317).")
            )
        )
    return mistakes


@check
def count_is_possible(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-318–R-322: entered by a counter of this meeting, for the people on the ballot, in numbers that can be true."""
    record = Record(context)
    return [*_is_teller(context, record, "counters"), *_count(record, Stage.MEETING, answers)]


@check
def leader_count_is_possible(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """The same for the first session."""
    record = Record(context)
    return [*_is_teller(context, record, "counters"), *_count(record, Stage.FIRST_SESSION, answers)]


@check
def count_is_confirmed(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-318: the scrutineer counts too; every difference is named and must be cleared before the count stands."""
    return _confirmed(context, Stage.MEETING, outcome, answers)


@check
def leader_count_is_confirmed(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """The same for the first session."""
    return _confirmed(context, Stage.FIRST_SESSION, outcome, answers)


@check
def seats_may_be_fewer(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-324, R-305: fewer seats only when close to the number, within the band, and agreed by more than half."""
    if outcome != "reduce":
        return []
    record = Record(context)
    short = open_stands(record.stands(Stage.MEETING))
    given = {row["body"]: (number, row) for number, row in enumerate(rows(answers, "reductions"))}
    mistakes = []
    for body, stand in short.items():
        if body.value not in given:
            label = body.label
            mistakes.append(
                Mistake(
                    "/reductions",
                    Text(f"缺少{label.zh}的表决情况。", f"The vote on this body is missing: {label.en}."),
                )
            )
            continue
        number, row = given[body.value]
        mistakes += list(_not_reduced(record, stand, f"/reductions/{number}", row))
    return mistakes


@check
def first_session_is_possible(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-312, R-316: the first session follows the meeting and is chaired by somebody newly elected."""
    record = Record(context)
    held = record.last("open_meeting")
    mistakes = list(_held(context, answers, held.answers["held_on"] if held else None))
    plan, chaired_by = record.plan, same_name(answers["chaired_by"])
    members = record.members_of(Body.COMMITTEE)
    if plan is not None and not plan.by_election and chaired_by not in {same_name(name) for name in members}:
        mistakes.append(
            Mistake(
                "/chaired_by",
                Text(
                    "第一次全体会议由新当选的委员主持（R-316）。",
                    "The first session is chaired by a newly elected member (R-316).",
                ),
            )
        )
    for field, due in _session_due(record).items():
        if (answers.get(field) or 0) > due:
            mistakes.append(_more(f"/{field}", answers[field], due, Text("应到会人数", "those who should attend")))
    return mistakes


# ---- how ------------------------------------------------------------------------------------------------------------


def _finding(
    record: Record, verdict: str, title: Text, numbers: Mapping[str, Scalar], *reasons: Text, **more: Any
) -> Finding:
    return elections.regulation(RULES, record.parameters).finding(verdict, title, numbers, *reasons, **more)


def _attendance(context: Context) -> Finding:
    record = Record(context)
    if record.plan is None:
        return _finding(record, "pending", Text("还没有选举方案", "There is no plan yet"), {})
    held = record.last("open_meeting")
    if held is None or held.id < record.since:
        due, needed = record.plan.due, elections.quorum(record.plan.due)
        reason = Text(
            f"应到会 {due} 人，到会须达 {needed} 人（三分之二以上，含流动票箱投票的人）；不足的改期，不发选票（R-312、R-321）。",
            f"{due} should attend and {needed} must, two thirds, with those at the mobile ballot box; with fewer the "
            "meeting is postponed and no ballot goes out (R-312, R-321).",
        )
        title = Text(f"法定人数 {needed} 人", f"Quorum: {needed}")
        return _finding(record, "pending", title, {"due": due, "quorum": needed}, reason)
    return elections.attendance(record.plan.due, held.answers["attending"], record.parameters)


def _empty_count(record: Record, stage: Stage) -> dict[str, Any]:
    stands = open_stands(record.stands(stage))
    return {
        "ballots": [{"body": body.value} for body in stands],
        "votes": [{"body": body.value, "name": name} for body, stand in stands.items() for name in stand.on_the_ballot],
    }


def _session_due(record: Record) -> dict[str, int]:
    """The fields of the first session that say who came, with how many should."""
    if record.plan is None:
        return {}
    bodies = record.stands(Stage.FIRST_SESSION)
    found = {}
    for body, stand in bodies.items():
        found["audit_attending" if body is Body.AUDIT_HEAD else "attending"] = stand.due
    return found


def _session_attendance(record: Record) -> str:
    held = record.answers("open_first_session")
    verdicts = [
        elections.attendance(due, held.get(field) or 0, record.parameters).verdict
        for field, due in _session_due(record).items()
    ]
    return "no_quorum" if "no_quorum" in verdicts else "may_vote"


def _held(context: Context, answers: Answers, not_before: str | None) -> Iterator[Mistake]:
    held_on = date.fromisoformat(answers["held_on"])
    if held_on > context.today:
        yield Mistake("/held_on", Text("会议日期不能晚于今天。", "The meeting cannot lie in the future."))
    elif not_before is not None and held_on < date.fromisoformat(not_before):
        yield Mistake(
            "/held_on",
            Text(f"会议不能早于 {not_before}。", f"The meeting cannot be earlier than {not_before}."),
        )


def _more(path: str, value: int, limit: int, what: Text) -> Mistake:
    return Mistake(path, Text(f"{value} 多于{what.zh}（{limit}）。", f"{value} is more than {what.en} ({limit})."))


_TELLERS = {"scrutineers": Text("监票人", "scrutineer"), "counters": Text("计票人", "counter")}


def _is_teller(context: Context, record: Record, kind: str) -> Iterator[Mistake]:
    """The account that enters or confirms belongs to somebody whom this meeting adopted for it."""
    names = {same_name(row["name"]) for row in rows(record.answers("adopt_method"), kind)}
    actor = getattr(context.actor, "name", "")
    if same_name(actor) not in names:
        what = _TELLERS[kind]
        yield Mistake(
            "",
            Text(
                f"会议通过的{what.zh}名单中没有{actor}（R-318）。",
                f"{actor} is not on the list of {what.en}s that the meeting adopted (R-318).",
            ),
        )


def _count(record: Record, stage: Stage, answers: Answers) -> list[Mistake]:
    stands = open_stands(record.stands(stage))
    ballots = [row["body"] for row in rows(answers, "ballots")]
    mistakes = [*_right_ballots(stands, ballots), *_votes_belong(answers, ballots)]
    for number, body in enumerate(ballots):
        stand = stands.get(Body(body))
        if stand is not None:
            mistakes += _names_fit(record, stand, answers)
            mistakes += _possible(record, stand, answers, number)
    return mistakes


def _right_ballots(stands: Mapping[Body, Stand], ballots: list[str]) -> Iterator[Mistake]:
    for number, body in enumerate(ballots):
        label = Body(body).label
        if ballots.index(body) != number:
            yield Mistake(
                f"/ballots/{number}/body",
                Text(f"{label.zh}的选票填写了两次。", f"These ballots are there twice: {label.en}."),
            )
        elif Body(body) not in stands:
            yield Mistake(
                f"/ballots/{number}/body",
                Text(f"这一轮不选举{label.zh}。", f"This round does not elect this: {label.en}."),
            )
    for body in stands:
        if body not in ballots:
            label = body.label
            yield Mistake(
                "/ballots", Text(f"缺少{label.zh}的选票情况。", f"The ballots of this body are missing: {label.en}.")
            )


def _votes_belong(answers: Answers, ballots: list[str]) -> Iterator[Mistake]:
    for number, row in enumerate(rows(answers, "votes")):
        if row["body"] not in ballots:
            yield Mistake(
                f"/votes/{number}/body",
                Text("上面没有这一种选票。", "There are no ballots of this kind above."),
            )


def _names_fit(record: Record, stand: Stand, answers: Answers) -> Iterator[Mistake]:
    """Everybody on the ballot has a line; whoever else has votes was written in 另选他人 (R-320)."""
    on_ballot = {same_name(name): name for name in stand.on_the_ballot}
    first = stand.result is None or not stand.result.tied
    may_fill = {same_name(name) for name in record.members_of(_source(stand.body))} if stand.body in POSTS else None
    given = set()
    for number, row in enumerate(rows(answers, "votes")):
        if row["body"] != stand.body:
            continue
        name = same_name(row["name"])
        given.add(name)
        if name in on_ballot and row.get("written_in"):
            yield Mistake(
                f"/votes/{number}/written_in",
                Text(f"{row['name']}是候选人，不是另选他人。", f"{row['name']} stands and was not written in."),
            )
        elif name not in on_ballot and not (row.get("written_in") and first):
            yield Mistake(
                f"/votes/{number}/name",
                Text(
                    f"{row['name']}不在{stand.body.label.zh}选票上；选票上另写的，勾选“另选他人”（R-320）。",
                    f"{row['name']} is not on the ballot; tick “written in” where voters wrote the name (R-320).",
                ),
            )
        elif may_fill is not None and name not in may_fill:
            yield Mistake(
                f"/votes/{number}/name",
                committees.from_the_committee(
                    [row["name"]], record.members_of(_source(stand.body)), record.parameters
                ).reasons[0],
            )
    missing = [name for key, name in on_ballot.items() if key not in given]
    if missing:
        names = by_surname_strokes(missing).names
        yield Mistake(
            "/votes",
            Text(
                f"{stand.body.label.zh}选票上的候选人缺少得票：{'、'.join(names)}。",
                f"No votes are given for: {', '.join(names)} ({stand.body.label.en}).",
            ),
        )


def _source(body: Body) -> Body:
    return Body.AUDIT if body is Body.AUDIT_HEAD else Body.COMMITTEE


def _possible(record: Record, stand: Stand, answers: Answers, ballot: int) -> Iterator[Mistake]:
    try:
        count = count_of(answers, stand.body, stand.due, stand.seats_left)
        if count is not None:
            rounds.next_result(stand.result, count, record.parameters)
    except Invalid as invalid:
        lines = [number for number, row in enumerate(rows(answers, "votes")) if row["body"] == stand.body]
        for mistake in invalid.mistakes:
            yield Mistake(_path(mistake.path, lines, ballot), mistake.message)


def _path(path: str, lines: list[int], ballot: int) -> str:
    """Where in the form a mistake of a count stands: its votes are rows of one table, its numbers of another."""
    parts = path.strip("/").split("/")
    if parts[0] != "votes":
        return f"/ballots/{ballot}/{parts[0]}"
    if len(parts) == 1:
        return "/votes"
    return "/".join(["/votes", str(lines[int(parts[1])]), *parts[2:]])


def _confirmed(context: Context, stage: Stage, outcome: str, answers: Answers) -> list[Mistake]:
    record = Record(context)
    mistakes = list(_is_teller(context, record, "scrutineers"))
    entered = record.last(ENTERED[stage])
    if entered is None:
        return mistakes
    if entered.by is not None and entered.by == getattr(context.actor, "person_id", None):
        mistakes.append(
            Mistake(
                "",
                Text(
                    "计票结果由您录入，须由另一人监票确认（R-318）。",
                    "You entered this count; another person confirms it (R-318).",
                ),
            )
        )
    if outcome != "confirm":
        return mistakes
    mistakes += _count(record, stage, answers)
    if not mistakes:
        for stand in open_stands(record.stands(stage)).values():
            ours = count_of(entered.answers, stand.body, stand.due, stand.seats_left)
            theirs = count_of(answers, stand.body, stand.due, stand.seats_left)
            if ours is not None and theirs is not None:
                mistakes += [_difference(stand.body, found, answers) for found in differences(ours, theirs)]
    return mistakes


def _difference(body: Body, found: Difference, answers: Answers) -> Mistake:
    parts = found.path.strip("/").split("/")
    field = _FIELDS.get(parts[-1])
    who = parts[1] if parts[0] == "votes" else ""
    label = body.label
    what = Text(
        f"{label.zh}{who}{field.zh if field else '得票'}", f"{label.en} {who} {field.en if field else 'votes'}".strip()
    )
    shown = ("没有" if found.counted is None else found.counted, "没有" if found.confirmed is None else found.confirmed)
    shown_en = (
        "none" if found.counted is None else found.counted,
        "none" if found.confirmed is None else found.confirmed,
    )
    return Mistake(
        _where(parts, body, answers),
        Text(
            f"与计票人录入的不一致：{what.zh}，计票人 {shown[0]}，监票人 {shown[1]}。核对选票后更正，或者退回重新计票（R-318）。",
            f"This differs from what the counter entered: {what.en}, counter {shown_en[0]}, scrutineer {shown_en[1]}. "
            "Look at the ballots and correct it, or send it back to be counted again (R-318).",
        ),
    )


def _where(parts: list[str], body: Body, answers: Answers) -> str:
    if parts[0] == "votes":
        for number, row in enumerate(rows(answers, "votes")):
            if row["body"] == body and same_name(row["name"]) == same_name(parts[1]):
                return f"/votes/{number}/{parts[2] if len(parts) > 2 else 'name'}"
        return "/votes"
    number = next(number for number, row in enumerate(rows(answers, "ballots")) if row["body"] == body)
    return f"/ballots/{number}/{parts[0]}"


_FIELDS = {
    "attending": Text("实到会人数", "attending"),
    "issued": Text("发出选票", "ballots issued"),
    "returned": Text("收回选票", "ballots returned"),
    "invalid": Text("无效票", "invalid ballots"),
    "in_favour": Text("赞成票", "in favour"),
    "against": Text("反对票", "against"),
    "abstained": Text("弃权票", "abstained"),
}


def _not_reduced(record: Record, stand: Stand, path: str, row: Mapping[str, Any]) -> Iterator[Mistake]:
    if stand.result is None:
        return
    try:
        _, finding = rounds.with_fewer_seats(stand.result, row["in_favour"], row["attending"], record.parameters)
    except Invalid as invalid:
        yield from (Mistake(path + mistake.path, mistake.message) for mistake in invalid.mistakes)
        return
    if finding.verdict != "reduced":
        yield Mistake(f"{path}/in_favour", finding.reasons[0])


def _ballot_papers(record: Record, stage: Stage) -> Finding:
    stands = open_stands(record.stands(stage))
    lines: list[Text] = []
    flags: list[Text] = []
    for stand in stands.values():
        names = stand.on_the_ballot
        flags += by_surname_strokes(names).flags
        again = stand.result is not None and bool(stand.result.tied)
        kind = Text("再次投票", "vote again") if again else Text("选票", "ballot")
        listed = "、".join(names) or "由委员推选"
        lines.append(
            Text(
                f"{stand.body.label.zh}{kind.zh}：应选 {stand.seats_left} 名，应到会 {stand.due} 人，候选人（按姓氏笔画为序）"
                f"{listed}。",
                f"{stand.body.label.en}, {kind.en}: {stand.seats_left} seat(s), {stand.due} should attend; in the order "
                f"of surname strokes: {', '.join(names) or 'whom the members propose'}.",
            )
        )
    if not lines:
        return _finding(record, "pending", Text("没有待选名额", "No seat is open"), {})
    secret = Text("无记名投票，不得委托他人代投（R-319）。", "A secret ballot, nobody votes for another (R-319).")
    return _finding(record, "open", Text("本轮选票", "The ballots of this round"), {}, *lines, secret, flags=flags)


def _results(record: Record, stage: Stage) -> Finding:
    stands = record.stands(stage)
    reasons: list[Text] = []
    flags: list[Text] = []
    alternatives: list[Text] = []
    for stand in stands.values():
        if stand.result is not None:
            finding = stand.result.finding
            label = stand.body.label
            reasons += [Text(f"{label.zh}：{reason.zh}", f"{label.en}: {reason.en}") for reason in finding.reasons]
            flags += [flag for flag in finding.flags if flag not in flags]
            alternatives += list(finding.alternatives)
    if not reasons:
        return _finding(record, "pending", Text("还没有计票结果", "Nothing has been counted yet"), {})
    verdict = standing(stands)
    return _finding(record, verdict, _VERDICTS[verdict], {}, *reasons, flags=flags, alternatives=alternatives)


_VERDICTS = {
    "elected": Text("全部选出", "Every seat is filled"),
    "tie": Text("票数相同，在他们之间再次投票", "A tie: vote again among the tied"),
    "next": Text("接着选举下一项", "The next ballots follow"),
    "shortage": Text("未选足应选名额", "Not every seat is filled"),
    "void": Text("选举无效，重新投票", "The ballot is void and is repeated"),
    "no_quorum": Text("到会人数不足，改期召开", "Too few attended: a new date"),
}


def _protocol(record: Record, stage: Stage) -> Finding:
    lines: list[Text] = []
    flags: list[Text] = []
    for stand in record.stands(stage).values():
        if stand.result is None:
            continue
        printed, label = protocol(stand.result), stand.body.label
        lines.append(Text(f"{label.zh}选举", f"Election: {label.en}"))
        for line in printed.lines:
            zh, en = (f"（{_spelt(line.how).zh}）", f" ({_spelt(line.how).en})") if line.how else ("", "")
            lines.append(Text(f"{line.what.zh}：{line.value}{zh}", f"{line.what.en}: {line.value}{en}"))
        for row in printed.rows:
            more = [f"反对 {row.against} 票" if row.against is not None else ""]
            more.append(f"弃权 {row.abstained} 票" if row.abstained is not None else "")
            more.append(f"合计 {row.total} 票" if row.total is not None else "")
            more.append("另选" if row.written_in else "")
            shown = "，".join(part for part in more if part)
            lines.append(
                Text(
                    f"{row.number}．{row.name}：赞成 {row.in_favour} 票{'，' if shown else ''}{shown}，{row.outcome.zh}",
                    f"{row.number}. {row.name}: {row.in_favour} in favour, {row.outcome.en}",
                )
            )
        lines.append(printed.conclusion)
        flags += [flag for flag in printed.flags if flag not in flags]
    if not lines:
        return _finding(record, "pending", Text("还没有计票结果", "Nothing has been counted yet"), {})
    return _finding(record, "counted", Text("计票结果", "The count"), {}, *lines, flags=flags)


def _spelt(how: str) -> Text:
    """Arithmetic in the characters that papers are printed in: rounding in words."""
    plain = how.translate({ord(sign): None for sign in "⌈⌉⌊⌋"}).replace("−", "-")
    if "⌈" in how:
        return Text(f"{plain}，进位", f"{plain}, rounded up")
    return Text(f"{plain}，除法取整", f"{plain}, division rounded down") if "⌊" in how else Text(plain, plain)


def _elected_line(stand: Stand) -> Text:
    names = by_surname_strokes(stand.elected).names
    return Text(
        f"{stand.body.label.zh}（{len(names)}名，按姓氏笔画为序）：{'、'.join(names)}。",
        f"{stand.body.label.en}, {len(names)}, in the order of surname strokes: {', '.join(names)}.",
    )

"""Questions anyone may ask the law without a case. The command line and the calculator page are made from this list."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workflows.errors import Invalid, Mistake, NotFound
from workflows.law import typed
from workflows.law.asking import Answer, Field, Given, Question, Values
from workflows.law.committees import committee, standing_committee
from workflows.law.congress import representatives
from workflows.law.counts import Count
from workflows.law.dues import monthly
from workflows.law.elections import attendance, least_nominees, majority, meeting_type, quorum
from workflows.law.founding import full_time_chair, joint_union, union_form, womens_body
from workflows.law.goals import reached
from workflows.law.labour_contracts import extension
from workflows.law.protocol import protocol
from workflows.law.results import decide
from workflows.law.timers import TIMERS, date_of, find
from workflows.law.zone_forms import zone_form
from workflows.text import Text


def _election(values: Values, given: Given) -> Answer:
    due, attending = values["members"], values["attending"]
    issued = attending if values["issued"] is None else values["issued"]
    returned = issued if values["returned"] is None else values["returned"]
    count = Count(due, attending, values["seats"], issued, returned, values["votes"], values["invalid"] or 0)
    result = decide(count, given.parameters, members=due)
    more = {key: value for key, value in result.to_json().items() if key not in result.finding.to_json()}
    return Answer((result.finding,), more, protocol(result))


def _attendance(values: Values, given: Given) -> Answer:
    return Answer((attendance(values["members"], values["attending"], given.parameters),))


def _founding(values: Values, given: Given) -> Answer:
    findings = [union_form(values["members"], values["employees"], given.parameters)]
    if values["women"] is not None:
        if values["women"] > values["members"]:
            raise Invalid([Mistake("/women", Text("女会员多于会员。", "More women members than members."))])
        findings.append(womens_body(values["women"], given.parameters))
    if values["units"] is not None:
        findings.append(joint_union(values["units"], given.parameters))
    findings.append(full_time_chair(values["employees"], given.parameters))
    return Answer(tuple(findings))


def _zone_form(values: Values, given: Given) -> Answer:
    counted = values["data_on"] or given.today
    return Answer((zone_form(values["enterprises"], values["employees"], counted, given.today, given.parameters),))


def _committee(values: Values, given: Given) -> Answer:
    members = values["members"]
    findings = [
        committee(members, given.parameters, values["seats"]),
        meeting_type(members, given.parameters),
        representatives(members, given.parameters),
    ]
    if values["standing"] is not None:
        agrees = values["approved"] == "yes"
        findings.append(standing_committee(values["standing"], given.parameters, superior_agrees=agrees))
    more: dict[str, Any] = {"quorum": quorum(members), "majority": majority(members)}
    if values["seats"]:
        more["nominees_needed"] = least_nominees(values["seats"], given.parameters.integer("election.committee_extra"))
    return Answer(tuple(findings), more)


def _deadline(values: Values, given: Given) -> Answer:
    number = values["rule"]
    try:
        timers = find(number)
    except NotFound as error:
        raise Invalid([Mistake("/rule", error.message)]) from error
    dated = [(timer, date_of(timer, values["start"], given.parameters, given.calendar)) for timer in timers]
    if not any(found for _, found in dated):
        nothing = Text(f"{number} 没有规定期间，推算不出日期。", f"{number} has no period, so there is no date.")
        raise Invalid([Mistake("/rule", nothing)])
    days = [{"variant": timer.variant, "day": found.day.isoformat()} for timer, found in dated if found]
    return Answer(tuple(found.finding for _, found in dated if found), {"days": days})


def _goal(values: Values, _given: Given) -> Answer:
    return Answer((reached(values["done"], values["of"], values["target"]),))


def _dues(values: Values, given: Given) -> Answer:
    kept: Decimal | None = values["share"]
    return Answer((monthly(values["wages"], given.parameters, kept).finding,))


def _contract(values: Values, _given: Given) -> Answer:
    if values["tenure"] not in ("full_time", "part_time"):
        raise Invalid([Mistake("/tenure", Text("写 full_time 或者 part_time。", "Write full_time or part_time."))])
    full_time = values["tenure"] == "full_time"
    return Answer((extension(values["contract_ends"], values["from"], values["until"], full_time=full_time),))


def _timer_choices() -> tuple[tuple[str, Text], ...]:
    """Every number once, titled with its events."""
    titles: dict[str, list[Text]] = {}
    for timer in TIMERS:
        titles.setdefault(timer.id, []).append(timer.event)
    return tuple(
        (
            number,
            Text(f"{number} " + "／".join(e.zh for e in events), f"{number} " + " / ".join(e.en for e in events)),
        )
        for number, events in titles.items()
    )


_PEOPLE, _BALLOTS = Text("人", "people"), Text("张", "ballots")

QUESTIONS: tuple[Question, ...] = (
    Question(
        "zone-form",
        Text("集聚区可以建立哪种工会", "Which union a zone may have"),
        Text(
            "按在营企业数和职工数判断能否成立总工会（D-01）。",
            "Whether there are enough enterprises and employees (D-01).",
        ),
        (
            Field(
                "enterprises",
                Text("在营企业", "Enterprises in operation"),
                typed.count,
                unit=Text("家", ""),
                example="96",
            ),
            Field("employees", Text("职工", "Employees"), typed.count, unit=_PEOPLE, example="5400"),
            Field(
                "data_on",
                Text("数据日期", "Date of the data"),
                typed.day,
                Text("不填按今天。", "Today when left out."),
                required=False,
            ),
        ),
        _zone_form,
    ),
    Question(
        "founding",
        Text("企业是否应当建会", "Whether an enterprise must found a union"),
        Text("会员数看法律，职工数看政策（D-02）。", "The law counts members, the policy employees (D-02)."),
        (
            Field("employees", Text("职工", "Employees"), typed.count, unit=_PEOPLE, example="30"),
            Field("members", Text("会员", "Members"), typed.count, unit=_PEOPLE, example="18"),
            Field("women", Text("其中女会员", "Women among the members"), typed.count, unit=_PEOPLE, required=False),
            Field(
                "units",
                Text("联合建会的单位数", "Units of a joint union"),
                typed.count,
                Text("联合建会时填写。", "For a joint union."),
                required=False,
            ),
        ),
        _founding,
    ),
    Question(
        "committee",
        Text("委员会、代表和会议", "Committee, representatives and meeting"),
        Text(
            "按会员数看委员名额、代表名额和会议形式（R-305、R-311、R-362）。",
            "Seats, representatives and meeting by members (R-305, R-311, R-362).",
        ),
        (
            Field("members", Text("会员", "Members"), typed.count, unit=_PEOPLE, example="201"),
            Field("seats", Text("拟设委员", "Seats planned"), typed.count, unit=_PEOPLE, required=False),
            Field(
                "standing",
                Text("拟设常务委员", "Standing members planned"),
                typed.count,
                Text(
                    "规模较大、拟设常务委员会的填写（R-306）。", "For a large unit with a standing committee (R-306)."
                ),
                unit=_PEOPLE,
                required=False,
            ),
            Field(
                "approved",
                Text("上级工会已批准设常务委员会", "The superior union agreed to a standing committee"),
                typed.word,
                required=False,
                choices=(("yes", Text("是", "yes")), ("no", Text("否", "no"))),
                example="yes",
            ),
        ),
        _committee,
    ),
    Question(
        "attendance",
        Text("到会人数够不够", "Whether enough people attend"),
        Text("应到会人数的三分之二以上到会才可以选举（R-312）。", "Two thirds of those who should attend (R-312)."),
        (
            Field("members", Text("应到会人数", "Should attend"), typed.count, unit=_PEOPLE, example="187"),
            Field("attending", Text("实到会人数", "Attending"), typed.count, unit=_PEOPLE, example="125"),
        ),
        _attendance,
        {"due": "members"},
    ),
    Question(
        "election",
        Text("选举结果", "Result of an election"),
        Text(
            "谁当选，是否重新投票或者再行选举（R-312、R-322–R-324）。",
            "Who is elected, and what follows (R-312, R-322–R-324).",
        ),
        (
            Field(
                "members",
                Text("应到会人数", "Should attend"),
                typed.count,
                Text("会员大会为全体会员，代表大会为全体代表。", "All members, or all representatives."),
                unit=_PEOPLE,
                example="187",
            ),
            Field(
                "attending",
                Text("实到会人数", "Attending"),
                typed.count,
                Text("含流动票箱。", "With the mobile ballot box."),
                unit=_PEOPLE,
                example="150",
            ),
            Field("seats", Text("应选名额", "Seats"), typed.count, unit=Text("名", ""), example="2"),
            Field(
                "votes",
                Text("得票", "Votes"),
                typed.votes,
                Text(
                    "每行一人：姓名=赞成票，或者 姓名=赞成/反对/弃权；另选他人的在姓名前加 +。",
                    "One person a line: name=votes in favour, or name=in favour/against/abstained; + before a write-in.",
                ),
                lines=True,
                example="A=100,B=98,C=60",
            ),
            Field(
                "issued",
                Text("发出选票", "Ballots issued"),
                typed.count,
                Text("不填按实到会人数。", "As many as attend when left out."),
                required=False,
                unit=_BALLOTS,
            ),
            Field(
                "returned",
                Text("收回选票", "Ballots returned"),
                typed.count,
                Text("不填按发出选票。", "As many as went out when left out."),
                required=False,
                unit=_BALLOTS,
            ),
            Field("invalid", Text("其中无效票", "Invalid ones"), typed.count, required=False, unit=_BALLOTS),
        ),
        _election,
        {"due": "members"},
    ),
    Question(
        "deadline",
        Text("期限", "Deadline"),
        Text(
            "由事由之日推算期限，逐日说明（T-01–T-38）。",
            "From the day of an event to the day of the limit (T-01–T-38).",
        ),
        (
            Field(
                "rule",
                Text("期限编号", "Number of the timer"),
                typed.word,
                example="T-01",
                choices=_timer_choices(),
            ),
            Field("start", Text("事由发生之日", "Day of the event"), typed.day, example="2026-03-10"),
        ),
        _deadline,
    ),
    Question(
        "contract",
        Text("任职后劳动合同到哪天", "How long a labour contract runs with an office"),
        Text(
            "主席、副主席、委员任职，劳动合同期限依法延长（R-340）。",
            "Whoever is chair, vice-chair or member has the labour contract extended (R-340).",
        ),
        (
            Field(
                "tenure",
                Text("专职还是兼职", "Full-time or part-time"),
                typed.word,
                choices=(("full_time", Text("专职", "full-time")), ("part_time", Text("兼职", "part-time"))),
                example="full_time",
            ),
            Field("contract_ends", Text("原劳动合同期满日", "Contract ends"), typed.day, example="2027-06-30"),
            Field("from", Text("任职之日", "Office from"), typed.day, example="2026-03-09"),
            Field(
                "until",
                Text("任职到哪天", "Office until"),
                typed.day,
                Text("当选的填任期期满日。", "For somebody just elected, the end of the term."),
                example="2031-03-09",
            ),
        ),
        _contract,
        {"office_until": "until"},
    ),
    Question(
        "goal",
        Text("目标是否达到", "Whether a goal is reached"),
        Text("按分数比较，不四舍五入（3.2、3.8）。", "Compared as fractions, never rounded (3.2, 3.8)."),
        (
            Field("done", Text("已完成", "Done"), typed.count, example="179"),
            Field("of", Text("总数", "Of"), typed.count, example="199"),
            Field(
                "target",
                Text("目标", "Target"),
                typed.share,
                Text("例如 90/100。", "Such as 90/100."),
                example="90/100",
            ),
        ),
        _goal,
    ),
    Question(
        "dues",
        Text("工会经费", "Dues"),
        Text(
            "每月全部职工工资总额的百分之二，四舍五入到分（R-531、R-536）。",
            "2 % of the wages of a month (R-531, R-536).",
        ),
        (
            Field(
                "wages",
                Text("当月工资总额", "Wages of the month"),
                typed.amount,
                unit=Text("元", "yuan"),
                example="1250000.00",
            ),
            Field(
                "share",
                Text("基层工会留成比例", "Share of the grass-roots union"),
                typed.amount,
                Text(
                    "0 与 1 之间，例如 0.60；不填按设定的比例。",
                    "Between 0 and 1, such as 0.60; as configured when left out.",
                ),
                required=False,
                example="0.60",
            ),
        ),
        _dues,
    ),
)

BY_KEY: Mapping[str, Question] = {question.key: question for question in QUESTIONS}

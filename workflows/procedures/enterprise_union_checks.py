"""What enterprise_union holds back before it is stored: each refusal names its rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import Context, check
from workflows.errors import Mistake
from workflows.law import elections, founding
from workflows.law.committees import audit_committee
from workflows.law.eligibility import Candidate, Position, Standing, eligibility
from workflows.law.standardisation import Item, items
from workflows.law.union_forms import UnionForm, refusal
from workflows.ledger import enterprises
from workflows.procedures import enterprise_union as facts
from workflows.procedures.answers import latest_answers, latest_outcome, rows, same_name
from workflows.procedures.enterprise_members import counted
from workflows.storage.cases import Case
from workflows.storage.ledger import Enterprise
from workflows.text import Text

Answers = Mapping[str, Any]

# ---- visits and form ------------------------------------------------------------------------------------------------


@check
def visit_is_not_in_the_future(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """4.2: a visit is recorded after it was made."""
    return list(_past(context, answers, "visited_on"))


@check
def visit_reports_what_founding_needs(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-02: founding starts with counts of employees and members; counts of parts are not above the whole."""
    mistakes = list(_part_of(answers, ("women", "employees"), ("members", "employees"), ("women_members", "members")))
    if outcome == "found":
        enterprise = facts.of_case(context)
        mistakes += [
            Mistake(f"/{field}", Text(f"启动建会须有{title.zh}（D-02）。", f"Founding needs the {title.en} (D-02)."))
            for field, title in _COUNTS.items()
            if answers.get(field) is None and getattr(enterprise, field) is None
        ]
    return mistakes


@check
def form_is_open_to_the_enterprise(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """D-02, R-101, 4.4: the chosen form is open to an enterprise with these members and employees."""
    if outcome not in set(UnionForm):
        return []
    enterprise = facts.of_case(context)
    if enterprise.employees is None or enterprise.members is None:
        return [Mistake("/outcome", facts.enterprise_union_form(context).missing[0])]
    closed = refusal(UnionForm(outcome), enterprise.members, enterprise.employees, context.rule_set.parameters)
    return [Mistake("/outcome", closed)] if closed else []


@check
def joint_agreement_is_complete(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-101, 4.5, DOC-36: two enterprises or more, all known to the ledger, none of which must or does have its own."""
    units = rows(answers, "units")
    mistakes = list(_past(context, answers, "signed_on"))
    codes = Counter(row["credit_code"].strip().upper() for row in units)
    allowed = founding.joint_union(len(codes), context.rule_set.parameters)
    if allowed.verdict == "refused":
        mistakes.append(Mistake("/units", allowed.reasons[0]))
    own = facts.of_case(context)
    if own.credit_code not in codes:
        text = Text(
            f"协议中没有本单位（{own.credit_code}）。", f"The enterprise itself ({own.credit_code}) is missing."
        )
        mistakes.append(Mistake("/units", text))
    known = {
        one.credit_code: one
        for one in context.session.scalars(
            select(Enterprise).where(Enterprise.zone_id == own.zone_id, Enterprise.credit_code.in_(codes))
        )
    }
    for number, row in enumerate(units):
        if codes[row["credit_code"].strip().upper()] > 1:
            twice = Text("同一单位填写了不止一次。", "This unit is entered more than once.")
            mistakes.append(Mistake(f"/units/{number}/credit_code", twice))
        else:
            mistakes += _unit(context, f"/units/{number}", row, known.get(row["credit_code"].strip().upper()), own)
    return mistakes


@check
def consultation_is_possible(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-103: the employees were asked, and not more agreed than came."""
    mistakes = list(_past(context, answers, "met_on"))
    if answers["in_favour"] > answers["attending"]:
        text = Text("同意人数多于参加人数。", "More agreed than took part.")
        mistakes.append(Mistake("/in_favour", text))
    if outcome == "obstructed" and not str(answers.get("management_note", "")).strip():
        text = Text("请写明行政方阻挠的情况（R-116）。", "Say how management obstructs (R-116).")
        mistakes.append(Mistake("/management_note", text))
    return mistakes


# ---- preparation ----------------------------------------------------------------------------------------------------


@check
def enterprise_group_is_mixed(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-102, R-304: 3 to 5 people, employees among them, the Party organisation where there is one, and one head."""
    members = rows(answers, "members")
    sides = {row["represents"] for row in members}
    mistakes = list(_twice(members, "members"))
    size = founding.preparatory_group(len(members), context.rule_set.parameters)
    if size.verdict != "fits":
        mistakes.append(Mistake("/members", size.reasons[0]))
    if "employees" not in sides:
        text = Text("筹备组须有职工代表（R-304）。", "The group needs a representative of the employees (R-304).")
        mistakes.append(Mistake("/members", text))
    has_party = facts.enterprise_has_party_organisation(context, enterprise_id=context.subject_id or 0)
    if has_party and "party" not in sides:
        text = Text("筹备组须有党组织代表（R-304）。", "The group needs a representative of the Party (R-304).")
        mistakes.append(Mistake("/members", text))
    if sum(row["duty"] == "head" for row in members) != 1:
        mistakes.append(Mistake("/members", Text("组长须为1名。", "The group has exactly one head.")))
    return mistakes


@check
def members_are_admitted(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """P17, R-117: applied, then approved, not in the future; only who is approved counts. D-02 still holds afterwards."""
    if outcome != "submit":
        return []
    units = _unit_names(context)
    mistakes: list[Mistake] = []
    for number, row in enumerate(rows(answers, "admissions")):
        mistakes += _admission(context, f"/admissions/{number}", row, units)
    if mistakes:
        return mistakes
    by_unit = counted(answers, context.today)
    total = sum(members for members, _ in by_unit.values())
    if not total:
        text = Text("还没有经批准入会的会员（R-117）。", "Nobody's admission is approved yet (R-117).")
        return [Mistake("/admissions", text)]
    return [*_too_many(context, by_unit), *_closed_by_now(context, by_unit)]


@check
def groups_hold_the_members(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """Founding, step 4: union groups hold at most the members there are, at least one person each."""
    groups = rows(answers, "groups")
    members = sum(number for number, _ in counted(latest_answers(context, "recruit_members"), context.today).values())
    held = sum(row["people"] for row in groups)
    if held <= members:
        return []
    text = Text(
        f"各工会小组合计 {held} 人，多于会员 {members} 人。", f"The groups have {held} people, the union {members}."
    )
    return [Mistake("/groups", text)]


@check
def organiser_is_elected(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-101, R-308, R-312, R-323: attendance, majority and eligibility of the one organiser."""
    mistakes = list(_past(context, answers, "held_on"))
    due, present, votes = answers["due"], answers["present"], answers["votes"]
    if present > due:
        mistakes.append(Mistake("/present", Text("实到人数多于应到人数。", "More came than should attend.")))
    elif (attendance := elections.attendance(due, present, context.rule_set.parameters)).verdict == "no_quorum":
        mistakes.append(Mistake("/present", attendance.reasons[0]))
    elif votes > present:
        mistakes.append(Mistake("/votes", Text("赞成票多于实到人数。", "More votes than people who came.")))
    elif votes < elections.majority(due):
        text = Text(
            f"得 {votes} 票，不足应到会人数过半数的 {elections.majority(due)} 票，不能当选（R-323）。",
            f"{votes} votes; more than half of those who should attend is {elections.majority(due)} (R-323).",
        )
        mistakes.append(Mistake("/votes", text))
    position = answers["position"]
    candidate = Candidate(answers["name"], frozenset() if position == "none" else frozenset({Position(position)}))
    able = eligibility(candidate, Standing.COMMITTEE, context.rule_set.parameters)
    if able.verdict == "refused":
        mistakes.append(Mistake("/position", able.reasons[0]))
    return mistakes


# ---- founding file, standardisation ---------------------------------------------------------------------------------


@check
def bodies_are_founded_together(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """4.6, R-201, R-211, R-212, C-12: without audit and women's body, or the substitute member, nothing is submitted.

    May be asked while the file is still being filled in.
    """
    if outcome != "submit" or latest_outcome(context, "choose_form") == UnionForm.ORGANISER:
        return []
    missing = facts.bodies(context, dict(answers)).missing
    audit = audit_committee(
        len(facts.together(context, answers, "audit")),
        context.rule_set.parameters,
        own_accounts=bool(answers.get("own_accounts")),
    )
    fields = ["/auditors", "/women"] if audit.verdict != "complete" else ["/women"]  # in the order of `missing`
    return [Mistake(field, text) for field, text in zip(fields, missing, strict=False)]


@check
def founding_file_fits(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """R-212, R-214: nobody twice, one head, elected on the committee's day, and no chair among the auditors."""
    if outcome != "submit" or latest_outcome(context, "choose_form") == UnionForm.ORGANISER:
        return []
    mistakes: list[Mistake] = []
    for field in ("auditors", "women"):
        mistakes += [*_twice(rows(answers, field), field), *_one_head(answers, field)]
    return [*mistakes, *_same_day(context, answers), *_audits_itself(context, answers)]


@check
def founding_file_has_its_bodies(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """4.6: both of these; versions published earlier name it."""
    return [
        *bodies_are_founded_together(context, outcome=outcome, answers=answers),
        *founding_file_fits(context, outcome=outcome, answers=answers),
    ]


@check
def founding_file_is_complete(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """4.6: the superior union cannot approve a file without its bodies either."""
    if outcome != "approve":
        return []
    file = latest_answers(context, "founding_file")
    found = founding_file_has_its_bodies(context, outcome="submit", answers=file)
    return [Mistake("/outcome", mistake.message) for mistake in found]


@check
def checklist_is_complete(context: Context, *, outcome: str, answers: Answers) -> list[Mistake]:
    """8.3: every item of the checklist holds today."""
    state = items(facts.standing(context, dict(answers)), context.today)
    return [
        Mistake(
            _FIELDS.get(item, ""),
            Text(f"规范化清单未完成：{item.label.zh}（8.3）。", f"The checklist lacks: {item.label.en} (8.3)."),
        )
        for item, holds in state.items()
        if not holds
    ]


# ---- parts ----------------------------------------------------------------------------------------------------------

_COUNTS = {"employees": Text("职工数", "number of employees"), "members": Text("会员数", "number of members")}
_FIELDS = {
    Item.LEGAL_PERSON: "/certificate_valid_to",
    Item.ACCOUNT: "/account",
    Item.DUES: "/dues_months",
    Item.ASSEMBLY: "/assembly_on",
    Item.CONGRESS: "/congress_on",
    Item.OPENNESS: "/openness_on",
    Item.MEDIATION: "/mediation",
    Item.DISPLAY: "/display",
    Item.SERVICE: "/service",
}


def _past(context: Context, answers: Answers, field: str) -> Iterator[Mistake]:
    if answers.get(field) and date.fromisoformat(answers[field]) > context.today:
        yield Mistake(f"/{field}", Text("日期不能晚于今天。", "The day cannot lie in the future."))


def _part_of(answers: Answers, *pairs: tuple[str, str]) -> Iterator[Mistake]:
    for part, whole in pairs:
        if answers.get(part) is not None and answers.get(whole) is not None and answers[part] > answers[whole]:
            text = Text(
                f"{answers[part]} 多于总数 {answers[whole]}。",
                f"{answers[part]} is more than the whole, {answers[whole]}.",
            )
            yield Mistake(f"/{part}", text)


def _unit(
    context: Context, path: str, row: dict[str, Any], known: Enterprise | None, own: Enterprise
) -> Iterator[Mistake]:
    """One enterprise of a joint agreement against the ledger."""
    if known is None or not known.operating:
        text = Text("本集聚区台账中没有这家在营企业。", "The zone's ledger has no such enterprise in operation.")
        yield Mistake(f"{path}/credit_code", text)
        return
    if same_name(known.name) != same_name(row["name"]):
        text = Text(f"与台账不符，台账中为“{known.name}”。", f"The ledger says “{known.name}”.")
        yield Mistake(f"{path}/name", text)
    if row["members"] > row["employees"]:
        text = Text("会员数多于职工数。", "There are more members than employees.")
        yield Mistake(f"{path}/members", text)
    closed = refusal(UnionForm.JOINT, row["members"], row["employees"], context.rule_set.parameters)
    if closed is not None:
        yield Mistake(f"{path}/members", closed)
    if known.id == own.id:
        return
    if known.stage in enterprises.WITH_UNION:
        text = Text("这家企业已经建会，不再联合建会。", "This enterprise has a union already.")
        yield Mistake(f"{path}/credit_code", text)
    elif known.stage == enterprises.SETTLED:
        text = Text("这家企业还没有首次走访，须先走访服务（8.2）。", "This enterprise was not visited yet (8.2).")
        yield Mistake(f"{path}/credit_code", text)
    if (number := _own_case(context, known)) is not None:
        text = Text(f"这家企业另有办理中的建会申请（{number}）。", f"It has an application of its own ({number}).")
        yield Mistake(f"{path}/credit_code", text)


def _own_case(context: Context, enterprise: Enterprise) -> str | None:
    return context.session.scalar(
        select(Case.number).where(
            Case.procedure == "enterprise_union",
            Case.subject_kind == "enterprise",
            Case.subject_id == enterprise.id,
            Case.status == "open",
        )
    )


def _unit_names(context: Context) -> list[str] | None:
    """The units of a joint union by name; None when the enterprise founds alone."""
    if latest_outcome(context, "choose_form") != UnionForm.JOINT:
        return None
    agreed = latest_answers(context, "joint_agreement")
    return [row["name"] for row in rows(agreed, "units")]


def _admission(context: Context, path: str, row: dict[str, Any], units: list[str] | None) -> Iterator[Mistake]:
    applied, approved = row["applied_on"], row.get("approved_on")
    if approved and approved < applied:
        text = Text("批准日期早于申请日期（R-117）。", "The approval comes before the application (R-117).")
        yield Mistake(f"{path}/approved_on", text)
    for field in ("applied_on", "approved_on"):
        if row.get(field) and date.fromisoformat(row[field]) > context.today:
            text = Text(
                "日期不能晚于今天；尚未批准的，批准日期空着。", "Not in the future; leave it empty until approved."
            )
            yield Mistake(f"{path}/{field}", text)
    if row["women"] > row["people"]:
        yield Mistake(f"{path}/women", Text("女会员多于人数。", "There are more women than people."))
    if units is not None and row.get("unit") not in units:
        text = Text(
            f"联合建会的，请写明单位，须是协议中的名称：{'、'.join(units)}。",
            f"In a joint union name the unit as in the agreement: {', '.join(units)}.",
        )
        yield Mistake(f"{path}/unit", text)


def _too_many(context: Context, by_unit: dict[str, tuple[int, int]]) -> Iterator[Mistake]:
    """More members than employees cannot be."""
    agreed = rows(latest_answers(context, "joint_agreement"), "units")
    joint = latest_outcome(context, "choose_form") == UnionForm.JOINT
    limits = {row["name"]: row["employees"] for row in agreed} if joint else {}
    if not joint:
        by_unit = {"": (sum(members for members, _ in by_unit.values()), 0)}
    for unit, (members, _) in by_unit.items():
        limit = limits.get(unit, facts.of_case(context).employees)
        if limit is not None and members > limit:
            text = Text(
                f"{unit}会员 {members} 人，多于职工 {limit} 人，请先更新职工数。",
                f"{members} members of {unit or 'the enterprise'}, but {limit} employees: update the employees first.",
            )
            yield Mistake("/admissions", text)


def _closed_by_now(context: Context, by_unit: dict[str, tuple[int, int]]) -> Iterator[Mistake]:
    """D-02 after recruiting: whoever has reached 25 members founds a committee of its own."""
    form = latest_outcome(context, "choose_form")
    if form not in (UnionForm.JOINT, UnionForm.ORGANISER):
        return
    for unit, (members, _) in by_unit.items():
        closed = refusal(UnionForm(form), members, members, context.rule_set.parameters)
        if closed is not None:
            change = Text("请选择“改变建会形式”。", "Choose “change the form”.")
            yield Mistake("/outcome", Text(f"{unit}{closed.zh}{change.zh}", f"{unit} {closed.en} {change.en}".strip()))


def _twice(people: list[dict[str, Any]], field: str) -> Iterator[Mistake]:
    seen: Counter[str] = Counter()
    for number, row in enumerate(people):
        seen[same_name(row.get("name"))] += 1
        if seen[same_name(row.get("name"))] == 2:
            text = Text(f"{row.get('name')}重复填写。", f"{row.get('name')} is entered twice.")
            yield Mistake(f"/{field}/{number}/name", text)


def _one_head(answers: Answers, field: str) -> Iterator[Mistake]:
    """A committee has one head; a single member has none."""
    people = rows(answers, field)
    heads = sum(row["post"] == "head" for row in people)
    if len(people) > 1 and heads != 1:
        yield Mistake(f"/{field}", Text("主任须为1名。", "There is exactly one head."))
    elif len(people) == 1 and field == "auditors" and heads:
        text = Text("只有一人的，为委员，不设主任（C-12）。", "One person alone is a member, not a head (C-12).")
        yield Mistake(f"/{field}/0/post", text)


def _same_day(context: Context, answers: Answers) -> Iterator[Mistake]:
    """R-214: elected at the same time as the committee."""
    term = facts.current_term(context)
    if term is not None and answers["held_on"] != term.began_on.isoformat():
        text = Text(
            f"经审组织和女职工组织须与委员会同时产生，委员会于 {term.began_on} 选举（R-214、4.6）。",
            f"Audit and women's body are elected together with the committee, on {term.began_on} (R-214, 4.6).",
        )
        yield Mistake("/held_on", text)


def _audits_itself(context: Context, answers: Answers) -> Iterator[Mistake]:
    chairs = {same_name(one.name) for one in facts.in_office(context, "chair")}
    for number, row in enumerate(rows(answers, "auditors")):
        if same_name(row["name"]) in chairs:
            text = Text("主席不得担任经费审查委员会成员（R-212）。", "The chair does not audit (R-212).")
            yield Mistake(f"/auditors/{number}/name", text)

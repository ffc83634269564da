"""What a case of `election` has on record: the plan, who stands, and every ballot that counts.

A ballot counts once the scrutineer has confirmed it. All that was done before the plan was last submitted belongs to an
election that was given up or refused, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from workflows.engine.operations import OFFICE_ZONE, Context
from workflows.law import rounds
from workflows.law.counts import Count, Votes
from workflows.law.names import by_surname_strokes, same_name
from workflows.law.results import Result, Verdict
from workflows.law.terms import Body as TermOf
from workflows.procedures.answers import rows
from workflows.procedures.zone_leaders import outcome_in, parent_of
from workflows.storage.cases import Task, TaskKind, TaskStatus
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.text import Text

Answers = Mapping[str, Any]

BY_ELECTION = "by_election"
ENTERPRISES = (OrganisationKind.ENTERPRISE, OrganisationKind.ENTERPRISE_UNION)
ZONES = (OrganisationKind.ZONE_OFFICE, OrganisationKind.ZONE_UNION)


class Body(StrEnum):
    """What is elected, each by a ballot of its own. The values stand in forms."""

    COMMITTEE = "committee"
    AUDIT = "audit"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    AUDIT_HEAD = "audit_head"

    @property
    def label(self) -> Text:
        return _BODY[self]


_BODY = {
    Body.COMMITTEE: Text("委员会委员", "members of the committee"),
    Body.AUDIT: Text("经费审查委员会委员", "members of the audit committee"),
    Body.CHAIR: Text("主席", "chair"),
    Body.VICE_CHAIR: Text("副主席", "vice-chair"),
    Body.AUDIT_HEAD: Text("经费审查委员会主任", "head of the audit committee"),
}


class Stage(StrEnum):
    """Who votes: the assembly or congress, or the bodies it has elected, in their first meetings."""

    MEETING = "meeting"
    FIRST_SESSION = "first_session"


ENTERED = {Stage.MEETING: "enter_count", Stage.FIRST_SESSION: "enter_leader_count"}
CONFIRMED = {Stage.MEETING: "confirm_count", Stage.FIRST_SESSION: "confirm_leader_count"}


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan as last submitted. `members` counts all, `voters` those without who only keep membership (R-302)."""

    task_id: int
    purpose: str
    answers: Answers

    @property
    def members(self) -> int:
        return int(self.answers["members"])

    @property
    def voters(self) -> int:
        return self.members - int(self.answers.get("retained") or 0)

    @property
    def due(self) -> int:
        """应到会人数: all voters, all representatives, or the whole committee where it fills a post by itself (R-335)."""
        match self.answers["meeting_kind"]:
            case "congress":
                return int(self.answers.get("representatives") or 0)
            case "committee":
                return int(self.answers.get("committee_size") or 0)
        return self.voters

    @property
    def in_committee(self) -> bool:
        """Whether a session of the committee takes the place of the members' meeting: by-elections only."""
        return bool(self.answers["meeting_kind"] == "committee")

    @property
    def direct(self) -> bool:
        """Whether the meeting itself elects chair and vice-chairs (R-301)."""
        return self.in_committee or bool(self.answers["chair_mode"] == "direct")

    @property
    def by_election(self) -> bool:
        return self.purpose == BY_ELECTION

    def seats(self, body: Body) -> int:
        match body:
            case Body.COMMITTEE:
                return int(self.answers.get("committee_seats") or 0)
            case Body.AUDIT:
                return int(self.answers.get("audit_seats") or 0)
            case Body.CHAIR:
                return int(bool(self.answers.get("elect_chair", True)))
            case Body.VICE_CHAIR:
                return int(self.answers.get("vice_chairs") or 0)
            case Body.AUDIT_HEAD:
                return int(self.seats(Body.AUDIT) > 1 and not self.by_election)

    def bodies(self, stage: Stage) -> tuple[tuple[Body, ...], ...]:
        """What is elected in a stage, in turns: a turn begins when the one before is complete (R-314)."""
        if stage is Stage.MEETING:
            turns: list[tuple[Body, ...]] = [(Body.COMMITTEE, Body.AUDIT)]
            if self.direct:
                turns.append((Body.CHAIR, Body.VICE_CHAIR))
        else:
            turns = [(Body.AUDIT_HEAD,) if self.direct else (Body.CHAIR, Body.VICE_CHAIR, Body.AUDIT_HEAD)]
        filled = (tuple(body for body in turn if self.seats(body)) for turn in turns)
        return tuple(turn for turn in filled if turn)


@dataclass(frozen=True, slots=True)
class Stand:
    """How far one body is: for how many seats the next ballot is, who votes on it, and what the last one led to."""

    body: Body
    seats: int
    due: int
    nominated: tuple[str, ...]
    result: Result | None = None

    @property
    def complete(self) -> bool:
        return self.result is not None and self.result.verdict is Verdict.ELECTED

    @property
    def elected(self) -> tuple[str, ...]:
        return self.result.elected if self.result else ()

    @property
    def seats_left(self) -> int:
        return rounds.seats_left(self.result, self.seats)

    @property
    def on_the_ballot(self) -> tuple[str, ...]:
        """Names in the order of surname strokes (R-319)."""
        return by_surname_strokes(rounds.who_stands(self.result, self.nominated)).names


@dataclass(frozen=True, slots=True)
class Done:
    """A finished step with its day and its actor."""

    id: int
    step: str
    outcome: str
    answers: Answers
    by: int | None
    on: date


class Record:
    """The steps of this election, read once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        context.session.flush()  # what the present action did counts
        tasks = context.session.scalars(
            select(Task)
            .where(
                Task.case_id == (context.case.id if context.case is not None else None),
                Task.kind == TaskKind.STEP,
                Task.status == TaskStatus.DONE,
            )
            .order_by(Task.id)
        )
        drafted = [context.drafted] if context.drafted is not None else []
        self.all = [_done(task) for task in [*tasks, *drafted]]
        planned = self.last("plan_election")
        self.since = planned.id if planned else 0
        self.plan = Plan(planned.id, planned.outcome, planned.answers) if planned else None

    def last(self, step: str, outcome: str | None = None) -> Done | None:
        return next(
            (one for one in reversed(self.all) if one.step == step and outcome in (None, one.outcome)),
            None,
        )

    def current(self, *steps: str) -> list[Done]:
        """What was done of these steps since the plan, in order."""
        return [one for one in self.all if one.step in steps and one.id > self.since]

    def answers(self, step: str) -> Answers:
        found = self.last(step)
        return found.answers if found else {}

    @property
    def parameters(self) -> Any:
        return self.context.rule_set.parameters

    @property
    def candidates(self) -> list[dict[str, Any]]:
        return rows(self.answers("nominate_candidates"), "candidates")

    def nominated(self, body: Body) -> tuple[str, ...]:
        """Who stands for a body. Whoever stands for a post stands for the committee, too, unless on it already."""
        wanted = {body.value} if body is not Body.AUDIT_HEAD else {Body.AUDIT.value}
        if body is Body.COMMITTEE:
            return tuple(
                row["name"]
                for row in self.candidates
                if row["standing"] in (Body.COMMITTEE, Body.CHAIR, Body.VICE_CHAIR) and not row.get("on_committee")
            )
        return tuple(row["name"] for row in self.candidates if row["standing"] in wanted)

    def stands(self, stage: Stage, answers: Answers | None = None) -> dict[Body, Stand]:
        """Every body of a stage that has its turn; with ``answers`` as one more confirmed count. Invalid as the law says."""
        plan = self.plan
        if plan is None:
            return {}
        found: dict[Body, Stand] = {}
        for turn in plan.bodies(stage):
            for body in turn:
                found[body] = self._stand(plan, stage, body, answers)
            if not all(found[body].complete for body in turn):
                break
        return found

    def everything(self) -> dict[Body, Stand]:
        return {**self.stands(Stage.MEETING), **self.stands(Stage.FIRST_SESSION)}

    def voting_goes_on(self) -> bool:
        """Whether a further election was chosen after the last count (R-324)."""
        steps = self.current(CONFIRMED[Stage.MEETING], "settle_shortage")
        return bool(steps) and steps[-1].outcome == "further"

    def members_of(self, body: Body) -> tuple[str, ...]:
        """Out of whom a post is filled: whoever was elected into the body now or, in a by-election, serves in it."""
        if self.plan is None:
            return ()
        now = self._stand(self.plan, Stage.MEETING, body, None).elected
        if not self.plan.by_election:
            return now
        return (*now, *(row["name"] for row in self.candidates if row.get("on_committee")))

    def _may_stand(self, body: Body, name: str) -> bool:
        """R-314: a post is filled out of those who were elected into its body."""
        if body in (Body.COMMITTEE, Body.AUDIT):
            return True
        source = Body.AUDIT if body is Body.AUDIT_HEAD else Body.COMMITTEE
        return same_name(name) in {same_name(member) for member in self.members_of(source)}

    def _due(self, plan: Plan, stage: Stage, body: Body) -> int:
        if stage is Stage.MEETING:
            return plan.due
        source = Body.AUDIT if body is Body.AUDIT_HEAD else Body.COMMITTEE
        if plan.by_election and source is Body.COMMITTEE:
            return int(plan.answers.get("committee_size") or 0)
        return len(self._stand(plan, Stage.MEETING, source, None).elected)

    def _stand(self, plan: Plan, stage: Stage, body: Body, answers: Answers | None) -> Stand:
        result: Result | None = None
        nominated = [name for name in self.nominated(body) if self._may_stand(body, name)]
        due = self._due(plan, stage, body) if plan.seats(body) else 0
        for given, outcome in self._ballots(stage, answers):
            if outcome == "reduce":
                result = self._reduced(result, body, given)
                continue
            count = count_of(given, body, due, rounds.seats_left(result, plan.seats(body)))
            if count is not None:
                members = plan.members if body is Body.COMMITTEE and not plan.by_election else None
                result = rounds.next_result(result, count, self.parameters, members=members)
                nominated += [votes.name for votes in count.votes if votes.name not in nominated]
        return Stand(body, plan.seats(body), due, tuple(nominated), result)

    def _ballots(self, stage: Stage, answers: Answers | None) -> Iterator[tuple[Answers, str]]:
        """Counts that were confirmed and shortages that were met by fewer seats, in order; then one that is asked about."""
        for done in self.current(CONFIRMED[stage], "settle_shortage"):
            if done.outcome in ("confirm", "reduce"):
                yield done.answers, done.outcome
        if answers is not None:
            yield answers, "confirm"

    def _reduced(self, result: Result | None, body: Body, answers: Answers) -> Result | None:
        for row in rows(answers, "reductions"):
            if row["body"] == body and result is not None:
                fewer, _ = rounds.with_fewer_seats(result, row["in_favour"], row["attending"], self.parameters)
                return fewer or result
        return result


def count_of(answers: Answers, body: Body, due: int, seats: int) -> Count | None:
    """The count of one body in a filled-in form; None when it is not in it. Invalid when it cannot be true."""
    ballot = next((row for row in rows(answers, "ballots") if row["body"] == body), None)
    if ballot is None:
        return None
    votes = tuple(
        Votes(
            name=row["name"],
            in_favour=row["in_favour"],
            against=row.get("against"),
            abstained=row.get("abstained"),
            written_in=bool(row.get("written_in")),
        )
        for row in rows(answers, "votes")
        if row["body"] == body
    )
    return Count(
        due=due,
        attending=ballot["attending"],
        seats=seats,
        issued=ballot["issued"],
        returned=ballot["returned"],
        invalid=ballot.get("invalid") or 0,
        votes=votes,
    )


def standing(stands: Mapping[Body, Stand]) -> str:
    """What comes next: "elected", or the most pressing of what is open: void, no_quorum, tie, next, shortage."""
    verdicts = {stand.result.verdict.value if stand.result else "next" for stand in stands.values()}
    for verdict in ("no_quorum", "void", "tie", "next", "shortage"):
        if verdict in verdicts:
            return verdict
    return "elected"


def open_stands(stands: Mapping[Body, Stand]) -> dict[Body, Stand]:
    return {body: stand for body, stand in stands.items() if not stand.complete}


def term_of(context: Context) -> TermOf:
    """Whose term it is (R-110). A zone's own record says it, or the case that founds its union."""
    kind = _kind(context)
    if kind in ENTERPRISES:
        return TermOf.ENTERPRISE
    form = _form_of_the_zone(context) if kind in ZONES else None
    return TermOf(form) if form in set(TermOf) else TermOf.FEDERATION


def is_enterprise(context: Context) -> bool:
    return _kind(context) in ENTERPRISES


def is_zone(context: Context) -> bool:
    return _kind(context) in ZONES


def ledger_row(context: Context) -> Enterprise | None:
    """The enterprise that the applicant is, as the ledger has it."""
    query = select(Enterprise).where(Enterprise.organisation_id == context.applicant_id)
    return context.session.scalars(query).first()


def _kind(context: Context) -> str:
    return context.session.get_one(Organisation, context.applicant_id).kind


def _form_of_the_zone(context: Context) -> str | None:
    parent = parent_of(context)
    if parent is not None and parent.procedure == "zone_union":
        chosen = outcome_in(context, parent, "choose_form")
        if chosen:
            return chosen
    zone = context.session.scalar(
        select(Zone).where((Zone.office_id == context.applicant_id) | (Zone.union_id == context.applicant_id))
    )
    return zone.form if zone is not None else None


def twice(people: Sequence[Mapping[str, Any]]) -> list[int]:
    """Rows whose name stands in an earlier row."""
    seen: set[str] = set()
    repeated = []
    for number, row in enumerate(people):
        name = same_name(str(row.get("name") or ""))
        if name in seen:
            repeated.append(number)
        seen.add(name)
    return repeated


def _done(task: Task) -> Done:
    closed = task.closed_at or task.opened_at
    return Done(
        id=task.id,
        step=task.step,
        outcome=task.outcome or "",
        answers=task.answers or {},
        by=task.closed_by_id,
        on=closed.astimezone(OFFICE_ZONE).date(),
    )

"""Beginning and ending a case: 发起, 撤销."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflows import access, catalogue, events, settings
from workflows.cases.action import Action, Repeated, open_action, require_case_open
from workflows.cases.subjects import Subject, subject_of
from workflows.engine.definition import Definition
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Forbidden, Invalid, Mistake, NotFound
from workflows.law import rule_sets
from workflows.organisations import lanes
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, CaseStatus
from workflows.storage.events import Counter
from workflows.storage.organisations import Organisation
from workflows.text import Text, written

_OPEN_CASE = select(Case).where(
    Case.procedure == bindparam("procedure"),
    Case.subject_kind == bindparam("subject_kind"),
    Case.subject_id == bindparam("subject_id"),
    Case.status == literal_column(f"'{CaseStatus.OPEN}'"),  # written out: a parameter would not use the partial index
)


def start_case(
    session: Session,
    actor: Actor,
    procedure: str,
    *,
    applicant_id: int,
    now: datetime,
    key: str | None = None,
) -> Case:
    """Begin a case of the current version of a procedure for an organisation the actor may apply for.

    The case keeps this version and today's rule set for good. Raises `NotFound`, `Forbidden`, or `Conflict` with
    `case_id` and `number` of the case that is already open for the same subject.
    """
    if (event := events.already(session, key)) is not None:
        return session.get_one(Case, event.case_id)
    today = now.astimezone(OFFICE_ZONE).date()
    published = catalogue.current(session, procedure)
    definition = catalogue.definition_of(session, published.id)
    applicant = session.get(Organisation, applicant_id)
    if applicant is None:
        raise NotFound(Text("没有这个单位。", "There is no such organisation."))
    require_may_start(session, actor, definition, applicant, now)
    subject = subject_of(session, definition.settings.subject, applicant_id)
    if (open_case := open_case_of(session, definition.key, subject)) is not None:
        raise already_open(open_case)
    case = Case(
        number=_number(session, today.year),
        procedure=definition.key,
        definition_id=published.id,
        rule_set=rule_sets.CURRENT,
        title=f"{subject.name}：{definition.title}",
        subject_kind=subject.kind,
        subject_id=subject.id,
        applicant_id=applicant_id,
        started_by_id=actor.person_id,
        started_at=now,
        status=CaseStatus.OPEN,
        state=b"",
        version=1,
        last_sequence=0,
        last_hash="",
    )
    _insert(session, case, definition, subject)
    action = Action(
        session=session,
        actor=actor,
        now=now,
        key=key,
        case=case,
        tasks=[],
        definition=definition,
        settings=settings.load(session),
    )
    action.start({"case_id": case.id, f"{subject.kind}_id": subject.id})
    action.record(
        "case_started",
        {
            "number": case.number,
            "procedure": definition.key,
            "version": published.number,
            "content_hash": definition.content_hash,
            "rule_set": case.rule_set,
            "subject": {"kind": subject.kind, "id": subject.id, "name": subject.name},
        },
    )
    action.advance()
    for task in action.opened:
        if task.relation == lanes.APPLICANT and actor.holds(applicant_id, task.role):
            task.assignee_id, task.claimed_at = actor.person_id, now  # whoever starts goes on
    action.save()
    return case


def withdraw(
    session: Session, actor: Actor, case_id: int, *, reason: str, now: datetime, key: str | None = None
) -> Case:
    """End a case at the applicant's wish 撤销, at any step. Issued papers stay; open tasks are closed with a notice."""
    try:
        action = open_action(session, actor, case_id=case_id, now=now, key=key)
    except Repeated as repeated:
        return session.get_one(Case, repeated.event.case_id)
    access.require(session, actor, access.Permission.WITHDRAW_CASE, action.case, action.today)
    require_case_open(action.case)
    if not written(reason):
        raise Invalid([Mistake("/reason", Text("请写明撤销的理由。", "Say why the case is withdrawn."))])
    action.record(
        "case_withdrawn",
        {"reason": written(reason), "before": {"open": sorted(task.step for task in action.open_tasks())}},
    )
    for task in action.open_tasks():
        if task.status == "open":  # closing one closes what hangs on it
            action.overtake(task, "case_withdrawn")
    action.instance.cancel()
    action.case.status = CaseStatus.WITHDRAWN
    action.case.ended_at = now
    action.save()
    return action.case


def require_may_start(
    session: Session, actor: Actor, definition: Definition, applicant: Organisation, now: datetime
) -> None:
    """Raise `Forbidden` unless the actor may start this procedure for the applicant."""
    start = definition.settings.start
    if applicant.kind not in start.kinds:
        raise Forbidden(
            Text("这个单位不能发起这项程序。", "This organisation cannot start this procedure."), reason="kind"
        )
    if not actor.holds(applicant.id, start.role):
        raise Forbidden(
            Text(
                "您在这个单位的岗位不能发起这项程序。", "Your post in this organisation may not start this procedure."
            ),
            reason="role",
        )


def open_case_of(session: Session, procedure: str, subject: Subject) -> Case | None:
    """The open case of a procedure about a subject; there is never more than one."""
    wanted = {"procedure": procedure, "subject_kind": subject.kind, "subject_id": subject.id}
    return session.scalar(_OPEN_CASE, wanted)


def already_open(case: Case) -> Conflict:
    """The refusal of a second application, with the way to the first."""
    return Conflict(
        Text(
            f"{case.title}已有办理中的申请（{case.number}）；请先办完或撤销，再重新发起。",
            f"There is already an open application ({case.number}); finish or withdraw it before starting another.",
        ),
        case_id=case.id,
        number=case.number,
    )


def _insert(session: Session, case: Case, definition: Definition, subject: Subject) -> None:
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:
        first = open_case_of(session, definition.key, subject)
        if first is None:
            raise
        raise already_open(first) from None


def _number(session: Session, year: int) -> str:
    """The next case number of the year, such as 建会〔2026〕12号. Numbers of refused attempts are not lost: same transaction."""
    statement = _count_up(session.get_bind().dialect.name)
    return f"建会〔{year}〕{session.execute(statement, {'name': f'case:{year}'}).scalar_one()}号"


@cache
def _count_up(dialect: str) -> Executable:
    """Take the next number of a counter, in one statement that both databases know."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return (
        insert(Counter)
        .values(name=bindparam("name"), value=1)
        .on_conflict_do_update(index_elements=[Counter.name], set_={"value": Counter.value + 1})
        .returning(Counter.value)
    )

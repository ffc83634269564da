"""Making a case: its number, its row, the beginning of its record. Who may, and what happens next, is decided elsewhere."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflows import catalogue, settings
from workflows.cases.action import Action
from workflows.cases.subjects import Subject
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict
from workflows.law import rule_sets
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, CaseStatus
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.events import Counter
from workflows.text import Text

_OPEN_CASE = select(Case).where(
    Case.procedure == bindparam("procedure"),
    Case.subject_kind == bindparam("subject_kind"),
    Case.subject_id == bindparam("subject_id"),
    Case.status == literal_column("'open'"),  # as the index over open cases says it
)


def new_case(
    session: Session,
    actor: Actor,
    published: PublishedDefinition,
    *,
    applicant_id: int,
    subject: Subject,
    now: datetime,
    key: str | None = None,
    parent: Case | None = None,
    parent_token: str | None = None,
    parent_element: str | None = None,
) -> Action:
    """Insert a case and begin its run; nothing has moved yet. A child takes its parent's rule set and its requester.

    `parent_token` is the call that waits in the parent; a follow-on case has a parent and no token, and nobody waits.
    Raises `Conflict` with `case_id` and `number` when a case about the subject is open already.
    """
    definition = catalogue.definition_of(session, published.id)
    if (open_case := open_case_of(session, definition.key, subject)) is not None:
        raise already_open(open_case)
    case = Case(
        number=_number(session, now.astimezone(OFFICE_ZONE).year),
        procedure=definition.key,
        definition_id=published.id,
        rule_set=parent.rule_set if parent is not None else rule_sets.CURRENT,
        title=f"{subject.name}：{definition.title}",
        subject_kind=subject.kind,
        subject_id=subject.id,
        applicant_id=applicant_id,
        started_by_id=parent.started_by_id if parent is not None and parent_token else actor.person_id,
        started_at=now,
        status=CaseStatus.OPEN,
        state=b"",
        version=1,
        last_sequence=0,
        last_hash="",
        parent_id=parent.id if parent is not None else None,
        parent_token=parent_token,
        parent_element=parent_element,
    )
    _insert(session, case, subject)
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
            "parent": parent.number if parent is not None else None,
        },
    )
    return action


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


def _insert(session: Session, case: Case, subject: Subject) -> None:
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:
        first = open_case_of(session, case.procedure, subject)
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

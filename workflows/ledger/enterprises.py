"""One enterprise in the ledger: its stage 进驻 → 服务 → 建会 → 规范, who is late with a union, and who organises it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows import access, events, settings
from workflows.access import Permission
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Invalid, Mistake
from workflows.law.founding import FoundingDue, founding_due
from workflows.law.rule_sets import CURRENT
from workflows.ledger.columns import STAGES
from workflows.organisations.actors import Actor
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation, OrganisationKind, Person, Post, Role
from workflows.storage.unions import Certificate, Timer
from workflows.text import Text, written

SETTLED, SERVED, FOUNDED, STANDARDISED = ORDER = tuple(str(choice.value) for choice in STAGES)
WITH_UNION = (FOUNDED, STANDARDISED)
ORGANISED = "enterprise_organised"  # kind of the event

_LABELS = {str(choice.value): choice.label for choice in STAGES}
_EXIT = {
    SETTLED: Text("先指定联系人并记录首次走访", "a contact and a first visit come first"),
    SERVED: Text("建会要经上级工会批复", "founding needs the superior union's reply"),
    FOUNDED: Text("规范要先完成规范化清单", "the checklist of 8.3 comes first"),
}


# ---- stages ---------------------------------------------------------------------------------------------------------


def move(enterprise: Enterprise, stage: str) -> bool:
    """Bring an enterprise to a stage (8.2); False when it is there already.

    Stages follow one another, and none is left out. Back leads only one way: from standardised to founded, when a term or
    certificate has ended. Raises `Conflict` with the rule for any other step.
    """
    here, there = ORDER.index(enterprise.stage), ORDER.index(stage)
    if here == there:
        return False
    if there != here + 1 and (enterprise.stage, stage) != (STANDARDISED, FOUNDED):
        raise _no_such_step(enterprise, stage)
    enterprise.stage = stage
    return True


def _no_such_step(enterprise: Enterprise, stage: str) -> Conflict:
    here, there = _LABELS[enterprise.stage], _LABELS[stage]
    why = Text("阶段不能倒退", "stages do not go back")
    if ORDER.index(stage) > ORDER.index(enterprise.stage):
        why = _EXIT[enterprise.stage]
    return Conflict(
        Text(
            f"{enterprise.name}现处“{here.zh}”阶段，不能直接到“{there.zh}”：{why.zh}（8.2）。",
            f"{enterprise.name} is at “{here.en}” and cannot go to “{there.en}”: {why.en} (8.2).",
        ),
        stage=enterprise.stage,
    )


# ---- how long the standard lasts ------------------------------------------------------------------------------------

FALL_BACK = "fall_back"  # kind of the timer
STAGE_CHANGED = "enterprise_stage_changed"  # kind of the event
_ENDED = Text(
    "任期或者法人资格证书已经到期，台账由规范退回建会；换届、换证后重新报请验收（8.2）。",
    "The term or the certificate has ended, so the ledger goes back from standardised to founded; ask for acceptance again "
    "after re-election or renewal (8.2).",
)


def watch_standard(
    session: Session, enterprise: Enterprise, case_id: int, certificate_until: date | None
) -> date | None:
    """8.2: look again on the day after the term or the certificate ends; answers its last day, None if nothing ends.

    ``certificate_until``: of a certificate that is not registered here.
    """
    until = _standard_until(session, enterprise, certificate_until)
    if until is None:
        return None
    name = f"standard:{enterprise.id}:{until}"
    if session.scalar(select(Timer.id).where(Timer.name == name)) is None:
        data = {
            "enterprise_id": enterprise.id,
            "certificate_until": certificate_until.isoformat() if certificate_until else None,
            "relation": "applicant",
            "role": Role.SECRETARY.value,
            "text": {"zh": _ENDED.zh, "en": _ENDED.en},
        }
        session.add(
            Timer(
                name=name,
                kind=FALL_BACK,
                due_on=until + timedelta(days=1),
                organisation_id=enterprise.organisation_id,
                case_id=case_id,
                rule="8.2",
                data=data,
            )
        )
    return until


def fall_back(session: Session, timer: Timer, now: datetime) -> bool:
    """8.2: the enterprise of a watch that is due goes back to founded; False when it still holds, or never stood there.

    What still holds is watched again. The change is an event of the ledger.
    """
    enterprise = session.get_one(Enterprise, timer.data["enterprise_id"], with_for_update=True)
    if enterprise.stage != STANDARDISED:
        return False
    written_until = timer.data.get("certificate_until")
    certificate_until = date.fromisoformat(written_until) if written_until else None
    until = _standard_until(session, enterprise, certificate_until)
    if until is not None and now.astimezone(OFFICE_ZONE).date() <= until:
        watch_standard(session, enterprise, timer.case_id or 0, certificate_until)
        return False
    move(enterprise, FOUNDED)
    zone = session.get_one(Zone, enterprise.zone_id, with_for_update=True)
    zone.ledger_version += 1
    data = {"enterprise_id": enterprise.id, "before": STANDARDISED, "stage": FOUNDED, "rule": "8.2"}
    events.record(session, events.LEDGER, STAGE_CHANGED, data, now=now, organisation_id=zone.office_id)
    return True


def _standard_until(session: Session, enterprise: Enterprise, certificate_until: date | None) -> date | None:
    """The earlier end of term and certificate; None when neither is known."""
    registered = session.scalar(
        select(Certificate.valid_to)
        .where(
            Certificate.organisation_id == enterprise.organisation_id,
            Certificate.kind == "legal_person",
            Certificate.cancelled_on.is_(None),
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    return min((day for day in (enterprise.term_ends_on, registered or certificate_until) if day), default=None)


# ---- overdue --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithoutUnion:
    """An enterprise in operation without a union, and by when it should have one (R-108)."""

    enterprise: Enterprise
    due: FoundingDue

    @property
    def overdue(self) -> bool:
        return self.due.finding.verdict == "overdue"


def without_union(session: Session, zone_id: int, on: date) -> tuple[WithoutUnion, ...]:
    """T-08: the enterprises of a zone that opened and have no union, the longest due first.

    An enterprise whose day of opening is not known is not among them: nothing can be due.
    """
    known = settings.load(session)
    parameters = known.rules(CURRENT, on).parameters
    found = session.scalars(
        select(Enterprise).where(
            Enterprise.zone_id == zone_id,
            Enterprise.operating.is_(True),
            Enterprise.opened_on.is_not(None),
            Enterprise.opened_on <= on,
            Enterprise.stage.not_in(WITH_UNION),
        )
    )
    rows = [
        WithoutUnion(one, founding_due(one.opened_on, on, parameters, known.calendar))
        for one in found
        if one.opened_on is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row.due.due_on, row.enterprise.id)))


# ---- who organises --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who gets a post in the preparatory group of an enterprise."""

    name: str
    role: Role
    phone: str = ""


def organise(
    session: Session,
    actor: Actor,
    enterprise_id: int,
    *,
    secretary: str,
    leader: str,
    paper_prefix: str,
    phone: str = "",
    now: datetime,
    key: str | None = None,
) -> Organisation:
    """Enter the preparatory group of an enterprise, so that it can apply: an organisation under the zone's office.

    The zone's secretary does it (participation at source, 4.2). Raises `Invalid` with every mistake, and `Conflict` when
    there is one already; the same ``key`` twice acts once. Accounts are opened by an administrator.
    """
    if (event := events.already(session, key)) is not None:
        return session.get_one(Organisation, event.data["organisation_id"])
    today = now.astimezone(OFFICE_ZONE).date()
    enterprise = session.get_one(Enterprise, enterprise_id, with_for_update=True)
    zone = session.get_one(Zone, enterprise.zone_id)
    access.require(session, actor, Permission.IMPORT_LEDGER, zone, today)
    if enterprise.organisation_id is not None:
        raise Conflict(
            Text(
                f"{enterprise.name}已经登记了建会组织。",
                f"{enterprise.name} has its organisation already.",
            ),
            organisation=enterprise.organisation_id,
        )
    mistakes = [
        Mistake(f"/{field}", text)
        for field, value, text in (
            ("secretary", secretary, Text("请填写经办人姓名。", "Name the person who does the work.")),
            ("leader", leader, Text("请填写负责人姓名。", "Name the person in charge.")),
            ("paper_prefix", paper_prefix, Text("请填写机关代字。", "Give the prefix of its papers.")),
        )
        if not written(value)
    ]
    if mistakes:
        raise Invalid(mistakes)
    group = Organisation(
        code=f"{zone.code}-E{enterprise.id}",
        name=f"{enterprise.name}工会筹备组",
        kind=OrganisationKind.ENTERPRISE.value,
        parent_id=zone.office_id,
        paper_prefix=written(paper_prefix),
        valid_from=today,
    )
    session.add(group)
    session.flush()
    for newcomer in (Newcomer(secretary, Role.SECRETARY, phone), Newcomer(leader, Role.LEADER)):
        _appoint(session, group, newcomer, today)
    enterprise.organisation_id = group.id
    zone.ledger_version += 1
    session.flush()
    data: dict[str, Any] = {
        "enterprise_id": enterprise.id,
        "enterprise": enterprise.name,
        "organisation_id": group.id,
        "secretary": written(secretary),
        "leader": written(leader),
    }
    events.record(
        session, events.LEDGER, ORGANISED, data, now=now, actor=actor, organisation_id=zone.office_id, key=key
    )
    return group


def _appoint(session: Session, group: Organisation, newcomer: Newcomer, today: date) -> None:
    number = (session.scalar(select(func.max(Person.id))) or 0) + 1
    person = Person(code=f"{group.code}-{number}", name=written(newcomer.name), phone=written(newcomer.phone))
    session.add(person)
    session.flush()
    session.add(Post(person_id=person.id, organisation_id=group.id, role=newcomer.role.value, valid_from=today))

"""What is on record of a union before the registering authority: form, founding, term, certificate; and its reminders.

The union of a zone applies through the zone's office; certificates belong to the union itself once it is in the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, or_, select

from workflows import settings
from workflows.engine.operations import Context
from workflows.law import legal_person, timers
from workflows.law.certificates import Held, Standing
from workflows.law.zone_forms import ZoneForm
from workflows.procedures.answers import same_name
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Organisation, OrganisationKind
from workflows.storage.unions import Certificate, OfficeHolder, Term, Timer
from workflows.text import Text

PROCEDURE = "legal_person"
LEGAL_PERSON, CREDIT_CODE = "legal_person", "credit_code"  # kinds of certificate
CHANGE_RULE = "T-11"  # of the timers that remind of a change to be registered
GRASS_ROOTS = "grass_roots"  # what a union is that is no zone's


@dataclass(frozen=True, slots=True)
class Union:
    """The union an applicant applies for. ``organisation_id``: to which certificates belong; ``form``: of a zone's union."""

    organisation_id: int
    name: str
    founded: bool
    founded_on: date | None
    form: ZoneForm | None
    term_ends_on: date | None

    @property
    def form_word(self) -> str:
        """What the diagram reads: a form of a zone's union, "grass_roots", or "none" while there is no union."""
        if not self.founded:
            return "none"
        return self.form.value if self.form else GRASS_ROOTS


def union_of(context: Context) -> Union:
    """The applicant's union as ledger and union tree have it today."""
    applicant = context.session.get_one(Organisation, context.applicant_id)
    if applicant.kind == OrganisationKind.ZONE_OFFICE:
        return _union_of_a_zone(context, applicant)
    enterprise = context.session.scalars(
        select(Enterprise).where(Enterprise.organisation_id == applicant.id).order_by(Enterprise.id).limit(1)
    ).first()
    form = ZoneForm.FEDERATION if applicant.kind == OrganisationKind.FEDERATION else None
    known = enterprise.union_approved_on if enterprise else None
    return Union(
        organisation_id=applicant.id,
        name=applicant.name,
        founded=True,
        founded_on=known or applicant.valid_from,
        form=form,
        term_ends_on=_term_end(context, applicant.id) or (enterprise.term_ends_on if enterprise else None),
    )


def _union_of_a_zone(context: Context, office: Organisation) -> Union:
    zone = context.session.scalars(select(Zone).where(Zone.office_id == office.id)).first()
    if zone is None or zone.form is None:
        return Union(office.id, office.name, False, None, None, None)
    form = ZoneForm(zone.form)
    name = zone.union.name if zone.union else f"{zone.name}{form.label.zh}"
    union_id = zone.union_id or office.id
    return Union(union_id, name, True, zone.form_since, form, _term_end(context, union_id, office.id))


def _term_end(context: Context, *organisation_ids: int) -> date | None:
    """The end of the running term, extended or not."""
    term = context.session.scalars(
        select(Term)
        .where(Term.organisation_id.in_(organisation_ids), Term.ended_on.is_(None))
        .order_by(Term.began_on.desc(), Term.id.desc())
        .limit(1)
    ).first()
    return (term.extended_to or term.ends_on) if term else None


def chair_of(context: Context, union: Union) -> str | None:
    """The name of the chair in office, if one is entered."""
    return context.session.scalar(
        select(OfficeHolder.name)
        .where(
            OfficeHolder.organisation_id.in_((union.organisation_id, context.applicant_id)),
            OfficeHolder.office == "chair",
            OfficeHolder.since <= context.today,
            or_(OfficeHolder.until.is_(None), OfficeHolder.until >= context.today),
        )
        .order_by(OfficeHolder.id.desc())
        .limit(1)
    )


# ---- certificates ---------------------------------------------------------------------------------------------------


def kind_for(union: Union) -> str:
    """D-13: which certificate this union has, or will have."""
    return CREDIT_CODE if union.form is ZoneForm.WORK_COMMITTEE else LEGAL_PERSON


def certificate_of(context: Context, union: Union) -> Certificate | None:
    """The certificate that counts; one that was replaced or cancelled does not, one that has expired still does."""
    return context.session.scalars(
        select(Certificate)
        .where(
            Certificate.organisation_id == union.organisation_id,
            Certificate.kind == kind_for(union),
            Certificate.cancelled_on.is_(None),
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    ).first()


def certificate_named(context: Context, union: Union, number: str) -> Certificate | None:
    """The certificate of that number: the union's own, or one of a form the zone had before, which still counts."""
    own = certificate_of(context, union)
    if own is not None and same_name(own.number) == same_name(number):
        return own
    zone = context.session.scalars(select(Zone).where(Zone.office_id == context.applicant_id)).first()
    if zone is None:
        return None
    earlier = context.session.scalars(
        select(Certificate)
        .join(Certificate.organisation)
        .where(
            Organisation.kind == OrganisationKind.ZONE_UNION,
            Organisation.code.startswith(f"{zone.code}-U", autoescape=True),
            Certificate.cancelled_on.is_(None),
        )
        .order_by(Certificate.id)
    )
    return next((one for one in earlier if same_name(one.number) == same_name(number)), None)


def held(certificate: Certificate | None) -> Held | None:
    """A certificate as the law looks at it."""
    if certificate is None:
        return None
    return Held(certificate.number, certificate.credit_code, certificate.valid_from, certificate.valid_to)


def standing_of(context: Context, union: Union) -> Standing:
    return Standing(union.founded, union.form, held(certificate_of(context, union)))


# ---- reminders ------------------------------------------------------------------------------------------------------


def remind_to_apply(context: Context, union: Union) -> None:
    """T-09, R-505: a reminder when the time to apply after founding is over and nothing was filed."""
    if union.founded_on is None or certificate_of(context, union) is not None:
        return
    due = _due("T-09", context, union.founded_on)
    text = Text(
        f"{union.name}成立已满期限（{due}），尚未申请登记（R-505，只是提醒）。",
        f"The time to apply for registration ended on {due} (R-505, a reminder only).",
    )
    _remind(context, _apply_name(context), due, "T-09", text, while_open=True)


def watch_certificate(context: Context, certificate: Certificate) -> None:
    """T-12, R-509: a case opens when the window to renew does; whoever let it pass is told when it is over."""
    if certificate.valid_to is None:
        return
    opens, closes = legal_person.Certificate(certificate.valid_from, certificate.valid_to).renewal_window(
        context.rule_set.parameters
    )
    begun = Text(
        f"证书（{certificate.number}）有效期至 {closes}，自 {opens} 起申请换领，办件由系统到期发起（R-509）。",
        f"Certificate {certificate.number} is valid until {closes} and renewed from {opens}; begun by the calendar (R-509).",
    )
    expired = Text(
        f"证书（{certificate.number}）已于 {closes} 过期，尚未换领（R-509）。",
        f"Certificate {certificate.number} expired on {closes} and was not renewed (R-509).",
    )
    name = f"{PROCEDURE}:renewal:{certificate.id}"
    if not _is_set(context, name):
        context.session.add(
            Timer(
                name=name,
                kind="open_case",
                due_on=max(opens, context.today + timedelta(days=1)),
                organisation_id=context.applicant_id,
                case_id=context.case.id,
                rule="T-12",
                data={"procedure": PROCEDURE, "text": _plain(begun)},
            )
        )
    _remind(context, f"{PROCEDURE}:expiry:{certificate.id}", closes + timedelta(days=1), "T-12", expired)


def change_is_filed(context: Context) -> None:
    """T-11: whoever set a reminder to register a change, it is reminded of no more."""
    _end(context, Timer.organisation_id == context.applicant_id, Timer.rule == CHANGE_RULE, outcome="filed")


def application_is_filed(context: Context) -> None:
    """T-09: the reminder of this case ends."""
    _end(context, Timer.name == _apply_name(context), outcome="filed")


def end_watch(context: Context, certificate: Certificate, outcome: str) -> None:
    """A certificate that no longer counts is neither renewed nor does it expire."""
    names = (f"{PROCEDURE}:renewal:{certificate.id}", f"{PROCEDURE}:expiry:{certificate.id}")
    _end(context, Timer.name.in_(names), outcome=outcome)


def _end(context: Context, *which: ColumnElement[bool], outcome: str) -> None:
    for timer in context.session.scalars(select(Timer).where(*which, Timer.done_at.is_(None)).with_for_update()):
        timer.done_at, timer.outcome = context.now, outcome


def _apply_name(context: Context) -> str:
    return f"{PROCEDURE}:apply:{context.case.id}"


def open_registration(context: Context, applicant_id: int) -> None:
    """Founding leads to a case of registration, wherever that procedure is published. It approves nothing by itself."""
    published = exists().where(PublishedDefinition.key == PROCEDURE, PublishedDefinition.is_current.is_(True))
    if context.session.scalar(select(published)):
        context.open_case(PROCEDURE, applicant_id)


def _due(number: str, context: Context, start: date) -> date:
    calendar = settings.load(context.session).calendar
    dated = timers.date_of(timers.timer(number), start, context.rule_set.parameters, calendar)
    if dated is None:
        raise LookupError(f"{number} has no length")
    return dated.day


def _remind(context: Context, name: str, due_on: date, rule: str, text: Text, *, while_open: bool = False) -> None:
    if _is_set(context, name):
        return
    data = {"relation": "applicant", "role": "secretary", "text": _plain(text), "while_open": while_open}
    context.session.add(
        Timer(
            name=name,
            kind="remind",
            due_on=due_on,
            organisation_id=context.applicant_id,
            case_id=context.case.id,
            rule=rule,
            data=data,
        )
    )


def _is_set(context: Context, name: str) -> bool:
    return bool(context.session.scalar(select(exists().where(Timer.name == name))))


def _plain(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}

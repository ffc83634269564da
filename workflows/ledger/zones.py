"""What the ledger says of a zone: its counts, what the law says of them, and the form its union has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.engine.operations import OFFICE_ZONE
from workflows.law.finding import Finding
from workflows.law.founding import independence
from workflows.law.registration import legal_route
from workflows.law.rule_sets import RuleSet
from workflows.law.zone_forms import ZoneForm, zone_form
from workflows.storage.cases import Case
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import OrganisationKind
from workflows.text import Text

_NAMED = 3  # enterprises named where counts are missing
_UNIONS = frozenset(
    {
        OrganisationKind.PROVINCIAL_UNION,
        OrganisationKind.CITY_UNION,
        OrganisationKind.COUNTY_UNION,
        OrganisationKind.ZONE_UNION,
    }
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Enterprises in operation and their people.

    ``enterprises``: None while the ledger holds no enterprise at all; ``employees``: None unless every enterprise in
    operation reported; ``employees_known``: the sum of what was reported; ``data_on``: the oldest date of a reported count;
    ``unreported``, ``undated``: enterprises in operation without a count, and with a count but no date; ``missing``: what
    keeps the law from a verdict, in sentences.
    """

    enterprises: int | None
    employees: int | None
    employees_known: int
    data_on: date | None
    unreported: int
    undated: int
    missing: tuple[Text, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "enterprises": self.enterprises,
            "employees": self.employees,
            "employees_known": self.employees_known,
            "data_on": self.data_on.isoformat() if self.data_on else None,
            "unreported": self.unreported,
            "undated": self.undated,
        }


@dataclass(frozen=True, slots=True)
class FormChange:
    """A zone's record before and after, for the event; ``changed`` is False when it was so already."""

    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def changed(self) -> bool:
        return self.before != self.after


def counts(session: Session, zone_id: int) -> Counts:
    """The counts of a zone as they stand now; one statement, two where counts are missing."""
    running = Enterprise.operating.is_(True)
    reported = running & Enterprise.employees.is_not(None)
    listed, operating, known, unreported, undated, data_on = session.execute(
        select(
            func.count(),
            func.count(sql_case((running, 1))),
            func.coalesce(func.sum(sql_case((running, Enterprise.employees))), 0),
            func.count(sql_case((running & Enterprise.employees.is_(None), 1))),
            func.count(sql_case((reported & Enterprise.data_on.is_(None), 1))),
            func.min(sql_case((reported, Enterprise.data_on))),
        ).where(Enterprise.zone_id == zone_id)
    ).one()
    if not listed:
        empty = Text("台账中还没有企业，请先导入台账。", "The ledger has no enterprises yet: import it first.")
        return Counts(None, None, 0, None, 0, 0, (empty,))
    return Counts(
        enterprises=operating,
        employees=None if unreported else int(known),
        employees_known=int(known),
        data_on=data_on,
        unreported=unreported,
        undated=undated,
        missing=(_unreported(session, zone_id, unreported, int(known)),) if unreported else (),
    )


def zone_form_finding(session: Session, zone_id: int, today: date, rule_set: RuleSet) -> Finding:
    """D-01 on the zone's ledger as it stands now."""
    found = counts(session, zone_id)
    finding = zone_form(
        found.enterprises, found.employees, found.data_on, today, rule_set.parameters, missing=found.missing
    )
    numbers = {**finding.numbers, "employees_known": found.employees_known, "unreported": found.unreported}
    flags = finding.flags
    if found.undated and found.data_on is not None:
        undated = Text(
            f"另有 {found.undated} 家企业的职工数没有数据日期。",
            f"The counts of {found.undated} enterprises have no date.",
        )
        flags = (*flags, undated)
    return replace(finding, numbers=numbers, flags=flags)


def independence_finding(zone: Zone) -> Finding:
    """11.2, P48: does the zone's union, and its office, stand under a union, or were they put into a department?

    Verdict "independent" or "alert". A superior that is no union is the department; none at all alerts nobody.
    """
    placed = (body for body in (zone.union, zone.office) if body is not None and body.parent is not None)
    departments = [body.parent.name for body in placed if body.parent and body.parent.kind not in _UNIONS]
    return independence(departments[0] if departments else "")


def register_form(
    session: Session, zone: Zone, form: ZoneForm | str, union_id: int, case: Case, now: datetime
) -> FormChange:
    """Make ``form`` the zone's one active form, in the caller's transaction; an old form is replaced (D-01).

    Locks the zone's row. Idempotent: registering the same case again changes nothing. The result goes into the event.
    """
    session.refresh(zone, with_for_update=True)
    before = _record(zone)
    if zone.form_case_id != case.id:
        chosen = ZoneForm(form)
        zone.form = chosen.value
        zone.form_since = now.astimezone(OFFICE_ZONE).date()
        zone.form_case_id = case.id
        zone.union_id = union_id
        zone.legal_route = legal_route(chosen).value
        session.flush()
    return FormChange(before, _record(zone))


def _record(zone: Zone) -> dict[str, Any]:
    return {
        "form": zone.form,
        "form_since": zone.form_since.isoformat() if zone.form_since else None,
        "form_case_id": zone.form_case_id,
        "union_id": zone.union_id,
        "legal_route": zone.legal_route,
    }


def _unreported(session: Session, zone_id: int, number: int, known: int) -> Text:
    names = session.scalars(
        select(Enterprise.name)
        .where(Enterprise.zone_id == zone_id, Enterprise.operating.is_(True), Enterprise.employees.is_(None))
        .order_by(Enterprise.id)
        .limit(_NAMED)
    ).all()
    more = number > len(names)
    return Text(
        f"{number} 家在营企业没有上报职工数（{'、'.join(names)}{'等' if more else ''}）；已上报的合计 {known} 人。",
        f"{number} enterprises in operation have not reported their employees ({', '.join(names)}"
        f"{' and others' if more else ''}); those reported have {known:,} in all.",
    )

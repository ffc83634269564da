"""A small complete world for scenarios: one county union, one zone with its authorities, and their people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from workflows.law.credit_code import check_character
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Authority, Organisation, OrganisationKind, Person, Post, Role
from workflows.storage.unions import Certificate, OfficeHolder, Term

SINCE = date(2020, 1, 1)

SMALL_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True, slots=True)
class World:
    """Ids of what a scenario names: people by what they are, the organisation each may apply for, the zone."""

    people: Mapping[str, int]
    applicants: Mapping[str, int]
    zone_id: int
    enterprise_organisation_id: int = 0  # the preparatory group, later the union, of the enterprise that organises

    def set_ledger(self, session: Session, ledger: Mapping[str, Any]) -> None:
        """Replace the zone's enterprises."""
        session.execute(delete(Enterprise).where(Enterprise.zone_id == self.zone_id))
        _fill(session, self.zone_id, ledger, self.enterprise_organisation_id)


def build(session: Session, ledger: Mapping[str, Any], today: date) -> World:
    """Make the world. `ledger`: `enterprises`, `employees`, `data_on`, `missing` (enterprises without a count),
    `staffing_has_accounts`, `higher_staffing` (the staffing authority of the city is named for the zone), `form` (a form
    the zone already has), `enterprise` (columns of the enterprise that organises; `party = false`: it has no Party
    organisation; `union = true`: it has its union already), `others` (a list of further enterprises by their columns),
    `form_since`, and what unions have on record: `certificates`, `terms`, `chairs`, `holders` (of any `office`), each
    `of` the "zone" or the "enterprise"."""
    province = _organisation(session, "U-P", "河南省总工会", OrganisationKind.PROVINCIAL_UNION, prefix="豫工发")
    county = _organisation(
        session, "U-C", "新安县总工会", OrganisationKind.COUNTY_UNION, parent=province, prefix="新工发"
    )
    office = _organisation(
        session, "Z-1", "新安县产业集聚区工会办公室", OrganisationKind.ZONE_OFFICE, parent=county, prefix="新集工"
    )
    party = _organisation(
        session, "P-1", "中共新安县产业集聚区工作委员会", OrganisationKind.PARTY_COMMITTEE, prefix="新集党工"
    )
    staffing = _organisation(
        session,
        "S-1",
        "新安县委机构编制委员会办公室",
        OrganisationKind.STAFFING_AUTHORITY,
        prefix="新编办",
        has_accounts=bool(ledger.get("staffing_has_accounts", True)),
    )
    other = _organisation(
        session, "Z-2", "汝阳县产业集聚区工会办公室", OrganisationKind.ZONE_OFFICE, parent=county, prefix="汝集工"
    )
    for authority, kind in ((party, "party_committee"), (staffing, "staffing_authority")):
        session.add(Authority(organisation_id=office.id, kind=kind, authority_id=authority.id, valid_from=SINCE))
    people = _higher_staffing(session, office) if ledger.get("higher_staffing") else {}
    zone = Zone(code="Z1", name="新安县产业集聚区", office_id=office.id, form=ledger.get("form"))
    zone.form_since = ledger.get("form_since")
    session.add_all([zone, Zone(code="Z2", name="汝阳县产业集聚区", office_id=other.id)])
    session.flush()
    enterprise, at_the_enterprise = _enterprise_side(session, office, ledger)
    _fill(session, zone.id, ledger, enterprise.id)
    _put_on_record(session, {"zone": office, "enterprise": enterprise}, ledger)
    people |= {
        "zone_secretary": _person(session, "刘芳", office, Role.SECRETARY),
        "zone_secretary_2": _person(session, "周敏", office, Role.SECRETARY),
        "other_zone_secretary": _person(session, "马丽", other, Role.SECRETARY),
        "party_leader": _person(session, "陈建国", party, Role.LEADER),
        "superior_clerk": _person(session, "孙晓燕", county, Role.CLERK),
        "superior_leader": _person(session, "王志强", county, Role.LEADER),
        "superior_leader_2": _person(session, "赵文静", county, Role.LEADER),
        "superior_manager": _person(session, "李卫东", county, Role.MANAGER),
    }
    if staffing.has_accounts:
        people["staffing_leader"] = _person(session, "郭立新", staffing, Role.LEADER)
    people |= {
        "zone_leader": _person(session, "钱卫民", office, Role.LEADER),
        "zone_counter": _person(session, "余晓梅", office, Role.COUNTER),
        "zone_scrutineer": _person(session, "卢志刚", office, Role.SCRUTINEER),
        **at_the_enterprise,
    }
    applicants = {"zone_secretary": office.id, "zone_secretary_2": office.id, "other_zone_secretary": other.id}
    applicants |= dict.fromkeys(at_the_enterprise, enterprise.id)
    return World(people, {**dict.fromkeys(people, office.id), **applicants}, zone.id, enterprise.id)


def _higher_staffing(session: Session, office: Organisation) -> dict[str, int]:
    """The staffing authority of the city, which decides where the rank of a body sends a request there."""
    city = _organisation(
        session, "S-2", "洛阳市委机构编制委员会办公室", OrganisationKind.STAFFING_AUTHORITY, prefix="洛编办"
    )
    session.add(
        Authority(organisation_id=office.id, kind="city_staffing_authority", authority_id=city.id, valid_from=SINCE)
    )
    return {"city_staffing_leader": _person(session, "贾志远", city, Role.LEADER)}


def _enterprise_side(
    session: Session, office: Organisation, ledger: Mapping[str, Any]
) -> tuple[Organisation, dict[str, int]]:
    """The preparatory group of an enterprise under the zone's office, its Party organisation, and their people."""
    group = _organisation(
        session, "E-1", "新安县精工机械有限公司工会筹备组", OrganisationKind.ENTERPRISE, parent=office, prefix="精工会"
    )
    party = _organisation(
        session, "P-E1", "中共新安县精工机械有限公司支部委员会", OrganisationKind.PARTY_COMMITTEE, prefix="精党"
    )
    if ledger.get("enterprise", {}).get("party", True):
        session.add(
            Authority(organisation_id=group.id, kind="party_committee", authority_id=party.id, valid_from=SINCE)
        )
    return group, {
        "enterprise_secretary": _person(session, "何晓东", group, Role.SECRETARY),
        "enterprise_leader": _person(session, "罗建华", group, Role.LEADER),
        "enterprise_party_leader": _person(session, "谢志远", party, Role.LEADER),
        "counter": _person(session, "韩冬梅", group, Role.COUNTER),
        "scrutineer": _person(session, "曹永刚", group, Role.SCRUTINEER),
    }


def _put_on_record(session: Session, unions: Mapping[str, Organisation], ledger: Mapping[str, Any]) -> None:
    """Certificates, terms and chairs that unions have before the first day."""
    if ledger.get("enterprise", {}).get("union"):
        unions["enterprise"].kind = OrganisationKind.ENTERPRISE_UNION.value
        unions["enterprise"].name = "新安县精工机械有限公司工会委员会"
    for given in ledger.get("certificates", []):
        session.add(Certificate(organisation_id=unions[given["of"]].id, **_without_of(given)))
    for given in ledger.get("terms", []):
        session.add(Term(organisation_id=unions[given["of"]].id, number=1, **_without_of(given)))
    for given in ledger.get("chairs", []):
        union = unions[given["of"]]
        session.add(
            OfficeHolder(organisation_id=union.id, office="chair", since=SINCE, details={}, **_without_of(given))
        )
    for given in ledger.get("holders", []):
        union = unions[given["of"]]
        session.add(OfficeHolder(organisation_id=union.id, since=SINCE, details={}, **_without_of(given)))
    session.flush()


def _without_of(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "of"}


def _organisation(
    session: Session,
    code: str,
    name: str,
    kind: OrganisationKind,
    *,
    parent: Organisation | None = None,
    prefix: str = "",
    has_accounts: bool = True,
) -> Organisation:
    organisation = Organisation(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        paper_prefix=prefix,
        has_accounts=has_accounts,
        valid_from=SINCE,
    )
    session.add(organisation)
    session.flush()
    return organisation


def _person(session: Session, name: str, organisation: Organisation, role: Role) -> int:
    person = Person(code=f"{organisation.code}-{role}-{name}", name=name)
    session.add(person)
    session.flush()
    session.add(Post(person_id=person.id, organisation_id=organisation.id, role=role, valid_from=SINCE))
    return person.id


def _fill(session: Session, zone_id: int, ledger: Mapping[str, Any], organisation_id: int) -> None:
    """Enterprises that add up to the numbers given, as evenly as whole persons allow; then those given one by one."""
    count, total = int(ledger.get("enterprises", 0)), int(ledger.get("employees", 0))
    missing = int(ledger.get("missing", 0))
    counted = max(count - missing, 0)
    for number in range(count):
        employees = None
        if number < counted:
            employees = total // counted + (1 if number < total % counted else 0)
        session.add(
            Enterprise(
                zone_id=zone_id,
                credit_code=(base := f"91410323MA{number:07d}") + check_character(base),
                name=f"新安县第{number + 1}企业有限公司",
                operating=True,
                employees=employees,
                data_on=ledger.get("data_on"),
            )
        )
    known = set(Enterprise.__table__.columns.keys())
    for number, given in enumerate([ledger.get("enterprise", {"skip": True}), *ledger.get("others", [])], count):
        if "skip" in given:
            continue
        first = number == count
        columns = {
            "name": "新安县精工机械有限公司" if first else f"新安县第{number + 1}企业有限公司",
            "credit_code": (base := f"91410323MA{number:07d}") + check_character(base),
            **{name: value for name, value in given.items() if name in known},
        }
        session.add(Enterprise(zone_id=zone_id, organisation_id=organisation_id if first else None, **columns))

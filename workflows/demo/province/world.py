"""Who and what there is in the large demo: county unions, zones with their authorities, enterprises, and their people."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from workflows.demo.enterprises import Settlement, enterprises
from workflows.demo.organisations import Cast
from workflows.demo.province.names import Name, Names
from workflows.demo.province.places import COUNTIES, PLACES, County
from workflows.demo.province.standing import put_enterprise_union_on_record, put_zone_union_on_record
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Account, Authority, Organisation, OrganisationKind, Person, Post, Role

_KIND = OrganisationKind
SEED = 20262
BEGAN = timedelta(days=760)  # before the first case; the ledger shows how far enterprises had come by then
SMALL = 0.88  # of the enterprises without a union: these begin with an organiser instead of a committee
WITH_PARTY_BRANCH = 0.6
FORMS = ("", "general_union", "", "work_committee", "", "federation", "", "")  # of the zones' unions, in turn; "": none
COUNTS = {0: (118, 6900), 1: (112, 6100), 4: (90, 5700), 6: (115, 6400)}  # enterprises and employees of the larger ones


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything there is for a number of cases."""

    zones: int
    groups: int  # enterprises that have yet to found a union
    unions: int  # enterprises that have one

    @classmethod
    def of(cls, cases: int) -> Size:
        """About 180 zones for 2,000 cases, and never fewer than play together."""
        return cls(
            zones=min(len(COUNTIES) * len(PLACES), max(10, round(cases * 0.09))),
            groups=max(8, round(cases * 0.23)),
            unions=max(6, round(cases * 0.11)),
        )


@dataclass(slots=True)
class World:
    """Ids of what was made. ``applicants``: by kind ("zone", "group", "union") who may apply; ``counties``: by the id of
    an applicant, county union or authority the county it lies in; ``zones``: the zone's id by the id of its office."""

    applicants: dict[str, list[int]] = field(default_factory=lambda: {"zone": [], "group": [], "union": []})
    counties: dict[int, County] = field(default_factory=dict)
    zones: dict[int, int] = field(default_factory=dict)
    people: int = 0


def build(session: Session, cast: Cast, size: Size, *, since: date, today: date, account: Account) -> World:
    """Make the world under the city unions of the small demo; everything is valid from ``since``.

    ``account`` is one of the small demo: the others share its password.
    """
    return _Builder(session, cast, since, today, account).build(size)


class _Builder:
    """Everything is put into the session first and gets its ids in a few large flushes: thousands of rows."""

    def __init__(self, session: Session, cast: Cast, since: date, today: date, account: Account) -> None:
        self.session, self.cast, self.since, self.today, self.account = session, cast, since, today, account
        self.dice = random.Random(SEED)  # noqa: S311 - the same province every time; nothing secret comes from it
        self.names = Names(self.dice)
        self.world = World()
        self.usernames: dict[str, int] = {}
        self.lying_in: list[tuple[Organisation, County]] = []
        self.named: list[tuple[Organisation, str, Organisation]] = []  # whose authority, of which kind, is who
        self.free: dict[int, list[Enterprise]] = {}  # by zone, the enterprises that no organisation belongs to

    def build(self, size: Size) -> World:
        made = [self._county(county) for county in COUNTIES[: min(len(COUNTIES), size.zones)]]
        zones = [self._zone(*made[n % len(made)], n) for n in range(size.zones)]
        self.session.flush()
        for number, zone in enumerate(zones):
            self.world.applicants["zone"].append(zone.office_id)
            self.world.zones[zone.office_id] = zone.id
            self.free[zone.id] = self._ledger(zone, made[number % len(made)][0], number)
            form = FORMS[number % len(FORMS)]
            if form:
                put_zone_union_on_record(self.session, zone, form, self.dice, self.today)
        self.session.flush()
        for kind, number, make in (("union", size.unions, self._union), ("group", size.groups, self._group)):
            counties = [made[n % len(made)][0] for n in range(len(zones))]
            places = [(n * 7) % len(zones) if kind == "group" else n % len(zones) for n in range(number)]
            founded = [found for n in places if (found := make(zones[n], counties[n])) is not None]
            self.session.flush()
            self.world.applicants[kind] += [organisation.id for _, organisation in founded]
            for row, organisation in founded:
                row.organisation_id = organisation.id
        self._put_authorities()
        self.world.counties |= {organisation.id: county for organisation, county in self.lying_in}
        self.session.flush()
        return self.world

    def _put_authorities(self) -> None:
        self.session.add_all(
            Authority(organisation_id=of.id, kind=kind, authority_id=authority.id, valid_from=self.since)
            for of, kind, authority in self.named
        )

    # ---- counties and zones ------------------------------------------------------------------------------------------

    def _county(self, county: County) -> tuple[County, Organisation, Organisation]:
        name, code = county.name, f"HN-{county.code}"
        union = self._organisation(
            f"{code}",
            f"{name}总工会",
            f"{county.name_en} County Federation of Trade Unions",
            _KIND.COUNTY_UNION,
            county,
            parent=self.cast.organisations[county.city],
            prefix=f"{name[:-1]}工发",
        )
        staffing = self._organisation(
            f"{code}-BB",
            f"{name}机构编制委员会办公室",
            f"{county.name_en} County Staffing Authority",
            _KIND.STAFFING_AUTHORITY,
            county,
            prefix=f"{name[:-1]}编办",
            has_accounts=not county.on_paper,
        )
        for role, title in (
            (Role.LEADER, f"{name}总工会主席"),
            (Role.LEADER, f"{name}总工会党组书记"),
            (Role.CLERK, "组织部经办人"),
            (Role.CLERK, "财务部经办人"),
            (Role.MANAGER, f"{name}总工会分管副主席"),
        ):
            self._person(union, role, title)
        if not county.on_paper:
            self._person(staffing, Role.LEADER, f"{name}委编办主任")
        return county, union, staffing

    def _zone(self, county: County, union: Organisation, staffing: Organisation, number: int) -> Zone:
        place, place_en = PLACES[(number // len(COUNTIES)) % len(PLACES)]
        name, code = f"{county.name}{place}产业集聚区", f"{county.code}-{number + 1:03d}"
        prefix = f"{county.name[0]}{place}"
        office = self._organisation(
            f"{code}-GH",
            f"{name}工会办公室",
            f"{place_en} Zone, union office",
            _KIND.ZONE_OFFICE,
            county,
            parent=union,
            prefix=f"{prefix}集工",
        )
        party = self._organisation(
            f"{code}-DGW",
            f"中共{name}工作委员会",
            f"Party Work Committee of {place_en} Zone",
            _KIND.PARTY_COMMITTEE,
            county,
            prefix=f"{prefix}集文",
        )
        zone = Zone(code=code, name=name, name_en=f"{place_en} Industrial Zone", office=office, ledger_version=1)
        self.session.add(zone)
        self.named += [(office, "party_committee", party), (office, "staffing_authority", staffing)]
        self._people(office, f"{name}工会")
        self._person(party, Role.LEADER, "党工委书记")
        return zone

    def _ledger(self, zone: Zone, county: County, number: int) -> list[Enterprise]:
        """Three of eight zones have what a general union needs, one lies in the band, the others are small.

        Answers the enterprises in operation.
        """
        most, employees = COUNTS.get(number % len(FORMS), (38, 1900))
        wanted = Settlement(
            place=county.name,
            region=f"41{COUNTIES.index(county):02d}{(number // len(COUNTIES)) + 11:02d}",
            operating=most - self.dice.randrange(10),
            employees=employees - self.dice.randrange(600),
            not_operating=self.dice.randrange(2, 9),
            founded=self.dice.uniform(0.25, 0.6),
            data_on=self.today,
        )
        rows: dict[str, Enterprise] = {}
        for row in enterprises(zone.id, wanted, today=self.today - BEGAN, dice=self.dice):
            rows.setdefault(row.credit_code, row)
        self.session.add_all(rows.values())
        return [row for row in rows.values() if row.operating]

    # ---- enterprises -------------------------------------------------------------------------------------------------

    def _union(self, zone: Zone, county: County) -> tuple[Enterprise, Organisation] | None:
        row = self._pick(zone, 30, 400, ("founded", "standardised"))
        if row is None:
            return None
        union = self._at_the_enterprise(zone, county, row, "工会委员会", _KIND.ENTERPRISE_UNION)
        put_enterprise_union_on_record(self.session, union, row, self.dice, self.today)
        return row, union

    def _group(self, zone: Zone, county: County) -> tuple[Enterprise, Organisation] | None:
        row = self._pick(zone, 9, 160, ("settled", "served"))
        if row is None:
            return None
        group = self._at_the_enterprise(zone, county, row, "工会筹备组", _KIND.ENTERPRISE)
        if self.dice.random() < SMALL:
            row.employees = self.dice.randrange(11, 25)
            row.women = min(row.women or 0, row.employees // 2)
        row.members = row.women_members = 0
        return row, group

    def _at_the_enterprise(
        self, zone: Zone, county: County, row: Enterprise, suffix: str, kind: OrganisationKind
    ) -> Organisation:
        code, short = f"{zone.code}-E{row.credit_code[-9:]}", row.name.removeprefix(county.name)[:2]
        organisation = self._organisation(
            code, f"{row.name}{suffix}", "", kind, county, parent=zone.office, prefix=f"{short}工"
        )
        self._people(organisation, "工会")
        if self.dice.random() < WITH_PARTY_BRANCH:
            branch = self._organisation(
                f"{code}-DZB", f"中共{row.name}支部委员会", "", _KIND.PARTY_COMMITTEE, county, prefix=f"{short}党"
            )
            self._person(branch, Role.LEADER, "党支部书记")
            self.named.append((organisation, "party_committee", branch))
        return organisation

    def _pick(self, zone: Zone, least: int, most: int, stages: tuple[str, ...]) -> Enterprise | None:
        """An enterprise of the zone of this size and stage; nobody picks it again."""
        rows = self.free[zone.id]
        found = next((row for row in rows if row.stage in stages and least <= (row.employees or 0) <= most), None)
        if found is not None:
            rows.remove(found)
        return found

    # ---- rows --------------------------------------------------------------------------------------------------------

    def _organisation(
        self,
        code: str,
        name: str,
        name_en: str,
        kind: OrganisationKind,
        county: County,
        *,
        parent: Organisation | None = None,
        prefix: str,
        has_accounts: bool = True,
    ) -> Organisation:
        row = Organisation(
            code=code,
            name=name,
            name_en=name_en,
            kind=kind.value,
            parent=parent,
            paper_prefix=prefix,
            has_accounts=has_accounts,
            valid_from=self.since,
        )
        self.session.add(row)
        self.lying_in.append((row, county))
        return row

    def _people(self, organisation: Organisation, title: str) -> None:
        """Who works in the union, or what is to become one."""
        for role, does in (
            (Role.SECRETARY, f"{title}干事"),
            (Role.LEADER, f"{title}负责人"),
            (Role.COUNTER, "计票人"),
            (Role.SCRUTINEER, "监票人"),
        ):
            self._person(organisation, role, does)

    def _person(self, organisation: Organisation, role: Role, title: str) -> None:
        name: Name = self.names.next()
        self.world.people += 1
        serial = self.world.people
        spelt = "".join(name.in_letters.lower().replace("ü", "u").split())
        self.usernames[spelt] = again = self.usernames.get(spelt, 0) + 1
        person = Person(
            code=f"Q{serial:05d}",
            name=name.written,
            name_en=name.in_letters,
            phone=f"1990372{serial % 10000:04d}",
            email=f"{spelt}{again}@example.invalid",
        )
        post = Post(person=person, organisation=organisation, role=role.value, title=title, valid_from=self.since)
        account = Account(
            person=person,
            username=f"{spelt}.{again}",
            password_hash=self.account.password_hash,
            must_change=False,
            session_key=f"{self.account.session_key}-q{serial}",
        )
        self.session.add_all([post, account])

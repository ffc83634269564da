"""The invented organisations and people: one province, two cities, a county, three zones and their authorities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from workflows.storage.ledger import Zone
from workflows.storage.organisations import Account, Authority, Organisation, OrganisationKind, Person, Post, Role


@dataclass(frozen=True, slots=True)
class _Organisation:
    code: str
    name: str
    name_en: str
    kind: OrganisationKind
    parent: str | None
    paper_prefix: str
    has_accounts: bool = True


@dataclass(frozen=True, slots=True)
class _Person:
    username: str  # also the code of the person; empty for somebody without an account
    name: str
    name_en: str
    organisation: str
    role: Role
    title: str


@dataclass(frozen=True, slots=True)
class _Zone:
    code: str
    name: str
    name_en: str
    office: str
    party_committee: str
    staffing_authority: str


_KIND = OrganisationKind
ENTERPRISE = "郑州宏达精密机械有限公司"  # the one that organises; the others are invented in workflows.demo.enterprises

ORGANISATIONS = (
    _Organisation("HN", "河南省总工会", "Henan Federation of Trade Unions", _KIND.PROVINCIAL_UNION, None, "豫工发"),
    _Organisation("HN-ZZ", "郑州市总工会", "Zhengzhou Federation of Trade Unions", _KIND.CITY_UNION, "HN", "郑工发"),
    _Organisation("HN-LY", "洛阳市总工会", "Luoyang Federation of Trade Unions", _KIND.CITY_UNION, "HN", "洛工发"),
    _Organisation(
        "HN-LY-HL", "河洛县总工会", "Heluo County Federation of Trade Unions", _KIND.COUNTY_UNION, "HN-LY", "河洛工发"
    ),
    _Organisation(
        "ZZ-JS-GH",
        "郑州金水河产业集聚区工会筹备组",
        "Jinshui River Zone, union preparatory group",
        _KIND.ZONE_OFFICE,
        "HN-ZZ",
        "金集工筹",
    ),
    _Organisation(
        "ZZ-JS-HD",
        f"{ENTERPRISE}工会筹备组",
        "Hongda Precision Machinery, union preparatory group",
        _KIND.ENTERPRISE,
        "ZZ-JS-GH",
        "宏达工筹",
    ),
    _Organisation(
        "ZZ-JS-HD-DZB",
        f"中共{ENTERPRISE}支部委员会",
        "Party Branch of Hongda Precision Machinery",
        _KIND.PARTY_COMMITTEE,
        None,
        "宏达党",
    ),
    _Organisation(
        "ZZ-SY-GH",
        "郑州嵩阳产业集聚区工会筹备组",
        "Songyang Zone, union preparatory group",
        _KIND.ZONE_OFFICE,
        "HN-ZZ",
        "嵩集工筹",
    ),
    _Organisation(
        "LY-HL-GH",
        "河洛县产业集聚区工会办公室",
        "Heluo Zone, union office",
        _KIND.ZONE_OFFICE,
        "HN-LY-HL",
        "河集工",
    ),
    _Organisation(
        "ZZ-JS-DGW",
        "中共郑州金水河产业集聚区工作委员会",
        "Party Work Committee of Jinshui River Zone",
        _KIND.PARTY_COMMITTEE,
        None,
        "金集文",
    ),
    _Organisation(
        "ZZ-SY-DGW",
        "中共郑州嵩阳产业集聚区工作委员会",
        "Party Work Committee of Songyang Zone",
        _KIND.PARTY_COMMITTEE,
        None,
        "嵩集文",
    ),
    _Organisation(
        "LY-HL-DGW",
        "中共河洛县产业集聚区工作委员会",
        "Party Work Committee of Heluo Zone",
        _KIND.PARTY_COMMITTEE,
        None,
        "河集文",
    ),
    _Organisation(
        "ZZ-BB",
        "郑州市机构编制委员会办公室",
        "Zhengzhou Staffing Authority",
        _KIND.STAFFING_AUTHORITY,
        None,
        "郑编办",
    ),
    _Organisation(
        "ZZ-SY-BB",
        "嵩阳区机构编制委员会办公室",
        "Songyang District Staffing Authority",
        _KIND.STAFFING_AUTHORITY,
        None,
        "嵩编办",
        has_accounts=False,
    ),
    _Organisation(
        "LY-HL-BB",
        "河洛县机构编制委员会办公室",
        "Heluo County Staffing Authority",
        _KIND.STAFFING_AUTHORITY,
        None,
        "河编办",
    ),
)

PEOPLE = (
    _Person("liuxin", "刘欣", "Liu Xin", "ZZ-JS-GH", Role.SECRETARY, "金水河产业集聚区工会干事"),
    _Person("zhaomin", "赵敏", "Zhao Min", "ZZ-SY-GH", Role.SECRETARY, "嵩阳产业集聚区工会干事"),
    _Person("sunlei", "孙磊", "Sun Lei", "LY-HL-GH", Role.SECRETARY, "河洛县产业集聚区工会干事"),
    _Person("qianwei", "钱伟", "Qian Wei", "ZZ-JS-GH", Role.LEADER, "筹备组组长"),
    _Person("panyu", "潘宇", "Pan Yu", "ZZ-JS-GH", Role.COUNTER, "计票人"),
    _Person("dingli", "丁莉", "Ding Li", "ZZ-JS-GH", Role.SCRUTINEER, "监票人"),
    _Person("hanlei", "韩磊", "Han Lei", "ZZ-JS-HD", Role.SECRETARY, "工会筹备组干事"),
    _Person("dengwei", "邓伟", "Deng Wei", "ZZ-JS-HD", Role.LEADER, "工会筹备组组长"),
    _Person("shenjie", "沈洁", "Shen Jie", "ZZ-JS-HD", Role.COUNTER, "计票人"),
    _Person("xufeng", "许峰", "Xu Feng", "ZZ-JS-HD", Role.SCRUTINEER, "监票人"),
    _Person("xiefang", "谢芳", "Xie Fang", "ZZ-JS-HD-DZB", Role.LEADER, "党支部书记"),
    _Person("chenjun", "陈军", "Chen Jun", "ZZ-JS-DGW", Role.LEADER, "党工委书记"),
    _Person("hejie", "何洁", "He Jie", "ZZ-SY-DGW", Role.LEADER, "党工委书记"),
    _Person("guotao", "郭涛", "Guo Tao", "LY-HL-DGW", Role.LEADER, "党工委书记"),
    _Person("wangfang", "王芳", "Wang Fang", "HN-ZZ", Role.CLERK, "组织部经办人"),
    _Person("lihua", "李华", "Li Hua", "HN-ZZ", Role.LEADER, "郑州市总工会主席"),
    _Person("zhoujing", "周静", "Zhou Jing", "HN-ZZ", Role.MANAGER, "郑州市总工会分管副主席"),
    _Person("wujun", "吴军", "Wu Jun", "HN-LY-HL", Role.CLERK, "组织部经办人"),
    _Person("zhengli", "郑丽", "Zheng Li", "HN-LY-HL", Role.LEADER, "河洛县总工会主席"),
    _Person("fengqiang", "冯强", "Feng Qiang", "HN-LY", Role.MANAGER, "洛阳市总工会分管副主席"),
    _Person("makai", "马凯", "Ma Kai", "ZZ-BB", Role.LEADER, "郑州市委编办主任"),
    _Person("songyan", "宋燕", "Song Yan", "LY-HL-BB", Role.LEADER, "河洛县委编办主任"),
    _Person("gaoshan", "高山", "Gao Shan", "HN", Role.MANAGER, "河南省总工会副主席"),
    _Person("admin", "林静", "Lin Jing", "HN", Role.ADMINISTRATOR, "系统管理员"),
)

ZONES = (
    _Zone("ZZ-JS", "郑州金水河产业集聚区", "Jinshui River Industrial Zone", "ZZ-JS-GH", "ZZ-JS-DGW", "ZZ-BB"),
    _Zone("ZZ-SY", "郑州嵩阳产业集聚区", "Songyang Industrial Zone", "ZZ-SY-GH", "ZZ-SY-DGW", "ZZ-SY-BB"),
    _Zone("LY-HL", "河洛县产业集聚区", "Heluo Industrial Zone", "LY-HL-GH", "LY-HL-DGW", "LY-HL-BB"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what was created, by code and user name."""

    organisations: dict[str, Organisation]
    people: dict[str, Person]
    zones: dict[str, Zone]


def create(session: Session, *, since: date, password_hash: str, session_key: str) -> Cast:
    """Create everybody, valid from ``since``. All accounts share the one hash; none must change it at first sign-in."""
    organisations = _organisations(session, since)
    people = _people(session, organisations, since, password_hash, session_key)
    session.add(
        Authority(
            organisation_id=organisations["ZZ-JS-HD"].id,
            kind="party_committee",
            authority_id=organisations["ZZ-JS-HD-DZB"].id,
            valid_from=since,
        )
    )
    return Cast(organisations, people, _zones(session, organisations, since))


def _organisations(session: Session, since: date) -> dict[str, Organisation]:
    made: dict[str, Organisation] = {}
    for wanted in ORGANISATIONS:
        made[wanted.code] = Organisation(
            code=wanted.code,
            name=wanted.name,
            name_en=wanted.name_en,
            kind=wanted.kind.value,
            parent=made[wanted.parent] if wanted.parent else None,
            paper_prefix=wanted.paper_prefix,
            has_accounts=wanted.has_accounts,
            valid_from=since,
        )
    session.add_all(made.values())
    session.flush()
    return made


def _people(
    session: Session, organisations: dict[str, Organisation], since: date, password_hash: str, session_key: str
) -> dict[str, Person]:
    made: dict[str, Person] = {}
    for serial, wanted in enumerate(PEOPLE, start=1):
        person = Person(
            code=f"P{serial:03d}",
            name=wanted.name,
            name_en=wanted.name_en,
            phone=f"1990371{serial:04d}",
            email=f"{wanted.username}@example.invalid",
        )
        made[wanted.username] = person
        session.add(
            Post(
                person=person,
                organisation=organisations[wanted.organisation],
                role=wanted.role.value,
                title=wanted.title,
                valid_from=since,
            )
        )
        session.add(
            Account(
                person=person,
                username=wanted.username,
                password_hash=password_hash,
                must_change=False,
                session_key=f"{session_key}-{serial}",
            )
        )
    session.flush()
    return made


def _zones(session: Session, organisations: dict[str, Organisation], since: date) -> dict[str, Zone]:
    made: dict[str, Zone] = {}
    for wanted in ZONES:
        office = organisations[wanted.office]
        made[wanted.code] = Zone(code=wanted.code, name=wanted.name, name_en=wanted.name_en, office=office)
        for kind, authority in (
            ("party_committee", wanted.party_committee),
            ("staffing_authority", wanted.staffing_authority),
        ):
            session.add(
                Authority(
                    organisation_id=office.id,
                    kind=kind,
                    authority_id=organisations[authority].id,
                    valid_from=since,
                )
            )
    session.add_all(made.values())
    session.flush()
    return made

"""One workbook brings organisations, people, posts and zones: all of it or nothing, and nothing is ever deleted."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.make import make_neighbourhood, make_organisation, make_post
from workflows.errors import BadFile, Conflict, Forbidden
from workflows.organisations import lanes
from workflows.organisations.actors import actor_of
from workflows.organisations.importing import Preview, apply, preview
from workflows.organisations.workbook import COLUMNS, SheetName, template
from workflows.storage.events import Event
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Account, Authority, Organisation, OrganisationKind, Person, Post, Role
from workflows.workbooks.judging import Status

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

ORGANISATIONS = (
    ("编码", "名称", "类型", "上级编码", "机关代字", "有无账号", "党工委编码", "编制部门编码"),
    ("B-GH", "某区工会筹备组", "集聚区工会办公室", "A-CITY", "某筹", "", "B-DGW", "B-BB"),
    ("A-CITY", "某市总工会", "市总工会", "", "某工发", "有", "", ""),
    ("B-DGW", "某区党工委", "党工委", "", "", "", "", ""),
    ("B-BB", "某区编办", "机构编制部门", "", "", "没有", "", ""),
)
PEOPLE = (("编码", "姓名", "电话"), ("P-1", "张三", "13800000000"), ("P-2", "李四", ""))
POSTS = (
    ("人员编码", "组织编码", "角色", "职务", "开始日期", "结束日期"),
    ("P-1", "B-GH", "干事", "", "2026-01-01", ""),
    ("P-2", "A-CITY", "负责人", "主席", "", ""),
)
ZONES = (("编码", "名称", "工会办公室编码"), ("Z-1", "某区", "B-GH"))
Sheets = Mapping[str, Sequence[Sequence[Any]]]
WHOLE: Sheets = {"组织": ORGANISATIONS, "人员": PEOPLE, "岗位": POSTS, "集聚区": ZONES}


def workbook(sheets: Sheets) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def look(session: Session, sheets: Sheets) -> Preview:
    return preview(session, None, workbook(sheets), "组织.xlsx", now=NOW)


def load(session: Session, sheets: Sheets, now: datetime = NOW) -> Preview:
    return apply(session, None, workbook(sheets), "组织.xlsx", now=now)


def organisation(session: Session, code: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.code == code)).one()


def only_reason(shown: Preview) -> tuple[str, str]:
    (refused,) = shown.of(Status.REFUSED)
    (reason,) = refused.reasons
    assert reason.sentence.en
    return reason.place, reason.sentence.zh


def test_a_whole_office_comes_from_one_workbook_in_any_order(session: Session) -> None:
    shown = load(session, WHOLE)
    assert shown.counts() == {"new": 9, "changed": 0, "unchanged": 0, "refused": 0}
    office, union = organisation(session, "B-GH"), organisation(session, "A-CITY")
    assert (office.parent_id, office.kind, office.valid_from) == (union.id, OrganisationKind.ZONE_OFFICE, TODAY)
    assert union.has_accounts
    assert not organisation(session, "B-BB").has_accounts
    reached = lanes.acting_organisations(session, office.id, TODAY)
    assert {name: row.code for name, row in reached.items()} == {
        "applicant": "B-GH",
        "superior_union": "A-CITY",
        "party_committee": "B-DGW",
        "staffing_authority": "B-BB",
        "registration_authority": "A-CITY",
    }
    posts = session.scalars(select(Post).order_by(Post.valid_from)).all()
    assert [(p.person.code, p.organisation.code, p.role, p.valid_from) for p in posts] == [
        ("P-1", "B-GH", Role.SECRETARY, date(2026, 1, 1)),
        ("P-2", "A-CITY", Role.LEADER, TODAY),
    ]
    assert session.scalars(select(Zone)).one().office_id == office.id


def test_the_same_workbook_again_changes_nothing(session: Session) -> None:
    load(session, WHOLE)
    again = load(session, WHOLE, LATER)
    assert again.counts() == {"new": 0, "changed": 0, "unchanged": 9, "refused": 0}
    assert session.scalar(select(func.count()).select_from(Post)) == 2
    assert session.scalar(select(func.count()).select_from(Authority)) == 2


def test_an_empty_cell_changes_nothing_and_what_is_not_named_stays(session: Session) -> None:
    load(session, WHOLE)
    shown = load(session, {"人员": (("编码", "姓名", "电话"), ("P-1", "张三丰", ""))})
    assert shown.entries[0].before == {"name": "张三"}
    person = session.scalars(select(Person).where(Person.code == "P-1")).one()
    assert (person.name, person.phone) == ("张三丰", "13800000000")
    assert session.scalar(select(func.count()).select_from(Organisation)) == 4


def test_a_post_is_ended_and_begun_again_without_losing_the_old_one(session: Session) -> None:
    load(session, WHOLE)
    end = {"岗位": (POSTS[0], ("P-1", "B-GH", "干事", "", "", "2026-11-30"))}
    assert load(session, end).entries[0].values == {"valid_to": date(2026, 11, 30)}
    begin = {"岗位": (POSTS[0], ("P-1", "B-GH", "干事", "副主任", "2026-12-15", ""))}
    assert load(session, begin, LATER).entries[0].status is Status.NEW
    posts = session.scalars(select(Post).where(Post.role == Role.SECRETARY).order_by(Post.valid_from)).all()
    assert [(p.valid_from, p.valid_to, p.title) for p in posts] == [
        (date(2026, 1, 1), date(2026, 11, 30), ""),
        (date(2026, 12, 15), None, "副主任"),
    ]


def test_the_first_day_of_a_post_is_not_rewritten(session: Session) -> None:
    load(session, WHOLE)
    place, says = only_reason(look(session, {"岗位": (POSTS[0], ("P-1", "B-GH", "干事", "", "2025-01-01", ""))}))
    assert place == "E2"
    assert "已登记自 2026-01-01 任职" in says


def test_whoever_has_no_post_left_cannot_sign_in_any_more(session: Session) -> None:
    load(session, WHOLE)
    person = session.scalars(select(Person).where(Person.code == "P-1")).one()
    account = Account(person_id=person.id, username="zhang", password_hash="x", session_key="k", failed_count=0)
    session.add(account)
    session.flush()
    load(session, {"岗位": (POSTS[0], ("P-1", "B-GH", "干事", "", "", "2026-11-23"))})
    session.refresh(account)
    assert account.active  # the last day is included
    load(session, {"岗位": (POSTS[0], ("P-1", "B-GH", "干事", "", "2026-01-01", "2026-11-22"))})
    session.refresh(account)
    assert not account.active
    assert account.session_key != "k"


def test_another_authority_ends_the_old_one(session: Session) -> None:
    load(session, WHOLE)
    change = (
        ORGANISATIONS[0],
        ("B-GH", "某区工会筹备组", "集聚区工会办公室", "", "", "", "C-DGW", ""),
        ("C-DGW", "新党工委", "党（工）委", "", "", "", "", ""),
    )
    load(session, {"组织": change}, LATER)
    office = organisation(session, "B-GH")
    rows = session.scalars(select(Authority).where(Authority.kind == "party_committee").order_by(Authority.id)).all()
    assert [row.valid_to for row in rows] == [date(2026, 11, 30), None]
    for day, code in ((date(2026, 11, 30), "B-DGW"), (date(2026, 12, 1), "C-DGW")):
        found = lanes.acting_organisation(session, "party_committee", office.id, day)
        assert found is not None
        assert found.code == code
    assert lanes.acting_organisation(session, "staffing_authority", office.id, date(2026, 12, 1)) is not None


ORG = ORGANISATIONS[0]
POST = POSTS[0]


@pytest.mark.parametrize(
    ("sheets", "place", "says"),
    [
        ({"组织": (ORG, ("X", "某会", "协会", "", "", "", "", ""))}, "C2", "可选："),
        ({"组织": (ORG, ("X", "", "市总工会", "", "", "", "", ""))}, "B2", "没有填写"),
        ({"组织": (ORG, ("编 码", "某会", "市总工会", "", "", "", "", ""))}, "A2", "不能作编码"),
        ({"组织": (ORG, ("X", "某会", "县总工会", "NO", "", "", "", ""))}, "D2", "没有编码为“NO”的组织"),
        ({"组织": (ORG, ("X", "某会", "集聚区工会办公室", "", "", "", "A-CITY", ""))}, "G2", "“A-CITY”不是党（工）委"),
        ({"组织": (ORG, ("A-CITY", "某市总工会", "县总工会", "", "", "", "", ""))}, "C2", "与已登记的类型不同"),
        ({"组织": (ORG, ("X", "=A1", "市总工会", "", "", "", "", ""))}, "B2", "公式"),
        ({"岗位": (POST, ("P-9", "B-GH", "干事", "", "", ""))}, "A2", "没有编码为“P-9”的人员"),
        ({"岗位": (POST, ("P-1", "NO", "干事", "", "", ""))}, "B2", "没有编码为“NO”的组织"),
        ({"岗位": (POST, ("P-1", "B-GH", "科长", "", "", ""))}, "C2", "可选：干事"),
        ({"岗位": (POST, ("P-1", "A-CITY", "干事", "", "2026-02-01", "2026-01-01"))}, "F2", "在开始日期"),
        ({"岗位": (POST, ("P-1", "A-CITY", "干事", "", "去年", ""))}, "E2", "不是日期"),
        ({"集聚区": (ZONES[0], ("Z-2", "另一区", "A-CITY"))}, "C2", "“A-CITY”不是集聚区工会办公室"),
        ({"集聚区": (ZONES[0], ("Z-2", "另一区", "B-GH"))}, "C2", "已负责另一个集聚区"),
    ],
)
def test_a_refused_cell_is_named_and_nothing_at_all_is_taken_over(
    session: Session, sheets: dict[str, Any], place: str, says: str
) -> None:
    load(session, WHOLE)
    before = session.scalar(select(func.count()).select_from(Event))
    wrong = {"人员": (PEOPLE[0], ("P-7", "王五", "")), **sheets}
    found, sentence = only_reason(look(session, wrong))
    assert found == place
    assert says in sentence
    with pytest.raises(Conflict, match="没有导入任何内容"):
        load(session, wrong)
    assert session.scalar(select(Person).where(Person.code == "P-7")) is None
    assert session.scalar(select(func.count()).select_from(Event)) == before


def test_codes_twice_circles_and_changed_offices_are_refused(session: Session) -> None:
    twice = look(session, {"人员": (*PEOPLE, ("P-1", "另一个张三", ""))})
    assert [entry.line for entry in twice.of(Status.REFUSED)] == [2, 4]
    circle = (ORG, ("X", "甲", "市总工会", "Y", "", "", "", ""), ("Y", "乙", "县总工会", "X", "", "", "", ""))
    assert all("成了圈" in e.reasons[0].what.zh for e in look(session, {"组织": circle}).of(Status.REFUSED))
    load(session, WHOLE)
    under_itself = (ORG, ("A-CITY", "某市总工会", "市总工会", "B-GH", "", "", "", ""))
    assert "成了圈" in only_reason(look(session, {"组织": under_itself}))[1]
    moved = {
        "组织": (ORG, ("N-GH", "新办公室", "集聚区工会办公室", "A-CITY", "", "", "", "")),
        "集聚区": (ZONES[0], ("Z-1", "某区", "N-GH")),
    }
    assert "不能通过导入更换" in only_reason(look(session, moved))[1]


def test_the_record_keeps_what_was_before(session: Session) -> None:
    people = make_neighbourhood(session)
    admin = make_post(session, people.superior_union, role=Role.ADMINISTRATOR)
    actor = actor_of(session, admin.person_id, TODAY)
    apply(session, actor, workbook(WHOLE), "一.xlsx", now=NOW)
    apply(session, actor, workbook({"人员": (PEOPLE[0], ("P-2", "李思", ""))}), "二.xlsx", now=NOW)
    last = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last is not None
    assert (last.chain, last.kind, last.actor_id) == ("administration", "organisations_imported", actor.person_id)
    assert last.data["changes"] == [
        {
            "sheet": "people",
            "key": ["P-2"],
            "status": "changed",
            "values": {"name": "李思"},
            "before": {"name": "李四"},
        }
    ]


def test_only_administrators_import(session: Session) -> None:
    people = make_neighbourhood(session)
    actor = actor_of(session, people.zone_secretary.person_id, TODAY)
    for act in (preview, apply):
        with pytest.raises(Forbidden):
            act(session, actor, workbook(WHOLE), "a.xlsx", now=NOW)


def test_what_was_previewed_is_what_is_done(session: Session) -> None:
    shown = look(session, WHOLE)
    make_organisation(session, kind=OrganisationKind.CITY_UNION).code = "A-CITY"
    session.flush()
    with pytest.raises(Conflict, match="预览之后"):
        apply(session, None, workbook(WHOLE), "a.xlsx", now=NOW, fingerprint=shown.fingerprint)
    again = look(session, WHOLE)
    done = apply(session, None, workbook(WHOLE), "a.xlsx", now=NOW, fingerprint=again.fingerprint, key="k")
    assert done.fingerprint == again.fingerprint
    apply(session, None, workbook(WHOLE), "a.xlsx", now=NOW, key="k")
    assert session.scalar(select(func.count()).select_from(Event)) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xlsx"),
        ("编码,姓名\r\nP-1,张三".encode(), "工作表名为：组织、人员、岗位、集聚区"),
        (workbook({"别的": (("a", "b"), ("c", "d"))}), "工作表名为"),
        (workbook({"人员": (("编码", "电话"), ("P-1", "1"))}), "缺少列：“姓名”"),
        (workbook({"人员": (("P-1", "张三"),)}), "没有表头"),
        (template(), "没有可以导入的内容"),
    ],
)
def test_files_that_hold_nothing_to_import_say_what_is_needed(session: Session, content: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        preview(session, None, content, "a.csv", now=NOW)


def test_unknown_sheets_and_headings_are_named(session: Session) -> None:
    shown = look(session, {"人员": (("编码", "姓名", "星座"), ("P-1", "张三", "")), "杂项": (("x",),)})
    assert shown.ignored == ("人员：星座", "杂项")


def test_the_template_explains_every_column() -> None:
    book = load_workbook(io.BytesIO(template()))
    assert book.sheetnames == ["组织", "人员", "岗位", "集聚区", "填写说明"]
    explained = {(row[0].value, row[1].value) for row in book["填写说明"].iter_rows(min_col=1, max_col=2)}
    for name in SheetName:
        for column in COLUMNS[name]:
            assert (name.label.zh, column.title.zh) in explained

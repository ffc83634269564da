"""A workbook becomes a preview, the preview becomes the ledger: wholly, by choice, or not at all."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.ledger.workbooks import HEADINGS, csv, xlsx
from tests.make import credit_code, make_enterprise, make_neighbourhood, make_post, make_zone
from workflows.errors import BadFile, Conflict, Forbidden, NotFound
from workflows.ledger.columns import COLUMNS
from workflows.ledger.export import ledger_csv, ledger_xlsx, refused_xlsx
from workflows.ledger.importing import Preview, Scope, apply, preview, read_preview
from workflows.ledger.rows import Status
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise, LedgerImport, Zone

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


class PowerCut(Exception):
    pass


def code(number: int) -> str:
    return credit_code(90_000 + number)


def row(number: int, employees: Any = 30, data_on: Any = "2026-11-01", operating: Any = "在营") -> list[Any]:
    return [code(number), f"第{number}有限公司", operating, employees, data_on]


def look(
    session: Session, zone: Zone, *rows: Sequence[Any], headings: Sequence[Any] = HEADINGS, filename: str = "台账.xlsx"
) -> Preview:
    return preview(session, None, zone.id, xlsx(*rows, headings=headings), filename, now=NOW)


def enterprises(session: Session, zone: Zone) -> dict[str, Enterprise]:
    found = session.scalars(
        select(Enterprise).where(Enterprise.zone_id == zone.id).execution_options(populate_existing=True)
    )
    return {enterprise.credit_code: enterprise for enterprise in found}


def test_new_changed_and_unchanged_rows(session: Session) -> None:
    zone = make_zone(session)
    look_first = look(session, zone, row(1), row(2))
    assert look_first.counts == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    apply(session, None, look_first.import_id, scope=Scope.ALL, now=NOW)
    shown = look(session, zone, row(1, employees=45), row(2), row(3))
    assert [r.status for r in shown.rows] == [Status.CHANGED, Status.UNCHANGED, Status.NEW]
    changed = shown.rows[0]
    assert (changed.line, changed.before, changed.values) == (2, {"employees": 30}, {"employees": 45})
    assert enterprises(session, zone)[code(1)].employees == 30  # a preview changes nothing
    apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    ledger = enterprises(session, zone)
    assert {key: e.employees for key, e in ledger.items()} == {code(1): 45, code(2): 30, code(3): 30}
    assert ledger[code(3)].stage == "settled"
    assert ledger[code(3)].data_on == date(2026, 11, 1)


def test_every_column_is_taken_over(session: Session) -> None:
    zone = make_zone(session)
    written = [
        code(1), "甲公司", "化工", "有限责任公司", "王一", "李二", "一号路", "2019/3/5", "2020年4月6日", "停业", "赵三",
        date(2020, 5, 1), "建会", 120, 50, 30, 10, 100, 40, "2026-10-31", "联合", "某工发〔2021〕3号",
        "2021.5.6", "钱四", 13800000000, "5年", "20260506", "经费审查委员会", "女职工委员会", "￥612,000.50元", "无",
    ]  # fmt: skip
    shown = look(session, zone, written, headings=[column.title.zh for column in COLUMNS])
    assert shown.counts["new"] == 1, shown.rows[0].reasons
    apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    enterprise = enterprises(session, zone)[code(1)]
    assert enterprise.settled_on == date(2019, 3, 5)
    assert enterprise.opened_on == date(2020, 4, 6)
    assert enterprise.operating is False
    assert enterprise.stage == "founded"
    assert (enterprise.employees, enterprise.women, enterprise.members, enterprise.women_members) == (120, 50, 100, 40)
    assert enterprise.data_on == date(2026, 10, 31)
    assert (enterprise.union_form, enterprise.term_years) == ("joint", 5)
    assert enterprise.union_approved_on == date(2021, 5, 6)
    assert enterprise.chair_phone == "13800000000"
    assert enterprise.term_ends_on == date(2026, 5, 6)
    assert enterprise.wage_total == Decimal("612000.50")


def test_the_whole_is_taken_from_the_ledger_when_the_file_has_only_the_part(session: Session) -> None:
    zone = make_zone(session)
    known = make_enterprise(session, zone, employees=30, members=28)
    line = [known.credit_code, known.name, "在营", 20, "2026-11-01"]
    (reason,) = look(session, zone, line).rows[0].reasons
    assert reason.place == "D2"
    assert "会员数 28 多于职工数 20" in reason.sentence.zh


def test_script_like_text_stays_text_and_spaces_are_trimmed(session: Session) -> None:
    zone = make_zone(session)
    line = row(1)
    line[1] = "  <script>alert(1)</script>\n公司　"
    shown = look(session, zone, [*line, "'; DROP TABLE zones; --"], headings=(*HEADINGS, "备注"))
    apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    stored = enterprises(session, zone)[code(1)]
    assert stored.name == "<script>alert(1)</script> 公司"
    assert stored.remark == "'; DROP TABLE zones; --"


def test_an_empty_count_is_not_zero_and_empties_what_was_known(session: Session) -> None:
    zone = make_zone(session)
    known = make_enterprise(session, zone, employees=30)
    shown = look(session, zone, [known.credit_code, known.name, None, None, "2026-11-01"])
    assert shown.rows[0].values == {"employees": None}  # the empty status keeps what is stored
    apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    assert enterprises(session, zone)[known.credit_code].employees is None


def test_columns_that_are_not_in_the_file_and_enterprises_that_are_not_stay(session: Session) -> None:
    zone = make_zone(session)
    known, other = make_enterprise(session, zone, members=5), make_enterprise(session, zone)
    shown = look(session, zone, [known.credit_code, known.name, "在营", 99, "2026-11-01"])
    assert shown.untouched == 1
    apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    ledger = enterprises(session, zone)
    assert (ledger[known.credit_code].employees, ledger[known.credit_code].members) == (99, 5)
    assert ledger[other.credit_code].employees == other.employees


def test_refused_rows_hold_back_everything_or_by_choice_only_themselves(session: Session) -> None:
    zone = make_zone(session)
    shown = look(session, zone, row(1), row(2, employees=-5))
    with pytest.raises(Conflict, match="没有导入任何内容"):
        apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    assert enterprises(session, zone) == {}
    applied = apply(session, None, shown.import_id, scope=Scope.ACCEPTED, now=NOW)
    assert applied.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert list(enterprises(session, zone)) == [code(1)]


def test_the_refused_rows_come_back_as_a_workbook_to_correct_and_import_again(session: Session) -> None:
    zone = make_zone(session)
    shown = look(session, zone, row(1), row(2, employees="=1+1"), row(3, data_on="昨天"))
    again = refused_xlsx(read_preview(session, None, shown.import_id, now=NOW))
    sheet = load_workbook(io.BytesIO(again)).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[1][0] == 3
    assert "公式" in lines[1][1]
    assert sheet.cell(2, 3).value == code(2)
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    second = preview(session, None, zone.id, again, "不能导入的行.xlsx", now=NOW)
    assert [r.credit_code for r in second.rows] == [code(2), code(3)]
    assert second.ignored == ("原行号", "不能导入的原因")


def test_refused_rows_come_back_whole_however_long_their_cells_are(session: Session) -> None:
    zone = make_zone(session)
    name = "长" * 6_000
    shown = look(session, zone, [code(1), name, "在营", 5, "2026-11-01"])
    again = refused_xlsx(read_preview(session, None, shown.import_id, now=NOW))
    line = list(load_workbook(io.BytesIO(again)).worksheets[0].iter_rows(values_only=True))[1]
    assert name in line


def test_a_formula_comes_back_as_an_error_and_is_refused_again(session: Session) -> None:
    zone = make_zone(session)
    shown = look(session, zone, [code(1), '=B2&"有限公司"', "在营", 5, "2026-11-01"])
    again = refused_xlsx(read_preview(session, None, shown.import_id, now=NOW))
    line = list(load_workbook(io.BytesIO(again)).worksheets[0].iter_rows())[1]
    assert '=B2&"有限公司"' in line[1].value
    assert [cell.value for cell in line if cell.data_type == "e"] == ["#N/A"]
    second = preview(session, None, zone.id, again, "不能导入的行.xlsx", now=NOW)
    assert second.counts == {"new": 0, "changed": 0, "unchanged": 0, "refused": 1}


def test_a_preview_is_stale_when_the_ledger_changed_since(session: Session) -> None:
    zone = make_zone(session)
    first = look(session, zone, row(1))
    session.get_one(LedgerImport, first.import_id).uploaded_by_id = make_post(session, zone.office).person_id
    second = look(session, zone, row(1, employees=77))
    apply(session, None, second.import_id, scope=Scope.ALL, now=NOW)
    with pytest.raises(Conflict, match="台账又有变化"):
        apply(session, None, first.import_id, scope=Scope.ALL, now=NOW)
    assert enterprises(session, zone)[code(1)].employees == 77


def test_an_import_is_confirmed_once_and_the_second_person_is_told_by_whom(session: Session) -> None:
    people = make_neighbourhood(session)
    actor = actor_of(session, people.zone_secretary.person_id, TODAY)
    shown = preview(session, actor, people.zone.id, xlsx(row(1)), "a.xlsx", now=NOW)
    applied = apply(session, actor, shown.import_id, scope=Scope.ALL, now=NOW, key="k-1")
    assert apply(session, actor, shown.import_id, scope=Scope.ALL, now=NOW, key="k-1") == applied
    with pytest.raises(Conflict, match=f"{actor.name}于 2026-11-23 10:00"):
        apply(session, actor, shown.import_id, scope=Scope.ALL, now=NOW, key="k-2")
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_the_record_says_who_imported_what_and_the_counts_before_and_after(session: Session) -> None:
    people = make_neighbourhood(session)
    actor = actor_of(session, people.zone_secretary.person_id, TODAY)
    shown = preview(session, actor, people.zone.id, xlsx(row(1), row(2)), "十一月.xlsx", now=NOW)
    apply(session, actor, shown.import_id, scope=Scope.ALL, now=NOW)
    event = session.scalars(select(Event)).one()
    assert (event.chain, event.kind, event.actor_id) == ("ledger", "ledger_imported", actor.person_id)
    assert event.data["filename"] == "十一月.xlsx"
    assert event.data["sha256"] == shown.sha256
    assert event.data["before"]["enterprises"] is None
    assert (event.data["after"]["enterprises"], event.data["after"]["employees"]) == (2, 60)


def test_a_failure_in_the_middle_leaves_nothing_behind(db: Database) -> None:
    with db.write() as session:
        zone = make_zone(session)
        shown = look(session, zone, row(1), row(2))
    with suppress(PowerCut), db.write() as session:
        apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
        raise PowerCut
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Enterprise)) == 0
        assert session.get_one(LedgerImport, shown.import_id).applied_at is None
        assert session.get_one(Zone, zone.id).ledger_version == 0


def test_a_new_upload_replaces_the_unconfirmed_one_of_the_same_person(session: Session) -> None:
    zone = make_zone(session)
    first = look(session, zone, row(1))
    look(session, zone, row(2))
    session.expire_all()
    with pytest.raises(NotFound, match="重新上传"):
        apply(session, None, first.import_id, scope=Scope.ALL, now=NOW)


def test_only_the_secretary_of_the_zone_imports(session: Session) -> None:
    people = make_neighbourhood(session)
    stranger = actor_of(session, make_post(session, make_zone(session).office).person_id, TODAY)
    superior = actor_of(session, people.union_secretary.person_id, TODAY)
    own = preview(session, None, people.zone.id, xlsx(row(1)), "a.xlsx", now=NOW)
    for actor, error in ((stranger, NotFound), (superior, Forbidden)):
        with pytest.raises(error):
            preview(session, actor, people.zone.id, xlsx(row(1)), "a.xlsx", now=NOW)
        with pytest.raises(error):
            read_preview(session, actor, own.import_id, now=NOW)
        with pytest.raises(error):
            apply(session, actor, own.import_id, scope=Scope.ALL, now=NOW)


def test_an_empty_table_and_an_unknown_zone_are_refused(session: Session) -> None:
    with pytest.raises(BadFile, match="没有数据"):
        look(session, make_zone(session))
    with pytest.raises(NotFound):
        preview(session, None, 999_999, xlsx(row(1)), "a.xlsx", now=NOW)


def test_a_kept_preview_reads_back_as_it_was_shown(session: Session) -> None:
    zone = make_zone(session)
    make_enterprise(session, zone)
    shown = look(session, zone, [*row(1), "12.50"], [*row(2, employees=-1), None], headings=(*HEADINGS, "月工资总额"))
    assert read_preview(session, None, shown.import_id, now=NOW) == shown


@pytest.mark.parametrize("kind", ["xlsx", "csv", "gb18030"])
def test_what_is_exported_imports_again_without_a_change(session: Session, kind: str) -> None:
    zone = make_zone(session)
    dice = random.Random(7)
    for number in range(40):
        enterprise = make_enterprise(
            session, zone, employees=dice.choice([None, 0, 40]), members=dice.choice([None, 0])
        )
        enterprise.remark = dice.choice(["", "=1+1", "-5", "+86", "@x", "'引号", '逗号,和"引号"', "<b>"])
        enterprise.wage_total = dice.choice([None, Decimal("0.10"), Decimal("123456.78")])
        enterprise.settled_on = dice.choice([None, date(2020, 2, 29)])
        enterprise.operating = dice.choice([True, False])
        enterprise.union_form = dice.choice(["", "single", "organiser"])
        enterprise.term_years = dice.choice([None, 3, 5])
        enterprise.chair_phone = f"0371-{number}"
    session.flush()
    if kind == "xlsx":
        content, filename = ledger_xlsx(session, zone.id), "台账.xlsx"
    else:
        content, filename = ledger_csv(session, zone.id, "utf-8-sig" if kind == "csv" else kind), "台账.csv"
    shown = preview(session, None, zone.id, content, filename, now=NOW)
    assert shown.counts == {"new": 0, "changed": 0, "unchanged": 40, "refused": 0}, shown.rows


def test_twenty_thousand_rows(session: Session) -> None:
    zone = make_zone(session)
    day = TODAY - timedelta(days=3)
    content = csv(
        *([code(n), f"第{n}有限公司", "在营", str(n % 500), str(day)] for n in range(20_000)), encoding="gb18030"
    )
    seen: list[tuple[int, int]] = []
    shown = preview(
        session, None, zone.id, content, "台账.csv", now=NOW, progress=lambda done, total: seen.append((done, total))
    )
    assert shown.counts["new"] == 20_000
    assert seen[-1] == (20_000, 20_000)
    apply(session, None, shown.import_id, scope=Scope.ALL, now=NOW)
    assert session.scalar(select(func.count()).select_from(Enterprise)) == 20_000
    exported = ledger_xlsx(session, zone.id)
    again = preview(session, None, zone.id, exported, "台账.xlsx", now=NOW)
    assert again.counts["unchanged"] == 20_000

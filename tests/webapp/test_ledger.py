"""台账: what one sees of zones, and importing a workbook step by step."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from tests.make import credit_code
from tests.webapp.conftest import Site
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise, Zone

HEADINGS = ["统一社会信用代码", "企业名称", "在营状态", "职工数", "女职工数", "数据日期"]
GOOD = [credit_code(501), "新安县新来机械有限公司", "在营", 35, 9, "2026-03-02"]
NEGATIVE = [credit_code(502), "新安县写错食品有限公司", "在营", -4, 0, "2026-03-02"]
FORMULA = [credit_code(503), "新安县公式铝业有限公司", "在营", "=1+1", 0, "2026-03-02"]


def _xlsx(*rows: list[object], headings: list[str] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in (headings, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _csv(*rows: list[object], encoding: str) -> bytes:
    return "\r\n".join(",".join(map(str, row)) for row in (HEADINGS, *rows)).encode(encoding)


def _upload(site: Site, content: bytes, name: str = "台账.xlsx"):  # type: ignore[no-untyped-def]
    zone = site.world.zone_id
    page = site.browser("zone_secretary").get(f"/ledger/zones/{zone}/import")
    return page.press(f"/ledger/zones/{zone}/import", files={"file": (name, content)})


def _names(site: Site) -> set[str]:
    with site.db.read() as session:
        return set(session.scalars(select(Enterprise.name).where(Enterprise.zone_id == site.world.zone_id)))


# ---- looking --------------------------------------------------------------------------------------------------------


def test_the_list_holds_the_zones_one_has_to_do_with(site: Site) -> None:
    assert "新安县产业集聚区" in site.browser("zone_secretary").get("/ledger/").text
    assert "汝阳县产业集聚区" not in site.browser("zone_secretary").get("/ledger/").text
    both = site.browser("superior_leader").get("/ledger/").text
    assert "新安县产业集聚区" in both
    assert "汝阳县产业集聚区" in both


def test_a_zone_shows_the_verdict_with_its_numbers_and_reasons(site: Site) -> None:
    page = site.browser("zone_secretary").get(f"/ledger/zones/{site.world.zone_id}").text
    assert "可以成立总工会" in page
    assert "120" in page
    assert "6,000" in page
    assert "D-01" in page


@pytest.mark.parametrize("address", ["", "/import", "/export.xlsx", "/export.csv", "/enterprises/1"])
def test_a_zone_of_others_does_not_exist(site: Site, address: str) -> None:
    page = site.browser("other_zone_secretary").get(f"/ledger/zones/{site.world.zone_id}{address}")
    assert page.status == 404


def test_enterprises_are_searched_filtered_and_paged(site: Site) -> None:
    address = f"/ledger/zones/{site.world.zone_id}"
    browser = site.browser("zone_secretary")
    assert "第 2 / 5 页" in browser.get(f"{address}?page=2").text
    found = browser.get(f"{address}?search=第7企业").text
    assert "新安县第7企业有限公司" in found
    assert "新安县第8企业有限公司" not in found
    assert "没有符合条件的企业" in browser.get(f"{address}?stage=founded").text
    assert "没有符合条件的企业" in browser.get(f"{address}?operating=no").text
    assert browser.get(f"{address}?page=99&stage=nothing&search=%25").status == 200


def test_an_enterprise_has_a_page_of_its_own(site: Site) -> None:
    with site.db.read() as session:
        row = session.scalars(select(Enterprise).where(Enterprise.zone_id == site.world.zone_id)).first()
        assert row is not None
    page = site.browser("superior_leader").get(f"/ledger/zones/{row.zone_id}/enterprises/{row.id}")
    assert row.credit_code in page.text
    assert site.browser("superior_leader").get(f"/ledger/zones/{row.zone_id + 1}/enterprises/{row.id}").status == 404


def test_the_pages_speak_english(site: Site) -> None:
    headers = {"Accept-Language": "en"}
    page = site.browser("zone_secretary").get(f"/ledger/zones/{site.world.zone_id}", headers=headers)
    assert "A general union may be founded" in page.text


# ---- importing ------------------------------------------------------------------------------------------------------


def test_the_template_opens_and_explains_its_columns(site: Site) -> None:
    response = site.browser("zone_secretary").get("/ledger/template.xlsx").response
    assert response.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert len(book.sheetnames) >= 2


def test_nothing_changes_before_the_preview_is_confirmed(site: Site) -> None:
    before = _names(site)
    preview = _upload(site, _xlsx(GOOD))
    assert preview.location.startswith("/ledger/imports/")
    assert "将新增 1 家、变更 0 家" in preview.text
    assert _names(site) == before
    done = preview.press(preview.location)
    assert "台账已更新：新增 1 家" in done.text
    assert _names(site) == before | {GOOD[1]}
    with site.db.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "ledger_imported")).one()
        assert event.chain == "ledger"
        assert session.get_one(Zone, site.world.zone_id).ledger_version == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_every_office_program_is_read(site: Site, encoding: str) -> None:
    preview = _upload(site, _csv(GOOD, encoding=encoding), "台账.csv")
    assert "将新增 1 家" in preview.text
    assert str(GOOD[1]) in preview.text


def test_a_change_is_shown_before_and_after(site: Site) -> None:
    with site.db.read() as session:
        row = session.scalars(select(Enterprise).where(Enterprise.zone_id == site.world.zone_id)).first()
        assert row is not None
    preview = _upload(site, _xlsx([row.credit_code, row.name, "在营", 77, "", "2026-03-02"]))
    changed = preview.browser.get(f"{preview.location}?tab=changed")
    assert changed.tree.xpath("//del")[0].text_content() == str(row.employees)
    assert "77" in [ins.text_content() for ins in changed.tree.xpath("//ins")]


def test_every_refused_cell_is_named_with_its_reason(site: Site) -> None:
    preview = _upload(site, _xlsx(GOOD, NEGATIVE, FORMULA))
    reasons = " ".join(item.text_content() for item in preview.tree.xpath("//ul[@class='reason-list']/li"))
    assert "D3" in reasons
    assert "D4" in reasons
    assert "2 行不能导入" in preview.text


def test_accepted_rows_alone_can_be_taken_and_the_refused_ones_downloaded(site: Site) -> None:
    preview = _upload(site, _xlsx(GOOD, NEGATIVE))
    response = preview.browser.get(f"{preview.location}/refused.xlsx").response
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert NEGATIVE[1] in cells
    assert GOOD[1] not in cells
    preview.press(preview.location)
    assert GOOD[1] in _names(site)
    assert NEGATIVE[1] not in _names(site)


def test_refused_rows_cannot_be_waved_through(site: Site) -> None:
    before = _names(site)
    preview = _upload(site, _xlsx(GOOD, NEGATIVE))
    answer = preview.press(preview.location, scope="all")
    assert answer.status == 409
    assert "没有导入任何内容" in answer.text
    assert _names(site) == before


def test_a_preview_that_is_out_of_date_imports_nothing(site: Site) -> None:
    other = [credit_code(504), "新安县另一家光电有限公司", "在营", 12, 3, "2026-03-02"]
    first = _upload(site, _xlsx(GOOD))
    zone = site.world.zone_id
    upload = site.browser("zone_secretary_2").get(f"/ledger/zones/{zone}/import")
    second = upload.press(f"/ledger/zones/{zone}/import", files={"file": ("b.xlsx", _xlsx(other))})
    second.press(second.location)
    late = first.press(first.location)
    assert late.status == 409
    assert "重新上传" in late.text
    assert GOOD[1] not in _names(site)


def test_confirming_twice_imports_once_and_says_who_did(site: Site) -> None:
    preview = _upload(site, _xlsx(GOOD))
    preview.press(preview.location)
    again = preview.press(preview.location, key="another-press")
    assert again.status == 409
    assert "确认" in again.text
    with site.db.read() as session:
        assert len(session.scalars(select(Event).where(Event.kind == "ledger_imported")).all()) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "台账.xls", ".xlsx"),
        (b"PK\x03\x04 broken", "台账.xlsx", "不能读取"),
        (_xlsx(GOOD[:2], headings=HEADINGS[:2]), "台账.xlsx", "在营状态"),
        (_xlsx(), "台账.xlsx", "没有数据"),
        (b"", "台账.csv", ""),
    ],
    ids=["xls", "damaged", "columns missing", "no rows", "empty"],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(
    site: Site, content: bytes, name: str, said: str
) -> None:
    page = _upload(site, content, name)
    assert page.status == 400
    assert "这个文件不能导入" in page.text
    assert said in page.text


def test_uploading_nothing_says_what_to_do(site: Site) -> None:
    zone = site.world.zone_id
    page = site.browser("zone_secretary").get(f"/ledger/zones/{zone}/import").press(f"/ledger/zones/{zone}/import")
    assert page.status == 400
    assert "请选择要导入的文件" in page.text


def test_fifty_megabytes_are_refused_before_they_are_read(site: Site) -> None:
    zone = site.world.zone_id
    page = site.browser("zone_secretary").get(f"/ledger/zones/{zone}/import")
    answer = page.press(f"/ledger/zones/{zone}/import", files={"file": ("台账.xlsx", b"PK" + bytes(50 * 1024 * 1024))})
    assert answer.status == 413
    assert "MB" in answer.text


def test_whoever_may_look_may_not_import(site: Site) -> None:
    zone = site.world.zone_id
    leader = site.browser("superior_leader")
    assert "导入台账" not in leader.get(f"/ledger/zones/{zone}").text
    assert leader.get(f"/ledger/zones/{zone}/import").status == 403
    preview = _upload(site, _xlsx(GOOD))
    assert leader.get(preview.location).status == 403
    assert site.browser("other_zone_secretary").get(preview.location).status == 404


def test_a_script_in_a_cell_is_text(site: Site) -> None:
    evil = [credit_code(505), "<script>alert(1)</script>有限公司", "在营", 5, 1, "2026-03-02"]
    preview = _upload(site, _xlsx(evil))
    assert not preview.tree.xpath("//script[not(@src)]")
    assert "<script>alert(1)</script>" in preview.text


# ---- exporting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv?encoding=gb18030"])
def test_an_export_can_be_imported_again_and_changes_nothing(site: Site, form: str) -> None:
    response = site.browser("zone_secretary").get(f"/ledger/zones/{site.world.zone_id}/export.{form}").response
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    preview = _upload(site, response.data, f"台账.{form.partition('?')[0]}")
    assert "将新增 0 家、变更 0 家；120 家未变" in preview.text


def test_an_unknown_format_does_not_exist(site: Site) -> None:
    assert site.browser("zone_secretary").get(f"/ledger/zones/{site.world.zone_id}/export.pdf").status == 404


# ---- enterprises: who organises, and who is late --------------------------------------------------------------------


def _first(site: Site) -> int:
    with site.db.write() as session:
        found = session.scalars(
            select(Enterprise).where(Enterprise.zone_id == site.world.zone_id).order_by(Enterprise.id)
        ).first()
        assert found is not None
        found.opened_on, found.members = date(2025, 3, 3), 0
        return found.id


def test_the_secretary_enters_who_organises_an_enterprise(site: Site) -> None:
    address = f"/ledger/zones/{site.world.zone_id}/enterprises/{_first(site)}"
    browser = site.browser("zone_secretary")
    refused = browser.get(address).press(f"{address}/organisation", secretary="何晓东", leader="", paper_prefix="")
    assert refused.status == 422
    assert "请填写负责人姓名" in refused.text
    assert refused.values(f"{address}/organisation")["secretary"] == "何晓东"
    done = refused.press(f"{address}/organisation", leader="罗建华", paper_prefix="精工会")
    assert "工会筹备组" in done.text
    assert "罗建华" in done.text
    assert "未开通" in done.text
    assert not [form for form in done.tree.forms if "organisation" in form.get("action", "")]


def test_the_superior_union_looks_on_and_enters_nothing(site: Site) -> None:
    address = f"/ledger/zones/{site.world.zone_id}/enterprises/{_first(site)}"
    page = site.browser("superior_leader").get(address)
    assert "还没有登记筹备组" in page.text
    assert not [form for form in page.tree.forms if "organisation" in form.get("action", "")]


def test_twelve_months_open_without_a_union_is_on_the_overdue_list(site: Site) -> None:
    enterprise, zone = _first(site), site.world.zone_id
    browser = site.browser("zone_secretary")
    assert "1 家已逾期" in browser.get(f"/ledger/zones/{zone}").text
    late = browser.get(f"/ledger/zones/{zone}/without-union?overdue=yes").text
    assert "2026-03-03" in late
    assert "已逾期" in late
    assert "逾期未建立工会" in browser.get(f"/ledger/zones/{zone}/enterprises/{enterprise}").text
    with site.db.write() as session:
        session.get_one(Enterprise, enterprise).stage = "founded"
    assert "没有未建会的企业" in browser.get(f"/ledger/zones/{zone}/without-union").text

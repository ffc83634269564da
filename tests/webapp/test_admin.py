"""管理: only for administrators; people, accounts, procedures, parameters, calendar, audit, import."""

from __future__ import annotations

import io
import shutil
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select, text

from tests.webapp.conftest import PASSWORD, ROOT, Site
from workflows import accounts, audit, catalogue, settings
from workflows.law.rule_sets import CURRENT
from workflows.organisations import workbook
from workflows.storage.events import Event
from workflows.storage.organisations import Account, Organisation, Parameter, Person, Post


def _kinds(site: Site) -> list[str]:
    with site.db.read() as session:
        query = select(Event.kind).where(Event.chain == "administration").order_by(Event.sequence)
        return list(session.scalars(query))


def _password(page) -> str:  # type: ignore[no-untyped-def]
    found: str = page.tree.xpath("//p[@class='one-time-password']/code")[0].text_content()
    return found


def _person(site: Site, who: str) -> int:
    return site.account(who).person_id


# ---- the gate -------------------------------------------------------------------------------------------------------


def _addresses(site: Site, method: str) -> list[str]:
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]
    values = {
        "person_id": 1,
        "post_id": 1,
        "account_id": 1,
        "number": 2026,
        "key": "zone_union",
        "name": "zone.data_max_age",
    }
    adapter = site.app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for rule in rules
        if method in (rule.methods or ())
    ]


def test_nobody_but_an_administrator_opens_any_page(site: Site) -> None:
    leader = site.browser("superior_leader")
    pages = _addresses(site, "GET")
    assert len(pages) > 10
    assert {leader.get(page).status for page in pages} == {403}
    assert {site.browser("admin").get(page).status for page in pages} == {200}


def test_nobody_but_an_administrator_changes_anything(site: Site) -> None:
    leader = site.browser("superior_leader")
    token = leader.get("/work/").tree.xpath("//input[@name='csrf_token']/@value")[0]
    before = _kinds(site)
    actions = _addresses(site, "POST")
    assert len(actions) > 10
    assert {leader.post(action, {"csrf_token": token}).status for action in actions} == {403}
    assert _kinds(site) == before


# ---- organisations and people ---------------------------------------------------------------------------------------


def test_the_tree_shows_who_stands_above_whom_and_who_serves_whom(paper_site: Site) -> None:
    page = paper_site.browser("admin").get("/admin/organisations")
    rows = [" ".join(row.text_content().split()) for row in page.tree.xpath("//section[@id='unions']//tbody/tr")]
    assert "河南省总工会" in rows[0]
    assert "新安县总工会" in rows[1]
    assert "王志强" in rows[1]
    assert "线下单位" in page.text


def test_people_are_found_by_name_and_user_name(site: Site) -> None:
    admin = site.browser("admin")
    assert "王志强" in admin.get("/admin/people?search=志强").text
    assert "王志强" in admin.get("/admin/people?search=superior_leader").text
    assert "没有找到" in admin.get("/admin/people?search=%25%25不存在").text


def test_a_new_person_gets_a_post_and_an_account_and_signs_in(site: Site) -> None:
    admin = site.browser("admin")
    with site.db.read() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
    page = admin.get("/admin/people/new").press(
        "/admin/people", name="孟丽", organisation_id=str(county.id), role="clerk", title="组织部经办人"
    )
    assert "已新增 孟丽" in page.text
    made = page.press(f"{page.location}/account", username="Meng.Li")
    assert made.response.headers["Cache-Control"] == "no-store"
    signed_in = site.browser().get("/sign-in").browser.sign_in("meng.li", _password(made))
    assert signed_in.location == "/account/password"
    assert _kinds(site)[-3:] == ["person_added", "post_begun", "account_created"]


def test_everything_that_is_missing_is_named_at_once(site: Site) -> None:
    page = site.browser("admin").get("/admin/people/new").press("/admin/people", name="", title="保留我")
    assert page.status == 422
    for sentence in ("请填写姓名", "请选择组织", "请选择岗位"):
        assert sentence in page.text
    assert page.tree.xpath("//input[@name='title']/@value") == ["保留我"]


def test_a_user_name_that_is_taken_is_refused(site: Site) -> None:
    admin = site.browser("admin")
    with site.db.read() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
    page = admin.get("/admin/people/new").press(
        "/admin/people", name="孟丽", organisation_id=str(county.id), role="clerk"
    )
    refused = page.press(f"{page.location}/account", username="superior_leader")
    assert refused.status == 422
    assert "用户名已被使用" in refused.text


def test_a_reset_password_is_shown_once_and_ends_the_sessions(site: Site) -> None:
    leader = site.browser("superior_leader")
    page = site.browser("admin").get(f"/admin/people/{_person(site, 'superior_leader')}")
    shown = page.press(f"/admin/accounts/{site.account('superior_leader').id}/reset")
    password = _password(shown)
    assert leader.get("/work/").location == "/sign-in"
    assert site.browser().sign_in("superior_leader", PASSWORD).status != 200
    assert site.browser().sign_in("superior_leader", password).location == "/account/password"
    assert password not in site.browser("admin").get(page.location).text


def test_loading_the_page_with_the_password_again_does_not_reset_again(site: Site) -> None:
    account = site.account("superior_leader")
    page = site.browser("admin").get(f"/admin/people/{account.person_id}")
    action = f"/admin/accounts/{account.id}/reset"
    password = _password(page.press(action))
    again = page.press(action)  # the same form, as a browser sends it on F5
    assert again.location == f"/admin/people/{account.person_id}"
    assert "一次性密码已经显示过" in again.text
    assert _kinds(site).count("password_reset") == 1
    assert site.browser().sign_in("superior_leader", password).location == "/account/password"


def test_a_locked_account_can_be_unlocked(site: Site) -> None:
    account = site.account("superior_leader")
    with site.db.write() as session:
        session.get_one(Account, account.id).locked_until = site.now + timedelta(minutes=10)
    page = site.browser("admin").get(f"/admin/people/{account.person_id}")
    assert "已锁定" in page.text
    assert "已解除锁定" in page.press(f"/admin/accounts/{account.id}/unlock").text
    assert site.browser().sign_in("superior_leader", PASSWORD).location == "/work/"


def test_whoever_loses_the_last_post_is_signed_out_everywhere(site: Site) -> None:
    leader = site.browser("superior_leader")
    with site.db.read() as session:
        person = _person(site, "superior_leader")
        post = session.scalars(select(Post).where(Post.person_id == person)).one()
    page = site.browser("admin").get(f"/admin/people/{person}")
    assert "岗位已结束" in page.press(f"/admin/posts/{post.id}/end").text
    assert leader.get("/work/").location == "/sign-in"
    assert not site.account("superior_leader").active
    assert _kinds(site)[-2:] == ["post_ended", "account_deactivated"]


def test_whoever_keeps_another_post_stays_signed_in(site: Site) -> None:
    leader = site.browser("superior_leader")
    person = _person(site, "superior_leader")
    with site.db.read() as session:
        post = session.scalars(select(Post).where(Post.person_id == person)).one()
    page = site.browser("admin").get(f"/admin/people/{person}")
    page = page.press(f"/admin/people/{person}/posts", organisation_id=str(post.organisation_id), role="manager")
    assert "岗位已生效" in page.text
    page.press(f"/admin/posts/{post.id}/end")
    assert leader.get("/work/").location == "/work/"
    again = page.press(f"/admin/people/{person}/posts", organisation_id=str(post.organisation_id), role="manager")
    assert again.status == 409


def test_an_account_can_be_ended_and_come_back(site: Site) -> None:
    account = site.account("superior_leader")
    admin = site.browser("admin")
    page = admin.get(f"/admin/people/{account.person_id}").press(f"/admin/accounts/{account.id}/deactivate")
    assert "账号已停用" in page.text
    assert site.browser().sign_in("superior_leader", PASSWORD).location == "/sign-in"
    page.press(f"/admin/accounts/{account.id}/reactivate")
    assert site.browser().sign_in("superior_leader", PASSWORD).location == "/work/"


def test_nobody_ends_their_own_account_or_the_last_administrators(site: Site) -> None:
    account = site.account("admin")
    page = site.browser("admin").get(f"/admin/people/{account.person_id}")
    refused = page.press(f"/admin/accounts/{account.id}/deactivate")
    assert refused.status == 409
    assert "管理员" in refused.text
    assert site.account("admin").active


def test_the_post_of_the_last_administrator_does_not_end_and_that_of_one_of_two_does(site: Site) -> None:
    admin, other = _person(site, "admin"), _person(site, "superior_leader")
    with site.db.read() as session:
        post = session.scalars(select(Post).where(Post.person_id == admin, Post.role == "administrator")).one()
    page = site.browser("admin").get(f"/admin/people/{admin}")
    page = page.press(f"/admin/people/{admin}/posts", organisation_id=str(post.organisation_id), role="clerk")
    refused = page.press(f"/admin/posts/{post.id}/end")
    assert (refused.status, "最后一位管理员" in refused.text) == (409, True)
    other_page = site.browser("admin").get(f"/admin/people/{other}")
    other_page.press(f"/admin/people/{other}/posts", organisation_id=str(post.organisation_id), role="administrator")
    assert "岗位已结束" in page.press(f"/admin/posts/{post.id}/end").text


# ---- procedures -----------------------------------------------------------------------------------------------------


@pytest.fixture
def own_procedures(site: Site, tmp_path: Path) -> Path:
    """A folder of procedures that belongs to the test."""
    folder = tmp_path / "procedures"
    shutil.copytree(ROOT / "tests/folders/review", folder / "review")
    changed = site.app.config["SETTINGS"].model_copy(update={"procedures": folder})
    site.app.config["SETTINGS"] = changed
    return folder


def test_a_changed_folder_is_published_as_the_next_version(site: Site, own_procedures: Path) -> None:
    admin = site.browser("admin")
    assert "文件夹的内容就是现行版本" in admin.get("/admin/procedures/review").text
    toml = own_procedures / "review/procedure.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("days = 10", "days = 12"), encoding="utf-8")
    page = admin.get("/admin/procedures/review").press("/admin/procedures/review/publish")
    assert "现行版本是第 2 版" in page.text
    with site.db.read() as session:
        rows = catalogue.versions(session, "review")
        assert [(row.number, row.is_current) for row in rows] == [(2, True), (1, False)]
        assert rows[0].published_by_id == _person(site, "admin")


def test_a_folder_with_findings_shows_them_and_is_not_published(site: Site, own_procedures: Path) -> None:
    bpmn = own_procedures / "review/process.bpmn"
    bpmn.write_text(bpmn.read_text(encoding="utf-8").replace('name="上级工会"', 'name="上级机关"'), encoding="utf-8")
    admin = site.browser("admin")
    assert "处问题" in admin.get("/admin/procedures").text
    page = admin.get("/admin/procedures/review")
    assert "不能发布" in page.text
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    assert admin.post("/admin/procedures/review/publish", {"csrf_token": token}).status == 422
    with site.db.read() as session:
        assert len(catalogue.versions(session, "review")) == 1


def test_an_unknown_procedure_does_not_exist(site: Site) -> None:
    assert site.browser("admin").get("/admin/procedures/..").status == 404
    assert site.browser("admin").get("/admin/procedures/nothing").status == 404


# ---- parameters and calendar ----------------------------------------------------------------------------------------


def _in_force(site: Site, name: str) -> object:
    with site.db.read() as session:
        return settings.load(session).rules(CURRENT, site.now.date()).parameters[name].value


def test_a_parameter_is_set_with_its_reason_and_counts_from_its_day(site: Site) -> None:
    admin = site.browser("admin")
    address = "/admin/parameters/zone.data_max_age"
    page = admin.get(address).press(address, value="60", reason="省总工会要求按季核对", valid_from="2026-03-20")
    assert "参数已设定" in page.text
    assert _in_force(site, "zone.data_max_age") == 90
    site.wait(days=11)
    assert _in_force(site, "zone.data_max_age") == 60
    assert "规则集为 90" in site.browser("admin").get("/admin/parameters").text
    assert _kinds(site)[-1] == "parameter_set"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": "abc"}, "请填写整数"),
        ({"value": "99999"}, "不得大于"),
        ({"value": "60", "reason": ""}, "请写明理由或依据"),
        ({"value": "60", "valid_from": "2026-03-01"}, "不能对过去的日期设定"),
        ({"value": "60", "valid_from": "soon"}, "请填写日期"),
    ],
)
def test_a_parameter_that_cannot_be_set_says_why(site: Site, typed: dict[str, str], said: str) -> None:
    address = "/admin/parameters/zone.data_max_age"
    fields = {"reason": "核对", "valid_from": "2026-03-20", **typed}
    page = site.browser("admin").get(address).press(address, **fields)
    assert page.status == 422
    assert said in page.text
    with site.db.read() as session:
        assert not session.scalars(select(Parameter)).all()


def test_what_a_rule_fixes_cannot_be_set(site: Site) -> None:
    admin = site.browser("admin")
    address = "/admin/parameters/zone.general_union.employees"
    page = admin.get(address).press(address, value="4000", reason="放宽", valid_from="2026-03-20")
    assert page.status == 422
    assert "不能另行设定" in page.text


def test_a_year_becomes_known_when_its_notice_is_loaded(site: Site) -> None:
    admin = site.browser("admin")
    page = admin.get("/admin/calendar/2027")
    assert "这一年是暂定的" in page.text
    days = "2027-01-01 休 元旦\n2027-01-03 班\n2027/10/01 休 国庆节\n"
    page = page.press("/admin/calendar/2027", source="国办发明电〔2026〕9号", days=days)
    assert "已载入 2027 年的 3 天" in page.text
    assert "这一年是暂定的" not in page.text
    with site.db.read() as session:
        assert not settings.load(session).calendar.is_provisional(2027)
    page.press("/admin/calendar/2027", source="更正", days="2027-01-01 休 元旦")
    with site.db.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "calendar_loaded").order_by(Event.id.desc())).first()
        assert event is not None
        assert len(event.data["before"]) == 3
        assert settings.load(session).calendar.is_provisional(2027)


def test_every_wrong_line_of_a_notice_is_named(site: Site) -> None:
    days = "2027-13-01 休\n2026-01-01 休\n2027-01-02\n2027-01-03 班\n2027-01-03 休"
    page = site.browser("admin").get("/admin/calendar/2027").press("/admin/calendar/2027", source="x", days=days)
    assert page.status == 422
    for line in ("第 1 行", "第 2 行", "第 3 行", "第 5 行"):
        assert line in page.text
    assert "2027-13-01" in page.tree.xpath("//textarea[@name='days']")[0].text_content()


def test_years_far_away_do_not_exist(site: Site) -> None:
    assert site.browser("admin").get("/admin/calendar/1800").status == 404
    assert site.browser("admin").get("/admin/calendar/9999").status == 404


# ---- audit ----------------------------------------------------------------------------------------------------------


def test_the_audit_page_finds_what_was_changed_behind_its_back(site: Site) -> None:
    site.started()
    admin = site.browser("admin")
    assert "全部事件链完整" in admin.get("/admin/audit?verify=1").text
    with site.db.write() as session:
        session.execute(text("UPDATE events SET kind = 'case_completed' WHERE kind = 'case_started'"))
    page = admin.get("/admin/audit?verify=1")
    assert "条链不完整" in page.text
    assert "内容与其哈希不符" in page.text


def test_the_record_of_administration_is_itself_intact(site: Site) -> None:
    address = "/admin/parameters/zone.data_max_age"
    site.browser("admin").get(address).press(address, value="60", reason="核对", valid_from="2026-03-20")
    with site.db.read() as session:
        assert audit.verify(session).ok


# ---- import ---------------------------------------------------------------------------------------------------------


def _workbook(*people: tuple[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook.template()))
    sheet = book["人员"]
    headings = {str(cell.value).rstrip(" *＊"): cell.column for cell in sheet[1]}
    for line, (code, name) in enumerate(people, start=2):
        sheet.cell(line, headings["编码"], code)
        sheet.cell(line, headings["姓名"], name)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_people_come_from_a_workbook_after_a_look_at_the_preview(site: Site) -> None:
    admin = site.browser("admin")
    page = admin.get("/admin/import").press("/admin/import", files={"file": ("人员.xlsx", _workbook(("N-1", "孟丽")))})
    assert "新增 1 行" in page.text
    assert "不认识" not in page.text, "the template's own explanations are no unknown sheet"
    with site.db.read() as session:
        assert not session.scalars(select(Person).where(Person.code == "N-1")).all()
    done = page.press("/admin/import/confirm")
    assert "已导入：新增 1 行" in done.text
    with site.db.read() as session:
        assert session.scalars(select(Person).where(Person.code == "N-1")).one().name == "孟丽"
    assert _kinds(site)[-1] == "organisations_imported"


def test_one_wrong_line_keeps_everything_out(site: Site) -> None:
    content = _workbook(("N-1", "孟丽"), ("N-2", ""))
    page = site.browser("admin").get("/admin/import").press("/admin/import", files={"file": ("人员.xlsx", content)})
    assert "不能导入 1 行" in page.text
    assert page.tree.xpath("//ul[@class='reason-list']/li")
    assert not page.tree.xpath("//form[@action='/admin/import/confirm']")


def test_a_preview_that_is_out_of_date_imports_nothing(site: Site) -> None:
    admin = site.browser("admin")
    page = admin.get("/admin/import").press("/admin/import", files={"file": ("人员.xlsx", _workbook(("N-1", "孟丽")))})
    with site.db.write() as session:
        session.add(Person(code="N-1", name="孟莉"))
    late = page.press("/admin/import/confirm")
    assert late.status == 409
    assert "没有导入任何内容" in late.text
    with site.db.read() as session:
        assert session.scalars(select(Person).where(Person.code == "N-1")).one().name == "孟莉"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_a_file_that_is_no_workbook_is_refused(site: Site, content: bytes) -> None:
    page = site.browser("admin").get("/admin/import").press("/admin/import", files={"file": ("人员.xlsx", content)})
    assert page.status == 400
    assert "这个文件不能导入" in page.text


def test_one_time_passwords_are_never_guessable(site: Site) -> None:
    assert len({accounts.new_password() for _ in range(200)}) == 200

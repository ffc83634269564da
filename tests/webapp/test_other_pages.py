"""Starting, the case, corrections and paper replies in the browser, without JavaScript."""

from __future__ import annotations

from tests.webapp.conftest import Site
from workflows.sample_world import SMALL_PDF


def test_eligibility_and_the_whole_chain_are_shown_before_anything_is_typed(site: Site) -> None:
    page = site.browser("zone_secretary").get("/start/zone_union")
    assert "可以成立总工会" in page.text
    for number in ("120", "6,000", "5,000", "D-01"):
        assert number in page.text
    assert "王志强" in page.text
    assert "郭立新" in page.text
    assert "R-422" in page.text


def test_a_procedure_that_names_no_article_and_no_rule_shows_no_lone_separator(site: Site) -> None:
    browser = site.browser("zone_secretary")
    listed = [p.text_content().strip() for p in browser.get("/start").tree.xpath("//li[@class='procedure']//p")]
    assert any(" · " in line and "D-01" in line for line in listed)
    assert all(line.strip("· ") == line for line in listed)
    page = browser.get("/start/review")
    assert all(p.text_content().strip("· \n") or not p.text_content() for p in page.tree.xpath("//p[@class='muted']"))


def test_a_second_application_is_refused_with_a_link_to_the_first(site: Site) -> None:
    browser = site.browser("zone_secretary")
    form = browser.get("/start/zone_union")
    first = form.press("/start/zone_union")
    case = site.task(int(first.location.rpartition("/")[2])).case_id
    page = browser.get("/start/zone_union")
    assert page.tree.xpath(f"//a[@href='/cases/{case}']")
    again = form.press("/start/zone_union")  # the same form: the first case, not a second one
    assert again.location == first.location
    other = site.browser("zone_secretary_2")
    fields = form.values("/start/zone_union")
    token = other.get("/work/").values("/sign-out")["csrf_token"]
    refused = other.post("/start/zone_union", {**fields, "csrf_token": token, "key": "another key"})
    assert refused.status == 409
    assert refused.tree.xpath(f"//main//a[@href='/cases/{case}']")


def test_only_those_who_may_start_can_open_the_start_page(site: Site) -> None:
    assert site.browser("superior_leader").get("/start/zone_union").status == 404
    assert "由申请单位的干事发起" in site.browser("superior_leader").get("/start").text


def test_the_case_shows_its_state_diagram_and_history(site: Site) -> None:
    case = site.task(site.started()).case_id
    page = site.browser("superior_leader").get(f"/cases/{case}")
    assert "等待新安县产业集聚区工会办公室刘芳办理“选择组建形式”" in page.text
    assert page.tree.xpath("//*[name()='svg'][contains(@class, 'diagram-static')]")
    assert "发起申请" in page.text
    assert site.browser("superior_leader").get(f"/cases/{case}/diagram").response.mimetype == "application/xml"


def test_withdrawing_needs_a_reason_and_keeps_it_on_record(site: Site) -> None:
    case = site.task(site.started()).case_id
    page = site.browser("zone_secretary").get(f"/cases/{case}").press(f"/cases/{case}/withdraw", reason=" ")
    assert page.status == 422
    assert page.tree.xpath("//*[@id='mistakes']//a/@href") == ["#f-reason"]
    page = page.press(f"/cases/{case}/withdraw", reason="情况有变")
    assert "情况有变" in page.text
    assert "已撤销" in page.text


def test_asking_for_a_correction_and_answering_it(site: Site) -> None:
    task = site.started("review")
    page = site.browser("zone_secretary").get(f"/tasks/{task}")
    page.press("task-form", "decide", __reason="建会", __persons="12")
    review = site.open_task("review")
    leader = site.browser("superior_leader")
    page = leader.get(f"/tasks/{review}").press("task-form", "correct", opinion="先补正")
    assert page.location == f"/tasks/{review}/correction"
    place = f"/tasks/{review}/correction"
    page = page.press(place, "add:/items", __items__0__what="补充名单")
    assert page.values(place)["/items/0/what"].strip() == "补充名单"
    page = page.press(place, "send", __items__1__item="台账")
    assert page.status == 422
    assert page.tree.xpath("//*[@id='mistakes']//a/@href") == ["#f-items-1-what"]
    page = page.press(place, "send", __items__1__what="核对人数", reply_by="2026-03-20")
    assert page.location == f"/tasks/{review}"
    assert "计时暂停" in page.text
    correction = site.open_task("review", "correction")
    page = site.browser("zone_secretary").get(f"/tasks/{correction}")
    assert "核对人数" in page.text
    there = f"/tasks/{correction}/answer"
    page = page.press(there, "send", answer="", files={"/materials/correction": ("名单.pdf", SMALL_PDF)})
    assert (page.status, "名单.pdf" in page.text) == (422, True)
    page = page.press(there, "keep", answer="名单见附件", files={"/materials/correction": ("多余.pdf", SMALL_PDF)})
    assert page.values(there)["answer"].strip() == "名单见附件"
    extra = page.tree.xpath("//button[starts-with(@value, 'detach:')]/@value")[-1]
    page = page.press(there, extra)
    assert "多余.pdf" not in page.text
    refused = page.press(there, "keep", files={"/materials/correction": ("坏.pdf", b"MZ")})
    assert refused.status == 422
    assert "名单.pdf" not in leader.get(f"/tasks/{review}").text
    assert refused.press(there, "send", answer="名单已补充").status == 200
    page = leader.get(f"/tasks/{review}")
    assert "名单已补充" in page.text
    assert "名单.pdf" in page.text
    assert page.values("task-form")["opinion"].strip() == "先补正"


def test_a_request_for_correction_is_taken_back(site: Site) -> None:
    site.browser("zone_secretary").get(f"/tasks/{site.started('review')}").press(
        "task-form", "decide", __reason="建会", __persons="12"
    )
    review = site.open_task("review")
    leader = site.browser("superior_leader")
    place = f"/tasks/{review}/correction"
    page = leader.get(place).press(place, "send", __items__0__what="补充名单")
    page = page.press(f"/tasks/{review}/correction/take-back")
    assert "计时暂停" not in page.text
    assert leader.get(place).status == 200


def test_the_inbox_finds_by_number_and_applicant(site: Site) -> None:
    site.started()
    browser = site.browser("zone_secretary")
    for search in ("建会〔2026〕1号", "新安县", "新安 组建"):
        assert "选择组建形式" in browser.get("/work/", query_string={"search": search}).text
    assert "没有找到“洛阳”" in browser.get("/work/", query_string={"search": "洛阳"}).text


def test_notices_are_read_by_a_press_and_not_by_a_look(site: Site) -> None:
    task = site.started("review")
    page = site.browser("zone_secretary").get(f"/tasks/{task}")
    page.press("task-form", "decide", __reason="建会", __persons="12")
    site.browser("superior_leader").get(f"/tasks/{site.open_task('review')}").press(
        "task-form", "decide", outcome="return", opinion="人数与台账不一致"
    )
    browser = site.browser("zone_secretary")
    for _look in range(2):
        page = browser.get("/work/?tab=notices")
        assert "未读" in page.text
        assert "人数与台账不一致" in page.text
    assert "未读" not in page.press("/work/notices/read").text

"""Doing a task in the browser, without JavaScript: drafts, rows, files, mistakes, somebody who was faster."""

from __future__ import annotations

from tests.webapp.conftest import Site
from workflows.sample_world import SMALL_PDF

REASON = "企业和职工都多，需要统筹各企业工会的工作。"


def at_composition(site: Site) -> int:
    """A case that has gone on to a step with a table: the committee's composition."""
    task = site.started()
    page = site.browser("zone_secretary").get(f"/tasks/{task}")
    done = page.press("task-form", "decide", outcome="work_committee", __reason=REASON)
    assert done.location.startswith("/cases/"), done.text
    return site.open_task("agree_composition")


def test_a_decision_goes_through_and_the_case_tells_who_is_next(site: Site) -> None:
    at_composition(site)
    page = site.browser("zone_secretary").get("/work/?tab=started")
    assert "商定工委组成" in page.text
    assert "商定工委组成" in site.browser("party_leader").get("/work/").text


def test_every_mistake_is_listed_with_a_link_to_its_field(site: Site) -> None:
    task = site.started()
    page = site.browser("zone_secretary").get(f"/tasks/{task}").press("task-form", "decide", __reason="短")
    assert page.status == 422
    links = page.tree.xpath("//*[@id='mistakes']//a/@href")
    assert "#f-reason" in links
    assert "#f-outcome" in links
    for link in links:
        assert page.tree.xpath(f"//*[@id='{link[1:]}']"), link
    assert page.tree.xpath("//textarea[@name='/reason']")[0].text_content().strip() == "短"
    assert page.tree.xpath("//*[@id='f-reason']/@aria-invalid") == ["true"]


def test_what_was_typed_is_kept_as_a_draft_when_a_decision_is_refused(site: Site) -> None:
    task = site.started()
    site.browser("zone_secretary").get(f"/tasks/{task}").press(
        "task-form", "decide", outcome="federation", __reason="短"
    )
    page = site.browser("zone_secretary").get(f"/tasks/{task}")
    assert page.values("task-form")["/reason"].strip() == "短"
    assert page.values("task-form")["outcome"] == "federation"


def test_a_file_chosen_with_a_refused_decision_is_not_lost(site: Site) -> None:
    task = at_composition(site)
    browser = site.browser("party_leader")
    page = browser.get(f"/tasks/{task}").press(
        "task-form", "decide", files={"/materials/minutes": ("会议纪要.pdf", SMALL_PDF)}
    )
    assert page.status == 422
    assert "会议纪要.pdf" in page.text
    assert "会议纪要.pdf" in browser.get(f"/tasks/{task}").text


def test_rows_are_added_and_removed_without_losing_anything(site: Site) -> None:
    task = at_composition(site)
    browser = site.browser("party_leader")
    page = browser.get(f"/tasks/{task}")
    assert len(page.tree.xpath("//input[@name='/members/2/name']")) == 1
    page = page.press("task-form", "add:/members", __members__0__name="甲", __members__2__name="丙")
    assert len(page.tree.xpath("//input[@name='/members/3/name']")) == 1
    page = page.press("task-form", "remove:/members/1", __members__3__name="丁")
    names = [page.values("task-form")[f"/members/{n}/name"] for n in range(3)]
    assert names == ["甲", "丙", "丁"]


def test_empty_rows_do_not_count_when_deciding(site: Site) -> None:
    task = at_composition(site)
    page = site.browser("party_leader").get(f"/tasks/{task}").press("task-form", "decide", outcome="submit")
    assert page.status == 422
    assert "组成人员" in page.tree.xpath("//*[@id='mistakes']")[0].text_content()


def test_a_material_that_needs_another_cannot_start_yet_and_says_why(site: Site) -> None:
    page = site.browser("party_leader").get(f"/tasks/{at_composition(site)}")
    assert "“考察材料”尚不能开始，因为缺少“干部任免呈报表”" in page.text
    assert not page.tree.xpath("//input[@type='file'][@name='/materials/inspection']")


def test_uploading_keeps_the_form_and_shows_the_file(site: Site) -> None:
    task = at_composition(site)
    page = site.browser("party_leader").get(f"/tasks/{task}")
    page = page.press(
        "task-form",
        "upload:minutes",
        files={"/materials/minutes": ("纪要.pdf", SMALL_PDF)},
        __members__0__name="甲",
    )
    assert "纪要.pdf" in page.text
    assert page.values("task-form")["/members/0/name"] == "甲"
    button = page.tree.xpath("//button[starts-with(@value, 'detach:')]/@value")[0]
    page = page.press("task-form", button)
    assert "纪要.pdf" not in page.text
    assert page.values("task-form")["/members/0/name"] == "甲"


def test_a_file_that_is_not_what_it_says_is_refused_at_its_line(site: Site) -> None:
    task = at_composition(site)
    page = site.browser("party_leader").get(f"/tasks/{task}")
    program = {"/materials/minutes": ("纪要.pdf", b"MZ\x90 not a pdf")}
    page = page.press("task-form", "upload:minutes", files=program, __members__0__name="甲")
    assert page.status == 422
    assert page.tree.xpath("//*[@id='mistakes']//a/@href") == ["#f-materials-minutes"]
    assert site.browser("party_leader").get(f"/tasks/{task}").values("task-form")["/members/0/name"] == "甲"


def test_sending_the_same_form_twice_acts_once(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    page = browser.get(f"/tasks/{task}")
    first = page.press("task-form", "decide", outcome="work_committee", __reason=REASON)
    second = page.press("task-form", "decide", outcome="work_committee", __reason=REASON)
    assert first.location == second.location
    assert second.status == 200


def test_the_second_person_learns_who_was_faster_and_keeps_the_words(site: Site) -> None:
    first_task = site.started("review")
    page = site.browser("zone_secretary").get(f"/tasks/{first_task}")
    page.press("task-form", "decide", __reason="建会", __persons="12")
    task = site.open_task("review")
    pages = {who: site.browser(who).get(f"/tasks/{task}") for who in ("superior_leader", "superior_leader_2")}
    pages["superior_leader"].press("task-form", "decide", outcome="approve")
    page = pages["superior_leader_2"].press(
        "task-form", "decide", outcome="return", opinion="另一种考虑，写了很久。", __text="意见全文"
    )
    assert page.status == 409
    assert "王志强已于 2026-03-09 09:00 办理了这项任务" in page.text
    assert "另一种考虑，写了很久。" in page.text
    assert "意见全文" in page.text
    assert "退回" in page.text
    assert site.task(task).outcome == "approve"


def test_a_task_a_colleague_claimed_says_who_has_it(site: Site) -> None:
    page = site.browser("zone_secretary_2").get(f"/tasks/{site.started()}")
    assert "刘芳" in page.text
    assert not page.tree.xpath("//form[@id='task-form']")


def test_a_window_that_was_overtaken_does_not_overwrite_the_newer_draft(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    first, second = browser.get(f"/tasks/{task}"), browser.get(f"/tasks/{task}")
    first.press("task-form", "draft", __reason="第一个窗口")
    page = second.press("task-form", "draft", __reason="第二个窗口")
    assert page.status == 409
    assert "第二个窗口" in page.text
    assert (site.task(task).draft or {})["answers"] == {"reason": "第一个窗口"}


def test_a_script_saves_the_draft_and_hears_when(site: Site) -> None:
    task = site.started()
    browser = site.browser("zone_secretary")
    fields = browser.get(f"/tasks/{task}").values("task-form")
    answer = browser.post(
        f"/tasks/{task}", {**fields, "do": "draft", "/reason": "写到一半"}, headers={"Accept": "application/json"}
    ).response
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["message"] == "草稿已保存 09:00"
    assert (site.task(task).draft or {})["answers"] == {"reason": "写到一半"}


def test_claiming_and_releasing_keep_what_was_typed(site: Site) -> None:
    task = site.started()
    page = site.browser("zone_secretary").get(f"/tasks/{task}")
    page = page.press("task-form", "release", __reason="写到一半")
    assert site.task(task).assignee_id is None
    assert page.values("task-form")["/reason"].strip() == "写到一半"
    page.press("task-form", "claim")
    assert site.task(task).assignee_id == site.world.people["zone_secretary"]


def test_a_draft_is_shown_only_to_those_who_may_act(site: Site) -> None:
    task = site.started()
    site.browser("zone_secretary").get(f"/tasks/{task}").press("task-form", "draft", __reason="只给自己看")
    page = site.browser("superior_leader").get(f"/tasks/{task}")
    assert page.status == 200
    assert "只给自己看" not in page.text
    assert "等待" in page.text


def test_a_task_of_another_zone_does_not_exist(site: Site) -> None:
    task = site.started()
    stranger = site.browser("other_zone_secretary")
    for path in (f"/tasks/{task}", f"/cases/{site.task(task).case_id}", f"/cases/{site.task(task).case_id}/diagram"):
        page = stranger.get(path)
        assert page.status == 404
        assert "新安县" not in page.text


def test_the_deadline_explains_itself(site: Site) -> None:
    page = site.browser("zone_secretary").get(f"/tasks/{site.started('review')}")
    assert "当日不计" in page.text
    assert "T-37" in page.text
    assert "剩 10 个工作日" in page.text

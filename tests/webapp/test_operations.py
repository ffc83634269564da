"""What an office does to a task and a case, in the browser without JavaScript."""

from __future__ import annotations

import pytest

from tests.webapp.conftest import Site
from workflows.storage.cases import TaskStatus


@pytest.fixture
def reviewing(site: Site) -> tuple[Site, int]:
    """A request of the procedure `review` that waits for the superior union's leader."""
    task = site.started("review")
    page = site.browser("zone_secretary").get(f"/tasks/{task}")
    done = page.press("task-form", "decide", outcome="done", __reason="建会", __persons="3")
    assert done.location.startswith("/cases/"), done.text
    return site, site.open_task("review")


def ticked(site: Site, who: str) -> str:
    from sqlalchemy import select

    from workflows.storage.organisations import Post

    with site.db.read() as session:
        post = session.scalars(select(Post).where(Post.person_id == site.world.people[who])).one()
        return f"{post.person_id}:{post.organisation_id}"


def test_somebody_is_found_asked_and_answers(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    leader, clerk = site.browser("superior_leader"), site.browser("superior_clerk")
    page = leader.get(f"/tasks/{task}/ask")
    found = page.press(f"/tasks/{task}/ask", "find", query="孙晓燕", question="条件具备吗")
    assert found.status == 200
    assert "新安县总工会" in found.text
    assert "条件具备吗" in found.text  # what was typed stays while one looks for people
    asked = found.press(f"/tasks/{task}/ask", "send", people=ticked(site, "superior_clerk"), question="条件具备吗")
    assert asked.location == f"/tasks/{task}", asked.text
    assert "征求意见" in clerk.get("/work/").text
    answer = clerk.get(f"/tasks/{task}")
    opinion = answer.tree.xpath("//form[contains(@action, '/opinions/')]/@action")[0]
    refused = answer.press(opinion, text="")
    assert refused.status == 422
    assert refused.tree.xpath("//*[@id='mistakes']")
    said = refused.press(opinion, text="条件具备", verdict="agree")
    assert said.location.startswith("/cases/"), said.text
    shown = leader.get(f"/tasks/{task}")
    assert "条件具备" in shown.text
    assert "孙晓燕" in shown.text


def test_nobody_ticked_is_told_at_the_field(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    page = site.browser("superior_leader").get(f"/tasks/{task}/ask").press(f"/tasks/{task}/ask", "send")
    assert page.status == 422
    assert page.tree.xpath("//*[@id='mistakes']//a/@href") == ["#f-people"]
    assert page.tree.xpath("//*[@id='f-people']")


def test_a_task_is_handed_over_to_a_colleague(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    page = site.browser("superior_leader").get(f"/tasks/{task}/hand-over")
    assert "赵文静" in page.text
    assert "陈建国" not in page.text  # somebody of another organisation
    to = str(site.world.people["superior_clerk"])
    refused = page.press(f"/tasks/{task}/hand-over", "send", to=to)
    assert refused.status == 422
    assert refused.press(f"/tasks/{task}/hand-over", "send", to=to, reason="出差").location == "/work/"
    assert "审核" in site.browser("superior_clerk").get("/work/").text


def test_sending_back_shows_first_what_it_does(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    page = site.browser("superior_leader").get(f"/tasks/{task}/send-back")
    assert page.status == 200
    assert page.tree.xpath("//*[@id='preview']")
    refused = page.press("send-back-form")
    assert refused.status == 422
    sent = refused.press("send-back-form", reason="请补充说明")
    assert sent.location.startswith("/cases/"), sent.text
    assert site.open_task("file")
    assert "请补充说明" in site.browser("zone_secretary").get(sent.location).text


def test_one_takes_the_own_step_back(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    leader = site.browser("superior_leader")
    leader.get(f"/tasks/{task}").press("task-form", "decide", outcome="approve")
    assert site.task(task).status == TaskStatus.DONE
    page = leader.get(f"/tasks/{task}")
    assert page.tree.xpath(f"//a[@href='/tasks/{task}/take-back']")
    back = leader.get(f"/tasks/{task}/take-back").press(f"/tasks/{task}/take-back", "send")
    assert back.location == f"/tasks/{task}", back.text
    assert site.task(task).status == TaskStatus.OPEN


def test_a_manager_copies_supervises_instructs_suspends_and_resumes(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    case = f"/cases/{site.task(task).case_id}"
    manager = site.browser("superior_manager")
    sent = manager.get(f"{case}/copy").press(
        f"{case}/copy", "send", people=ticked(site, "superior_clerk"), note="请知悉"
    )
    assert sent.location == case, sent.text
    clerk = site.browser("superior_clerk")
    assert "请知悉" in clerk.get("/work/?tab=copies").text
    read = clerk.get("/work/?tab=copies").tree.xpath("//form[contains(@action, '/copies/')]/@action")[0]
    assert clerk.get(case).press(read).location == case
    assert "已阅" in manager.get(case).text
    for verb, field, words in (
        ("supervise", "demand", "本月内答复"),
        ("instruct", "text", "请抓紧研究"),
        ("suspend", "reason", "区划调整"),
    ):
        page = manager.get(f"{case}/{verb}")
        assert page.press(f"{case}/{verb}", "send").status == 422
        assert page.press(f"{case}/{verb}", "send", **{field: words}).location == case
        assert words in manager.get(case).text
    blocked = site.browser("superior_leader").get(f"/tasks/{task}").press("task-form", "decide", outcome="approve")
    assert blocked.status == 409
    assert manager.get(f"{case}/resume").press(f"{case}/resume", "send").location == case
    closed = manager.get(f"{case}/close-supervision").press(f"{case}/close-supervision", "send", conclusion="已答复")
    assert closed.location == case
    assert "正在督办" not in manager.get(case).text


def test_a_limit_is_extended(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    manager = site.browser("superior_manager")
    page = manager.get(f"/tasks/{task}/extend")
    wrong = page.press(f"/tasks/{task}/extend", "send", to_on="明天", reason="材料多")
    assert wrong.status == 422
    assert "材料多" in wrong.text
    right = wrong.press(f"/tasks/{task}/extend", "send", to_on="2026-04-10", reason="材料多")
    assert right.location == f"/tasks/{task}"
    assert "2026-04-10" in manager.get(f"/tasks/{task}").text


def test_many_are_decided_at_once_and_each_says_what_came_of_it(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    other = site.started("review", "other_zone_secretary")
    site.browser("other_zone_secretary").get(f"/tasks/{other}").press(
        "task-form", "decide", outcome="done", __reason="建会", __persons="3"
    )
    second = site.open_task("review")
    leader = site.browser("superior_leader")
    page = leader.get(f"/work/bulk?task={task}&task={second}")
    site.browser("superior_leader_2").get(f"/tasks/{task}").press("task-form", "decide", outcome="approve")
    done = page.press("/work/bulk", outcome="approve", task=[str(task), str(second)])
    assert done.status == 200
    assert "赵文静" in done.text
    assert site.task(second).outcome == "approve"


def test_a_list_of_nothing_and_of_others_tasks_offers_nothing(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    assert "没有选择" in site.browser("superior_leader").get("/work/bulk").text
    assert "没有选择" in site.browser("party_leader").get(f"/work/bulk?task={task}").text


def test_phrases_are_saved_and_offered(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    leader = site.browser("superior_leader")
    saved = leader.get("/phrases").press("/phrases", phrases="同意，按程序办理。\n\n请修改后再报。")
    assert saved.location == "/phrases"
    assert leader.get(f"/tasks/{task}").tree.xpath("//*[@data-phrase='同意，按程序办理。']")


def test_a_proxy_is_found_named_and_ended(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    leader, clerk = site.browser("superior_leader"), site.browser("superior_clerk")
    page = leader.get("/proxies")
    wrong = page.press("proxy-form", "send")
    assert wrong.status == 422
    found = wrong.press("proxy-form", "find", query="孙晓燕", reason="出差")
    assert "新安县总工会" in found.text
    dates = {"valid_from": "2026-03-09", "valid_to": "2026-03-20"}
    named = found.press("proxy-form", "send", people=ticked(site, "superior_clerk"), **dates)
    assert named.location == "/proxies", named.text
    assert "代理中" in clerk.get("/proxies").text
    assert "审核" in clerk.get("/work/").text
    clerk.get(f"/tasks/{task}").press("task-form", "decide", outcome="approve")
    assert "代王志强" in leader.get(f"/tasks/{task}").text
    ended = leader.get("/proxies").tree.xpath("//form[contains(@action, '/end')]/@action")[0]
    assert "已结束" in leader.get("/proxies").press(ended).text


def test_a_button_pressed_twice_acts_once_and_tells_the_same(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    page = site.browser("superior_leader").get(f"/tasks/{task}/hand-over")
    to = str(site.world.people["superior_clerk"])
    for _time in range(2):
        assert page.press(f"/tasks/{task}/hand-over", "send", to=to, reason="出差").location == "/work/"
    assert site.task(task).assignee_id == site.world.people["superior_clerk"]


def test_numbers_no_database_holds_are_nobody(reviewing: tuple[Site, int]) -> None:
    site, task = reviewing
    page = site.browser("superior_leader").get(f"/tasks/{task}/ask")
    assert page.press(f"/tasks/{task}/ask", "send", people=f"{10**30}:1").status == 422
    page = site.browser("superior_leader").get(f"/tasks/{task}/hand-over")
    assert page.press(f"/tasks/{task}/hand-over", "send", to=str(10**30), reason="出差").status == 422
    found = site.browser("superior_leader").get(f"/search?q=建会&page={10**30}")
    assert found.status == 200

"""Why does it wait? One sentence, in both languages."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select, update

from tests.cases.conftest import FOLDERS
from tests.monitor.conftest import Watch
from tests.monitor.test_waits import ITEMS, make_paper_body
from workflows import catalogue
from workflows.sample_world import SMALL_PDF
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.organisations import Organisation


def test_it_names_who_for_what_the_day_the_rule_and_the_branch_that_is_missing(reviewing: Watch) -> None:
    reviewing.wait(days=16)
    row = reviewing.row(step="review")
    assert row.sentence.zh == (
        "等待新安县总工会王志强、赵文静办理“审核”，第 16/15 天（R-422），已超期 1 天；并行的“提出意见”也未办完。"
    )
    assert row.sentence.en == (
        "Waiting for 王志强, 赵文静 of 新安县总工会 to do “Review”, day 16 of 15 (R-422), 1 days late; "
        "beside it “Give an opinion” is missing, too."
    )


def test_a_branch_that_is_in_is_named_with_organisation_and_day(reviewing: Watch) -> None:
    reviewing.office.decide("superior_leader", "review", "approve")
    assert "并行的“审核”（新安县总工会，2026-03-09）已办完" in reviewing.row().sentence.zh


def test_an_office_without_accounts_is_named_with_what_is_missing_from_it(watch: Watch) -> None:
    make_paper_body(watch)
    watch.office.start()
    watch.office.decide("zone_secretary", "file")
    sentence = watch.row(step="opinion").sentence
    assert "等待中共新安县产业集聚区工作委员会（线下单位）" in sentence.zh
    assert "其书面回复尚未录入" in sentence.zh
    assert "(answers on paper)" in sentence.en


def test_a_stopped_clock_says_since_when_why_and_by_when_the_answer_is_due(reviewing: Watch) -> None:
    office = reviewing.office
    reviewing.wait(days=3)
    reply_by = office.today + timedelta(days=5)
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=reply_by)
    reviewing.wait(days=2)
    said = reviewing.row(step="review").sentence.zh
    assert "等待新安县产业集聚区工会办公室刘芳、周敏补正“审核”所需材料，第 2/5 天：“会议纪要”" in said
    assert "第 3/15 天（R-422），因等待补正自 2026-03-12 起停止计时（须于 2026-03-17 前答复）" in said


def test_days_for_which_the_clock_stood_are_not_counted(reviewing: Watch) -> None:
    office = reviewing.office
    office.act("request_correction", "superior_leader", office.task_id("review"), items=ITEMS, reply_by=None)
    reviewing.wait(days=4)
    office.act("answer_correction", "zone_secretary", office.task_id("review", "correction"), answer="已补正")
    reviewing.wait(days=3)
    assert reviewing.office.task("review").fatal_on == date(2026, 3, 30)  # a Saturday, and on to the Monday
    assert "第 3/17 天" in reviewing.row(step="review").sentence.zh


def test_materials_without_which_it_cannot_be_done_are_named(watch: Watch, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDERS / "review", tmp_path / "review")
    settings = folder / "procedure.toml"
    settings.write_text(settings.read_text("utf-8").replace("required = false", "required = true"), "utf-8")
    with watch.office.db.write() as session:
        catalogue.publish(session, None, folder, watch.office.now)
    watch.office.start()
    assert "；尚缺材料“会议纪要”" in watch.row().sentence.zh
    assert "; missing: “Minutes”" in watch.row().sentence.en
    task = watch.office.task_id("file")
    watch.office.act("attach", "zone_secretary", task, material="minutes", filename="纪要.pdf", content=SMALL_PDF)
    assert "尚缺" not in watch.row().sentence.zh


def test_whose_opinions_are_in_and_whose_are_missing_with_their_organisations(reviewing: Watch) -> None:
    office = reviewing.office
    task = office.task_id("review")
    asked = [office.world.people[who] for who in ("superior_clerk", "superior_manager")]
    with office.db.write() as session:
        county = session.scalars(select(Organisation.id).where(Organisation.code == "U-C")).one()
        session.add_all(
            Opinion(
                case_id=office.case_id,
                task_id=task,
                kind="before",
                person_id=person,
                organisation_id=county,
                asked_at=office.now,
                status=OpinionStatus.OPEN,
            )
            for person in asked
        )
    row = reviewing.row(step="review")
    assert "征求意见已有 0 人表态，还缺 孙晓燕（新安县总工会）、李卫东（新安县总工会）" in row.sentence.zh
    assert {holder.name for holder in row.holders} == {"孙晓燕", "李卫东"}
    assert reviewing.steps(person=asked[0]) == ["review"]
    with office.db.write() as session:
        session.execute(update(Opinion).where(Opinion.person_id == asked[0]).values(status=OpinionStatus.ANSWERED))
    assert "征求意见已有 1 人表态，还缺 李卫东（新安县总工会）" in reviewing.row(step="review").sentence.zh


def test_a_relation_nobody_was_named_for_is_said(reviewing: Watch) -> None:
    with reviewing.office.db.write() as session:
        session.execute(update(Organisation).where(Organisation.code == "P-1").values(valid_to=date(2020, 1, 2)))
    assert "尚未登记的单位" in reviewing.row(step="opinion").sentence.zh

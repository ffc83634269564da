"""From notices to messages: the right people, one message instead of many, at the right hour, and nothing personal."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from tests.notifications.conftest import SITE, Told
from workflows.engine.operations import OFFICE_ZONE
from workflows.notifications.dispatch import dispatch
from workflows.storage import Database
from workflows.storage.cases import Notice
from workflows.storage.notifications import Message
from workflows.storage.organisations import Account, Person, Post, Proxy

ALL_HOURS = {"quiet_from": 0, "quiet_to": 0, "working_days_only": False}


def beijing(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=OFFICE_ZONE).astimezone(UTC)


def test_a_notice_to_a_role_reaches_whoever_holds_it_today_and_has_a_channel(told: Told) -> None:
    county = told.tell(organisation_id=organisation(told, "superior_leader"), role="leader")
    told.channel("superior_leader")
    told.channel("superior_leader_2", "wecom")
    told.channel("superior_manager")
    with told.db.write() as session:
        left = session.scalars(select(Post).where(Post.person_id == told.person("superior_leader_2"))).one()
        left.valid_to = date(2026, 3, 1)
    assert told.dispatch() == 1
    (message,) = told.messages()
    assert (message.person_id, message.notices) == (told.person("superior_leader"), [county])


def organisation(told: Told, who: str) -> int:
    with told.db.read() as session:
        return session.scalars(select(Post).where(Post.person_id == told.person(who))).one().organisation_id


def test_every_channel_of_a_person_gets_its_own_message_once(told: Told) -> None:
    notice = told.tell("zone_secretary")
    first, second = told.channel("zone_secretary"), told.channel("zone_secretary", "feishu")
    assert told.dispatch() == 2
    assert told.dispatch() == 0
    assert [(m.channel_id, m.message_id) for m in told.messages()] == [
        (first, f"<notice-{notice}.channel-{first}@test.cn>"),
        (second, f"<notice-{notice}.channel-{second}@test.cn>"),
    ]


def test_without_a_channel_it_stays_in_the_application_and_is_not_sent_later(told: Told) -> None:
    told.tell("zone_secretary")
    assert told.dispatch() == 0
    told.channel("zone_secretary")
    assert told.dispatch() == 0
    with told.db.read() as session:
        assert not session.scalars(select(Notice).where(Notice.dispatched_at.is_(None))).all()


def test_what_was_read_already_is_not_sent(told: Told) -> None:
    told.tell("zone_secretary", read_at=told.office.now)
    told.channel("zone_secretary")
    assert told.dispatch() == 0


def test_a_superior_gets_one_message_instead_of_thirty(told: Told) -> None:
    told.channel("superior_leader")
    ids = [told.tell("superior_leader", "reply_entered", data={"step": "review"}) for _ in range(30)]
    assert told.dispatch() == 1
    (message,) = told.messages()
    assert message.notices == ids
    assert message.subject == "【建会】30 条通知"
    assert message.body.count("“审核”的书面回复已录入，等待确认。") == 20
    assert "另有 10 条，请登录查看。" in message.body


def test_what_comes_at_night_is_gathered_until_the_morning(told: Told) -> None:
    told.channel("superior_leader")
    told.at(beijing(10, 21)).tell("superior_leader")
    told.dispatch()
    told.at(beijing(11, 0)).tell("superior_leader")
    assert told.dispatch() == 0
    (message,) = told.messages()
    assert (len(message.notices), message.due_at) == (2, beijing(11, 8))
    assert told.at(beijing(11, 7)).deliver().sent == 0
    assert told.at(beijing(11, 8)).deliver().sent == 1
    told.tell("superior_leader")
    assert told.dispatch() == 1  # what was sent is never changed
    assert told.messages()[1].due_at == beijing(11, 8)


def test_a_digest_gathers_a_day(told: Told) -> None:
    told.channel("zone_secretary", digest=True, digest_hour=16)
    for hour in (17, 18, 19):
        told.at(beijing(12, hour)).tell("zone_secretary")
        told.dispatch()
    told.at(beijing(13, 10)).tell("zone_secretary")
    told.dispatch()
    (message,) = told.messages()
    assert (len(message.notices), message.due_at) == (4, beijing(13, 16))
    assert told.at(beijing(13, 16)).deliver().sent == 1
    told.tell("zone_secretary")
    told.wait(minutes=1)
    told.dispatch()
    assert told.messages()[1].due_at == beijing(16, 16)  # Friday's are read on Monday


def test_whoever_stands_in_is_told_too_in_the_procedures_they_stand_in_for(told: Told) -> None:
    told.channel("superior_clerk")
    told.channel("zone_secretary_2")
    with told.db.write() as session:
        for proxy, procedures in (("superior_clerk", ["review"]), ("zone_secretary_2", ["zone_union"])):
            session.add(
                Proxy(
                    principal_id=told.person("superior_leader"),
                    proxy_id=told.person(proxy),
                    valid_from=date(2026, 3, 1),
                    valid_to=date(2026, 3, 31),
                    procedures=procedures,
                    created_at=told.office.now,
                    created_by_id=told.person("superior_leader"),
                )
            )
    told.tell(organisation_id=organisation(told, "superior_leader"), role="leader")
    told.dispatch()
    assert [message.person_id for message in told.messages()] == [told.person("superior_clerk")]
    told.at(beijing(1, 9, month=4)).tell(organisation_id=organisation(told, "superior_leader"), role="leader")
    assert told.dispatch() == 0


def test_a_message_speaks_the_persons_language_and_links_to_the_case(told: Told) -> None:
    with told.db.write() as session:
        person_id = told.person("zone_secretary")
        session.add(
            Account(
                person_id=person_id, username="liu", password_hash="x", must_change=False, session_key="k", locale="en"
            )
        )
    told.channel("zone_secretary", **ALL_HOURS)
    told.tell("zone_secretary", "task_returned", data={"step": "file", "opinion": "李某身份证号有误"})
    told.dispatch()
    (message,) = told.messages()
    number = told.office.case().number
    assert message.subject == f"[Jianhui] 新安县产业集聚区工会办公室: Review ({number})"
    assert "was sent back; change it and submit it again." in message.body
    assert f"https://jianhui.example.cn/cases/{told.office.case_id}" in message.body
    assert "身份证" not in message.body  # what somebody wrote stays in the application


def test_nobody_whose_account_is_ended_is_written_to(told: Told) -> None:
    with told.db.write() as session:
        person_id = told.person("zone_secretary")
        session.add(Account(person_id=person_id, username="liu", password_hash="x", session_key="k", active=False))
    told.channel("zone_secretary")
    told.tell("zone_secretary")
    assert told.dispatch() == 0


def test_people_of_the_same_name_in_two_organisations_are_two_people(told: Told) -> None:
    with told.db.write() as session:
        for who in ("zone_secretary", "other_zone_secretary"):
            session.get_one(Person, told.person(who)).name = "张伟"
        told_id = told.person("zone_secretary")
    told.channel("zone_secretary", address="one@example.cn")
    told.channel("other_zone_secretary", address="two@example.cn")
    told.tell(organisation_id=organisation(told, "zone_secretary"), role="secretary")
    told.dispatch()
    assert [message.person_id for message in told.messages()] == [told_id]


def test_workers_at_once_take_each_notice_up_once(told: Told) -> None:
    told.channel("superior_leader", **ALL_HOURS)
    told.channel("superior_leader", "wecom")
    ids = {told.tell("superior_leader") for _ in range(12)}
    begin = threading.Barrier(4)

    def dispatching() -> None:
        database = Database(told.db.url.render_as_string(hide_password=False))
        begin.wait()
        dispatch(database, told.office.now + timedelta(minutes=1), SITE)
        database.dispose()

    threads = [threading.Thread(target=dispatching) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with told.db.read() as session:
        for channel in {message.channel_id for message in session.scalars(select(Message))}:
            rows = session.scalars(select(Message.notices).where(Message.channel_id == channel)).all()
            assert sorted(notice for row in rows for notice in row) == sorted(ids)

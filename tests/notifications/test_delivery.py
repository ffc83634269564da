"""Sending: at least once with the same id, once by however many workers, and nothing that fails holds up the rest."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.notifications.conftest import KINDS, Told
from workflows.engine.operations import OFFICE_ZONE
from workflows.notifications import outbox
from workflows.notifications.carriers import Letter
from workflows.notifications.delivery import ATTEMPTS_AT_MOST, Delivered, deliver, pause_after
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.notifications import Channel
from workflows.storage.organisations import Post

ALL_HOURS = {"quiet_from": 0, "quiet_to": 0, "working_days_only": False}


@pytest.fixture
def everybody(told: Told) -> Told:
    """Four people, each by another kind of channel, and one thing said to each."""
    people = ("zone_secretary", "superior_leader", "superior_leader_2", "party_leader")
    for who, kind in zip(people, KINDS, strict=True):
        told.channel(who, kind, address=who, **ALL_HOURS)
        told.tell(who)
    assert told.dispatch() == 4
    return told


def test_what_is_due_is_sent_once_and_marked(everybody: Told) -> None:
    assert everybody.deliver() == Delivered(sent=4)
    assert everybody.deliver() == Delivered()
    assert {letter.address for letter in everybody.post.letters} == {
        *("zone_secretary", "superior_leader", "superior_leader_2", "party_leader")
    }
    assert all(message.sent_at and message.attempts == 1 for message in everybody.messages())


def test_a_channel_that_is_down_for_an_hour_loses_nothing_and_keeps_nobody_waiting(everybody: Told) -> None:
    everybody.post.down = {"mail"}
    assert everybody.deliver() == Delivered(sent=3, postponed=1)
    channel_id = everybody.messages()[0].channel_id
    assert everybody.channel_row(channel_id).failing_since == everybody.office.now
    for _ in range(6):
        everybody.wait(minutes=10)
        everybody.tell("zone_secretary")
        everybody.tell("superior_leader")
        everybody.dispatch()
        assert everybody.deliver().sent == 1
    everybody.post.down = set()
    everybody.wait(minutes=40)
    assert everybody.deliver().sent == 7
    assert len(everybody.post.to("zone_secretary")) == 7
    assert everybody.channel_row(channel_id).failing_since is None
    assert not [message for message in everybody.messages() if message.sent_at is None]


def test_one_attempt_in_a_run_tells_that_the_mail_server_is_down(told: Told) -> None:
    for who in ("zone_secretary", "superior_leader", "party_leader"):
        told.channel(who, **ALL_HOURS)
        told.tell(who)
    told.dispatch()
    told.post.down = {"mail"}
    assert told.deliver() == Delivered(postponed=1)
    assert told.post.attempts == 1


def test_a_poisoned_message_does_not_hold_up_the_rest(told: Told) -> None:
    told.channel("zone_secretary", "wecom", **ALL_HOURS)
    told.tell("zone_secretary", "correction_requested", data={"step": "poison"})
    told.dispatch()

    def breaks(letter: Letter) -> bool:
        if "poison" in letter.body:
            raise ZeroDivisionError
        return False

    told.post.refuses = breaks
    assert told.deliver() == Delivered(postponed=1)
    for _ in range(5):
        told.wait(minutes=5)
        told.tell("zone_secretary")
        told.dispatch()
        assert told.deliver().sent == 1
    poisoned = told.messages()[0]
    assert (poisoned.sent_at, poisoned.last_error) == (None, "failed ZeroDivisionError")
    assert len(told.post.letters) == 5


def test_pauses_grow_from_a_minute_to_six_hours(everybody: Told) -> None:
    assert [pause_after(n) for n in (1, 2, 3, 9)] == [timedelta(minutes=m) for m in (1, 2, 4, 256)]
    assert pause_after(10) == pause_after(1000) == timedelta(hours=6)
    everybody.post.down = {"feishu"}
    now = everybody.office.now
    everybody.deliver()
    message = everybody.messages()[3]
    assert (message.attempts, message.due_at, message.last_error) == (1, now + timedelta(minutes=1), "unreachable")


def test_after_three_days_it_is_given_up_and_its_person_and_the_administrators_hear_of_it(told: Told) -> None:
    with told.db.write() as session:
        office = session.get_one(Post, 1).organisation_id
        clerk = Post(
            person_id=told.person("superior_clerk"),
            organisation_id=office,
            role="administrator",
            valid_from=told.office.today,
        )
        session.add(clerk)
    told.channel("zone_secretary", "dingtalk", address="0123456789", **ALL_HOURS)
    first = told.tell("zone_secretary")
    told.post.down = {"dingtalk"}
    told.dispatch()
    while not (given_up := told.deliver().given_up):
        told.wait(hours=1)
        assert told.office.now < datetime(2026, 3, 14, tzinfo=UTC)
    assert given_up == 1
    own, administrators = told.notices("channel_failed")
    assert (own.person_id, administrators.organisation_id, administrators.role) == (
        told.person("zone_secretary"),
        office,
        "administrator",
    )
    assert "钉钉（…6789）连续三天未能送达" in own.data["text"]["zh"]
    assert told.messages()[0].notices == [first]
    told.tell("zone_secretary")  # what follows is tried still, and nobody is told twice
    told.dispatch()
    told.deliver()
    told.wait(days=4)
    told.deliver()
    assert len(told.notices("channel_failed")) == 2
    assert told.dispatch() == 0  # the notice about the channel does not go out by it


def test_a_message_no_server_takes_is_given_up_after_enough_attempts(told: Told) -> None:
    told.channel("zone_secretary", **ALL_HOURS)
    told.channel("zone_secretary", "wecom", address="wecom")
    told.tell("zone_secretary", "correction_requested", data={"step": "poison"})
    told.dispatch()
    told.post.refuses = lambda letter: "poison" in letter.body and "@" in letter.address
    for _ in range(ATTEMPTS_AT_MOST):
        told.tell("zone_secretary")
        told.dispatch()
        told.deliver()
        told.wait(hours=7)
    assert told.messages()[0].failed_at is not None
    assert told.messages()[0].attempts <= ATTEMPTS_AT_MOST
    assert len(told.post.to("wecom")) == ATTEMPTS_AT_MOST + 1


def test_several_workers_send_a_message_once(everybody: Told) -> None:
    for _ in range(8):
        everybody.tell("zone_secretary")
        everybody.dispatch()
    begin, lock = threading.Barrier(4), threading.Lock()
    total: list[int] = []

    def delivering() -> None:
        database = Database(everybody.db.url.render_as_string(hide_password=False))
        begin.wait()
        sent = deliver(database, everybody.office.now, everybody.post.carriers).sent
        with lock:
            total.append(sent)
        database.dispose()

    threads = [threading.Thread(target=delivering) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    ids = [letter.message_id for letter in everybody.post.letters]
    assert sum(total) == len(ids) == len(set(ids)) == 12


def test_the_office_works_while_a_service_hangs(everybody: Told) -> None:
    """Nothing is locked while the network is talked to: not even SQLite's one lock."""
    hangs, go_on = threading.Event(), threading.Event()

    def hang(letter: Letter) -> bool:
        hangs.set()
        assert go_on.wait(30)
        return False

    everybody.post.refuses = hang
    delivering = threading.Thread(target=everybody.deliver)
    delivering.start()
    assert hangs.wait(30)
    everybody.office.decide("zone_secretary", "file")
    go_on.set()
    delivering.join(30)
    assert len(everybody.post.letters) == 4


def test_a_sweep_that_comes_late_at_night_waits_for_the_morning(told: Told) -> None:
    told.channel("zone_secretary")
    told.tell("zone_secretary")
    told.dispatch()
    told.at(datetime(2026, 3, 9, 23, tzinfo=OFFICE_ZONE).astimezone(UTC))
    assert told.deliver() == Delivered()
    morning = datetime(2026, 3, 10, 8, tzinfo=OFFICE_ZONE).astimezone(UTC)
    assert told.messages()[0].due_at == morning
    assert told.at(morning).deliver().sent == 1


def test_a_kind_this_server_cannot_send_waits_and_says_why(everybody: Told) -> None:
    carriers = {kind: carry for kind, carry in everybody.post.carriers.items() if kind != "mail"}
    assert deliver(everybody.db, everybody.office.now, carriers) == Delivered(sent=3, postponed=1)
    assert everybody.messages()[0].last_error == "not_set_up"


def test_the_administrator_sees_what_waits_and_sends_it_again(everybody: Told) -> None:
    everybody.post.down = {"mail"}
    everybody.deliver()
    everybody.wait(minutes=20)
    with everybody.db.read() as session:
        seen = outbox.overview(session, everybody.office.now)
    assert (seen.late, seen.sent, seen.given_up, seen.held) == (1, 3, 0, 0)
    (failing,) = seen.failing
    assert (failing.kind, failing.last_error, failing.waiting, failing.person.name) == (
        "mail",
        "unreachable",
        1,
        "刘芳",
    )
    with everybody.db.write() as session:
        message = everybody.messages()[0]
        session.get_one(type(message), message.id).failed_at = everybody.office.now
    everybody.post.down = set()
    assert everybody.deliver().sent == 0
    with everybody.db.write() as session:
        actor = actor_of(session, everybody.person("superior_manager"), everybody.office.today)
        assert outbox.retry(session, actor, now=everybody.office.now, channel_id=failing.channel_id) == 1
        assert outbox.retry(session, actor, now=everybody.office.now, channel_id=999) == 0
    assert everybody.deliver().sent == 1
    with everybody.db.read() as session:
        assert outbox.overview(session, everybody.office.now).failing == ()
        assert session.get_one(Channel, failing.channel_id).last_error == ""

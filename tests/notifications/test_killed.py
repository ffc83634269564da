"""kill -9 of a worker: a message that was under way is sent once more with the same id, and no other."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notifications.conftest import Told
from tests.notifications.sinks import MailSink, mail_sink
from tests.test_worker import mark_as_current

ROOT = Path(__file__).resolve().parents[2]
ALL_HOURS = {"quiet_from": 0, "quiet_to": 0, "working_days_only": False}
ROUNDS = 4


@pytest.fixture
def mails() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


def worker(told: Told, mails: MailSink, folder: Path) -> subprocess.Popen[bytes]:
    """`jianhui worker --once` at the time of the test."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JIANHUI_DATABASE": told.db.url.render_as_string(hide_password=False),
        "JIANHUI_DATA": str(folder),
        "JIANHUI_DEMO": "1",
        "JIANHUI_NOW": told.office.now.isoformat(),
        "JIANHUI_BASE_URL": "https://jianhui.example.cn",
        "JIANHUI_SMTP_URL": f"smtp://127.0.0.1:{mails.port}?from=office@example.cn&tls=none",
    }
    command = [sys.executable, "-m", "webapp.cli", "--lang", "en", "worker", "--once"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)


def sender(told: Told, mails: MailSink) -> subprocess.Popen[bytes]:
    """A process that does nothing else than to send, and is ready sooner."""
    url, now = told.db.url.render_as_string(hide_password=False), told.office.now.isoformat()
    command = [sys.executable, "-m", "tests.notifications.sender", url, now, str(mails.port)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def said_by(process: subprocess.Popen[bytes]) -> str:
    out, _ = process.communicate(timeout=120)
    return out.decode()


def ids(mails: MailSink) -> list[str]:
    return [str(mail["Message-ID"]) for _, _, mail in mails.mails]


def test_killed_between_sending_and_writing_it_down_the_same_message_is_sent_again(
    told: Told, mails: MailSink, tmp_path: Path
) -> None:
    mark_as_current(told.db)
    told.channel("zone_secretary", **ALL_HOURS)
    notice = told.tell("zone_secretary")
    process = worker(told, mails, tmp_path)
    mails.taken = process.kill
    assert said_by(process) == ""
    assert process.returncode != 0
    assert len(mails.mails) == 1
    mails.taken = lambda: None
    assert "0 messages sent" in said_by(
        worker(told, mails, tmp_path)
    )  # who knows whether the other one still sends it?
    told.wait(minutes=6)
    assert "1 messages sent" in said_by(worker(told, mails, tmp_path))
    told.wait(days=1)
    assert "0 messages sent" in said_by(worker(told, mails, tmp_path))
    (first, again) = ids(mails)
    assert first == again == f"<notice-{notice}.channel-1@jianhui.example.cn>"
    assert f"https://jianhui.example.cn/cases/{told.office.case_id}" in mails.mails[0][2].get_content()


def test_killed_at_any_moment_nothing_is_lost_and_at_most_one_is_repeated_each_time(
    told: Told, mails: MailSink
) -> None:
    people = (
        "zone_secretary",
        "superior_leader",
        "superior_leader_2",
        "party_leader",
        "superior_clerk",
        "superior_manager",
    )
    for who in people:
        told.channel(who, **ALL_HOURS)
    chance = random.Random(20261123)
    for _ in range(ROUNDS):
        for who in people:
            told.tell(who)
        seen, wanted = len(mails.mails), chance.randrange(1, 5)
        process = sender(told, mails)
        while len(mails.mails) < seen + wanted and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.wait()
        told.wait(minutes=6)
    told.wait(minutes=6)
    assert sender(told, mails).wait(60) == 0
    sent = Counter(ids(mails))
    assert set(sent) == {message.message_id for message in told.messages()}
    assert sum(sent.values()) - len(sent) <= ROUNDS
    assert all(message.sent_at for message in told.messages())
    notices = [notice for message in told.messages() for notice in message.notices]
    assert len(notices) == len(set(notices)) == ROUNDS * len(people)

"""kill -9 in the middle of actions: what was acknowledged is there, and nothing is half done."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.durability.office import Office

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 10


class Worker:
    """The process that acts, and what it said so far."""

    def __init__(self, url: str, name: str) -> None:
        command = [sys.executable, "-m", "tests.durability.worker", url, name]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._said, self._complaint = self._process.stdout, self._process.stderr
        self._heard = ""
        assert self._said.readline() == "ready\n", self._complaint.read()

    def let_act(self, actions: int) -> None:
        """Wait until it acknowledged so many actions, however slow the machine is."""
        while self._heard.count("done ") < actions:
            line = self._said.readline()
            assert line, self._complaint.read()
            self._heard += line

    def kill(self) -> list[tuple[str, str]]:
        """Kill it without warning; answers its lines as (word, key). A line it could not finish is no word."""
        self._process.kill()
        self._process.wait()
        with self._said, self._complaint:
            said, complaint = self._heard + self._said.read(), self._complaint.read()
        assert not complaint, complaint
        whole = said[: said.rfind("\n") + 1].splitlines()
        return [(word, key) for word, _, key in (line.partition(" ") for line in whole)]


def test_an_acknowledged_action_survives_a_kill_and_none_is_half_done(sqlite_office: Office) -> None:
    url = sqlite_office.db.url.render_as_string(hide_password=False)
    chance = random.Random(20261123)
    tried, acknowledged = set(), set()
    for number in range(ROUNDS):
        worker = Worker(url, f"w{number}")
        worker.let_act(chance.randrange(4))
        time.sleep(chance.uniform(0.0, 0.03))  # into the middle of one
        said = worker.kill()
        tried |= {key for word, key in said if word == "trying"}
        acknowledged |= {key for word, key in said if word == "done"}
        assert acknowledged <= sqlite_office.keys() <= tried
        sqlite_office.assert_whole()
    assert acknowledged
    assert len(sqlite_office.keys() - acknowledged) <= number + 1  # at most the one that was under way each time


def test_processes_killed_while_they_compete_leave_a_whole_record(sqlite_office: Office) -> None:
    url = sqlite_office.db.url.render_as_string(hide_password=False)
    workers = [Worker(url, f"rival{number}") for number in range(3)]
    for worker in workers:
        worker.let_act(2)
    acknowledged = {key for worker in workers for word, key in worker.kill() if word == "done"}
    assert acknowledged <= sqlite_office.keys()
    sqlite_office.assert_whole()

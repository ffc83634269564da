"""A process that acts until it is killed: `python -m tests.durability.worker <database> <name>`.

Before each action it prints "trying <key>", then "done <key>" once the database has acknowledged it, or "late <key>" when
another process was faster.
"""

from __future__ import annotations

import itertools
import sys

from tests.durability.office import Office, opened
from workflows.errors import Conflict

WHO = {"file": "刘芳", "review": "王志强", "opinion": "陈建国", "reply": "王志强"}
ROUNDS_BEFORE_APPROVAL = 3


def main(url: str, name: str) -> None:
    with opened(url) as office:
        say("ready")
        for number in itertools.count():
            key = f"{name}-{number}"
            say("trying", key)
            try:
                act(office, key, number)
            except Conflict:
                say("late", key)
            else:
                say("done", key)


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def act(office: Office, key: str, number: int) -> None:
    """The next thing to do in the office: the oldest open task, or a new case."""
    waiting = office.open_tasks()
    if not waiting:
        office.start(key)
        return
    task_id, step = waiting[0]
    returned = step == "review" and number % ROUNDS_BEFORE_APPROVAL
    outcome = {"review": "return" if returned else "approve"}.get(step, "done")
    office.decide(WHO[step], task_id, outcome, key, opinion="补充材料" if returned else "")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""However many cases an office has, an export needs the memory for a few."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import undefer

from tests.cases.conftest import Office
from tests.event_log.logs import NOW, SECRET
from workflows import event_log
from workflows.event_log.traces import CASES_AT_ONCE
from workflows.storage.base import Base
from workflows.storage.cases import Case, Task
from workflows.storage.events import Event

FEW, MANY = 2 * CASES_AT_ONCE, 12 * CASES_AT_ONCE


def multiply(office: Office, upto: int) -> None:
    """Copy the one case, with its tasks and events, until there are so many."""
    with office.db.write() as session:
        first = session.scalars(select(Case).order_by(Case.id).options(undefer(Case.state))).first()
        assert first is not None
        have = len(session.scalars(select(Case.id)).all())
        tasks = session.scalars(select(Task).where(Task.case_id == first.id).order_by(Task.id)).all()
        events = session.scalars(select(Event).where(Event.case_id == first.id).order_by(Event.sequence)).all()
        wide = 1_000_000
        for number in range(have + 1, upto + 1):
            case = {**_row(first), "id": wide + number, "number": f"建会〔2027〕{number}号", "status": "withdrawn"}
            session.execute(insert(Case), [case])
            ids = {task.id: wide + 100 * number + place for place, task in enumerate(tasks)}
            parents = [
                {**_row(task), "id": ids[task.id], "case_id": case["id"], "parent_id": ids.get(task.parent_id or 0)}
                for task in tasks
            ]
            session.execute(insert(Task), parents)
            copies = [
                {
                    **{name: value for name, value in _row(event).items() if name not in ("id", "key")},
                    "chain": f"case:{case['id']}",
                    "case_id": case["id"],
                    "task_id": ids.get(event.task_id or 0),
                }
                for event in events
            ]
            session.execute(insert(Event), copies)


def _row(row: Base) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}


def taken(office: Office, fmt: str) -> tuple[int, int]:
    """The most memory an export needs beyond what was there before, and how long the log is; both in bytes.

    What waits for the collector is collected on the way, so that only what the export holds on to is measured.
    """
    with event_log.snapshot(office.db) as session:
        gc.collect()
        gc.freeze()  # the collector need not look again at what was there before
        tracemalloc.start()
        try:
            length = 0
            for number, piece in enumerate(event_log.export(session, None, fmt=fmt, secret=SECRET, now=NOW)):
                length += len(piece)
                if number % 250 == 0:
                    gc.collect()
            return tracemalloc.get_traced_memory()[1], length
        finally:
            tracemalloc.stop()
            gc.unfreeze()


@pytest.mark.parametrize("fmt", ["xes", "ocel"])
def test_memory_does_not_grow_with_the_number_of_cases(reviewed: Office, fmt: str) -> None:
    multiply(reviewed, FEW)
    taken(reviewed, fmt)  # what is loaded once and kept is loaded now
    little, short = taken(reviewed, fmt)
    multiply(reviewed, MANY)
    much, long = taken(reviewed, fmt)
    assert long > 5 * short
    assert much < 1.5 * little

"""The floor: what an action cannot do without.

Bare SpiffWorkflow with its own parser and its own serializer (the definition inside every state, as it comes), and one
plain transaction of the rows that the same action of ours wrote, through the bare driver, into tables with the same
indexes and with the same durability.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from tests.bench.world import PROCEDURE, World
from workflows.storage import Database

PROCESS = "review_process"
Row = dict[str, Any]
Statement = tuple[str, Sequence[Any]]

_DECIDED = ("status", "answers", "outcome", "opinion", "closed_at", "closed_by_id", "closed_for_id", "draft")
_MOVED = ("status", "ended_at", "end", "version", "last_sequence", "last_hash")


class Plain:
    """A database through its driver alone."""

    def __init__(self, database: Database) -> None:
        self.sqlite = database.is_sqlite
        self._connection: Any
        if self.sqlite:
            self._connection = sqlite3.connect(database.url.database or "", isolation_level=None)
            for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
                self._connection.execute(f"PRAGMA {setting}")
        else:
            address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(address)

    def rows(self, table: str, condition: str, *values: Any) -> list[Row]:
        """Whole rows, in the order of their ids."""
        cursor = self._connection.execute(self._text(f"SELECT * FROM {table} WHERE {condition} ORDER BY id"), values)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if not self.sqlite:
            self._connection.rollback()
        return found

    def begin(self) -> None:
        if self.sqlite:
            self._connection.execute("BEGIN IMMEDIATE")

    def state_of(self, case_id: int) -> bytes:
        """The state of a case, whose row stays locked until the end of the transaction."""
        lock = "" if self.sqlite else " FOR UPDATE"
        statement = self._text(f"SELECT state FROM cases WHERE id = ?{lock}")
        return bytes(self._connection.execute(statement, (case_id,)).fetchone()[0])

    def insert(self, table: str, row: Row) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self._connection.execute(
            self._text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), [_plain(v) for v in row.values()]
        )

    def update(self, table: str, row: Row, names: Sequence[str]) -> None:
        changes = ", ".join(f'"{name}" = ?' for name in names)
        values = [*(_plain(row[name]) for name in names), row["id"]]
        self._connection.execute(self._text(f"UPDATE {table} SET {changes} WHERE id = ?"), values)

    def commit(self) -> None:
        self._connection.commit() if not self.sqlite else self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def _text(self, statement: str) -> str:
        return statement if self.sqlite else statement.replace("?", "%s")


def _plain(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


@dataclass
class Written:
    """The rows one of our actions left behind."""

    case: Row
    decided: list[Row]
    opened: list[Row]
    events: list[Row]
    notices: list[Row]


class Floor:
    """The bare actions, on a database of their own that holds the same world."""

    def __init__(self, world: World, ours: World) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_file(str(PROCEDURE / "process.bpmn"))
        self._specs = parser.get_spec(PROCESS), parser.get_subprocess_specs(PROCESS)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self._plain = Plain(world.database)
        self._ours = Plain(ours.database)
        self._seen = dict.fromkeys(("tasks", "events", "notices"), 0)
        self._look()

    def close(self) -> None:
        self._plain.close()
        self._ours.close()

    def start(self, case_id: int) -> Callable[[], None]:
        """The bare start of the case that ours has just started."""
        written = self._written(case_id, ())

        def bare() -> None:
            workflow = BpmnWorkflow(*self._specs)
            workflow.do_engine_steps()
            self._plain.begin()
            self._plain.insert("cases", {**written.case, "state": self._saved(workflow)})
            self._append(written)
            self._plain.commit()

        return bare

    def complete(self, case_id: int, task_id: int, step: str, outcome: str) -> Callable[[], None]:
        """The bare completion of the step that ours has just completed."""
        written = self._written(case_id, (task_id,))

        def bare() -> None:
            self._plain.begin()
            workflow = self._serializer.deserialize_json(self._plain.state_of(case_id).decode())
            task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.name == step)
            task.data[step] = outcome
            task.run()
            workflow.do_engine_steps()
            self._plain.update("cases", {**written.case, "state": self._saved(workflow)}, ("state", *_MOVED))
            for row in written.decided:
                self._plain.update("tasks", row, _DECIDED)
            self._append(written)
            self._plain.commit()

        return bare

    def state_size(self, case_id: int) -> int:
        """Bytes of the bare engine's state as it is stored."""
        size = len(self._plain.state_of(case_id))
        if not self._plain.sqlite:
            self._plain.commit()
        return size

    def _saved(self, workflow: Any) -> bytes:
        return str(self._serializer.serialize_json(workflow)).encode()

    def _append(self, written: Written) -> None:
        for table, rows in (("tasks", written.opened), ("events", written.events), ("notices", written.notices)):
            for row in rows:
                self._plain.insert(table, row)

    def _written(self, case_id: int, task_ids: Sequence[int]) -> Written:
        """What our action wrote since the last look."""
        case = self._ours.rows("cases", "id = ?", case_id)[0]
        decided = [row for each in task_ids for row in self._ours.rows("tasks", "id = ?", each)]
        new = self._look()
        opened = [row | {"status": "open"} for row in new["tasks"]]
        return Written(case, decided, opened, new["events"], new["notices"])

    def _look(self) -> dict[str, list[Row]]:
        new = {table: self._ours.rows(table, "id > ?", last) for table, last in self._seen.items()}
        for table, rows in new.items():
            self._seen[table] = max((row["id"] for row in rows), default=self._seen[table])
        return new

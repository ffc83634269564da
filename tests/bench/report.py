"""The findings as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench.counting import Sent
from tests.bench.measures import Times
from tests.bench.run import MONITORED, Found, Levels
from tests.bench.world import SUPERIOR

AIMS = (
    "Aims: completing over HTTP ≤ 4 × floor, ≤ 12 statements, 1 commit, ≤ 5 tables; "
    "my work ≤ 15 ms at 10,000 open cases; monitor ≤ 150 ms at 2,000."
)

WIDTH = 110


def as_json(findings: list[Found]) -> dict[str, Any]:
    """Times in milliseconds, sizes in bytes."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "databases": [_one(f) for f in findings]}


def show(findings: list[Found]) -> None:
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(_actions(findings))
    console.print(_reads(findings))
    console.print(_monitor(findings))
    console.print(_sizes(findings))
    console.print(AIMS, style="dim")


def _one(found: Found) -> dict[str, Any]:
    return {
        "database": found.name,
        "rounds": found.finished,
        **{
            kind: {
                "http": _times(levels.http)
                | {"to_floor": _ratio(levels.http, levels.floor)}
                | _sent(found, f"{kind} http"),
                "workflows": _times(levels.workflows)
                | {"to_floor": _ratio(levels.workflows, levels.floor)}
                | _sent(found, f"{kind} workflows"),
                "floor": _times(levels.floor),
            }
            for kind, levels in _kinds(found)
        },
        "my_work": [
            {
                "open_cases": found.open_cases,
                "own_tasks": found.my_work_length[who],
                "http": _times(levels.http),
                "workflows": _times(levels.workflows),
                "statements": len(found.my_work_sent[who].statements),
            }
            for who, levels in found.my_work.items()
        ],
        "monitor": {
            "open_cases": MONITORED,
            "http": _times(found.monitor.http),
            "workflows": _times(found.monitor.workflows),
            "statements": len(found.monitor_sent.statements),
        },
        "state_bytes": found.state_bytes,
        "bare_state_bytes": found.bare_state_bytes,
        "disk_bytes_per_finished_case": round(found.bytes_per_case),
    }


def _kinds(found: Found) -> tuple[tuple[str, Levels], ...]:
    return ("start", found.start), ("complete", found.complete)


def _times(times: Times) -> dict[str, float]:
    return {"median": round(times.median, 2), "p95": round(times.p95, 2), "times": len(times.seconds)}


def _ratio(times: Times, floor: Times) -> float:
    return round(times.median / floor.median, 2)


def _sent(found: Found, kind: str) -> dict[str, Any]:
    sent = found.sent[kind]
    return {
        "statements": _most(sent, "statements"),
        "commits": max(s.commits for s in sent),
        "tables": _most(sent, "tables"),
    }


def _most(sent: list[Sent], what: str) -> int:
    return max(len(getattr(each, what)) for each in sent)


def _actions(findings: list[Found]) -> Table:
    table = Table(
        "", "", "median ms", "p95 ms", "× floor", "statements", "commits", "tables", title="Actions", box=box.SIMPLE
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for found in findings:
        for kind, levels in _kinds(found):
            for level in ("http", "workflows", "floor"):
                times: Times = getattr(levels, level)
                row = [f"{times.median:.2f}", f"{times.p95:.2f}", f"{_ratio(times, levels.floor):.2f}"]
                if level != "floor":
                    counts = _sent(found, f"{kind} {level}")
                    row += [str(counts[name]) for name in ("statements", "commits", "tables")]
                title = {"http": "over HTTP", "workflows": "workflows", "floor": "floor"}[level]
                table.add_row(f"{found.name}, {kind}" if level == "http" else "", title, *row)
        table.add_section()
    return table


def _reads(findings: list[Found]) -> Table:
    table = Table("", "own tasks", "HTTP median", "p95", "workflows median", "p95", "statements", box=box.SIMPLE)
    table.title = f"My work with {findings[0].open_cases:,} open cases (ms)"
    for column in table.columns[1:]:
        column.justify = "right"
    for found in findings:
        for who, levels in found.my_work.items():
            title = f"{found.name}, " + ("all of them are one's own" if who == SUPERIOR else "those of one zone are")
            times = (levels.http.median, levels.http.p95, levels.workflows.median, levels.workflows.p95)
            statements = len(found.my_work_sent[who].statements)
            table.add_row(title, str(found.my_work_length[who]), *(f"{ms:.2f}" for ms in times), str(statements))
    return table


def _monitor(findings: list[Found]) -> Table:
    table = Table("", "HTTP median", "p95", "workflows median", "p95", "statements", box=box.SIMPLE)
    table.title = f"Monitor with {MONITORED:,} open cases: numbers and the ten worst (ms)"
    for column in table.columns[1:]:
        column.justify = "right"
    for found in findings:
        http, workflows = found.monitor.http, found.monitor.workflows
        times = (http.median, http.p95, workflows.median, workflows.p95)
        table.add_row(found.name, *(f"{ms:.2f}" for ms in times), str(len(found.monitor_sent.statements)))
    return table


def _sizes(findings: list[Found]) -> Table:
    table = Table("", "state", "bare state", "disk per finished case", title="Sizes (kB)", box=box.SIMPLE)
    for column in table.columns[1:]:
        column.justify = "right"
    for found in findings:
        sizes = (found.state_bytes, found.bare_state_bytes, found.bytes_per_case)
        table.add_row(found.name, *(f"{each / 1000:.1f}" for each in sizes))
    return table

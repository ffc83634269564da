"""`python -m tests.bench [--rounds N] [--json] [--database sqlite|postgresql]`."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.bench import report
from tests.bench.run import run
from tests.postgres import running_server


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="What an action costs, beside the floor."
    )
    parser.add_argument("--rounds", type=int, default=100, help="rounds of one start and four completions (100)")
    parser.add_argument("--open-cases", type=int, default=10_000, help="open cases behind the list My work (10000)")
    parser.add_argument("--database", choices=tuple(DATABASES), action="append", help="only this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    chosen = parser.parse_args()
    findings = []
    for name in chosen.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="jianhui-bench-") as folder, DATABASES[name](Path(folder)) as new_url:
            findings.append(
                run(name, new_url, Path(folder), rounds=chosen.rounds, open_cases=chosen.open_cases, tell=_tell)
            )
    if chosen.json:
        print(json.dumps(report.as_json(findings), ensure_ascii=False, indent=2))
    else:
        report.show(findings)


@contextmanager
def _sqlite(folder: Path) -> Iterator[Callable[[], str]]:
    numbers = itertools.count(1)
    yield lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"


@contextmanager
def _postgresql(_folder: Path) -> Iterator[Callable[[], str]]:
    """A server whose files lie on the disk, with the durability it has out of the box."""
    numbers = itertools.count(1)
    with running_server(in_memory=False) as address:
        host = address.split()[0].removeprefix("host=")

        def new() -> str:
            name = f"bench_{next(numbers)}"
            with psycopg.connect(f"{address} dbname=postgres", autocommit=True) as server:
                server.execute(f"CREATE DATABASE {name}")
            return f"postgresql+psycopg://postgres@/{name}?host={host}"

        yield new


DATABASES = {"sqlite": _sqlite, "postgresql": _postgresql}


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr)


if __name__ == "__main__":
    main()

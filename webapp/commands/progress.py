"""How far long work has come: a bar on stderr while somebody is looking; in a pipe silence, or a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def bar(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Gives a function that is told how much has been done so far."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.update(task, completed=done)


@contextmanager
def told(label: str, total: int, *, every: float) -> Iterator[Callable[[int], None]]:
    """The same for work of minutes: where there is no terminal, a line on stderr every so many seconds."""
    if sys.stderr.isatty():
        with bar(label, total) as progress:
            yield progress
        return
    begun = spoken = monotonic()

    def tell(done: int) -> None:
        nonlocal spoken
        if (now := monotonic()) - spoken >= every:
            spoken = now
            click.echo(f"{label} {done}/{total}  {now - begun:.0f} s", err=True)

    yield tell

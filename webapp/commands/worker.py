"""`jianhui worker`: does what has fallen due. The web server does the same beside its work; both may run at once."""

from __future__ import annotations

import signal
from threading import Event, Thread

import click

from webapp import clock
from webapp.commands import surroundings
from webapp.commands.speech import Command, Group, option, say
from webapp.config import Settings
from webapp.outside import outside
from workflows import anchor, worker
from workflows.storage import Database
from workflows.text import Text


@click.command(
    "worker",
    cls=Command,
    says=Text(
        "处理到期事项：发出提醒，发起后续办件，把通知发到邮件和群机器人；不代替任何人决定。多个进程可以同时运行，每件事只办一次。",
        "Do what has fallen due: leave reminders, open follow-on cases, send notices by mail and to robots; it decides "
        "nothing. Several may run at once, and everything is done once.",
    ),
)
@option("--once", is_flag=True, zh="处理一遍后退出。", en="Sweep once and end.")
@option(
    "--every",
    default=worker.EVERY_SECONDS,
    show_default=True,
    metavar="SECONDS",
    type=click.IntRange(1, 86_400),
    zh="每隔多少秒处理一遍。",
    en="Seconds between two sweeps.",
)
def sweep(once: bool, every: int) -> None:
    with surroundings.prepared() as database:
        if once:
            _tell(worker.sweep(database, surroundings.now(), outside=outside(surroundings.settings())))
            return
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        click.echo(
            say(f"每 {every} 秒处理一遍到期事项（Ctrl+C 停止）", f"Sweeping every {every} seconds (Ctrl+C stops)")
        )
        worker.run(
            database,
            clock.of(surroundings.settings()),
            stop,
            every=every,
            outside=outside(surroundings.settings()),
            on_swept=lambda s: _tell(s) if s.taken else None,
        )


def register(root: Group) -> None:
    root.add_command(sweep)


def sweep_beside(settings: Settings) -> None:
    """Sweep in a thread of this process, on a connection of its own, for as long as the process lives."""

    def sweeping() -> None:
        database = Database(settings.database_url)
        anchor.follow(database, settings.anchor_address)
        worker.run(database, clock.of(settings), Event(), outside=outside(settings))

    Thread(target=sweeping, name="jianhui-worker", daemon=True).start()


def _tell(swept: worker.Swept) -> None:
    click.echo(
        say(
            f"提醒 {swept.reminded}，上报 {swept.escalated}，发起办件 {swept.opened}，推迟 {swept.postponed}，"
            f"不再需要 {swept.dropped}；发出消息 {swept.sent}，未送达 {swept.undelivered}",
            f"{swept.reminded} reminded, {swept.escalated} escalated, {swept.opened} opened, {swept.postponed} postponed, "
            f"{swept.dropped} no longer needed; {swept.sent} messages sent, {swept.undelivered} not delivered",
        )
    )

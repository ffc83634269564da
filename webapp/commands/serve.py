"""`jianhui serve`: the web server."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask

from webapp import assets
from webapp.commands import surroundings
from webapp.commands.speech import Command, Group, Unusable, option, say, tell
from webapp.commands.worker import sweep_beside
from webapp.config import Settings
from workflows.storage import NotDurable
from workflows.storage.migrations import is_current
from workflows.text import Text

THREADS = 8
TIMEOUT_SECONDS = 120  # an upload over a slow line takes its time


@click.command(
    "serve",
    cls=Command,
    says=Text(
        "启动网站，并处理到期事项（同 jianhui worker）。数据库不能保证已确认的数据在断电后仍在时，拒绝启动。",
        "Start the web site, and do what falls due as `jianhui worker` does. Refuses a database that could lose acknowledged "
        "work in a power cut.",
    ),
)
@option("--host", default="127.0.0.1", show_default=True, zh="监听地址。", en="Address to listen on.")
@option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), zh="监听端口。", en="Port to listen on."
)
@option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), zh="进程数。", en="Number of processes.")
def serve(host: str, port: int, workers: int) -> None:
    settings = surroundings.settings()
    _require_durable()
    if (missing := assets.missing()) is not None:
        raise Unusable(tell(missing))
    _ = settings.signing_key  # made once here, so that the processes share it
    click.echo(
        say(
            f"建会：http://{_shown(host)}:{port}/  （Ctrl+C 停止）",
            f"Jianhui: http://{_shown(host)}:{port}/  (Ctrl+C stops)",
        )
    )
    if sys.platform == "win32":
        _run_waitress(settings, host, port, workers)
    else:
        _run_gunicorn(settings, host, port, workers)


def register(root: Group) -> None:
    root.add_command(serve)


def _require_durable() -> None:
    with surroundings.connected() as database:
        if not is_current(database):
            raise Unusable(
                say(
                    "数据库结构不是最新的，请先运行 jianhui db upgrade。",
                    "The database is not up to date: run `jianhui db upgrade`.",
                )
            )
        try:
            database.assert_durable()
        except NotDurable as error:
            raise Unusable(say(f"拒绝启动：{error}", f"Will not start: {error}")) from error


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - shown, not listened on
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _application(settings: Settings) -> Flask:
    from webapp import create_app

    return create_app(settings)


def _run_gunicorn(settings: Settings, host: str, port: int, workers: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self) -> None:
            chosen: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "worker_class": "gthread",
                "threads": THREADS,
                "timeout": TIMEOUT_SECONDS,
                "graceful_timeout": 20,
                "keepalive": 5,
                "loglevel": "warning",
                "preload_app": "typst" not in sys.modules,  # imported once, then forked; threads would not come along
                "proc_name": "jianhui",
                "control_socket_disable": True,
                "post_worker_init": lambda _worker: sweep_beside(settings),  # all of them; each thing is done once
            }
            for name, value in chosen.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return _application(settings)

    Site().run()


def _run_waitress(settings: Settings, host: str, port: int, workers: int) -> None:
    try:
        from waitress import serve as run
    except ImportError as error:
        raise Unusable(
            say(
                "Windows 上请先安装 waitress：pip install waitress",
                "On Windows install waitress first: pip install waitress",
            )
        ) from error
    sweep_beside(settings)
    run(_application(settings), host=host, port=port, threads=THREADS * workers)

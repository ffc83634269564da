"""A real server over a data folder of its own, and the commands of `jianhui` beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """Where a server answers, where its data lie, and how a command of `jianhui` runs on the same data."""

    url: str
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JIANHUI_")}
        ours = {"JIANHUI_DATA": str(self.data), "JIANHUI_DEMO": "1", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        return {**kept, **ours}

    def command(self, *arguments: str) -> list[str]:
        code = "from webapp.cli import main; main()"
        return [sys.executable, "-c", code, *arguments]

    def jianhui(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the server; raises with its output when it fails."""
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600
        )
        if done.returncode:
            raise RuntimeError(
                f"jianhui {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done


def prepared(data: Path) -> Path:
    """The folder, with tables, published procedures and the demo in it."""
    site = Site("", data)
    for command in (("db", "upgrade"), ("publish",), ("demo",)):
        site.jianhui(*command)
    return data


@contextmanager
def serving(data: Path, *program: str) -> Iterator[Site]:
    """Serve that folder on a free port of the loopback address for as long as the block lasts.

    `program` is what takes `--port`: `jianhui serve` unless something else is given.
    """
    site, log = Site(f"http://127.0.0.1:{free_port()}", data), data / "server.log"
    command = [*(program or site.command("serve")), "--port", site.url.rpartition(":")[2]]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=site.environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_until_it_answers(site.url, server, log)
        yield site
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer at {url}\n{log.read_text(errors='replace')}")

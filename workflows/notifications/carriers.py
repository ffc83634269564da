"""Carries a message to the outside: mail by SMTP, robots of 企业微信, 钉钉 and 飞书 by one POST to their official host.

A carrier returns when the other side has taken the message, and raises `Undelivered` otherwise. A robot answers "taken"
in its body: HTTP 200 with an error code is a message that was refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from workflows.notifications.addresses import ROBOTS, ChannelKind
from workflows.notifications.reasons import Reason

TIMEOUT_SECONDS = 15
_LONGEST = {ChannelKind.WECOM: 2048, ChannelKind.DINGTALK: 18_000, ChannelKind.FEISHU: 18_000}  # bytes of text
_ANSWER_BYTES = 65_536


class Undelivered(Exception):
    """The message was not taken. `said`: what the other side, or the line, told of it; no address and no secret."""

    def __init__(self, reason: Reason, said: str = "") -> None:
        super().__init__(f"{reason} {said}".strip())


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. `message_id` is the same each time it is sent."""

    message_id: str
    address: str
    subject: str
    body: str


Carrier = Callable[[Letter], None]
Carriers = Mapping[str, Carrier]


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server mails are handed to. `security`: "tls" from the first byte, "starttls" (and nothing without it), "none"."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str


def mail_server(address: str) -> MailServer:
    """Read `smtps://user:password@host:465?from=office@example.cn` or `smtp://…` (STARTTLS; `&tls=none` for none).

    ValueError, without the password, for anything else.
    """
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    sender, tls = asked.get("from", [""])[0], asked.get("tls", [""])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "@" not in sender or tls not in ("", "none"):
        raise ValueError("expected smtps://user:password@host:465?from=office@example.cn, or smtp://… for STARTTLS")
    if tls == "none" and (parts.scheme == "smtps" or parts.password):
        raise ValueError("a password is not sent without TLS")
    security = "tls" if parts.scheme == "smtps" else tls or "starttls"
    port = parts.port or (465 if security == "tls" else 587 if security == "starttls" else 25)
    return MailServer(
        parts.hostname, port, security, unquote(parts.username or ""), unquote(parts.password or ""), sender
    )


def carriers(server: MailServer | None) -> Carriers:
    """A carrier for each kind of channel that can be used: mail only where there is a server."""
    robots: dict[str, Carrier] = {kind: robot(kind) for kind in ROBOTS}
    return robots if server is None else {ChannelKind.MAIL: mail(server), **robots}


# ---- mail -----------------------------------------------------------------------------------------------------------


def mail(server: MailServer) -> Carrier:
    """Hands a message to the server."""

    def carry(letter: Letter) -> None:
        import smtplib

        try:
            with _connected(server) as connection:
                if server.user:
                    connection.login(server.user, server.password)
                connection.send_message(_message(server, letter), server.sender, [letter.address])
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()), (0, b""))[0]
            raise Undelivered(Reason.REFUSED, f"SMTP {code}") from refused
        except smtplib.SMTPResponseException as refused:
            raise Undelivered(Reason.REFUSED, f"SMTP {refused.smtp_code} {type(refused).__name__}") from refused
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(Reason.UNREACHABLE, type(error).__name__) from error

    return carry


def _connected(server: MailServer) -> Any:
    import smtplib
    import ssl

    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _message(server: MailServer, letter: Letter) -> Any:
    from email.message import EmailMessage
    from email.utils import localtime

    message = EmailMessage()
    message["From"], message["To"] = server.sender, letter.address
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = localtime()
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    message.set_content(letter.body)
    return message


# ---- robots ---------------------------------------------------------------------------------------------------------


def robot(kind: ChannelKind, address: str = "") -> Carrier:
    """Posts to a robot. `address` is how its web address begins when it is not the official one: for tests."""
    begins = address or ROBOTS[kind].address
    dress = {ChannelKind.WECOM: _plain, ChannelKind.DINGTALK: _signed_dingtalk, ChannelKind.FEISHU: _signed_feishu}[
        kind
    ]

    def carry(letter: Letter) -> None:
        token, _, secret = letter.address.partition(" ")
        query, payload = dress(shortened(letter.body, _LONGEST[kind]), secret)
        _post(begins + token + query, payload)

    return carry


def shortened(text: str, longest: int) -> str:
    """The text, or as many of its whole lines as fit into so many bytes of UTF-8, and a sign that there was more."""
    if len(text.encode()) <= longest:
        return text
    room = longest - len("…".encode())
    kept = text.encode()[:room].decode(errors="ignore")
    return (kept[: kept.rfind("\n") + 1] or kept) + "…"


def _plain(text: str, _secret: str) -> tuple[str, dict[str, Any]]:
    return "", {"msgtype": "text", "text": {"content": text}}


def _signed_dingtalk(text: str, secret: str) -> tuple[str, dict[str, Any]]:
    query, payload = _plain(text, secret)
    if secret:
        stamp = str(round(time.time() * 1000))
        sign = _signature(secret.encode(), f"{stamp}\n{secret}".encode())
        query = "&" + urlencode({"timestamp": stamp, "sign": sign})
    return query, payload


def _signed_feishu(text: str, secret: str) -> tuple[str, dict[str, Any]]:
    payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(time.time()))
        payload |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}".encode(), b"")}
    return "", payload


def _signature(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def _post(address: str, payload: Mapping[str, Any]) -> None:
    import urllib.error
    import urllib.request

    class Nowhere(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            """A robot does not move; being sent elsewhere is a refusal."""

    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "jianhui"}
    request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310 - the address is ours
    try:
        with urllib.request.build_opener(Nowhere).open(request, timeout=TIMEOUT_SECONDS) as answer:
            _require_taken(answer.read(_ANSWER_BYTES))
    except urllib.error.HTTPError as refused:
        raise Undelivered(Reason.REFUSED, f"HTTP {refused.code}") from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise Undelivered(Reason.UNREACHABLE, type(reason).__name__) from None


def _require_taken(answer: bytes) -> None:
    """企业微信 and 钉钉 answer `errcode`, 飞书 `code`; zero means taken."""
    try:
        said = json.loads(answer)
    except ValueError:
        raise Undelivered(Reason.UNREADABLE) from None
    code = said.get("errcode", said.get("code", said.get("StatusCode"))) if isinstance(said, dict) else None
    if code != 0:
        raise Undelivered(Reason.REFUSED, f"code {code}")

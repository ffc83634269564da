"""iCalendar after RFC 5545: whole days only, which need no time zone. Pure: text in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LINE = 75  # octets of a line without its end (3.1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day in a calendar. `uid` is the same for good; `changed_at` is aware."""

    uid: str
    on: date
    summary: str
    description: str
    category: str
    url: str = ""
    changed_at: datetime | None = None


def calendar(name: str, entries: Iterable[Entry], *, now: datetime) -> bytes:
    """A calendar that is to be published, not answered: it has no METHOD."""
    head = ("VERSION:2.0", "PRODID:-//Jianhui//Calendar//ZH", "CALSCALE:GREGORIAN")
    lines = ["BEGIN:VCALENDAR", *head, f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    for entry in entries:
        lines += _event(entry, now)
    return b"".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def folded(line: str) -> bytes:
    """A content line, broken after at most 75 octets and never inside a character (3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        room = _LINE - (1 if pieces else 0)  # a line that goes on begins with a space
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(entry.uid)}"
    yield f"DTSTAMP:{_instant(now)}"
    yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}"  # the day after the last (3.6.1)
    yield f"SUMMARY:{_escaped(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_escaped(entry.description)}"
    yield f"CATEGORIES:{_escaped(entry.category)}"
    if entry.url:
        yield f"URL:{entry.url}"
    if entry.changed_at is not None:
        yield f"LAST-MODIFIED:{_instant(entry.changed_at)}"
    yield from ("CLASS:PRIVATE", "TRANSP:TRANSPARENT", "END:VEVENT")


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A TEXT value (3.3.11), without control characters."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(c for c in plain if c.isprintable() or c == "\t")

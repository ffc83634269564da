"""A calendar for other programs, read back by a strict reader of RFC 5545 of our own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from workflows.icalendar import Entry, calendar, folded

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
_LINE = re.compile(r"^([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[A-Z0-9-]+)*):(.*)$", re.DOTALL)


def read(content: bytes) -> list[dict[str, str]]:
    """The events of a calendar, each as its properties; asserts what the RFC asks of lines, ends and order."""
    assert content.endswith(b"\r\n")
    raw = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in raw)
    for line in raw:
        line.decode()  # no character is broken in two
    lines = content[:-2].replace(b"\r\n ", b"").decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    events: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        match = _LINE.match(line)
        assert match, line
        name, parameters, value = match.groups()
        if (name, value) == ("BEGIN", "VEVENT"):
            assert not inside
            inside = True
            events.append({})
        elif (name, value) == ("END", "VEVENT"):
            assert inside
            inside = False
        elif inside:
            assert name not in events[-1], f"{name} twice"
            events[-1][name] = value
            if name in ("DTSTART", "DTEND"):
                assert parameters == ";VALUE=DATE"
        else:
            assert name in ("VERSION", "PRODID", "CALSCALE", "X-WR-CALNAME", "REFRESH-INTERVAL")
    assert not inside
    assert {"VERSION:2.0", "CALSCALE:GREGORIAN"} <= set(lines)
    assert all({"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(each) for each in events)
    assert len({each["UID"] for each in events}) == len(events)
    return events


def unescaped(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda match: "\n" if match[1] in "nN" else match[1], value)


def test_a_day_is_a_whole_day_and_ends_before_the_next() -> None:
    entry = Entry(
        "task-1@here", date(2026, 12, 31), "办理期限 · 组建工会", "建会〔2026〕1号", "办理期限", changed_at=NOW
    )
    [event] = read(calendar("我的期限", [entry], now=NOW))
    assert (event["DTSTART"], event["DTEND"]) == ("20261231", "20270101")
    assert event["UID"] == "task-1@here"
    assert event["DTSTAMP"] == event["LAST-MODIFIED"] == "20260309T010000Z"
    assert event["TRANSP"] == "TRANSPARENT"


def test_nothing_due_is_a_calendar_too() -> None:
    assert read(calendar("空", [], now=NOW)) == []


@given(st.text(max_size=200))
def test_whatever_stands_in_a_title_comes_back_as_text(title: str) -> None:
    [event] = read(calendar(title, [Entry("x", date(2026, 1, 1), title, title, "类别")], now=NOW))
    lines = title.replace("\r\n", "\n").replace("\r", "\n")
    assert unescaped(event["SUMMARY"]) == "".join(c for c in lines if c.isprintable() or c in "\n\t")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=400))
def test_long_lines_are_folded_and_come_together_again(line: str) -> None:
    content = folded(line)
    assert all(len(each) <= 75 for each in content.split(b"\r\n"))
    assert content.replace(b"\r\n ", b"").removesuffix(b"\r\n").decode() == line

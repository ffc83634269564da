"""The month and the list."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import render_template, request

from webapp.auth.gate import actor
from webapp.calendar.blueprint import blueprint
from webapp.clock import today
from webapp.database import session
from workflows import due, settings
from workflows.calendar import Calendar, Day
from workflows.calendar_feed import feed_of
from workflows.due import Due

YEARS_BEFORE, YEARS_AHEAD = 5, 10
LIST_DAYS = 92  # how far the list looks ahead


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the month's page."""

    day: Day
    is_inside: bool
    is_today: bool
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks from Monday to Sunday around a month; `before` and `after` are None at the ends of the calendar."""

    first: date
    weeks: tuple[tuple[Square, ...], ...]
    before: date | None
    after: date | None

    @property
    def provisional(self) -> tuple[int, ...]:
        """The years on the page whose table the State Council has not published."""
        return tuple(sorted({square.day.date.year for week in self.weeks for square in week if square.day.provisional}))


@blueprint.get("/")
def index() -> str:
    if request.args.get("view") == "list":
        return _list()
    first = _wanted(request.args.get("month", ""), today())
    start, end = _whole_weeks(first)
    found = due.due_between(session(), actor(), start, end, on=today())
    return render_template(
        "calendar/month.html",
        view="month",
        month=month_of(first, found, settings.load(session()).calendar, today()),
        **_around(),
    )


def _list() -> str:
    """What is late, and what comes within three months, by day."""
    until = today() + timedelta(days=LIST_DAYS)
    found = due.due_between(session(), actor(), None, until, on=today())
    late = [each for each in found if each.on < today()]
    days = _by_day(each for each in found if each.on >= today())
    calendar = settings.load(session()).calendar
    coming = [(calendar.day(day), things) for day, things in days.items()]
    return render_template("calendar/list.html", view="list", late=late, coming=coming, until=until, **_around())


def month_of(first: date, found: Iterable[Due], calendar: Calendar, on: date) -> Month:
    """The page of the month that begins on `first`."""
    start, end = _whole_weeks(first)
    by_day = _by_day(found)
    squares = [
        Square(day, day.date.month == first.month, day.date == on, by_day.get(day.date, ()))
        for day in calendar.days(start, end)
    ]
    weeks = tuple(tuple(squares[place : place + 7]) for place in range(0, len(squares), 7))
    before, after = (first - timedelta(days=1)).replace(day=1), start_of_next(first)
    return Month(first, weeks, before if _is_sensible(before, on) else None, after if _is_sensible(after, on) else None)


def start_of_next(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1]) + timedelta(days=1)


def _by_day(found: Iterable[Due]) -> Mapping[date, tuple[Due, ...]]:
    return {day: tuple(things) for day, things in groupby(found, key=lambda each: each.on)}


def _whole_weeks(first: date) -> tuple[date, date]:
    last = start_of_next(first) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _wanted(month: str, on: date) -> date:
    """The month of an address such as 2026-11; this month for anything else."""
    try:
        wanted = date.fromisoformat(f"{month}-01")
    except ValueError:
        return on.replace(day=1)
    return wanted if _is_sensible(wanted, on) else on.replace(day=1)


def _is_sensible(first: date, on: date) -> bool:
    return on.year - YEARS_BEFORE <= first.year <= on.year + YEARS_AHEAD


def _around() -> dict[str, object]:
    return {"feed": feed_of(session(), actor().person_id), "today": today()}

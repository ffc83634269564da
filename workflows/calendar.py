"""Working days in China: weekends, statutory holidays and make-up working days 调休.

The State Council publishes the table of a year in the November before it. The tables up to 2026 come with the library
`holidays`; a later year is provisional (statutory holidays by rule, no make-up days) until an administrator loads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from workflows.text import Text

_GAZETTE = "https://www.gov.cn/gongbao"
PUBLISHED: Mapping[int, str] = MappingProxyType(
    {  # year -> where its notice 国务院办公厅关于…年部分节假日安排的通知 stands
        2015: f"{_GAZETTE}/content/2015/content_2799019.htm",
        2016: f"{_GAZETTE}/content/2016/content_2979719.htm",
        2017: f"{_GAZETTE}/content/2016/content_5148793.htm",
        2018: f"{_GAZETTE}/content/2017/content_5248221.htm",
        2019: f"{_GAZETTE}/content/2018/content_5350046.htm",
        2020: f"{_GAZETTE}/content/2019/content_5459138.htm",
        2021: f"{_GAZETTE}/content/2020/content_5567750.htm",
        2022: f"{_GAZETTE}/content/2021/content_5651728.htm",
        2023: f"{_GAZETTE}/content/2023/content_5736714.htm",
        2024: f"{_GAZETTE}/2023/issue_10806/202311/content_6913823.html",
        2025: f"{_GAZETTE}/2024/issue_11726/202411/content_6989767.html",
        2026: f"{_GAZETTE}/2025/issue_12406/202511/content_7048922.html",  # 国办发明电〔2025〕7号
    }
)

_DAY = timedelta(days=1)
_SATURDAY = 5
_IN_LIEU = re.compile(r"由 (\d{4}-\d{2}-\d{2}) 调休")

WEEKEND = Text("周末", "weekend")
MAKE_UP = Text("调休上班", "make-up working day")


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    MAKE_UP = "make_up"  # a Saturday or Sunday that is worked
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # a statutory holiday or a day off that belongs to one


@dataclass(frozen=True, slots=True)
class Day:
    """One day: what it is, why, and whether the table of its year is still missing."""

    date: date
    kind: DayKind
    reason: Text | None  # of a day off, or of a Saturday or Sunday that is worked; None on an ordinary working day
    provisional: bool

    @property
    def working(self) -> bool:
        return self.kind in (DayKind.WORKING, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class DayOverride:
    """A day that an administrator loaded from a notice: worked or off, and what it is called."""

    working: bool
    name: str


class Calendar:
    """Which days are worked.

    ``loaded``: days from notices that administrators entered. In a published year they change single days. A later year
    counts as loaded, and is no longer provisional, when its 1 January and its 1 October are off in ``loaded``: then the
    loaded days are the whole table of that year.
    """

    def __init__(self, loaded: Mapping[date, DayOverride] = MappingProxyType({})) -> None:
        self._loaded = dict(loaded)
        self._complete = frozenset(
            year
            for year in {day.year for day in self._loaded} - PUBLISHED.keys()
            if self._is_off(date(year, 1, 1)) and self._is_off(date(year, 10, 1))
        )

    def _is_off(self, day: date) -> bool:
        override = self._loaded.get(day)
        return override is not None and not override.working

    def is_provisional(self, year: int) -> bool:
        """Whether no table of the State Council for this year is known."""
        return year not in PUBLISHED and year not in self._complete

    def day(self, day: date) -> Day:
        """What a day is and why."""
        provisional = self.is_provisional(day.year)
        override = self._loaded.get(day)
        if override is not None:
            name = override.name or (MAKE_UP.zh if override.working else "放假")
            reason = Text(name, name if override.name else (MAKE_UP.en if override.working else "day off"))
            kind = DayKind.HOLIDAY
            if override.working:
                kind = DayKind.MAKE_UP if day.weekday() >= _SATURDAY else DayKind.WORKING
            return Day(day, kind, reason, provisional)
        table = _Table({}, frozenset()) if day.year in self._complete else _library(day.year)
        if day in table.make_up:
            return Day(day, DayKind.MAKE_UP, MAKE_UP, provisional)
        if day in table.off:
            return Day(day, DayKind.HOLIDAY, table.off[day], provisional)
        if day.weekday() >= _SATURDAY:
            return Day(day, DayKind.WEEKEND, WEEKEND, provisional)
        return Day(day, DayKind.WORKING, None, provisional)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        return self.day(day).working

    def days(self, first: date, last: date) -> Iterator[Day]:
        """Every day from ``first`` to ``last``, both included."""
        for offset in range((last - first).days + 1):
            yield self.day(first + offset * _DAY)

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first worked day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Worked days after ``after`` up to ``until`` included; negative if ``until`` comes first."""
        if until < after:
            return -self.working_days_between(until, after)
        return sum(day.working for day in self.days(after + _DAY, until))


@dataclass(frozen=True, slots=True)
class _Table:
    """What departs from "Monday to Friday are worked" in one year."""

    off: Mapping[date, Text]
    make_up: frozenset[date]


@lru_cache(maxsize=64)
def _library(year: int) -> _Table:
    from holidays import country_holidays  # here, because importing it takes a tenth of a second

    chinese = country_holidays("CN", years=year, language="zh_CN", expand=False)
    english = country_holidays("CN", years=year, language="en_US", expand=False)
    off = {day: _name(chinese[day], english[day]) for day in chinese if day.year == year}
    make_up: Iterable[date] = chinese.weekend_workdays
    return _Table(off, frozenset(day for day in make_up if day.year == year))


def _name(chinese: str, english: str) -> Text:
    in_lieu = _IN_LIEU.search(chinese)
    if in_lieu is None:
        return Text(chinese, english)
    return Text(f"调休放假（{in_lieu[1]} 上班）", f"day off, worked on {in_lieu[1]} instead")

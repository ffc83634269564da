"""Words for what the monitor names by a key."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.languages import ENGLISH, language
from workflows.deadlines import Unit
from workflows.monitor.stuck import Row
from workflows.monitor.waits import BUCKETS, Late, WaitKind
from workflows.monitor.wanted import LIMIT, LONGEST, STOPPED, WORST


def kind_name(kind: str) -> str:
    """What something waits for."""
    return {
        WaitKind.PERSON.value: _("等人办理"),
        WaitKind.PAPER.value: _("等线下单位"),
        WaitKind.CHILD.value: _("等子办件"),
        WaitKind.CORRECTION.value: _("等补正"),
        WaitKind.SUSPENDED.value: _("已中止"),
        STOPPED: _("停止计时"),
    }.get(kind, kind)


def late_name(late: str) -> str:
    return {
        Late.FATAL.value: _("已超期"),
        Late.SOON.value: _("即将超期"),
        Late.TARGET.value: _("已过目标日"),
        Late.NONE.value: _("期限内"),
    }.get(late, late)


def sort_name(sort: str) -> str:
    return {WORST: _("最严重在前"), LONGEST: _("等得最久在前"), LIMIT: _("最先到期在前")}.get(sort, sort)


def age_name(place: int) -> str:
    """A bucket of days of waiting."""
    if place == 0:
        return _("%(last)s 天以内", last=BUCKETS[0])
    if place == len(BUCKETS):
        return _("%(first)s 天以上", first=BUCKETS[-1])
    return _("%(first)s–%(last)s 天", first=BUCKETS[place - 1] + 1, last=BUCKETS[place])


def over(row: Row) -> str:
    """How far a wait is past its limit, in the unit of its rule."""
    days = row.entry.over
    if not days:
        return _("已超期")
    if row.wait is not None and row.wait.unit is Unit.WORKING_DAYS:
        return ngettext("超期 %(num)s 个工作日", "超期 %(num)s 个工作日", days)
    return ngettext("超期 %(num)s 天", "超期 %(num)s 天", days)


def day_of(row: Row) -> str:
    """Day n of m in the unit of the rule; nothing where there is no limit."""
    wait = row.wait
    if wait is None or wait.days is None:
        return ""
    if wait.unit is Unit.WORKING_DAYS:
        return _("第 %(day)s / %(days)s 个工作日", day=wait.day, days=wait.days)
    return _("第 %(day)s / %(days)s 天", day=wait.day, days=wait.days)


def percent(part: int, whole: int) -> str:
    """A share, rounded half up; empty when there is nothing to share."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else ""


def days(value: float | None) -> str:
    """A number of days: with one decimal below ten."""
    if value is None:
        return "—"
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"


def names(things: Sequence[object]) -> str:
    """People or organisations, in the reader's language."""
    english = language() == ENGLISH
    return _("、").join(
        str((getattr(thing, "name_en", "") if english else "") or getattr(thing, "name", "")) for thing in things
    )

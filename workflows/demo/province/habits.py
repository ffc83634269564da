"""How people work: how long they take, in which season, and what they leave lying."""

from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.demo.province.places import County
from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations import lanes

USUAL = {  # working days until somebody in this relation has done a task
    lanes.APPLICANT: 3.0,
    lanes.SUPERIOR_UNION: 7.0,
    "party_committee": 4.5,
    "staffing_authority": 14.0,
    lanes.REGISTRATION_AUTHORITY: 6.0,
}
STARTS = (0.9, 0.45, 1.25, 1.35, 1.2, 1.0, 0.75, 0.7, 1.2, 1.05, 1.2, 0.95)  # by month, beginning with January
SLOW = {1: 1.3, 2: 1.5, 7: 1.2, 8: 1.3, 12: 1.15}  # Spring Festival, summer, the end of the year
NEGLECTED = {  # how often a task is left lying where people are neither quick nor slow
    lanes.APPLICANT: 0.014,
    lanes.SUPERIOR_UNION: 0.028,
    "party_committee": 0.028,
    "staffing_authority": 0.06,
    lanes.REGISTRATION_AUTHORITY: 0.025,
}
_CARELESS = 7  # percent of the people
_CLAIMS_FIRST = 0.25
_ON_PAPER = 1.6  # a letter there and back


class Neglect(StrEnum):
    """What becomes of a task that is left lying."""

    UNCLAIMED = "unclaimed"
    CLAIMED = "claimed"  # by somebody who then did not come back to it
    CORRECTION = "correction"  # the applicant was asked and has not answered


@dataclass(frozen=True, slots=True)
class Plan:
    """When a task is claimed, if at all before it is done; when it is done, if ever; and what keeps it otherwise."""

    claim_on: date | None
    act_on: date | None
    neglect: Neglect | None


class WorkingDays:
    """The working days of the calendar between two days, both included, to count along."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        days = ((first + timedelta(days=n)) for n in range((last - first).days + 1))
        self.days = [day for day in days if calendar.is_working(day)]

    def after(self, day: date, working_days: int) -> date | None:
        """The working day so many of them later; 0: this one or the next. None beyond the last day."""
        place = bisect_left(self.days, day) + working_days
        return self.days[place] if place < len(self.days) else None


def moment(day: date, dice: random.Random) -> datetime:
    """Some time in the office hours of a day."""
    minute = dice.choice((dice.randrange(515, 710), dice.randrange(850, 1055)))
    return datetime.combine(day, time(minute // 60, minute % 60), OFFICE_ZONE).astimezone(UTC)


def plan(
    days: WorkingDays,
    opened: date,
    relation: str,
    county: County | None,
    person: int,
    dice: random.Random,
    *,
    corrects: bool = False,
) -> Plan:
    """How a holder goes about a task. ``person``: who would do it, for people differ; ``corrects``: it is an answer that
    somebody asked for."""
    pace = _pace(relation, county)
    careless = relation != lanes.APPLICANT and person * 53 % 100 < _CARELESS
    usual = USUAL.get(relation, 6.0) * pace * (0.7 + (person * 37 % 100) / 110) * SLOW.get(opened.month, 1.0)
    left = 0.35 if corrects else min(0.32, NEGLECTED.get(relation, 0.03) * pace**1.5 + (0.28 if careless else 0.0))
    if dice.random() < left:
        return _neglected(days, opened, relation, usual, dice)
    act_on = days.after(opened, max(0, round(usual * dice.lognormvariate(-0.15, 0.55))))
    claims = dice.random() < _CLAIMS_FIRST and act_on is not None and (act_on - opened).days > 3
    return Plan(days.after(opened, 1) if claims else None, act_on, None)


def _neglected(days: WorkingDays, opened: date, relation: str, usual: float, dice: random.Random) -> Plan:
    """Most applicants come back to it within months; of the others about half do, much later."""
    if relation == lanes.APPLICANT:
        neglect = dice.choice((Neglect.UNCLAIMED, Neglect.CLAIMED))
        again = round(usual + dice.randrange(20, 90)) if dice.random() < 0.8 else None
    else:
        neglect = dice.choice((Neglect.UNCLAIMED, Neglect.CLAIMED, Neglect.CORRECTION, Neglect.CORRECTION))
        again = round(usual * 2 + dice.randrange(30, 190)) if dice.random() < 0.55 else None
    return Plan(
        days.after(opened, dice.randrange(1, 6)), days.after(opened, again) if again is not None else None, neglect
    )


def _pace(relation: str, county: County | None) -> float:
    if county is None:
        return 1.0
    if relation == "staffing_authority":
        return county.staffing_pace * (_ON_PAPER if county.on_paper else 1.0)
    if relation in (lanes.SUPERIOR_UNION, lanes.REGISTRATION_AUTHORITY):
        return county.pace
    return 1.0

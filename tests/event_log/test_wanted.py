"""What may be asked for: by whom, of which cases; and what is refused before anything is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cases.conftest import Office
from tests.event_log.logs import NOW, SECRET, xes
from tests.event_log.test_pseudonyms import manager
from workflows import event_log
from workflows.errors import Forbidden, Invalid


def numbers(office: Office, **wanted: object) -> list[str]:
    return [trace.number for trace in xes(office.db, **wanted).traces]


@pytest.fixture
def two(office: Office) -> Office:
    """Two zones each began a case, the second a day later and two hours after midnight in Beijing."""
    office.start()
    office.now += timedelta(hours=17)
    office.start("other_zone_secretary")
    return office


def test_everything_is_exported_unless_less_is_asked_for(two: Office) -> None:
    assert numbers(two) == ["建会〔2026〕1号", "建会〔2026〕2号"]
    assert numbers(two, procedure="review") == numbers(two)


def test_days_are_those_of_the_office_and_both_count(two: Office) -> None:
    first, second = date(2026, 3, 9), date(2026, 3, 10)
    assert numbers(two, first=first, last=first) == ["建会〔2026〕1号"]
    assert numbers(two, first=second, last=second) == ["建会〔2026〕2号"]
    assert numbers(two, first=second) == ["建会〔2026〕2号"]
    assert numbers(two, last=second) == numbers(two)
    assert numbers(two, last=date(2026, 3, 8)) == []


def test_a_manager_exports_the_cases_under_the_own_organisation_and_no_others(two: Office) -> None:
    assert numbers(two, actor=manager(two, "Z-2")) == ["建会〔2026〕2号"]
    assert numbers(two, actor=manager(two, "U-P")) == numbers(two)
    assert numbers(two, actor=manager(two, "P-1")) == []


def test_an_administrator_exports_everything(two: Office) -> None:
    assert numbers(two, actor=manager(two, "S-1", "administrator")) == numbers(two)


@pytest.mark.parametrize("who", ["zone_secretary", "superior_clerk"])
def test_whoever_oversees_nothing_exports_nothing(two: Office, who: str) -> None:
    with two.db.read() as session, pytest.raises(Forbidden):
        event_log.export(session, two.actor(session, who), fmt="xes", secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    ("wanted", "path", "said"),
    [
        ({"fmt": "csv"}, "/format", "xes"),
        ({"procedure": "reveiw"}, "/procedure", "“review”"),
        ({"first": date(2026, 3, 10), "last": date(2026, 3, 9)}, "/from", "对调"),
        ({"last": date.max}, "/to", "9999-12-31"),
        ({"first": date.min}, "/from", "0001-01-01"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once_with_the_way_out(
    two: Office, wanted: dict[str, object], path: str, said: str
) -> None:
    with two.db.read() as session, pytest.raises(Invalid) as refused:
        event_log.export(session, None, **{"fmt": "xes", "secret": SECRET, "now": NOW, **wanted})  # type: ignore[arg-type]
    (mistake,) = refused.value.mistakes
    assert mistake.path == path
    assert said in mistake.message.zh


def test_a_log_shows_one_state_however_long_it_takes(two: Office) -> None:
    """A case that begins while the log is being read is not in it, nor half of it."""
    with event_log.snapshot(two.db) as session:
        pieces = event_log.export(session, None, fmt="ocel", secret=SECRET, now=NOW)
        begun = next(pieces) + next(pieces)
        for _ in range(6):
            begun += next(pieces)  # the objects have begun
        two.case_id = 1
        two.decide("zone_secretary", "file")
        content = (begun + b"".join(pieces)).decode()
    assert "填写申请" in content
    assert "提出意见" not in content

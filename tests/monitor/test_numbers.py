"""Every number is the length of the list behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.bench.counting import counted
from tests.monitor.conftest import Watch
from workflows.monitor import history
from workflows.monitor.figures import Duration, bounds, duration, figures, months_until
from workflows.monitor.history import Past
from workflows.monitor.summary import aged, people
from workflows.monitor.waits import BUCKETS, Entry, waits


@pytest.fixture
def worked(reviewing: Watch) -> Watch:
    """Two rounds of one case with a return in between, a second case, and one that was withdrawn."""
    office = reviewing.office
    reviewing.wait(days=4)
    office.decide("party_leader", "opinion")
    office.decide("superior_leader", "review", "return", opinion="请补充职工人数。")
    reviewing.wait(days=2)
    office.decide("zone_secretary", "file")
    reviewing.wait(days=1)
    office.decide("superior_leader", "review", "approve")
    reviewing.wait(days=35)
    other = office.start("other_zone_secretary")
    office.act("withdraw", "other_zone_secretary", other, reason="暂缓")
    office.start("other_zone_secretary")
    return reviewing


def test_the_tiles_are_as_long_as_their_lists(worked: Watch) -> None:
    tiles = worked.tiles()
    assert tiles.waits == worked.page().total == 2
    assert tiles.late == worked.page(late="fatal").total == 1
    assert tiles.soon == worked.page(late="soon").total
    assert tiles.paper == worked.page(kind="paper").total
    assert tiles.stopped == worked.page(kind="stopped").total


def test_every_cell_of_the_ageing_tables_is_as_long_as_its_list(worked: Watch) -> None:
    with worked.office.db.read() as session:
        scope = worked.scope(session)
        everything = waits(session, scope)
        held = people(session, scope, everything)
    entries = everything.entries

    def steps(entry: Entry) -> list[tuple[str, str]]:
        return [(entry.procedure, entry.step)]

    tables: list[tuple[Any, Any]] = [
        (lambda e: everything.directory.above(e.body.id) if e.body else (), lambda key: {"organisation": key}),
        (lambda e: [p.id for p in held.get(e.task_id, ())], lambda key: {"person": key}),
        (steps, lambda key: {"procedure": key[0], "step": key[1]}),
        (lambda e: [e.zone.id] if e.zone else [], lambda key: {"zone": key}),
    ]
    for keys, query in tables:
        lines = aged(entries, keys)
        assert lines
        for key, line in lines:
            assert line.total == worked.page(**query(key)).total
            assert line.late == worked.page(late="fatal", **query(key)).total
            assert line.soon == worked.page(late="soon", **query(key)).total
            for place in range(len(BUCKETS) + 1):
                assert line.counts[place] == worked.page(age=place, **query(key)).total


def ask(watch: Watch, question: Any) -> Any:
    with watch.office.db.read() as session:
        return question(session, watch.scope(session))


def test_how_long_steps_take_counts_what_was_done_and_what_waits(worked: Watch) -> None:
    found = ask(worked, figures)
    review = found.visits["review", "review"]
    assert (review.count, review.median, review.p90) == (2, 2.5, 4.0)  # four days, then one
    opinion = found.visits["review", "opinion"]
    assert (opinion.count, opinion.p90) == (2, 36.0)  # four days; and 36 so far
    for (procedure, step), visits in found.visits.items():
        wanted = Past(procedure=procedure, step=step)
        page = ask(worked, lambda session, scope, wanted=wanted: history.visits(session, scope, wanted, 1))
        assert page.total == visits.count == len(page.rows)


def test_cases_by_month_are_as_long_as_their_lists(worked: Watch) -> None:
    found = ask(worked, figures)
    assert set(found.months) == {"", "review"}
    seen = {month.month: (month.started, month.completed, month.withdrawn) for month in found.months[""]}
    assert (seen["2026-03"], seen["2026-04"]) == ((1, 0, 0), (2, 0, 1))
    for key, months in found.months.items():
        for month in months:
            for wanted, number in (
                (Past(procedure=key, began=month.month), month.started),
                (Past(procedure=key, ended=month.month, status="completed"), month.completed),
                (Past(procedure=key, ended=month.month, status="withdrawn"), month.withdrawn),
            ):
                page = ask(worked, lambda session, scope, wanted=wanted: history.cases(session, scope, wanted, 1))
                assert page.total == number


def test_the_time_to_a_decision_is_that_of_the_cases_completed_in_the_month(reviewing: Watch) -> None:
    office = reviewing.office
    reviewing.wait(days=3)
    office.decide("superior_leader", "review", "approve")
    office.decide("party_leader", "opinion")
    reviewing.wait(days=7)
    office.decide("superior_leader", "reply")
    march = next(month for month in ask(reviewing, figures).months["review"] if month.month == "2026-03")
    assert (march.completed, march.took) == (1, Duration(1, 10.0, 10.0))


def test_what_is_sent_back_is_counted_of_all_decisions_with_the_reasons(worked: Watch) -> None:
    (line,) = ask(worked, figures).sent_back
    assert (line.step, line.outcome, line.kind, line.count, line.decided) == ("review", "return", "return", 1, 2)
    assert line.reasons == ("请补充职工人数。",)
    wanted = Past(procedure="review", step="review", outcome="return")
    page = ask(worked, lambda session, scope: history.visits(session, scope, wanted, 1))
    assert [row.task.opinion for row in page.rows] == ["请补充职工人数。"]


def test_figures_are_kept_for_five_minutes_and_say_as_of_when(worked: Watch) -> None:
    first = ask(worked, figures)
    worked.wait(minutes=4)
    worked.office.decide("party_leader", "opinion")
    kept = ask(worked, figures)
    assert (kept.at, kept.visits) == (first.at, first.visits)
    worked.wait(minutes=1)
    assert ask(worked, figures).at == worked.office.now
    assert ask(worked, figures).visits["review", "reply"].count == 1


def test_figures_of_one_scope_are_not_shown_to_another(worked: Watch) -> None:
    ask(worked, figures)
    with worked.office.db.read() as session:
        assert figures(session, worked.scope(session, "other_manager")).visits == {}


@pytest.mark.parametrize(
    ("days", "median", "p90"),
    [([], None, None), ([2], 2, 2), ([1, 3], 2, 3), (range(1, 11), 5.5, 9), (range(1, 12), 6, 10)],
)
def test_the_median_and_what_nine_of_ten_do_not_exceed(days: Any, median: float | None, p90: float | None) -> None:
    found = duration(day * 86400 for day in days)
    assert (found.count, found.median, found.p90) == (len(list(days)), median, p90)


def test_months_begin_and_end_at_midnight_in_the_office() -> None:
    assert bounds("2026-12")[1] == bounds("2027-01")[0] == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert months_until(datetime(2026, 2, 28, 17, tzinfo=UTC))[::11] == ("2025-04", "2026-03")


def test_a_page_of_many_cases_costs_as_many_questions_as_a_page_of_one(reviewing: Watch) -> None:
    """No question is asked for each case, each organisation or each child."""
    reviewing.office.start("other_zone_secretary")

    def questions(size: int) -> int:
        with counted(reviewing.office.db) as sent:
            assert len(reviewing.page(size=size).rows) == size
        return len(sent.statements)

    questions(1)  # the procedures are read once for each process
    assert questions(1) == questions(3) <= 20


def test_nothing_is_written(worked: Watch) -> None:
    def everything(session: Session, scope: Any) -> None:
        figures(session, scope)
        history.visits(session, scope, Past(), 1)
        people(session, scope, waits(session, scope))

    worked.wait(minutes=timedelta(minutes=10).seconds / 60)
    with counted(worked.office.db) as sent:
        ask(worked, everything)
        worked.page()
    assert sent.tables == set()

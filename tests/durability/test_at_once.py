"""Five people act on one case at once, in threads and in processes: conflicts at most, and nothing is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from tests.durability.office import Office, opened
from workflows.errors import Conflict

FIVE = (("王志强", "review"), ("赵文静", "review"), ("负责人3", "review"), ("负责人4", "review"), ("陈建国", "opinion"))
ROUNDS = 4


def decide_once(url: str, who: str, task_id: int, outcome: str, key: str) -> str:
    """What came of it: "done", or "late, after" whoever had done it; in a connection of its own."""
    with opened(url) as office:
        try:
            office.decide(who, task_id, outcome, key, opinion="理由")
        except Conflict as conflict:
            return f"late, after {conflict.details['by']}"
        return "done"


def five_threads() -> Executor:
    return ThreadPoolExecutor(5)


def five_processes() -> Executor:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.durability.office"])
    return ProcessPoolExecutor(5, mp_context=context)


@pytest.mark.parametrize("five", [five_threads, five_processes])
def test_five_people_at_once_on_one_case(office: Office, five: Callable[[], Executor]) -> None:
    url = office.db.url.render_as_string(hide_password=False)
    office.start("start")
    with five() as pool:
        for number in range(ROUNDS):
            last = number == ROUNDS - 1
            ((filing, _),) = office.open_tasks()
            office.decide("刘芳", filing, "done", f"file-{number}")
            tasks = {step: task_id for task_id, step in office.open_tasks()}
            jobs = [
                pool.submit(
                    decide_once,
                    url,
                    who,
                    tasks[step],
                    "done" if step == "opinion" else "approve" if last else "return",
                    f"{who}-{number}",
                )
                for who, step in FIVE
            ]
            results = [job.result() for job in jobs]
            (winner,) = (who for (who, _), result in zip(FIVE[:4], results, strict=False) if result == "done")
            assert results[:4].count(f"late, after {winner}") == 3
            assert results[4] == "done"
            assert {f"陈建国-{number}", f"file-{number}"} < office.keys()
            office.assert_whole()
    assert [step for _, step in office.open_tasks()] == ["reply"]
    expected = 1 + 3 * ROUNDS  # the start; then each round the filing, one review and the opinion
    assert len(office.keys()) == expected

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from tests.make import make_union
from workflows.documents.numbering import PaperNumber, prefix_for, take
from workflows.documents.paper_text import PaperForm
from workflows.errors import Conflict
from workflows.storage import Database

PREFIX = "某总工发"


class Interrupted(Exception):
    """Stands for anything that ends a transaction."""


def take_many(url: str, organisation_id: int, count: int) -> list[int]:
    """Take numbers, each in a transaction of its own, and give every third one back."""
    database = Database(url)
    kept = []
    for turn in range(count):
        try:
            with database.write() as session:
                number = take(session, organisation_id, PREFIX, 2026).number
                if turn % 3 == 2:
                    raise Interrupted
            kept.append(number)
        except Interrupted:
            pass
    database.dispose()
    return kept


def _taken_and_given_back(db: Database) -> int:
    number = 0
    try:
        with db.write() as session:
            number = take(session, 1, PREFIX, 2026).number
            raise Interrupted
    except Interrupted:
        return number


def test_a_number_is_written_with_brackets_and_without_leading_zeros() -> None:
    assert str(PaperNumber("某总工发", 2026, 3)) == "某总工发〔2026〕3号"


def test_numbers_count_from_one_in_each_series(session: Session) -> None:
    assert [take(session, 1, PREFIX, 2026).number for _ in range(3)] == [1, 2, 3]
    assert take(session, 1, PREFIX, 2027).number == 1
    assert take(session, 1, "某总工函", 2026).number == 1
    assert take(session, 2, PREFIX, 2026).number == 1
    assert take(session, 1, PREFIX, 2026).number == 4


def test_a_letter_has_a_series_of_its_own(session: Session) -> None:
    union = make_union(session, paper_prefix="某总工发")
    assert prefix_for(union, PaperForm.REPLY) == "某总工发"
    assert prefix_for(union, PaperForm.LETTER) == "某总工函"


def test_an_organisation_without_prefix_cannot_number(session: Session) -> None:
    union = make_union(session)
    union.paper_prefix = " "
    with pytest.raises(Conflict, match="机关代字"):
        prefix_for(union, PaperForm.REPLY)


def test_a_rollback_gives_the_number_back(db: Database) -> None:
    with db.write() as session:
        assert take(session, 1, PREFIX, 2026).number == 1
    assert _taken_and_given_back(db) == 2
    with db.write() as session:
        assert take(session, 1, PREFIX, 2026).number == 2


def test_several_processes_never_share_or_skip_a_number(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=context) as pool:
        taken = [number for some in pool.map(take_many, [database_url] * 4, [1] * 4, [30] * 4) for number in some]
    assert sorted(taken) == list(range(1, 81))


def test_several_threads_never_share_or_skip_a_number(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        taken = [number for some in pool.map(take_many, [database_url] * 6, [1] * 6, [12] * 6) for number in some]
    assert sorted(taken) == list(range(1, 49))

"""An office with one zone on either database, as it is after its installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.durability.office import Office, opened, prepare


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    prepare(database_url)
    with opened(database_url) as office:
        yield office


@pytest.fixture
def sqlite_office(new_sqlite: Callable[..., str]) -> Iterator[Office]:
    url = new_sqlite()
    prepare(url)
    with opened(url) as office:
        yield office

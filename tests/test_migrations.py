"""Upgrades: to exactly the tables of the mapped classes, twice without harm, and from every version ever released."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from workflows import anchor, audit, catalogue, worker
from workflows.engine.instance import Instance
from workflows.storage import Base, Database, migrations, tables
from workflows.storage.cases import Case, Task, TaskStatus

assert tables  # imported for the mapped classes it registers

KEPT = Path(__file__).parent / "fixtures/upgrade"
RELEASES = sorted([*KEPT.glob("*.db"), *KEPT.glob("*.db.gz")])


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def differences(database: Database) -> list[object]:
    """What the tables still lack, or have too much, compared with the mapped classes."""
    with database.engine.connect() as connection:
        found: list[object] = compare_metadata(MigrationContext.configure(connection), Base.metadata)
        return found


def everything_in(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1'))]
            for name in inspect(connection).get_table_names()
        }


def test_an_empty_database_gets_exactly_the_tables_of_the_program(empty_database_url: str) -> None:
    with opened(empty_database_url) as database:
        assert not migrations.is_current(database)
        assert migrations.upgrade(database) == (None, migrations.newest())
        assert migrations.is_current(database)
        assert differences(database) == []


def test_the_comparison_would_notice(empty_database_url: str) -> None:
    with opened(empty_database_url) as database:
        migrations.upgrade(database)
        with database.engine.begin() as connection:
            connection.execute(text("DROP INDEX ix_tasks_inbox"))
        assert differences(database) != []


def test_partial_indexes_are_as_the_classes_say(empty_database_url: str) -> None:
    """The comparison above does not look at the condition of an index."""

    def conditions(database: Database) -> dict[str, str]:
        name = "sqlite_where" if database.is_sqlite else "postgresql_where"
        with database.engine.connect() as connection:
            found = inspect(connection)
            return {
                str(index["name"]): str(index.get("dialect_options", {}).get(name, ""))
                .replace("::text", "")
                .strip("()")
                for table in found.get_table_names()
                if table != "alembic_version"
                for index in found.get_indexes(table)
            }

    with opened(empty_database_url) as database:
        database.create_all()
        by_the_classes = conditions(database)
        Base.metadata.drop_all(database.engine)
        migrations.upgrade(database)
        assert conditions(database) == by_the_classes


def test_upgrading_twice_changes_nothing(empty_database_url: str) -> None:
    with opened(empty_database_url) as database:
        migrations.upgrade(database)
        before = everything_in(database)
        assert migrations.upgrade(database) == (migrations.newest(), migrations.newest())
        assert everything_in(database) == before


@pytest.fixture(params=RELEASES, ids=[path.name.partition(".db")[0] for path in RELEASES])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A database as a released version left it, and the anchor it kept."""
    kept: Path = request.param
    content = kept.read_bytes()
    path = tmp_path / "kept.db"
    path.write_bytes(gzip.decompress(content) if kept.suffix == ".gz" else content)
    with opened(f"sqlite:///{path}") as database:
        yield database, kept.with_name(kept.name.partition(".db")[0] + ".anchor.log")


def test_a_released_database_is_upgraded_and_loses_nothing(released: tuple[Database, Path]) -> None:
    database, _ = released
    before = everything_in(database)
    migrations.upgrade(database)
    assert migrations.is_current(database)
    assert differences(database) == []
    after = everything_in(database)
    assert {name: len(rows) for name, rows in before.items()}.items() <= {n: len(r) for n, r in after.items()}.items()
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_the_record_of_a_released_database_still_holds(released: tuple[Database, Path]) -> None:
    database, kept_anchor = released
    migrations.upgrade(database)
    heads = list(anchor.read(kept_anchor)) if kept_anchor.exists() else []
    with database.read() as session:
        report = audit.verify(session, heads)
    assert report.ok, report.broken
    assert report.events


def test_the_cases_of_a_released_database_go_on(released: tuple[Database, Path]) -> None:
    """Each version of a procedure is still read, and each state with it: the same steps are open as before."""
    database, _ = released
    migrations.upgrade(database)
    with database.read() as session:
        assert catalogue.verify_published(session) == ()
        cases = session.scalars(select(Case)).all()
        assert cases
        for case in cases:
            instance = Instance.restore(catalogue.definition_of(session, case.definition_id), case.state)
            waiting = (Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.token.is_not(None))
            assert {step.token for step in instance.open_steps()} == set(
                session.scalars(select(Task.token).where(*waiting))
            )


def test_open_tasks_of_a_released_database_are_reminded_of(released: tuple[Database, Path]) -> None:
    database, _ = released
    migrations.upgrade(database)
    with_a_date = select(Task).where(Task.status == TaskStatus.OPEN, Task.fatal_on.is_not(None))
    with database.read() as session:
        tasks_before = session.scalars(with_a_date).all()
        now = max(task.opened_at for task in tasks_before) + timedelta(days=1)
    worker.sweep(database, now)
    with database.read() as session:
        for task in session.scalars(with_a_date):
            assert (task.remind_on is None) == (task.paused_at is not None)
            assert task.remind_on is None or task.remind_on > now.date()
        assert audit.verify(session).ok

"""`jianhui export-log` as somebody at a terminal meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from tests.cases.conftest import Office
from tests.event_log.logs import read_xes
from tests.event_log.test_ocel import require_sound
from webapp.cli import cli
from workflows import events
from workflows.event_log import NAMES_EXPORTED
from workflows.storage import Database
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.events import Event
from workflows.storage.migrations import upgrade

Run = Callable[..., Result]


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """A database with the tables as they are upgraded to, because commands ask for that."""
    database = Database(empty_database_url)
    upgrade(database)
    database.dispose()
    return empty_database_url


@pytest.fixture
def run(reviewed: Office, database_url: str, tmp_path: Path) -> Run:
    """Runs `jianhui export-log` over one case of `review`."""

    def run(*arguments: str, lang: str = "en") -> Result:
        settings = {
            "JIANHUI_DATABASE": database_url,
            "JIANHUI_DATA": str(tmp_path / "data"),
            "JIANHUI_DEMO": "1",
            "JIANHUI_NOW": "2026-11-23T02:00:00Z",
        }
        return CliRunner().invoke(cli, ["--lang", lang, "export-log", *arguments], env=settings)

    return run


def names_on_record(office: Office) -> list[Event]:
    with office.db.read() as session:
        return list(session.scalars(select(Event).where(Event.kind == NAMES_EXPORTED)))


def test_the_log_goes_to_standard_output(run: Run, reviewed: Office) -> None:
    result = run("--format", "xes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [trace.number for trace in read_xes(result.stdout_bytes).traces] == [reviewed.case().number]
    require_sound(json.loads(run("--format", "ocel").stdout_bytes))


def test_two_exports_give_a_person_one_pseudonym(run: Run) -> None:
    assert run("--format", "xes").stdout_bytes == run("--format", "xes").stdout_bytes


def test_a_file_takes_its_place_when_it_is_complete(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text("the log of last month", encoding="utf-8")
    result = run("--format", "xes", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(read_xes(path.read_bytes()).traces) == 1
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["log.xes"]


def test_a_log_that_cannot_be_finished_leaves_what_was_there(run: Run, reviewed: Office, tmp_path: Path) -> None:
    """The archive of a version is damaged: the export fails half way."""
    with reviewed.db.write() as session:
        session.execute(update(PublishedDefinition).values(files=b"damaged", content_hash=PublishedDefinition.key))
    path = tmp_path / "log.xes"
    path.write_text("the log of last month", encoding="utf-8")
    assert run("--format", "xes", "--output", str(path)).exit_code != 0
    assert path.read_text(encoding="utf-8") == "the log of last month"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["log.xes"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--procedure", "reveiw"), '--procedure: No procedure "reveiw" was published; did you mean "review"?'),
        (("--from", "2026-03-10", "--to", "2026-03-09"), "--from: The first day 2026-03-10 is after the last day"),
        (("--from", "10.3.2026"), "“10.3.2026” is no date; write 2026-03-10."),
        (("--to", "2026-02-30"), "“2026-02-30” is no date"),
        (("--format", "csv"), "csv"),
        (("--output", "/nowhere/log.xes"), "/nowhere/log.xes cannot be written"),
    ],
)
def test_wrong_use_ends_with_2_and_says_how_to_mend_it(run: Run, arguments: tuple[str, ...], said: str) -> None:
    wanted = arguments if "--format" in arguments else ("--format", "xes", *arguments)
    result = run(*wanted)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_wrong_use_is_told_in_chinese_too(run: Run) -> None:
    result = run("--format", "ocel", "--procedure", "reveiw", "--from", "2026-03-10", "--to", "2026-03-09", lang="zh")
    assert result.exit_code == 2
    assert "是否想写“review”" in result.stderr
    assert "起始日 2026-03-10 晚于截止日 2026-03-09" in result.stderr


def test_no_case_at_all_is_an_empty_log(run: Run) -> None:
    result = run("--format", "xes", "--to", "2025-12-31")
    assert result.exit_code == 0
    assert read_xes(result.stdout_bytes).traces == ()


def test_names_are_given_out_only_on_the_record(run: Run, reviewed: Office) -> None:
    assert "刘芳" not in run("--format", "xes").stdout
    assert names_on_record(reviewed) == []
    result = run("--format", "xes", "--names", "--procedure", "review", "--from", "2026-01-01")
    assert "刘芳（" in result.stdout
    assert "keep it safe" in result.stderr
    (said,) = names_on_record(reviewed)
    assert said.chain == events.ADMINISTRATION
    assert said.data == {"format": "xes", "procedure": "review", "from": "2026-01-01", "to": ""}


def test_names_are_not_given_out_when_the_request_is_refused(run: Run, reviewed: Office) -> None:
    assert run("--format", "xes", "--names", "--procedure", "reveiw").exit_code == 2
    assert names_on_record(reviewed) == []

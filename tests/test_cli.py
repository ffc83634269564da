"""The command line as somebody at a terminal meets it: output, exit codes, what it leaves in the database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text

from tests.make import credit_code
from webapp.cli import cli
from webapp.commands import speech
from workflows import accounts, sample_world
from workflows.organisations import workbook
from workflows.storage import Database
from workflows.storage.cases import Case
from workflows.storage.events import Event
from workflows.storage.ledger import Enterprise, Zone
from workflows.storage.organisations import Account, Organisation, Post

ROOT = Path(__file__).parent.parent
Run = Callable[..., Result]


@pytest.fixture
def run(empty_database_url: str, tmp_path: Path) -> Run:
    """Runs `jianhui` on a database of its own, in English unless told otherwise."""

    def run(*arguments: str, lang: str = "en", **environment: str) -> Result:
        settings = {
            "JIANHUI_DATABASE": empty_database_url,
            "JIANHUI_DATA": str(tmp_path / "data"),
            "JIANHUI_DEMO": "1",
            "JIANHUI_NOW": "2026-11-23T02:00:00Z",
            **environment,
        }
        return CliRunner().invoke(cli, ["--lang", lang, *arguments], env=settings)

    return run


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.dispose()


@pytest.fixture
def office(run: Run, database: Database) -> Run:
    """The same, with tables, a county union, a zone and their people."""
    assert run("db", "upgrade").exit_code == 0
    with database.write() as session:
        numbers = {"enterprises": 3, "employees": 90, "data_on": date(2026, 11, 1)}
        sample_world.build(session, numbers, date(2026, 11, 23))
    return run


def _commands() -> list[list[str]]:
    found = []
    for name, command in cli.commands.items():
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, sub] for sub in command.commands]
    return found


# ---- help and language ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_explains_itself_in_both_languages(command: list[str]) -> None:
    chinese = CliRunner().invoke(cli, ["--lang", "zh", *command, "--help"])
    english = CliRunner().invoke(cli, ["--lang", "en", *command, "--help"])
    assert chinese.exit_code == english.exit_code == 0
    assert "用法：" in chinese.output
    assert "Usage:" in english.output
    assert any("一" <= sign <= "鿿" for sign in chinese.output)
    assert not any("一" <= sign <= "鿿" for sign in english.output)


def test_the_program_tells_its_exit_codes() -> None:
    assert "Exit codes: 0 done; 1 refused" in CliRunner().invoke(cli, ["--lang", "en", "--help"]).output


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert speech.of_environment(environment) == language


@pytest.mark.parametrize("arguments", [["nothing"], ["check", "/no/such/folder"], ["user", "add"], ["demo", "--nope"]])
def test_wrong_use_ends_with_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, ["--lang", "zh", *arguments])
    assert result.exit_code == 2
    assert "错误：" in result.output


# ---- surroundings ---------------------------------------------------------------------------------------------------


def test_a_database_that_was_not_upgraded_is_told_about(run: Run) -> None:
    result = run("audit", "verify")
    assert result.exit_code == 2
    assert "jianhui db upgrade" in result.output


def test_a_database_that_does_not_answer_ends_with_2(run: Run) -> None:
    result = run("publish", JIANHUI_DATABASE="postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert result.exit_code == 2
    assert "The database failed" in result.output


@pytest.mark.parametrize("address", ["nonsense", "mysql://localhost/x"])
def test_an_address_that_is_none_ends_with_2(run: Run, address: str) -> None:
    result = run("db", "upgrade", JIANHUI_DATABASE=address)
    assert result.exit_code == 2
    assert "JIANHUI_DATABASE" in result.output


def test_a_wrong_setting_is_named(run: Run) -> None:
    result = run("db", "upgrade", JIANHUI_LOCK_AFTER="often")
    assert result.exit_code == 2
    assert "JIANHUI_LOCK_AFTER" in result.output


def test_upgrading_twice_changes_nothing(run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    again = run("db", "upgrade")
    assert again.exit_code == 0
    assert "up to date" in again.output


# ---- procedures -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bad_folder(tmp_path: Path) -> Path:
    """A copy of the test procedure whose lane has no settings, under a name of its own."""
    folder = tmp_path / "procedures/spoilt"
    shutil.copytree(ROOT / "tests/folders/review", folder)
    toml = (folder / "procedure.toml").read_text(encoding="utf-8")
    (folder / "procedure.toml").write_text(toml.replace('key = "review"', 'key = "spoilt"'), encoding="utf-8")
    bpmn = (folder / "process.bpmn").read_text(encoding="utf-8")
    assert 'name="上级工会"' in bpmn
    (folder / "process.bpmn").write_text(bpmn.replace('name="上级工会"', 'name="上级机关"'), encoding="utf-8")
    return folder


def test_the_shipped_procedures_have_no_findings(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "zone_union: nothing to object" in result.output


def test_check_names_file_element_and_reason_and_ends_with_1(run: Run, bad_folder: Path) -> None:
    result = run("check", str(bad_folder.parent))
    assert result.exit_code == 1
    assert "spoilt/procedure.toml  lanes.上级机关: Nothing says who acts" in result.output
    assert "finding(s)." in result.output


def test_a_bad_folder_never_keeps_a_good_one_from_being_published(run: Run, bad_folder: Path) -> None:
    run("db", "upgrade")
    shutil.copytree(ROOT / "tests/folders/review", bad_folder.parent / "review")
    result = run("publish", JIANHUI_PROCEDURES=str(bad_folder.parent))
    assert result.exit_code == 1
    assert "review: version 1 published" in result.output
    assert "spoilt/" in result.output


def test_publishing_unchanged_content_makes_no_new_version(run: Run) -> None:
    run("db", "upgrade")
    assert "version 1 published" in run("publish", "zone_union").output
    assert "version 1, unchanged" in run("publish", "zone_union").output


def test_an_unknown_procedure_ends_with_2(run: Run) -> None:
    run("db", "upgrade")
    assert run("publish", "nothing").exit_code == 2
    assert run("scenarios", "nothing").exit_code == 2


def test_a_scenario_that_does_not_go_as_written_ends_with_1(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "own/review"
    shutil.copytree(ROOT / "tests/folders/review", folder)
    (folder / "scenarios").mkdir()
    scenario = 'title = "从不结束"\n[[do]]\non = 2026-03-09\nby = "zone_secretary"\nstart = true\n[end]\nstatus = "completed"\n'
    (folder / "scenarios/never.toml").write_text(scenario, encoding="utf-8")
    result = run("scenarios", "review", JIANHUI_PROCEDURES=str(folder.parent))
    assert result.exit_code == 1, result.output
    assert "✗ review/never" in result.output
    assert "1 of 1 scenarios failed" in result.output


# ---- demo -----------------------------------------------------------------------------------------------------------


def test_the_demo_goes_into_an_empty_database_only(run: Run) -> None:
    for command in (("db", "upgrade"), ("publish", "zone_union"), ("demo",)):
        made = run(*command)
        assert made.exit_code == 0, made.output
    for arguments in (("demo",), ("demo", "--cases", "40")):
        refused = run(*arguments)
        assert refused.exit_code == 1
        assert "not empty" in refused.output
    allowed = run("demo", "--if-empty")
    assert allowed.exit_code == 0
    assert "nothing was changed" in allowed.output


def test_the_large_demo_says_how_far_it_is_and_holds_as_many_cases_as_were_asked_for(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.commands.database.SAID_EVERY", 0.0)
    for command in (("db", "upgrade"), ("publish",)):
        assert run(*command).exit_code == 0
    made = run("demo", "--cases", "40")
    assert made.exit_code == 0, made.output
    assert "Writing demo data 20/40" in made.stderr
    assert "40 cases" in made.stdout
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 40


@pytest.mark.parametrize("cases", ["0", "39", "1000000", "many"])
def test_a_number_of_cases_that_makes_no_province_is_wrong_use(run: Run, cases: str) -> None:
    assert run("demo", "--cases", cases).exit_code == 2


def test_the_demo_needs_a_published_procedure_and_leaves_nothing_without(run: Run, database: Database) -> None:
    run("db", "upgrade")
    result = run("demo")
    assert result.exit_code == 1
    with database.read() as session:
        assert not session.scalar(select(func.count()).select_from(Organisation))


# ---- accounts -------------------------------------------------------------------------------------------------------


def test_user_add_prints_a_password_that_must_be_changed(office: Run, database: Database) -> None:
    result = office("user", "add", "Meng.Li", "--name", "孟丽", "--organisation", "U-C", "--role", "clerk")
    assert result.exit_code == 0, result.output
    password = result.stdout.strip()
    with database.read() as session:
        account = session.scalars(select(Account).where(Account.username == "meng.li")).one()
        assert account.must_change
        assert accounts.verify(accounts.candidate(session, "meng.li"), password)
        post = session.scalars(select(Post).where(Post.person_id == account.person_id)).one()
        assert (post.role, post.organisation.code) == ("clerk", "U-C")


@pytest.mark.parametrize(
    ("username", "organisation", "said"),
    [("first", "U-C", "The name is taken"), ("new", "NOWHERE", "no organisation with the code NOWHERE")],
)
def test_user_add_leaves_nothing_when_refused(
    office: Run, database: Database, username: str, organisation: str, said: str
) -> None:
    office("user", "add", "first", "--name", "孟一", "--organisation", "U-C", "--role", "leader")
    with database.read() as session:
        before = session.scalar(select(func.count()).select_from(Post))
    result = office("user", "add", username, "--name", "孟丽", "--organisation", organisation, "--role", "clerk")
    assert result.exit_code == 1
    assert said in result.output
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Post)) == before


def test_user_reset_and_end(office: Run, database: Database) -> None:
    first = office("user", "add", "liu", "--name", "刘一", "--organisation", "U-C", "--role", "clerk").stdout.strip()
    password = office("user", "reset", "liu").stdout.strip()
    with database.read() as session:
        assert accounts.verify(accounts.candidate(session, "liu"), password)
        assert not accounts.verify(accounts.candidate(session, "liu"), first)
    assert office("user", "end", "liu").exit_code == 0
    with database.read() as session:
        assert not accounts.candidate(session, "liu").active
    assert office("user", "reset", "nobody").exit_code == 1


def test_an_ended_account_is_reset_only_when_it_is_brought_back(office: Run, database: Database) -> None:
    office("user", "add", "liu", "--name", "刘一", "--organisation", "U-C", "--role", "clerk")
    office("user", "end", "liu")
    refused = office("user", "reset", "liu")
    assert refused.exit_code == 1
    assert "--reactivate" in refused.output
    back = office("user", "reset", "liu", "--reactivate")
    assert back.exit_code == 0, back.output
    with database.read() as session:
        account = accounts.candidate(session, "liu")
        assert account.active
        assert accounts.verify(account, back.stdout.strip())


def test_the_last_administrator_cannot_be_ended(office: Run, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE accounts SET active = :no"), {"no": False})
    for name in ("one", "two"):
        office("user", "add", name, "--name", name, "--organisation", "U-C", "--role", "administrator")
    assert office("user", "end", "one").exit_code == 0
    refused = office("user", "end", "two")
    assert refused.exit_code == 1
    assert "last administrator" in refused.output
    with database.read() as session:
        assert accounts.candidate(session, "two").active


# ---- imports --------------------------------------------------------------------------------------------------------


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """One new enterprise and one with a wrong credit code."""
    path = tmp_path / "ledger.csv"
    rows = [
        "统一社会信用代码,企业名称,在营状态,职工数,数据日期",
        "91410105MA00000022,郑州新来机械有限公司,在营,35,2026-11-20",
        "91410105MA00000021,郑州写错食品有限公司,在营,-3,2026-11-20",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def _enterprises(database: Database) -> int:
    with database.read() as session:
        zone = session.scalars(select(Zone).where(Zone.code == "Z1")).one()
        return session.scalar(select(func.count()).where(Enterprise.zone_id == zone.id)) or 0


def test_import_ledger_prints_every_refusal_and_writes_nothing(
    office: Run, database: Database, ledger_file: Path
) -> None:
    before = _enterprises(database)
    result = office("import-ledger", str(ledger_file), "--zone", "Z1", "--apply")
    assert result.exit_code == 1
    assert "D3" in result.output
    assert "Nothing was written" in result.output
    assert _enterprises(database) == before


def test_import_ledger_previews_until_it_is_told_to_write(office: Run, database: Database, tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    rows = f"统一社会信用代码,企业名称,在营状态,职工数,数据日期\n{credit_code(7)},郑州新来机械有限公司,在营,35,2026-11-20\n"
    path.write_bytes(rows.encode("gb18030"))
    before = _enterprises(database)
    preview = office("import-ledger", str(path), "--zone", "Z1")
    assert preview.exit_code == 0, preview.output
    assert "1 new, 0 changed" in preview.output
    assert _enterprises(database) == before
    assert office("import-ledger", str(path), "--zone", "Z1", "--apply").exit_code == 0
    assert _enterprises(database) == before + 1


def test_a_file_that_is_no_workbook_is_refused_with_the_remedy(office: Run, tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    result = office("import-ledger", str(path), "--zone", "Z1")
    assert result.exit_code == 1
    assert ".xlsx" in result.output
    assert office("import-ledger", str(path), "--zone", "NOWHERE").exit_code == 1


def test_import_organisations_takes_all_or_nothing(run: Run, database: Database, tmp_path: Path) -> None:
    run("db", "upgrade")
    path = tmp_path / "organisations.xlsx"
    path.write_bytes(workbook.template())
    book = openpyxl.load_workbook(path)
    sheet = book["组织"]
    headings = {str(cell.value).rstrip(" *＊"): cell.column for cell in sheet[1]}
    for line, (code, name, kind, parent) in enumerate(
        [("P", "某省总工会", "省总工会", ""), ("C", "某县总工会", "县总工会", "P")], start=2
    ):
        for heading, value in (("编码", code), ("名称", name), ("类型", kind), ("上级工会编码", parent)):
            if heading in headings:
                sheet.cell(line, headings[heading], value)
    book.save(path)
    assert "2 new" in run("import-organisations", str(path), "--preview").output
    with database.read() as session:
        assert not session.scalar(select(func.count()).select_from(Organisation))
    result = run("import-organisations", str(path))
    assert result.exit_code == 0, result.output
    sheet.cell(3, headings["类型"], "什么都不是")
    book.save(path)
    refused = run("import-organisations", str(path))
    assert refused.exit_code == 1
    assert "nothing was imported" in refused.output
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 2


# ---- audit ----------------------------------------------------------------------------------------------------------


def test_audit_verify_finds_one_changed_byte(office: Run, database: Database) -> None:
    office("user", "add", "liu", "--name", "刘一", "--organisation", "U-C", "--role", "clerk")
    clean = office("audit", "verify")
    assert clean.exit_code == 0, clean.output
    assert "intact" in clean.output
    with database.write() as session:
        event = session.scalars(select(Event).where(Event.kind == "post_begun")).one()
        session.execute(text("UPDATE events SET actor_name = :name WHERE id = :id"), {"name": "别人", "id": event.id})
        chain, sequence = event.chain, event.sequence
    broken = office("audit", "verify")
    assert broken.exit_code == 1
    assert f"{chain}, event {sequence}: " in broken.output


def test_audit_verify_finds_a_tail_that_was_cut_off(office: Run, database: Database, tmp_path: Path) -> None:
    office("user", "add", "liu", "--name", "刘一", "--organisation", "U-C", "--role", "clerk")
    anchor = tmp_path / "data/anchor.log"
    assert anchor.read_text(encoding="utf-8").count("administration") >= 1
    with database.write() as session:
        last = session.scalars(
            select(Event).where(Event.chain == "administration").order_by(Event.sequence.desc()).limit(1)
        ).one()
        session.execute(text("DELETE FROM events WHERE id = :id"), {"id": last.id})
        session.execute(
            text("UPDATE chains SET last_sequence = :n, last_hash = :h WHERE name = 'administration'"),
            {"n": last.sequence - 1, "h": last.previous_hash},
        )
    result = office("audit", "verify", "--anchor", str(anchor))
    assert result.exit_code == 1
    assert "cut off" in result.output


def test_audit_verify_refuses_when_the_anchor_file_is_gone(office: Run, tmp_path: Path) -> None:
    office("user", "add", "liu", "--name", "刘一", "--organisation", "U-C", "--role", "clerk")
    (tmp_path / "data/anchor.log").unlink()
    result = office("audit", "verify")
    assert result.exit_code == 1
    assert "anchor.log is gone" in result.output
    assert "intact" not in result.output


def test_audit_verify_only_notes_that_a_web_anchor_cannot_be_read(office: Run) -> None:
    office("user", "add", "liu", "--name", "刘一", "--organisation", "U-C", "--role", "clerk")
    result = office("audit", "verify", JIANHUI_ANCHOR="http://127.0.0.1:1/anchor")
    assert result.exit_code == 0, result.output
    assert "No anchor" in result.output


def test_audit_verify_of_an_empty_record_needs_no_anchor(run: Run) -> None:
    run("db", "upgrade")
    assert run("audit", "verify").exit_code == 0


# ---- serve ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)  # the embedded one is always opened durable
def test_serve_refuses_a_database_that_forgets(office: Run, database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    database.dispose()
    result = office("serve", "--port", "1")
    assert result.exit_code == 2
    assert "synchronous_commit" in result.output


def test_serve_says_its_address_and_answers(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "JIANHUI_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "en_GB.UTF-8",
    }
    for name in ("JIANHUI_DATABASE", "JIANHUI_DEMO", "JIANHUI_NOW"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "webapp.cli"]
    subprocess.run([*command, "db", "upgrade"], env=environment, check=True, capture_output=True, timeout=60)
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--workers", "1"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
        assert _answers(f"http://127.0.0.1:{port}/health") == b"ok\n"
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0


def _answers(address: str) -> bytes:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                content: bytes = answer.read()
                return content
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)

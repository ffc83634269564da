"""`make` on a machine that lacks something: it says what and how to bring it, and stops.

The script runs in a copy of the repository's top with a PATH of our own, so that the machine's packages do not matter.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDINARY = ("bash", "cat", "cut", "dirname", "env", "flock", "mkdir", "rm", "sha256sum", "tail")

Setup = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The folder of programs of a bare machine with a plain user."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ORDINARY:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    add(programs, "id", "echo 1000")
    return programs


@pytest.fixture
def setup(machine: Path, tmp_path: Path) -> Setup:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / ".ci", copy / ".ci")
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, copy)

    def run(purpose: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(machine), "HOME": str(tmp_path), "LC_ALL": "C"}
        command = [os.fspath(machine / "bash"), ".ci/setup", purpose]
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=60)

    return run


def add(programs: Path, name: str, body: str) -> None:
    """A program of that bare machine."""
    path = programs / name
    path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
    path.chmod(0o755)


def test_a_plain_user_is_told_the_command_for_python(setup: Setup) -> None:
    done = setup("run")
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv\n" in done.stderr
    assert "chromium" not in done.stderr


def test_a_plain_user_is_told_every_package_at_once(setup: Setup) -> None:
    done = setup("test")
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv\n" in done.stderr
    assert "sudo apt-get install chromium\n" in done.stderr
    assert "sudo apt-get install libatomic1\n" in done.stderr


def test_a_python_without_its_venv_module_is_named_by_its_package(setup: Setup, machine: Path) -> None:
    add(machine, "python3.12", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = setup("run")
    assert done.returncode == 1
    assert "sudo apt-get install python3.12-venv\n" in done.stderr


def test_a_python_that_is_too_old_does_not_count(setup: Setup, machine: Path) -> None:
    add(machine, "python3", 'case "$2" in *version_info*) exit 1;; esac')
    done = setup("run")
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


def test_root_gets_the_packages_installed(setup: Setup, machine: Path, tmp_path: Path) -> None:
    add(machine, "id", "echo 0")
    add(machine, "apt-get", f'echo "$@" >> {tmp_path}/asked')
    done = setup("run")
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["update -q", "install -q -y --no-install-recommends python3-venv"]
    assert done.returncode == 1
    assert "Jianhui needs Python 3.11 or newer" in done.stderr  # this apt-get only took note


def test_a_failing_apt_is_shown(setup: Setup, machine: Path) -> None:
    add(machine, "id", "echo 0")
    add(machine, "apt-get", "echo no such mirror >&2; exit 100")
    done = setup("run")
    assert done.returncode == 1
    assert "no such mirror" in done.stderr


def test_an_unknown_purpose_is_wrong_use(setup: Setup) -> None:
    assert setup("dance").returncode == 2

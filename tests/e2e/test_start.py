"""What `make run` starts: the demo, ready to be used, and the same data at the next start."""

from __future__ import annotations

import re
import sqlite3
import sys
import urllib.parse
import urllib.request
from contextlib import closing
from pathlib import Path

from tests.e2e.server import ROOT, serving
from webapp.auth.demo import DEMO_PASSWORD

START = (sys.executable, str(ROOT / ".ci/start.py"))


def test_the_first_start_prepares_the_demo_and_the_next_one_keeps_it(tmp_path: Path) -> None:
    with serving(tmp_path, *START) as site:
        first = urllib.request.urlopen(site.url).read().decode()
        accounts = first.count("demo-account")
        assert accounts >= 10
        site.jianhui("audit", "verify")
    with serving(tmp_path, *START) as site:
        assert urllib.request.urlopen(site.url).read().decode().count("demo-account") == accounts
        site.jianhui("audit", "verify")


def test_without_the_demo_nothing_is_put_into_the_database(tmp_path: Path) -> None:
    with serving(tmp_path, "env", "JIANHUI_DEMO=0", *START) as site:
        assert "demo-account" not in urllib.request.urlopen(site.url).read().decode()


def test_papers_are_laid_out_right_after_the_first_start(tmp_path: Path) -> None:
    """The demo lays out papers before the server forks; the threads that do it must not be waited for in the fork."""
    with serving(tmp_path, *START) as site:
        with closing(sqlite3.connect(tmp_path / "jianhui.db")) as database:
            voided = database.execute("SELECT id FROM papers WHERE status = 'voided'").fetchone()[0]
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = browser.open(f"{site.url}/sign-in").read().decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        fields = {"csrf_token": token[1], "username": "zhaomin", "password": DEMO_PASSWORD}
        browser.open(f"{site.url}/sign-in", urllib.parse.urlencode(fields).encode())
        paper = browser.open(f"{site.url}/papers/{voided}/pdf", timeout=30).read()  # 作废 is laid over a copy
        assert paper.startswith(b"%PDF")

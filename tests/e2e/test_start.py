"""What `make run` starts: the demo, ready to be used, and the same data at the next start."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path

from tests.e2e.server import ROOT, serving

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

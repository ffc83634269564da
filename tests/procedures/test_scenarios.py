"""Every scenario of every procedure folder, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

import bpmn
from tests.event_log.replay import misfits
from workflows import catalogue, scenarios
from workflows.storage import Database

FOLDERS = sorted(path.parent for path in Path(next(iter(bpmn.__path__))).glob("*/procedure.toml"))
ALL = [scenario for folder in FOLDERS for scenario in scenarios.find(folder)]


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: f"{scenario.folder.name}-{scenario.name}")
def test_scenario(db: Database, scenario: scenarios.Scenario) -> None:
    scenarios.run(db, scenario)
    assert misfits(db) == []  # the log of what happened is a way through the diagrams


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_passes_every_check(folder: Path) -> None:
    assert catalogue.check_folder(folder) == ()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_carries_scenarios(folder: Path) -> None:
    assert scenarios.find(folder)

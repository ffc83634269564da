"""Where the procedure folders of this installation lie."""

from __future__ import annotations

import os
from pathlib import Path

import workflows
from webapp.config import Settings

SHIPPED = Path(workflows.__file__).resolve().parent.parent / "bpmn"


def places(settings: Settings) -> tuple[Path, ...]:
    """The folders that JIANHUI_PROCEDURES names, separated as in PATH; the shipped ones when it names none."""
    if settings.procedures is None or not str(settings.procedures):
        return (SHIPPED,)
    return tuple(Path(place) for place in str(settings.procedures).split(os.pathsep) if place)

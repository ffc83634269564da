"""P17, R-117: members as they are entered when a union is founded, in groups of people with their dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from workflows.law.founding import is_member
from workflows.procedures.answers import rows


def counted(answers: Mapping[str, Any], on: date) -> dict[str, tuple[int, int]]:
    """Members and women members by unit ("" where none is named) on a day: only whose admission is approved by then."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows(answers, "admissions"):
        approved = date.fromisoformat(row["approved_on"]) if row.get("approved_on") else None
        if is_member(approved, on).verdict == "member":
            members, women = found[row.get("unit", "")]
            found[row.get("unit", "")] = (members + row["people"], women + row["women"])
    return dict(found)

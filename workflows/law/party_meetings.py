"""A Party group or committee meeting that decides on cadres: who must come, how many must agree.

党政领导干部选拔任用工作条例, chapter on discussion and decision: two thirds and more of the members attend, and more than half
of those who should attend agree. The numbers are those of elections (R-312, R-323), the source is another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workflows.errors import Mistake
from workflows.law.elections import majority, quorum
from workflows.text import Text

SOURCE = (
    "党政领导干部选拔任用工作条例：讨论决定干部任免事项，须有三分之二以上成员到会，以应到会成员超过半数同意形成决定"
)


def mistakes(due: int, present: int, in_favour: int, *, agrees: bool) -> Iterator[Mistake]:
    """What keeps a meeting from deciding; ``agrees``: the decision is to agree, which needs more than half of ``due``.

    Persons: ``due`` should attend, ``present`` came, ``in_favour`` agreed. Paths are the names of the parameters.
    """
    if present > due:
        yield Mistake("/present", Text("实到人数多于应到人数。", "More came than should attend."))
    elif present < quorum(due):
        yield Mistake(
            "/present",
            Text(
                f"讨论决定干部任免，须三分之二以上成员到会：应到 {due} 人，至少 {quorum(due)} 人，实到 {present} 人。",
                f"To decide on cadres two thirds must attend: of {due} at least {quorum(due)}, {present} did.",
            ),
        )
    if in_favour > present:
        yield Mistake("/in_favour", Text("同意人数多于实到人数。", "More agreed than were present."))
    elif agrees and in_favour < majority(due):
        yield Mistake(
            "/in_favour",
            Text(
                f"须应到会成员超过半数同意：应到 {due} 人，至少 {majority(due)} 人，同意 {in_favour} 人。",
                f"More than half of those who should attend must agree: of {due} at least {majority(due)}, "
                f"{in_favour} did.",
            ),
        )


def day_mistake(held_on: date, not_before: date | None, today: date) -> Text | None:
    """Why a meeting cannot have been held on that day: it has not come yet, or its matter was not before it."""
    if held_on > today:
        return Text("会议日期不能晚于今天。", "The meeting cannot lie in the future.")
    if not_before is not None and held_on < not_before:
        return Text(
            f"会议日期不能早于{not_before}，那时所议事项还没有提出。",
            f"The meeting cannot be before {not_before}, when its matter was raised.",
        )
    return None

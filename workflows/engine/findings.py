"""One thing that is wrong with a procedure folder, told so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """``file`` is relative to the folder; ``element`` is the id in a diagram, the place in a file, or empty."""

    file: str
    element: str
    reason: Text

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.element, self.reason.zh) if part)


def suggestion(name: str, known: Iterable[str]) -> Text:
    """A half sentence naming the nearest known name or, failing that, all of them; empty where nothing is known."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return Text(f"；是否想写“{near[0]}”？", f'; did you mean "{near[0]}"?')
    if names:
        listed = names[:12]
        return Text(f"；可用的有：{'、'.join(listed)}。", f"; known: {', '.join(listed)}.")
    return Text("。", ".")

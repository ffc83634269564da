"""Steps that are done again beside the tree of tasks, because somebody sent back to them straight 退回."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Detour:
    """``token`` is that of the step while it is open; ``back`` that of the returner's step, which waits for it.

    The returner's step is one of the tree, or itself the step of a detour.
    """

    token: str
    step: str
    back: str


class Detours:
    """The open detours of an instance; one stands after the one it leads back to."""

    def __init__(self, saved: Iterable[Detour] = ()) -> None:
        self._open = list(saved)

    def __iter__(self) -> Iterator[Detour]:
        return iter(self._open)

    def at(self, token: str) -> Detour | None:
        """The detour whose step has this token."""
        return next((detour for detour in self._open if detour.token == token), None)

    def begin(self, step: str, back: str) -> None:
        """Open a step, for which the one with the token ``back`` waits."""
        self._open.append(Detour(uuid4().hex, step, back))

    def end(self, detour: Detour) -> None:
        """The step was done; the one that waited for it is open again."""
        self._open.remove(detour)

    def renew(self, detour: Detour) -> str:
        """Give the step of a detour a token never used before."""
        again = replace(detour, token=uuid4().hex)
        self._open[self._open.index(detour)] = again
        return again.token

    def waiting(self) -> frozenset[str]:
        """The tokens of the steps that wait for another one to be done again."""
        return frozenset(detour.back for detour in self._open)

    def place(self, detour: Detour) -> str:
        """The token of the step of the tree to which a detour leads in the end."""
        further = self.at(detour.back)
        return detour.back if further is None else self.place(further)

    def ending_with(self, closed: Iterable[str]) -> frozenset[str]:
        """The tokens of the steps that close together with those steps of the tree."""
        gone = frozenset(closed)
        return frozenset(detour.token for detour in self._open if self.place(detour) in gone)

    def keep(self, open_now: Iterable[str]) -> None:
        """Drop those that lead back to no open step of the tree."""
        if self._open:
            still = frozenset(open_now)
            self._open = [detour for detour in self._open if self.place(detour) in still]

    def clear(self) -> None:
        """Drop all."""
        self._open.clear()

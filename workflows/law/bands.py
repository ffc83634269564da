"""Tables that give a least and a most number by size, as they stand in the parameters: ``"0:3-5, 25:3-7"``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Band:
    """From ``start`` persons on: at least ``least``, at most ``most``."""

    start: int
    least: int
    most: int

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.least <= number <= self.most


@cache
def bands(table: str) -> tuple[Band, ...]:
    """The bands of a table, smallest first; ValueError for a table that is none. An empty table has no bands."""
    found = []
    for entry in filter(None, (part.strip() for part in table.split(","))):
        start, _, sizes = entry.rpartition(":")
        least, _, most = sizes.partition("-")
        found.append(Band(int(start or 0), int(least), int(most)))
    return tuple(sorted(found, key=lambda band: band.start))


def band_for(table: str, size: int) -> Band | None:
    """The band a size falls into; None below the first one."""
    return next((band for band in reversed(bands(table)) if size >= band.start), None)

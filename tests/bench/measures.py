"""Times of one kind of action, and how they are summed up."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Times:
    """Seconds, one for each time an action was done."""

    seconds: list[float] = field(default_factory=list)

    def measure(self, action: Callable[[], T]) -> T:
        """Do it, and keep how long it took."""
        began = time.perf_counter()
        result = action()
        self.seconds.append(time.perf_counter() - began)
        return result

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds; the smallest time that 95 of 100 do not exceed."""
        ordered = sorted(self.seconds)
        return ordered[math.ceil(len(ordered) * 0.95) - 1] * 1000

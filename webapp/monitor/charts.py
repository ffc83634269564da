"""Charts as SVG from the server: no script, no colour without a number beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.monitor import words
from workflows.monitor.figures import Month

WIDTH, HEIGHT = 660.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 18.0, 30.0


def counts(months: Sequence[Month]) -> Markup:
    """Two bars for each month: cases started and cases completed, with their numbers."""
    highest = max((max(month.started, month.completed) for month in months), default=0)
    return _chart(_("每月发起和办结的办件数"), _bars(months, _scale(highest)), months, _scale(highest))


def durations(months: Sequence[Month]) -> Markup:
    """A line for the median of the days from start to completion and one for the 90th percentile."""
    highest = max((month.took.p90 or 0 for month in months), default=0)
    top = _scale(highest)
    parts = [*_line(months, top, "p90"), *_line(months, top, "median")]
    return _chart(_("从发起到办结的天数：中位数和九成"), parts, months, top)


def _scale(highest: float) -> int:
    """The upper end of the axis: a round number that is not below the highest value, and can be cut in four."""
    sizes = (part * 10**power for power in range(9) for part in (4, 8, 20))
    return next(size for size in sizes if size >= highest)


def _chart(label: str, parts: Iterable[str], months: Sequence[Month], top: int) -> Markup:
    axis = "".join(_axis(top))
    names = "".join(
        f'<text class="c-text" x="{_middle(number, len(months)):g}" y="{HEIGHT - 10:g}">{escape(_short(month.month))}</text>'
        for number, month in enumerate(months)
    )
    return Markup(  # noqa: S704 - all text is escaped
        f'<svg class="chart" role="img" aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="0 0 {WIDTH:g} {HEIGHT:g}">{axis}{"".join(parts)}{names}</svg>'
    )


def _axis(top: int) -> Iterator[str]:
    for part in range(5):
        y = _y(top * part / 4, top)
        yield f'<line class="c-grid" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:g}" y2="{y:g}"/>'
        yield f'<text class="c-text c-axis" x="{LEFT - 6:g}" y="{y + 4:g}">{top * part // 4}</text>'


def _bars(months: Sequence[Month], top: int) -> Iterator[str]:
    each = (WIDTH - LEFT - RIGHT) / max(1, len(months))
    width = min(24.0, each / 2 - 4)
    for number, month in enumerate(months):
        middle = _middle(number, len(months))
        for value, name, x in (
            (month.started, "c-started", middle - width - 1),
            (month.completed, "c-completed", middle + 1),
        ):
            y = _y(value, top)
            yield f'<rect class="{name}" x="{x:g}" y="{y:g}" width="{width:g}" height="{HEIGHT - BOTTOM - y:g}" rx="2"/>'
            if value:
                yield f'<text class="c-text c-value" x="{x + width / 2:g}" y="{y - 4:g}">{value}</text>'


def _line(months: Sequence[Month], top: int, which: str) -> Iterator[str]:
    points = [
        (_middle(number, len(months)), _y(value, top), value)
        for number, month in enumerate(months)
        if (value := getattr(month.took, which)) is not None
    ]
    path = " ".join(f"{x:g},{y:g}" for x, y, _value in points)
    yield f'<polyline class="c-line c-{which}" points="{path}"/>'
    for x, y, value in points:
        yield f'<circle class="c-dot c-{which}" cx="{x:g}" cy="{y:g}" r="3.5"/>'
        yield f'<text class="c-text c-value" x="{x:g}" y="{y - 8:g}">{words.days(value)}</text>'


def _middle(number: int, count: int) -> float:
    return LEFT + (number + 0.5) * (WIDTH - LEFT - RIGHT) / max(1, count)


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _short(month: str) -> str:
    """January with its year, other months alone."""
    return month if month.endswith("-01") else month[5:]

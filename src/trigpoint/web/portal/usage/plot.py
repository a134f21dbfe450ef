"""The chart of usage: stacked bars, as numbers for an SVG that the template writes.

All lengths are percentages, so that the style sheet can scale the chart without its text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.credentials.usage_table import UsageTable
from trigpoint.credentials.usage_window import Reach, UsageWindow

LINES = 4
"""Most grid lines above the base line."""
GAP = 0.22
"""Gap between bars, as a share of the width of an interval."""
LEAST_HEIGHT = 0.8
"""Least height of a bar with calls in per cent, so that it is visible."""
REST = "rest"
LABEL_EVERY = {Reach.DAY: (3, 6), Reach.MONTH: (5, 10), Reach.YEAR: (1, 3)}
"""Which intervals have labels: every third hour on a wide page, every sixth on a narrow one, and so on."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a bar, with the name of its colour in the style sheet."""

    colour: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The calls of one interval. `label` may be empty; with `is_minor` it is hidden on a narrow page."""

    x: str
    width: str
    middle: str
    label: str
    is_minor: bool
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line, and the number of calls that it stands for."""

    y: str
    calls: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars, grid lines from the highest to the base, and the colour of each value."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    colours: tuple[str, ...]


def draw_plot(table: UsageTable, by: str, names: Sequence[str], rest_name: str) -> Plot:
    """Lay out the chart of a table; `names` are the labels of its values."""
    colours = tuple(colours_of(by, table.values))
    step, top = scale_for(max(table.totals, default=0))
    width = 100 / len(table.totals)
    bars = []
    for index, (line, total, rest) in enumerate(zip(table.cells, table.totals, table.rests, strict=True)):
        stacked = [*zip(colours, names, line, strict=True), (REST, rest_name, rest)]
        lines = [f"{name}: {calls:,}" for _, name, calls in stacked if calls]
        label, is_minor = _label(table.window, index)
        bar = Bar(
            x=_percent((index + GAP / 2) * width),
            width=_percent((1 - GAP) * width),
            middle=_percent((index + 0.5) * width),
            label=label,
            is_minor=is_minor,
            title="\n".join([f"{name_start(table.window, index)}: {total:,}", *lines]),
            parts=tuple(_stack([(colour, calls) for colour, _, calls in stacked], total, top)),
        )
        bars.append(bar)
    counts = range(top, -1, -step)
    return Plot(tuple(bars), tuple(Line(_percent(100 - 100 * calls / top), calls) for calls in counts), colours)


def scale_for(most: int) -> tuple[int, int]:
    """Give the step between two grid lines (1, 2 or 5 times a power of ten) and the value of the highest, at most 4 steps."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * LINES >= most:
                return step, max(1, -(-most // step)) * step
        size *= 10


def colours_of(by: str, values: Sequence[str]) -> Iterator[str]:
    """Name the colour of each value: by its rank; for a status by its meaning; the first reason of a refusal is red."""
    for rank, value in enumerate(values):
        if by == Dimension.STATUS.value and value[:1] in {"2", "5"}:
            yield "fine" if value[:1] == "2" else "broken"
        elif by == Dimension.STATUS.value and value == "429":
            yield "over"
        elif by == RefusalDimension.REASON.value and rank == 0:
            yield "broken"
        else:
            yield f"rank{rank}"


def name_start(window: UsageWindow, index: int) -> str:
    """Write the start of an interval in UTC: `25 Nov, 16:00`, `25 Nov` or `Nov 2026`."""
    start = window.starts[index]
    if window.reach is Reach.YEAR:
        return f"{start:%b %Y}"
    return f"{start.day} {start:%b}" + (f", {start:%H:%M}" if window.reach is Reach.DAY else "")


def name_window(window: UsageWindow) -> str:
    """Write the first and the last interval of a window."""
    first, last = window.starts[0], window.starts[-2]
    if window.reach is Reach.YEAR:
        return f"{first:%B %Y} to {last:%B %Y}"
    if window.reach is Reach.MONTH:
        return f"{_day(first)} to {_day(last)}"
    return f"{_day(first)}, {first:%H:%M} to {_day(window.starts[-1])}, {window.starts[-1]:%H:%M} UTC"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _stack(parts: Sequence[tuple[str, int]], total: int, top: int) -> Iterator[Part]:
    whole = max(LEAST_HEIGHT, 100 * total / top)
    base = 100.0
    for colour, calls in parts:
        if calls:
            height = whole * calls / total
            base -= height
            yield Part(colour, _percent(base), _percent(height))


def _label(window: UsageWindow, index: int) -> tuple[str, bool]:
    start, (every, every_narrow) = window.starts[index], LABEL_EVERY[window.reach]
    number = start.hour if window.reach is Reach.DAY else len(window.starts) - 2 - index
    if number % every:
        return "", False
    name = {Reach.DAY: f"{start:%H:%M}", Reach.MONTH: f"{start.day} {start:%b}", Reach.YEAR: f"{start:%b}"}
    return name[window.reach], bool(number % every_narrow)


def _percent(value: float) -> str:
    return f"{value:.4g}%"

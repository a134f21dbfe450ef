"""The numbers of a usage dashboard: the calls in each span of a window by one dimension, and the largest shares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trigpoint.credentials.usage import UsageRow
from trigpoint.credentials.usage_window import UsageWindow

Share = tuple[str, int]
"""A value, and its calls."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The largest groups, and the `total` of all groups."""

    named: tuple[Share, ...]
    total: int

    @property
    def rest(self) -> int:
        """The calls of all other groups."""
        return max(0, self.total - sum(calls for _, calls in self.named))


@dataclass(frozen=True, slots=True)
class UsageTable:
    """Numbers of calls: a row for each span of the window, and a column for each of the largest values.

    `cells[span][column]` and `totals[span]` are numbers of calls. A total includes the values without a column, whose
    sums are `rests` and `rest`.
    """

    window: UsageWindow
    values: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]

    @property
    def sums(self) -> tuple[int, ...]:
        """The calls of each column, over the whole window."""
        return tuple(sum(line[column] for line in self.cells) for column in range(len(self.values)))

    @property
    def total(self) -> int:
        """All calls of the window."""
        return sum(self.totals)

    @property
    def rests(self) -> tuple[int, ...]:
        """The calls of each span whose values have no column."""
        return tuple(total - sum(line) for total, line in zip(self.totals, self.cells, strict=True))

    @property
    def rest(self) -> int:
        """All calls whose values have no column."""
        return sum(self.rests)

    def rows(self, name: str) -> list[UsageRow]:
        """Give a report: a row for each span and value with calls, earliest span first; `name` is the dimension's name."""
        return [
            UsageRow(start, {name: value}, calls)
            for start, line in zip(self.window.names, self.cells, strict=True)
            for value, calls in zip(self.values, line, strict=True)
            if calls
        ]


def lay_out(
    window: UsageWindow, values: Sequence[str], counts: Iterable[tuple[int, str, int]], totals: Mapping[int, int]
) -> UsageTable:
    """Make a table from counters (span, value, calls); `totals` has the total of each span that has calls."""
    found = {(span, value): calls for span, value, calls in counts}
    spans = range(len(window.starts) - 1)
    cells = tuple(tuple(found.get((span, value), 0) for value in values) for span in spans)
    # Totals and parts come from two queries; calls that were counted in between must not make a total too small.
    sums = tuple(max(totals.get(span, 0), sum(line)) for span, line in zip(spans, cells, strict=True))
    return UsageTable(window, tuple(values), cells, sums)

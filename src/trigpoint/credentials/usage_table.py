"""The numbers of a usage dashboard: calls in each span of a window, grouped by one dimension, and their shares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trigpoint.credentials.usage import UsageRow
from trigpoint.credentials.usage_window import UsageWindow

Share = tuple[str, int]
"""A value, and its calls."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The largest groups by name, and `total` of all groups."""

    named: tuple[Share, ...]
    total: int

    @property
    def rest(self) -> int:
        """The calls of all groups that are not named."""
        return max(0, self.total - sum(calls for _, calls in self.named))


@dataclass(frozen=True, slots=True)
class UsageTable:
    """Calls, a line for each span of the window and a column for each value; values that have no column are in `rest`.

    `cells[span][column]` and `totals[span]` are calls; a total counts the rest too.
    """

    window: UsageWindow
    values: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]

    @property
    def sums(self) -> tuple[int, ...]:
        """The calls of each value, over the whole window."""
        return tuple(sum(line[column] for line in self.cells) for column in range(len(self.values)))

    @property
    def total(self) -> int:
        """All calls of the window."""
        return sum(self.totals)

    @property
    def rests(self) -> tuple[int, ...]:
        """The calls of each span that have no column."""
        return tuple(total - sum(line) for total, line in zip(self.totals, self.cells, strict=True))

    @property
    def rest(self) -> int:
        """All calls that have no column."""
        return sum(self.rests)

    def rows(self, name: str) -> list[UsageRow]:
        """Give a report: a row for each span and value with calls, earliest first; `name` names the dimension."""
        return [
            UsageRow(start, {name: value}, calls)
            for start, line in zip(self.window.names, self.cells, strict=True)
            for value, calls in zip(self.values, line, strict=True)
            if calls
        ]


def lay_out(
    window: UsageWindow, values: Sequence[str], counts: Iterable[tuple[int, str, int]], totals: Mapping[int, int]
) -> UsageTable:
    """Lay (span, value, calls) out as a table; `totals` are those of each span that has any calls."""
    found = {(span, value): calls for span, value, calls in counts}
    spans = range(len(window.starts) - 1)
    cells = tuple(tuple(found.get((span, value), 0) for value in values) for span in spans)
    # Calls that were counted between two questions make a total no smaller than its parts.
    sums = tuple(max(totals.get(span, 0), sum(line)) for span, line in zip(spans, cells, strict=True))
    return UsageTable(window, tuple(values), cells, sums)

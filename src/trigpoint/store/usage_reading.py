"""Reading the counters: calls and refusals of a span of hours, grouped by dimensions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Table, case, func, literal, select

from trigpoint.base.ids import TeamId
from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.store import tables

Counts = list[tuple[int, tuple[str, ...], int]]
"""Rows of (hour since the epoch, values of the dimensions, calls)."""

_CALLS = tables.usage_hours
_REFUSALS = tables.refusal_hours
_CALL_COLUMNS: dict[Dimension, Column[object]] = {
    Dimension.SERVICE: _CALLS.c.service,
    Dimension.STATUS: _CALLS.c.status,
    Dimension.KEY: _CALLS.c.key_id,
    Dimension.MAPS_ID: _CALLS.c.maps_id,
    Dimension.ORIGIN: _CALLS.c.origin,
}
_REFUSAL_COLUMNS: dict[RefusalDimension, Column[object]] = {
    RefusalDimension.REASON: _REFUSALS.c.reason,
    RefusalDimension.SERVICE: _REFUSALS.c.service,
    RefusalDimension.KEY: _REFUSALS.c.key_id,
}


@dataclass(frozen=True, slots=True)
class Within:
    """A filter on counters: by team (None: all), time, and allowed values of dimensions (`only`).

    `starts` are hours since the epoch, ascending: the starts of adjacent spans, and the end (exclusive) of the last.
    """

    team_id: TeamId | None
    starts: tuple[int, ...]
    only: Mapping[str, Collection[str]]


class CounterReader:
    """Queries for one table of counters. The database does the sums, so that results are small."""

    def __init__(self, connection: Connection, table: Table, columns: Mapping[str, Column[object]]) -> None:
        self._connection = connection
        self._table = table
        self._columns = columns

    def shares(self, by: str, within: Within, *, most: int | None) -> list[tuple[str, int]]:
        """The values of a dimension with their calls, by calls descending; at most `most` rows (None: all)."""
        value, calls = self._columns[by], func.sum(self._table.c.calls)
        question = select(value, calls).where(*self._conditions(within)).group_by(value)
        rows = self._connection.execute(question.order_by(calls.desc(), value).limit(most))
        return [(str(row[0]), int(row[1])) for row in rows]

    def spans(self, by: str, within: Within) -> list[tuple[int, str, int]]:
        """Count the calls of each span and value, as (index of the span, value, calls)."""
        value = self._columns[by]
        span = _span_of(self._table.c.hour, within.starts).label("span")
        question = select(span, value, func.sum(self._table.c.calls)).where(*self._conditions(within))
        rows = self._connection.execute(question.group_by("span", value))
        return [(int(row[0]), str(row[1]), int(row[2])) for row in rows]

    def totals(self, within: Within) -> dict[int, int]:
        """Count the calls of each span, by its index; spans without calls are left out."""
        span = _span_of(self._table.c.hour, within.starts).label("span")
        question = select(span, func.sum(self._table.c.calls)).where(*self._conditions(within))
        return {int(row[0]): int(row[1]) for row in self._connection.execute(question.group_by("span"))}

    def _conditions(self, within: Within) -> list[ColumnElement[bool]]:
        chosen = [
            self._columns[name].in_([_typed(name, value) for value in values]) for name, values in within.only.items()
        ]
        return [*chosen, *_within(self._table, within.team_id, within.starts[0], within.starts[-1] - 1)]


class UsageReader:
    """Queries for usage."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def call_counters(self) -> CounterReader:
        """The counters of calls, for sums over spans; values are named as in `Dimension`."""
        return CounterReader(self._connection, _CALLS, {name.value: column for name, column in _CALL_COLUMNS.items()})

    @property
    def refusal_counters(self) -> CounterReader:
        """The counters of refusals, for sums over spans; values are named as in `RefusalDimension`."""
        columns = {name.value: column for name, column in _REFUSAL_COLUMNS.items()}
        return CounterReader(self._connection, _REFUSALS, columns)

    def calls(
        self, by: Sequence[Dimension], *, team_id: TeamId | None, first: int, last: int, only: dict[Dimension, str]
    ) -> Counts:
        """Count the calls of hours `first` to `last` of a team, or of all."""
        conditions = [_CALL_COLUMNS[dimension] == _typed(dimension, value) for dimension, value in only.items()]
        columns = [_CALL_COLUMNS[dimension] for dimension in by]
        return self._sums(_CALLS, columns, [*conditions, *_within(_CALLS, team_id, first, last)])

    def refusals(
        self,
        by: Sequence[RefusalDimension],
        *,
        team_id: TeamId | None,
        first: int,
        last: int,
        only: dict[RefusalDimension, str],
    ) -> Counts:
        """Count the refusals of hours `first` to `last` for a team's keys, or for all."""
        conditions = [_REFUSAL_COLUMNS[dimension] == value for dimension, value in only.items()]
        columns = [_REFUSAL_COLUMNS[dimension] for dimension in by]
        return self._sums(_REFUSALS, columns, [*conditions, *_within(_REFUSALS, team_id, first, last)])

    def _sums(self, table: Table, columns: list[Column[object]], conditions: list[ColumnElement[bool]]) -> Counts:
        question = select(table.c.hour, *columns, func.sum(table.c.calls)).where(*conditions)
        rows = self._connection.execute(question.group_by(table.c.hour, *columns))
        return [(row[0], tuple(str(value) for value in row[1:-1]), int(row[-1])) for row in rows]


def _within(table: Table, team_id: TeamId | None, first: int, last: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.hour >= first, table.c.hour <= last]
    if team_id is not None:
        conditions.append(table.c.team_id == team_id)
    return conditions


def _span_of(hour: ColumnElement[int], starts: tuple[int, ...]) -> ColumnElement[int]:
    """Return an expression for the index of the span that an hour lies in."""
    ends = [(hour < end, number) for number, end in enumerate(starts[1:-1])]
    last = literal(len(starts) - 2)
    return case(*ends, else_=last) if ends else last


def _typed(dimension: str, value: str) -> object:
    return int(value) if dimension == Dimension.STATUS.value else value
